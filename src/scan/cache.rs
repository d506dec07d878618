//! Columns of objects that one query decoded, kept for the next: whoever looks into a day asks many questions of it.
//!
//! Only what a query decodes anyway is kept: the columns of a filter in full, and those of the answer where the query has no
//! filter or wants few of them. An object is known by its name, size and version, so that one that was replaced is another.
//! What is kept is bounded, and counts against the memory limit; when it is full, what no query since has used makes room,
//! and else nothing more comes in: a scan that is larger than the cache finds its first part there the next time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use chrono::{DateTime, Utc};
use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use object_store::ObjectMeta;

use super::filter::ScanFilter;
use super::plan::ScanPlan;
use crate::format::{Column, Tally};
use crate::limits::{BATCH_ROWS, CACHED_COLUMNS};

/// Decoded columns of objects.
#[derive(Debug)]
pub struct DecodedObjects {
    limit_bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    objects: HashMap<Identity, Entry>,
    memory: MemoryReservation,
    /// Counts the scans.
    scan: u64,
    hits: u64,
}

/// What tells an object, as it was listed, from all others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    name: Arc<str>,
    size: u64,
    e_tag: Option<String>,
    version: Option<String>,
    modified: DateTime<Utc>,
}

impl Identity {
    pub(super) fn new(name: &Arc<str>, meta: &ObjectMeta) -> Self {
        let ObjectMeta { size, e_tag, version, last_modified, .. } = meta.clone();
        Identity { name: Arc::clone(name), size, e_tag, version, modified: last_modified }
    }
}

/// What is kept of an object.
#[derive(Debug, Default)]
struct Entry {
    /// The rows of each batch.
    rows: Vec<usize>,
    columns: HashMap<Column, Vec<ArrayRef>>,
    tally: Tally,
    bytes: usize,
    /// The last scan that used it.
    used: u64,
}

/// What a cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheState {
    /// Objects of which something is kept.
    pub objects: usize,
    /// What they take, in bytes.
    pub bytes: usize,
    /// What they may take.
    pub limit_bytes: usize,
    /// Objects that were not read again.
    pub hits: u64,
}

impl DecodedObjects {
    /// An empty one, which takes so much of the pool at most.
    pub fn new(limit_bytes: usize, pool: &Arc<dyn MemoryPool>) -> Self {
        let memory = MemoryConsumer::new("decoded objects that are kept").register(pool);
        let state = State { objects: HashMap::new(), memory, scan: 0, hits: 0 };
        DecodedObjects { limit_bytes, state: Mutex::new(state) }
    }

    /// What it holds.
    pub fn state(&self) -> CacheState {
        let state = self.lock();
        let (objects, bytes, hits) = (state.objects.len(), state.memory.size(), state.hits);
        CacheState { objects, bytes, limit_bytes: self.limit_bytes, hits }
    }

