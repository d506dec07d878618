//! One record as the roll-up sees it: its numbers, its two ends as addresses, and who opened the connection.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

use arrow::array::{Array, AsArray, Int32Array, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{Int32Type, Int64Type};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::functions::{ip, services};
use crate::limits::LAST_SECOND;
use crate::words::is_equal;

/// One end of a connection in sixteen bytes, so that equal ends are equal bytes: an address, nothing, or the number of a
/// text that is no address. The last two are kept as addresses of `ffff:ffff:ffff:ffff::/64`, which can't be given to a
/// host; a record that names such an address has a text that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct End {
    /// The bits of the address, the high ones first; IPv4 as mapped into IPv6.
    bits: [u64; 2],
}

/// The high bits of what is no address.
const NO_ADDRESS: u64 = u64::MAX;

impl End {
    pub(super) const NONE: End = End { bits: [NO_ADDRESS, u64::MAX] };

    fn of_address(address: IpAddr) -> Option<Self> {
        let bits = match address {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let end = End { bits: [(bits >> 64) as u64, bits as u64] };
        (end.bits[0] != NO_ADDRESS).then_some(end)
    }

    /// The end that a text stands for; `number_of` gives one that is no address its number.
    pub(super) fn of(text: Option<&str>, number_of: impl FnOnce(&str) -> u32) -> Self {
        let Some(text) = text else { return End::NONE };
        ip::parse(text).and_then(End::of_address).unwrap_or_else(|| End::of_text(number_of(text)))
    }

    /// The end that a damaged text stands for, by its number.
    pub(super) fn of_text(number: u32) -> Self {
        End { bits: [NO_ADDRESS, u64::from(number)] }
    }

    /// The address, unless there is none.
    pub(super) fn address(self) -> Option<IpAddr> {
        let bits = u128::from(self.bits[0]) << 64 | u128::from(self.bits[1]);
        (self.bits[0] != NO_ADDRESS).then(|| Ipv6Addr::from_bits(bits).to_canonical())
    }

    /// The number of the text that stands in an address' place.
    pub(super) fn text(self) -> Option<u32> {
        (self.bits[0] == NO_ADDRESS && !self.is_none()).then_some(self.bits[1] as u32)
    }

    pub(super) fn is_none(self) -> bool {
        self == End::NONE
    }

    /// Its words, for hashing.
    pub(super) fn words(self) -> [u64; 2] {
        self.bits
    }
}

/// The rule that decided who opened a connection; the surest has the lowest number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub(super) enum Rule {
    /// A SYN without ACK was sent by who opened it, one with ACK by the other.
    TcpFlags = 1,
    /// The service has the port below 1024, or the known one, or the lower one; of what is rejected between two ports that
    /// clients take, the receiver's.
    Ports = 2,
    /// Equal or no ports (NTP, ICMP): who sent what is rejected, else our side, else the lower address. Nobody can know.
    Address = 3,
}

impl Rule {
    /// All of them, the surest first.
    pub(super) const ALL: [Rule; 3] = [Rule::TcpFlags, Rule::Ports, Rule::Address];

    /// The one that the tables call so.
    pub(super) fn called(name: &str) -> Option<Self> {
        Rule::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Its name in the tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Rule::TcpFlags => "tcp_flags",
            Rule::Ports => "ports",
            Rule::Address => "address",
        }
    }
}

/// The columns of a batch of `flow_records` that the roll-up reads.
pub(super) struct Columns<'a> {
    pub(super) account_id: Text<'a>,
    pub(super) region: Text<'a>,
    pub(super) vpc_id: Text<'a>,
    pub(super) interface_id: Text<'a>,
    pub(super) flow_log_id: Text<'a>,
    pub(super) log_status: Text<'a>,
    src: Text<'a>,
    dst: Text<'a>,
    interface_src: Text<'a>,
    interface_dst: Text<'a>,
    srcport: &'a Int32Array,
    dstport: &'a Int32Array,
    protocol: &'a Int32Array,
    packets: &'a Int64Array,
    bytes: &'a Int64Array,
    start: &'a Int64Array,
    end: &'a Int64Array,
    action: Text<'a>,
    tcp_flags: &'a Int32Array,
    flow_direction: Text<'a>,
    traffic_path: &'a Int32Array,
}

/// A text column, with another that stands in where it is NULL.
pub(super) struct Text<'a> {
    first: &'a StringViewArray,
    second: Option<&'a StringViewArray>,
}

impl<'a> Text<'a> {
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<&'a str> {
        if self.first.is_valid(row) {
            return Some(self.first.value(row));
        }
        self.second.filter(|second| second.is_valid(row)).map(|second| second.value(row))
    }
}

