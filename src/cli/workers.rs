//! The threads on which statements are planned and run: apart from those that hear of signals, clients and time, and in
//! groups, so that a statement that computes without a pause keeps no other from being answered.
//!
//! A task is stopped where it yields. Planning does not, nor does a join on a key that all rows have: such a statement is
//! left to itself when nobody waits for it any more, and others get another group of threads.
//!
//! Invariant: there are at most [`WORKER_GROUPS`] groups, and thus as many statements that were left.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use anyhow::{Context as _, Result};
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::task::{JoinError, JoinHandle};
use vpcflow::limits::{WORKER_GROUPS, WORKER_PATIENCE};

/// The threads of statements.
pub struct Workers {
    groups: Mutex<Vec<Arc<Group>>>,
}

/// All groups of threads are busy with statements for which nobody waits any more.
#[derive(Debug, Error)]
#[error("statements that were cancelled have not let go yet of what they compute; ask again later")]
pub struct Busy;

/// Some threads, one for each processor; they end with what they do when nobody has them any more.
struct Group(Option<Runtime>);

/// Work on its way; it is stopped when this is dropped.
pub struct Work<T> {
    task: JoinHandle<T>,
    _group: Arc<Group>,
}

impl Workers {
    /// Threads that wait for work.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new() -> Result<Self> {
        Ok(Workers { groups: Mutex::new(vec![Group::new().context("no threads could be started")?]) })
    }

    /// Does work on them, for as long as somebody waits for it.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Work<T>, Busy> {
        let group = self.group().await?;
        let task = match &group.0 {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        };
        Ok(Work { task, _group: group })
    }

    /// A group for a statement: one that nobody has, or else one whose statements are waited for.
    async fn group(&self) -> Result<Arc<Group>, Busy> {
        // One whose statement has just ended needs a moment to come to rest.
        let begun = tokio::time::Instant::now();
        loop {
            if let Some(group) = self.free_group() {
                return Ok(group);
            }
            if begun.elapsed() > WORKER_PATIENCE {
                return Err(Busy);
            }
            tokio::time::sleep(WORKER_PATIENCE / 20).await;
        }
    }

    fn free_group(&self) -> Option<Arc<Group>> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(free) = groups.iter().find(|group| Arc::strong_count(group) == 1 && group.rests()) {
            return Some(Arc::clone(free));
        }
        if groups.len() < WORKER_GROUPS
            && let Ok(group) = Group::new()
        {
            groups.push(Arc::clone(&group));
            return Some(group);
        }
        let shared = groups.iter().filter(|group| Arc::strong_count(group) > 1);
        shared.min_by_key(|group| Arc::strong_count(group)).map(Arc::clone)
    }
}

impl Group {
    fn new() -> std::io::Result<Arc<Self>> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.enable_all().thread_stack_size(crate::STACK_BYTES).build()?;
        Ok(Arc::new(Group(Some(runtime))))
    }

    /// Whether none of its threads computes. Connections that are kept for the next question are tasks, too, which wait.
    fn rests(&self) -> bool {
        let Some(runtime) = &self.0 else { return true };
        let metrics = runtime.metrics();
        // The count is raised when a thread lies down, and when it gets up.
        (0..metrics.num_workers()).all(|worker| metrics.worker_park_unpark_count(worker) % 2 == 1)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // One may be deep in an expression whose answer nobody waits for.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T> Work<T> {
    /// Stops it where it yields.
    pub fn abort(&self) {
        self.task.abort();
    }
}

impl<T> Future for Work<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.task).poll(context)
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_computes_without_a_pause_holds_up_nobody() {
        let workers = Workers::new().expect("threads");
        let is_over = Arc::new(AtomicBool::new(false));
        let leave_endless = async || {
            let (begun, begins) = tokio::sync::oneshot::channel();
            let is_over = Arc::clone(&is_over);
            let endless = async move {
                let _ = begun.send(());
                while !is_over.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            };
            let work = workers.spawn(endless).await.expect("threads");
            begins.await.expect("a beginning");
            drop(work);
        };
        for _ in 0..WORKER_GROUPS - 1 {
            leave_endless().await;
            assert_eq!(workers.spawn(async { 7 }).await.expect("threads").await.expect("an answer"), 7);
        }
        leave_endless().await;
        assert!(workers.spawn(async { 7 }).await.is_err());
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(workers.spawn(async { 7 }).await.expect("threads").await.expect("an answer"), 7);
    }
}
