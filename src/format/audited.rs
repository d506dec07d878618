//! The only `unsafe` code of the project: three small operations whose safe forms cost the decoder's inner loop.
//!
//! * [`Inflater`]: libdeflate through its C interface, because the safe wrapper neither tells how many bytes of
//!   input a gzip member took (members are concatenated in real objects) nor writes into memory that was not
//!   zeroed first.
//! * [`with_masks`]: a stretch of text to bit masks with the processor's vector instructions.
//! * [`string_view_array`]: an Arrow array from views the decoder made itself, without checking each again.
//!
//! Every function states what makes it sound; nothing here knows what a flow log is.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr::NonNull;

use arrow::array::StringViewArray;
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use libdeflate_sys as ffi;

/// How an attempt to inflate one gzip member ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inflated {
    /// The member is complete: it took `input` bytes and gave `output` bytes, now part of the vector.
    Member { input: usize, output: usize },
    /// The spare capacity was too small; nothing was appended.
    NoRoom,
    /// The bytes are no gzip member, or a damaged or truncated one; nothing was appended.
    Damaged,
}

/// A libdeflate decompressor; costs about 30 kB, so one is kept per worker and used again.
pub(super) struct Inflater(NonNull<ffi::libdeflate_decompressor>);

// SAFETY: the decompressor holds no thread-local state and is only reached through `&mut self`.
unsafe impl Send for Inflater {}

impl Inflater {
    pub(super) fn new() -> Self {
        // SAFETY: no preconditions; a null answer means the allocation failed, which ends the process as any
        // other failed allocation does.
        let decompressor = unsafe { ffi::libdeflate_alloc_decompressor() };
        match NonNull::new(decompressor) {
            Some(decompressor) => Inflater(decompressor),
            None => std::alloc::handle_alloc_error(std::alloc::Layout::new::<[u8; 32768]>()),
        }
    }

    /// Inflates the gzip member at the beginning of `input` into the spare capacity of `output`, checking its CRC.
    pub(super) fn gzip_member(&mut self, input: &[u8], output: &mut Vec<u8>) -> Inflated {
        let spare = output.spare_capacity_mut();
        let (mut taken, mut given) = (0usize, 0usize);
        // SAFETY: both pointers come from live slices and are passed with their lengths; libdeflate reads only
        // `input`, writes at most `spare.len()` bytes and does not read what it has not written.
        let result = unsafe {
            ffi::libdeflate_gzip_decompress_ex(
                self.0.as_ptr(),
                input.as_ptr().cast::<c_void>(),
                input.len(),
                spare.as_mut_ptr().cast::<c_void>(),
                spare.len(),
                &mut taken,
                &mut given,
            )
        };
        match result {
            ffi::libdeflate_result_LIBDEFLATE_SUCCESS => {
                // SAFETY: on success libdeflate has initialised exactly `given` bytes of the spare capacity.
                unsafe { output.set_len(output.len() + given) };
                Inflated::Member { input: taken, output: given }
            }
            ffi::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Inflated::NoRoom,
            _ => Inflated::Damaged,
        }
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: the pointer came from libdeflate_alloc_decompressor and is freed once.
        unsafe { ffi::libdeflate_free_decompressor(self.0.as_ptr()) }
    }
}

/// Bytes of text that one word of a mask speaks of.
pub(super) const CHUNK_BYTES: usize = 64;

/// Bytes of text whose masks are made at a time: text and masks stay in the first-level cache.
pub(super) const TILE_BYTES: usize = 16 * 1024;

/// Where the bytes that matter stand in a tile: bit i of word w speaks of byte `64 w + i`.
pub(super) struct Masks {
    /// The first bytes of fields: what follows a separator (space or line feed) and is none.
    pub(super) start: [u64; TILE_BYTES / CHUNK_BYTES],
    /// Line feeds.
    pub(super) newline: [u64; TILE_BYTES / CHUNK_BYTES],
    /// Separators that follow another, control characters and bytes above 0x7f: what makes a line irregular.
    pub(super) unusual: [u64; TILE_BYTES / CHUNK_BYTES],
}

