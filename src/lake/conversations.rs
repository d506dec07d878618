//! The table `conversations`: what the roll-up makes of a day's `flows`, made anew when they have changed.
//!
//! It is derived: nothing is lost with it, and no transaction need bind it to `flows`. The names of its files begin with a
//! mark of the flows that they are made of, so that everybody sees whether they still are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::file::{Encoded, Form, new_name};
use super::scan::LakeTable;
use super::table::{Change, Committed, DataFile, Table};
use super::{Lake, LakeError};
use crate::conversation::{self, STORED, Wanted};
use crate::limits::{LAKE_FILE_ROWS, LAKE_TRIES};
use crate::session::{Session, TABLE_NAMES};

/// How the table's files are written.
pub(super) const FORM: Form = Form {
    table: super::TABLES[1],
    looked_up: &["initiator", "responder"],
    unbounded: &["log_status", "direction", "outcome", "orientation", "vantage"],
    growing: &["bucket"],
};

/// The mark of what is in files: that of a file which has the rows of others is theirs together.
pub(super) fn mark_of<'a>(files: impl Iterator<Item = &'a DataFile>) -> u128 {
    files.map(number_of).fold(0, |mark, number| mark ^ number)
}

/// The number that a file of ours is called by; other programs' files have others.
fn number_of(file: &DataFile) -> u128 {
    let name = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".parquet")).unwrap_or_default();
    let number = u128::from_str_radix(name, 16).ok().filter(|_| name.len() == 32);
    number.unwrap_or_else(|| {
        let digest: [u8; 32] = Sha256::digest(&file.path).into();
        digest.first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes))
    })
}

/// The files of a table by day.
fn by_date(table: &Table) -> BTreeMap<Option<NaiveDate>, Vec<&DataFile>> {
    let mut days: BTreeMap<_, Vec<&DataFile>> = BTreeMap::new();
    table.files().iter().for_each(|file| days.entry(file.date).or_default().push(file));
    days
}

impl Lake {
    /// The days whose conversations are not those of their flows. Days without flows have what they had.
    pub(super) fn stale(&self) -> BTreeSet<Option<NaiveDate>> {
        let made = by_date(&self.conversations);
        let is_stale = |(date, flows): &(Option<NaiveDate>, Vec<&DataFile>)| {
            let mark = mark_of(flows.iter().copied());
            !made.get(date).is_some_and(|files| files.iter().all(|file| is_of(file, mark)))
        };
        // What came late of a day that was dropped is not the day.
        let is_kept = |(date, _): &(Option<NaiveDate>, _)| date.is_none() || *date >= self.flows.expired();
        by_date(&self.flows).into_iter().filter(is_kept).filter(is_stale).map(|(date, _)| date).collect()
    }

    /// Makes the conversations anew of the days whose flows have changed, and tells how many these are.
    ///
    /// # Errors
    /// When files can't be read or written.
    pub async fn refresh(&mut self, session: &Session, wanted: &Wanted) -> Result<usize, LakeError> {
        let (mut refreshed, mut tries) = (0, 0);
        loop {
            let days: Vec<_> = self.stale().into_iter().take(DAYS_OF_A_COMMIT).collect();
            if days.is_empty() {
                return Ok(refreshed);
            }
            let mut change = Change::default();
            for date in &days {
                change.remove.extend(of_day(&self.conversations, *date));
                change.add.extend(self.roll_up(session, wanted, *date).await?);
            }
            let written = change.add.clone();
            match self.conversations.commit(change).await? {
                Committed::Yes => refreshed += days.len(),
                Committed::Overtaken => {
                    self.conversations.remove(&written).await;
                    self.flows.reread().await?;
                    tries += 1;
                    if tries == LAKE_TRIES {
                        return Err(LakeError::Overtaken { name: self.place.name.clone(), tries });
                    }
                }
            }
        }
    }

    /// Writes the conversations of a day to files that nobody knows yet.
    async fn roll_up(
        &self,
        session: &Session,
        wanted: &Wanted,
        date: Option<NaiveDate>,
    ) -> Result<Vec<DataFile>, LakeError> {
        let flows = of_day(&self.flows, date);
        let mark = mark_of(flows.iter());
        let session = session.bare()?;
        let table = LakeTable::new(&self.flows).of_files(flows);
        session.context().register_table(TABLE_NAMES[0], Arc::new(table))?;
        let encode = |rows: &mut dyn Iterator<Item = _>| FORM.encode(rows, &STORED);
        let parts: Vec<Encoded> =
            conversation::store::<_, LakeError>(&session, wanted.clone(), LAKE_FILE_ROWS, encode).await?;
        let mut files = Vec::new();
        for (number, part) in parts.into_iter().enumerate() {
            let name = format!("{mark:032x}-{number}-{:08x}", new_name() as u32);
            files.push(part.put(&self.place, &FORM, date, &name).await?);
        }
        Ok(files)
    }
}

/// Days whose conversations come into the lake with one commit.
const DAYS_OF_A_COMMIT: usize = 16;

fn of_day(table: &Table, date: Option<NaiveDate>) -> Vec<DataFile> {
    table.files().iter().filter(|file| file.date == date).cloned().collect()
}

/// Whether a file of conversations is made of the flows with a mark.
fn is_of(file: &DataFile, mark: u128) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    name.split_once('-').is_some_and(|(of, _)| u128::from_str_radix(of, 16) == Ok(mark))
}
