//! The table `runs`: what runs were that kept their findings, so that it is known what was looked for where nothing is found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::file::{Form, new_name};
use super::findings::append;
use super::sorted::date_of;
use super::table::{Table, with_date};
use super::{Lake, LakeError};
use crate::context::ContextOptions;
use crate::detect::{Choice, Moment, Outcome};
use crate::scan::Selection;

/// How the table's files are written.
pub(super) const FORM: Form = Form { table: super::TABLES[4], looked_up: &[], unbounded: &[], growing: &[] };

/// The table's columns, but for the one of the day, that of the first record that was judged.
pub(super) static COLUMNS: LazyLock<SchemaRef> = LazyLock::new(|| {
    const TEXT: DataType = DataType::Utf8;
    let time = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let field = |(name, data_type): (&str, DataType)| Field::new(name, data_type, true);
    let columns = [
        ("run", TEXT),
        ("ended", time()),
        ("version", TEXT),
        ("sources", TEXT),
        ("period_start", time()),
        ("period_end", time()),
        ("first_record", time()),
        ("last_record", time()),
        ("records", DataType::Int64),
        ("detections", TEXT),
        ("skipped", TEXT),
        ("only", TEXT),
        ("exclude", TEXT),
        ("parameters", TEXT),
        ("given", TEXT),
        ("findings", DataType::Int64),
        ("suppressed", DataType::Int64),
        ("is_partial", DataType::Boolean),
    ];
    Arc::new(Schema::new(columns.map(field).to_vec()))
});

/// What was asked of a run, as its results don't say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The SOURCEs as they were given.
    pub sources: Vec<String>,
    /// The period, in Unix seconds; open where none was given.
    pub period: (Option<i64>, Option<i64>),
    /// The detections that were chosen; empty for all.
    pub only: Vec<String>,
    /// Those that were left out.
    pub exclude: Vec<String>,
    /// Files, networks, and the parts of the source that were chosen, by the option that they were given with.
    pub given: BTreeMap<&'static str, Vec<String>>,
}

impl Asked {
    /// What stands in the options of a command, or in a file of schedules.
    pub fn new(
        sources: Vec<String>,
        selection: &Selection,
        choice: &Choice,
        context: &ContextOptions,
        suppress: &[PathBuf],
    ) -> Self {
        let files = |files: &[PathBuf]| files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        let mut given = context.given();
        let more = [
            ("suppress", files(suppress)),
            ("queries", files(choice.queries.as_slice())),
            ("account", selection.accounts.clone()),
            ("log-region", selection.regions.clone()),
            ("flow-log-id", selection.flow_log_ids.clone()),
        ];
        given.extend(more.into_iter().filter(|(_, all)| !all.is_empty()));
        let (only, exclude) = (choice.only.clone(), choice.exclude.clone());
        Asked { sources, period: (selection.from, selection.to), only, exclude, given }
    }
}

impl Lake {
    /// Adds a run.
    pub(super) async fn add_run(
        &mut self,
        outcome: &Outcome,
        asked: &Asked,
        run: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LakeError> {
        let rows = row(outcome, asked, run, now)?;
        let date = outcome.run.first_record.and_then(|first| date_of(first.0));
        let encoded = FORM.encode([Ok::<_, LakeError>(rows)], &COLUMNS)?;
        let file = encoded.put(&self.place, &FORM, date, &format!("{:032x}", new_name())).await?;
        let table = match &mut self.runs {
            Some(table) => table,
            none => none.insert(Table::open_or_create(&self.place, FORM.table, &with_date(&COLUMNS)).await?),
        };
        append(table, &COLUMNS, vec![file]).await
    }
}

fn row(outcome: &Outcome, asked: &Asked, run: &str, now: DateTime<Utc>) -> Result<RecordBatch, LakeError> {
    let text = |value: Option<String>| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let number = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    let micros = |value: Option<i64>| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(vec![value]).with_timezone("UTC"))
    };
    let seconds = |value: Option<i64>| micros(value.and_then(|seconds| seconds.checked_mul(1_000_000)));
    let moment = |value: Option<Moment>| seconds(value.map(|moment| moment.0));
    let named = |names: &[String]| text((!names.is_empty()).then(|| names.join(" ")));
    let columns = vec![
        text(Some(run.to_owned())),
        micros(Some(now.timestamp_micros())),
        text(Some(outcome.run.version.to_owned())),
        named(&asked.sources),
        seconds(asked.period.0),
        seconds(asked.period.1),
        moment(outcome.run.first_record),
        moment(outcome.run.last_record),
        number(outcome.run.records),
        named(&outcome.run.detections),
        text(serde_json::to_string(&outcome.skipped).ok().filter(|_| !outcome.skipped.is_empty())),
        named(&asked.only),
        named(&asked.exclude),
        text(changed(outcome)),
        text(serde_json::to_string(&asked.given).ok().filter(|_| !asked.given.is_empty())),
        number(outcome.findings.len() as i64),
        number(outcome.suppressed.iter().map(|suppressed| suppressed.findings as i64).sum()),
        Arc::new(BooleanArray::from(vec![outcome.is_partial()])),
    ];
    Ok(RecordBatch::try_new(Arc::clone(&COLUMNS), columns)?)
}

/// The parameters that have another value than their default, as JSON: `{"port-scan.ports":30}`.
fn changed(outcome: &Outcome) -> Option<String> {
    let all = outcome.run.parameters.iter().flat_map(|(id, all)| all.0.iter().map(move |one| (id, one)));
    let changed = all.filter(|(_, one)| one.instead_of.is_some());
    let changed: Map<String, Value> =
        changed.map(|(id, one)| (format!("{id}.{}", one.name), one.value.clone())).collect();
    (!changed.is_empty()).then(|| Value::Object(changed).to_string())
}
