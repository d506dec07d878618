//! What comes of a part of the roll-up: rows of `conversations`, and of `connections`, in which what several vantages
//! recorded of the same packets counts once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringViewArray, StringViewBuilder,
    TimestampSecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::common::Result;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::connections::{Connections, Finished, append_end};
use super::entry::{Attempt, Connection, Entry, NO_PORT, NO_TIME, mark};
use super::noted::Reversed;
use super::own::Own;
use super::rollup::Table;
use super::row::{End, Rule};
use super::seen::Seen;
use super::shared::{Owner, Owners, Shared, is_that_of};
use super::vantage::{ACCOUNT, FLOW_LOG, INTERFACE, Numbered, REGION, Relays, STATUS, VPC};
use crate::context::AddressList;

pub(super) const TEXT: DataType = DataType::Utf8View;
const SECONDS: DataType = DataType::Timestamp(TimeUnit::Second, None);

pub(super) fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|(name, of)| Field::new(*name, of.clone(), true)).collect::<Vec<_>>()))
}

/// The columns of `conversations`.
pub(super) static CONVERSATIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("bucket", DataType::Int64),
        ("bucket_time", SECONDS),
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
        ("initiator_port", DataType::Int32),
        ("flags_or", DataType::Int32),
        ("orientation", TEXT),
        ("traffic_path", DataType::Int32),
        ("vantage", TEXT),
        ("is_relayed", DataType::Boolean),
    ])
});

/// What turns entries into rows.
pub(super) struct Writer {
    pub(super) numbered: Numbered,
    pub(super) own: Own,
    /// The interfaces that have an address, as far as context tells.
    pub(super) interfaces_of: HashMap<IpAddr, Vec<String>>,
    /// The interfaces that pass packets of others on.
    pub(super) relays: Relays,
    /// The connections that their ports would turn round.
    pub(super) reversed: Reversed,
    /// Whether connections without a start are left out, and of one table those with an address that is none.
    pub(super) is_sound: bool,
    /// Addresses whose connections are left out of one table.
    pub(super) left_out: Vec<AddressList>,
    /// Whether the rows of `conversations` are asked for.
    pub(super) has_conversations: bool,
    pub(super) hasher: RandomState,
    /// The addresses that several networks have.
    pub(super) shared: Shared,
}

/// Batches of rows; those of connections with whether they are to be left out of one table.
#[derive(Default)]
pub(super) struct Written {
    pub(super) of_conversations: Vec<RecordBatch>,
    pub(super) of_connections: Vec<Finished>,
}

/// An entry of the roll-up with what is concluded from it. Numbers that are of nothing are `None`.
pub(super) struct Conversation<'a> {
    pub(super) entry: &'a Entry,
    /// Connections begun, as well as the records tell.
    pub(super) attempts: i64,
    /// When, and with how many bytes, by time.
    pub(super) begun: &'a [Attempt],
    pub(super) rejected: i64,
    pub(super) direction: Option<&'static str>,
    pub(super) outcome: Option<&'static str>,
    pub(super) vantage: Option<&'static str>,
    pub(super) rule: Option<Rule>,
}

impl Conversation<'_> {
    pub(super) fn sum(&self, mark: u32, sum: i64) -> Option<i64> {
        self.entry.state.has(mark).then_some(sum)
    }

    pub(super) fn request_packets(&self) -> Option<i64> {
        self.sum(mark::REQUEST_PACKETS, self.entry.state.request_packets)
    }

    pub(super) fn request_bytes(&self) -> Option<i64> {
        self.sum(mark::REQUEST_BYTES, self.entry.state.request_bytes)
    }

    pub(super) fn reply_packets(&self) -> Option<i64> {
        self.sum(mark::REPLY_PACKETS, self.entry.state.reply_packets)
    }

    pub(super) fn reply_bytes(&self) -> Option<i64> {
        self.sum(mark::REPLY_BYTES, self.entry.state.reply_bytes)
    }

    pub(super) fn attempt_packets(&self) -> Option<i64> {
        self.sum(mark::ATTEMPT_PACKETS, self.entry.state.attempt_packets)
    }

    pub(super) fn attempt_packets_squared(&self) -> Option<f64> {
        self.attempt_packets().map(|_| self.entry.state.attempt_packets_squared)
    }

    pub(super) fn traffic_path(&self) -> Option<i32> {
        Some(self.entry.state.traffic_path).filter(|path| *path != i32::MIN)
    }

    /// The one port that the initiator used.
    pub(super) fn initiator_port(&self) -> Option<i32> {
        let [least, greatest] = self.entry.state.initiator_ports;
        (least == greatest).then_some(least)
    }

    pub(super) fn is_relayed(&self) -> bool {
        self.entry.state.has(mark::RELAYED)
    }
}

