//! Asking again: the one place that decides when, and how long to wait before. The SDK's own retries are off, because
//! they end with a response's head, and a body can fail as well.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::failure::S3Failure;
use crate::limits::{S3_ATTEMPTS, S3_FIRST_WAIT, S3_LONGEST_WAIT, S3_PATIENCE, S3_SILENCE, S3_UNREACHED_ATTEMPTS};

/// How often a request is sent and how long is waited in between.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// Times a request is sent in all.
    pub attempts: u32,
    /// The most that is waited before the second; it doubles from one to the next.
    pub first_wait: Duration,
    /// The most that is waited before any.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Retries { attempts: S3_ATTEMPTS, first_wait: S3_FIRST_WAIT, longest_wait: S3_LONGEST_WAIT }
    }
}

/// Asks again as often as is sensible: of a server that has never been reached, less often.
#[derive(Debug, Clone)]
pub(in crate::store) struct Patience {
    retries: Retries,
    /// Takes a word about what takes long, once of each kind.
    tell: Option<fn(&str)>,
    was_reached: Arc<AtomicBool>,
    was_told: Arc<AtomicBool>,
}

impl Patience {
    pub(super) fn new(retries: Retries, tell: Option<fn(&str)>) -> Self {
        Patience { retries, tell, was_reached: Arc::default(), was_told: Arc::default() }
    }

    /// Sends a request until it succeeds, fails for good, or has been sent often enough. `send` is told which attempt
    /// it is, from 1.
    pub(in crate::store) async fn run<T, F>(&self, mut send: impl FnMut(u32) -> F) -> Result<T, S3Failure>
    where
        F: Future<Output = Result<T, S3Failure>>,
    {
        let begun = Instant::now();
        let mut attempt = 1;
        loop {
            let result = send(attempt).await;
            if result.as_ref().err().is_none_or(|failure| failure.is_answered) {
                self.was_reached.store(true, Ordering::Relaxed);
            }
            match result {
                Err(failure) if failure.is_transient && attempt < self.attempts() && begun.elapsed() < S3_PATIENCE => {
                    if begun.elapsed() > S3_SILENCE && !self.was_told.swap(true, Ordering::Relaxed) {
                        self.tell(&format!("asking again: {failure}"));
                    }
                    tokio::time::sleep(self.wait(attempt)).await;
                    attempt += 1;
                }
                Err(mut failure) => {
                    failure.attempts = attempt;
                    return Err(failure);
                }
                done => return done,
            }
        }
    }

    /// Says what takes long to whom it may concern.
    pub(in crate::store) fn tell(&self, text: &str) {
        if let Some(tell) = self.tell {
            tell(text);
        }
    }

    /// A wrong address, or no way to the network, is not worth a minute of waiting.
    fn attempts(&self) -> u32 {
        let attempts = self.retries.attempts;
        if self.was_reached.load(Ordering::Relaxed) { attempts } else { attempts.min(S3_UNREACHED_ATTEMPTS) }
    }

    /// A random part of a time that doubles, so that those who were throttled together do not come back together.
    fn wait(&self, attempt: u32) -> Duration {
        let Retries { first_wait, longest_wait, .. } = self.retries;
        let most = first_wait.saturating_mul(1 << attempt.min(20).saturating_sub(1)).min(longest_wait);
        most.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}
