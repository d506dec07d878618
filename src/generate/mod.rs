//! Synthetic flow logs: a small AWS estate, its everyday traffic, and attacks with their benign look-alikes.
//!
//! For trying vpcflow out, for tests and for benchmarks. The story: an estate of accounts, VPCs and interfaces;
//! connections between them and the world, drawn at random or by the clock; each gives the rows that every
//! interface on its way would log; rows are collected by the five-minute slot of their end and written as AWS
//! delivers them.
//!
//! Invariant: the same options give the same files, byte for byte, whatever the machine and the number of
//! threads. Every slot throws its own dice, and nothing depends on the clock or on the order of a hash map.

mod attacks;
mod background;
mod benign;
mod clockwork;
mod connection;
mod dice;
mod estate;
mod field_set;
mod groups;
mod inventory;
mod labels;
mod lists;
mod object;
mod parquet;
mod plan;
mod row;
mod stage;
mod text;
mod unused_rules;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chrono::NaiveDate;
use serde::Serialize;

use background::Background;
use estate::{ACCOUNT_MAX_INTERFACES, Estate, SITE_MIN_INTERFACES};
pub use field_set::FieldSet;
use labels::Kind;
use object::{ObjectWriter, Written};
use plan::Plan;
use row::Row;
use text::LineWriter;

/// The most records of one day: a slot of them is held in memory while it is written.
const DAY_MAX_RECORDS: u64 = 2_000_000_000;

/// The most days: two years and a bit of history.
const MAX_DAYS: usize = 800;

/// The most accounts: each has a network of its own.
const MAX_ACCOUNTS: usize = 50;

/// Slots that a thread takes at a time. The slot before is drawn again for what it passes on, so a larger
/// number wastes less; a smaller one shares the work better.
const CHUNK_SLOTS: usize = 24;

/// What to generate.
#[derive(Debug, Clone)]
pub struct Options {
    /// Records over all days. Planted scenarios count; where they alone are more, there are more.
    pub records: u64,
    /// Days from `date` on.
    pub days: usize,
    /// The first day, in UTC.
    pub date: NaiveDate,
    /// The fields of the records: one set for all accounts, or one for each.
    pub fields: Vec<FieldSet>,
    /// Network interfaces over all accounts; at least 20 for each.
    pub interfaces: usize,
    /// AWS accounts, each with a VPC or two of its own.
    pub accounts: usize,
    /// Another seed gives another estate and other traffic.
    pub seed: u64,
    /// Whether attacks and their look-alikes are planted on the last day.
    pub attacks: bool,
    /// Whether objects are Parquet instead of gzip text.
    pub parquet: bool,
    /// Threads that write; the files do not depend on it.
    pub threads: usize,
}

/// What was generated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects below `AWSLogs/`.
    pub objects: u64,
    /// Records in them.
    pub records: u64,
    /// Their size on disk.
    pub bytes: u64,
    /// Planted attacks.
    pub attacks: usize,
    /// Planted look-alikes of attacks.
    pub look_alikes: usize,
}

/// Why nothing, or not everything, was generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An option is out of its range.
    #[error("{0}")]
    Option(String),
    /// The target has files in it, which might be logs of yours.
    #[error("{} is not empty: name a new folder, or empty this one first", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The file under its final name.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Generates flow logs below `to`, which is created and must be empty.
pub fn generate(options: &Options, to: &Path) -> Result<Summary, Error> {
    check(options)?;
    check_empty(to)?;
    let estate = Estate::new(options.seed, options.accounts, options.interfaces);
    let midnight = options.date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let planted = stage::plant(&estate, &Plan::new(midnight, options.days, 0), options)?;
    let plan = Plan::new(midnight, options.days, options.records.saturating_sub(planted.rows.len() as u64));
    let lines: Vec<LineWriter> = options.fields.iter().map(|fields| LineWriter::new(&estate, fields.names())).collect();
    let writer = |lines| ObjectWriter { root: to, seed: options.seed, as_parquet: options.parquet, lines };
    let generator = Generator {
        background: Background {
            estate: &estate,
            seed: options.seed,
            clients: (options.records / 40).clamp(2_000, 2_000_000) as u32,
            mistakes: options.attacks,
        },
        tasks: clockwork::tasks(&estate, plan.quietest() / 2, options.attacks),
        estate: &estate,
        plan,
        planted: &planted.rows,
        seed: options.seed,
        writers: lines.iter().map(writer).collect(),
    };
    let written = generator.run(options.threads.max(1))?;
    // Last, so that a folder with labels is a complete one.
    write_json(&to.join("security-groups.json"), &inventory::security_groups(&estate, options.attacks))?;
    write_json(&to.join("interfaces.json"), &inventory::interfaces(&estate))?;
    for (name, head, addresses) in planted.lists.files() {
        object::write_whole(&to.join(name), |file| lists::write(head, addresses, file))?;
    }
    write_json(&to.join("ip-ranges.json"), &lists::ip_ranges())?;
    write_json(&to.join("labels.json"), &planted.labels)?;
    let count = |kind| planted.labels.iter().filter(|label| label.kind == kind).count();
    let Written { objects, records, bytes } = written;
    Ok(Summary { objects, records, bytes, attacks: count(Kind::Attack), look_alikes: count(Kind::Benign) })
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    object::write_whole(path, |file| {
        serde_json::to_writer_pretty(&mut *file, value)?;
        file.write_all(b"\n")
    })?;
    Ok(())
}

