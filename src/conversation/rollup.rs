//! The roll-up: rows in any order to one entry for every five minutes, vantage, initiator, responder, service port and
//! protocol.
//!
//! Each thread fills tables of its own, cut into parts by the hash of what makes a connection, so that all that was
//! recorded of one connection, wherever it was, meets in one part. When a thread may hold no more, its tables go to a
//! temporary file; at the end each part is put together from all threads' tables and files. A part is a small share of
//! the whole, and nothing larger than some parts is ever held twice.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use arrow::array::RecordBatch;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryReservation;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use tempfile::TempPath;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes};

use super::BUCKET_SECONDS;
use super::row::{Columns, End, Row, Rule, TCP};
use super::vantage::LocalNumbers;
use crate::functions::ip;
use crate::temporary::Registered;

/// Parts that the conversations are cut into.
pub(super) const PARTS: usize = 64;

/// What makes an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Key {
    pub(super) connection: Connection,
    pub(super) vantage: u32,
    _padding: u32,
}

/// What makes a connection, wherever it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Connection {
    /// The first second of the five minutes in which its rows start.
    pub(super) bucket: i64,
    pub(super) initiator: End,
    pub(super) responder: End,
    pub(super) service_port: i32,
    pub(super) protocol: i32,
}

/// In a number's place where there is none; no record has it.
pub(super) const NO_PORT: i32 = i32::MIN;
pub(super) const NO_TIME: i64 = i64::MIN;

/// What is known of the rows of an entry. Sums that may be of nothing have a mark each.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct State {
    pub(super) flows: i64,
    pub(super) attempts: i64,
    pub(super) answers: i64,
    pub(super) rejected_flows: i64,
    pub(super) rejected: i64,
    pub(super) replies_rejected: i64,
    pub(super) request_packets: i64,
    pub(super) request_bytes: i64,
    pub(super) reply_packets: i64,
    pub(super) reply_bytes: i64,
    pub(super) attempt_packets: i64,
    pub(super) attempt_packets_squared: f64,
    pub(super) first_start: i64,
    pub(super) last_end: i64,
    pub(super) flags_or: i32,
    pub(super) traffic_path: i32,
    /// The least and the greatest port that the initiator used.
    pub(super) initiator_ports: [i32; 2],
    pub(super) rule: u32,
    pub(super) marks: u32,
}

/// Bits of `State::marks`.
pub(super) mod mark {
    pub(in super::super) const REQUEST_PACKETS: u32 = 1;
    pub(in super::super) const REQUEST_BYTES: u32 = 1 << 1;
    pub(in super::super) const REPLY_PACKETS: u32 = 1 << 2;
    pub(in super::super) const REPLY_BYTES: u32 = 1 << 3;
    pub(in super::super) const ATTEMPT_PACKETS: u32 = 1 << 4;
    pub(in super::super) const FLAGS: u32 = 1 << 5;
    pub(in super::super) const AT_INITIATOR: u32 = 1 << 6;
    pub(in super::super) const AT_RESPONDER: u32 = 1 << 7;
    pub(in super::super) const RELAYED: u32 = 1 << 8;
    pub(in super::super) const INITIATOR_AT_HOME: u32 = 1 << 9;
    pub(in super::super) const RESPONDER_AT_HOME: u32 = 1 << 10;
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) state: State,
}

/// A row that begins a connection of an entry, or without flags may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Attempt {
    pub(super) entry: u32,
    /// Seconds since the bucket's beginning.
    pub(super) second: i32,
    /// The initiator's port.
    port: i32,
    /// Bytes of the row, as far as they fit.
    pub(super) bytes: u32,
}

/// Entries found by their keys.
#[derive(Default)]
pub(super) struct Table {
    index: HashTable<u32>,
    pub(super) entries: Vec<Entry>,
    attempts: Vec<Attempt>,
}

impl Key {
    fn hash(&self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        hash.write_u64(self.connection.hash(hasher));
        hash.write_u32(self.vantage);
        hash.finish()
    }
}

impl Connection {
    pub(super) fn hash(&self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        hash.write_i64(self.bucket);
        self.initiator.words().into_iter().chain(self.responder.words()).for_each(|word| hash.write_u64(word));
        hash.write_u64(u64::from(self.service_port as u32) << 32 | u64::from(self.protocol as u32));
        hash.finish()
    }
}

