//! The text of one object in memory, padded so that the decoder may read whole words at any byte of it.

use arrow::buffer::Buffer;

/// Zero bytes that follow the text of every [`Block`]: the decoder loads up to 16 bytes at a field's start.
pub const BLOCK_PADDING_BYTES: usize = 64;

/// Blocks up to this size are shared by the batches decoded from them, without a copy; of a larger one each batch
/// copies its own lines, so that a few rows kept by a query do not keep a whole large object in memory.
pub(super) const SHARED_BLOCK_BYTES: usize = 16 << 20;

/// The largest text a block holds: offsets into it are kept in 32 bits, and Arrow counts them as signed.
pub const MAX_BLOCK_BYTES: usize = i32::MAX as usize - BLOCK_PADDING_BYTES;

/// Text with [`BLOCK_PADDING_BYTES`] readable zero bytes behind it; cloning it copies nothing.
#[derive(Debug, Clone)]
pub struct Block {
    padded: Buffer,
    len: usize,
}

impl Block {
    /// Takes `text` of at most [`MAX_BLOCK_BYTES`] as a block.
    ///
    /// # Panics
    /// When `text` is larger; readers check the size of an object against their limit first.
    pub fn new(mut text: Vec<u8>) -> Self {
        let len = text.len();
        assert!(len <= MAX_BLOCK_BYTES, "a block of {len} bytes exceeds {MAX_BLOCK_BYTES}");
        text.resize(len + BLOCK_PADDING_BYTES, 0);
        Block { padded: Buffer::from_vec(text), len }
    }

    /// The text itself.
    pub fn text(&self) -> &[u8] {
        &self.padded.as_slice()[..self.len]
    }

    /// Bytes of text.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text and its padding.
    pub(super) fn padded(&self) -> &[u8] {
        self.padded.as_slice()
    }

    /// The buffer behind the text, for arrays that point into it.
    pub(super) fn buffer(&self) -> &Buffer {
        &self.padded
    }

    /// Gives the memory back for the next object, if no batch points into it any more.
    pub fn reclaim(self) -> Option<Vec<u8>> {
        let mut text = self.padded.into_vec::<u8>().ok()?;
        text.clear();
        Some(text)
    }
}
