//! What is known of one conversation: its key, the sums of its rows, and the connections it began.
//!
//! There are as many entries as there are conversations of five minutes in all that is read, and they are what fills
//! memory: every number has the least width that holds it.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::BUCKET_SECONDS;
use super::row::{End, Row, Rule};

/// What makes an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Key {
    pub(super) connection: Connection,
    pub(super) vantage: u32,
    _padding: u32,
}

/// What makes a connection, wherever it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Connection {
    /// The first second of the five minutes in which its rows start.
    pub(super) bucket: i64,
    pub(super) initiator: End,
    pub(super) responder: End,
    pub(super) service_port: i32,
    pub(super) protocol: i32,
}

/// In a number's place where there is none; no record has it.
pub(super) const NO_PORT: i32 = i32::MIN;
pub(super) const NO_TIME: i64 = i64::MIN;

/// What is known of the rows of an entry. Sums that may be of nothing have a mark each. Counts end at four billion rows
/// of one conversation.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct State {
    pub(super) request_packets: i64,
    pub(super) request_bytes: i64,
    pub(super) reply_packets: i64,
    pub(super) reply_bytes: i64,
    pub(super) attempt_packets: i64,
    pub(super) attempt_packets_squared: f64,
    pub(super) last_end: i64,
    pub(super) flows: u32,
    pub(super) attempts: u32,
    pub(super) answers: u32,
    pub(super) rejected_flows: u32,
    pub(super) rejected: u32,
    pub(super) replies_rejected: u32,
    pub(super) flags_or: i32,
    pub(super) traffic_path: i32,
    /// The least and the greatest port that the initiator used.
    pub(super) initiator_ports: [i32; 2],
    pub(super) marks: u32,
    /// The surest that decided a row.
    pub(super) rule: u16,
    /// Seconds from the bucket's beginning to the first row's start.
    pub(super) first_second: i16,
}

/// Bits of `State::marks`.
pub(super) mod mark {
    pub(in super::super) const REQUEST_PACKETS: u32 = 1;
    pub(in super::super) const REQUEST_BYTES: u32 = 1 << 1;
    pub(in super::super) const REPLY_PACKETS: u32 = 1 << 2;
    pub(in super::super) const REPLY_BYTES: u32 = 1 << 3;
    pub(in super::super) const ATTEMPT_PACKETS: u32 = 1 << 4;
    pub(in super::super) const FLAGS: u32 = 1 << 5;
    pub(in super::super) const AT_INITIATOR: u32 = 1 << 6;
    pub(in super::super) const AT_RESPONDER: u32 = 1 << 7;
    pub(in super::super) const RELAYED: u32 = 1 << 8;
    pub(in super::super) const INITIATOR_AT_HOME: u32 = 1 << 9;
    pub(in super::super) const RESPONDER_AT_HOME: u32 = 1 << 10;

    /// Those that say of the initiator what the others say of the responder, or of requests what of replies.
    pub(super) const SIDES: [[u32; 2]; 4] = [
        [REQUEST_PACKETS, REPLY_PACKETS],
        [REQUEST_BYTES, REPLY_BYTES],
        [AT_INITIATOR, AT_RESPONDER],
        [INITIATOR_AT_HOME, RESPONDER_AT_HOME],
    ];
}

#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) state: State,
}

/// A row that begins a connection of an entry, or without flags may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Attempt {
    pub(super) entry: u32,
    /// Seconds since the bucket's beginning.
    pub(super) second: i32,
    /// The initiator's port.
    pub(super) port: i32,
    /// Bytes of the row, as far as they fit.
    pub(super) bytes: u32,
}

impl Key {
    pub(super) fn new(row: &Row, vantage: u32) -> Self {
        let connection = Connection {
            bucket: row.start.map_or(NO_TIME, |start| start / BUCKET_SECONDS * BUCKET_SECONDS),
            initiator: row.initiator,
            responder: row.responder,
            service_port: row.service_port.unwrap_or(NO_PORT),
            protocol: row.protocol.unwrap_or(NO_PORT),
        };
        Key::of(connection, vantage)
    }

    pub(super) fn of(connection: Connection, vantage: u32) -> Self {
        Key { connection, vantage, _padding: 0 }
    }

    pub(super) fn hash(&self, hasher: &RandomState) -> u32 {
        let mut hash = hasher.build_hasher();
        self.connection.write(&mut hash);
        hash.write_u32(self.vantage);
        (hash.finish() >> 32) as u32
    }
}

