//! The everyday traffic of the estate, drawn at random: clients of the site, calls between its tiers, calls to
//! the outside, mail, administration, and the noise of the internet.
//!
//! A slot is filled connection by connection until its quota of rows is met exactly.

use std::net::{IpAddr, Ipv4Addr};

use super::connection::{Connection, End, Outcome};
use super::dice::{Dice, Topic, client_address, public_address, scatter};
use super::estate::{Estate, Role, Site};
use super::groups::{OFFICE_HOSTS, is_open_to_world};
use super::plan::SLOT_SECONDS;
use super::row::{ICMP, Row, Service, Status, TCP, UDP, Volume};

/// Where the traffic of one slot and site is drawn.
struct Scene<'a> {
    estate: &'a Estate,
    site: &'a Site,
    seed: u64,
    /// How many different clients the site has.
    clients: u32,
    /// Whether the security groups have the mistakes the planted attacks need.
    mistakes: bool,
    dice: &'a mut Dice,
}

/// How often a kind of connection is drawn, in parts of the sum of all.
type Kind = (u32, fn(&mut Scene) -> Connection);

const KINDS: [Kind; 14] = [
    (30, client_to_site),
    (18, balancer_to_web),
    (14, web_to_app),
    (12, app_to_cache),
    (4, batch_to_database),
    (5, call_to_partner),
    (4, call_to_storage),
    (3, public_resolver),
    (20, internet_noise),
    (2, mail_out),
    (2, mail_in),
    (1, administration),
    (1, update),
    (1, late_packet),
];

/// Background traffic of the whole estate.
#[derive(Debug)]
pub(super) struct Background<'a> {
    pub(super) estate: &'a Estate,
    pub(super) seed: u64,
    /// How many different clients a site has.
    pub(super) clients: u32,
    pub(super) mistakes: bool,
}

/// Whether everyday traffic from the internet uses a port that is open to the world.
pub(super) fn uses(role: Role, port: u16) -> bool {
    matches!((role, port), (Role::LoadBalancer, 80 | 443) | (Role::Mail, 25))
}

impl Background<'_> {
    /// Appends exactly `quota` rows of connections that begin in the slot starting at `start` and end before
    /// the end of the next slot.
    pub(super) fn fill(&self, slot: usize, start: i64, quota: u64, rows: &mut Vec<Row>) {
        let mut dice = Dice::new(self.seed, Topic::Background, slot as u64);
        let target = rows.len() + quota as usize;
        let kinds: u32 = KINDS.iter().map(|kind| kind.0).sum();
        while rows.len() < target {
            let interface = dice.below(self.estate.interfaces.len() as u32);
            let site = self.estate.site_of(interface);
            let scene = &mut Scene {
                estate: self.estate,
                site,
                seed: self.seed,
                clients: self.clients,
                mistakes: self.mistakes,
                dice: &mut dice,
            };
            let begin = start + i64::from(scene.dice.below(SLOT_SECONDS as u32));
            if self.skips(scene, begin, rows) {
                continue;
            }
            let mut draw = scene.dice.below(kinds);
            let kind = KINDS.iter().find(|kind| {
                let found = draw < kind.0;
                draw = draw.saturating_sub(kind.0);
                found
            });
            let Some((_, connection)) = kind else { continue };
            let before = rows.len();
            fit(connection(scene).at(begin), start).record(self.estate, rows);
            if rows.len() > target {
                // It does not fit any more: a probe from the internet always does.
                rows.truncate(before);
                internet_noise(scene).at(begin).record(self.estate, rows);
                rows.truncate(target);
            }
        }
    }

    /// Now and then the busiest interface loses records.
    fn skips(&self, scene: &mut Scene, begin: i64, rows: &mut Vec<Row>) -> bool {
        let skips = scene.dice.below(20_000) == 0;
        if skips {
            let from = begin - begin % 60;
            rows.push(Row::without_traffic(scene.site.first(Role::LoadBalancer), Status::SkipData, from, from + 59));
        }
        skips
    }
}

/// Cuts a connection so that its last row ends within the slot after the one it begins in.
fn fit(connection: Connection, slot_start: i64) -> Connection {
    let limit = (slot_start + 2 * SLOT_SECONDS - connection.start) as u32;
    Connection { seconds: connection.seconds.clamp(1, limit), ..connection }
}

impl Scene<'_> {
    fn host(&mut self, role: Role) -> u32 {
        self.dice.pick(self.site.with(role))
    }

    /// Seconds a short exchange takes: most are over at once, a few take minutes.
    fn seconds(&mut self) -> u32 {
        self.dice.size(2, 4).clamp(1, 400) as u32
    }

    fn tcp(&mut self, client: End, server: End, server_port: u16, sent: u64, received: u64) -> Connection {
        let (request, reply) = Volume::tcp(sent, received);
        Connection {
            client,
            server,
            client_port: self.dice.ephemeral_port(),
            server_port,
            protocol: TCP,
            start: 0,
            seconds: self.seconds(),
            request,
            reply,
            outcome: Outcome::Answered,
        }
    }
}

