//! The table `findings`: what runs found that were told to keep it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate, Utc};

use super::file::{Form, new_name};
use super::sorted::date_of;
use super::table::{Change, Committed, DataFile, Table};
use super::{Asked, Lake, LakeError};
use crate::detect::{Finding, Outcome};
use crate::limits::LAKE_TRIES;
use crate::report::finding_rows;

/// How the table's files are written.
pub(super) const FORM: Form =
    Form { table: super::TABLES[3], looked_up: &[], unbounded: &["severity", "direction"], growing: &[] };

/// The table's columns, but for the one of the day, that of the finding's window: the run, and those of the csv format.
pub(super) static COLUMNS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let of_findings = finding_rows(&[]).map(|rows| rows.schema()).unwrap_or_else(|_| Arc::new(Schema::empty()));
    let run = [("run", DataType::Utf8), ("found", time())].map(|(name, of)| Arc::new(Field::new(name, of, true)));
    let kept = |field: &Arc<Field>| match field.data_type() {
        DataType::Timestamp(..) => Arc::new(Field::new(field.name(), time(), true)),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(run.into_iter().chain(of_findings.fields().iter().map(kept)).collect::<Vec<_>>()))
});

/// What a time is in a table that others read.
fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

impl Lake {
    /// Keeps the findings of a run that ended `now`, and after them the run itself: who reads of a run in `runs` has all that
    /// it found. Gives the name that the run has in both tables.
    ///
    /// # Errors
    /// When the lake can't be written.
    pub async fn keep_findings(
        &mut self,
        outcome: &Outcome,
        asked: &Asked,
        now: DateTime<Utc>,
    ) -> Result<String, LakeError> {
        let run = format!("{}-{:08x}", now.format("%Y%m%dT%H%M%SZ"), new_name() as u32);
        self.add_findings(&outcome.findings, &run, now).await?;
        self.add_run(outcome, asked, &run, now).await?;
        Ok(run)
    }

    async fn add_findings(&mut self, findings: &[Finding], run: &str, now: DateTime<Utc>) -> Result<(), LakeError> {
        if findings.is_empty() {
            return Ok(());
        }
        let mut days: BTreeMap<Option<NaiveDate>, Vec<u32>> = BTreeMap::new();
        for (row, finding) in findings.iter().enumerate() {
            days.entry(date_of(finding.window_start.0)).or_default().push(row as u32);
        }
        let rows = rows(findings, run, now)?;
        let mut add = Vec::new();
        for (date, of_day) in days {
            let of_day = take_record_batch(&rows, &arrow::array::UInt32Array::from(of_day))?;
            let encoded = FORM.encode([Ok::<_, LakeError>(of_day)], &COLUMNS)?;
            add.push(encoded.put(&self.place, &FORM, date, &format!("{:032x}", new_name())).await?);
        }
        append(&mut self.findings, &COLUMNS, add).await
    }
}

/// Adds files with these columns to a table to which others may add at the same time.
///
/// # Errors
/// When its log can't be written.
pub(super) async fn append(table: &mut Table, columns: &Schema, add: Vec<DataFile>) -> Result<(), LakeError> {
    for _ in 0..LAKE_TRIES {
        let change = Change { add: add.clone(), schema: table.widened(columns), ..Change::default() };
        if table.commit(change).await? == Committed::Yes {
            return Ok(());
        }
    }
    table.remove(&add).await;
    Err(LakeError::Overtaken { name: table.place.name.clone(), tries: LAKE_TRIES })
}

fn rows(findings: &[Finding], run: &str, now: DateTime<Utc>) -> Result<RecordBatch, LakeError> {
    let found = TimestampMicrosecondArray::from_value(now.timestamp_micros(), findings.len()).with_timezone("UTC");
    let run: ArrayRef = Arc::new(StringArray::from_iter_values(findings.iter().map(|_| run)));
    let of_findings = finding_rows(findings)?;
    let columns = [run, Arc::new(found)].into_iter().chain(of_findings.columns().iter().cloned());
    let columns = columns.zip(COLUMNS.fields()).map(|(column, field)| cast(&column, field.data_type()));
    Ok(RecordBatch::try_new(Arc::clone(&COLUMNS), columns.collect::<Result<_, ArrowError>>()?)?)
}
