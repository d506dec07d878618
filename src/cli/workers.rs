//! The threads on which statements are planned and run: apart from those that hear of signals, clients and time, and in
//! groups, so that a statement that computes without a pause keeps no other from being answered.
//!
//! A task is stopped where it yields. Planning does not, nor does a join on a key that all rows have: such a statement is
//! left to itself when nobody waits for it any more, and others get another group of threads.
//!
//! What operators hold they take from a pool, which has an end. Functions, windows and plans take from none: while statements
//! run, it is looked at what the whole process holds, and the newest is stopped where that is too much. If it does not let go,
//! and takes as much again, the process ends: else the system would end it, or another one.
//!
//! Invariant: there are at most [`WORKER_GROUPS`] groups, and thus as many statements that were left.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use anyhow::{Context as _, Result};
use bytesize::ByteSize;
use futures::task::AtomicWaker;
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinError, JoinHandle};
use tokio::time::Instant;
use vpcflow::limits::{MEMORY_BESIDE_BYTES, MEMORY_LOOK, MEMORY_PATIENCE, WORKER_GROUPS, WORKER_PATIENCE};

use super::{end, tell};
use crate::allocator;

/// The threads of statements.
pub struct Workers {
    groups: Mutex<Vec<Arc<Group>>>,
    running: Arc<Running>,
    watch: AbortHandle,
}

/// All groups of threads are busy with statements for which nobody waits any more.
#[derive(Debug, Error)]
#[error("statements that were cancelled have not let go yet of what they compute; ask again later")]
pub struct Busy;

/// Some threads, one for each processor; they end with what they do when nobody has them any more. Without a runtime they are
/// those of the process.
struct Group(Option<Runtime>);

/// Work on its way; it is stopped when this is dropped.
pub struct Work<T> {
    task: JoinHandle<T>,
    number: u64,
    stop: Arc<Stop>,
    running: Arc<Running>,
    _group: Arc<Group>,
}

/// That work takes too much memory, for who waits for it.
#[derive(Default)]
struct Stop {
    is_said: AtomicBool,
    waiting: AtomicWaker,
}

/// Why work came to no end.
#[derive(Debug, Error)]
pub enum Stopped {
    /// It was stopped for what the process holds.
    #[error(
        "the statement was stopped, for it takes more memory than --memory-limit allows with what scans take beside: {}; \
         make smaller texts and lists, take fewer rows at a time, or give it more memory",
        ByteSize::b(*most as u64)
    )]
    TooLarge {
        /// What it may hold, in bytes.
        most: usize,
    },
    /// It panicked, which was told when it happened, or was aborted.
    #[error("the statement came to nothing: {0}")]
    Grief(JoinError),
}

/// The works on their way, by when they began.
struct Running {
    works: Mutex<Works>,
    begins: Notify,
    /// What the process may hold, in bytes.
    most: usize,
}

#[derive(Default)]
struct Works {
    began: u64,
    by_number: BTreeMap<u64, (AbortHandle, Arc<Stop>)>,
}

/// A runtime whose threads have the stack of those who plan and run statements.
///
/// # Errors
/// When the system has no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_stack_size(crate::STACK_BYTES).on_thread_stop(allocator::settle).build()
}

