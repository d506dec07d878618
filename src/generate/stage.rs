//! Where planted scenarios are played: attacks and their look-alikes, each with a label.
//!
//! A scenario is one function in the folder `attacks` or `benign` and one line in its
//! table. It plays connections and then claims the rows they gave; the label counts exactly those. So that a
//! plain filter over the logs finds the same rows and no others, every scenario uses an address or a port that
//! nothing else uses in the same place. An attack is played twice, loud and quiet, and draws its hour, its hosts
//! and its numbers anew for every seed.

use std::net::{IpAddr, Ipv4Addr};

use super::connection::{Connection, End, Outcome};
use super::dice::{Dice, Topic};
use super::estate::{Estate, Role, Site};
use super::groups::is_open_to_world;
use super::labels::{Kind, Label, Variant, rfc3339};
use super::lists::Lists;
use super::plan::Plan;
use super::row::{Row, Status, TCP, UDP, Volume};
use super::{attacks, benign, unused_rules};

/// Planted connections of a pair that calls every second all day are more records than everything else; they are
/// planted where at least this many records are asked for.
pub(super) const STROBE_MIN_RECORDS: u64 = 400_000;

/// Those of many sources that guess together, and of many clients that are no guessers, are hundreds.
pub(super) const CROWD_MIN_RECORDS: u64 = 100_000;

/// Ranges reserved for documentation, each with the host numbers that outsiders may have: those below 16 of the
/// second are the office's.
const OUTSIDE: [([u8; 3], u8, u8); 3] = [([203, 0, 113], 1, 254), ([198, 51, 100], 16, 254), ([192, 0, 2], 1, 254)];

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
    pub(super) note: String,
}

/// Everything planted: rows in the order of their end, the labels, and the lists that go with them.
#[derive(Debug, Default)]
pub(super) struct Planted {
    pub(super) rows: Vec<Row>,
    pub(super) labels: Vec<Label>,
    pub(super) lists: Lists,
    /// Outsiders given out so far.
    outsiders: usize,
    /// How many parts each interface plays in attacks.
    parts: Vec<u32>,
}

/// A scenario with everything that makes it a single one.
struct Billed {
    kind: Kind,
    variant: Option<Variant>,
    scenario: &'static Scenario,
    /// The site it is played at, counted from one that the seed chooses.
    place: usize,
}

/// The scenarios in the order they are played: attacks loud and quiet, then the look-alikes, each in the place of the
/// loud attack that it resembles. The quiet attack is played at the next site.
fn bill(options: &super::Options) -> Vec<Billed> {
    let mut bill = Vec::new();
    for (place, scenario) in attacks::ATTACKS.iter().enumerate() {
        for (step, variant) in [Variant::Loud, Variant::Quiet].into_iter().enumerate() {
            bill.push(Billed { kind: Kind::Attack, variant: Some(variant), scenario, place: place + step });
        }
    }
    for (number, scenario) in benign::LOOK_ALIKES.iter().enumerate() {
        let place = attacks::ATTACKS.iter().position(|attack| attack.0 == scenario.0).unwrap_or(number);
        bill.push(Billed { kind: Kind::Benign, variant: None, scenario, place });
    }
    // Of the strobe one variant is records enough.
    let is_loud = Dice::new(options.seed, Topic::Planted, u64::MAX - 1).percent(50);
    let strobe = if is_loud { Variant::Loud } else { Variant::Quiet };
    bill.retain(|billed| match billed.scenario.0 {
        "strobe" if billed.kind == Kind::Attack => {
            billed.variant == Some(strobe) && options.records >= STROBE_MIN_RECORDS
        }
        "brute-force-distributed" => options.records >= CROWD_MIN_RECORDS,
        _ => true,
    });
    bill
}

/// Plays every scenario that the options ask for.
pub(super) fn plant(estate: &Estate, plan: &Plan, options: &super::Options) -> Result<Planted, super::Error> {
    let (seed, attacks) = (options.seed, options.attacks);
    let mut planted = Planted { parts: vec![0; estate.interfaces.len()], ..Planted::default() };
    let first_site = Dice::new(seed, Topic::Planted, u64::MAX).below(estate.sites.len() as u32) as usize;
    for (number, Billed { kind, variant, scenario, place }) in bill(options).into_iter().enumerate() {
        let (detection, when, play) = scenario;
        let last = plan.days - 1;
        let days = if *when == When::EveryDay { 0..last + 1 } else { last..last + usize::from(attacks) };
        for day in days {
            let mut stage = Stage {
                estate,
                site: &estate.sites[(first_site + place) % estate.sites.len()],
                midnight: plan.slot_start(day * super::plan::DAY_SLOTS),
                dice: Dice::new(seed, Topic::Planted, (day as u64) << 32 | number as u64),
                detection,
                label: (attacks && day == last).then_some(kind),
                variant,
                unclaimed: Vec::new(),
                planted: &mut planted,
            };
            play(&mut stage);
            debug_assert!(stage.unclaimed.is_empty(), "{detection} plays rows that it does not claim");
        }
    }
    let outsiders = outsiders().count();
    if planted.outsiders > outsiders {
        return Err(super::Error::Option(format!(
            "the scenarios need {} outside addresses, and the ranges for documentation have {outsiders}: plant fewer",
            planted.outsiders
        )));
    }
    unused_rules::label(estate, plan, attacks, &mut planted);
    planted.lists.fill(estate, seed);
    planted.rows.sort_by_key(|row| row.end);
    Ok(planted)
}