impl State {
    const EMPTY: State = State {
        flows: 0,
        attempts: 0,
        answers: 0,
        rejected_flows: 0,
        rejected: 0,
        replies_rejected: 0,
        request_packets: 0,
        request_bytes: 0,
        reply_packets: 0,
        reply_bytes: 0,
        attempt_packets: 0,
        attempt_packets_squared: 0.0,
        first_start: NO_TIME,
        last_end: NO_TIME,
        flags_or: 0,
        traffic_path: i32::MIN,
        initiator_ports: [i32::MAX, i32::MIN],
        rule: u32::MAX,
        marks: 0,
    };

    fn add_row(&mut self, row: &Row) {
        let is_attempt = row.is_attempt();
        let is_rejected = row.is_rejected == Some(true);
        let mut marks = 0;
        let mut add = |sum: &mut i64, value: Option<i64>, mark: u32| {
            if let Some(value) = value {
                *sum = sum.saturating_add(value);
                marks |= mark;
            }
        };
        if row.is_request {
            add(&mut self.request_packets, row.packets, mark::REQUEST_PACKETS);
            add(&mut self.request_bytes, row.bytes, mark::REQUEST_BYTES);
        } else {
            add(&mut self.reply_packets, row.packets, mark::REPLY_PACKETS);
            add(&mut self.reply_bytes, row.bytes, mark::REPLY_BYTES);
        }
        if is_attempt {
            add(&mut self.attempt_packets, row.packets, mark::ATTEMPT_PACKETS);
            self.attempt_packets_squared += row.packets.map_or(0.0, |packets| packets as f64 * packets as f64);
        }
        self.flows += 1;
        self.attempts += i64::from(is_attempt);
        self.answers += i64::from(row.is_answer());
        self.rejected_flows += i64::from(is_rejected);
        self.rejected += i64::from(is_rejected && is_attempt);
        self.replies_rejected += i64::from(is_rejected && !row.is_request);
        self.first_start = earlier(self.first_start, row.start.unwrap_or(NO_TIME));
        self.last_end = self.last_end.max(row.end.unwrap_or(NO_TIME));
        self.traffic_path = self.traffic_path.max(row.traffic_path.unwrap_or(i32::MIN));
        if let Some(port) = row.initiator_port {
            self.widen_ports([port, port]);
        }
        self.rule = self.rule.min(row.rule as u32);
        self.flags_or |= row.flags.unwrap_or(0);
        marks |= if row.flags.is_some() { mark::FLAGS } else { 0 };
        marks |= match row.is_at_initiator {
            Some(true) => mark::AT_INITIATOR,
            Some(false) => mark::AT_RESPONDER,
            None => 0,
        };
        marks |= match row.is_at_initiator.filter(|_| row.is_at_home) {
            Some(true) => mark::INITIATOR_AT_HOME,
            Some(false) => mark::RESPONDER_AT_HOME,
            None => 0,
        };
        self.marks |= marks | if row.is_relayed { mark::RELAYED } else { 0 };
    }

    fn add(&mut self, other: &State) {
        self.flows += other.flows;
        self.attempts += other.attempts;
        self.answers += other.answers;
        self.rejected_flows += other.rejected_flows;
        self.rejected += other.rejected;
        self.replies_rejected += other.replies_rejected;
        self.request_packets = self.request_packets.saturating_add(other.request_packets);
        self.request_bytes = self.request_bytes.saturating_add(other.request_bytes);
        self.reply_packets = self.reply_packets.saturating_add(other.reply_packets);
        self.reply_bytes = self.reply_bytes.saturating_add(other.reply_bytes);
        self.attempt_packets = self.attempt_packets.saturating_add(other.attempt_packets);
        self.attempt_packets_squared += other.attempt_packets_squared;
        self.first_start = earlier(self.first_start, other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.flags_or |= other.flags_or;
        self.traffic_path = self.traffic_path.max(other.traffic_path);
        self.widen_ports(other.initiator_ports);
        self.rule = self.rule.min(other.rule);
        self.marks |= other.marks;
    }

    fn widen_ports(&mut self, [least, greatest]: [i32; 2]) {
        self.initiator_ports = [self.initiator_ports[0].min(least), self.initiator_ports[1].max(greatest)];
    }

    pub(super) fn has(&self, mark: u32) -> bool {
        self.marks & mark != 0
    }

    pub(super) fn is_decided_by(&self, rule: Rule) -> bool {
        self.rule == rule as u32
    }
}

/// The earlier of two times, of which either may be missing.
pub(super) fn earlier(one: i64, other: i64) -> i64 {
    match (one, other) {
        (NO_TIME, time) | (time, NO_TIME) => time,
        _ => one.min(other),
    }
}

impl Table {
    /// The place of a key's entry, which is made where there is none.
    fn place(&mut self, key: &Key, hash: u64, hasher: &RandomState) -> usize {
        let Table { index, entries, .. } = self;
        if let Some(at) = index.find(hash, |at| entries[*at as usize].key == *key) {
            return *at as usize;
        }
        let at = entries.len();
        entries.push(Entry { key: *key, state: State::EMPTY });
        index.insert_unique(hash, at as u32, |at| entries[*at as usize].key.hash(hasher));
        at
    }

