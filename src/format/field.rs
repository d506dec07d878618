//! The catalogue of every flow-log field AWS documents: one table that drives the schema, the decoder, the
//! help texts and the README.
//!
//! A record's columns are whatever its header names, in any order; the catalogue only says which type and
//! meaning a known name has. A name that is not here becomes a text column (AWS keeps adding fields), so an
//! unknown field is never an error.
//!
//! Source: "Flow log records" in the AWS VPC user guide and "Transit Gateway Flow Logs records" in the
//! Transit Gateway guide.

use std::borrow::Cow;

use arrow::datatypes::DataType;

/// How a field's text is turned into a column value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// UTF-8 text, kept as it stands (`Utf8View`).
    Text,
    /// A non-negative decimal number up to 2147483647 (`Int32`, as in AWS' Parquet).
    Int32,
    /// A non-negative decimal number up to 9223372036854775807 (`Int64`, as in AWS' Parquet).
    Int64,
}

impl FieldType {
    /// The Arrow type of a column of this kind.
    pub fn arrow_type(self) -> DataType {
        match self {
            FieldType::Text => DataType::Utf8View,
            FieldType::Int32 => DataType::Int32,
            FieldType::Int64 => DataType::Int64,
        }
    }

    /// The largest number a field of this kind may hold; `None` for text.
    pub fn max(self) -> Option<u64> {
        match self {
            FieldType::Text => None,
            FieldType::Int32 => Some(i32::MAX as u64),
            FieldType::Int64 => Some(i64::MAX as u64),
        }
    }
}

/// One documented field of a flow-log record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name in headers and format strings, for example `account-id`.
    pub name: &'static str,
    /// The flow-log version that introduced it; 6 marks the Transit Gateway set.
    pub version: u8,
    /// How its text is converted.
    pub field_type: FieldType,
    /// What it means, in one line.
    pub meaning: &'static str,
}

const fn text(name: &'static str, version: u8, meaning: &'static str) -> Field {
    Field { name, version, field_type: FieldType::Text, meaning }
}

const fn int32(name: &'static str, version: u8, meaning: &'static str) -> Field {
    Field { name, version, field_type: FieldType::Int32, meaning }
}

const fn int64(name: &'static str, version: u8, meaning: &'static str) -> Field {
    Field { name, version, field_type: FieldType::Int64, meaning }
}