fn client_to_site(scene: &mut Scene) -> Connection {
    let rank = scene.dice.rank(16, scene.clients);
    let client = client_address(scene.seed, rank);
    let interface = scene.host(Role::LoadBalancer);
    let server = if client.is_ipv4() { End::own(interface) } else { End::Own6 { interface } };
    let (sent, received) = (scene.dice.size(1_400, 2), scene.dice.size(14_000, 4));
    let port = if scene.dice.percent(6) { 80 } else { 443 };
    let mut connection = scene.tcp(End::far(client), server, port, sent, received);
    // Phones and home routers use the whole upper range.
    connection.client_port = scene.dice.between(1024, 65535) as u16;
    connection
}

fn balancer_to_web(scene: &mut Scene) -> Connection {
    let (client, server) = (scene.host(Role::LoadBalancer), scene.host(Role::Web));
    let (sent, received) = (scene.dice.size(2_500, 3), scene.dice.size(20_000, 3));
    let mut connection = scene.tcp(End::own(client), End::own(server), 8080, sent, received);
    if scene.dice.percent(20) {
        // Kept alive for further requests: rows with SYN, without flags, with FIN.
        connection.seconds = scene.dice.between(60, 420);
    }
    connection
}

fn web_to_app(scene: &mut Scene) -> Connection {
    let (client, server) = (scene.host(Role::Web), scene.host(Role::App));
    let (sent, received) = (scene.dice.size(1_800, 2), scene.dice.size(6_000, 3));
    let ipv6 = |interface| scene.estate.interface(interface).address6.is_some();
    let (client, server) = match ipv6(client) && ipv6(server) {
        true => (End::Own6 { interface: client }, End::Own6 { interface: server }),
        false => (End::own(client), End::own(server)),
    };
    scene.tcp(client, server, 8443, sent, received)
}

fn app_to_cache(scene: &mut Scene) -> Connection {
    let (client, server) = (scene.host(Role::App), scene.host(Role::Cache));
    let (sent, received) = (scene.dice.size(900, 2), scene.dice.size(3_000, 2));
    scene.tcp(End::own(client), End::own(server), 6379, sent, received)
}

fn batch_to_database(scene: &mut Scene) -> Connection {
    let (client, server) = (scene.host(Role::Batch), scene.host(Role::Database));
    let (sent, received) = (scene.dice.size(4_000, 2), scene.dice.size(90_000, 3));
    scene.tcp(End::own(client), End::own(server), 5432, sent, received)
}

/// A call to an interface of another company: few popular ones, many seldom.
fn call_to_partner(scene: &mut Scene) -> Connection {
    let client = scene.host(Role::App);
    let partner = scatter(scene.seed ^ 0x70617274) ^ u64::from(scene.dice.rank(4, 2_000));
    let (sent, received) = (scene.dice.size(2_000, 2), scene.dice.size(7_000, 3));
    scene.tcp(End::own(client), End::far(public_address(partner)), 443, sent, received)
}

/// Object and table storage through the gateway endpoint.
fn call_to_storage(scene: &mut Scene) -> Connection {
    let role = scene.dice.pick(&[Role::App, Role::App, Role::Batch, Role::Build]);
    let client = scene.host(role);
    let (service, address) = match scene.dice.percent(65) {
        true => (Service::S3, Ipv4Addr::new(52, 216, scene.dice.below(64) as u8, scene.dice.between(1, 254) as u8)),
        false => {
            (Service::DynamoDb, Ipv4Addr::new(52, 94, scene.dice.below(16) as u8, scene.dice.between(1, 254) as u8))
        }
    };
    let (sent, received) = (scene.dice.size(9_000, 4), scene.dice.size(15_000, 4));
    scene.tcp(End::own(client), End::Far { address: address.into(), service }, 443, sent, received)
}

/// Most hosts ask the Amazon resolver, which is never logged; the mail relay and batch jobs ask public ones.
fn public_resolver(scene: &mut Scene) -> Connection {
    let role = scene.dice.pick(&[Role::Mail, Role::Batch, Role::Bastion]);
    let client = scene.host(role);
    let resolver = scene.dice.pick(&[Ipv4Addr::new(1, 1, 1, 1), Ipv4Addr::new(8, 8, 8, 8), Ipv4Addr::new(9, 9, 9, 9)]);
    let sent = u64::from(scene.dice.between(58, 84));
    let received = sent + u64::from(scene.dice.between(16, 180));
    let connection = scene.tcp(End::own(client), End::far(resolver), 53, 0, 0);
    let (request, reply) = (Volume::new(1, sent), Volume::new(1, received));
    Connection { protocol: UDP, seconds: 1, request, reply, ..connection }
}

/// Ports that the internet knocks at, the most popular first. Ports of planted attacks are not among them.
const KNOCKED_PORTS: [u16; 24] = [
    23, 445, 22, 3389, 8080, 80, 443, 2323, 5900, 81, 8000, 6379, 8443, 1433, 5060, 2222, 9200, 5555, 27017, 8888,
    2375, 21, 5432, 389,
];

