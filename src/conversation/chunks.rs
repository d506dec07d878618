//! A list that grows without moving what it has, from chunks that are used again.

use zerocopy::{Immutable, IntoBytes};

/// Items of a chunk: few, because each of some hundred lists has one that is not full.
const CHUNK: usize = 32;

/// Chunks of one length, the last of which may have room.
#[derive(Debug)]
pub(super) struct Chunks<T>(Vec<Vec<T>>);

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks(Vec::new())
    }
}

impl<T> Chunks<T> {
    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * CHUNK + last.len())
    }

    /// Adds an item behind the others, in a chunk of `free` where a new one is needed and there is one.
    pub(super) fn push(&mut self, item: T, free: &mut Vec<Vec<T>>) {
        match self.0.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(item),
            _ => {
                let mut chunk = free.pop().unwrap_or_else(|| Vec::with_capacity(CHUNK));
                chunk.push(item);
                self.0.push(chunk);
            }
        }
    }

    /// # Panics
    /// When there are no so many.
    pub(super) fn get(&self, at: usize) -> &T {
        &self.0[at / CHUNK][at % CHUNK]
    }

    /// # Panics
    /// When there are no so many.
    pub(super) fn get_mut(&mut self, at: usize) -> &mut T {
        &mut self.0[at / CHUNK][at % CHUNK]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    /// Its bytes, piece by piece.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]>
    where
        T: IntoBytes + Immutable,
    {
        self.0.iter().map(|chunk| chunk.as_slice().as_bytes())
    }

    /// Leaves the chunks, emptied, to be used again.
    pub(super) fn free(self, free: &mut Vec<Vec<T>>) {
        free.extend(self.0.into_iter().map(|mut chunk| {
            chunk.clear();
            chunk
        }));
    }

    /// What its chunks take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.len() * bytes_of_a_chunk::<T>()
    }
}

/// What a chunk takes, in bytes.
pub(super) const fn bytes_of_a_chunk<T>() -> usize {
    CHUNK * size_of::<T>() + size_of::<Vec<T>>()
}
