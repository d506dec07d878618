//! Incidents: which findings are one story, and which are not although they look alike.

use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::detect::{Choice, Outcome};

use super::Opened;
use super::findings::context;
use super::logs::Logs;

const SCANNER: &str = "203.0.113.9";
const HOST: &str = "10.0.0.1";

/// What some detections find in logs.
async fn detect(detections: &[&str], texts: &[&str]) -> Outcome {
    let nothing = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    detect_with(&nothing, detections, texts).await
}

async fn detect_with(context: &Context, detections: &[&str], texts: &[&str]) -> Outcome {
    let choice = Choice { only: detections.iter().map(|id| (*id).to_owned()).collect(), ..Choice::default() };
    Opened::new(texts).await.detect(&choice, context).await
}

/// Each incident: its severity and sentence, then its timeline.
fn told(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    for incident in &outcome.incidents {
        lines.push(format!("{} {}", incident.severity, incident.headline));
        for place in &incident.timeline {
            let finding = &outcome.findings[*place];
            assert_eq!(finding.incident, incident.id);
            lines.push(format!("- {} {}", &finding.first_seen.to_string()[11..16], finding.detection));
        }
        let ids: Vec<&String> = incident.timeline.iter().map(|place| &outcome.findings[*place].id).collect();
        assert_eq!(ids, incident.findings.iter().collect::<Vec<_>>());
    }
    let placed: usize = outcome.incidents.iter().map(|incident| incident.timeline.len()).sum();
    assert_eq!(placed, outcome.findings.len(), "every finding is in one incident");
    lines
}

/// Twenty ports are tried, thirty passwords are wrong.
fn scan_and_guess(logs: &mut Logs, source: &str) {
    for port in 100..=120 {
        logs.rejected(source, HOST, port, 7_200 + i64::from(port));
    }
    for number in 0..30_i64 {
        let packets = 14 + number as u64 % 3;
        logs.session(source, HOST, 22, 7_500 + 15 * number, (packets, 2_000), (12, 2_400));
    }
}

/// The host sends far more than it ever did.
fn leak(logs: &mut Logs) {
    for at in (0..86_400).step_by(600) {
        logs.session(HOST, "203.0.113.20", 443, at, (20, 100_000), (30, 200_000));
    }
    for minute in 0..30 {
        logs.session(HOST, "198.51.100.7", 443, 10_800 + 60 * minute, (9_000, 10_000_000), (300, 20_000));
    }
}

const STORY: [&str; 4] = ["port-scan", "brute-force-ssh", "brute-force-success", "unusual-egress"];

#[tokio::test]
async fn a_scan_the_right_password_and_what_the_host_then_does_are_one_incident() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    scan_and_guess(&mut logs, SCANNER);
    logs.session(SCANNER, HOST, 22, 8_000, (3_000, 400_000), (4_000, 900_000));
    leak(&mut logs);
    let outcome = detect(&STORY, &[&logs.text()]).await;
    assert_eq!(
        told(&outcome),
        [
            "critical 203.0.113.9 tried many ports of one host, tried passwords over SSH and may have found a password, at \
             10.0.0.1; later 10.0.0.1 sent far more out than usual, to 198.51.100.7",
            "- 02:01 port-scan",
            "- 02:05 brute-force-ssh",
            "- 02:05 brute-force-success",
            "- 03:00 unusual-egress",
        ]
    );
    let incident = &outcome.incidents[0];
    assert_eq!(incident.actors, [SCANNER, HOST]);
    assert_eq!(incident.hosts, [HOST]);
    assert_eq!(incident.account_ids, ["123456789012"]);
    assert_eq!(incident.first_seen.to_string(), "2026-03-11T02:01:40Z");
    assert_eq!(incident.last_seen.to_string(), "2026-03-11T03:29:20Z");
    let again = detect(&STORY, &[&logs.text()]).await;
    assert_eq!(again.incidents, outcome.incidents, "the same logs make the same incidents with the same ids");
}

