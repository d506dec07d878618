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

const TILE_CHUNKS: usize = TILE_BYTES / CHUNK_BYTES;

/// Where the bytes that matter stand in a tile: bit i of word w speaks of byte `64 w + i`.
pub(super) struct Masks {
    /// The first bytes of fields: what follows a separator (space or line feed) and is none.
    pub(super) start: [u64; TILE_CHUNKS],
    /// How many fields start before each chunk.
    pub(super) starts_before: [u32; TILE_CHUNKS],
    /// The places of the line feeds; the first `lines` count.
    newlines: [u16; TILE_BYTES + NEWLINES_AT_ONCE],
    lines: usize,
    /// Separators that follow another, control characters and bytes above 0x7f: what makes a line irregular. Made
    /// only when the tile has some.
    unusual: [u64; TILE_CHUNKS],
    is_regular: bool,
}

/// A chunk's first so many line feeds are noted without asking whether they are there: records have 80 bytes and more.
const NEWLINES_AT_ONCE: usize = 2;

impl Masks {
    pub(super) fn new() -> Self {
        let zeros = [0; TILE_CHUNKS];
        Masks {
            start: zeros,
            starts_before: [0; TILE_CHUNKS],
            newlines: [0; TILE_BYTES + NEWLINES_AT_ONCE],
            lines: 0,
            unusual: zeros,
            is_regular: true,
        }
    }

    /// The places of the line feeds, ascending.
    #[inline(always)]
    pub(super) fn newlines(&self) -> &[u16] {
        &self.newlines[..self.lines]
    }

    /// How many fields start before `place`.
    #[inline(always)]
    pub(super) fn starts_before(&self, place: usize) -> usize {
        let (chunk, bit) = (place / CHUNK_BYTES, place % CHUNK_BYTES);
        self.starts_before[chunk] as usize + (self.start[chunk] & !(u64::MAX << bit)).count_ones() as usize
    }

    /// Whether there is something unusual from `begin` to before `end`.
    #[inline(always)]
    pub(super) fn is_irregular(&self, begin: usize, end: usize) -> bool {
        !self.is_regular && self.is_unusual(begin, end)
    }

    #[inline(never)]
    fn is_unusual(&self, begin: usize, end: usize) -> bool {
        (begin..end).any(|place| self.unusual[place / CHUNK_BYTES] >> (place % CHUNK_BYTES) & 1 == 1)
    }

    /// Fills the masks for `tile`, which begins a line; `separators` finds those of a chunk, and `is_ordinary` says at
    /// the end whether no chunk had a strange byte.
    #[inline(always)]
    fn fill<S>(
        &mut self,
        tile: &[u8],
        mut seen: S,
        separators: impl Fn(&[u8; CHUNK_BYTES], &mut S) -> Separators,
        is_ordinary: impl Fn(S) -> bool,
    ) {
        let (mut after_separator, mut doubled, mut starts, mut lines) = (1, 0, 0, 0);
        let (chunks, rest) = tile.as_chunks::<CHUNK_BYTES>();
        let mut last = [b'0'; CHUNK_BYTES];
        last[..rest.len()].copy_from_slice(rest);
        let last = if rest.is_empty() { &[][..] } else { std::slice::from_ref(&last) };
        let words = self.start.iter_mut().zip(&mut self.starts_before);
        for (index, ((start, starts_before), chunk)) in words.zip(chunks.iter().chain(last)).enumerate() {
            let Separators { space, newline } = separators(chunk, &mut seen);
            let separator = space | newline;
            let behind_separator = separator << 1 | after_separator;
            after_separator = separator >> 63;
            doubled |= separator & behind_separator;
            *start = !separator & behind_separator;
            *starts_before = starts;
            starts += start.count_ones();
            let mut left = newline;
            let noted = &mut self.newlines[lines..];
            for place in &mut noted[..NEWLINES_AT_ONCE] {
                *place = (index * CHUNK_BYTES) as u16 + left.trailing_zeros() as u16;
                left &= left.wrapping_sub(1);
            }
            let mut more = NEWLINES_AT_ONCE;
            while left != 0 {
                noted[more] = (index * CHUNK_BYTES) as u16 + left.trailing_zeros() as u16;
                left &= left - 1;
                more += 1;
            }
            lines += newline.count_ones() as usize;
        }
        self.lines = lines;
        self.is_regular = doubled == 0 && is_ordinary(seen);
        if !self.is_regular {
            self.find_unusual(tile);
        }
    }

