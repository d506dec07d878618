//! A lake as a source of `flows`, and of their conversations where they are kept.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, when};
use datafusion::prelude::{SessionContext, col, lit};
use serde_json::Value;

use super::scan::LakeTable;
use super::sorted::date_of;
use super::table::{DATE, DataFile, Table, with_date};
use super::{Lake, LakeError, flows, objects, runs};
use crate::conversation::{BUCKET_SECONDS, CONVERSATIONS, KEPT};
use crate::format::field::field_type;
use crate::history;
use crate::scan::{Coverage, Days, FlowSchema, FoundColumns, Selection};
use crate::session::{Session, TABLE_NAMES};

/// The flows of a lake that are selected, as tables of a session.
#[derive(Debug)]
pub struct LakeFlows {
    lake: Lake,
    /// The roll-up of what is selected, if all of it is kept.
    kept: Option<Kept>,
    /// Days of which only that is left.
    gone: BTreeSet<NaiveDate>,
    schema: FlowSchema,
    coverage: Arc<Coverage>,
    days: Option<Days>,
}

/// A roll-up that is kept.
#[derive(Debug)]
struct Kept {
    files: Vec<DataFile>,
    /// Which of its rows are selected; all of whole days.
    rows: Option<Expr>,
}

impl LakeFlows {
    /// Registers the flows of a lake that are selected, and their roll-up where it is kept.
    ///
    /// # Errors
    /// When nothing is selected, or a table of that name is registered.
    pub fn register(lake: &Lake, session: &Session, selection: &Selection) -> Result<Self, LakeError> {
        let span = Span::of(selection);
        let of_span = |table: &Table| -> Vec<DataFile> {
            table.files().iter().filter(|file| span.has(file.date)).cloned().collect()
        };
        let (of_flows, of_conversations) = (of_span(&lake.flows), of_span(&lake.conversations));
        let dates = |files: &[DataFile]| files.iter().filter_map(|file| file.date).collect::<BTreeSet<_>>();
        let all = dates(lake.flows.files());
        let days = all.first().zip(all.last()).map(|(first, last)| Days::new(*first, *last));
        let is_asked_for_days = selection.has_times() || selection.has_keys() || lake.objects.files().is_empty();
        if of_flows.is_empty() && of_conversations.is_empty() && is_asked_for_days {
            return Err(LakeError::NothingSelected {
                name: lake.place.name.clone(),
                selection: selection.to_string(),
                days: days.as_ref().map_or_else(String::new, Days::told),
            });
        }
        let stale = lake.stale();
        let expired = lake.flows.expired();
        let is_gone = |date: &NaiveDate| Some(*date) < expired;
        let gone: BTreeSet<NaiveDate> = dates(&of_conversations).into_iter().filter(is_gone).collect();
        let all_files = || of_flows.iter().chain(&of_conversations);
        // The roll-up tells no parts of a day, but where nothing else does.
        let is_told_by_days = span.is_of_whole_days || !gone.is_empty();
        let is_open = selection.has_keys() || (selection.has_times() && all_files().any(|file| file.date.is_none()));
        let is_kept = is_told_by_days && !is_open && all_files().all(|file| !stale.contains(&file.date));
        let coverage = Arc::new(Coverage::default());
        let table = LakeTable::new(&lake.flows)
            .of_rows(selection.condition())
            .of_files(of_flows.clone())
            .counted_by(Arc::clone(&coverage));
        let table = Arc::new(table);
        for name in TABLE_NAMES {
            session.context().register_table(name, Arc::clone(&table) as Arc<_>)?;
        }
        session.context().register_table(objects::FORM.table, Arc::new(LakeTable::new(&lake.objects)))?;
        for table in lake.history.iter().chain([&lake.findings]).chain(&lake.runs) {
            session.context().register_table(table.name, Arc::new(LakeTable::new(table)))?;
        }
        if lake.runs.is_none() {
            let columns = Arc::new(with_date(&runs::COLUMNS));
            session.context().register_table(runs::FORM.table, history::empty(&columns)?)?;
        }
        let rows = if span.is_of_whole_days { None } else { of_buckets(selection) };
        let kept = is_kept.then(|| Kept { files: of_conversations.clone(), rows });
        if let Some(kept) = &kept {
            session.context().register_table(KEPT, Arc::new(kept.table(lake, &coverage)))?;
        }
        let gone = if is_kept { gone } else { BTreeSet::new() };
        // Days whose flows are gone had the columns that the table has.
        let described = if of_flows.is_empty() { lake.flows.files() } else { &of_flows };
        let schema = schema_of(&lake.flows, described);
        let flows = LakeFlows { lake: lake.clone(), kept, gone, schema, coverage, days };
        if let Some(told) = flows.gone().filter(|_| selection.has_times()) {
            flows.coverage.note([format!("the records {told}")]);
        }
        Ok(flows)
    }

    /// Whether `conversations` can be had as they are kept, without being made.
    pub fn has_conversations(&self) -> bool {
        self.kept.is_some()
    }

