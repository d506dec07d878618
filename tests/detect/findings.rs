//! Each detection: what it must find, word for word, and the look-alike that it must not.

use std::path::Path;

use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};

use super::logs::Logs;
use super::{Opened, found, found_with, only, write};

const NONE: [&str; 0] = [];

#[tokio::test]
async fn a_port_scan() {
    for mut logs in [Logs::v5(), Logs::v2()] {
        for port in 1..=20 {
            logs.rejected("203.0.113.9", "10.0.0.1", port, 7_200 + i64::from(port));
        }
        logs.session("203.0.113.9", "10.0.0.1", 443, 7_230, (6, 900), (8, 4_000));
        assert_eq!(
            found("port-scan", &logs).await,
            ["low eni-1 203.0.113.9 > 10.0.0.1:- inbound 02:00-02:05: 203.0.113.9 tried 21 ports of 10.0.0.1 in 21 \
              attempts; 1 answered: 443, 22 records"]
        );
    }
}

#[tokio::test]
async fn a_slower_port_scan_within_an_hour() {
    let mut logs = Logs::v5();
    for port in 0..60 {
        logs.unanswered("10.0.0.5", "10.0.0.1", 1_000 + port, 50 * i64::from(port));
    }
    assert_eq!(
        found("port-scan", &logs).await,
        ["medium eni-1 10.0.0.5 > 10.0.0.1:- internal 00:00-00:50: 10.0.0.5 tried 60 ports of 10.0.0.1 in 60 \
          attempts; 0 answered, 60 records"]
    );
}

#[tokio::test]
async fn replies_and_few_ports_are_no_port_scan() {
    for mut logs in [Logs::v5(), Logs::v2()] {
        // A client's forty ports get replies from one port of the server.
        for at in 0..40 {
            logs.session("203.0.113.9", "10.0.0.1", 443, 7_200 + at, (6, 900), (8, 4_000));
        }
        // Fourteen rejected ports are one too few.
        for port in 1..=14 {
            logs.rejected("203.0.113.8", "10.0.0.1", port, 7_200 + i64::from(port));
        }
        // Twenty ports of which most answer.
        for port in 8_001..=8_020 {
            logs.session("203.0.113.7", "10.0.0.1", port, 7_200, (6, 900), (8, 4_000));
        }
        assert_eq!(found("port-scan", &logs).await, NONE);
    }
}

#[tokio::test]
async fn a_port_sweep() {
    let mut logs = Logs::v5();
    for host in 1..=30 {
        logs.unanswered("10.0.0.5", &format!("10.0.1.{host}"), 445, 3_600 + host);
    }
    assert_eq!(
        found("port-sweep", &logs).await,
        ["medium eni-1 10.0.0.5 > -:445 internal 01:00-01:05: 10.0.0.5 tried port 445 (smb) of 30 hosts \
          inside in 30 attempts; 0 answered, 30 records"]
    );
}

#[tokio::test]
async fn monitoring_that_is_answered_is_no_port_sweep() {
    let mut logs = Logs::v5();
    for host in 1..=60 {
        logs.session("10.0.0.5", &format!("10.0.1.{host}"), 9_100, 3_600 + host, (6, 900), (8, 4_000));
    }
    for host in 1..=24 {
        logs.unanswered("10.0.0.6", &format!("10.0.1.{host}"), 445, 3_600 + host);
    }
    assert_eq!(found("port-sweep", &logs).await, NONE);
}

#[tokio::test]
async fn ssh_brute_force() {
    for mut logs in [Logs::v5(), Logs::v2()] {
        for number in 0..30_i64 {
            let packets = 14 + number as u64 % 3;
            logs.session("203.0.113.9", "10.0.0.1", 22, 7_200 + 15 * number, (packets, 2_000), (12, 2_400));
        }
        assert_eq!(
            found("brute-force-ssh", &logs).await,
            ["medium eni-1 203.0.113.9 > 10.0.0.1:22 inbound 02:00-02:10: 203.0.113.9 opened 30 SSH connections to \
              10.0.0.1 that are all alike, of about 15 packets each, 60 records"]
        );
    }
}

