//! What traffic costs, word for word: across availability zones, and through a NAT gateway.

use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};

use super::{Opened, only, write};

/// What one detection finds in rows of `interface srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes
/// tcp-flags flow-direction`, each played every minute for a hundred minutes.
async fn found(id: &str, rows: &[&str]) -> Vec<String> {
    let header = "interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport bytes tcp-flags flow-direction \
                  account-id vpc-id region protocol packets start end action log-status\n";
    let mut text = header.to_owned();
    for minute in 0..100 {
        let start = 1_773_194_400 + 60 * minute;
        for row in rows {
            let end = start + 59;
            text += &format!("{row} 123456789012 vpc-1 us-east-1 6 9000 {start} {end} ACCEPT OK\n");
        }
    }
    let folder = TempDir::new().expect("a folder");
    let interface = |id: &str, kind: &str, address: &str, zone: &str| {
        serde_json::json!({"NetworkInterfaceId": id, "OwnerId": "123456789012", "VpcId": "vpc-1", "InterfaceType": kind,
            "PrivateIpAddress": address, "AvailabilityZoneId": zone})
    };
    let interfaces = serde_json::json!({"NetworkInterfaces": [
        interface("eni-1", "interface", "10.0.0.1", "use1-az1"), interface("eni-2", "interface", "10.0.0.2", "use1-az1"),
        interface("eni-3", "interface", "10.0.3.3", "use1-az2"), interface("eni-9", "nat_gateway", "10.0.9.9", "use1-az1"),
    ]});
    let ranges = r#"{"prefixes": [{"ip_prefix": "198.51.100.0/24", "service": "S3"}], "ipv6_prefixes": []}"#;
    let options = ContextOptions {
        interfaces: vec![write(folder.path(), "interfaces.json", &interfaces.to_string())],
        aws_ip_ranges: Some(write(folder.path(), "ranges.json", ranges)),
        ..ContextOptions::default()
    };
    let context = Context::load(&options, &ContextFiles::default()).expect("AWS' own shapes");
    let opened = Opened::new(&[&text]).await;
    let mut lines = Vec::new();
    for finding in opened.detect(&only(id), &context).await.findings {
        let records = opened.rows(&finding.query).await.len();
        lines.push(format!("{} {}, {records} records", finding.severity, finding.description));
    }
    lines
}

/// A pair's connection, as both interfaces see it.
fn pair(client: &str, from: &str, server: &str, to: &str, bytes: [u64; 2]) -> Vec<String> {
    let [up, down] = bytes;
    [(client, "egress", "ingress"), (server, "ingress", "egress")]
        .into_iter()
        .flat_map(|(interface, there, back)| {
            [
                format!("{interface} {from} {to} {from} {to} 40000 5432 {up} 2 {there}"),
                format!("{interface} {to} {from} {to} {from} 5432 40000 {down} 18 {back}"),
            ]
        })
        .collect()
}

/// A connection of a host through the NAT gateway: what its own interface sees of it, and both legs of the gateway.
fn through_nat(interface: &str, host: &str, server: &str, port: u16, down: u64) -> Vec<String> {
    let (gateway, outside) = ("10.0.9.9", port - 30_000);
    vec![
        format!("{interface} {host} {server} {host} {server} {port} 443 100000 2 egress"),
        format!("eni-9 {host} {gateway} {host} {server} {port} 443 100000 2 ingress"),
        format!("eni-9 {gateway} {server} {gateway} {server} {outside} 443 100000 2 egress"),
        format!("eni-9 {server} {gateway} {server} {gateway} 443 {outside} {down} 18 ingress"),
        format!("eni-9 {gateway} {host} {server} {host} 443 {port} {down} 18 egress"),
        format!("{interface} {server} {host} {server} {host} 443 {port} {down} 18 ingress"),
    ]
}

fn texts(rows: &[String]) -> Vec<&str> {
    rows.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn bytes_across_zones_are_paid_on_both_sides() {
    let near = pair("eni-1", "10.0.0.1", "eni-2", "10.0.0.2", [1_000_000, 9_999_000_000]);
    assert_eq!(found("cross-az-cost", &texts(&near)).await, [""; 0]);
    let far = pair("eni-1", "10.0.0.1", "eni-3", "10.0.3.3", [100_000_000, 900_000_000]);
    assert_eq!(
        found("cross-az-cost", &texts(&far)).await,
        [
            "info 10.0.0.1 exchanged 100.0 GB with port 5432 (postgresql) of 10.0.3.3 across availability zones (use1-az1 \
          and use1-az2): 2.00 USD, 60.00 USD a month of such days, 200 records"
        ]
    );
    let more = pair("eni-2", "10.0.0.2", "eni-3", "10.0.3.3", [100_000_000, 4_900_000_000]);
    assert_eq!(
        found("cross-az-cost", &texts(&[far, more].concat())).await,
        [
            "low 2 hosts exchanged 600.0 GB with port 5432 (postgresql) of 10.0.3.3 across availability zones (use1-az1 and \
          use1-az2): 12.00 USD, 360.00 USD a month of such days; most of it 10.0.0.2, 400 records"
        ]
    );
}

#[tokio::test]
async fn a_nat_gateway_is_paid_by_the_byte_and_endpoints_are_free() {
    let mirror = through_nat("eni-1", "10.0.0.1", "203.0.113.9", 40_000, 499_900_000);
    let storage = [
        through_nat("eni-1", "10.0.0.1", "198.51.100.1", 41_000, 3_999_900_000),
        through_nat("eni-2", "10.0.0.2", "198.51.100.2", 42_000, 999_900_000),
    ]
    .concat();
    assert_eq!(
        found("nat-cost", &texts(&[mirror, storage].concat())).await,
        [
            "low The NAT gateway 10.0.9.9 carried 500.0 GB to and from AWS service S3 (2 addresses): 22.50 USD, \
             675.00 USD a month of such days, which are nothing through a gateway endpoint; asked for by 10.0.0.1, \
             10.0.0.2, 600 records",
            "info The NAT gateway 10.0.9.9 carried 50.0 GB to and from 203.0.113.9: 2.25 USD, 67.50 USD a month \
             of such days; asked for by 10.0.0.1, 200 records",
        ]
    );
    let little = through_nat("eni-1", "10.0.0.1", "203.0.113.9", 40_000, 199_900_000);
    assert_eq!(found("nat-cost", &texts(&little)).await, [""; 0]);
}
