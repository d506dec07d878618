//! The roll-up as rows that are kept, and back: what is read again makes the same tables as the records did, whatever is
//! known of networks, interfaces and trusted addresses by then.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int32Builder, Int64Array, ListArray, ListBuilder,
    RecordBatch, StringViewArray, StringViewBuilder,
};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, SchemaRef};
use datafusion::common::{Result, exec_err};

use super::entry::{Attempt, Connection, Entry, Key, NO_PORT, NO_TIME, State, mark};
use super::row::{End, Rule};
use super::tables::{Conversation, TEXT, Writer, number, schema, time};
use super::vantage::{ACCOUNT, FLOW_LOG, INTERFACE, LocalNumbers, REGION, STATUS, VPC};

fn numbers() -> DataType {
    DataType::List(Arc::new(element()))
}

/// As Delta Lake calls what a list has.
fn element() -> Field {
    Field::new("element", DataType::Int32, true)
}

/// The columns that are kept: those of `conversations`, and what else the roll-up knows.
pub(crate) static STORED: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("bucket", DataType::Int64),
        ("account_id", TEXT),
        ("region", TEXT),
        ("vpc_id", TEXT),
        ("interface_id", TEXT),
        ("flow_log_id", TEXT),
        ("log_status", TEXT),
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
        ("request_packets", DataType::Int64),
        ("request_bytes", DataType::Int64),
        ("reply_packets", DataType::Int64),
        ("reply_bytes", DataType::Int64),
        ("attempt_packets", DataType::Int64),
        ("attempt_packets_squared", DataType::Float64),
        ("first_start", DataType::Int64),
        ("last_end", DataType::Int64),
        ("flags_or", DataType::Int32),
        ("orientation", TEXT),
        ("traffic_path", DataType::Int32),
        ("vantage", TEXT),
        ("is_relayed", DataType::Boolean),
        // Records that may have begun a connection, rejected ones of them, and rejected ones of all.
        ("flows_attempting", DataType::Int64),
        ("flows_attempting_rejected", DataType::Int64),
        ("flows_rejected", DataType::Int64),
        // The least and the greatest port that the initiator used.
        ("initiator_port_first", DataType::Int32),
        ("initiator_port_last", DataType::Int32),
        // `State::marks`.
        ("marks", DataType::Int32),
        // When connections were begun, in seconds since the bucket's beginning, from which port and with how many bytes.
        ("attempt_seconds", numbers()),
        ("attempt_ports", numbers()),
        ("attempt_bytes", numbers()),
    ])
});

impl Writer {
    /// Rows as they are kept.
    ///
    /// # Errors
    /// When the columns are not those of the schema.
    pub(super) fn stored(&self, rows: &[Conversation<'_>]) -> Result<RecordBatch> {
        let text = |place: usize| -> ArrayRef {
            let of = |row: &Conversation<'_>| self.numbered.text(row.entry.key.vantage, place);
            Arc::new(rows.iter().map(of).collect::<StringViewArray>())
        };
        let word = |of: fn(&Conversation<'_>) -> Option<&'static str>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<StringViewArray>())
        };
        let int = |of: fn(&Conversation<'_>) -> Option<i64>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<Int64Array>())
        };
        let small = |of: fn(&Conversation<'_>) -> Option<i32>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<Int32Array>())
        };
        let end = |of: fn(&Connection) -> End| -> ArrayRef {
            let mut column = StringViewBuilder::with_capacity(rows.len());
            rows.iter().for_each(|row| self.append_plain(&mut column, of(&row.entry.key.connection)));
            Arc::new(column.finish())
        };
        let list = |of: fn(&Attempt) -> i32| -> ArrayRef {
            let mut column = ListBuilder::with_capacity(Int32Builder::new(), rows.len()).with_field(element());
            for row in rows {
                row.begun.iter().for_each(|attempt| column.values().append_value(of(attempt)));
                column.append(true);
            }
            Arc::new(column.finish())
        };
        let columns: Vec<ArrayRef> = vec![
            int(|row| time(row.entry.key.connection.bucket)),
            text(ACCOUNT),
            text(REGION),
            text(VPC),
            text(INTERFACE),
            text(FLOW_LOG),
            text(STATUS),
            end(|connection| connection.initiator),
            end(|connection| connection.responder),
            small(|row| number(row.entry.key.connection.service_port)),
            small(|row| number(row.entry.key.connection.protocol)),
            word(|row| row.direction),
            word(|row| row.outcome),
            int(|row| Some(row.entry.state.flows.into())),
            int(|row| Some(row.attempts)),
            int(|row| Some(row.entry.state.answers.into())),
            int(|row| Some(row.rejected)),
            int(|row| Some(row.entry.state.replies_rejected.into())),
            int(|row| row.request_packets()),
            int(|row| row.request_bytes()),
            int(|row| row.reply_packets()),
            int(|row| row.reply_bytes()),
            int(|row| row.attempt_packets()),
            Arc::new(rows.iter().map(|row| row.attempt_packets_squared()).collect::<Float64Array>()),
            int(|row| time(row.entry.first_start())),
            int(|row| time(row.entry.state.last_end)),
            small(|row| row.entry.state.has(mark::FLAGS).then_some(row.entry.state.flags_or)),
            word(|row| row.rule.map(Rule::name)),
            small(|row| row.traffic_path()),
            word(|row| row.vantage),
            Arc::new(rows.iter().map(|row| Some(row.is_relayed())).collect::<BooleanArray>()),
            int(|row| Some(row.entry.state.attempts.into())),
            int(|row| Some(row.entry.state.rejected.into())),
            int(|row| Some(row.entry.state.rejected_flows.into())),
            small(|row| port_bound(row, 0)),
            small(|row| port_bound(row, 1)),
            small(|row| Some(row.entry.state.marks as i32)),
            list(|attempt| attempt.second),
            list(|attempt| attempt.port),
            list(|attempt| attempt.bytes as i32),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&STORED), columns)?)
    }

    fn append_plain(&self, column: &mut StringViewBuilder, end: End) {
        match (end.address(), end.text()) {
            (Some(address), _) => column.append_value(crate::functions::ShortText::of_address(address)),
            (None, Some(number)) => column.append_value(&self.numbered.texts[number as usize]),
            (None, None) => column.append_null(),
        }
    }
}

