//! Rows of `connections` on their way into columns. Those of a class go into a batch of their own, and a batch is given
//! when it is full, so that what the detections read comes in few large pieces.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, ListBuilder, RecordBatch, StringViewBuilder,
};
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::Result;

use super::row::{End, Rule};
use super::seen::Seen;
use super::shared::Owner;
use super::tables::{TEXT, Writer, number, schema, time};
use super::vantage::{ACCOUNT, INTERFACE, REGION};
use crate::functions::ShortText;
use crate::limits::BATCH_ROWS;

fn list() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)))
}

/// The columns of `connections`.
pub(super) static CONNECTIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("bucket", DataType::Int64),
        ("account_id", TEXT),
        ("region", TEXT),
        ("interface_id", TEXT),
        ("initiator", TEXT),
        ("responder", TEXT),
        ("service_port", DataType::Int32),
        ("protocol", DataType::Int32),
        ("direction", TEXT),
        ("outcome", TEXT),
        ("flows", DataType::Int64),
        ("attempts", DataType::Int64),
        ("answers", DataType::Int64),
        ("rejected", DataType::Int64),
        ("replies_rejected", DataType::Int64),
        ("replies_lost", DataType::Int64),
        ("request_packets", DataType::Int64),
        ("request_bytes", DataType::Int64),
        ("reply_packets", DataType::Int64),
        ("reply_bytes", DataType::Int64),
        ("attempt_packets", DataType::Int64),
        ("attempt_packets_squared", DataType::Float64),
        ("first_start", DataType::Int64),
        ("last_end", DataType::Int64),
        ("initiator_port", DataType::Int32),
        ("attempt_starts", list()),
        ("attempt_bytes", list()),
        ("orientation", TEXT),
        ("traffic_path", DataType::Int32),
        ("is_relayed", DataType::Boolean),
        ("is_interface_sure", DataType::Boolean),
        ("is_gateway_leg", DataType::Boolean),
        ("is_unasked", DataType::Boolean),
    ])
});

/// The columns by which the rows are kept apart: most detections ask for one direction.
pub(super) const CLASS: [&str; 2] = ["direction", "outcome"];

/// Values of [`CLASS`].
type Class = (Option<&'static str>, &'static str);

/// A batch of one class, and whether it is to be left out of one table.
pub(super) type Finished = (RecordBatch, bool);

/// The rows that are not yet a batch, by class and whether they are to be left out.
#[derive(Default)]
pub(super) struct Connections(Vec<(Class, bool, Columns)>);

impl Connections {
    /// Adds a row; gives a batch when there is a whole one.
    ///
    /// # Errors
    /// When the columns are not those of the schema.
    pub(super) fn push(&mut self, row: &Seen<'_>, is_left_out: bool, writer: &Writer) -> Result<Option<Finished>> {
        let class = (row.first.direction, row.outcome());
        let is_it = |(other, left_out, _): &(Class, bool, Columns)| (*other, *left_out) == (class, is_left_out);
        let place = self.0.iter().position(is_it).unwrap_or_else(|| {
            self.0.push((class, is_left_out, Columns::new()));
            self.0.len() - 1
        });
        let columns = &mut self.0[place].2;
        columns.push(row, class, writer);
        if columns.rows < BATCH_ROWS {
            return Ok(None);
        }
        let batch = std::mem::replace(columns, Columns::new()).finish()?;
        Ok(Some((batch, is_left_out)))
    }

    /// What remains.
    ///
    /// # Errors
    /// When the columns are not those of the schema.
    pub(super) fn finish(self) -> impl Iterator<Item = Result<Finished>> {
        self.0.into_iter().map(|(_, is_left_out, columns)| Ok((columns.finish()?, is_left_out)))
    }
}

struct Columns {
    rows: usize,
    bucket: Int64Builder,
    account_id: StringViewBuilder,
    region: StringViewBuilder,
    interface_id: StringViewBuilder,
    initiator: StringViewBuilder,
    responder: StringViewBuilder,
    service_port: Int32Builder,
    protocol: Int32Builder,
    direction: StringViewBuilder,
    outcome: StringViewBuilder,
    flows: Int64Builder,
    attempts: Int64Builder,
    answers: Int64Builder,
    rejected: Int64Builder,
    replies_rejected: Int64Builder,
    replies_lost: Int64Builder,
    request_packets: Int64Builder,
    request_bytes: Int64Builder,
    reply_packets: Int64Builder,
    reply_bytes: Int64Builder,
    attempt_packets: Int64Builder,
    attempt_packets_squared: Float64Builder,
    first_start: Int64Builder,
    last_end: Int64Builder,
    initiator_port: Int32Builder,
    attempt_starts: ListBuilder<Int64Builder>,
    attempt_bytes: ListBuilder<Int64Builder>,
    orientation: StringViewBuilder,
    traffic_path: Int32Builder,
    is_relayed: BooleanBuilder,
    is_interface_sure: BooleanBuilder,
    is_gateway_leg: BooleanBuilder,
    is_unasked: BooleanBuilder,
}

