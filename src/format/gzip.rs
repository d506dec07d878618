//! Whole gzip objects to text.
//!
//! gzip cannot be split, and inflating an object in one call is several times faster than streaming it. The size
//! of the result is unknown until the end, so the buffer grows until it fits or meets the limit: a few kilobytes
//! that would inflate to terabytes cost at most the limit.

use thiserror::Error;

use super::audited::{Inflated, Inflater};
use super::block::BLOCK_PADDING_BYTES;

/// Why an object could not be inflated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GzipError {
    /// The data is not gzip, or is truncated or damaged.
    #[error(
        "damaged or truncated gzip data: member {member} at byte {offset} does not inflate; get a new copy of the object"
    )]
    Damaged {
        /// Which member is damaged, counted from 1.
        member: usize,
        /// Where in the compressed object that member begins.
        offset: usize,
    },
    /// The inflated text would be larger than the limit.
    #[error("inflates to more than {limit_bytes} bytes, the most that --max-object-size lets in (2GiB at most)")]
    TooLarge {
        /// The limit that was met.
        limit_bytes: usize,
    },
}

/// A member never inflates to more than this many times its size (the format's own bound, rounded up).
const MAX_RATIO: usize = 1040;

/// Whether `bytes` begin like a gzip member.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 0x08])
}

/// Inflates gzip objects, one after the other, with one decompressor.
pub struct Gunzip {
    inflater: Inflater,
    limit_bytes: usize,
}

impl Gunzip {
    /// A decompressor that refuses objects of more than `limit_bytes` of text.
    pub fn new(limit_bytes: usize) -> Self {
        Gunzip { inflater: Inflater::new(), limit_bytes }
    }

    /// Appends the text of all members of `compressed` to `text`, which should be empty.
    ///
    /// Zero bytes after the last member are padding and ignored, as gzip itself does.
    ///
    /// # Errors
    /// When a member is damaged or the text would be larger than the limit; `text` then holds the members before.
    pub fn inflate(&mut self, compressed: &[u8], text: &mut Vec<u8>) -> Result<(), GzipError> {
        let (mut offset, mut member) = (0, 1);
        while offset < compressed.len() {
            let rest = &compressed[offset..];
            if member > 1 && rest.iter().all(|byte| *byte == 0) {
                break;
            }
            offset += self.member(rest, text).map_err(|error| error.at(member, offset, self.limit_bytes))?;
            member += 1;
        }
        Ok(())
    }

    /// Inflates one member; returns how many bytes of `input` it took.
    fn member(&mut self, input: &[u8], text: &mut Vec<u8>) -> Result<usize, MemberError> {
        if !is_gzip(input) {
            return Err(MemberError::Damaged);
        }
        let allowed = self.limit_bytes.saturating_sub(text.len());
        let most = allowed.min(input.len().saturating_mul(MAX_RATIO));
        let mut room = expected_size(input).min(most);
        loop {
            let wanted = room.max(1) + BLOCK_PADDING_BYTES;
            if text.is_empty() {
                if text.capacity() < wanted {
                    // With room for the next object, which is often a little larger: the system clears fresh memory.
                    let ample = (wanted + wanted / 4).min(allowed + BLOCK_PADDING_BYTES);
                    *text = Vec::new();
                    text.reserve_exact(ample);
                }
            } else {
                // Amortised, or an object of ten thousand members would be copied ten thousand times.
                text.reserve(wanted);
            }
            match self.inflater.gzip_member(input, text) {
                Inflated::Member { output, .. } if output > allowed => return Err(MemberError::TooLarge),
                Inflated::Member { input, .. } => return Ok(input),
                Inflated::Damaged => return Err(MemberError::Damaged),
                Inflated::NoRoom if room >= most => {
                    return Err(if most == allowed { MemberError::TooLarge } else { MemberError::Damaged });
                }
                Inflated::NoRoom => room = room.saturating_mul(2).max(64 * 1024).min(most),
            }
        }
    }
}

enum MemberError {
    Damaged,
    TooLarge,
}

impl MemberError {
    fn at(self, member: usize, offset: usize, limit_bytes: usize) -> GzipError {
        match self {
            MemberError::Damaged => GzipError::Damaged { member, offset },
            MemberError::TooLarge => GzipError::TooLarge { limit_bytes },
        }
    }
}

/// The size in the last four bytes: right for an object of one member, a harmless first guess otherwise.
fn expected_size(input: &[u8]) -> usize {
    match input.last_chunk::<4>() {
        Some(size) => u32::from_le_bytes(*size) as usize,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    fn inflate(compressed: &[u8], limit_bytes: usize) -> Result<Vec<u8>, GzipError> {
        let mut text = Vec::new();
        Gunzip::new(limit_bytes).inflate(compressed, &mut text).map(|()| text)
    }

    #[test]
    fn members_are_joined_and_padding_is_ignored() {
        let mut object = [gzip(b"version\n"), gzip(b""), gzip(&b"2\n".repeat(100_000))].concat();
        object.extend([0; 512]);
        let text = inflate(&object, 1 << 20).expect("three good members");
        assert_eq!(text.len(), 8 + 200_000);
        assert!(text.starts_with(b"version\n2\n2\n"));
    }

    #[test]
    fn the_limit_is_the_last_size_that_is_accepted() {
        let object = gzip(&[b'x'; 10_000]);
        assert_eq!(inflate(&object, 10_000).map(|text| text.len()), Ok(10_000));
        assert_eq!(inflate(&object, 9_999), Err(GzipError::TooLarge { limit_bytes: 9_999 }));
        let two = [gzip(&[b'x'; 6_000]), gzip(&[b'x'; 6_000])].concat();
        assert_eq!(inflate(&two, 9_999), Err(GzipError::TooLarge { limit_bytes: 9_999 }));
    }

    #[test]
    fn a_bomb_costs_no_more_than_the_limit() {
        let bomb = gzip(&vec![0; 64 << 20]);
        let mut text = Vec::new();
        let result = Gunzip::new(1 << 20).inflate(&bomb, &mut text);
        assert_eq!(result, Err(GzipError::TooLarge { limit_bytes: 1 << 20 }));
        assert!(text.capacity() <= (1 << 20) + 4096, "{}", text.capacity());
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let good = gzip(b"version srcaddr\n2 10.0.0.1\n");
        assert_eq!(inflate(&good[..good.len() - 1], 1 << 20), Err(GzipError::Damaged { member: 1, offset: 0 }));
        let mut flipped = [good.clone(), good.clone()].concat();
        flipped[good.len() + 20] ^= 0xff;
        assert_eq!(inflate(&flipped, 1 << 20), Err(GzipError::Damaged { member: 2, offset: good.len() }));
        let trailing = [good.as_slice(), b"junk"].concat();
        assert_eq!(inflate(&trailing, 1 << 20), Err(GzipError::Damaged { member: 2, offset: good.len() }));
        assert_eq!(inflate(b"", 1 << 20), Ok(Vec::new()));
    }
}