impl Workers {
    /// Threads that wait for work, of a process whose operators may hold so many bytes.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new(memory_limit_bytes: usize) -> Result<Self> {
        Ok(Workers::of(Group::new().context("no threads could be started")?, memory_limit_bytes))
    }

    /// The threads that there are, for a process that does one thing.
    pub fn own(memory_limit_bytes: usize) -> Self {
        Workers::of(Arc::new(Group(None)), memory_limit_bytes)
    }

    fn of(group: Arc<Group>, memory_limit_bytes: usize) -> Self {
        let most = memory_limit_bytes.saturating_add(memory_limit_bytes / 2).saturating_add(MEMORY_BESIDE_BYTES);
        let running = Arc::new(Running { works: Mutex::default(), begins: Notify::new(), most });
        let watch = tokio::spawn(watch(Arc::clone(&running))).abort_handle();
        Workers { groups: Mutex::new(vec![group]), running, watch }
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
        let stop = Arc::default();
        let number = self.running.begin(task.abort_handle(), Arc::clone(&stop));
        Ok(Work { task, number, stop, running: Arc::clone(&self.running), _group: group })
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
        Ok(Arc::new(Group(Some(runtime()?))))
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

impl Drop for Workers {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl Running {
    fn works(&self) -> MutexGuard<'_, Works> {
        self.works.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, work: AbortHandle, stop: Arc<Stop>) -> u64 {
        let mut works = self.works();
        works.began += 1;
        let number = works.began;
        works.by_number.insert(number, (work, stop));
        self.begins.notify_one();
        number
    }

    /// The newest of those that run.
    fn newest(&self) -> Option<(AbortHandle, Arc<Stop>)> {
        self.works().by_number.values().rev().find(|(work, _)| !work.is_finished()).cloned()
    }
}

/// Stops statements, the newest first, while the process holds more than it may.
async fn watch(running: Arc<Running>) {
    loop {
        let Some((work, stop)) = running.newest() else {
            running.begins.notified().await;
            continue;
        };
        if allocator::bytes_in_use() > running.most {
            stop.is_said.store(true, Ordering::Release);
            work.abort();
            stop.waiting.wake();
            // One that computes without a pause holds what it has until then, and no other is at fault.
            let begun = Instant::now();
            while !work.is_finished() && allocator::bytes_in_use() > running.most {
                if begun.elapsed() > MEMORY_PATIENCE && allocator::bytes_in_use() / 2 > running.most {
                    tell(format_args!(
                        "error: a statement that was stopped goes on to take memory, twice the {} that --memory-limit allows \
                         with what scans take beside: the process ends",
                        ByteSize::b(running.most as u64)
                    ));
                    end(2).await;
                }
                tokio::time::sleep(MEMORY_LOOK).await;
            }
        }
        tokio::time::sleep(MEMORY_LOOK).await;
    }
}

impl<T> Work<T> {
    /// Stops it where it yields.
    pub fn abort(&self) {
        self.task.abort();
    }
}

impl<T> Future for Work<T> {
    type Output = Result<T, Stopped>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.stop.waiting.register(context.waker());
        let too_large = Stopped::TooLarge { most: self.running.most };
        match Pin::new(&mut self.task).poll(context) {
            Poll::Ready(Ok(done)) => Poll::Ready(Ok(done)),
            // Not when it lets go.
            _ if self.stop.is_said.load(Ordering::Acquire) => Poll::Ready(Err(too_large)),
            Poll::Ready(Err(problem)) => Poll::Ready(Err(Stopped::Grief(problem))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.running.works().by_number.remove(&self.number);
        self.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_holds_more_than_it_may_is_stopped_and_nothing_else() {
        let workers = Workers::new(0).expect("threads");
        let (ends, is_over) = tokio::sync::oneshot::channel::<()>();
        let older = workers.spawn(is_over).await.expect("threads");
        let greedy = async {
            let mut held = Vec::new();
            loop {
                held.push(vec![1_u8; 16 << 20]);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let problem = workers.spawn::<()>(greedy).await.expect("threads").await.expect_err("too large");
        assert!(matches!(problem, Stopped::TooLarge { most: MEMORY_BESIDE_BYTES }), "{problem}");
        // It gives back what it holds.
        while allocator::bytes_in_use() >= MEMORY_BESIDE_BYTES {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Nor is who waits for one that computes without a pause kept waiting.
        let (begun, begins) = tokio::sync::oneshot::channel();
        let blocks = workers.spawn(async move {
            let held = vec![1_u8; MEMORY_BESIDE_BYTES + (1 << 20)];
            let _ = begun.send(());
            std::thread::sleep(Duration::from_millis(1500));
            held.len()
        });
        let blocks = blocks.await.expect("threads");
        begins.await.expect("a beginning");
        let begun = std::time::Instant::now();
        assert!(matches!(blocks.await, Err(Stopped::TooLarge { .. })));
        assert!(begun.elapsed() < Duration::from_millis(1200));
        ends.send(()).expect("it still runs");
        older.await.expect("an answer").expect("a word");
    }

    #[tokio::test]
    async fn what_computes_without_a_pause_holds_up_nobody() {
        let workers = Workers::new(1 << 30).expect("threads");
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