/// A bound of the ports that the initiator used, if it used one.
fn port_bound(row: &Conversation<'_>, place: usize) -> Option<i32> {
    let [least, greatest] = row.entry.state.initiator_ports;
    (least <= greatest).then(|| [least, greatest][place])
}

/// The columns of [`STORED`] of which a roll-up is made again.
pub(super) const READ: [&str; 34] = [
    "bucket",
    "account_id",
    "region",
    "vpc_id",
    "interface_id",
    "flow_log_id",
    "log_status",
    "initiator",
    "responder",
    "service_port",
    "protocol",
    "flows",
    "answers",
    "replies_rejected",
    "request_packets",
    "request_bytes",
    "reply_packets",
    "reply_bytes",
    "attempt_packets",
    "attempt_packets_squared",
    "first_start",
    "last_end",
    "flags_or",
    "orientation",
    "traffic_path",
    "flows_attempting",
    "flows_attempting_rejected",
    "flows_rejected",
    "initiator_port_first",
    "initiator_port_last",
    "marks",
    "attempt_seconds",
    "attempt_ports",
    "attempt_bytes",
];

/// The columns of a batch of [`STORED`] rows.
pub(super) struct StoredColumns<'a> {
    bucket: &'a Int64Array,
    vantage: [&'a StringViewArray; 6],
    ends: [&'a StringViewArray; 2],
    service_port: &'a Int32Array,
    protocol: &'a Int32Array,
    /// `flows`, `answers`, `replies_rejected`, and what was attempted, rejected of it, and rejected.
    counts: [&'a Int64Array; 6],
    /// Packets and bytes of requests and replies, and packets of attempts.
    sums: [&'a Int64Array; 5],
    attempt_packets_squared: &'a Float64Array,
    first_start: &'a Int64Array,
    last_end: &'a Int64Array,
    flags_or: &'a Int32Array,
    traffic_path: &'a Int32Array,
    orientation: &'a StringViewArray,
    ports: [&'a Int32Array; 2],
    marks: &'a Int32Array,
    attempts: [&'a ListArray; 3],
}

impl<'a> StoredColumns<'a> {
    /// # Errors
    /// When a column is missing or of another type: the files are others'.
    pub(super) fn new(batch: &'a RecordBatch) -> Result<Self> {
        let column = |name: &str, data_type: DataType| match batch.column_by_name(name) {
            Some(column) if column.data_type() == &data_type => Ok(column),
            Some(column) => exec_err!("conversations: {name} is {}, not {data_type}", column.data_type()),
            None => exec_err!("conversations: there is no column {name}"),
        };
        let text = |name: &str| Ok::<_, datafusion::common::DataFusionError>(column(name, TEXT)?.as_string_view());
        let int = |name: &str| {
            Ok::<_, datafusion::common::DataFusionError>(column(name, DataType::Int64)?.as_primitive::<Int64Type>())
        };
        let small = |name: &str| {
            Ok::<_, datafusion::common::DataFusionError>(column(name, DataType::Int32)?.as_primitive::<Int32Type>())
        };
        let list = |name: &str| Ok::<_, datafusion::common::DataFusionError>(column(name, numbers())?.as_list::<i32>());
        Ok(StoredColumns {
            bucket: int("bucket")?,
            vantage: [
                text("account_id")?,
                text("region")?,
                text("vpc_id")?,
                text("interface_id")?,
                text("flow_log_id")?,
                text("log_status")?,
            ],
            ends: [text("initiator")?, text("responder")?],
            service_port: small("service_port")?,
            protocol: small("protocol")?,
            counts: [
                int("flows")?,
                int("answers")?,
                int("replies_rejected")?,
                int("flows_attempting")?,
                int("flows_attempting_rejected")?,
                int("flows_rejected")?,
            ],
            sums: [
                int("request_packets")?,
                int("request_bytes")?,
                int("reply_packets")?,
                int("reply_bytes")?,
                int("attempt_packets")?,
            ],
            attempt_packets_squared: column("attempt_packets_squared", DataType::Float64)?
                .as_primitive::<Float64Type>(),
            first_start: int("first_start")?,
            last_end: int("last_end")?,
            flags_or: small("flags_or")?,
            traffic_path: small("traffic_path")?,
            orientation: text("orientation")?,
            ports: [small("initiator_port_first")?, small("initiator_port_last")?],
            marks: small("marks")?,
            attempts: [list("attempt_seconds")?, list("attempt_ports")?, list("attempt_bytes")?],
        })
    }

    /// The entry of a row.
    pub(super) fn entry(&self, row: usize, numbers: &mut LocalNumbers) -> Entry {
        let text = |column: &'a StringViewArray| column.is_valid(row).then(|| column.value(row));
        let small = |column: &Int32Array| column.is_valid(row).then(|| column.value(row));
        let int = |column: &Int64Array| column.is_valid(row).then(|| column.value(row));
        let count = |at: usize| u32::try_from(int(self.counts[at]).unwrap_or(0)).unwrap_or(u32::MAX);
        let sum = |at: usize| int(self.sums[at]).unwrap_or(0);
        let bucket = int(self.bucket).unwrap_or(NO_TIME);
        let [initiator, responder] = self.ends.map(|ends| End::of(text(ends), |text| numbers.text(text)));
        let connection = Connection {
            bucket,
            initiator,
            responder,
            service_port: small(self.service_port).unwrap_or(NO_PORT),
            protocol: small(self.protocol).unwrap_or(NO_PORT),
        };
        let vantage = numbers.vantage_of(self.vantage.map(text));
        let mut entry = Entry::new(Key::of(connection, vantage));
        let since = int(self.first_start).filter(|_| bucket != NO_TIME).map_or(0, |first| first - bucket);
        let rule = text(self.orientation).and_then(Rule::called);
        entry.state = State {
            request_packets: sum(0),
            request_bytes: sum(1),
            reply_packets: sum(2),
            reply_bytes: sum(3),
            attempt_packets: sum(4),
            attempt_packets_squared: match self.attempt_packets_squared.is_valid(row) {
                true => self.attempt_packets_squared.value(row),
                false => 0.0,
            },
            last_end: int(self.last_end).unwrap_or(NO_TIME),
            flows: count(0),
            answers: count(1),
            replies_rejected: count(2),
            attempts: count(3),
            rejected: count(4),
            rejected_flows: count(5),
            flags_or: small(self.flags_or).unwrap_or(0),
            traffic_path: small(self.traffic_path).unwrap_or(i32::MIN),
            initiator_ports: [small(self.ports[0]).unwrap_or(i32::MAX), small(self.ports[1]).unwrap_or(i32::MIN)],
            marks: small(self.marks).unwrap_or(0) as u32,
            rule: rule.map_or(u16::MAX, |rule| rule as u16),
            first_second: since.clamp(0, i64::from(i16::MAX)) as i16,
        };
        entry
    }

    /// The connections that the conversation of a row began.
    pub(super) fn attempts(&self, row: usize) -> impl Iterator<Item = Attempt> {
        let [seconds, ports, bytes] = self.attempts.map(|lists| {
            let offsets = lists.value_offsets();
            let values = lists.values().as_primitive::<Int32Type>().values();
            &values[offsets[row] as usize..offsets[row + 1] as usize]
        });
        let of_parts = |((second, port), bytes): ((&i32, &i32), &i32)| Attempt {
            entry: 0,
            second: *second,
            port: *port,
            bytes: *bytes as u32,
        };
        seconds.iter().zip(ports).zip(bytes).map(of_parts)
    }
}
