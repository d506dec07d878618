//! Whose turn it is to work.
//!
//! A statement that is cancelled while it computes without a pause does not let go of what it has. Its turn is taken from it
//! by who waited for it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of a statement.
pub struct Turns {
    all: Arc<Semaphore>,
    held: Arc<Mutex<Held>>,
}

/// Takes the turn back when nobody waits for the statement any more.
pub struct Waiting(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    turn: Option<OwnedSemaphorePermit>,
    is_left: bool,
}

impl Turns {
    /// Turns out of all, and what must be kept for as long as somebody waits for the statement.
    pub fn new(all: &Arc<Semaphore>) -> (Self, Waiting) {
        let held = Arc::default();
        (Turns { all: Arc::clone(all), held: Arc::clone(&held) }, Waiting(held))
    }

    /// Waits for a turn.
    pub async fn begin(&self) {
        let turn = Arc::clone(&self.all).acquire_owned().await.ok();
        let mut held = lock(&self.held);
        if !held.is_left {
            held.turn = turn;
        }
    }

    /// Lets another have it.
    pub fn end(&self) {
        lock(&self.held).turn = None;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut held = lock(&self.0);
        held.is_left = true;
        held.turn = None;
    }
}

fn lock(held: &Mutex<Held>) -> std::sync::MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_statement_that_was_left_has_no_turn() {
        let all = Arc::new(Semaphore::new(1));
        let (left, waiting) = Turns::new(&all);
        left.begin().await;
        assert_eq!(all.available_permits(), 0);
        drop(waiting);
        assert_eq!(all.available_permits(), 1);
        left.begin().await;
        assert_eq!(all.available_permits(), 1);
        let (other, _waiting) = Turns::new(&all);
        other.begin().await;
        assert_eq!(all.available_permits(), 0);
        other.end();
        assert_eq!(all.available_permits(), 1);
    }
}