impl Writer {
    /// Rows of `conversations`, if they are asked for, and of `connections`, as many as are whole batches, of a table
    /// that has all that was recorded of its connections. The others remain in `rows`. Tells how many connections are to
    /// be left out.
    ///
    /// # Errors
    /// When the columns are not those of the schemas.
    pub(super) fn write(&self, table: &Table, rows: &mut Connections, to: &mut Written) -> Result<usize> {
        let attempts = table.attempts();
        let conversations = self.concluded(table, &attempts);
        if self.has_conversations {
            to.of_conversations.push(self.conversations(&conversations)?);
        }
        self.connections(&conversations, rows, to)
    }

    /// The conversations of a table, whose attempts by entry and time are these.
    pub(super) fn concluded<'a>(&self, table: &'a Table, attempts: &'a [Attempt]) -> Vec<Conversation<'a>> {
        let mut by_entry = attempts;
        let mut conversations = Vec::with_capacity(table.entries.len());
        for (index, entry) in table.entries.iter().enumerate() {
            let of_entry = by_entry.iter().take_while(|one| one.entry as usize == index).count();
            let (begun, rest) = by_entry.split_at(of_entry);
            conversations.push(self.conclude(entry, begun));
            by_entry = rest;
        }
        conversations
    }

    /// Whether a connection is one of those that `connections` leaves out.
    fn leaves_out(&self, connection: &Connection) -> bool {
        let is_left_out = |end: End| {
            end.address().is_some_and(|address: IpAddr| self.left_out.iter().any(|list| list.contains(address)))
        };
        !self.left_out.is_empty() && (is_left_out(connection.initiator) || is_left_out(connection.responder))
    }

    fn conclude<'a>(&self, entry: &'a Entry, begun: &'a [Attempt]) -> Conversation<'a> {
        let state = &entry.state;
        let connection = &entry.key.connection;
        let attempts = begun.len() as i64;
        let direction = match (self.own.has(connection.initiator), self.own.has(connection.responder)) {
            (Some(true), Some(true)) => Some("internal"),
            (Some(true), Some(false)) => Some("outbound"),
            (Some(false), Some(true)) => Some("inbound"),
            (Some(false), Some(false)) => Some("transit"),
            _ => None,
        };
        let outcome = if self.text(entry, STATUS) != Some("OK") {
            None
        } else if state.answers > 0 {
            Some("accepted")
        } else if state.rejected > 0 && state.rejected >= state.attempts {
            Some("rejected")
        } else if attempts > 0 {
            Some("unanswered")
        } else if state.rejected_flows == state.flows {
            Some("rejected")
        } else {
            Some("accepted")
        };
        let vantage = match (state.has(mark::AT_INITIATOR), state.has(mark::AT_RESPONDER)) {
            (true, _) => Some("initiator"),
            (false, true) => Some("responder"),
            (false, false) => None,
        };
        let rule = Rule::ALL.into_iter().find(|rule| state.is_decided_by(*rule));
        let rejected = i64::from(state.rejected).min(attempts);
        Conversation { entry, attempts, begun, rejected, direction, outcome, vantage, rule }
    }

    /// Whether context says that the interface of a vantage has the address, or all of its records do.
    fn owns(&self, vantage: u32, end: End) -> bool {
        let interface = self.numbered.text(vantage, INTERFACE);
        let owners = end.address().and_then(|address| self.interfaces_of.get(&address));
        owners.is_some_and(|owners| owners.iter().any(|owner| Some(owner.as_str()) == interface))
            || self.own.is_constant(vantage, end)
    }

    fn text(&self, entry: &Entry, place: usize) -> Option<&str> {
        self.numbered.text(entry.key.vantage, place)
    }