    /// Forgets all.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.objects.clear();
        state.memory.free();
    }

    /// Begins a scan: what is used from now on is worth more than what was.
    pub(super) fn begin(&self) {
        self.lock().scan += 1;
    }

    /// The rows of an object, as far as what is kept can tell: all that `plan` wants of it, or that the filter lets none of
    /// them pass.
    pub(super) fn find(
        &self,
        object: &Identity,
        filter: Option<&ScanFilter>,
        plan: &ScanPlan,
    ) -> Result<Option<(Vec<RecordBatch>, Tally)>> {
        let wanted = |index: &usize| &plan.columns[*index];
        let (rows, filtered, projected, tally) = {
            let mut state = self.lock();
            let (scan, state) = (state.scan, &mut *state);
            let Some(entry) = state.objects.get_mut(object) else { return Ok(None) };
            let columns = |indices: &[usize]| -> Option<Vec<Vec<ArrayRef>>> {
                indices.iter().map(|index| entry.columns.get(wanted(index)).cloned()).collect()
            };
            let filtered = filter.map(|filter| columns(&filter.columns));
            if filtered.as_ref().is_some_and(Option::is_none) {
                return Ok(None);
            }
            let projected = columns(&plan.projection);
            entry.used = scan;
            let read = filter.iter().flat_map(|filter| &filter.columns).chain(&plan.projection).map(wanted);
            let tally = of_columns(&entry.tally, &read.map(name_of).collect::<Vec<_>>());
            (entry.rows.clone(), filtered.flatten(), projected, tally)
        };
        let mut batches = Vec::new();
        for (number, rows) in rows.into_iter().enumerate() {
            let of_batch =
                |columns: &[Vec<ArrayRef>]| columns.iter().map(|of| Arc::clone(&of[number])).collect::<Vec<_>>();
            let passed = match (filter, &filtered) {
                (Some(filter), Some(filtered)) => Some(filter.evaluate(of_batch(filtered), rows)?),
                _ => None,
            };
            let count = passed.as_ref().map_or(rows, |passed| passed.true_count());
            if count == 0 {
                continue;
            }
            let Some(projected) = &projected else { return Ok(None) };
            let mut values = of_batch(projected);
            if let Some(passed) = passed.filter(|_| count < rows) {
                values =
                    values.iter().map(|column| arrow::compute::filter(column, &passed)).collect::<Result<_, _>>()?;
            }
            let batch = plan.batch(values, count)?;
            let pieces = (0..count).step_by(plan.batch_rows.max(1));
            batches.extend(pieces.map(|first| batch.slice(first, plan.batch_rows.min(count - first))));
        }
        self.lock().hits += 1;
        Ok(Some((batches, tally)))
    }

    /// Keeps what was gathered of an object, if there is room.
    fn keep(&self, object: Identity, gathered: Gathered, tally: &Tally) {
        let mut state = self.lock();
        let state = &mut *state;
        let mut entry = state.objects.remove(&object).unwrap_or_default();
        if entry.rows != gathered.rows && !entry.columns.is_empty() {
            // A part of it would not fit to the other.
            state.memory.shrink(entry.bytes);
            entry = Entry::default();
        }
        let new: Vec<(Column, Vec<ArrayRef>)> =
            gathered.columns.into_iter().filter(|(column, _)| !entry.columns.contains_key(column)).collect();
        let bytes: usize = new.iter().flat_map(|(_, arrays)| arrays).map(|array| array.get_array_memory_size()).sum();
        if state.has_room(bytes, self.limit_bytes) {
            merge(&mut entry.tally, tally);
            entry.rows = gathered.rows;
            entry.columns.extend(new);
            entry.bytes += bytes;
        }
        if !entry.columns.is_empty() {
            entry.used = state.scan;
            state.objects.insert(object, entry);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes so much memory; what was not used since this scan began makes room.
    fn has_room(&mut self, bytes: usize, limit_bytes: usize) -> bool {
        loop {
            if self.memory.size() + bytes <= limit_bytes && self.memory.try_grow(bytes).is_ok() {
                return true;
            }
            let idle = self.objects.iter().filter(|(_, entry)| entry.used < self.scan);
            let Some(oldest) = idle.min_by_key(|(_, entry)| entry.used).map(|(object, _)| object.clone()) else {
                return false;
            };
            if let Some(entry) = self.objects.remove(&oldest) {
                self.memory.shrink(entry.bytes);
            }
        }
    }
}

/// Columns of an object while it is decoded.
#[derive(Debug)]
pub(super) struct Gathering {
    cache: Arc<DecodedObjects>,
    object: Identity,
    gathered: Gathered,
    /// Whether the projected columns are made of all rows, whatever the filter says.
    pub(super) is_whole: bool,
}

#[derive(Debug, Default)]
struct Gathered {
    rows: Vec<usize>,
    columns: HashMap<Column, Vec<ArrayRef>>,
}

impl Gathering {
    /// What gathers for the cache of a scan, if it has one.
    pub(super) fn of(plan: &ScanPlan, object: &Identity, has_filter: bool) -> Option<Self> {
        // Batches of another size would not fit to those that are kept.
        let cache = plan.read.cache.as_ref().filter(|_| plan.is_kept() && plan.batch_rows == BATCH_ROWS)?;
        let is_whole = !has_filter || plan.projection.len() <= CACHED_COLUMNS;
        let (cache, object) = (Arc::clone(cache), object.clone());
        Some(Gathering { cache, object, gathered: Gathered::default(), is_whole })
    }

    /// Adds columns of the next rows.
    pub(super) fn add<'a>(&mut self, columns: impl Iterator<Item = (&'a Column, &'a ArrayRef)>, rows: usize) {
        self.gathered.rows.push(rows);
        let batches = self.gathered.rows.len();
        for (column, values) in columns {
            let arrays = self.gathered.columns.entry(column.clone()).or_default();
            if arrays.len() < batches {
                arrays.push(compact(values));
            }
        }
    }

    /// Hands over what was gathered, once the object has been read to its end.
    pub(super) fn finish(self, tally: &Tally) {
        self.cache.keep(self.object, self.gathered, tally);
    }
}

/// Text apart from the object that it stands in, which would be kept whole for it.
fn compact(values: &ArrayRef) -> ArrayRef {
    match values.data_type() {
        DataType::Utf8View => Arc::new(values.as_string_view().gc()),
        _ => Arc::clone(values),
    }
}

/// A column's name in an account.
fn name_of(column: &Column) -> String {
    match column {
        Column::Field(name, _) => name.clone(),
        Column::Time(name) => format!("{name}_time"),
    }
}

/// An account with the values of these columns alone: those of others nobody asked for.
fn of_columns(tally: &Tally, columns: &[String]) -> Tally {
    let mut tally = tally.clone();
    tally.bad_values.retain(|(column, _), _| columns.contains(column));
    tally
}

/// Adds what another reading of the same object saw of other columns.
fn merge(into: &mut Tally, seen: &Tally) {
    let Tally { bad_values, samples, .. } = std::mem::replace(into, seen.clone());
    into.bad_values.extend(bad_values);
    for sample in samples {
        if into.samples.len() < Tally::MAX_SAMPLES && !into.samples.contains(&sample) {
            into.samples.push(sample);
        }
    }
}
