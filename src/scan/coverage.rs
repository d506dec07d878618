//! What a run has read and what it could not: kept beside the answer, because an answer without it misleads.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::ops::AddAssign;
use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;

use crate::format::{Foreign, Sample, Tally};
use crate::limits::NAMED_OBJECTS;

/// The account of one run, filled by its scans.
#[derive(Debug, Default)]
pub struct Coverage(Mutex<Account>);

/// How far a scan is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Objects opened.
    pub objects: u64,
    /// Objects that scans have to open.
    pub objects_expected: u64,
    /// Bytes of the opened objects as stored.
    pub bytes: u64,
    /// Bytes of those that scans have to open.
    pub bytes_expected: u64,
    /// Records read.
    pub records: u64,
    /// Files of a lake opened, in place of objects.
    pub files: u64,
}

/// What scans took, summed over all threads; of Parquet objects only their listing is told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Finding out which objects there are.
    pub listing: Duration,
    /// Waiting for objects.
    pub fetching: Duration,
    /// Inflating and decoding them.
    pub decoding: Duration,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.listing += other.listing;
        self.fetching += other.fetching;
        self.decoding += other.decoding;
    }
}

/// The report, and the objects it speaks of: one that a query reads twice (a join with itself) is counted once.
#[derive(Debug, Default, Clone)]
struct Account {
    report: CoverageReport,
    seen: HashSet<String>,
    /// Hashes of the names of objects that scans have to open: several may have to open the same.
    expected: HashSet<u64>,
    objects_expected: u64,
    bytes_expected: u64,
    spent: Spent,
    /// What became of each object, if that is wanted; how many there are is known then.
    each: Option<HashMap<String, ObjectAccount>>,
}

/// A state of an account.
#[derive(Debug)]
pub(crate) struct Mark(Account);

/// What became of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectAccount {
    /// Records read.
    pub records: u64,
    /// Lines that are no record.
    pub malformed: u64,
    /// SHA-256 of its content as stored, where all of it was fetched.
    pub sha256: Option<[u8; 32]>,
    /// What it turned out to be.
    pub fate: Fate,
}

/// What an object turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Fate {
    /// A flow log, read to its end.
    #[default]
    Read,
    /// No flow log.
    Foreign(String),
    /// Damaged: what could be read of it was.
    Damaged(String),
    /// Not to be had; the next time it may be.
    Unread(String),
    /// The same content as another, of this name: none of its records count.
    Copy(String),
}

/// An object and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ObjectNote {
    /// The object's name.
    pub object: String,
    /// What happened, or one malformed line of it.
    pub note: String,
}

/// Numbers and names of what was read, passed over and broken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CoverageReport {
    /// Objects opened, whatever became of them.
    pub objects: u64,
    /// Objects that the query's period or predicates ruled out by their names; never opened.
    pub pruned: u64,
    /// Files of a lake that were opened, in place of objects.
    pub files: u64,
    /// Bytes of the opened objects, or files, as stored.
    pub bytes: u64,
    /// Lines of text, or rows of Parquet.
    pub lines: u64,
    /// Lines that are records, of the period or not; of a lake, the records that were examined.
    pub records: u64,
    /// Header lines.
    pub headers: u64,
    /// Blank lines.
    pub blank: u64,
    /// Lines that are no record.
    pub malformed: u64,
    /// The same by reason.
    pub malformed_by_reason: BTreeMap<&'static str, u64>,
    /// Numeric fields that were not numbers, by column and reason; their records are in the table with NULL there.
    pub malformed_values: BTreeMap<String, u64>,
    /// A few malformed lines and values.
    pub samples: Vec<ObjectNote>,
    /// Objects that are no flow logs, by reason.
    pub not_flow_logs: BTreeMap<&'static str, u64>,
    /// The first of them by name.
    pub not_flow_log_objects: Vec<ObjectNote>,
    /// Objects that could not be read.
    pub failed: u64,
    /// The first of them, with the reason.
    pub failed_objects: Vec<ObjectNote>,
    /// Columns that some object has and the table has not, with the number of such objects.
    pub hidden_columns: BTreeMap<String, u64>,
    /// What was asked for and is not there: a SOURCE without anything in the period, an account.
    pub missing: BTreeSet<String>,
    /// What else is to be known of what was read.
    pub notes: BTreeSet<String>,
}

