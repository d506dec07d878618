//! What a lake has, day by day, and what it lacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, TimestampMicrosecondType};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate, Utc};

use super::scan::{LakeTable, days};
use super::table::Table;
use super::{Lake, LakeError};
use crate::session::Session;

/// A day of a lake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Objects whose keys are of the day.
    pub objects: u64,
    /// Records that start in it.
    pub records: u64,
    /// Files of these, and their bytes.
    pub flows: Files,
    /// Rows of conversations.
    pub conversations: u64,
    /// Files of these, and their bytes.
    pub rolled_up: Files,
    /// Whether the conversations are those of the records.
    pub is_fresh: bool,
}

/// Files of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Files {
    /// How many.
    pub number: u64,
    /// What they take.
    pub bytes: u64,
}

impl Files {
    fn add(&mut self, bytes: u64) {
        self.number += 1;
        self.bytes += bytes;
    }
}

/// Five minutes and more for which a flow log has no object, between others of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// `fl-...`
    pub flow_log_id: String,
    /// The first slot that is missing.
    pub from: DateTime<Utc>,
    /// The first that is there again.
    pub to: DateTime<Utc>,
}

impl Gap {
    /// How many slots are missing.
    pub fn slots(&self) -> i64 {
        (self.to - self.from).num_seconds() / SLOT_SECONDS
    }
}

/// A slot of AWS' object names.
const SLOT_SECONDS: i64 = 300;

/// What a lake has and lacks.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Its days; under none, what has no time that can be true.
    pub days: BTreeMap<Option<NaiveDate>, Day>,
    /// Where flow logs have holes, by time.
    pub gaps: Vec<Gap>,
    /// Objects by what became of them.
    pub objects: BTreeMap<String, u64>,
    /// The first day whose records are kept; earlier ones were dropped.
    pub expired: Option<NaiveDate>,
}

impl Status {
    /// The days as rows.
    ///
    /// # Errors
    /// Never, as long as the columns are those of the schema.
    pub fn rows(&self) -> Result<RecordBatch, ArrowError> {
        let number = |name: &str, of: fn(&Day) -> u64| -> (Field, ArrayRef) {
            let numbers: Int64Array = self.days.values().map(|day| Some(of(day) as i64)).collect();
            (Field::new(name, DataType::Int64, false), Arc::new(numbers))
        };
        let dates: Date32Array = self.days.keys().map(|date| date.map(days)).collect();
        let fresh: BooleanArray = self.days.values().map(|day| Some(day.is_fresh)).collect();
        let columns: [(Field, ArrayRef); 9] = [
            (Field::new("date", DataType::Date32, true), Arc::new(dates)),
            number("objects", |day| day.objects),
            number("records", |day| day.records),
            number("files", |day| day.flows.number),
            number("bytes", |day| day.flows.bytes),
            number("conversations", |day| day.conversations),
            number("conversation_files", |day| day.rolled_up.number),
            number("conversation_bytes", |day| day.rolled_up.bytes),
            (Field::new("is_rolled_up", DataType::Boolean, false), Arc::new(fresh)),
        ];
        let (fields, columns): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}

impl Lake {
    /// What it has and lacks.
    ///
    /// # Errors
    /// When its files can't be read.
    pub async fn status(&self, session: &Session) -> Result<Status, LakeError> {
        let mut status = Status { expired: self.flows.expired(), ..Status::default() };
        let stale = self.stale();
        for file in self.flows.files() {
            let day = status.days.entry(file.date).or_default();
            day.records += file.rows().unwrap_or_default();
            day.flows.add(file.bytes);
        }
        for file in self.conversations.files() {
            let day = status.days.entry(file.date).or_default();
            day.conversations += file.rows().unwrap_or_default();
            day.rolled_up.add(file.bytes);
        }
        for file in self.objects.files() {
            status.days.entry(file.date).or_default().objects += file.rows().unwrap_or_default();
        }
        for (date, day) in &mut status.days {
            day.is_fresh = day.rolled_up.number > 0 && !stale.contains(date);
        }
        if !self.objects.files().is_empty() {
            status.objects = self.objects_by_status(session).await?;
            status.gaps = self.gaps(session).await?;
        }
        Ok(status)
    }

    async fn objects_by_status(&self, session: &Session) -> Result<BTreeMap<String, u64>, LakeError> {
        const SQL: &str = "SELECT status, count(*) FROM objects GROUP BY status";
        let mut by_status = BTreeMap::new();
        for batch in asked(session, &self.objects, SQL).await? {
            let numbers = batch.column(1).as_primitive::<Int64Type>().values();
            for (name, number) in batch.column(0).as_string_view().iter().zip(numbers) {
                by_status.insert(name.unwrap_or_default().to_owned(), *number as u64);
            }
        }
        Ok(by_status)
    }

    async fn gaps(&self, session: &Session) -> Result<Vec<Gap>, LakeError> {
        const SQL: &str = "
            WITH slots AS (
                SELECT DISTINCT account_id, region, flow_log_id, slot FROM objects WHERE slot IS NOT NULL
            ),
            steps AS (
                SELECT
                    flow_log_id, slot,
                    lag(slot) OVER (PARTITION BY account_id, region, flow_log_id ORDER BY slot) AS before
                FROM slots
            )
            SELECT flow_log_id, before + INTERVAL '5 minutes' AS missing, slot
            FROM steps
            WHERE slot > before + INTERVAL '5 minutes'
            ORDER BY missing, flow_log_id";
        let mut gaps = Vec::new();
        for batch in asked(session, &self.objects, SQL).await? {
            let [from, to] = [1, 2].map(|at| batch.column(at).as_primitive::<TimestampMicrosecondType>().values());
            let time = |micros: i64| DateTime::from_timestamp_micros(micros).unwrap_or_default();
            for ((id, from), to) in batch.column(0).as_string_view().iter().zip(from).zip(to) {
                let flow_log_id = id.unwrap_or_default().to_owned();
                gaps.push(Gap { flow_log_id, from: time(*from), to: time(*to) });
            }
        }
        Ok(gaps)
    }
}

/// The answer to a question about one table, which is called as it is in the lake.
pub(super) async fn asked(session: &Session, table: &Table, sql: &str) -> Result<Vec<RecordBatch>, LakeError> {
    let session = session.bare()?;
    session.context().register_table(table.name, Arc::new(LakeTable::new(table)))?;
    Ok(session.sql(sql).await?.collect().await?)
}