#[tokio::test]
async fn deployments_and_health_checks_are_no_brute_force() {
    let mut logs = Logs::v5();
    for number in 0..30_i64 {
        // A deployment carries very different amounts.
        let packets = 20 * (1 + number as u64 % 7) * (1 + number as u64 % 5);
        logs.session("10.0.0.5", "10.0.0.1", 22, 7_200 + 15 * number, (packets, 100 * packets), (12, 2_400));
        // A health check opens and closes.
        logs.session("10.0.0.6", "10.0.0.1", 22, 7_200 + 10 * number, (3, 140), (2, 100));
        // Rejected attempts try no password.
        logs.rejected("203.0.113.9", "10.0.0.1", 22, 7_200 + 10 * number);
    }
    for number in 0..9 {
        logs.session("203.0.113.8", "10.0.0.1", 22, 7_200 + number, (15, 2_000), (12, 2_400));
    }
    assert_eq!(found("brute-force-ssh", &logs).await, NONE);
}

#[tokio::test]
async fn a_spike_of_rejected_attempts() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for number in 0..120 {
        logs.rejected(&format!("203.0.113.{}", number % 40), "10.0.0.1", 8_728, 7_200 + 2 * number);
    }
    assert_eq!(
        found("rejected-spike", &logs).await,
        [
            "low eni-1 - > 10.0.0.1:8728 inbound 02:00-02:05: 120 attempts of 40 sources were rejected at eni-1, at most 3 of one source, most at \
          port 8728; up to 120 in five minutes, where none is usual, 120 records"
        ]
    );
}

#[tokio::test]
async fn steady_noise_is_no_spike() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    // Sixty an hour, all day.
    for at in (0..86_400).step_by(60) {
        logs.rejected("203.0.113.9", "10.0.0.1", 23, at);
    }
    // An hour a third above the others is within what chance does.
    for at in (36_000..39_600).step_by(180) {
        logs.rejected("203.0.113.9", "10.0.0.1", 23, at);
    }
    // Late packets of closed connections are no attempts, however many.
    for number in 0..200 {
        logs.late("203.0.113.8", "10.0.0.1", 443, 7_200 + number);
    }
    assert_eq!(found("rejected-spike", &logs).await, NONE);
}

#[tokio::test]
async fn unusual_egress() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for at in (0..86_400).step_by(600) {
        logs.session("10.0.0.1", "203.0.113.20", 443, at, (20, 100_000), (30, 200_000));
    }
    for minute in 0..30 {
        logs.session("10.0.0.1", "203.0.113.9", 443, 10_800 + 60 * minute, (9_000, 10_000_000), (300, 20_000));
    }
    assert_eq!(
        found("unusual-egress", &logs).await,
        [
            "medium eni-1 10.0.0.1 > 203.0.113.9:443 outbound 03:00-04:00: 10.0.0.1 sent 300.0 MB to 203.0.113.9 in 1 clock \
          hour; in connections that it opened to the internet, headers of small packets left out, it sent 300.6 MB in that hour, usually 600.0 kB an hour, 60 records"
        ]
    );
}

#[tokio::test]
async fn replies_and_steady_uploads_are_no_unusual_egress() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for hour in 0..24 {
        // Every hour 150 MB, which is usual for this host.
        logs.session("10.0.0.1", "203.0.113.20", 443, 3_600 * hour, (110_000, 150_000_000), (300, 20_000));
    }
    // A web server's answers leave too, but its clients asked for them.
    logs.session("203.0.113.9", "10.0.0.2", 443, 7_200, (3_000, 200_000), (800_000, 900_000_000));
    assert_eq!(found("unusual-egress", &logs).await, NONE);
}

#[tokio::test]
async fn traffic_to_a_port_that_a_rule_opens_to_the_world() {
    let folder = TempDir::new().expect("a folder");
    let context = context(folder.path());
    let mut logs = Logs::v5();
    for source in 1..=3 {
        logs.session(&format!("203.0.113.{source}"), "10.0.0.1", 3_306, 7_200, (20, 3_000), (40, 60_000));
    }
    assert_eq!(
        found_with("open-port-traffic", &logs, &context).await,
        ["high eni-1 - > 10.0.0.1:3306 inbound 02:00-02:05: 3 public addresses used port 3306 (mysql) of 10.0.0.1, \
          which group db (sg-1) opens to 0.0.0.0/0 with the rule 3306, 6 records"]
    );
}

