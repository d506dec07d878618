//! From a connection to the rows that flow logs show of it.
//!
//! One connection is seen by every logged interface on its way, request and reply apart, minute by minute:
//! a connection between two interfaces of the estate gives four rows a minute, one through a NAT gateway six.

use std::net::IpAddr;

use super::dice::scatter;
use super::estate::{Estate, Interface, Role};
use super::row::{Direction, ICMP, Row, Service, Status, TCP, Volume, WINDOW_SECONDS};

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const SYN_ACK: u8 = 18;

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// A logged interface by its IPv4 address; a secondary one by its number.
    Own { interface: u32, secondary: Option<u8> },
    /// A logged interface by its IPv6 address.
    Own6 { interface: u32 },
    /// Any host without flow logs.
    Far { address: IpAddr, service: Service },
}

impl End {
    pub(super) fn own(interface: u32) -> End {
        End::Own { interface, secondary: None }
    }

    pub(super) fn far(address: impl Into<IpAddr>) -> End {
        End::Far { address: address.into(), service: Service::None }
    }

    fn interface(self) -> Option<u32> {
        match self {
            End::Own { interface, .. } | End::Own6 { interface } => Some(interface),
            End::Far { .. } => None,
        }
    }

    fn service(self) -> Service {
        if let End::Far { service, .. } = self { service } else { Service::None }
    }

    /// The address in the srcaddr and dstaddr columns: an interface shows its primary one.
    fn shown(self, estate: &Estate) -> IpAddr {
        match self {
            End::Own { interface, .. } => estate.interface(interface).address.into(),
            _ => self.packet(estate),
        }
    }

    /// The address in the pkt- columns.
    fn packet(self, estate: &Estate) -> IpAddr {
        match self {
            End::Own { interface, secondary: None } => estate.interface(interface).address.into(),
            End::Own { interface, secondary: Some(number) } => {
                estate.interface(interface).secondaries[usize::from(number)].0.into()
            }
            End::Own6 { interface } => {
                let interface = estate.interface(interface);
                interface.address6.map_or(interface.address.into(), IpAddr::from)
            }
            End::Far { address, .. } => address,
        }
    }
}

/// How a connection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered,
    /// Answered, and in progress before and after what is generated: no SYN, no FIN.
    Standing,
    /// The server's host answers with RST.
    Refused,
    /// The server's security group drops the request.
    Rejected,
    /// Nobody answers.
    Unanswered,
    /// The server answers and its network ACL drops the reply.
    ReplyRejected,
    /// A last packet (FIN) of the client reaches the server's side after the connection was closed there.
    LatePacket,
}

/// One connection, from its first packet to its last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connection {
    pub(super) client: End,
    pub(super) server: End,
    pub(super) client_port: u16,
    pub(super) server_port: u16,
    pub(super) protocol: u8,
    /// Unix seconds.
    pub(super) start: i64,
    pub(super) seconds: u32,
    pub(super) request: Volume,
    pub(super) reply: Volume,
    pub(super) outcome: Outcome,
}

/// A logged interface on the way, and how the connection looks from there.
struct Vantage {
    interface: u32,
    client: (IpAddr, IpAddr, u16, Service),
    server: (IpAddr, IpAddr, u16, Service),
    /// Of the request; the reply goes the other way.
    direction: Direction,
    traffic_path: u8,
    next_hop: Option<u32>,
    /// Whether it stands before the server's security group.
    is_server: bool,
}

impl Connection {
    /// The same connection with its clock moved.
    pub(super) fn at(self, start: i64) -> Connection {
        Connection { start, ..self }
    }

    /// Appends every row that the flow logs of the estate show of this connection.
    pub(super) fn record(&self, estate: &Estate, rows: &mut Vec<Row>) {
        let vantages = self.vantages(estate);
        let length = i64::from(self.seconds).max(1);
        let (first, last) = (self.start / WINDOW_SECONDS, (self.start + length - 1) / WINDOW_SECONDS);
        for window in first..=last {
            let from = (window * WINDOW_SECONDS).max(self.start);
            let to = ((window + 1) * WINDOW_SECONDS).min(self.start + length);
            let mut request = self.request.part(from - self.start, to - self.start, length);
            let mut reply = self.reply.part(from - self.start, to - self.start, length);
            if window == first || window == last {
                // The handshake and the goodbye are packets, however little else there is.
                request = at_least_one_packet(request, self.request);
                reply = at_least_one_packet(reply, self.reply);
            }
            let ends = (window == first, window == last);
            for vantage in vantages.iter().flatten() {
                if request.packets > 0 {
                    rows.push(self.request_row(vantage, request, (from, to - 1), ends));
                }
                if reply.packets > 0 && self.shows_reply(vantage) {
                    rows.push(self.reply_row(vantage, reply, (from, to - 1), ends));
                }
            }
        }
    }

    fn shows_reply(&self, vantage: &Vantage) -> bool {
        match self.outcome {
            Outcome::Answered | Outcome::Standing | Outcome::Refused => true,
            Outcome::Rejected | Outcome::Unanswered | Outcome::LatePacket => false,
            Outcome::ReplyRejected => vantage.is_server,
        }
    }

