//! One connection, put together from the conversations of all vantages that recorded it.

use std::cmp::Ordering;

use super::entry::{Attempt, Connection, NO_TIME, earlier};
use super::row::{End, Rule};
use super::shared::Owners;
use super::tables::Conversation;
use super::vantage::{ACCOUNT, INTERFACE, Numbered, REGION};

/// The bytes of a packet that only refuses, at most: headers of IPv6 and TCP.
const MOST_HEADERS: i64 = 60;

/// Conversations of several vantages, as one.
pub(super) struct Seen<'a> {
    pub(super) first: &'a Conversation<'a>,
    /// Whose hosts its ends are.
    pub(super) owners: Owners,
    /// The vantages that name account and region.
    pub(super) account: Option<u32>,
    pub(super) region: Option<u32>,
    /// The vantage of the interface that has our end's address as context tells, of the one that says it is there, of one
    /// that does not pass packets on, of any.
    interfaces: [Option<u32>; 4],
    pub(super) flows: i64,
    pub(super) attempts: i64,
    pub(super) answers: i64,
    pub(super) rejected: i64,
    pub(super) replies_rejected: i64,
    /// Connections let in at a vantage that rejected replies, and not answered there.
    pub(super) replies_lost: i64,
    pub(super) request_packets: Option<i64>,
    pub(super) request_bytes: Option<i64>,
    pub(super) reply_packets: Option<i64>,
    pub(super) reply_bytes: Option<i64>,
    pub(super) attempt_packets: Option<i64>,
    pub(super) attempt_packets_squared: Option<f64>,
    pub(super) first_start: i64,
    pub(super) last_end: i64,
    pub(super) initiator_port: Option<i32>,
    /// Those of the vantage that saw most of them.
    pub(super) begun: &'a [Attempt],
    /// The surest that any vantage had.
    pub(super) rule: Option<Rule>,
    pub(super) traffic_path: Option<i32>,
    pub(super) is_relayed: bool,
    pub(super) is_rejected: bool,
}

/// The vantage whose text is the least of those that have one.
fn least(one: Option<u32>, other: u32, numbered: &Numbered, place: usize) -> Option<u32> {
    match (one.and_then(|one| numbered.text(one, place)), numbered.text(other, place)) {
        (Some(text), Some(of_other)) if of_other < text => Some(other),
        (None, Some(_)) => Some(other),
        _ => one,
    }
}

impl<'a> Seen<'a> {
    pub(super) fn new(first: &'a Conversation<'a>, owners: Owners) -> Self {
        Seen {
            first,
            owners,
            account: None,
            region: None,
            interfaces: [None; 4],
            flows: 0,
            attempts: 0,
            answers: 0,
            rejected: 0,
            replies_rejected: 0,
            replies_lost: 0,
            request_packets: None,
            request_bytes: None,
            reply_packets: None,
            reply_bytes: None,
            attempt_packets: None,
            attempt_packets_squared: None,
            first_start: NO_TIME,
            last_end: NO_TIME,
            initiator_port: first.initiator_port(),
            begun: &[],
            rule: None,
            traffic_path: None,
            is_relayed: true,
            is_rejected: true,
        }
    }

    /// What is the same at every vantage.
    pub(super) fn connection(&self) -> &'a Connection {
        &self.first.entry.key.connection
    }

    /// Every number is the largest that one vantage saw: request and reply at both ends, a NAT or transit gateway
    /// between them, or flow logs of a VPC and of its subnet all tell of the same packets. `owns` says whether the
    /// vantage's interface has an address.
    pub(super) fn add(&mut self, seen: &Conversation<'a>, numbered: &Numbered, owns: impl Fn(End) -> bool) {
        let state = &seen.entry.state;
        let vantage = seen.entry.key.vantage;
        self.account = least(self.account, vantage, numbered, ACCOUNT);
        self.region = least(self.region, vantage, numbered, REGION);
        let connection = &seen.entry.key.connection;
        let (side, end) = match seen.direction {
            Some("outbound") => ("initiator", connection.initiator),
            _ => ("responder", connection.responder),
        };
        let is_own = !seen.is_relayed();
        let tiers = [is_own && owns(end), is_own && seen.vantage == Some(side), is_own, true];
        for (interface, is_of_tier) in self.interfaces.iter_mut().zip(tiers) {
            *interface = if is_of_tier { least(*interface, vantage, numbered, INTERFACE) } else { *interface };
        }
        self.flows = self.flows.max(i64::from(state.flows));
        self.attempts = self.attempts.max(seen.attempts);
        self.answers = self.answers.max(i64::from(state.answers));
        self.rejected = self.rejected.max(seen.rejected);
        self.replies_rejected = self.replies_rejected.max(i64::from(state.replies_rejected));
        if state.replies_rejected > 0 {
            self.replies_lost = self.replies_lost.max(seen.attempts - seen.rejected - i64::from(state.answers));
        }
        self.request_packets = self.request_packets.max(seen.request_packets());
        self.request_bytes = self.request_bytes.max(seen.request_bytes());
        self.reply_packets = self.reply_packets.max(seen.reply_packets());
        self.reply_bytes = self.reply_bytes.max(seen.reply_bytes());
        self.attempt_packets = self.attempt_packets.max(seen.attempt_packets());
        let squared = seen.attempt_packets_squared();
        self.attempt_packets_squared = match (self.attempt_packets_squared, squared) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        self.first_start = earlier(self.first_start, seen.entry.first_start());
        self.last_end = self.last_end.max(state.last_end);
        self.initiator_port = self.initiator_port.filter(|port| seen.initiator_port() == Some(*port));
        let times = |begun: &'a [Attempt]| begun.iter().map(|one| (one.second, one.bytes));
        // Of two that saw as many, always the same one.
        let is_better = match seen.begun.len().cmp(&self.begun.len()) {
            Ordering::Equal => times(seen.begun).lt(times(self.begun)),
            longer => longer.is_gt(),
        };
        self.begun = if is_better { seen.begun } else { self.begun };
        self.rule = self.rule.into_iter().chain(seen.rule).min();
        self.traffic_path = self.traffic_path.max(seen.traffic_path());
        self.is_relayed &= seen.is_relayed();
        self.is_rejected &= seen.outcome == Some("rejected");
    }

    /// The vantage of the interface at our end, as well as is known.
    pub(super) fn interface(&self) -> Option<u32> {
        self.interfaces.into_iter().flatten().next()
    }

    /// Whether the interface is known to be the one at our end.
    pub(super) fn is_interface_sure(&self) -> bool {
        self.interfaces[0].or(self.interfaces[1]).is_some()
    }

    /// Whether all there is are answers to what nobody was seen to ask: whoever is called the initiator may have done
    /// nothing, or refused what was forged in his name. Who sent more than headers has asked before.
    pub(super) fn is_unasked(&self) -> bool {
        let (packets, bytes) = (self.request_packets.unwrap_or(0), self.request_bytes.unwrap_or(0));
        let is_asked = match self.answers {
            0 => packets > 0 || bytes > 0,
            _ => bytes > packets.saturating_mul(MOST_HEADERS),
        };
        let is_replied = self.reply_packets.is_some() || self.reply_bytes.is_some();
        self.attempts == 0 && (self.answers > 0 || is_replied) && !is_asked
    }

    pub(super) fn outcome(&self) -> &'static str {
        if self.answers > 0 {
            "accepted"
        } else if self.rejected > 0 && self.rejected >= self.attempts {
            "rejected"
        } else if self.attempts > 0 {
            "unanswered"
        } else if self.is_rejected {
            "rejected"
        } else {
            "accepted"
        }
    }
}
