//! The roll-up: rows in any order to one entry for every five minutes, vantage, initiator, responder, service port and
//! protocol.
//!
//! Each thread fills tables of its own, one for each five minutes of some days. Logs are read about in the order in which
//! they were written, so the tables in which entries are looked for at a time are few, and small enough for the caches.
//! When a thread may hold no more, its tables go to a temporary file. At the end what all threads and files have of the
//! same five minutes is put together, piece by piece ([`pieces`]): nothing larger than some pieces is ever held twice.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::BUCKET_SECONDS;
use super::chunks::{Chunks, bytes_of_a_chunk};
use super::entry::{Attempt, Entry, Key, NO_PORT, mark};
use super::noted::{Noted, Reversed};
use super::row::{Columns, Row, TCP};
use super::spill::{Loose, Spill};
use super::stored::StoredColumns;
use super::vantage::LocalNumbers;

/// Tables of a thread: five minutes of nearly two days, then the first one has those of the third.
pub(super) const TABLES: usize = 512;

/// Pieces that the whole is cut into at the least.
const PIECES: usize = 64;

/// Entries found by their keys.
#[derive(Default)]
pub(super) struct Table {
    index: HashTable<Found>,
    pub(super) entries: Chunks<Entry>,
    pub(super) attempts: Chunks<Attempt>,
}

/// Where an entry is. The hash says nearly always whether it is the one, without a look at it, and lets the index grow
/// without a look at all of them.
struct Found {
    hash: u32,
    at: u32,
}

/// Chunks that no table needs any more.
#[derive(Default)]
struct Free {
    entries: Vec<Vec<Entry>>,
    attempts: Vec<Vec<Attempt>>,
}

impl Free {
    fn bytes(&self) -> usize {
        self.entries.len() * bytes_of_a_chunk::<Entry>() + self.attempts.len() * bytes_of_a_chunk::<Attempt>()
    }
}

/// The index takes a place from the low bits, and seven more from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Table {
    /// The place of a key's entry, which is made where there is none.
    fn place(&mut self, key: &Key, hash: u32, free: &mut Free) -> usize {
        let Table { index, entries, .. } = self;
        let is_it = |found: &Found| found.hash == hash && entries.get(found.at as usize).key == *key;
        if let Some(found) = index.find(spread(hash), is_it) {
            return found.at as usize;
        }
        let at = entries.len();
        entries.push(Entry::new(*key), &mut free.entries);
        index.insert_unique(spread(hash), Found { hash, at: at as u32 }, |found| spread(found.hash));
        at
    }

    fn add_row(&mut self, key: &Key, hash: u32, row: &Row, free: &mut Free) {
        let at = self.place(key, hash, free);
        let entry = self.entries.get_mut(at);
        entry.add_row(row);
        if let Some(attempt) = entry.attempt(row, at as u32) {
            self.attempts.push(attempt, &mut free.attempts);
        }
    }

    /// Adds what somebody else has.
    fn merge<'a>(
        &mut self,
        entries: impl Iterator<Item = Entry>,
        attempts: impl Iterator<Item = &'a Attempt>,
        hasher: &RandomState,
    ) {
        let free = &mut Free::default();
        let place = |entry: Entry| {
            let at = self.place(&entry.key, entry.key.hash(hasher), free);
            self.entries.get_mut(at).state.add(&entry.state);
            at as u32
        };
        let places: Vec<u32> = entries.map(place).collect();
        for attempt in attempts {
            self.attempts.push(Attempt { entry: places[attempt.entry as usize], ..*attempt }, &mut free.attempts);
        }
    }

    /// The connections that were begun, by entry and time. TCP without flags has a row for each interval of a connection,
    /// and its port tells it from the next: the first row of each port counts.
    pub(super) fn attempts(&self) -> Vec<Attempt> {
        let is_flagless = |attempt: &Attempt| {
            let entry = self.entries.get(attempt.entry as usize);
            entry.key.connection.protocol == TCP && !entry.state.has(mark::FLAGS)
        };
        let (mut of_rows, mut attempts): (Vec<_>, Vec<_>) = self.attempts.iter().copied().partition(is_flagless);
        of_rows.retain(|attempt| attempt.port != NO_PORT);
        of_rows.sort_unstable_by_key(|attempt| (attempt.entry, attempt.port, attempt.second, attempt.bytes));
        of_rows.dedup_by(|next, one| next.entry == one.entry && next.port == one.port);
        attempts.append(&mut of_rows);
        attempts.sort_unstable();
        attempts
    }

    /// What it holds, in bytes.
    fn bytes(&self) -> usize {
        self.index.allocation_size() + self.entries.bytes() + self.attempts.bytes()
    }
}