impl Masks {
    pub(super) fn new() -> Self {
        let zeros = [0; TILE_BYTES / CHUNK_BYTES];
        Masks { start: zeros, newline: zeros, unusual: zeros }
    }

    /// Fills the masks for `tile`, which begins a line; bytes missing in the last chunk count as spaces.
    #[inline(always)]
    fn fill(&mut self, tile: &[u8], chunk_masks: impl Fn(&[u8; CHUNK_BYTES]) -> ChunkMasks) {
        let mut after_separator = 1;
        let (chunks, rest) = tile.as_chunks::<CHUNK_BYTES>();
        let mut last = [b' '; CHUNK_BYTES];
        last[..rest.len()].copy_from_slice(rest);
        let last = if rest.is_empty() { &[][..] } else { std::slice::from_ref(&last) };
        let words = self.start.iter_mut().zip(&mut self.newline).zip(&mut self.unusual);
        for (((start, newline), unusual), chunk) in words.zip(chunks.iter().chain(last)) {
            let masks = chunk_masks(chunk);
            let separator = masks.space | masks.newline;
            let behind_separator = separator << 1 | after_separator;
            after_separator = separator >> 63;
            *start = !separator & behind_separator;
            *newline = masks.newline;
            *unusual = (separator & behind_separator) | (masks.strange & !masks.newline);
        }
    }
}

/// The place of the set bit of a word that has so many set bits below it.
pub(super) trait SelectBit: Fn(u64, u32) -> u32 + Copy {}
impl<F: Fn(u64, u32) -> u32 + Copy> SelectBit for F {}

/// What is done with the masks of a tile; a trait, so that it is compiled for each instruction set.
pub(super) trait MaskVisitor {
    /// Takes the masks of a tile, of which the first `words` words count.
    fn visit(&mut self, masks: &Masks, words: usize, select: impl SelectBit);
}

/// Fills `masks` for `tile`, at most [`TILE_BYTES`] that begin with a line, and hands them to `visitor`.
pub(super) fn with_masks(tile: &[u8], masks: &mut Masks, visitor: &mut impl MaskVisitor) {
    assert!(tile.len() <= TILE_BYTES);
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("bmi1") && has!("bmi2") && has!("popcnt") && has!("lzcnt") {
            if has!("avx512f") && has!("avx512bw") {
                // SAFETY: the processor has the features, as just asked.
                return unsafe { x86::with_masks_avx512(tile, masks, visitor) };
            }
            if has!("avx2") {
                // SAFETY: the processor has the features, as just asked.
                return unsafe { x86::with_masks_avx2(tile, masks, visitor) };
            }
        }
    }
    masks.fill(tile, portable_masks);
    visitor.visit(masks, tile.len().div_ceil(CHUNK_BYTES), portable_select)
}

/// The masks of one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChunkMasks {
    space: u64,
    newline: u64,
    /// Bytes below 0x20 (line feeds among them) and above 0x7f.
    strange: u64,
}

fn portable_select(word: u64, rank: u32) -> u32 {
    (0..rank).fold(word, |word, _| word & word.wrapping_sub(1)).trailing_zeros()
}