impl Columns {
    fn new() -> Self {
        let int64 = || Int64Builder::with_capacity(BATCH_ROWS);
        let int32 = || Int32Builder::with_capacity(BATCH_ROWS);
        let text = || StringViewBuilder::with_capacity(BATCH_ROWS);
        let list = || ListBuilder::with_capacity(Int64Builder::new(), BATCH_ROWS);
        let flag = || BooleanBuilder::with_capacity(BATCH_ROWS);
        Columns {
            rows: 0,
            bucket: int64(),
            account_id: text(),
            region: text().with_deduplicate_strings(),
            interface_id: text().with_deduplicate_strings(),
            initiator: text(),
            responder: text(),
            service_port: int32(),
            protocol: int32(),
            direction: text(),
            outcome: text(),
            flows: int64(),
            attempts: int64(),
            answers: int64(),
            rejected: int64(),
            replies_rejected: int64(),
            replies_lost: int64(),
            request_packets: int64(),
            request_bytes: int64(),
            reply_packets: int64(),
            reply_bytes: int64(),
            attempt_packets: int64(),
            attempt_packets_squared: Float64Builder::with_capacity(BATCH_ROWS),
            first_start: int64(),
            last_end: int64(),
            initiator_port: int32(),
            attempt_starts: list(),
            attempt_bytes: list(),
            orientation: text(),
            traffic_path: int32(),
            is_relayed: flag(),
            is_interface_sure: flag(),
            is_gateway_leg: flag(),
            is_unasked: flag(),
        }
    }

    fn push(&mut self, row: &Seen<'_>, (direction, outcome): Class, writer: &Writer) {
        let connection = row.connection();
        let [of_initiator, of_responder] = row.owners;
        let named = |vantage: Option<u32>, place| vantage.and_then(|vantage| writer.numbered.text(vantage, place));
        let interface = row.interface();
        let service = || connection.service_hash(&writer.hasher);
        let is_gateway_leg = !row.is_relayed && interface.is_some_and(|vantage| writer.relays.is_leg(vantage, service));
        self.rows += 1;
        self.bucket.append_option(time(connection.bucket));
        self.account_id.append_option(named(row.account, ACCOUNT));
        self.region.append_option(named(row.region, REGION));
        self.interface_id.append_option(named(interface, INTERFACE));
        append_end(&mut self.initiator, connection.initiator, of_initiator, writer);
        append_end(&mut self.responder, connection.responder, of_responder, writer);
        self.service_port.append_option(number(connection.service_port));
        self.protocol.append_option(number(connection.protocol));
        self.direction.append_option(direction);
        self.outcome.append_value(outcome);
        self.flows.append_value(row.flows);
        self.attempts.append_value(row.attempts);
        self.answers.append_value(row.answers);
        self.rejected.append_value(row.rejected);
        self.replies_rejected.append_value(row.replies_rejected);
        self.replies_lost.append_value(row.replies_lost);
        self.request_packets.append_option(row.request_packets);
        self.request_bytes.append_option(row.request_bytes);
        self.reply_packets.append_option(row.reply_packets);
        self.reply_bytes.append_option(row.reply_bytes);
        self.attempt_packets.append_option(row.attempt_packets);
        self.attempt_packets_squared.append_option(row.attempt_packets_squared);
        self.first_start.append_option(time(row.first_start));
        self.last_end.append_option(time(row.last_end));
        self.initiator_port.append_option(row.initiator_port);
        for one in row.begun {
            self.attempt_starts.values().append_value(connection.bucket + i64::from(one.second));
            self.attempt_bytes.values().append_value(i64::from(one.bytes));
        }
        self.attempt_starts.append(true);
        self.attempt_bytes.append(true);
        self.orientation.append_option(row.rule.map(Rule::name));
        self.traffic_path.append_option(row.traffic_path);
        self.is_relayed.append_value(row.is_relayed);
        self.is_interface_sure.append_value(row.is_interface_sure());
        self.is_gateway_leg.append_value(is_gateway_leg);
        self.is_unasked.append_value(row.is_unasked());
    }

    fn finish(mut self) -> Result<RecordBatch> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.bucket.finish()),
            Arc::new(self.account_id.finish()),
            Arc::new(self.region.finish()),
            Arc::new(self.interface_id.finish()),
            Arc::new(self.initiator.finish()),
            Arc::new(self.responder.finish()),
            Arc::new(self.service_port.finish()),
            Arc::new(self.protocol.finish()),
            Arc::new(self.direction.finish()),
            Arc::new(self.outcome.finish()),
            Arc::new(self.flows.finish()),
            Arc::new(self.attempts.finish()),
            Arc::new(self.answers.finish()),
            Arc::new(self.rejected.finish()),
            Arc::new(self.replies_rejected.finish()),
            Arc::new(self.replies_lost.finish()),
            Arc::new(self.request_packets.finish()),
            Arc::new(self.request_bytes.finish()),
            Arc::new(self.reply_packets.finish()),
            Arc::new(self.reply_bytes.finish()),
            Arc::new(self.attempt_packets.finish()),
            Arc::new(self.attempt_packets_squared.finish()),
            Arc::new(self.first_start.finish()),
            Arc::new(self.last_end.finish()),
            Arc::new(self.initiator_port.finish()),
            Arc::new(self.attempt_starts.finish()),
            Arc::new(self.attempt_bytes.finish()),
            Arc::new(self.orientation.finish()),
            Arc::new(self.traffic_path.finish()),
            Arc::new(self.is_relayed.finish()),
            Arc::new(self.is_interface_sure.finish()),
            Arc::new(self.is_gateway_leg.finish()),
            Arc::new(self.is_unasked.finish()),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&CONNECTIONS), columns)?)
    }
}

/// Appends an end as text: an address in its one spelling, with its network behind it where others have it too.
pub(super) fn append_end(column: &mut StringViewBuilder, end: End, owner: Owner, writer: &Writer) {
    match (end.address(), end.text()) {
        (Some(address), _) => match writer.shared.zone(owner) {
            None => column.append_value(ShortText::of_address(address)),
            Some(zone) => column.append_value(format!("{address}%{zone}")),
        },
        (None, Some(number)) => column.append_value(&writer.numbered.texts[number as usize]),
        (None, None) => column.append_null(),
    }
}