    fn add_row(&mut self, key: &Key, hash: u64, hasher: &RandomState, row: &Row) {
        let at = self.place(key, hash, hasher);
        self.entries[at].state.add_row(row);
        if row.is_attempt() {
            self.attempts.push(Attempt {
                entry: at as u32,
                second: row.start.map_or(0, |start| (start - key.connection.bucket) as i32),
                port: row.initiator_port.unwrap_or(NO_PORT),
                bytes: row.bytes.map_or(0, |bytes| u32::try_from(bytes).unwrap_or(u32::MAX)),
            });
        }
    }

    fn merge(&mut self, other: Table, hasher: &RandomState) {
        let places: Vec<u32> = other
            .entries
            .iter()
            .map(|entry| {
                let at = self.place(&entry.key, entry.key.hash(hasher), hasher);
                self.entries[at].state.add(&entry.state);
                at as u32
            })
            .collect();
        let moved = |attempt: &Attempt| Attempt { entry: places[attempt.entry as usize], ..*attempt };
        self.attempts.extend(other.attempts.iter().map(moved));
    }

    /// The connections that were begun, by entry and time. TCP without flags has a row for each interval of a connection,
    /// and its port tells it from the next: the first row of each port counts.
    pub(super) fn attempts(&mut self) -> Vec<Attempt> {
        let mut attempts = std::mem::take(&mut self.attempts);
        let is_flagless = |attempt: &Attempt| {
            let entry = &self.entries[attempt.entry as usize];
            entry.key.connection.protocol == TCP && !entry.state.has(mark::FLAGS)
        };
        attempts.sort_unstable_by_key(|attempt| (attempt.entry, attempt.port, attempt.second, attempt.bytes));
        attempts.retain(|attempt| attempt.port != NO_PORT || !is_flagless(attempt));
        attempts.dedup_by(|next, one| next.entry == one.entry && next.port == one.port && is_flagless(one));
        attempts.sort_unstable();
        attempts
    }

    /// What it holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.index.allocation_size()
            + self.entries.capacity() * size_of::<Entry>()
            + self.attempts.capacity() * size_of::<Attempt>()
    }
}

/// One thread's share of the roll-up.
pub(super) struct Worker {
    hasher: RandomState,
    numbers: LocalNumbers,
    tables: Vec<Table>,
    memory: MemoryReservation,
    limit_bytes: usize,
    spills: Vec<Spill>,
    homes: Homes,
}

/// Private addresses with the vantages where their hosts are at home.
pub(super) type Homes = HashSet<(End, u32)>;

impl Worker {
    /// Holds up to `limit_bytes` in memory. All workers of a roll-up have the same `hasher`.
    pub(super) fn new(
        hasher: RandomState,
        numbers: LocalNumbers,
        memory: MemoryReservation,
        limit_bytes: usize,
    ) -> Self {
        let tables = (0..PARTS).map(|_| Table::default()).collect();
        Worker { hasher, numbers, tables, memory, limit_bytes, spills: Vec::new(), homes: Homes::new() }
    }

