//! Where planted scenarios are played: attacks and their look-alikes, each with a label.
//!
//! A scenario is one function in the folder `attacks` or `benign` and one line in its
//! table. It plays connections and then claims the rows they gave; the label counts exactly those. So that a
//! plain filter over the logs finds the same rows and no others, every scenario uses an address or a port that
//! nothing else uses in the same place.

use std::net::{IpAddr, Ipv4Addr};

use super::connection::{Connection, End, Outcome};
use super::dice::{Dice, Topic};
use super::estate::{Estate, Role, Site};
use super::labels::{Kind, Label, rfc3339};
use super::plan::Plan;
use super::row::{Row, Status, TCP, UDP, Volume};
use super::{attacks, benign};

/// When a scenario is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// On the last day, if attacks are asked for: earlier days are undisturbed history.
    LastDay,
    /// Every day, attacks or not: a habit of the estate.
    EveryDay,
}

/// A scenario: its detection, when it is played, and the function that plays it.
pub(super) type Scenario = (&'static str, When, fn(&mut Stage));

/// What identifies the rows of a scenario; see [`Label`].
#[derive(Debug, Clone, Default)]
pub(super) struct Claim {
    pub(super) interface: Option<u32>,
    pub(super) actor: Option<IpAddr>,
    pub(super) target: Option<IpAddr>,
    pub(super) port: Option<u16>,
    pub(super) protocol: Option<u8>,
    /// Unix seconds, where it is not from the first row to the last.
    pub(super) window: Option<(i64, i64)>,
    pub(super) note: &'static str,
}

/// Everything planted: rows in the order of their end, and the labels.
#[derive(Debug, Default)]
pub(super) struct Planted {
    pub(super) rows: Vec<Row>,
    pub(super) labels: Vec<Label>,
}

/// Plays every scenario that the options ask for.
pub(super) fn plant(estate: &Estate, plan: &Plan, seed: u64, attacks: bool) -> Planted {
    let mut planted = Planted::default();
    let mut outsiders = 0;
    let scenarios = attacks::ATTACKS.iter().map(|scenario| (Kind::Attack, scenario));
    let scenarios = scenarios.chain(benign::LOOK_ALIKES.iter().map(|scenario| (Kind::Benign, scenario)));
    for (number, (kind, (detection, when, play))) in scenarios.enumerate() {
        // A look-alike stands in the same place as its attack.
        let place = attacks::ATTACKS.iter().position(|attack| attack.0 == *detection).unwrap_or(number);
        let last = plan.days - 1;
        let days = if *when == When::EveryDay { 0..last + 1 } else { last..last + usize::from(attacks) };
        for day in days {
            let mut stage = Stage {
                estate,
                site: &estate.sites[place % estate.sites.len()],
                midnight: plan.slot_start(day * super::plan::DAY_SLOTS),
                dice: Dice::new(seed, Topic::Planted, (day as u64) << 32 | number as u64),
                outsiders: &mut outsiders,
                detection,
                label: (attacks && day == last).then_some(kind),
                unclaimed: Vec::new(),
                planted: &mut planted,
            };
            play(&mut stage);
            debug_assert!(stage.unclaimed.is_empty(), "{detection} plays rows that it does not claim");
        }
    }
    planted.rows.sort_by_key(|row| row.end);
    planted
}

/// The stage of one scenario on one day.
pub(super) struct Stage<'a> {
    pub(super) estate: &'a Estate,
    pub(super) site: &'a Site,
    /// Unix seconds at which the day begins.
    pub(super) midnight: i64,
    pub(super) dice: Dice,
    outsiders: &'a mut u8,
    detection: &'static str,
    /// Absent on the days whose habits are not labelled.
    label: Option<Kind>,
    unclaimed: Vec<Row>,
    planted: &'a mut Planted,
}

