//! What the roll-up keeps, outside its tables: in a temporary file, where one table lies behind the other, or copied from
//! one.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Result, Seek, SeekFrom, Write};

use tempfile::TempPath;
use zerocopy::{FromBytes, FromZeros, IntoBytes};

use super::entry::{Attempt, Entry};
use super::rollup::Table;
use crate::temporary::Registered;

/// Entries, and what they began, without an index.
#[derive(Debug, Default)]
pub(super) struct Loose {
    pub(super) entries: Vec<Entry>,
    pub(super) attempts: Vec<Attempt>,
}

impl Loose {
    /// Copies those entries of a table that are wanted, with their attempts.
    pub(super) fn copy(table: &Table, is_wanted: impl Fn(&Entry) -> bool) -> Self {
        let mut loose = Loose::default();
        let places: Vec<_> = table.entries.iter().map(|entry| loose.take(*entry, &is_wanted)).collect();
        table.attempts.iter().for_each(|attempt| loose.take_attempt(*attempt, &places));
        loose
    }

    /// Takes an entry if it is wanted, and tells its place.
    fn take(&mut self, entry: Entry, is_wanted: impl Fn(&Entry) -> bool) -> Option<u32> {
        let place = is_wanted(&entry).then_some(self.entries.len() as u32);
        self.entries.extend(place.map(|_| entry));
        place
    }

    fn take_attempt(&mut self, attempt: Attempt, places: &[Option<u32>]) {
        let place = places[attempt.entry as usize];
        self.attempts.extend(place.map(|entry| Attempt { entry, ..attempt }));
    }
}

/// The tables of a thread, in a file.
pub(super) struct Spill {
    /// Opened when it is read: under a small limit there are more such files than a process may have open.
    path: TempPath,
    tables: Vec<Place>,
    _registered: Registered,
}

/// Where a table begins, and how many entries and attempts it has.
struct Place {
    at: u64,
    entries: usize,
    attempts: usize,
}

impl Spill {
    pub(super) fn of(tables: &[Table]) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("vpcflow-").suffix(".conversations").tempfile()?;
        let registered = Registered::new(temporary.path());
        let (file, path) = temporary.into_parts();
        let mut writer = BufWriter::with_capacity(1 << 20, file);
        let mut places = Vec::new();
        let mut at = 0;
        for Table { entries, attempts, .. } in tables {
            places.push(Place { at, entries: entries.len(), attempts: attempts.len() });
            for piece in entries.pieces().chain(attempts.pieces()) {
                writer.write_all(piece)?;
                at += piece.len() as u64;
            }
        }
        writer.flush()?;
        Ok(Spill { path, tables: places, _registered: registered })
    }

    /// How many entries a table has.
    pub(super) fn entries(&self, table: usize) -> usize {
        self.tables[table].entries
    }

    /// What is wanted of a table.
    pub(super) fn read(&self, table: usize, is_wanted: impl Fn(&Entry) -> bool) -> Result<Loose> {
        let Place { at, entries, attempts } = self.tables[table];
        if entries == 0 {
            return Ok(Loose::default());
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(at))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut loose = Loose::default();
        let mut places = Vec::with_capacity(entries);
        for _ in 0..entries {
            places.push(loose.take(next(&mut reader)?, &is_wanted));
        }
        for _ in 0..attempts {
            loose.take_attempt(next(&mut reader)?, &places);
        }
        Ok(loose)
    }
}

/// The next item of a file.
fn next<T: FromBytes + IntoBytes + FromZeros>(reader: &mut impl Read) -> Result<T> {
    let mut item = T::new_zeroed();
    reader.read_exact(item.as_mut_bytes())?;
    Ok(item)
}