    #[cold]
    #[inline(never)]
    fn find_unusual(&mut self, tile: &[u8]) {
        let mut after_separator = true;
        for (unusual, chunk) in self.unusual.iter_mut().zip(tile.chunks(CHUNK_BYTES)) {
            *unusual = 0;
            for (bit, &byte) in chunk.iter().enumerate() {
                let is_separator = byte == b' ' || byte == b'\n';
                let is_unusual = if is_separator { after_separator } else { is_strange(byte) };
                *unusual |= u64::from(is_unusual) << bit;
                after_separator = is_separator;
            }
        }
    }
}

/// Control characters, but not line feeds; and what is not ASCII.
fn is_strange(byte: u8) -> bool {
    byte != b'\n' && !(0x20..0x7f).contains(&byte)
}

/// The place of the set bit of a word that has so many set bits below it.
pub(super) trait SelectBit: Fn(u64, u32) -> u32 + Copy {}
impl<F: Fn(u64, u32) -> u32 + Copy> SelectBit for F {}

/// What is done with the masks of a tile; a trait, so that it is compiled for each instruction set.
pub(super) trait MaskVisitor {
    /// Takes the masks of a tile.
    fn visit(&mut self, masks: &Masks, select: impl SelectBit);
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
    masks.fill(tile, false, portable_separators, |strange| !strange);
    visitor.visit(masks, portable_select)
}

/// The separators of one chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Separators {
    space: u64,
    newline: u64,
}

fn portable_select(word: u64, rank: u32) -> u32 {
    (0..rank).fold(word, |word, _| word & word.wrapping_sub(1)).trailing_zeros()
}

