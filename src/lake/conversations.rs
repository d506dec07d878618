//! The table `conversations` and those of the history: what the roll-up makes of a day's `flows`, made anew when they have
//! changed.
//!
//! They are derived: nothing is lost with them, and no transaction need bind them to `flows`. The names of their files begin
//! with a mark of the flows that they are made of, so that everybody sees whether they still are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::file::{Encoded, Form, new_name};
use super::scan::{LakeTable, days};
use super::table::{Change, Committed, DataFile, Table};
use super::{InHand, Lake, LakeError, history};
use crate::conversation::{OfDay, RolledUp, STORED, Wanted};
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
    /// The tables that are made of flows.
    pub(super) fn derived(&self) -> impl Iterator<Item = &Table> {
        std::iter::once(&self.conversations).chain(&self.history)
    }

    /// The days of which what is made of their flows is not of these: also those whose last flows were replaced. Days that
    /// were dropped have what they had.
    pub(super) fn stale(&self) -> BTreeSet<Option<NaiveDate>> {
        let made: Vec<_> = self.derived().map(by_date).collect();
        let flows = by_date(&self.flows);
        let is_stale = |date: &Option<NaiveDate>| match flows.get(date) {
            None => true,
            Some(flows) => {
                let mark = mark_of(flows.iter().copied());
                let is_made = |files: &Vec<&DataFile>| files.iter().all(|file| is_of(file, mark));
                !made.iter().all(|made| made.get(date).is_some_and(is_made))
            }
        };
        // What came late of a day that was dropped is not the day.
        let is_kept = |date: &Option<NaiveDate>| date.is_none() || *date >= self.flows.expired();
        let days = flows.keys().chain(made.iter().flat_map(BTreeMap::keys)).copied();
        days.filter(is_kept).filter(is_stale).collect()
    }

    /// Makes the conversations and the history anew of the days whose flows have changed, and tells how many these are.
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
            let mut changes = [(); 4].map(|()| Change::default());
            for date in &days {
                for (change, table) in changes.iter_mut().zip(self.derived()) {
                    change.remove.extend(of_day(table, *date));
                }
                self.roll_up(session, wanted, *date, &mut changes).await?;
            }
            let mut is_overtaken = false;
            for (change, table) in
                changes.into_iter().zip([&mut self.conversations].into_iter().chain(&mut self.history))
            {
                let written = change.add.clone();
                if table.commit(change).await? == Committed::Overtaken {
                    table.remove(&written).await;
                    is_overtaken = true;
                }
            }
            if is_overtaken {
                self.flows.reread().await?;
                tries += 1;
                if tries == LAKE_TRIES {
                    return Err(LakeError::Overtaken { name: self.place.name.clone(), tries });
                }
            } else {
                refreshed += days.len();
            }
        }
    }

    /// What was rolled up of a day while its records came in, if these are all that it has.
    fn rolled_up_of(&self, date: NaiveDate, flows: &[DataFile]) -> Option<OfDay> {
        let InHand { fed, files } = self.in_hand.as_ref()?;
        let of_day = files.iter().filter(|file| file.date == Some(date));
        let is_all = of_day.clone().count() == flows.len()
            && of_day.clone().all(|file| flows.iter().any(|known| known.path == file.path));
        is_all.then(|| fed.take(days(date).into())).flatten()
    }

    /// Writes the conversations and the history of a day to files that nobody knows yet.
    async fn roll_up(
        &self,
        session: &Session,
        wanted: &Wanted,
        date: Option<NaiveDate>,
        changes: &mut [Change; 4],
    ) -> Result<(), LakeError> {
        let flows = of_day(&self.flows, date);
        if flows.is_empty() {
            return Ok(());
        }
        let mark = mark_of(flows.iter());
        let session = session.bare()?;
        let rolled_up = match date.and_then(|date| self.rolled_up_of(date, &flows)) {
            Some(of_day) => RolledUp::of_day(of_day, wanted.clone())?,
            None => {
                let table = LakeTable::new(&self.flows).of_files(flows);
                session.context().register_table(TABLE_NAMES[0], Arc::new(table))?;
                RolledUp::of(&session, wanted.clone()).await?
            }
        };
        let [conversations, history @ ..] = changes;
        let encode = |rows: &mut dyn Iterator<Item = _>| FORM.encode(rows, &STORED);
        let (parts, tables) = rolled_up.store::<Encoded, LakeError>(&session, LAKE_FILE_ROWS, encode).await?;
        for (number, part) in parts.into_iter().enumerate() {
            conversations.add.push(part.put(&self.place, &FORM, date, &name_of(mark, number)).await?);
        }
        for (number, form) in history::FORMS.into_iter().enumerate() {
            let rows = crate::history::made(&session, number, &tables.hosts).await?;
            let file = history::encode(form, &crate::history::COLUMNS[number], rows).await?;
            history[number].add.push(file.put(&self.place, &form, date, &name_of(mark, 0)).await?);
        }
        Ok(())
    }
}

/// What a file is called that is made of the flows with a mark.
fn name_of(mark: u128, number: usize) -> String {
    format!("{mark:032x}-{number}-{:08x}", new_name() as u32)
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