/// One probe of one of the many sources that each knock once and go.
fn internet_noise(scene: &mut Scene) -> Connection {
    let role = scene.dice.pick(&PUBLIC_ROLES);
    let interface = scene.host(role);
    let secondaries = scene.estate.interface(interface).secondaries.len() as u32;
    let secondary = scene.dice.below(secondaries + 1).checked_sub(1).map(|number| number as u8);
    let source = scene.dice.public_address();
    let port = match scene.dice.percent(60) {
        true => KNOCKED_PORTS[scene.dice.rank(1, 25) as usize - 1],
        false => scene.dice.between(10_000, 65_000) as u16,
    };
    // A port that is open would answer: that is traffic of its own, and drawn elsewhere.
    let open = role != Role::Nat && is_open_to_world(role, port, scene.mistakes);
    let port = if open { 31_337 } else { port };
    let is_udp = port == 5060 || port == 389;
    let packets = if scene.dice.percent(85) { 1 } else { 3 };
    let length = if is_udp { 430 } else { scene.dice.pick(&[40, 40, 44, 60]) };
    Connection {
        client: End::far(source),
        server: End::Own { interface, secondary },
        client_port: scene.dice.between(1024, 65535) as u16,
        server_port: port,
        protocol: if is_udp { UDP } else { TCP },
        start: 0,
        seconds: 1,
        request: Volume::new(packets, packets * length),
        reply: Volume::default(),
        // A NAT gateway has no security group: the row says ACCEPT, and nothing ever answers.
        outcome: if role == Role::Nat { Outcome::Unanswered } else { Outcome::Rejected },
    }
}

/// Roles that the internet can reach, by how many addresses they show.
const PUBLIC_ROLES: [Role; 12] = [
    Role::LoadBalancer,
    Role::LoadBalancer,
    Role::CampaignBalancer,
    Role::Nat,
    Role::Bastion,
    Role::Reporting,
    Role::Batch,
    Role::Batch,
    Role::Legacy,
    Role::Legacy,
    Role::Mail,
    Role::Mail,
];

fn mail_out(scene: &mut Scene) -> Connection {
    let interface = scene.host(Role::Mail);
    // The eighth address is the stage of a planted scenario.
    let client = End::Own { interface, secondary: Some(scene.dice.below(7) as u8) };
    let server = public_address(scatter(scene.seed ^ 0x6d61696c) ^ u64::from(scene.dice.rank(2, 4_000)));
    let sent = scene.dice.size(30_000, 3);
    scene.tcp(client, End::far(server), 25, sent, 700)
}

fn mail_in(scene: &mut Scene) -> Connection {
    let interface = scene.host(Role::Mail);
    let server = End::Own { interface, secondary: Some(scene.dice.below(8) as u8) };
    let client = public_address(scatter(scene.seed ^ 0x6d61696d) ^ u64::from(scene.dice.rank(2, 4_000)));
    let sent = scene.dice.size(25_000, 3);
    scene.tcp(End::far(client), server, 25, sent, 600)
}

/// Administrators come from the office to the bastion, and from there to a host.
fn administration(scene: &mut Scene) -> Connection {
    let bastion = scene.host(Role::Bastion);
    let (sent, received) = (scene.dice.size(30_000, 2), scene.dice.size(90_000, 2));
    let mut session = if scene.dice.percent(50) {
        let administrator = scene.dice.pick(&OFFICE_HOSTS);
        scene.tcp(End::far(administrator), End::own(bastion), 22, sent, received)
    } else {
        let role = scene.dice.pick(&[Role::App, Role::Web, Role::Database]);
        let server = scene.host(role);
        scene.tcp(End::own(bastion), End::own(server), 22, sent, received)
    };
    session.seconds = scene.dice.between(120, 560);
    session
}

/// Packages from a content network; the monitor pings what it watches.
fn update(scene: &mut Scene) -> Connection {
    if scene.dice.percent(50) {
        let client = scene.host(Role::Monitor);
        let server = scene.host(Role::App);
        let connection = scene.tcp(End::own(client), End::own(server), 0, 0, 0);
        let volume = Volume::new(5, 420);
        return Connection { protocol: ICMP, client_port: 0, seconds: 5, request: volume, reply: volume, ..connection };
    }
    let client = scene.host(Role::Build);
    let address = IpAddr::from(Ipv4Addr::new(13, 224, scene.dice.below(16) as u8, scene.dice.between(1, 254) as u8));
    let received = scene.dice.size(400_000, 4);
    scene.tcp(End::own(client), End::Far { address, service: Service::CloudFront }, 443, 2_600, received)
}

/// A packet that comes after its connection was closed: a REJECT that is no denial.
fn late_packet(scene: &mut Scene) -> Connection {
    let client = client_address(scene.seed, scene.dice.rank(16, scene.clients));
    let interface = scene.host(Role::LoadBalancer);
    let server = if client.is_ipv4() { End::own(interface) } else { End::Own6 { interface } };
    let connection = scene.tcp(End::far(client), server, 443, 0, 0);
    let (request, reply) = (Volume::new(1, 52), Volume::default());
    Connection { seconds: 1, request, reply, outcome: Outcome::LatePacket, ..connection }
}