#[tokio::test]
async fn a_break_in_is_followed_from_host_to_host() {
    let mut logs = Logs::v5();
    for (source, target, at) in [(SCANNER, "10.0.0.2", 3_600), ("10.0.0.2", HOST, 7_500)] {
        for number in 0..30_i64 {
            logs.session(source, target, 22, at + 15 * number, (14 + number as u64 % 3, 2_000), (12, 2_400));
        }
        logs.session(source, target, 22, at + 500, (3_000, 400_000), (4_000, 900_000));
    }
    logs.quiet_day();
    leak(&mut logs);
    // Whoever the first host turns to without success is not followed.
    for port in 100..=120 {
        logs.rejected("10.0.0.2", "10.0.0.3", port, 9_000 + i64::from(port));
        logs.rejected("10.0.0.3", "10.0.0.4", port, 9_900 + i64::from(port));
    }
    assert_eq!(
        told(&detect(&["brute-force-success", "port-scan", "unusual-egress"], &[&logs.text()]).await),
        [
            "critical 203.0.113.9 may have found a password, at 10.0.0.2; later 10.0.0.2 may have found a password and \
             tried many ports of one host, at 2 hosts of ours; later 10.0.0.1 sent far more out than usual, to 198.51.100.7",
            "- 01:00 brute-force-success",
            "- 02:05 brute-force-success",
            "- 02:31 port-scan",
            "- 03:00 unusual-egress",
            "medium 10.0.0.3 tried 21 ports of 10.0.0.4 in 21 attempts; 0 answered",
            "- 02:46 port-scan",
        ]
    );
}

#[tokio::test]
async fn whoever_did_not_get_in_is_not_blamed_for_what_the_host_does() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    scan_and_guess(&mut logs, SCANNER);
    scan_and_guess(&mut logs, "203.0.113.8");
    leak(&mut logs);
    assert_eq!(
        told(&detect(&STORY, &[&logs.text()]).await),
        [
            "medium 203.0.113.9 tried many ports of one host and tried passwords over SSH, at 10.0.0.1",
            "- 02:01 port-scan",
            "- 02:05 brute-force-ssh",
            "medium 203.0.113.8 tried many ports of one host and tried passwords over SSH, at 10.0.0.1",
            "- 02:01 port-scan",
            "- 02:05 brute-force-ssh",
            "medium 10.0.0.1 sent 300.0 MB to 198.51.100.7 in 1 clock hour; in connections that it opened to the internet, headers of small packets left out, it sent 300.6 MB in \
             that hour, usually 600.0 kB an hour",
            "- 03:00 unusual-egress",
        ]
    );
}

#[tokio::test]
async fn passwords_tried_at_an_open_port_are_no_way_in_through_it() {
    let folder = TempDir::new().expect("a folder");
    let detections = ["brute-force-database", "open-port-traffic", "unusual-egress"];
    let told_of = async |guesses: i64| -> Vec<String> {
        let mut logs = Logs::v5();
        logs.quiet_day();
        for number in 0..guesses {
            let packets = 14 + number as u64 % 3;
            logs.session(SCANNER, HOST, 3_306, 7_500 + 5 * number, (packets, 2_000), (12, 2_400));
        }
        leak(&mut logs);
        let outcome = detect_with(&context(folder.path()), &detections, &[&logs.text()]).await;
        told(&outcome).into_iter().filter(|line| !line.starts_with('-')).collect()
    };
    let of_guesses = told_of(60).await;
    assert_eq!(of_guesses.len(), 2, "{of_guesses:#?}");
    assert_eq!(
        of_guesses[0],
        "high 203.0.113.9 tried passwords at a database and used a port that is open to everyone, at 10.0.0.1"
    );
    // Who used the port and tried nothing may have got in.
    assert_eq!(
        told_of(1).await,
        ["high 203.0.113.9 used a port that is open to everyone, at 10.0.0.1; later 10.0.0.1 sent far more out than \
          usual, to 198.51.100.7"]
    );
}

#[tokio::test]
async fn what_a_host_sends_to_its_scanner_belongs_to_the_scan() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for port in 100..=120 {
        logs.rejected(SCANNER, HOST, port, 7_200 + i64::from(port));
        logs.rejected("203.0.113.8", HOST, port, 7_200 + i64::from(port));
    }
    for minute in 0..30 {
        logs.session(HOST, SCANNER, 443, 10_800 + 60 * minute, (9_000, 10_000_000), (300, 20_000));
    }
    assert_eq!(
        told(&detect(&STORY, &[&logs.text()]).await),
        [
            "medium 203.0.113.9 tried many ports of one host, at 10.0.0.1; later 10.0.0.1 sent far more out than usual, to 203.0.113.9",
            "- 02:01 port-scan",
            "- 03:00 unusual-egress",
            "low 203.0.113.8 tried 21 ports of 10.0.0.1 in 21 attempts; 0 answered",
            "- 02:01 port-scan",
        ]
    );
}