fn int32(column: &Int32Array, row: usize) -> Option<i32> {
    column.is_valid(row).then(|| column.value(row))
}

fn int64(column: &Int64Array, row: usize) -> Option<i64> {
    column.is_valid(row).then(|| column.value(row))
}

impl<'a> Columns<'a> {
    /// # Panics
    /// When a column is missing or of another type: [`super::records`] made them.
    pub(super) fn new(batch: &'a RecordBatch) -> Self {
        let column = |name: &str| batch.column_by_name(name).unwrap_or_else(|| panic!("{name} is one of the columns"));
        let text = |name: &str| Text { first: column(name).as_string_view(), second: None };
        let either = |name: &str, other: &str| Text { second: Some(column(other).as_string_view()), ..text(name) };
        let int32 = |name: &str| column(name).as_primitive::<Int32Type>();
        let int64 = |name: &str| column(name).as_primitive::<Int64Type>();
        Columns {
            account_id: either("account_id", "_account"),
            region: either("region", "_region"),
            vpc_id: text("vpc_id"),
            interface_id: text("interface_id"),
            flow_log_id: text("_flow_log_id"),
            log_status: text("log_status"),
            src: either("pkt_srcaddr", "srcaddr"),
            dst: either("pkt_dstaddr", "dstaddr"),
            interface_src: text("srcaddr"),
            interface_dst: text("dstaddr"),
            srcport: int32("srcport"),
            dstport: int32("dstport"),
            protocol: int32("protocol"),
            packets: int64("packets"),
            bytes: int64("bytes"),
            start: int64("start"),
            end: int64("end"),
            action: text("action"),
            tcp_flags: int32("tcp_flags"),
            flow_direction: text("flow_direction"),
            traffic_path: int32("traffic_path"),
        }
    }
}

/// A record, oriented.
pub(super) struct Row {
    pub(super) initiator: End,
    pub(super) responder: End,
    pub(super) initiator_port: Option<i32>,
    pub(super) service_port: Option<i32>,
    pub(super) protocol: Option<i32>,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) packets: Option<i64>,
    pub(super) bytes: Option<i64>,
    pub(super) is_rejected: Option<bool>,
    /// Of TCP only.
    pub(super) flags: Option<i32>,
    pub(super) traffic_path: Option<i32>,
    pub(super) rule: Rule,
    /// Whether who opened the connection sent it.
    pub(super) is_request: bool,
    /// Whether it was recorded at the side that opened the connection.
    pub(super) is_at_initiator: Option<bool>,
    /// Whether the interface that recorded it has the packet's address on its side: who is at that end is at home there.
    pub(super) is_at_home: bool,
    /// Whether the interface's own address hides a public one: a NAT gateway passes the packet on.
    pub(super) is_relayed: bool,
}

/// No record has more: 100 TB in ten minutes is a damaged number, and sums must not fail for it.
const MOST: i64 = 100_000_000_000_000;

/// No record takes longer, in seconds: AWS closes them after ten minutes. One that ends before it starts, or later than
/// this, has a damaged end.
const LONGEST: i64 = 86_400;

/// The first of the ports that clients take on Linux; few services have a higher one.
const FIRST_CLIENT_PORT: i32 = 32_768;

pub(super) const TCP: i32 = 6;
const SYN: i32 = 2;
const SYN_ACK: i32 = 18;