/// One thread's share of the roll-up.
pub(super) struct Worker {
    hasher: RandomState,
    numbers: LocalNumbers,
    tables: Vec<Table>,
    free: Free,
    memory: MemoryReservation,
    limit_bytes: usize,
    spills: Vec<Spill>,
    noted: Noted,
}

impl Worker {
    /// Holds up to `limit_bytes` in memory. All workers of a roll-up have the same `hasher`.
    pub(super) fn new(
        hasher: RandomState,
        numbers: LocalNumbers,
        memory: MemoryReservation,
        limit_bytes: usize,
    ) -> Self {
        let tables = empty_tables();
        let (free, noted) = (Free::default(), Noted::default());
        Worker { hasher, numbers, tables, free, memory, limit_bytes, spills: Vec::new(), noted }
    }

    /// Adds a batch of `flow_records`.
    ///
    /// # Errors
    /// When it must go to a file, and that can't be written.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = Columns::new(batch);
        let Worker { hasher, numbers, tables, free, .. } = self;
        for index in 0..batch.num_rows() {
            let row = Row::read(&columns, index, |text| numbers.text(text));
            let key = Key::new(&row, numbers.vantage(&columns, index));
            let bucket = key.connection.bucket / BUCKET_SECONDS;
            let table = &mut tables[bucket.rem_euclid(TABLES as i64) as usize];
            table.add_row(&key, key.hash(hasher), &row, free);
        }
        self.keep_within()
    }

    /// Adds a batch of [`STORED`](super::stored::STORED) rows.
    ///
    /// # Errors
    /// As [`Worker::add`], and when the rows are others'.
    pub(super) fn add_stored(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = StoredColumns::new(batch)?;
        let Worker { hasher, numbers, tables, free, .. } = self;
        for row in 0..batch.num_rows() {
            let entry = columns.entry(row, numbers);
            let bucket = entry.key.connection.bucket / BUCKET_SECONDS;
            let table = &mut tables[bucket.rem_euclid(TABLES as i64) as usize];
            let at = table.place(&entry.key, entry.key.hash(hasher), free);
            table.entries.get_mut(at).state.add(&entry.state);
            for attempt in columns.attempts(row) {
                table.attempts.push(Attempt { entry: at as u32, ..attempt }, &mut free.attempts);
            }
        }
        self.keep_within()
    }

    /// Lets go of what is more than may be held.
    fn keep_within(&mut self) -> Result<()> {
        let Worker { tables, free, .. } = self;
        let bytes = tables.iter().map(Table::bytes).sum::<usize>();
        let has_memory = self.memory.try_resize(bytes + free.bytes()).is_ok();
        if bytes > self.limit_bytes || !has_memory {
            self.spill()?;
        }
        if !has_memory {
            self.free = Free::default();
            self.memory.free();
        }
        Ok(())
    }

    fn note(&mut self) {
        self.tables.iter().for_each(|table| self.noted.note(table, &self.hasher));
    }

    fn spill(&mut self) -> Result<()> {
        self.note();
        let spilled = Spill::of(&self.tables).map_err(|error| {
            DataFusionError::IoError(error)
                .context("the temporary folder, where conversations go that memory can't hold")
        })?;
        self.spills.push(spilled);
        for table in std::mem::replace(&mut self.tables, empty_tables()) {
            table.entries.free(&mut self.free.entries);
            table.attempts.free(&mut self.free.attempts);
        }
        Ok(())
    }

    /// Its tables and files.
    pub(super) fn finish(mut self) -> Finished {
        self.note();
        let tables = Mutex::new(self.tables);
        Finished { tables, spills: self.spills, noted: self.noted, _memory: self.memory }
    }
}

fn empty_tables() -> Vec<Table> {
    (0..TABLES).map(|_| Table::default()).collect()
}

/// What a worker leaves.
pub(super) struct Finished {
    tables: Mutex<Vec<Table>>,
    spills: Vec<Spill>,
    pub(super) noted: Noted,
    _memory: MemoryReservation,
}

impl Finished {
    /// Whether something went to a file.
    pub(super) fn is_spilled(&self) -> bool {
        !self.spills.is_empty()
    }

    /// How many entries it has; one that others have too counts again.
    pub(super) fn all_entries(&self) -> usize {
        (0..TABLES).map(|table| self.entries(table)).sum()
    }

    fn tables(&self) -> MutexGuard<'_, Vec<Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entries(&self, table: usize) -> usize {
        self.tables()[table].entries.len() + self.spills.iter().map(|spill| spill.entries(table)).sum::<usize>()
    }
}