    fn request_row(&self, vantage: &Vantage, volume: Volume, (start, end): (i64, i64), ends: (bool, bool)) -> Row {
        let (opening, closing) = match self.outcome {
            Outcome::Answered | Outcome::ReplyRejected => (SYN, FIN),
            Outcome::LatePacket => (0, FIN),
            _ => (SYN, 0),
        };
        Row {
            interface: vantage.interface,
            status: Status::Ok,
            source: vantage.client.0,
            destination: vantage.server.0,
            packet_source: vantage.client.1,
            packet_destination: vantage.server.1,
            source_port: vantage.client.2,
            destination_port: vantage.server.2,
            protocol: self.protocol,
            volume,
            start,
            end,
            accepted: !(vantage.is_server && matches!(self.outcome, Outcome::Rejected | Outcome::LatePacket)),
            tcp_flags: self.flags(opening, closing, ends),
            source_service: vantage.client.3,
            destination_service: vantage.server.3,
            direction: vantage.direction,
            traffic_path: vantage.traffic_path,
            next_hop: vantage.next_hop,
        }
        .with_path_of_its_direction()
    }

    fn reply_row(&self, vantage: &Vantage, volume: Volume, (start, end): (i64, i64), ends: (bool, bool)) -> Row {
        let refused = self.outcome == Outcome::Refused;
        let tcp_flags = if refused && self.protocol == TCP { RST } else { self.flags(SYN_ACK, FIN, ends) };
        Row {
            interface: vantage.interface,
            status: Status::Ok,
            source: vantage.server.0,
            destination: vantage.client.0,
            packet_source: vantage.server.1,
            packet_destination: vantage.client.1,
            source_port: vantage.server.2,
            destination_port: vantage.client.2,
            protocol: self.protocol,
            volume,
            start,
            end,
            accepted: self.outcome != Outcome::ReplyRejected,
            tcp_flags,
            source_service: vantage.server.3,
            destination_service: vantage.client.3,
            direction: if vantage.direction == Direction::Ingress { Direction::Egress } else { Direction::Ingress },
            traffic_path: vantage.traffic_path,
            next_hop: vantage.next_hop,
        }
        .with_path_of_its_direction()
    }

    fn flags(&self, opening: u8, closing: u8, (is_first, is_last): (bool, bool)) -> u8 {
        if self.protocol != TCP || self.outcome == Outcome::Standing {
            return 0;
        }
        (u8::from(is_first) * opening) | (u8::from(is_last) * closing)
    }

    /// The logged interfaces from client to server; at most the client's, both faces of a NAT gateway, the server's.
    fn vantages(&self, estate: &Estate) -> [Option<Vantage>; 4] {
        let client = (self.client.shown(estate), self.client.packet(estate), self.client_port, self.client.service());
        let server = (self.server.shown(estate), self.server.packet(estate), self.server_port, self.server.service());
        let mut vantages = [None, None, None, None];
        if let Some(interface) = self.client.interface() {
            let nat = self.nat(estate, interface);
            let (path, hop) = match nat {
                Some(nat) => (1, Some(nat)),
                None => way_out(estate, interface, self.server),
            };
            let client_side = |interface, client, server, direction, traffic_path, next_hop| {
                Some(Vantage { interface, client, server, direction, traffic_path, next_hop, is_server: false })
            };
            vantages[0] = client_side(interface, client, server, Direction::Egress, path, hop);
            if let Some(nat) = nat {
                let gateway = IpAddr::from(estate.interface(nat).address);
                let outside = (gateway, gateway, self.translated_port(), Service::None);
                let inside = (gateway, server.1, server.2, server.3);
                vantages[1] = client_side(nat, client, inside, Direction::Ingress, 1, Some(interface));
                vantages[2] = client_side(nat, outside, server, Direction::Egress, 8, None);
            }
        }
        if let Some(interface) = self.server.interface() {
            let (traffic_path, next_hop) = way_out(estate, interface, self.client);
            let direction = Direction::Ingress;
            vantages[3] =
                Some(Vantage { interface, client, server, direction, traffic_path, next_hop, is_server: true });
        }
        vantages
    }

    /// The NAT gateway on the way of a private host to the internet; gateway endpoints and IPv6 need none.
    fn nat(&self, estate: &Estate, client: u32) -> Option<u32> {
        let End::Far { address: IpAddr::V4(address), service } = self.server else { return None };
        let needs_nat = !address.is_private()
            && !matches!(service, Service::S3 | Service::DynamoDb)
            && estate.interface(client).public.is_none();
        let gateways = estate.site_of(client).with(Role::Nat);
        needs_nat.then(|| gateways[estate.interface(client).subnet % gateways.len()])
    }

    /// The source port a NAT gateway puts in the place of the client's.
    fn translated_port(&self) -> u16 {
        let mixed = scatter(u64::from(self.client_port) << 32 | (self.start as u64 & 0xffff_ffff));
        if self.protocol == ICMP { 0 } else { 1024 + (mixed % 64_512) as u16 }
    }
}

impl Row {
    fn with_path_of_its_direction(mut self) -> Row {
        if self.direction == Direction::Ingress {
            self.traffic_path = 0;
            self.next_hop = None;
        }
        self
    }
}

fn at_least_one_packet(part: Volume, whole: Volume) -> Volume {
    if whole.packets == 0 || part.packets > 0 {
        return part;
    }
    Volume { packets: 1, bytes: whole.bytes / whole.packets }
}

/// The traffic path from an interface to a peer, and the next logged interface on it.
fn way_out(estate: &Estate, interface: u32, peer: End) -> (u8, Option<u32>) {
    let own: &Interface = estate.interface(interface);
    match peer {
        End::Own { interface: other, .. } | End::Own6 { interface: other } => {
            let same_site = estate.interface(other).site == own.site;
            (if same_site { 1 } else { 5 }, same_site.then_some(other))
        }
        End::Far { service: Service::S3 | Service::DynamoDb, .. } => (7, None),
        End::Far { address: IpAddr::V4(address), .. } if address.is_private() => {
            // Unused addresses of the VPC, or the office behind the VPN.
            (if address.octets()[0] == 10 { 1 } else { 3 }, None)
        }
        End::Far { .. } => (8, None),
    }
}
