//! One flow-log record, before it is written as text or Parquet.

use std::net::{IpAddr, Ipv4Addr};

use super::dice::scatter;

/// Length of an aggregation interval, in seconds.
pub(super) const WINDOW_SECONDS: i64 = 60;

pub(super) const ICMP: u8 = 1;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;

/// An owner named in AWS' ip-ranges.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    None,
    Amazon,
    S3,
    DynamoDb,
    CloudFront,
    Ec2,
}

impl Service {
    pub(super) fn name(self) -> &'static str {
        match self {
            Service::None => "-",
            Service::Amazon => "AMAZON",
            Service::S3 => "S3",
            Service::DynamoDb => "DYNAMODB",
            Service::CloudFront => "CLOUDFRONT",
            Service::Ec2 => "EC2",
        }
    }
}

/// What one side sends over the whole connection.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Volume {
    pub(super) packets: u64,
    pub(super) bytes: u64,
}

impl Volume {
    pub(super) fn new(packets: u64, bytes: u64) -> Volume {
        Volume { packets, bytes }
    }

    /// The two sides of a TCP connection that carries these payloads, handshake and acknowledgements included.
    pub(super) fn tcp(request: u64, reply: u64) -> (Volume, Volume) {
        let side = |sent: u64, received: u64| {
            let packets = 4 + sent.div_ceil(1400) + received.div_ceil(2800);
            Volume { packets, bytes: sent + packets * 52 }
        };
        (side(request, reply), side(reply, request))
    }

    /// What falls into `from..to` of `length` seconds. The parts of all windows sum to the whole, and bytes go
    /// with packets, so that every part has packets of the same mean size.
    pub(super) fn part(self, from: i64, to: i64, length: i64) -> Volume {
        let share =
            |total: u64, of: u64, whole: u64| (u128::from(total) * u128::from(of) / u128::from(whole.max(1))) as u64;
        let packets = |second: i64| share(self.packets, second as u64, length as u64);
        let bytes = |packets: u64| share(self.bytes, packets, self.packets);
        let (before, after) = (packets(from), packets(to));
        Volume { packets: after - before, bytes: bytes(after) - bytes(before) }
    }
}

/// What the log-status column says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    NoData,
    SkipData,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

/// One flow-log record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) interface: u32,
    pub(super) status: Status,
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) packet_source: IpAddr,
    pub(super) packet_destination: IpAddr,
    pub(super) source_port: u16,
    pub(super) destination_port: u16,
    pub(super) protocol: u8,
    pub(super) volume: Volume,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) accepted: bool,
    pub(super) tcp_flags: u8,
    pub(super) source_service: Service,
    pub(super) destination_service: Service,
    pub(super) direction: Direction,
    /// Only egress has one; 0 otherwise.
    pub(super) traffic_path: u8,
    /// The next logged interface on the way out.
    pub(super) next_hop: Option<u32>,
}

impl Row {
    /// The row of an interval without traffic, or of one whose records were lost.
    pub(super) fn without_traffic(interface: u32, status: Status, start: i64, end: i64) -> Row {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Row {
            interface,
            status,
            source: nowhere,
            destination: nowhere,
            packet_source: nowhere,
            packet_destination: nowhere,
            source_port: 0,
            destination_port: 0,
            protocol: 0,
            volume: Volume::default(),
            start,
            end,
            accepted: false,
            tcp_flags: 0,
            source_service: Service::None,
            destination_service: Service::None,
            direction: Direction::Ingress,
            traffic_path: 0,
            next_hop: None,
        }
    }

    /// A number that has nothing to do with when the row was drawn.
    pub(super) fn hash(&self) -> u64 {
        let ports = u64::from(self.source_port) << 16 | u64::from(self.destination_port);
        scatter(scatter(ports << 32 | u64::from(self.interface)) ^ self.volume.bytes)
    }
}