fn check(options: &Options) -> Result<(), Error> {
    let bad = |sentence: String| Err(Error::Option(sentence));
    if !(1..=MAX_ACCOUNTS).contains(&options.accounts) {
        return bad(format!("{} accounts: choose 1 to {MAX_ACCOUNTS}", options.accounts));
    }
    let (least, most) = (options.accounts * SITE_MIN_INTERFACES, options.accounts * ACCOUNT_MAX_INTERFACES);
    if !(least..=most).contains(&options.interfaces) {
        let accounts = options.accounts;
        return bad(format!("{} interfaces in {accounts} accounts: choose {least} to {most}", options.interfaces));
    }
    if options.fields.len() != 1 && options.fields.len() != options.accounts {
        let (sets, accounts) = (options.fields.len(), options.accounts);
        return bad(format!("{sets} sets of fields for {accounts} accounts: name one, or one for each account"));
    }
    if !(1..=MAX_DAYS).contains(&options.days) {
        return bad(format!("{} days: choose 1 to {MAX_DAYS}", options.days));
    }
    if options.records > DAY_MAX_RECORDS * options.days as u64 {
        return bad(format!("{} records: choose at most {DAY_MAX_RECORDS} a day", options.records));
    }
    if options.date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() < 0 {
        return bad(format!("date {}: choose one from 1970 on", options.date));
    }
    Ok(())
}

fn check_empty(to: &Path) -> Result<(), Error> {
    match fs::read_dir(to) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Error::NotEmpty(to.to_path_buf())),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::Io { path: to.to_path_buf(), source }),
    }
}

/// Everything a thread needs to write its slots.
struct Generator<'a> {
    estate: &'a Estate,
    plan: Plan,
    background: Background<'a>,
    tasks: Vec<clockwork::Task>,
    /// Rows of the planted scenarios, in the order of their end.
    planted: &'a [Row],
    seed: u64,
    /// One for all accounts, or one for each.
    writers: Vec<ObjectWriter<'a>>,
}

impl Generator<'_> {
    /// Writes every object, with as many threads as given.
    fn run(&self, threads: usize) -> Result<Written, Error> {
        let next_chunk = AtomicUsize::new(0);
        let work = || -> Result<Written, Error> {
            let mut written = Written::default();
            loop {
                let first = next_chunk.fetch_add(CHUNK_SLOTS, Ordering::Relaxed);
                if first > self.plan.slots().end {
                    return Ok(written);
                }
                match self.write_chunk(first) {
                    Ok(chunk) => written.add(chunk),
                    Err(error) => {
                        // The others need not go on: the run has failed.
                        next_chunk.store(usize::MAX / 2, Ordering::Relaxed);
                        return Err(error);
                    }
                }
            }
        };
        let results: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().map(|worker| worker.join()).collect()
        });
        let mut written = Written::default();
        for result in results {
            match result {
                Ok(part) => written.add(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(written)
    }

    /// Writes the objects of [`CHUNK_SLOTS`] slots, and the one after the last midnight with the last chunk.
    fn write_chunk(&self, first: usize) -> Result<Written, Error> {
        let mut written = Written::default();
        let mut rows = Vec::new();
        // What the slot before began and did not end.
        if let Some(before) = first.checked_sub(1) {
            self.draw_slot(before, &mut rows);
            rows.retain(|row| self.plan.slot_of(row.end) == first);
        }
        for slot in first..(first + CHUNK_SLOTS).min(self.plan.slots().end + 1) {
            self.draw_slot(slot, &mut rows);
            rows.extend_from_slice(self.planted_in(slot));
            let later: Vec<Row> = rows.extract_if(.., |row| self.plan.slot_of(row.end) != slot).collect();
            written.add(self.write_slot(slot, &mut rows)?);
            rows = later;
        }
        Ok(written)
    }

    /// Appends the rows of everything that begins in a slot.
    fn draw_slot(&self, slot: usize, rows: &mut Vec<Row>) {
        if !self.plan.slots().contains(&slot) {
            return;
        }
        let start = self.plan.slot_start(slot);
        let before = rows.len();
        self.tasks.iter().for_each(|task| task.run(self.estate, self.seed, start, rows));
        let by_clock = (rows.len() - before) as u64;
        self.background.fill(slot, start, self.plan.quota(slot).saturating_sub(by_clock), rows);
    }

    /// The planted rows that end in a slot.
    fn planted_in(&self, slot: usize) -> &[Row] {
        let first = self.planted.partition_point(|row| self.plan.slot_of(row.end) < slot);
        let last = self.planted.partition_point(|row| self.plan.slot_of(row.end) <= slot);
        &self.planted[first..last]
    }

    fn write_slot(&self, slot: usize, rows: &mut [Row]) -> Result<Written, Error> {
        let site_of = |row: &Row| self.estate.interface(row.interface).site;
        // Records come minute by minute, and those of a minute in no order: interfaces are mixed, request and reply
        // don't stand side by side. The sort is stable, so rows that hash alike keep their order.
        rows.sort_by_cached_key(|row| (site_of(row), row.end / row::WINDOW_SECONDS, row.hash()));
        let mut written = Written::default();
        for rows in rows.chunk_by(|a, b| site_of(a) == site_of(b)) {
            let site = &self.estate.sites[site_of(&rows[0])];
            let writer = &self.writers[site.account_number % self.writers.len()];
            written.add(writer.write_slot(site, self.plan.slot_start(slot), rows)?);
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests;