/// Every documented field, by version and in the order of AWS' own tables.
///
/// Fields that VPC and Transit Gateway logs share stand once, under their VPC version.
pub const FIELDS: &[Field] = &[
    int32("version", 2, "highest format version among the record's fields; says nothing about the columns"),
    text("account-id", 2, "owner account of the interface; leading zeros count, may be the word unknown"),
    text("interface-id", 2, "network interface the record was captured on; absent for a regional NAT gateway"),
    text("srcaddr", 2, "source address; the interface's own side shows its primary private address"),
    text("dstaddr", 2, "destination address; the interface's own side shows its primary private address"),
    int32("srcport", 2, "source port; 0 for ICMP"),
    int32("dstport", 2, "destination port; 0 for ICMP"),
    int32("protocol", 2, "IANA protocol number: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6"),
    int64("packets", 2, "packets in the interval, one direction"),
    int64("bytes", 2, "bytes in the interval, one direction; absent on Block-Public-Access rejects"),
    int64("start", 2, "first packet of the interval, Unix seconds"),
    int64("end", 2, "last packet of the interval, Unix seconds"),
    text("action", 2, "ACCEPT or REJECT; a packet after its connection closed is a REJECT too"),
    text("log-status", 2, "OK, NODATA (no traffic in the interval) or SKIPDATA (records were lost)"),
    text("vpc-id", 3, "VPC of the interface"),
    text("subnet-id", 3, "subnet of the interface"),
    text("instance-id", 3, "instance the interface is attached to, if you own it"),
    int32("tcp-flags", 3, "TCP flags ORed over the interval: FIN 1, SYN 2, RST 4, SYN-ACK 18; bare ACK and PSH give 0"),
    text("type", 3, "IPv4, IPv6 or EFA"),
    text("pkt-srcaddr", 3, "packet-level source: the original address behind NAT, pods or secondary addresses"),
    text("pkt-dstaddr", 3, "packet-level destination: the original address behind NAT, pods or secondary addresses"),
    text("region", 4, "region of the interface"),
    text("az-id", 4, "availability zone id of the interface"),
    text("sublocation-type", 4, "wavelength, outpost or localzone"),
    text("sublocation-id", 4, "id of the sublocation"),
    text("pkt-src-aws-service", 5, "AWS service that owns pkt-srcaddr, by ip-ranges.json"),
    text("pkt-dst-aws-service", 5, "AWS service that owns pkt-dstaddr, by ip-ranges.json"),
    text("flow-direction", 5, "ingress or egress, as seen by the capturing interface"),
    int32(
        "traffic-path",
        5,
        "way out of egress traffic: 1 same VPC, 2 internet or gateway endpoint, 3 VPN/Direct Connect, \
         4 peering in region, 5 peering across regions, 6 local zone, 7 gateway endpoint, 8 internet gateway",
    ),
    text("resource-type", 6, "Transit Gateway: TransitGateway or TransitGatewayAttachment"),
    text("tgw-id", 6, "Transit Gateway: its id"),
    text("tgw-attachment-id", 6, "Transit Gateway: attachment the record was captured on"),
    text("tgw-src-vpc-account-id", 6, "Transit Gateway: account of the source VPC"),
    text("tgw-dst-vpc-account-id", 6, "Transit Gateway: account of the destination VPC"),
    text("tgw-src-vpc-id", 6, "Transit Gateway: source VPC"),
    text("tgw-dst-vpc-id", 6, "Transit Gateway: destination VPC"),
    text("tgw-src-subnet-id", 6, "Transit Gateway: subnet of the source attachment"),
    text("tgw-dst-subnet-id", 6, "Transit Gateway: subnet of the destination attachment"),
    text("tgw-src-eni", 6, "Transit Gateway: interface of the source attachment"),
    text("tgw-dst-eni", 6, "Transit Gateway: interface of the destination attachment"),
    text("tgw-src-az-id", 6, "Transit Gateway: availability zone id of the source attachment"),
    text("tgw-dst-az-id", 6, "Transit Gateway: availability zone id of the destination attachment"),
    text("tgw-pair-attachment-id", 6, "Transit Gateway: attachment on the other side of the flow"),
    int64("packets-lost-no-route", 6, "Transit Gateway: packets lost for want of a route"),
    int64("packets-lost-blackhole", 6, "Transit Gateway: packets lost to a blackhole route"),
    int64("packets-lost-mtu-exceeded", 6, "Transit Gateway: packets lost because they exceeded the MTU"),
    int64("packets-lost-ttl-expired", 6, "Transit Gateway: packets lost because their time to live ended"),
    text("ecs-cluster-arn", 7, "ECS cluster ARN, awsvpc tasks only"),
    text("ecs-cluster-name", 7, "ECS cluster name"),
    text("ecs-container-instance-arn", 7, "ECS container instance ARN, tasks on EC2 only"),
    text("ecs-container-instance-id", 7, "ECS container instance id, tasks on EC2 only"),
    text("ecs-container-id", 7, "runtime id of the first container"),
    text("ecs-second-container-id", 7, "runtime id of the second container"),
    text("ecs-service-name", 7, "ECS service name"),
    text("ecs-task-definition-arn", 7, "ECS task definition ARN"),
    text("ecs-task-arn", 7, "ECS task ARN"),
    text("ecs-task-id", 7, "ECS task id"),
    text("reject-reason", 8, "why a record was rejected: BPA (Block Public Access) or EC (encryption control)"),
    text("resource-id", 9, "nat-... of a regional NAT gateway"),
    int32("encryption-status", 10, "0 clear, 1 by Nitro, 2 by the application, 3 by both"),
    text("instance-tag", 11, "value of the chosen instance tag, percent-encoded"),
    text("instance-tag-2", 11, "value of the second chosen instance tag, percent-encoded"),
    text("interface-tag", 11, "value of the chosen interface tag, percent-encoded"),
    text("interface-tag-2", 11, "value of the second chosen interface tag, percent-encoded"),
    text("asg-tag", 11, "value of the chosen Auto Scaling group tag, percent-encoded"),
    text("asg-tag-2", 11, "value of the second chosen Auto Scaling group tag, percent-encoded"),
    text(
        "interface-type",
        11,
        "nat_gateway, network_load_balancer, regional_nat_gateway, transit_gateway, vpc_endpoint",
    ),
    text("next-hop-interface-type", 11, "type of the next interface on the way"),
    text("next-hop-interface-id", 11, "next interface on the way"),
    text("next-hop-subnet-id", 11, "subnet of the next interface"),
    text("next-hop-az-id", 11, "availability zone id of the next interface"),
    text("next-hop-vpc-id", 11, "VPC of the next interface"),
];