    /// Registers `conversations` as they are kept.
    ///
    /// # Errors
    /// When they are not kept, or there is a table of that name.
    pub fn register_conversations(&self, context: &SessionContext) -> Result<()> {
        let Some(kept) = &self.kept else { return plan_err!("the conversations of these days are not kept") };
        let frame = context.read_table(Arc::new(kept.table(&self.lake, &self.coverage)))?;
        let bucket_time = datafusion::functions::datetime::expr_fn::to_timestamp_seconds(vec![col("bucket")]);
        let [first, last] = ["initiator_port_first", "initiator_port_last"].map(col);
        let port = when(first.clone().eq(last), first).end()?;
        let frame = frame.with_column("bucket_time", bucket_time)?.with_column("initiator_port", port)?;
        let shown = crate::conversation::shown_columns();
        let table = frame.select_columns(&shown.iter().map(String::as_str).collect::<Vec<_>>())?.into_view();
        context.register_table(CONVERSATIONS, table)?;
        Ok(())
    }

    /// Which days' records are gone, and what is told instead: the end of a sentence that begins with the records.
    pub fn gone(&self) -> Option<String> {
        let (first, last) = self.gone.first().zip(self.gone.last())?;
        let of = if first == last { first.to_string() } else { format!("{first} to {last}") };
        Some(format!(
            "of {of} were dropped; what is told of them is what their conversations have, by spans of five minutes"
        ))
    }

    /// The lake itself.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// What was read of it.
    pub fn coverage(&self) -> &Arc<Coverage> {
        &self.coverage
    }

    /// The columns of `flows`.
    pub fn flow_schema(&self) -> &FlowSchema {
        &self.schema
    }

    /// The days that it has, selected or not.
    pub fn days(&self) -> Option<Days> {
        self.days
    }
}

impl Kept {
    fn table(&self, lake: &Lake, coverage: &Arc<Coverage>) -> LakeTable {
        let table = LakeTable::new(&lake.conversations).of_files(self.files.clone()).of_rows(self.rows.clone());
        table.counted_by(Arc::clone(coverage))
    }
}

/// The spans of conversations in which selected records may start.
fn of_buckets(selection: &Selection) -> Option<Expr> {
    let first = selection.from.map(|from| from.div_euclid(BUCKET_SECONDS) * BUCKET_SECONDS);
    let parts = [first.map(|first| col("bucket").gt_eq(lit(first))), selection.to.map(|to| col("bucket").lt(lit(to)))];
    conjunction(parts.into_iter().flatten())
}

/// The days in which selected records start.
struct Span {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    is_of_whole_days: bool,
    has_undated: bool,
}

impl Span {
    fn of(selection: &Selection) -> Self {
        let is_midnight = |edge: Option<i64>| edge.is_none_or(|seconds| seconds.rem_euclid(86_400) == 0);
        Span {
            first: selection.from.and_then(date_of),
            last: selection.to.and_then(|to| date_of(to - 1)),
            is_of_whole_days: is_midnight(selection.from) && is_midnight(selection.to),
            // A time that can't be true may be of an open period: rows are chosen by the condition then.
            has_undated: selection.from.is_none() || selection.to.is_none(),
        }
    }

    fn has(&self, date: Option<NaiveDate>) -> bool {
        match date {
            None => self.has_undated,
            Some(date) => self.first.is_none_or(|first| date >= first) && self.last.is_none_or(|last| date <= last),
        }
    }
}

/// The columns that some of the files have.
fn schema_of(table: &Table, files: &[DataFile]) -> FlowSchema {
    let mut present: HashSet<String> = HashSet::new();
    for stats in files.iter().filter_map(|file| file.stats.as_deref()) {
        let stats: Value = serde_json::from_str(stats).unwrap_or_default();
        present.extend(stats.get("nullCount").and_then(Value::as_object).into_iter().flat_map(|of| of.keys().cloned()));
    }
    let mut found = FoundColumns::default();
    for field in table.schema().fields() {
        let name = field.name();
        // Of a table without files nothing is known but what it may have.
        if (files.is_empty() || present.contains(name)) && name != DATE && !flows::is_made(name) {
            found.add_column(name, field_type(name));
        }
    }
    FlowSchema::new(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_are_told_from_parts() {
        let span = |from, to| Span::of(&Selection { from, to, ..Selection::default() });
        let midnight = 1_773_187_200;
        let day = span(Some(midnight), Some(midnight + 86_400));
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        assert!(day.is_of_whole_days && day.has(date("2026-03-11")));
        assert!(!day.has(date("2026-03-10")) && !day.has(date("2026-03-12")) && !day.has(None));
        assert!(!span(Some(midnight + 1), None).is_of_whole_days);
        assert!(span(None, None).has(None) && span(None, None).is_of_whole_days);
        assert!(span(Some(midnight), None).has(None) && span(None, Some(midnight)).has(None));
    }
}
