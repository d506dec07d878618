//! When each interface logged, and how much: a row for every five minutes and vantage, whatever was said. It tells holes
//! in the logs, interfaces that pass packets on, and totals, without a look at the conversations.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::entry::{Entry, earlier, mark};
use super::tables::{TEXT, Writer, schema, time};
use super::vantage::{ACCOUNT, FLOW_LOG, INTERFACE, REGION, STATUS, VPC};

/// The columns of `interface_spans`.
pub(super) static INTERFACE_SPANS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("bucket", DataType::Int64),
        ("account_id", TEXT),
        ("region", TEXT),
        ("vpc_id", TEXT),
        ("interface_id", TEXT),
        ("flow_log_id", TEXT),
        ("log_status", TEXT),
        ("flows", DataType::Int64),
        ("flows_rejected", DataType::Int64),
        ("first_start", DataType::Int64),
        ("last_end", DataType::Int64),
        ("is_relayed", DataType::Boolean),
    ])
});

/// Five minutes of a vantage.
#[derive(Debug, Clone, Copy)]
struct Span {
    flows: i64,
    flows_rejected: i64,
    first_start: i64,
    last_end: i64,
    is_relayed: bool,
}

impl Span {
    fn of(entry: &Entry) -> Self {
        let state = &entry.state;
        Span {
            flows: i64::from(state.flows),
            flows_rejected: i64::from(state.rejected_flows),
            first_start: entry.first_start(),
            last_end: state.last_end,
            is_relayed: state.has(mark::RELAYED),
        }
    }

    fn add(&mut self, other: Span) {
        self.flows += other.flows;
        self.flows_rejected += other.flows_rejected;
        self.first_start = earlier(self.first_start, other.first_start);
        self.last_end = self.last_end.max(other.last_end);
        self.is_relayed |= other.is_relayed;
    }
}

/// A vantage, the first second of its five minutes, and those.
type Row = ((u32, i64), Span);

/// Spans by vantage and the first second of their five minutes.
#[derive(Debug, Default)]
pub(super) struct Spans(HashMap<(u32, i64), Span, RandomState>);

impl Spans {
    /// Counts entries in.
    pub(super) fn add<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>) {
        for entry in entries {
            self.add_span((entry.key.vantage, entry.key.connection.bucket), Span::of(entry));
        }
    }

    /// Counts others' in.
    pub(super) fn merge(&mut self, other: Spans) {
        other.0.into_iter().for_each(|(key, span)| self.add_span(key, span));
    }

    fn add_span(&mut self, key: (u32, i64), span: Span) {
        self.0.entry(key).and_modify(|seen| seen.add(span)).or_insert(span);
    }

    /// The rows of `interface_spans`, by vantage and time.
    ///
    /// # Errors
    /// When the columns are not those of the schema.
    pub(super) fn rows(self, writer: &Writer) -> Result<RecordBatch> {
        let mut rows: Vec<Row> = self.0.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let text = |place: usize| -> ArrayRef {
            let of = |((vantage, _), _): &Row| writer.numbered.text(*vantage, place);
            Arc::new(rows.iter().map(of).collect::<StringViewArray>())
        };
        let int = |of: fn(&Row) -> Option<i64>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<Int64Array>()) };
        let columns: Vec<ArrayRef> = vec![
            int(|((_, bucket), _)| time(*bucket)),
            text(ACCOUNT),
            text(REGION),
            text(VPC),
            text(INTERFACE),
            text(FLOW_LOG),
            text(STATUS),
            int(|(_, span)| Some(span.flows)),
            int(|(_, span)| Some(span.flows_rejected)),
            int(|(_, span)| time(span.first_start)),
            int(|(_, span)| time(span.last_end)),
            Arc::new(rows.iter().map(|(_, span)| Some(span.is_relayed)).collect::<BooleanArray>()),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&INTERFACE_SPANS), columns)?)
    }
}