impl Row {
    /// Reads a row. `number_of` gives a text that is no address its number.
    pub(super) fn read(columns: &Columns<'_>, row: usize, mut number_of: impl FnMut(&str) -> u32) -> Self {
        let (src_text, dst_text) = (columns.src.get(row), columns.dst.get(row));
        let (src, dst) = (End::of(src_text, &mut number_of), End::of(dst_text, &mut number_of));
        let port = |column| int32(column, row).filter(|port| (0..=65_535).contains(port));
        let (srcport, dstport) = (port(columns.srcport), port(columns.dstport));
        let protocol = int32(columns.protocol, row);
        let is_rejected = columns.action.get(row).map(|action| action == "REJECT");
        let tcp_flags = int32(columns.tcp_flags, row).filter(|_| protocol == Some(TCP));
        // Security groups let replies pass: what is rejected comes from who wanted to open a connection, or late from a
        // closed one, which its ports tell.
        let is_refused = tcp_flags.is_none() && is_rejected == Some(true);
        let (rule, is_request) = match (tcp_flags.map(|flags| flags & SYN_ACK), srcport, dstport) {
            (Some(SYN_ACK), ..) => (Rule::TcpFlags, false),
            (Some(SYN), ..) => (Rule::TcpFlags, true),
            (_, Some(srcport), Some(dstport)) if srcport != dstport => {
                let are_clients = srcport.min(dstport) >= FIRST_CLIENT_PORT;
                (Rule::Ports, (is_refused && are_clients) || is_service(dstport, srcport, protocol))
            }
            _ => {
                let is_private = |end: End| end.address().map(ip::is_private);
                let is_request = match (is_private(src), is_private(dst)) {
                    _ if is_refused => true,
                    (Some(true), Some(false)) => true,
                    (Some(false), Some(true)) => false,
                    _ => src_text.zip(dst_text).is_some_and(|(src, dst)| src <= dst),
                };
                (Rule::Address, is_request)
            }
        };
        // Whether the interface's own address is another than the packet's. Most records have the same text twice.
        let hides = |shown: &Text<'_>, real: Option<&str>, end: End| {
            let is_other = |shown: &str| ip::parse(shown).and_then(End::of_address) != Some(end);
            shown.get(row).is_some_and(|shown| {
                !real.is_some_and(|real| is_equal(shown.as_bytes(), real.as_bytes())) && is_other(shown)
            })
        };
        let hides_src = hides(&columns.interface_src, src_text, src);
        let hides_dst = hides(&columns.interface_dst, dst_text, dst);
        let is_public = |end: End| end.address().is_some_and(ip::is_public);
        // What was rejected was not passed on.
        let is_relayed = is_rejected != Some(true) && (hides_src && is_public(src) || hides_dst && is_public(dst));
        let direction = columns.flow_direction.get(row);
        let is_egress = direction == Some("egress");
        let is_at_home = direction.is_some() && !if is_egress { hides_src } else { hides_dst };
        let ((initiator, responder), (initiator_port, service_port)) = match is_request {
            true => ((src, dst), (srcport, dstport)),
            false => ((dst, src), (dstport, srcport)),
        };
        let start = int64(columns.start, row).filter(|start| (0..=LAST_SECOND).contains(start));
        Row {
            initiator,
            responder,
            initiator_port,
            service_port,
            protocol,
            start,
            end: start.map(|start| {
                let is_credible = |end: &i64| (start..=start + LONGEST).contains(end);
                int64(columns.end, row).filter(is_credible).unwrap_or(start)
            }),
            packets: int64(columns.packets, row).map(|packets| packets.min(MOST)),
            bytes: int64(columns.bytes, row).map(|bytes| bytes.min(MOST)),
            is_rejected,
            flags: tcp_flags,
            traffic_path: int32(columns.traffic_path, row),
            rule,
            is_request,
            is_at_initiator: direction.map(|_| is_request == is_egress),
            is_at_home,
            is_relayed,
        }
    }

    /// Whether it begins a connection. Retransmissions within an interval are one row, so a row with SYN is an attempt;
    /// without flags any row of a request is.
    pub(super) fn is_attempt(&self) -> bool {
        self.is_request && self.flags.is_none_or(|flags| flags & SYN_ACK == SYN)
    }

    /// Whether it answers one.
    pub(super) fn is_answer(&self) -> bool {
        let is_one = match self.flags {
            Some(flags) => flags & SYN_ACK == SYN_ACK,
            None => !self.is_bare(),
        };
        !self.is_request && self.is_rejected == Some(false) && is_one
    }

    /// Whether it is a few TCP packets of nothing but headers without options, as a closed port's RST is: a SYN-ACK, the
    /// beginning of every answer, has options.
    fn is_bare(&self) -> bool {
        let header_bytes = if self.initiator.address().is_some_and(|address| address.is_ipv6()) { 60 } else { 40 };
        self.protocol == Some(TCP)
            && self.packets.is_some_and(|packets| packets <= 3 && self.bytes == Some(packets * header_bytes))
    }
}

/// Whether `port` rather than `other` is the service's.
pub(super) fn is_service(port: i32, other: i32, protocol: Option<i32>) -> bool {
    if port.min(other) < 1024 {
        return port < other;
    }
    match (is_known(port, protocol), is_known(other, protocol)) {
        (true, false) => true,
        (false, true) => false,
        _ => port < other,
    }
}

/// Whether the port is a known service's: `service_name` as a table of bits, because it is asked for most rows.
fn is_known(port: i32, protocol: Option<i32>) -> bool {
    static KNOWN: LazyLock<[Vec<bool>; 2]> = LazyLock::new(|| {
        [6, 17].map(|protocol| (0..=65_535).map(|port| services::name(port, protocol).is_some()).collect())
    });
    let known = match protocol {
        Some(TCP) => &KNOWN[0],
        Some(17) => &KNOWN[1],
        _ => return false,
    };
    usize::try_from(port).ok().and_then(|port| known.get(port)).copied().unwrap_or(false)
}
