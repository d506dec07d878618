//! Rows as the lines AWS delivers: fields in the order of the header, separated by one space.
//!
//! What is the same on every row of an interface (ids, zone, tags) is written once per interface and copied;
//! the rest is written digit by digit, which is several times faster than `write!`.

use std::io::Write as _;
use std::net::IpAddr;

use super::estate::{Estate, Interface, Role};
use super::row::{Direction, Row, Status, TCP};
use crate::format::field::field;

/// A column whose value differs from row to row.
#[derive(Debug, Clone, Copy)]
enum Varying {
    SourceAddress,
    DestinationAddress,
    SourcePort,
    DestinationPort,
    Protocol,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    LogStatus,
    TcpFlags,
    Type,
    PacketSource,
    PacketDestination,
    SourceService,
    DestinationService,
    FlowDirection,
    TrafficPath,
    EncryptionStatus,
    NextHopType,
    NextHopInterface,
    NextHopSubnet,
    NextHopZone,
    NextHopVpc,
}

fn varying(name: &str) -> Option<Varying> {
    Some(match name {
        "srcaddr" => Varying::SourceAddress,
        "dstaddr" => Varying::DestinationAddress,
        "srcport" => Varying::SourcePort,
        "dstport" => Varying::DestinationPort,
        "protocol" => Varying::Protocol,
        "packets" => Varying::Packets,
        "bytes" => Varying::Bytes,
        "start" => Varying::Start,
        "end" => Varying::End,
        "action" => Varying::Action,
        "log-status" => Varying::LogStatus,
        "tcp-flags" => Varying::TcpFlags,
        "type" => Varying::Type,
        "pkt-srcaddr" => Varying::PacketSource,
        "pkt-dstaddr" => Varying::PacketDestination,
        "pkt-src-aws-service" => Varying::SourceService,
        "pkt-dst-aws-service" => Varying::DestinationService,
        "flow-direction" => Varying::FlowDirection,
        "traffic-path" => Varying::TrafficPath,
        "encryption-status" => Varying::EncryptionStatus,
        "next-hop-interface-type" => Varying::NextHopType,
        "next-hop-interface-id" => Varying::NextHopInterface,
        "next-hop-subnet-id" => Varying::NextHopSubnet,
        "next-hop-az-id" => Varying::NextHopZone,
        "next-hop-vpc-id" => Varying::NextHopVpc,
        _ => return None,
    })
}

/// A stretch of a line.
#[derive(Debug, Clone, Copy)]
enum Piece {
    /// The n-th stretch of fields that are the same on every row of an interface.
    Fixed(usize),
    Varying(Varying),
}

/// Writes rows as lines, for one list of fields.
#[derive(Debug)]
pub(super) struct LineWriter<'a> {
    estate: &'a Estate,
    pieces: Vec<Piece>,
    /// For each interface its fixed stretches, each ending in a space.
    fixed: Vec<Vec<Box<str>>>,
    header: String,
    names: Vec<String>,
}

impl<'a> LineWriter<'a> {
    pub(super) fn new(estate: &'a Estate, names: Vec<String>) -> LineWriter<'a> {
        let mut pieces = Vec::new();
        let mut stretches: Vec<Vec<&str>> = Vec::new();
        for name in &names {
            match (varying(name), pieces.last()) {
                (Some(column), _) => pieces.push(Piece::Varying(column)),
                (None, Some(Piece::Fixed(stretch))) => stretches[*stretch].push(name),
                (None, _) => {
                    pieces.push(Piece::Fixed(stretches.len()));
                    stretches.push(vec![name]);
                }
            }
        }
        let version = highest_version(&names);
        let stretch_of = |index: u32, stretch: &Vec<&str>| -> Box<str> {
            stretch.iter().map(|name| fixed_value(estate, index, name, version) + " ").collect::<String>().into()
        };
        let interfaces = 0..estate.interfaces.len() as u32;
        let fixed =
            interfaces.map(|index| stretches.iter().map(|stretch| stretch_of(index, stretch)).collect()).collect();
        LineWriter { estate, pieces, fixed, header: names.join(" ") + "\n", names }
    }

    /// Names of the fields, in the order of the columns.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The first line of every object, with its newline.
    pub(super) fn header(&self) -> &str {
        &self.header
    }

    /// Appends a row as a line, with its newline.
    pub(super) fn write(&self, row: &Row, out: &mut Vec<u8>) {
        let fixed = &self.fixed[row.interface as usize];
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(stretch) => out.extend_from_slice(fixed[*stretch].as_bytes()),
                Piece::Varying(column) => {
                    self.write_value(*column, row, out);
                    out.push(b' ');
                }
            }
        }
        if let Some(last) = out.last_mut() {
            *last = b'\n';
        }
    }

    fn write_value(&self, column: Varying, row: &Row, out: &mut Vec<u8>) {
        match column {
            Varying::Start => write_number(row.start as u64, out),
            Varying::End => write_number(row.end as u64, out),
            Varying::LogStatus => out.extend_from_slice(match row.status {
                Status::Ok => b"OK",
                Status::NoData => b"NODATA",
                Status::SkipData => b"SKIPDATA",
            }),
            _ if row.status != Status::Ok => out.push(b'-'),
            Varying::SourceAddress => write_address(row.source, out),
            Varying::DestinationAddress => write_address(row.destination, out),
            Varying::PacketSource => write_address(row.packet_source, out),
            Varying::PacketDestination => write_address(row.packet_destination, out),
            Varying::SourcePort => write_number(row.source_port.into(), out),
            Varying::DestinationPort => write_number(row.destination_port.into(), out),
            Varying::Protocol => write_number(row.protocol.into(), out),
            Varying::Packets => write_number(row.volume.packets, out),
            Varying::Bytes => write_number(row.volume.bytes, out),
            Varying::Action => out.extend_from_slice(if row.accepted { b"ACCEPT" } else { b"REJECT" }),
            Varying::TcpFlags => write_number(row.tcp_flags.into(), out),
            Varying::Type => out.extend_from_slice(if row.source.is_ipv4() { b"IPv4" } else { b"IPv6" }),
            Varying::SourceService => out.extend_from_slice(row.source_service.name().as_bytes()),
            Varying::DestinationService => out.extend_from_slice(row.destination_service.name().as_bytes()),
            Varying::FlowDirection => out.extend_from_slice(match row.direction {
                Direction::Ingress => b"ingress",
                Direction::Egress => b"egress",
            }),
            Varying::TrafficPath if row.traffic_path == 0 => out.push(b'-'),
            Varying::TrafficPath => write_number(row.traffic_path.into(), out),
            Varying::EncryptionStatus => write_number(encryption(row), out),
            _ => self.write_next_hop(column, row, out),
        }
    }

    fn write_next_hop(&self, column: Varying, row: &Row, out: &mut Vec<u8>) {
        let Some(hop) = row.next_hop else { return out.push(b'-') };
        let interface = self.estate.interface(hop);
        let text = match column {
            Varying::NextHopType => interface_type(interface),
            Varying::NextHopInterface => &interface.id,
            Varying::NextHopSubnet => &self.estate.subnet_of(hop).id,
            Varying::NextHopZone => &self.estate.subnet_of(hop).zone_id,
            _ => &self.estate.site_of(hop).vpc,
        };
        out.extend_from_slice(text.as_bytes());
    }
}