    /// Adds a batch of `flow_records`.
    ///
    /// # Errors
    /// When it must go to a file, and that can't be written.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = Columns::new(batch);
        let Worker { hasher, numbers, tables, .. } = self;
        for index in 0..batch.num_rows() {
            let row = Row::read(&columns, index, |text| numbers.text(text));
            let connection = Connection {
                bucket: row.start.map_or(NO_TIME, |start| start / BUCKET_SECONDS * BUCKET_SECONDS),
                initiator: row.initiator,
                responder: row.responder,
                service_port: row.service_port.unwrap_or(NO_PORT),
                protocol: row.protocol.unwrap_or(NO_PORT),
            };
            let key = Key { connection, vantage: numbers.vantage(&columns, index), _padding: 0 };
            let table = &mut tables[part(connection.hash(hasher))];
            table.add_row(&key, key.hash(hasher), hasher, &row);
        }
        let bytes = tables.iter().map(Table::bytes).sum();
        if bytes > self.limit_bytes || self.memory.try_resize(bytes).is_err() {
            self.spill()?;
        }
        Ok(())
    }

    fn note_homes(&mut self) {
        for Entry { key, state } in self.tables.iter().flat_map(|table| &table.entries) {
            let ends = [
                (mark::INITIATOR_AT_HOME, key.connection.initiator),
                (mark::RESPONDER_AT_HOME, key.connection.responder),
            ];
            for (mark, end) in ends {
                if state.has(mark) && end.address().is_some_and(ip::is_private) {
                    self.homes.insert((end, key.vantage));
                }
            }
        }
    }

    fn spill(&mut self) -> Result<()> {
        self.note_homes();
        let spilled = Spill::write(&self.tables).map_err(|error| {
            DataFusionError::IoError(error)
                .context("the temporary folder, where conversations go that memory can't hold")
        })?;
        self.spills.push(spilled);
        self.tables.iter_mut().for_each(|table| *table = Table::default());
        self.memory.free();
        Ok(())
    }

    /// Its tables and files.
    pub(super) fn finish(mut self) -> Finished {
        self.note_homes();
        Finished { tables: self.tables, spills: self.spills, homes: self.homes, _memory: self.memory }
    }
}

/// What a worker leaves.
pub(super) struct Finished {
    tables: Vec<Table>,
    spills: Vec<Spill>,
    pub(super) homes: Homes,
    _memory: MemoryReservation,
}

impl Finished {
    /// Takes what it has of a part: a table, and one for each time it spilled.
    ///
    /// # Errors
    /// When a file can't be read.
    pub(super) fn take(&mut self, part: usize) -> Result<Vec<Table>> {
        let mut tables = vec![std::mem::take(&mut self.tables[part])];
        for spill in &mut self.spills {
            tables.push(spill.read(part).map_err(|error| {
                DataFusionError::IoError(error)
                    .context("the temporary file with conversations that memory could not hold")
            })?);
        }
        Ok(tables)
    }

    /// Whether something went to a file.
    pub(super) fn is_spilled(&self) -> bool {
        !self.spills.is_empty()
    }
}

fn part(connection_hash: u64) -> usize {
    (connection_hash >> (u64::BITS - PARTS.ilog2())) as usize
}

/// One part, put together from what all workers have of it.
pub(super) fn merge(mut tables: Vec<Table>, hasher: &RandomState) -> Table {
    // The largest stays as it is. Those of files have no index yet.
    tables.sort_by_key(|table| if table.index.is_empty() { 0 } else { table.entries.len() });
    let mut merged = match tables.pop() {
        Some(table) if !table.index.is_empty() => table,
        other => {
            tables.extend(other);
            Table::default()
        }
    };
    tables.into_iter().for_each(|table| merged.merge(table, hasher));
    merged
}

/// Tables in a file, one part behind the other.
struct Spill {
    file: File,
    /// For each part where it begins, and how many entries and attempts it has.
    parts: Vec<(u64, usize, usize)>,
    _path: TempPath,
    _registered: Registered,
}

impl Spill {
    fn write(tables: &[Table]) -> std::io::Result<Self> {
        let temporary = tempfile::Builder::new().prefix("vpcflow-").suffix(".conversations").tempfile()?;
        let registered = Registered::new(temporary.path());
        let (file, path) = temporary.into_parts();
        let mut writer = BufWriter::with_capacity(1 << 20, file);
        let mut parts = Vec::new();
        let mut at = 0;
        for table in tables {
            parts.push((at, table.entries.len(), table.attempts.len()));
            let (entries, attempts) = (table.entries.as_bytes(), table.attempts.as_bytes());
            writer.write_all(entries)?;
            writer.write_all(attempts)?;
            at += (entries.len() + attempts.len()) as u64;
        }
        let file = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(Spill { file, parts, _path: path, _registered: registered })
    }

    fn read(&mut self, part: usize) -> std::io::Result<Table> {
        let (at, entries, attempts) = self.parts[part];
        self.file.seek(SeekFrom::Start(at))?;
        let mut reader = BufReader::with_capacity(1 << 20, &self.file);
        // Zeroed rows are valid, and are read over.
        let mut table = Table {
            index: HashTable::new(),
            entries: vec![Entry::new_zeroed(); entries],
            attempts: vec![Attempt::new_zeroed(); attempts],
        };
        reader.read_exact(table.entries.as_mut_bytes())?;
        reader.read_exact(table.attempts.as_mut_bytes())?;
        Ok(table)
    }
}