/// A share of the whole that is put together at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    tables: Range<usize>,
    share: Option<Share>,
}

/// Of one table that is large by itself: which of how many shares of its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    number: u32,
    of: u32,
}

impl Share {
    fn has(self, entry: &Entry, hasher: &RandomState) -> bool {
        let hash = entry.key.connection.hash(hasher);
        (u128::from(hash) * u128::from(self.of)) >> u64::BITS == u128::from(self.number)
    }
}

impl Piece {
    pub(super) fn tables(&self) -> Range<usize> {
        self.tables.clone()
    }

    /// Puts together what all workers have of one of its tables. It can be done once.
    ///
    /// # Errors
    /// When a file can't be read.
    pub(super) fn assemble(
        &self,
        table: usize,
        workers: &[Finished],
        reversed: &Reversed,
        hasher: &RandomState,
    ) -> Result<Table> {
        let corrected = |entry: &Entry| reversed.corrected(entry, hasher);
        let is_wanted = |entry: &Entry| self.share.is_none_or(|share| share.has(&corrected(entry), hasher));
        let (mut tables, mut loose) = (Vec::new(), Vec::new());
        for worker in workers {
            match self.share {
                None => tables.push(std::mem::take(&mut worker.tables()[table])),
                Some(_) => loose.push(Loose::copy(&worker.tables()[table], is_wanted)),
            }
            for spill in &worker.spills {
                loose.push(spill.read(table, is_wanted).map_err(|error| {
                    DataFusionError::IoError(error)
                        .context("the temporary file with conversations that memory could not hold")
                })?);
            }
        }
        // The largest stays as it is, unless something in it is to be turned round.
        tables.sort_by_key(|table| table.entries.len());
        let is_right = |table: &mut Table| {
            reversed.is_empty() || table.entries.iter().all(|entry| corrected(entry).key == entry.key)
        };
        let mut whole = tables.pop_if(is_right).unwrap_or_default();
        for other in tables {
            whole.merge(other.entries.iter().map(corrected), other.attempts.iter(), hasher);
        }
        for other in loose {
            whole.merge(other.entries.iter().map(corrected), other.attempts.iter(), hasher);
        }
        Ok(whole)
    }
}

/// Cuts the whole into pieces of about one size, as long as five minutes have not most of it.
pub(super) fn pieces(workers: &[Finished]) -> Vec<Piece> {
    let entries: Vec<usize> =
        (0..TABLES).map(|table| workers.iter().map(|worker| worker.entries(table)).sum()).collect();
    cut(&entries)
}

fn cut(entries: &[usize]) -> Vec<Piece> {
    let most = entries.iter().sum::<usize>().div_ceil(PIECES).max(1);
    let mut pieces = Vec::new();
    let (mut begun, mut gathered) = (0, 0);
    for (table, entries) in entries.iter().enumerate() {
        if gathered > 0 && gathered + entries > most {
            pieces.push(Piece { tables: begun..table, share: None });
            (begun, gathered) = (table, 0);
        }
        if *entries > 2 * most {
            let of = entries.div_ceil(most) as u32;
            let share = |number| Some(Share { number, of });
            pieces.extend((0..of).map(|number| Piece { tables: table..table + 1, share: share(number) }));
            (begun, gathered) = (table + 1, 0);
        } else {
            gathered += entries;
        }
    }
    if gathered > 0 {
        pieces.push(Piece { tables: begun..entries.len(), share: None });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entries: &[usize]) -> Vec<String> {
        let piece = |piece: Piece| match piece.share {
            None => format!("{:?}", piece.tables),
            Some(Share { number, of }) => format!("{:?} {number}/{of}", piece.tables),
        };
        cut(entries).into_iter().map(piece).collect()
    }

    #[test]
    fn pieces_are_of_about_one_size() {
        assert_eq!(shown(&[0; 512]), [""; 0]);
        assert_eq!(shown(&[0, 0, 3, 0]), ["2..3 0/3", "2..3 1/3", "2..3 2/3"]);
        let day = shown(&[100_000; 288]);
        assert_eq!((day.len(), day[0].as_str(), day[71].as_str()), (72, "0..4", "284..288"));
        // Five minutes that have most of it are cut by their connections.
        let mut peak = vec![10_000; 512];
        peak[1] = 10_000_000;
        let peak = shown(&peak);
        assert_eq!((peak.len(), peak[0].as_str(), peak[1].as_str()), (1 + 43 + 23, "0..1", "1..2 0/43"));
        assert_eq!((peak[44].as_str(), peak[66].as_str()), ("2..25", "508..512"));
    }
}