impl CoverageReport {
    /// Whether part of the input could not be read: objects, or every line there was; or is not there.
    pub fn is_partial(&self) -> bool {
        self.failed > 0 || !self.missing.is_empty() || (self.malformed > 0 && self.records == 0)
    }

    /// The same, where it is of a lake's files with so many records: what was examined of them.
    pub(crate) fn with_examined(self, records: i64) -> Self {
        match self.files {
            0 => self,
            _ => CoverageReport { records: records.unsigned_abs(), lines: records.unsigned_abs(), ..self },
        }
    }

    /// Malformed values of all columns.
    pub fn malformed_value_count(&self) -> u64 {
        self.malformed_values.values().sum()
    }
}

impl Coverage {
    /// An account that keeps apart what became of each object, its digest too.
    pub fn of_each_object() -> Self {
        Coverage(Mutex::new(Account { each: Some(HashMap::new()), ..Account::default() }))
    }

    /// Tells how much there is to read, for scans that come one after the other.
    pub(crate) fn expect(&self, objects: u64, bytes: u64) {
        let mut account = self.lock();
        (account.objects_expected, account.bytes_expected) = (objects, bytes);
    }

    /// What became of each object since the last time; of none, unless it was to be kept apart.
    pub(crate) fn take_objects(&self) -> HashMap<String, ObjectAccount> {
        let mut account = self.lock();
        account.seen.clear();
        account.each.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The state of the account, to come back to.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.lock().clone())
    }

    /// Forgets what was counted since: it is read again.
    pub(crate) fn reset(&self, Mark(account): Mark) {
        *self.lock() = account;
    }

    /// Whether digests of the objects are wanted.
    pub(super) fn wants_digests(&self) -> bool {
        self.lock().each.is_some()
    }

    pub(super) fn digest(&self, object: &str, sha256: [u8; 32]) {
        self.lock().of_object(object, |account| account.sha256 = Some(sha256));
    }

    /// The account so far.
    pub fn report(&self) -> CoverageReport {
        let mut report = self.lock().report.clone();
        // Partitions end in any order; a report reads the same each time.
        report.samples.sort();
        report.not_flow_log_objects.sort();
        report.failed_objects.sort();
        report
    }

    /// How far the scans of this account are.
    pub fn progress(&self) -> Progress {
        let account = self.lock();
        Progress {
            objects: account.report.objects,
            objects_expected: account.objects_expected,
            bytes: account.report.bytes,
            bytes_expected: account.bytes_expected,
            records: account.report.records,
            files: account.report.files,
        }
    }

    /// What the scans of this account took.
    pub fn spent(&self) -> Spent {
        self.lock().spent
    }

    /// Counts what was spent.
    pub(super) fn spend(&self, spent: Spent) {
        self.lock().spent += spent;
    }

    /// Counts an object that a scan has to open.
    pub(super) fn expected(&self, object: &str, bytes: u64) {
        let mut account = self.lock();
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(object);
        if account.each.is_some() || !account.expected.insert(hash) {
            return;
        }
        account.objects_expected += 1;
        account.bytes_expected = account.bytes_expected.saturating_add(bytes);
    }

    /// Begins a new account and returns the last one.
    pub fn take(&self) -> CoverageReport {
        let report = self.report();
        let mut account = self.lock();
        let each = account.each.as_ref().map(|_| HashMap::new());
        *account = Account { each, ..Account::default() };
        report
    }

    /// Notes what is to be known.
    pub(crate) fn note(&self, notes: impl IntoIterator<Item = String>) {
        self.lock().report.notes.extend(notes);
    }

    pub(super) fn missing(&self, what: String) {
        self.lock().report.missing.insert(what);
    }

    pub(super) fn pruned(&self, objects: usize) {
        self.lock().report.pruned += objects as u64;
    }

    /// Counts objects that can't be read, and were not opened.
    pub(crate) fn note_unreadable(&self, unreadable: &[(String, String)]) {
        for (name, reason) in unreadable {
            if self.opened(name, 0) {
                self.failed(name, reason.clone(), false);
            }
        }
    }

    /// Counts a file of a lake that a query reads. How many records are behind its rows it does not tell: many are behind one of
    /// conversations, and what a query does not ask for is passed over.
    pub(crate) fn read_file(&self, path: &str, bytes: u64) {
        let mut account = self.lock();
        if account.seen.insert(path.to_owned()) {
            account.bytes_expected += bytes;
            account.report.files += 1;
            account.report.bytes += bytes;
        }
    }

    /// Counts an object; `false` when it has been counted before.
    pub(super) fn opened(&self, object: &str, bytes: u64) -> bool {
        let mut account = self.lock();
        let first = account.seen.insert(object.to_owned());
        if first {
            account.of_object(object, |_| {});
            account.report.objects += 1;
            // What a listing says can be anything.
            account.report.bytes = account.report.bytes.saturating_add(bytes);
        }
        first
    }

    pub(super) fn foreign(&self, object: &str, reason: Foreign) {
        let account = &mut *self.lock();
        account.of_object(object, |account| account.fate = Fate::Foreign(reason.to_string()));
        let report = &mut account.report;
        *report.not_flow_logs.entry(reason.name()).or_default() += 1;
        note(&mut report.not_flow_log_objects, object, reason.to_string());
    }

    /// Counts an object that could not be read: because it is damaged, or because it was not to be had.
    pub(super) fn failed(&self, object: &str, reason: String, is_damaged: bool) {
        let account = &mut *self.lock();
        let fate = if is_damaged { Fate::Damaged } else { Fate::Unread };
        account.of_object(object, |account| account.fate = fate(reason.clone()));
        let report = &mut account.report;
        report.failed += 1;
        note(&mut report.failed_objects, object, reason);
    }

    pub(super) fn hidden<'a>(&self, columns: impl Iterator<Item = &'a str>) {
        let report = &mut self.lock().report;
        for column in columns {
            *report.hidden_columns.entry(column.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn add(&self, object: &str, tally: &Tally) {
        let account = &mut *self.lock();
        account.of_object(object, |account| {
            account.records += tally.records;
            account.malformed += tally.malformed_lines();
        });
        let report = &mut account.report;
        report.lines += tally.lines;
        report.records += tally.records;
        report.headers += tally.headers;
        report.blank += tally.blank;
        report.malformed += tally.malformed_lines();
        for (reason, count) in &tally.malformed {
            *report.malformed_by_reason.entry(reason.name()).or_default() += count;
        }
        for ((column, reason), count) in &tally.bad_values {
            *report.malformed_values.entry(format!("{column}: {}", reason.name())).or_default() += count;
        }
        for sample in &tally.samples {
            note(&mut report.samples, object, Sample::to_string(sample));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Account> {
        // A panic while counting leaves counts, not broken invariants.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Account {
    fn of_object(&mut self, object: &str, change: impl FnOnce(&mut ObjectAccount)) {
        let Some(each) = &mut self.each else { return };
        match each.get_mut(object) {
            Some(account) => change(account),
            None => change(each.entry(object.to_owned()).or_default()),
        }
    }
}

fn note(notes: &mut Vec<ObjectNote>, object: &str, note: String) {
    if notes.len() < NAMED_OBJECTS {
        notes.push(ObjectNote { object: object.to_owned(), note });
    }
}