impl Stage<'_> {
    /// A moment of the day, from the first hour up to before the second one.
    pub(super) fn moment(&mut self, from_hour: u32, to_hour: u32) -> i64 {
        self.midnight + i64::from(self.dice.between(from_hour * 3600, to_hour * 3600 - 1))
    }

    /// An internet host that no other scenario has, from a range reserved for documentation.
    pub(super) fn outsider(&mut self) -> Ipv4Addr {
        *self.outsiders += 1;
        Ipv4Addr::new(203, 0, 113, *self.outsiders)
    }

    /// The first host with this role.
    pub(super) fn first(&self, role: Role) -> u32 {
        self.site.first(role)
    }

    /// The last host with this role.
    pub(super) fn last(&self, role: Role) -> u32 {
        self.site.with(role).last().copied().unwrap_or(self.site.first(role))
    }

    pub(super) fn address(&self, interface: u32) -> IpAddr {
        self.estate.interface(interface).address.into()
    }

    /// Every address of the VPC that the internet can reach, except behind NAT gateways and load balancers.
    pub(super) fn public_ends(&self) -> Vec<End> {
        let mut ends = Vec::new();
        for role in [Role::Bastion, Role::Legacy, Role::Reporting, Role::Mail, Role::Batch] {
            for interface in self.site.with(role) {
                ends.push(End::own(*interface));
                let secondaries = self.estate.interface(*interface).secondaries.len() as u8;
                ends.extend((0..secondaries).map(|number| End::Own { interface: *interface, secondary: Some(number) }));
            }
        }
        ends
    }

    /// A private address of the VPC that no interface has.
    pub(super) fn unused_address(&self, number: u32) -> Ipv4Addr {
        Ipv4Addr::new(10, self.site.octet, 200 + (number / 250) as u8, 1 + (number % 250) as u8)
    }

    /// A connection attempt that the target's security group drops.
    pub(super) fn probe(&mut self, client: End, server: End, port: u16, start: i64) -> Connection {
        Connection {
            client,
            server,
            client_port: self.dice.ephemeral_port(),
            server_port: port,
            protocol: TCP,
            start,
            seconds: 1,
            request: Volume::new(1, 44),
            reply: Volume::default(),
            outcome: Outcome::Rejected,
        }
    }

    /// An answered TCP connection with these payloads in bytes.
    pub(super) fn session(
        &mut self,
        client: End,
        server: End,
        port: u16,
        start: i64,
        payload: (u64, u64),
    ) -> Connection {
        let (request, reply) = Volume::tcp(payload.0, payload.1);
        Connection { request, reply, outcome: Outcome::Answered, ..self.probe(client, server, port, start) }
    }

    /// An answered exchange of datagrams with these volumes.
    pub(super) fn datagrams(
        &mut self,
        client: End,
        server: End,
        port: u16,
        start: i64,
        volumes: (Volume, Volume),
    ) -> Connection {
        let connection = self.session(client, server, port, start, (0, 0));
        Connection { protocol: UDP, request: volumes.0, reply: volumes.1, ..connection }
    }

    /// Plays a connection that lasts this many seconds.
    pub(super) fn play(&mut self, connection: Connection, seconds: u32) {
        Connection { seconds, ..connection }.record(self.estate, &mut self.unclaimed);
    }

    /// Logs an interval without traffic, or one whose records were lost.
    pub(super) fn log_status(&mut self, interface: u32, status: Status, start: i64) {
        self.unclaimed.push(Row::without_traffic(interface, status, start, start + 58));
    }

    /// Plants what was played since the last claim, with a label if the day has one.
    pub(super) fn claim(&mut self, claim: Claim) {
        let detection = self.detection;
        self.claim_for(detection, claim);
    }

    /// The same, for a detection that follows up on the scenario's own.
    pub(super) fn claim_for(&mut self, detection: &'static str, claim: Claim) {
        let rows = std::mem::take(&mut self.unclaimed);
        if let Some(kind) = self.label {
            let counts = |row: &&Row| {
                claim.interface.is_none_or(|interface| interface == row.interface)
                    && (detection != "log-health" || row.status != Status::Ok)
            };
            let seen = || rows.iter().filter(counts);
            let first = seen().map(|row| row.start).min().unwrap_or(self.midnight);
            let last = seen().map(|row| row.end).max().unwrap_or(self.midnight + 86_399);
            let (start, end) = claim.window.unwrap_or((first, last));
            self.planted.labels.push(Label {
                detection,
                kind,
                account_id: self.site.account.clone(),
                region: self.site.region.to_string(),
                interface_id: claim.interface.map(|interface| self.estate.interface(interface).id.clone()),
                actor: claim.actor,
                target: claim.target,
                port: claim.port,
                protocol: claim.protocol,
                window_start: rfc3339(start),
                window_end: rfc3339(end),
                records: seen().count() as u64,
                note: claim.note.to_string(),
            });
        }
        self.planted.rows.extend(rows);
    }
}
