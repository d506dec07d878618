//! Ctrl-C: it ends what is running, and not the shell.

use std::fmt;
use std::future::Future;

use anyhow::Result;
use futures::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use vpcflow::limits::SHELL_CANCEL;

use crate::cli::workers::{Stopped, Work};

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
        task: Work<Result<T>>,
        watched: impl AsyncFnOnce(&mut Work<Result<T>>) -> Result<Result<T>, Stopped>,
    ) -> Result<T> {
        let mut task = task;
        match self.unless(watched(&mut task)).await {
            Ok(Ok(done)) => done,
            Ok(Err(stopped)) => Err(stopped.into()),
            Err(cancelled) => {
                task.abort();
                let _ = tokio::time::timeout(SHELL_CANCEL, &mut task).await;
                Err(cancelled)
            }
        }
    }
}
