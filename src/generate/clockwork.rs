//! Traffic that repeats by the clock: health checks, NTP, agents, scrapes, database pools, silent interfaces.
//!
//! Each [`Task`] costs the same few rows in every slot. As many tasks run as fit into half of the quietest
//! slot, so a small `--records` thins them out instead of drowning everything else in health checks.

use std::net::Ipv4Addr;

use super::connection::{Connection, End, Outcome};
use super::dice::{Dice, Topic};
use super::estate::{Estate, Role, Site};
use super::plan::SLOT_SECONDS;
use super::row::{Row, Service, Status, TCP, UDP, Volume};

/// Public time servers.
pub(super) const TIME_SERVERS: [Ipv4Addr; 4] = [
    Ipv4Addr::new(162, 159, 200, 1),
    Ipv4Addr::new(162, 159, 200, 123),
    Ipv4Addr::new(216, 239, 35, 0),
    Ipv4Addr::new(129, 6, 15, 28),
];

/// Endpoints the management agents of AWS talk to, with their owner in ip-ranges.json.
const AGENT_ENDPOINTS: [(Ipv4Addr, Service); 3] = [
    (Ipv4Addr::new(52, 119, 196, 77), Service::Amazon),
    (Ipv4Addr::new(52, 119, 197, 143), Service::Amazon),
    (Ipv4Addr::new(54, 239, 28, 85), Service::Ec2),
];

/// What a task does.
#[derive(Debug, Clone, Copy)]
enum Kind {
    NoData,
    Time,
    HealthCheck,
    Pool,
    Agent,
    Scrape,
}

/// One repeating exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task {
    kind: Kind,
    client: u32,
    server: u32,
    number: u64,
}

/// The tasks that together cost at most `capacity` rows a slot, the most telling ones first.
pub(super) fn tasks(estate: &Estate, capacity: u64, planted: bool) -> Vec<Task> {
    let mut queues: Vec<Vec<Task>> = estate.sites.iter().flat_map(|site| wishes(site, planted)).collect();
    queues.iter_mut().for_each(|queue| queue.reverse());
    let mut tasks = Vec::new();
    let mut cost = 0;
    // One of each kind in turn, until the first that does not fit.
    while queues.iter().any(|queue| !queue.is_empty()) {
        for queue in &mut queues {
            let Some(mut task) = queue.pop() else { continue };
            cost += task.cost(estate);
            if cost > capacity {
                return tasks;
            }
            task.number = tasks.len() as u64;
            tasks.push(task);
        }
    }
    tasks
}

/// Every task a site would run, one list for each kind.
fn wishes(site: &Site, planted: bool) -> Vec<Vec<Task>> {
    let task = |kind, client, server| Task { kind, client, server, number: 0 };
    let hosts = [Role::App, Role::Web, Role::Batch, Role::Build, Role::Legacy, Role::Database];
    let hosts: Vec<u32> = hosts.iter().flat_map(|role| site.with(*role).iter().copied()).collect();
    let pairs = |clients: &[u32], servers: &[u32], kind| -> Vec<Task> {
        servers.iter().flat_map(|server| clients.iter().map(move |client| task(kind, *client, *server))).collect()
    };
    // With attacks the idle interface is planted, with a label.
    let idle: &[u32] = if planted { &[] } else { site.with(Role::Idle) };
    vec![
        idle.iter().map(|interface| task(Kind::NoData, *interface, *interface)).collect(),
        hosts.iter().map(|host| task(Kind::Time, *host, *host)).collect(),
        pairs(site.with(Role::LoadBalancer), site.with(Role::Web), Kind::HealthCheck),
        pairs(site.with(Role::App), site.with(Role::Database), Kind::Pool),
        hosts.iter().map(|host| task(Kind::Agent, *host, *host)).collect(),
        pairs(&site.with(Role::Monitor)[..1], &hosts, Kind::Scrape),
    ]
}

impl Task {
    /// Rows in every slot.
    fn cost(&self, estate: &Estate) -> u64 {
        let through_nat = if estate.interface(self.client).public.is_some() { 2 } else { 6 };
        match self.kind {
            Kind::NoData => 5,
            Kind::Time => through_nat,
            Kind::HealthCheck => 10 * 4,
            Kind::Pool | Kind::Scrape => 5 * 4,
            Kind::Agent => 5 * through_nat,
        }
    }

    /// Appends the task's rows of the slot that begins at `start`.
    pub(super) fn run(&self, estate: &Estate, seed: u64, start: i64, rows: &mut Vec<Row>) {
        // What stays the same in every slot: ports, phases, sizes.
        let mut fixed = Dice::new(seed, Topic::Clockwork, self.number);
        let mut now = Dice::new(seed ^ start as u64, Topic::Clockwork, self.number);
        match self.kind {
            Kind::NoData => (0..5).for_each(|minute| {
                let from = start + 60 * minute;
                rows.push(Row::without_traffic(self.client, Status::NoData, from, from + 58));
            }),
            Kind::Time => self.time_request(&mut fixed, start).record(estate, rows),
            Kind::HealthCheck => {
                let phase = i64::from(fixed.below(29));
                for check in 0..10 {
                    let check = self.tcp(&mut now, 8081, (92, 158)).at(start + phase + 30 * check);
                    check.record(estate, rows);
                }
            }
            Kind::Pool => {
                let port = fixed.ephemeral_port();
                for minute in 0..5 {
                    let (request, reply) = Volume::tcp(now.size(9_000, 2), now.size(40_000, 2));
                    let (seconds, outcome) = (57, Outcome::Standing);
                    let pool = self.tcp(&mut now, 5432, (0, 0)).at(start + 60 * minute + 1);
                    Connection { client_port: port, seconds, outcome, request, reply, ..pool }.record(estate, rows);
                }
            }
            Kind::Agent => {
                let (address, service) = fixed.pick(&AGENT_ENDPOINTS);
                let phase = i64::from(fixed.below(50));
                for minute in 0..5 {
                    let sizes = (1_900 + u64::from(now.below(80)), 5_300 + u64::from(now.below(200)));
                    let agent = self.tcp(&mut now, 443, sizes).at(start + phase + 60 * minute);
                    let server = End::Far { address: address.into(), service };
                    Connection { server, ..agent }.record(estate, rows);
                }
            }
            Kind::Scrape => {
                let phase = i64::from(fixed.below(50));
                for minute in 0..5 {
                    let sizes = (310, 21_000 + u64::from(now.below(900)));
                    self.tcp(&mut now, 9100, sizes).at(start + phase + 60 * minute).record(estate, rows);
                }
            }
        }
    }

    fn tcp(&self, dice: &mut Dice, server_port: u16, (sent, received): (u64, u64)) -> Connection {
        let (request, reply) = Volume::tcp(sent, received);
        Connection {
            client: End::own(self.client),
            server: End::own(self.server),
            client_port: dice.ephemeral_port(),
            server_port,
            protocol: TCP,
            start: 0,
            seconds: 1,
            request,
            reply,
            outcome: Outcome::Answered,
        }
    }

    fn time_request(&self, fixed: &mut Dice, start: i64) -> Connection {
        let server = End::far(fixed.pick(&TIME_SERVERS));
        let phase = i64::from(fixed.below(SLOT_SECONDS as u32 - 2));
        let volume = Volume::new(1, 76);
        let connection = self.tcp(fixed, 123, (0, 0)).at(start + phase);
        Connection { server, protocol: UDP, client_port: 123, request: volume, reply: volume, ..connection }
    }
}