/// What the version column shows: the highest version among the fields.
fn highest_version(names: &[String]) -> u8 {
    names.iter().filter_map(|name| field(name)).map(|field| field.version).max().unwrap_or(2)
}

/// Nitro encrypts between instances; TLS and SSH are the application's own encryption.
fn encryption(row: &Row) -> u64 {
    let ports = [row.source_port, row.destination_port];
    let by_application = row.protocol == TCP && ports.iter().any(|port| matches!(port, 22 | 443 | 8443));
    let by_nitro = row.next_hop.is_some();
    u64::from(by_nitro) + 2 * u64::from(by_application)
}

fn interface_type(interface: &Interface) -> &'static str {
    match interface.role {
        Role::Nat => "nat_gateway",
        Role::LoadBalancer | Role::CampaignBalancer => "network_load_balancer",
        _ => "-",
    }
}

/// The value of a field that an interface shows on all its rows; `-` for what does not apply to it.
fn fixed_value(estate: &Estate, index: u32, name: &str, version: u8) -> String {
    let (interface, site, subnet) = (estate.interface(index), estate.site_of(index), estate.subnet_of(index));
    let text = match name {
        "version" => return version.to_string(),
        "account-id" => &site.account,
        "interface-id" => &interface.id,
        "vpc-id" => &site.vpc,
        "subnet-id" => &subnet.id,
        "instance-id" => interface.instance.as_deref().unwrap_or("-"),
        "region" => site.region,
        "az-id" => &subnet.zone_id,
        "interface-type" => interface_type(interface),
        "interface-tag" => &interface.name,
        "interface-tag-2" => "shop%20%26%20api",
        "instance-tag" if interface.instance.is_some() => interface.role.name(),
        "instance-tag-2" if interface.instance.is_some() => "team%20platform",
        "asg-tag" if interface.role == Role::Web => "web-fleet",
        _ if name.starts_with("ecs-") && interface.role == Role::App => {
            return container_value(site.region, &site.account, interface, name);
        }
        _ => "-",
    };
    text.to_string()
}

/// The fields of an ECS task on Fargate, where the app tier runs; it has no container instance.
fn container_value(region: &str, account: &str, interface: &Interface, name: &str) -> String {
    // 32 hexadecimal digits that belong to this interface, as a task id has.
    let digits = &interface.id["eni-".len()..];
    let task = format!("{digits}{}", &digits[..15]);
    let arn = |kind: &str, rest: &str| format!("arn:aws:ecs:{region}:{account}:{kind}/{rest}");
    match name {
        "ecs-cluster-arn" => arn("cluster", "shop"),
        "ecs-cluster-name" => "shop".to_string(),
        "ecs-container-id" => format!("{task}-2531612879"),
        "ecs-service-name" => "app".to_string(),
        "ecs-task-definition-arn" => arn("task-definition", "app:41"),
        "ecs-task-arn" => arn("task", &format!("shop/{task}")),
        "ecs-task-id" => task,
        _ => "-".to_string(),
    }
}

fn write_address(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            for (place, octet) in address.octets().into_iter().enumerate() {
                if place > 0 {
                    out.push(b'.');
                }
                write_number(octet.into(), out);
            }
        }
        // Writing to a Vec cannot fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
}

fn write_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}
