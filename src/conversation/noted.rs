//! What is to be known of all rows before the first entry is written: whose addresses are whose, what gateways passed on,
//! and which connections their ports would turn round.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::entry::{Attempt, Connection, Entry, Key, NO_PORT, mark};
use super::own::{Constants, Homes};
use super::rollup::Table;
use super::row::{Rule, TCP, is_service};
use crate::limits::NOTED_CONNECTIONS;

/// What a thread, or all of them, noted.
#[derive(Debug, Default)]
pub(super) struct Noted {
    pub(super) homes: Homes,
    pub(super) constants: Constants,
    pub(super) relayed: Relayed,
    pub(super) reversed: Reversed,
}

impl Noted {
    /// Notes what a table has.
    pub(super) fn note(&mut self, table: &Table, hasher: &RandomState) {
        for entry in table.entries.iter() {
            let Entry { key, state } = entry;
            let ends = [
                (mark::INITIATOR_AT_HOME, key.connection.initiator),
                (mark::RESPONDER_AT_HOME, key.connection.responder),
            ];
            for (mark, end) in ends {
                if state.has(mark) && end.address().is_some() {
                    self.homes.insert((end, key.vantage));
                }
            }
            if !state.has(mark::AT_INITIATOR | mark::AT_RESPONDER) {
                let ends = [key.connection.initiator, key.connection.responder];
                self.constants.entry(key.vantage).or_default().see(ends);
            }
            if state.has(mark::RELAYED) {
                self.relayed.note(key.vantage, &key.connection, hasher);
            }
            self.reversed.note_answered(entry, hasher);
        }
        for attempt in table.attempts.iter() {
            self.reversed.note_begun(attempt, table.entries.get(attempt.entry as usize), hasher);
        }
    }

    /// Adds what another thread noted.
    pub(super) fn merge(&mut self, other: Noted) {
        self.homes.extend(other.homes);
        for (vantage, constant) in other.constants {
            self.constants.entry(vantage).or_default().merge(&constant);
        }
        self.relayed.services.extend(other.relayed.services);
        self.relayed.many.extend(other.relayed.many);
        self.reversed.merge(other.reversed);
    }
}

/// What interfaces passed on for others: a connection of the interface's own to the same service is its leg of one of
/// theirs.
#[derive(Debug, Default)]
pub(super) struct Relayed {
    /// Vantages with the services that others reached through them.
    pub(super) services: HashSet<(u32, u64), RandomState>,
    /// Vantages that passed more on than is noted.
    pub(super) many: HashSet<u32, RandomState>,
}

impl Relayed {
    fn note(&mut self, vantage: u32, connection: &Connection, hasher: &RandomState) {
        if self.services.len() < NOTED_CONNECTIONS {
            self.services.insert((vantage, connection.service_hash(hasher)));
        } else {
            self.many.insert(vantage);
        }
    }
}

/// Connections of which the client has the port that looks like the service's: 8080, and the service 50000. Whose SYN was
/// seen, and answered with one, is the client, also of the records in the middle that have none. A SYN alone anybody may
/// send.
#[derive(Debug, Default)]
pub(super) struct Reversed {
    /// Connections that were begun so, with the service that they reach for.
    begun: HashSet<(u64, u64), RandomState>,
    /// Services that answered.
    answered: HashSet<u64, RandomState>,
    /// The connections that were begun so and answered.
    known: HashSet<u64, RandomState>,
}

impl Reversed {
    fn note_begun(&mut self, begun: &Attempt, entry: &Entry, hasher: &RandomState) {
        let connection = &entry.key.connection;
        let is_one = connection.protocol == TCP
            && entry.state.has(mark::FLAGS)
            && begun.port != NO_PORT
            && connection.service_port != NO_PORT
            && begun.port != connection.service_port
            && is_service(begun.port, connection.service_port, Some(TCP));
        if is_one && self.begun.len() < NOTED_CONNECTIONS {
            self.begun.insert((connection.port_hash(begun.port, hasher), connection.port_hash(NO_PORT, hasher)));
        }
    }

    /// Services whose clients all have ports above theirs, as most have, need not be noted.
    fn note_answered(&mut self, entry: &Entry, hasher: &RandomState) {
        let Entry { key: Key { connection, .. }, state } = entry;
        let is_one = connection.protocol == TCP && state.answers > 0 && state.has(mark::FLAGS);
        let [least, greatest] = state.initiator_ports;
        let service = connection.service_port;
        let may_be_reversed =
            least < service || service >= 1024 && (least < greatest || is_service(least, service, Some(TCP)));
        if is_one && may_be_reversed && self.answered.len() < NOTED_CONNECTIONS {
            self.answered.insert(connection.port_hash(NO_PORT, hasher));
        }
    }

    fn merge(&mut self, other: Reversed) {
        self.begun.extend(other.begun);
        self.answered.extend(other.answered);
    }

    /// What is known when all has been noted.
    pub(super) fn conclude(&mut self) {
        let answered = std::mem::take(&mut self.answered);
        let begun = std::mem::take(&mut self.begun).into_iter();
        self.known = begun.filter(|(_, service)| answered.contains(service)).map(|(begun, _)| begun).collect();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The entry, turned round if its ports had turned it.
    pub(super) fn corrected(&self, entry: &Entry, hasher: &RandomState) -> Entry {
        let Entry { key, state } = entry;
        let [port, other] = state.initiator_ports;
        let is_guess = key.connection.protocol == TCP
            && (state.attempts, state.answers) == (0, 0)
            && state.is_decided_by(Rule::Ports)
            && port == other;
        if self.is_empty() || !is_guess {
            return *entry;
        }
        let turned = entry.turned(port);
        match self.known.contains(&turned.key.connection.port_hash(key.connection.service_port, hasher)) {
            true => turned,
            false => *entry,
        }
    }
}