/// The default (version 2) format: the columns of a line when neither a header nor a format string names them.
pub const DEFAULT_FORMAT: &[&str] = &[
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
];

/// The default Transit Gateway (version 6) format.
pub const TRANSIT_GATEWAY_FORMAT: &[&str] = &[
    "version",
    "resource-type",
    "account-id",
    "tgw-id",
    "tgw-attachment-id",
    "tgw-src-vpc-account-id",
    "tgw-dst-vpc-account-id",
    "tgw-src-vpc-id",
    "tgw-dst-vpc-id",
    "tgw-src-subnet-id",
    "tgw-dst-subnet-id",
    "tgw-src-eni",
    "tgw-dst-eni",
    "tgw-src-az-id",
    "tgw-dst-az-id",
    "tgw-pair-attachment-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "log-status",
    "type",
    "packets-lost-no-route",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-ttl-expired",
    "tcp-flags",
    "region",
    "flow-direction",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
];

/// The documented field called `name`, given as in a header (`account-id`) or as in SQL (`account_id`).
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| same_name(field.name, name))
}

/// The type a column called `name` has: the catalogue's, or text when the name is unknown.
pub fn field_type(name: &str) -> FieldType {
    field(name).map_or(FieldType::Text, |field| field.field_type)
}

/// The SQL name of a field: `-` becomes `_`, as in AWS' own Parquet and Athena tables.
pub fn column_name(field_name: &str) -> Cow<'_, str> {
    if field_name.contains('-') { Cow::Owned(field_name.replace('-', "_")) } else { Cow::Borrowed(field_name) }
}

/// The catalogue as rows of a Markdown table: field, SQL type, version, meaning.
pub fn readme_table() -> String {
    let mut table = String::from("| column | type | version | meaning |\n|---|---|---|---|\n");
    for field in FIELDS {
        let sql_type = match field.field_type {
            FieldType::Text => "text",
            FieldType::Int32 => "int",
            FieldType::Int64 => "bigint",
        };
        table += &format!("| `{}` | {sql_type} | {} | {} |\n", column_name(field.name), field.version, field.meaning);
    }
    table
}

fn same_name(field_name: &str, name: &str) -> bool {
    field_name.len() == name.len()
        && field_name.bytes().zip(name.bytes()).all(|(a, b)| a == b || (a == b'-' && b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_sorted_by_version() {
        for pair in FIELDS.windows(2) {
            assert!(pair[0].version <= pair[1].version, "{} after {}", pair[1].name, pair[0].name);
        }
        let mut names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
    }

    #[test]
    fn both_default_formats_are_in_the_catalogue() {
        for name in DEFAULT_FORMAT.iter().chain(TRANSIT_GATEWAY_FORMAT) {
            assert!(field(name).is_some(), "{name}");
        }
        assert_eq!((DEFAULT_FORMAT.len(), TRANSIT_GATEWAY_FORMAT.len()), (14, 36));
    }

    #[test]
    fn a_field_is_found_by_header_and_by_sql_name() {
        assert_eq!(field("tcp-flags").map(|f| f.field_type), Some(FieldType::Int32));
        assert_eq!(field("tcp_flags").map(|f| f.version), Some(3));
        assert_eq!(field("no-such-field"), None);
        assert_eq!(field_type("no-such-field"), FieldType::Text);
        assert_eq!(column_name("pkt-src-aws-service"), "pkt_src_aws_service");
    }
}
