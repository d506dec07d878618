//! Short texts compared and hashed by words: names and addresses are so short that a call costs more than the comparison.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

/// A text of 8 to 24 bytes as words, of which equal ones are of equal texts of one length.
fn words(text: &[u8]) -> Option<[u64; 3]> {
    let last = text.len().checked_sub(8).filter(|last| *last <= 16)?;
    let word = |at: usize| Some(u64::from_le_bytes(*text[at..].first_chunk()?));
    Some([word(0)?, word(last.min(8))?, word(last)?])
}

/// Whether two texts are equal.
pub(crate) fn is_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match (words(one), words(other)) {
            // Word by word: the compiler would compare arrays in pieces that lie across the words just stored, and wait
            // for them.
            (Some(one), Some(other)) => (one[0] ^ other[0]) | (one[1] ^ other[1]) | (one[2] ^ other[2]) == 0,
            _ => one == other,
        }
}

/// The hash of a text.
pub(crate) fn hash(text: &[u8], hasher: &RandomState) -> u64 {
    match words(text) {
        Some(words) => {
            let mut hash = hasher.build_hasher();
            words.into_iter().for_each(|word| hash.write_u64(word));
            hash.finish()
        }
        None => hasher.hash_one(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_compared_and_hashed_by_all_their_bytes() {
        let hasher = RandomState::default();
        for length in 0..40 {
            let text = vec![b'x'; length];
            let longer = [&text[..], b"x"].concat();
            assert!(is_equal(&text, &text.clone()) && !is_equal(&text, &longer));
            for at in 0..length {
                let mut other = text.clone();
                other[at] = b'y';
                assert!(!is_equal(&text, &other), "{other:?}");
                assert_ne!(hash(&text, &hasher), hash(&other, &hasher), "{other:?}");
            }
        }
    }
}
