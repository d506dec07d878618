//! Connections that have not said yet, or not shown, who they are.
//!
//! Invariant: there are at most [`SERVE_STRANGERS`]. When one more comes, the one that has been silent longest goes: who
//! holds connections open without a word keeps nobody out.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;
use vpcflow::limits::SERVE_STRANGERS;

/// Those that there are, the oldest first, each with its number.
#[derive(Default)]
pub struct Strangers(Mutex<Known>);

#[derive(Default)]
struct Known {
    next: u64,
    tasks: VecDeque<(u64, AbortHandle)>,
}

impl Strangers {
    /// Takes one more, whose task is begun with its number.
    pub fn take(&self, begin: impl FnOnce(u64) -> AbortHandle) {
        // Locked until its task is known: it may be over at once.
        let mut known = self.known();
        if known.tasks.len() >= SERVE_STRANGERS
            && let Some((_, oldest)) = known.tasks.pop_front()
        {
            oldest.abort();
        }
        let number = known.next;
        known.next += 1;
        let task = begin(number);
        known.tasks.push_back((number, task));
    }

    /// Says that it is known who one is, or that it has gone.
    pub fn is_none(&self, number: u64) {
        self.known().tasks.retain(|(known, _)| *known != number);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_oldest_goes_for_one_more() {
        let strangers = Strangers::default();
        let mut tasks = Vec::new();
        for _ in 0..=SERVE_STRANGERS {
            strangers.take(|_| {
                let task = tokio::spawn(std::future::pending::<()>());
                let handle = task.abort_handle();
                tasks.push(task);
                handle
            });
        }
        assert!(tasks.remove(0).await.is_err_and(|error| error.is_cancelled()));
        assert!(tasks.iter().all(|task| !task.is_finished()));
        strangers.is_none(1);
        assert_eq!(strangers.known().tasks.len(), SERVE_STRANGERS - 1);
    }
}