    fn conversations(&self, rows: &[Conversation<'_>]) -> Result<RecordBatch> {
        let text = |place: usize| -> ArrayRef {
            Arc::new(rows.iter().map(|row| self.text(row.entry, place)).collect::<StringViewArray>())
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
        let bucket = |row: &Conversation<'_>| time(row.entry.key.connection.bucket);
        let columns: Vec<ArrayRef> = vec![
            int(bucket),
            Arc::new(rows.iter().map(bucket).collect::<TimestampSecondArray>()),
            text(ACCOUNT),
            text(REGION),
            text(VPC),
            text(INTERFACE),
            text(FLOW_LOG),
            text(STATUS),
            self.ends(rows.iter().map(|row| (row.entry.key.connection.initiator, row.entry.key.vantage))),
            self.ends(rows.iter().map(|row| (row.entry.key.connection.responder, row.entry.key.vantage))),
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
            small(|row| row.initiator_port()),
            small(|row| row.entry.state.has(mark::FLAGS).then_some(row.entry.state.flags_or)),
            word(|row| row.rule.map(Rule::name)),
            small(|row| row.traffic_path()),
            word(|row| row.vantage),
            Arc::new(rows.iter().map(|row| Some(row.is_relayed())).collect::<BooleanArray>()),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&CONVERSATIONS), columns)?)
    }

    /// Adds the connections of a table to `rows`, and the batches that are whole to `to`; tells how many are left out.
    fn connections(
        &self,
        conversations: &[Conversation<'_>],
        rows: &mut Connections,
        to: &mut Written,
    ) -> Result<usize> {
        let mut all: Vec<Seen<'_>> = Vec::with_capacity(conversations.len());
        let mut index: HashTable<u32> = HashTable::with_capacity(conversations.len());
        // Where an address is shared, those at home come first: the others join them.
        let mut elsewhere = Vec::new();
        for conversation in conversations {
            let connection = &conversation.entry.key.connection;
            if self.text(conversation.entry, STATUS) != Some("OK")
                || connection.initiator.is_none()
                || connection.responder.is_none()
                || (self.is_sound && connection.bucket == NO_TIME)
            {
                continue;
            }
            let owners = match self.shared.is_empty() {
                true => [Owner::Only; 2],
                false => self.shared.owners(connection, conversation.entry.key.vantage),
            };
            if owners.contains(&Owner::Unknown) {
                elsewhere.push((conversation, owners));
                continue;
            }
            let hash = connection.hash(&self.hasher);
            let found = index.find(hash, |at| {
                let seen = &all[*at as usize];
                seen.connection() == connection && seen.owners == owners
            });
            let at = match found {
                Some(at) => *at as usize,
                None => {
                    let at = all.len();
                    all.push(Seen::new(conversation, owners));
                    index.insert_unique(hash, at as u32, |at| all[*at as usize].connection().hash(&self.hasher));
                    at
                }
            };
            self.see(conversation, &mut all[at]);
        }
        for (conversation, owners) in elsewhere {
            let connection = &conversation.entry.key.connection;
            let hash = connection.hash(&self.hasher);
            let of_owners = |is_it: fn(Owners, Owners) -> bool| {
                let seen = |at: &u32| &all[*at as usize];
                let is_it = move |at: &&u32| seen(at).connection() == connection && is_it(seen(at).owners, owners);
                let mut found = index.iter_hash(hash).filter(is_it);
                found.next().filter(|_| found.next().is_none()).copied()
            };
            // The one that was seen at home; where there is none or several, one of its own.
            let at = match of_owners(is_that_of).or_else(|| of_owners(|one, other| one == other)) {
                Some(at) => at as usize,
                None => {
                    let at = all.len();
                    all.push(Seen::new(conversation, owners));
                    index.insert_unique(hash, at as u32, |at| all[*at as usize].connection().hash(&self.hasher));
                    at
                }
            };
            self.see(conversation, &mut all[at]);
        }
        let mut left_out = 0;
        for row in &all {
            let connection = row.connection();
            let is_left_out = self.leaves_out(connection);
            left_out += usize::from(is_left_out);
            let is_unsound =
                self.is_sound && [connection.initiator, connection.responder].iter().any(|end| end.text().is_some());
            to.of_connections.extend(rows.push(row, is_left_out || is_unsound, self)?);
        }
        Ok(left_out)
    }

    fn see<'a>(&self, conversation: &Conversation<'a>, seen: &mut Seen<'a>) {
        let vantage = conversation.entry.key.vantage;
        seen.add(conversation, &self.numbered, |end| self.owns(vantage, end));
    }

    fn ends(&self, ends: impl Iterator<Item = (End, u32)>) -> ArrayRef {
        let mut column = StringViewBuilder::new();
        ends.for_each(|(end, vantage)| append_end(&mut column, end, self.shared.owner(end, vantage), self));
        Arc::new(column.finish())
    }
}

pub(super) fn time(seconds: i64) -> Option<i64> {
    (seconds != NO_TIME).then_some(seconds)
}

pub(super) fn number(port: i32) -> Option<i32> {
    (port != NO_PORT).then_some(port)
}