#[tokio::test]
async fn what_a_host_did_before_it_was_broken_into_is_another_story() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    leak(&mut logs);
    for number in 0..30_i64 {
        let packets = 14 + number as u64 % 3;
        logs.session(SCANNER, HOST, 22, 43_200 + 15 * number, (packets, 2_000), (12, 2_400));
    }
    logs.session(SCANNER, HOST, 22, 43_700, (3_000, 400_000), (4_000, 900_000));
    assert_eq!(
        told(&detect(&STORY, &[&logs.text()]).await),
        [
            "critical 203.0.113.9 tried passwords over SSH and may have found a password, at 10.0.0.1",
            "- 12:00 brute-force-ssh",
            "- 12:00 brute-force-success",
            "medium 10.0.0.1 sent 300.0 MB to 198.51.100.7 in 1 clock hour; in connections that it opened to the internet, headers of small packets left out, it sent 300.6 MB in \
             that hour, usually 600.0 kB an hour",
            "- 03:00 unusual-egress",
        ]
    );
}

#[tokio::test]
async fn only_what_a_host_began_after_the_break_in_is_told_of_the_attacker() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for port in 1..=20 {
        logs.rejected(HOST, "10.0.0.9", port, 3_600 + i64::from(port));
    }
    scan_and_guess(&mut logs, SCANNER);
    logs.session(SCANNER, HOST, 22, 8_000, (3_000, 400_000), (4_000, 900_000));
    leak(&mut logs);
    assert_eq!(
        told(&detect(&STORY, &[&logs.text()]).await),
        [
            "critical 203.0.113.9 tried many ports of one host, tried passwords over SSH and may have found a password, at \
             10.0.0.1; later 10.0.0.1 sent far more out than usual, to 198.51.100.7",
            "- 02:01 port-scan",
            "- 02:05 brute-force-ssh",
            "- 02:05 brute-force-success",
            "- 03:00 unusual-egress",
            "medium 10.0.0.1 tried 20 ports of 10.0.0.9 in 20 attempts; 0 answered",
            "- 01:00 port-scan",
        ]
    );
}

#[tokio::test]
async fn one_private_address_in_two_accounts_is_two_hosts() {
    // Each account has a host 10.0.0.5 that scans; one of them sweeps, too.
    let header = "version account-id vpc-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport \
                  protocol packets bytes start end action tcp-flags flow-direction log-status\n";
    let line = |account: &str, target: &str, port: i64, at: i64| {
        let at = super::logs::MIDNIGHT + at;
        format!(
            "5 {account} vpc-{account} eni-{account} 10.0.0.5 {target} 10.0.0.5 {target} 40000 {port} 6 1 40 {at} {at} \
             REJECT 2 egress OK\n"
        )
    };
    let scan = |account: &str| (1..=20).map(|port| line(account, "10.0.0.9", port, port)).collect::<String>();
    let sweep = (1..=30).map(|host| line("2", &format!("10.0.1.{host}"), 445, 7_200 + host)).collect::<String>();
    let texts = [format!("{header}{}", scan("1")), format!("{header}{}{sweep}", scan("2"))];
    let outcome = detect(&["port-scan", "port-sweep"], &texts.each_ref().map(String::as_str)).await;
    let told: Vec<String> = told(&outcome).into_iter().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(
        told,
        [
            "medium 10.0.0.5 tried many ports of one host (at 10.0.0.9) and tried one port of many hosts",
            "medium 10.0.0.5 of vpc-1 tried 20 ports of 10.0.0.9 in 20 attempts; 0 answered",
        ]
    );
    assert_eq!(outcome.incidents[0].account_ids, ["2"]);
    assert_eq!(outcome.incidents[1].account_ids, ["1"]);
    assert_ne!(outcome.incidents[0].id, outcome.incidents[1].id);
}

#[tokio::test]
async fn a_port_that_many_use_is_one_incident_however_many_detections_name_it() {
    let folder = TempDir::new().expect("a folder");
    let context = context(folder.path());
    let mut logs = Logs::v5();
    for source in ["203.0.113.1", "203.0.113.2"] {
        logs.session(source, HOST, 3_306, 7_200, (20, 3_000), (40, 60_000));
        logs.session(source, HOST, 6_379, 7_300, (20, 3_000), (40, 60_000));
    }
    let outcome = detect_with(&context, &["open-port-traffic", "risky-service-edge"], &[&logs.text()]).await;
    assert_eq!(
        told(&outcome),
        [
            "high Several hosts used a port that is open to everyone and used an internal service across the internet, at \
             10.0.0.1",
            "- 02:00 open-port-traffic",
            "- 02:00 risky-service-edge",
            "medium 2 public addresses used port 6379 (redis) of 10.0.0.1 in 2 connections",
            "- 02:01 risky-service-edge",
        ]
    );
    assert_ne!(outcome.incidents[0].id, outcome.incidents[1].id, "of one host, but of two ports");
}