#[tokio::test]
async fn a_long_session_through_an_open_port_counts_to_its_end() {
    let folder = TempDir::new().expect("a folder");
    let context = context(folder.path());
    let mut logs = Logs::v5();
    logs.session("203.0.113.1", "10.0.0.1", 3_306, 7_200, (20, 3_000), (40, 60_000));
    logs.goes_on(7_800).goes_on(8_400);
    let outcome = Opened::new(&[&logs.text()]).await.detect(&only("open-port-traffic"), &context).await;
    let finding = &outcome.findings[0];
    assert_eq!(finding.evidence["bytes_in"], 9_000);
    assert_eq!(finding.evidence["bytes_out"], 180_000);
    assert_eq!(finding.last_seen.to_string(), "2026-03-11T02:20:20Z");
}

#[tokio::test]
async fn web_traffic_rejected_probes_and_narrow_rules_are_no_open_port() {
    let folder = TempDir::new().expect("a folder");
    let context = context(folder.path());
    let mut logs = Logs::v5();
    // 443 is open and meant to be; 5432 is open to the office only; nobody got through to 3306.
    logs.session("203.0.113.1", "10.0.0.1", 443, 7_200, (20, 3_000), (40, 60_000));
    logs.session("198.51.100.4", "10.0.0.1", 5_432, 7_200, (20, 3_000), (40, 60_000));
    logs.rejected("203.0.113.1", "10.0.0.1", 3_306, 7_200);
    // The database's own client is no client of the world's.
    logs.session("10.0.0.9", "10.0.0.1", 3_306, 7_200, (20, 3_000), (40, 60_000));
    assert_eq!(found_with("open-port-traffic", &logs, &context).await, NONE);
}

/// `eni-1` has a group that opens 3306 and 443 to the world and 5432 to the office.
pub(super) fn context(folder: &Path) -> Context {
    let groups = r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "db", "OwnerId": "123456789012", "VpcId": "vpc-1",
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]}"#;
    let interfaces = r#"{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.1",
        "Groups": [{"GroupId": "sg-1", "GroupName": "db"}]}]}"#;
    Context::load(
        &ContextOptions {
            security_groups: vec![write(folder, "groups.json", groups)],
            interfaces: vec![write(folder, "interfaces.json", interfaces)],
            ..ContextOptions::default()
        },
        &ContextFiles::default(),
    )
    .expect("AWS' own shape")
}

#[tokio::test]
async fn an_interface_that_falls_silent_and_one_that_loses_records() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for at in (0..43_200).step_by(300) {
        logs.status("eni-2", "NODATA", at);
    }
    for at in (36_000..39_600).step_by(180) {
        logs.status("eni-3", "SKIPDATA", at);
    }
    assert_eq!(
        found("log-health", &logs).await,
        [
            "medium eni-2 - > -:- - 11:55-00:00: eni-2 logged nothing for the last 12.0 hours of the logs, after it had logged in 144 \
             spans of five minutes, 0 records",
            "low eni-3 - > -:- - 10:00-11:00: eni-3 lost records: 20 SKIPDATA rows, up to 20 in a clock hour, 20 records",
        ]
    );
}

#[tokio::test]
async fn idle_interfaces_and_a_few_lost_records_are_healthy() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for at in (0..86_400).step_by(60) {
        logs.status("eni-2", "NODATA", at);
    }
    for at in [1_000, 30_000, 60_000] {
        logs.status("eni-1", "SKIPDATA", at);
    }
    // A batch host that works at night only has been as silent before.
    for at in (3_600..14_400).chain(79_200..82_800).step_by(300) {
        logs.session("10.0.0.7", "203.0.113.20", 443, at, (6, 900), (8, 4_000));
    }
    assert_eq!(found("log-health", &logs).await, NONE);
}

#[tokio::test]
async fn spans_without_a_record_of_anyone() {
    let mut logs = Logs::v5();
    for at in (0..86_400).step_by(300).filter(|at| !(36_000..36_900).contains(at)) {
        for number in 0..10 {
            logs.session("203.0.113.250", "10.0.0.1", 443, at + number, (6, 900), (8, 4_000));
        }
    }
    assert_eq!(
        found("log-health", &logs).await,
        [
            "medium - - > -:- - 10:00-10:15: 3 spans of five minutes of 123456789012 in a region have no record: 2026-03-11 \
          10:00-10:15 UTC, 40 records"
        ]
    );
}