impl Connection {
    pub(super) fn hash(&self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        self.write(&mut hash);
        hash.finish()
    }

    /// The hash of what is reached, whoever reaches it and whenever.
    pub(super) fn service_hash(&self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        self.responder.words().into_iter().for_each(|word| hash.write_u64(word));
        hash.write_u64(u64::from(self.service_port as u32) << 32 | u64::from(self.protocol as u32));
        hash.finish()
    }

    /// The hash of one connection between two ports, whenever it is seen; with [`NO_PORT`] of all of its client's.
    pub(super) fn port_hash(&self, initiator_port: i32, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        self.initiator.words().into_iter().chain(self.responder.words()).for_each(|word| hash.write_u64(word));
        hash.write_u64(u64::from(self.service_port as u32) << 32 | u64::from(initiator_port as u32));
        hash.finish()
    }

    fn write(&self, hash: &mut impl Hasher) {
        hash.write_i64(self.bucket);
        self.initiator.words().into_iter().chain(self.responder.words()).for_each(|word| hash.write_u64(word));
        hash.write_u64(u64::from(self.service_port as u32) << 32 | u64::from(self.protocol as u32));
    }
}

impl Entry {
    /// Of no row yet.
    pub(super) fn new(key: Key) -> Self {
        Entry { key, state: State::EMPTY }
    }

    /// The start of its first row.
    pub(super) fn first_start(&self) -> i64 {
        match self.key.connection.bucket {
            NO_TIME => NO_TIME,
            bucket => bucket + i64::from(self.state.first_second),
        }
    }

    /// The same records, told the other way round by the flags of others; `port` is the one that all of them share with
    /// the end that was taken for the initiator. Nothing began in them.
    pub(super) fn turned(&self, port: i32) -> Self {
        let Entry { mut key, mut state } = *self;
        let Connection { initiator, responder, service_port, .. } = key.connection;
        key.connection =
            Connection { initiator: responder, responder: initiator, service_port: port, ..key.connection };
        state.initiator_ports = [service_port; 2];
        std::mem::swap(&mut state.request_packets, &mut state.reply_packets);
        std::mem::swap(&mut state.request_bytes, &mut state.reply_bytes);
        state.replies_rejected = state.rejected_flows - state.replies_rejected;
        state.rule = Rule::TcpFlags as u16;
        for [one, other] in mark::SIDES {
            let turned = [(one, other), (other, one)].map(|(is, becomes)| if self.state.has(is) { becomes } else { 0 });
            state.marks = state.marks & !(one | other) | turned[0] | turned[1];
        }
        Entry { key, state }
    }

    /// Counts a row in.
    pub(super) fn add_row(&mut self, row: &Row) {
        let since = row.start.map_or(0, |start| start - self.key.connection.bucket);
        self.state.add_row(row, since as i16);
    }

    /// The row as the beginning of a connection, if it may be one.
    pub(super) fn attempt(&self, row: &Row, at: u32) -> Option<Attempt> {
        row.is_attempt().then(|| Attempt {
            entry: at,
            second: row.start.map_or(0, |start| (start - self.key.connection.bucket) as i32),
            port: row.initiator_port.unwrap_or(NO_PORT),
            bytes: row.bytes.map_or(0, |bytes| u32::try_from(bytes).unwrap_or(u32::MAX)),
        })
    }
}

impl State {
    const EMPTY: State = State {
        request_packets: 0,
        request_bytes: 0,
        reply_packets: 0,
        reply_bytes: 0,
        attempt_packets: 0,
        attempt_packets_squared: 0.0,
        last_end: NO_TIME,
        flows: 0,
        attempts: 0,
        answers: 0,
        rejected_flows: 0,
        rejected: 0,
        replies_rejected: 0,
        flags_or: 0,
        traffic_path: i32::MIN,
        initiator_ports: [i32::MAX, i32::MIN],
        marks: 0,
        rule: u16::MAX,
        first_second: i16::MAX,
    };

