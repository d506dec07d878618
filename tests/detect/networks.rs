//! Private addresses that several networks have: each host is itself, and what is one stays one.

use super::{Opened, found_in, nothing, only};

/// A record of version 5 as an interface of a VPC made it.
fn record(vpc: &str, interface: &str, ends: [&str; 2], port: i64, at: i64, direction: &str) -> String {
    let [source, target] = ends;
    let at = 1_773_187_200 + at;
    format!(
        "5 111111111111 {vpc} {interface} {source} {target} {source} {target} 40000 {port} 6 1 40 {at} {at} REJECT 2 \
         {direction} OK\n"
    )
}

const NETWORKED: &str = "version account-id vpc-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport \
                         protocol packets bytes start end action tcp-flags flow-direction log-status\n";

#[tokio::test]
async fn a_stranger_is_one_whatever_networks_he_knocks_at() {
    let mut text = NETWORKED.to_owned();
    for network in 0..12 {
        for host in 10..15 {
            let (vpc, target) = (format!("vpc-{network}"), format!("172.31.0.{host}"));
            let ends = ["203.0.113.9", target.as_str()];
            text += &record(&vpc, &format!("eni-{network}-{host}"), ends, 22, 7_200 + network, "ingress");
        }
    }
    assert_eq!(
        found_in("port-sweep", &text, &nothing()).await,
        [
            "low - 203.0.113.9 > -:22 inbound 02:00-02:05: 203.0.113.9 tried port 22 (ssh) of 60 hosts in 60 attempts; 0 \
             answered, 60 records"
        ]
    );
}

#[tokio::test]
async fn a_connection_between_networks_counts_once_where_one_end_says_whose_it_is() {
    // 10.0.0.1 of vpc-1 scans 10.1.0.2 of vpc-2, and both record it; vpc-3 has a 10.0.0.1 as well, which does nothing bad.
    let mut text = NETWORKED.to_owned();
    for port in 1..=20 {
        let ends = ["10.0.0.1", "10.1.0.2"];
        text += &record("vpc-1", "eni-1", ends, port, 7_200 + port, "egress");
        text += &record("vpc-2", "eni-2", ends, port, 7_200 + port, "ingress");
    }
    text += &record("vpc-3", "eni-3", ["10.0.0.1", "10.3.0.9"], 443, 7_200, "egress");
    assert_eq!(
        found_in("port-scan", &text, &nothing()).await,
        [
            "medium eni-2 10.0.0.1 > 10.1.0.2:- internal 02:00-02:05: 10.0.0.1 of vpc-1 tried 20 ports of 10.1.0.2 in 20 attempts; \
             0 answered, 20 records"
        ]
    );
}

#[tokio::test]
async fn hosts_of_two_networks_with_one_address_are_two() {
    // The same private address in two accounts, each with a scan of its own; v5 logs with directions.
    let scan = |account: &str, vpc: &str, interface: &str, start: i64, ports: i64| {
        let header = "version account-id vpc-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport \
                      protocol packets bytes start end action tcp-flags flow-direction log-status\n";
        let mut text = header.to_owned();
        for port in 1..=ports {
            let at = 1_773_187_200 + start + port;
            text += &format!(
                "5 {account} {vpc} {interface} 10.0.0.5 10.0.0.9 10.0.0.5 10.0.0.9 40000 {port} 6 1 40 {at} {at} REJECT 2 \
                 egress OK\n"
            );
        }
        text
    };
    // Neither the unknown account of some record nor a third account make another network of it.
    let texts = [
        scan("111111111111", "vpc-1", "eni-1", 0, 20),
        scan("222222222222", "vpc-2", "eni-2", 3600, 30),
        scan("333333333333", "vpc-3", "eni-3", 7200, 20).replace("10.0.0.5", "10.0.3.5"),
        scan("unknown", "-", "eni-3", 7200, 20).replace("10.0.0.5", "10.0.3.5"),
        scan("444444444444", "vpc-3", "eni-4", 7200, 20).replace("10.0.0.5", "10.0.3.5"),
    ];
    let opened = Opened::new(&texts.each_ref().map(String::as_str)).await;
    let outcome = opened.detect(&only("port-scan"), &nothing()).await;
    let mut found = Vec::new();
    for finding in &outcome.findings {
        let account = finding.account_id.clone().unwrap_or_default();
        let network = finding.evidence.get("network").map_or("one of all", |network| network.as_str().expect("text"));
        let records = opened.rows(&finding.query).await.len();
        found.push(format!("{account} ({network}): {}, {records} records", finding.description));
    }
    assert_eq!(
        found,
        [
            "111111111111 (111111111111 vpc-1): 10.0.0.5 of vpc-1 tried 20 ports of 10.0.0.9 in 20 attempts; 0 answered, \
             20 records",
            "222222222222 (222222222222 vpc-2): 10.0.0.5 of vpc-2 tried 30 ports of 10.0.0.9 in 30 attempts; 0 answered, \
             30 records",
            "333333333333 (one of all): 10.0.3.5 tried 20 ports of 10.0.0.9 in 20 attempts; 0 answered, 40 records",
        ]
    );
    assert_eq!((outcome.run.records, outcome.run.connections), (110, 70), "of the whole");
    let called = "SELECT DISTINCT initiator, is_private(initiator) AS own FROM connections ORDER BY 1";
    assert_eq!(opened.rows(called).await, ["10.0.0.5%vpc-1 true", "10.0.0.5%vpc-2 true", "10.0.3.5 true"]);
}

#[tokio::test]
async fn without_a_direction_a_host_is_of_the_network_whose_interface_has_its_address() {
    // Both accounts have a default VPC: two hosts of one address scan each a server of one address.
    let mut text =
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                    log-status\n"
            .to_owned();
    for (account, server, ports) in [("111111111111", "eni-1", 1..=20), ("222222222222", "eni-2", 101..=130)] {
        for port in ports {
            let at = 1_773_187_200 + port;
            text += &format!(
                "2 {account} {server}a 172.31.0.5 172.31.0.9 40000 {port} 6 1 40 {at} {at} REJECT OK\n\
                 2 {account} {server}b 172.31.0.5 172.31.0.9 40000 {port} 6 1 40 {at} {at} REJECT OK\n"
            );
        }
        // Each of the two has somebody else to talk to, too.
        text += &format!(
            "2 {account} {server}a 172.31.0.5 172.31.0.7 40000 443 6 1 40 1773187200 1773187200 ACCEPT OK\n\
             2 {account} {server}b 172.31.0.6 172.31.0.9 40000 443 6 1 40 1773187200 1773187200 ACCEPT OK\n"
        );
    }
    let of = |account| {
        let ports = if account == "111111111111" { 20 } else { 30 };
        format!(
            "172.31.0.5 of {account} tried {ports} ports of 172.31.0.9 of {account} in {ports} attempts; 0 answered, \
             {ports} records"
        )
    };
    let found = found_in("port-scan", &text, &nothing()).await;
    let told = found.iter().map(|found| found.split_once(": ").expect("what it says").1.to_owned());
    assert_eq!(told.collect::<Vec<_>>(), ["111111111111", "222222222222"].map(of));
}