/// By plain comparisons: for processors without AVX2, and the yardstick of the tests.
fn portable_separators(chunk: &[u8; CHUNK_BYTES], strange: &mut bool) -> Separators {
    let mut separators = Separators { space: 0, newline: 0 };
    for (i, &byte) in chunk.iter().enumerate() {
        separators.space |= u64::from(byte == b' ') << i;
        separators.newline |= u64::from(byte == b'\n') << i;
        *strange |= is_strange(byte);
    }
    separators
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{CHUNK_BYTES, MaskVisitor, Masks, Separators};

    #[target_feature(enable = "avx512bw,avx512f,bmi1,bmi2,popcnt,lzcnt")]
    pub(super) fn with_masks_avx512(tile: &[u8], masks: &mut Masks, visitor: &mut impl MaskVisitor) {
        masks.fill(tile, 0, |chunk, strange| separators_avx512(chunk, strange), |strange| strange == 0);
        visitor.visit(masks, |word, rank| select_bmi2(word, rank))
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    pub(super) fn with_masks_avx2(tile: &[u8], masks: &mut Masks, visitor: &mut impl MaskVisitor) {
        masks.fill(
            tile,
            _mm256_setzero_si256(),
            |chunk, strange| separators_avx2(chunk, strange),
            |strange| _mm256_testz_si256(strange, strange) == 1,
        );
        visitor.visit(masks, |word, rank| select_bmi2(word, rank))
    }

    #[inline]
    #[target_feature(enable = "bmi1,bmi2")]
    pub(super) fn select_bmi2(word: u64, rank: u32) -> u32 {
        _pdep_u64(1 << rank, word).trailing_zeros()
    }

    // One more than the byte is, as a signed number, below 0x21 for all strange ones: for control characters, for those
    // from 0x7f to 0xfe, which are negative then, and for 0xff, which is 0. What is seen of them is a bit each, or a byte each, of all chunks together.

    #[inline]
    #[target_feature(enable = "avx512bw,avx512f")]
    pub(super) fn separators_avx512(chunk: &[u8; CHUNK_BYTES], strange: &mut u64) -> Separators {
        // SAFETY: the load takes 64 bytes from an array of 64 and needs no alignment.
        let bytes = unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) };
        let newline = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x0a));
        *strange |=
            _mm512_cmplt_epi8_mask(_mm512_add_epi8(bytes, _mm512_set1_epi8(1)), _mm512_set1_epi8(0x21)) & !newline;
        Separators { space: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(0x20)), newline }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn separators_avx2(chunk: &[u8; CHUNK_BYTES], strange: &mut __m256i) -> Separators {
        // SAFETY: two loads of 32 bytes from an array of 64; neither needs alignment.
        let (low, high) =
            unsafe { (_mm256_loadu_si256(chunk.as_ptr().cast()), _mm256_loadu_si256(chunk.as_ptr().add(32).cast())) };
        let space = _mm256_set1_epi8(0x20);
        let is_strange = |bytes| _mm256_cmpgt_epi8(_mm256_set1_epi8(0x21), _mm256_add_epi8(bytes, _mm256_set1_epi8(1)));
        let is_newline = |bytes| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x0a));
        let (newline_low, newline_high) = (is_newline(low), is_newline(high));
        *strange = _mm256_or_si256(
            *strange,
            _mm256_or_si256(
                _mm256_andnot_si256(newline_low, is_strange(low)),
                _mm256_andnot_si256(newline_high, is_strange(high)),
            ),
        );
        Separators {
            space: join(_mm256_cmpeq_epi8(low, space), _mm256_cmpeq_epi8(high, space)),
            newline: join(newline_low, newline_high),
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
    fn every_instruction_set_finds_the_same() {
        for shift in 0..=u8::MAX {
            let chunk: [u8; CHUNK_BYTES] = std::array::from_fn(|i| (i as u8).wrapping_mul(7).wrapping_add(shift));
            assert_finds_the_same(&chunk);
            // No more than one byte that is out of the ordinary: none of the others hides it.
            assert_finds_the_same(&std::array::from_fn(|i| if i as u8 == shift % 64 { shift } else { b'x' }));
        }
    }

    fn assert_finds_the_same(chunk: &[u8; CHUNK_BYTES]) {
        let mut strange = false;
        let expected = portable_separators(chunk, &mut strange);
        assert_eq!(strange, chunk.iter().any(|byte| is_strange(*byte)));
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_mm256_setzero_si256, _mm256_testz_si256};
            if std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has the feature.
                let (found, is_ordinary) = unsafe {
                    let mut seen = _mm256_setzero_si256();
                    let found = x86::separators_avx2(chunk, &mut seen);
                    (found, _mm256_testz_si256(seen, seen) == 1)
                };
                assert_eq!((found, is_ordinary), (expected, !strange));
            }
            if std::arch::is_x86_feature_detected!("avx512bw") {
                let mut seen = 0;
                // SAFETY: the processor has the feature.
                let found = unsafe { x86::separators_avx512(chunk, &mut seen) };
                assert_eq!((found, seen == 0), (expected, !strange));
            }
        }
        let word = expected.space | expected.newline << 7 | 1 << 63;
        for rank in 0..word.count_ones() {
            let place = portable_select(word, rank);
            assert_eq!((word >> place & 1, (word & !(u64::MAX << place)).count_ones()), (1, rank));
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("bmi2") {
                // SAFETY: the processor has the feature.
                assert_eq!(unsafe { x86::select_bmi2(word, rank) }, place);
            }
        }
    }

    #[test]
    fn masks_tell_where_fields_start_and_lines_end() {
        // Line feeds alone, in pairs and in crowds; text that ends within a chunk.
        let tile = b"a bc\n\n\n\nd  e\xff f\n".repeat(9);
        let mut masks = Masks::new();
        struct Nothing;
        impl MaskVisitor for Nothing {
            fn visit(&mut self, _: &Masks, _: impl SelectBit) {}
        }
        with_masks(&tile, &mut masks, &mut Nothing);
        let places = |wanted: &dyn Fn(usize) -> bool| (0..tile.len()).filter(|at| wanted(*at)).collect::<Vec<_>>();
        let newlines: Vec<usize> = masks.newlines().iter().map(|place| usize::from(*place)).collect();
        assert_eq!(newlines, places(&|at| tile[at] == b'\n'));
        let separates = |at: usize| tile[at] == b' ' || tile[at] == b'\n';
        let starts = places(&|at| !separates(at) && (at == 0 || separates(at - 1)));
        for (at, byte) in tile.iter().enumerate() {
            assert_eq!(masks.starts_before(at), starts.iter().filter(|start| **start < at).count());
            let is_unusual = is_strange(*byte) || (separates(at) && at > 0 && separates(at - 1));
            assert_eq!(masks.is_irregular(at, at + 1), is_unusual, "{at}");
        }
    }
}