/// Every address that an outsider may have.
fn outsiders() -> impl Iterator<Item = Ipv4Addr> {
    OUTSIDE.iter().flat_map(|([a, b, c], first, last)| (*first..=*last).map(|host| Ipv4Addr::new(*a, *b, *c, host)))
}

/// The stage of one scenario on one day.
pub(super) struct Stage<'a> {
    pub(super) estate: &'a Estate,
    pub(super) site: &'a Site,
    /// Unix seconds at which the day begins.
    pub(super) midnight: i64,
    pub(super) dice: Dice,
    detection: &'static str,
    /// Absent on the days whose habits are not labelled.
    label: Option<Kind>,
    /// How plain an attack is; look-alikes have no such thing.
    variant: Option<Variant>,
    unclaimed: Vec<Row>,
    planted: &'a mut Planted,
}

impl Stage<'_> {
    /// A moment of the day, from the first hour up to before the second one.
    pub(super) fn moment(&mut self, from_hour: u32, to_hour: u32) -> i64 {
        self.midnight + i64::from(self.dice.between(from_hour * 3600, to_hour * 3600 - 1))
    }

    /// Whether this is the attack of somebody who takes care not to be seen.
    pub(super) fn is_quiet(&self) -> bool {
        self.variant == Some(Variant::Quiet)
    }

    /// A number from the range of the loud attack, or of the quiet one.
    pub(super) fn draw(&mut self, loud: (u32, u32), quiet: (u32, u32)) -> u32 {
        let (low, high) = if self.is_quiet() { quiet } else { loud };
        self.dice.between(low, high)
    }

    /// An internet host that no other scenario has, from a range reserved for documentation.
    pub(super) fn outsider(&mut self) -> Ipv4Addr {
        let outsider = outsiders().nth(self.planted.outsiders);
        self.planted.outsiders += 1;
        // Too many end in an error once all is played.
        outsider.unwrap_or(Ipv4Addr::UNSPECIFIED)
    }

    /// A host with one of these roles, of those that play the fewest parts so far: where there is room, every attack
    /// has its own.
    pub(super) fn host(&mut self, roles: &[Role]) -> u32 {
        let hosts: Vec<u32> = roles.iter().flat_map(|role| self.site.with(*role)).copied().collect();
        let fewest = hosts.iter().map(|host| self.planted.parts[*host as usize]).min();
        let idle: Vec<u32> =
            hosts.into_iter().filter(|host| Some(self.planted.parts[*host as usize]) == fewest).collect();
        let host = self.dice.pick(&idle);
        self.planted.parts[host as usize] += 1;
        host
    }

    /// Puts an address on the threat list.
    pub(super) fn list_threat(&mut self, address: Ipv4Addr) {
        self.planted.lists.threats.push(address);
    }

    /// Puts an address on the trusted list.
    pub(super) fn trust(&mut self, address: Ipv4Addr) {
        self.planted.lists.trusted.push(address);
    }

    /// Puts an address on the list of Tor's relays.
    pub(super) fn list_relay(&mut self, address: Ipv4Addr) {
        self.planted.lists.relays.push(address);
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

    /// Whether two interfaces are in one availability zone.
    pub(super) fn share_a_zone(&self, one: u32, other: u32) -> bool {
        let [one, other] = [one, other].map(|interface| &self.estate.subnet_of(interface).zone_id);
        one == other
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

    /// What the internet sees of a knock: an answer where a group opens the port to the world, else nothing.
    pub(super) fn knock(&mut self, client: Ipv4Addr, server: End, port: u16, start: i64) {
        let is_open = match server {
            End::Own { interface, .. } | End::Own6 { interface } => {
                is_open_to_world(self.estate.interface(interface).role, port, true)
            }
            End::Far { .. } => false,
        };
        let knock = match is_open {
            true => self.session(End::far(client), server, port, start, (0, 0)),
            false => self.probe(End::far(client), server, port, start),
        };
        self.play(knock, 1);
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

    /// Plants what was played since the last claim as the day of a host before and after its attack: no label counts
    /// it.
    pub(super) fn set_scene(&mut self) {
        self.planted.rows.append(&mut self.unclaimed);
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
                variant: self.variant,
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
                note: claim.note,
            });
        }
        self.planted.rows.extend(rows);
    }
}