/// The masks by plain comparisons: for processors without AVX2, and the yardstick of the tests.
fn portable_masks(chunk: &[u8; CHUNK_BYTES]) -> ChunkMasks {
    let mut masks = ChunkMasks { space: 0, newline: 0, strange: 0 };
    for (i, &byte) in chunk.iter().enumerate() {
        masks.space |= u64::from(byte == b' ') << i;
        masks.newline |= u64::from(byte == b'\n') << i;
        masks.strange |= u64::from(!(0x20..0x80).contains(&byte)) << i;
    }
    masks
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{CHUNK_BYTES, ChunkMasks, MaskVisitor, Masks};

    #[target_feature(enable = "avx512bw,avx512f,bmi1,bmi2,popcnt,lzcnt")]
    pub(super) fn with_masks_avx512(tile: &[u8], masks: &mut Masks, visitor: &mut impl MaskVisitor) {
        masks.fill(tile, |chunk| masks_avx512(chunk));
        visitor.visit(masks, tile.len().div_ceil(CHUNK_BYTES), |word, rank| select_bmi2(word, rank))
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    pub(super) fn with_masks_avx2(tile: &[u8], masks: &mut Masks, visitor: &mut impl MaskVisitor) {
        masks.fill(tile, |chunk| masks_avx2(chunk));
        visitor.visit(masks, tile.len().div_ceil(CHUNK_BYTES), |word, rank| select_bmi2(word, rank))
    }

    #[inline]
    #[target_feature(enable = "bmi1,bmi2")]
    pub(super) fn select_bmi2(word: u64, rank: u32) -> u32 {
        _pdep_u64(1 << rank, word).trailing_zeros()
    }

    // As signed numbers the bytes above 0x7f are negative, so one comparison with 0x20 finds both kinds.
    #[inline]
    #[target_feature(enable = "avx512bw,avx512f")]
    pub(super) fn masks_avx512(chunk: &[u8; CHUNK_BYTES]) -> ChunkMasks {
        // SAFETY: the load takes 64 bytes from an array of 64 and needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) };
        ChunkMasks {
            space: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x20)),
            newline: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x0a)),
            strange: _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn masks_avx2(chunk: &[u8; CHUNK_BYTES]) -> ChunkMasks {
        // SAFETY: two loads of 32 bytes from an array of 64; neither needs alignment.
        let (low, high) =
            unsafe { (_mm256_loadu_si256(chunk.as_ptr().cast()), _mm256_loadu_si256(chunk.as_ptr().add(32).cast())) };
        let (space, newline) = (_mm256_set1_epi8(0x20), _mm256_set1_epi8(0x0a));
        ChunkMasks {
            space: join(_mm256_cmpeq_epi8(low, space), _mm256_cmpeq_epi8(high, space)),
            newline: join(_mm256_cmpeq_epi8(low, newline), _mm256_cmpeq_epi8(high, newline)),
            strange: join(_mm256_cmpgt_epi8(space, low), _mm256_cmpgt_epi8(space, high)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn join(low: __m256i, high: __m256i) -> u64 {
        u64::from(_mm256_movemask_epi8(low) as u32) | u64::from(_mm256_movemask_epi8(high) as u32) << 32
    }
}

/// An Arrow string array from views and the buffer they point into.
///
/// The caller warrants what Arrow would check again for each view: a view of up to 12 bytes holds its text and
/// zeros, a longer one its first four bytes, buffer 0 and an offset inside `text`; and every one is UTF-8. The
/// decoder makes views only from fields of lines it has found to be UTF-8, cut at ASCII spaces. Debug builds
/// check.
pub(super) fn string_view_array(views: Vec<u128>, text: Option<Buffer>, nulls: Option<NullBuffer>) -> StringViewArray {
    let (views, buffers) = (ScalarBuffer::from(views), text.into_iter().collect::<Vec<_>>());
    if cfg!(debug_assertions) {
        StringViewArray::new(views, buffers, nulls)
    } else {
        // SAFETY: as above.
        unsafe { StringViewArray::new_unchecked(views, buffers, nulls) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_gives_the_portable_masks() {
        for shift in 0..=u8::MAX {
            let chunk: [u8; CHUNK_BYTES] = std::array::from_fn(|i| (i as u8).wrapping_mul(7).wrapping_add(shift));
            let expected = portable_masks(&chunk);
            #[cfg(target_arch = "x86_64")]
            {
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has the feature.
                    assert_eq!(unsafe { x86::masks_avx2(&chunk) }, expected);
                }
                if std::arch::is_x86_feature_detected!("avx512bw") {
                    // SAFETY: the processor has the feature.
                    assert_eq!(unsafe { x86::masks_avx512(&chunk) }, expected);
                }
            }
            for rank in 0..expected.strange.count_ones() {
                let place = portable_select(expected.strange, rank);
                assert_eq!(
                    (expected.strange >> place & 1, (expected.strange & !(u64::MAX << place)).count_ones()),
                    (1, rank)
                );
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("bmi2") {
                    // SAFETY: the processor has the feature.
                    assert_eq!(unsafe { x86::select_bmi2(expected.strange, rank) }, place);
                }
            }
            assert_eq!(expected.space.count_ones() as usize, chunk.iter().filter(|b| **b == b' ').count());
        }
    }
}