    fn add_row(&mut self, row: &Row, since: i16) {
        let is_attempt = row.is_attempt();
        let is_rejected = row.is_rejected == Some(true);
        // First, because it is loaded together with `first_second`: what was just stored in part would be waited for.
        self.rule = self.rule.min(row.rule as u16);
        let mut marks = 0;
        let mut add = |sum: &mut i64, value: Option<i64>, mark: u32| {
            if let Some(value) = value {
                *sum = sum.saturating_add(value);
                marks |= mark;
            }
        };
        if row.is_request {
            add(&mut self.request_packets, row.packets, mark::REQUEST_PACKETS);
            add(&mut self.request_bytes, row.bytes, mark::REQUEST_BYTES);
        } else {
            add(&mut self.reply_packets, row.packets, mark::REPLY_PACKETS);
            add(&mut self.reply_bytes, row.bytes, mark::REPLY_BYTES);
        }
        if is_attempt {
            add(&mut self.attempt_packets, row.packets, mark::ATTEMPT_PACKETS);
            self.attempt_packets_squared += row.packets.map_or(0.0, |packets| packets as f64 * packets as f64);
        }
        let count = |counted: &mut u32, is_one: bool| *counted = counted.saturating_add(u32::from(is_one));
        count(&mut self.flows, true);
        count(&mut self.attempts, is_attempt);
        count(&mut self.answers, row.is_answer());
        count(&mut self.rejected_flows, is_rejected);
        count(&mut self.rejected, is_rejected && is_attempt);
        count(&mut self.replies_rejected, is_rejected && !row.is_request);
        self.first_second = self.first_second.min(since);
        self.last_end = self.last_end.max(row.end.unwrap_or(NO_TIME));
        self.traffic_path = self.traffic_path.max(row.traffic_path.unwrap_or(i32::MIN));
        if let Some(port) = row.initiator_port {
            self.widen_ports([port, port]);
        }
        self.flags_or |= row.flags.unwrap_or(0);
        marks |= if row.flags.is_some() { mark::FLAGS } else { 0 };
        marks |= match row.is_at_initiator {
            Some(true) => mark::AT_INITIATOR,
            Some(false) => mark::AT_RESPONDER,
            None => 0,
        };
        marks |= match row.is_at_initiator.filter(|_| row.is_at_home) {
            Some(true) => mark::INITIATOR_AT_HOME,
            Some(false) => mark::RESPONDER_AT_HOME,
            None => 0,
        };
        self.marks |= marks | if row.is_relayed { mark::RELAYED } else { 0 };
    }

    /// Counts in what another thread knows of the same entry.
    pub(super) fn add(&mut self, other: &State) {
        self.request_packets = self.request_packets.saturating_add(other.request_packets);
        self.request_bytes = self.request_bytes.saturating_add(other.request_bytes);
        self.reply_packets = self.reply_packets.saturating_add(other.reply_packets);
        self.reply_bytes = self.reply_bytes.saturating_add(other.reply_bytes);
        self.attempt_packets = self.attempt_packets.saturating_add(other.attempt_packets);
        self.attempt_packets_squared += other.attempt_packets_squared;
        self.flows = self.flows.saturating_add(other.flows);
        self.attempts = self.attempts.saturating_add(other.attempts);
        self.answers = self.answers.saturating_add(other.answers);
        self.rejected_flows = self.rejected_flows.saturating_add(other.rejected_flows);
        self.rejected = self.rejected.saturating_add(other.rejected);
        self.replies_rejected = self.replies_rejected.saturating_add(other.replies_rejected);
        self.first_second = self.first_second.min(other.first_second);
        self.last_end = self.last_end.max(other.last_end);
        self.flags_or |= other.flags_or;
        self.traffic_path = self.traffic_path.max(other.traffic_path);
        self.widen_ports(other.initiator_ports);
        self.rule = self.rule.min(other.rule);
        self.marks |= other.marks;
    }

    fn widen_ports(&mut self, [least, greatest]: [i32; 2]) {
        self.initiator_ports = [self.initiator_ports[0].min(least), self.initiator_ports[1].max(greatest)];
    }

    pub(super) fn has(&self, mark: u32) -> bool {
        self.marks & mark != 0
    }

    pub(super) fn is_decided_by(&self, rule: Rule) -> bool {
        self.rule == rule as u16
    }
}

/// The earlier of two times, of which either may be missing.
pub(super) fn earlier(one: i64, other: i64) -> i64 {
    match (one, other) {
        (NO_TIME, time) | (time, NO_TIME) => time,
        _ => one.min(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_two_and_a_half_cache_lines() {
        assert_eq!((size_of::<Entry>(), size_of::<Attempt>()), (160, 16));
    }
}
