//! A roll-up that is fed while records pass by on their way elsewhere: one for each day, as if that day's records were read by
//! themselves.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use datafusion::common::{DFSchema, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool};
use foldhash::fast::RandomState;

use super::records::Completion;
use super::rollup::{Finished, Worker};
use super::vantage::{LocalNumbers, Numbers};
use crate::limits::{DAY_SECONDS, FED_DAYS, LAST_SECOND};
use crate::session::Session;

/// The roll-ups of some days, fed by several threads.
pub(crate) struct Fed {
    completion: Completion,
    hasher: RandomState,
    pool: Arc<dyn MemoryPool>,
    limit_bytes: usize,
    days: Mutex<Days>,
}

impl fmt::Debug for Fed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fed").finish_non_exhaustive()
    }
}

/// What is known so far, by days since 1970.
#[derive(Default)]
struct Days {
    numbers: HashMap<i64, Arc<Numbers>>,
    finished: HashMap<i64, Vec<Finished>>,
    /// Whether there are more days than are kept.
    is_given_up: bool,
}

/// The roll-up of a day.
pub(crate) struct OfDay {
    pub(super) workers: Vec<Finished>,
    pub(super) numbers: Arc<Numbers>,
    pub(super) hasher: RandomState,
}

impl Fed {
    /// Nothing yet, of batches with the columns of `flows`.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) fn new(session: &Session, flows: &DFSchema) -> Result<Self> {
        let pool = Arc::clone(&session.context().runtime_env().memory_pool);
        Ok(Fed {
            completion: Completion::new(session, flows)?,
            hasher: RandomState::default(),
            limit_bytes: super::worker_bytes(&pool, session.threads()),
            pool,
            days: Mutex::default(),
        })
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Days) -> T) -> T {
        work(&mut self.days.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The roll-up of a day, if all of its records were fed; it is given once.
    pub(crate) fn take(&self, day: i64) -> Option<OfDay> {
        self.locked(|days| {
            if days.is_given_up {
                return None;
            }
            let workers = days.finished.remove(&day)?;
            Some(OfDay { workers, numbers: Arc::clone(days.numbers.get(&day)?), hasher: self.hasher.clone() })
        })
    }
}

/// One thread's part.
pub(crate) struct Feeder {
    fed: Arc<Fed>,
    workers: HashMap<i64, Worker>,
}

impl Feeder {
    /// A thread that has fed nothing yet.
    pub(crate) fn of(fed: &Arc<Fed>) -> Self {
        Feeder { fed: Arc::clone(fed), workers: HashMap::new() }
    }

    /// Adds a batch of `flows`. Records without a time that can be true are of no day, and left out.
    ///
    /// # Errors
    /// When it must go to a file, and that can't be written.
    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let starts = batch.column_by_name("start").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let Some(starts) = starts else { return Ok(()) };
        let day_of = |start: Option<i64>| {
            start.filter(|start| (0..=LAST_SECOND).contains(start)).map(|start| start / DAY_SECONDS)
        };
        let days: Vec<Option<i64>> = starts.iter().map(day_of).collect();
        let mut distinct = days.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let completed = self.fed.completion.complete(batch)?;
        for day in distinct.iter().copied().flatten() {
            if !self.makes_room_for(day) {
                return Ok(());
            }
            let of_day = match distinct.len() {
                1 => completed.clone(),
                _ => {
                    let is_of_it: BooleanArray = days.iter().map(|other| Some(*other == Some(day))).collect();
                    filter_record_batch(&completed, &is_of_it)?
                }
            };
            if let Some(worker) = self.workers.get_mut(&day) {
                worker.add(&of_day)?;
            }
        }
        Ok(())
    }

    /// Whether a day is, or can be, one of those that are kept.
    fn makes_room_for(&mut self, day: i64) -> bool {
        let numbers = self.fed.locked(|days| {
            days.is_given_up |= !days.numbers.contains_key(&day) && days.numbers.len() == FED_DAYS;
            (!days.is_given_up).then(|| Arc::clone(days.numbers.entry(day).or_default()))
        });
        let Some(numbers) = numbers else {
            self.workers.clear();
            return false;
        };
        let fed = &self.fed;
        self.workers.entry(day).or_insert_with(|| {
            let memory = MemoryConsumer::new("conversations").with_can_spill(true).register(&fed.pool);
            Worker::new(fed.hasher.clone(), LocalNumbers::new(numbers), memory, fed.limit_bytes)
        });
        true
    }

    /// Ends this thread's part.
    pub(crate) fn finish(self) {
        let finished: Vec<_> = self.workers.into_iter().map(|(day, worker)| (day, worker.finish())).collect();
        self.fed.locked(|days| {
            for (day, worker) in finished {
                days.finished.entry(day).or_default().push(worker);
            }
        });
    }
}
