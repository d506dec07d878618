//! Ctrl-C: it ends what is running, and not the shell.
//!
//! Statements run on threads of their own: one that computes without a pause would keep those busy that hear of signals and
//! of time.

use std::fmt;
use std::future::Future;

use anyhow::{Context as _, Result, anyhow};
use futures::FutureExt;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, JoinSet};
use vpcflow::limits::SHELL_CANCEL;

/// Where Ctrl-C is heard; nowhere, when it is to end the process.
pub struct Interrupts(Option<Signal>);

/// The user did not want to wait.
#[derive(Debug)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

/// The threads of statements.
pub struct Workers(Option<Runtime>);

impl Workers {
    /// Threads that wait for work.
    ///
    /// # Errors
    /// When the system has none.
    pub fn new() -> Result<Self> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.enable_all().thread_stack_size(crate::STACK_BYTES).build();
        Ok(Workers(Some(runtime.context("no threads could be started")?)))
    }

    /// Runs something on them.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> JoinHandle<Result<T>> {
        match &self.0 {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        }
    }

    /// Runs something on them for as long as the set is there.
    pub fn spawn_in<T: Send + 'static>(&self, set: &mut JoinSet<T>, work: impl Future<Output = T> + Send + 'static) {
        match &self.0 {
            Some(runtime) => drop(set.spawn_on(work, runtime.handle())),
            None => drop(set.spawn(work)),
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // One may be deep in an expression whose answer nobody waits for.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Interrupts {
    /// Hears Ctrl-C from now on, if somebody sits at a terminal.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn new(is_interactive: bool) -> Result<Self> {
        Ok(Interrupts(is_interactive.then(|| signal(SignalKind::interrupt())).transpose()?))
    }

    /// What `work` gives, unless Ctrl-C is pressed.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let Some(signal) = &mut self.0 else { return Ok(work.await) };
        // What was pressed in a pager was meant for it.
        while signal.recv().now_or_never().flatten().is_some() {}
        tokio::select! {
            biased;
            _ = signal.recv() => Err(Cancelled.into()),
            done = work => Ok(done),
        }
    }

    /// What a task gives, unless Ctrl-C is pressed: then it is stopped, wherever it is, and waited for no longer than a
    /// user notices.
    ///
    /// # Errors
    /// [`Cancelled`], what the task says, or that it came to grief.
    pub async fn unless_task<T>(
        &mut self,
        task: JoinHandle<Result<T>>,
        watched: impl AsyncFnOnce(&mut JoinHandle<Result<T>>) -> Result<Result<T>, tokio::task::JoinError>,
    ) -> Result<T> {
        let mut task = task;
        match self.unless(watched(&mut task)).await {
            Ok(Ok(done)) => done,
            // The panic was told when it happened.
            Ok(Err(error)) => Err(anyhow!("the statement came to nothing: {error}")),
            Err(cancelled) => {
                task.abort();
                let _ = tokio::time::timeout(SHELL_CANCEL, &mut task).await;
                Err(cancelled)
            }
        }
    }
}
