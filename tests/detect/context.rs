//! What files of context say of the hosts of a finding, in every output.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::detect::Outcome;
use vpcflow::report::{FindingFormat, write_findings};

use super::logs::Logs;
use super::{Opened, only, write};

fn written(format: FindingFormat, outcome: &Outcome) -> String {
    let mut bytes = Vec::new();
    write_findings(format, outcome, None, &mut bytes).expect("memory takes all");
    String::from_utf8(bytes).expect("UTF-8")
}

/// Databases, a list of threats and AWS' ranges; `more` adds to them.
fn context(folder: &TempDir, more: impl FnOnce(&mut ContextOptions)) -> Context {
    let threats = write(folder.path(), "feodo.txt", "203.0.113.9\n");
    let service = r#"{"ip_prefix": "198.51.100.0/24", "region": "us-east-1", "service": "EC2"}"#;
    let ranges = format!(r#"{{"prefixes": [{service}], "ipv6_prefixes": []}}"#);
    let mut options = ContextOptions {
        geo: ["tests/geo/country.mmdb", "tests/geo/asn.mmdb"].map(PathBuf::from).to_vec(),
        threat_lists: vec![threats.display().to_string().parse().expect("a list")],
        tor_lists: vec![write(folder.path(), "tor.txt", "203.0.113.9\n")],
        aws_ip_ranges: Some(write(folder.path(), "ranges.json", &ranges)),
        ..ContextOptions::default()
    };
    more(&mut options);
    Context::load(&options, &ContextFiles::default()).expect("files of context")
}

/// A stranger scans two hosts.
fn scans() -> Logs {
    let mut logs = Logs::v5();
    for port in 1..=20 {
        logs.rejected("203.0.113.9", "10.0.0.1", port, 7_200 + i64::from(port));
        logs.rejected("203.0.113.9", "10.0.0.2", port, 7_500 + i64::from(port));
    }
    logs
}

async fn outcome(id: &str, logs: &Logs, context: &Context) -> Outcome {
    Opened::new(&[&logs.text()]).await.detect(&only(id), context).await
}

#[tokio::test]
async fn people_read_it_beside_the_address() {
    let folder = TempDir::new().expect("a folder");
    let outcome = outcome("port-scan", &scans(), &context(&folder, |_| {})).await;
    let label = "203.0.113.9 (NL, AS64496 Example Hosting B.V., on threat list feodo, Tor)";
    let table = written(FindingFormat::Table, &outcome);
    let lines: Vec<&str> = table.lines().skip(2).take(3).collect();
    assert_eq!(
        lines,
        [
            format!("low  02:00-02:05  2 findings  {label} tried many ports of one host, at 2 hosts of ours"),
            format!("  low  02:00        port-scan   {label} tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered"),
            format!("  low  02:05        port-scan   {label} tried 20 ports of 10.0.0.2 in 20 attempts; 0 answered"),
        ]
    );
    let markdown = written(FindingFormat::Markdown, &outcome);
    assert!(markdown.contains(&format!("## low: {label} tried many ports of one host, at 2 hosts of ours\n")));
    let page = written(FindingFormat::Html, &outcome);
    assert!(page.contains(&format!("<h4>{label} tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered</h4>")));
    assert!(page.contains(&format!("<dt>Actors</dt><dd>{label}</dd>")));
    assert!(page.contains(&format!("<dt>Who</dt><dd>{label} → 10.0.0.1</dd>")));
}

#[tokio::test]
async fn programs_find_it_in_fields_and_ids_stay_the_same() {
    let folder = TempDir::new().expect("a folder");
    let known = outcome("port-scan", &scans(), &context(&folder, |_| {})).await;
    let nothing = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    let unknown = outcome("port-scan", &scans(), &nothing).await;
    let ids = |outcome: &Outcome| {
        let findings = outcome.findings.iter().map(|finding| finding.id.clone());
        findings.chain(outcome.incidents.iter().map(|incident| incident.id.clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&known), ids(&unknown));
    let about = json!({"country": "NL", "asn": 64496, "as_name": "Example Hosting B.V.", "threat_lists": ["feodo"],
        "is_tor": true});
    for (outcome, actor) in [(&known, &about), (&unknown, &Value::Null)] {
        let json: Value = serde_json::from_str(&written(FindingFormat::Json, outcome)).expect("JSON");
        let finding = &json["findings"][0];
        assert_eq!([&finding["actor_context"], &finding["target_context"]], [actor, &Value::Null]);
        assert_eq!(finding["description"], "203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered");
    }
    let csv = written(FindingFormat::Csv, &known);
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let column = rows.headers().expect("a header").iter().position(|name| name == "actor_context").expect("a column");
    let row = rows.records().next().expect("a row").expect("CSV");
    assert_eq!(serde_json::from_str::<Value>(&row[column]).expect("JSON"), about);
    let line = written(FindingFormat::Ocsf, &known).lines().next().map(str::to_owned).expect("an event");
    let event: Value = serde_json::from_str(&line).expect("JSON");
    let source = &event["evidences"][0]["src_endpoint"];
    assert_eq!(source["location"], json!({"country": "NL"}));
    assert_eq!(source["autonomous_system"], json!({"number": 64496, "name": "Example Hosting B.V."}));
    let enrichment = &event["enrichments"][0];
    assert_eq!((&enrichment["value"], &enrichment["data"]), (&json!("203.0.113.9"), &about));
    let asff: Value = serde_json::from_str(&written(FindingFormat::Asff, &known)).expect("JSON");
    assert_eq!(asff[0]["ProductFields"]["vpcflow/actor/threat_lists"], "feodo");
    assert_eq!(
        asff[0]["Action"]["NetworkConnectionAction"],
        json!({"ConnectionDirection": "INBOUND", "RemoteIpDetails": {
            "IpAddressV4": "203.0.113.9", "Country": {"CountryCode": "NL"},
            "Organization": {"Asn": 64496, "AsnOrg": "Example Hosting B.V."}}})
    );
}

#[tokio::test]
async fn a_destination_is_known_by_its_service() {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for at in (0..86_400).step_by(600) {
        logs.session("10.0.0.1", "203.0.113.20", 443, at, (20, 100_000), (30, 200_000));
    }
    for minute in 0..30 {
        logs.session("10.0.0.1", "198.51.100.9", 443, 10_800 + 60 * minute, (9_000, 10_000_000), (300, 20_000));
    }
    let folder = TempDir::new().expect("a folder");
    let outcome = outcome("unusual-egress", &logs, &context(&folder, |_| {})).await;
    let table = written(FindingFormat::Table, &outcome);
    let label = "198.51.100.9 (AS4200000000 Large Numbers Ltd, AWS EC2)";
    assert!(table.contains(&format!(" sent 300.0 MB to {label} in 1 clock hour;")), "{table}");
    // A number that Security Hub has no room for stands in its own fields.
    let asff: Value = serde_json::from_str(&written(FindingFormat::Asff, &outcome)).expect("JSON");
    assert_eq!(asff[0]["ProductFields"]["vpcflow/target/asn"], "4200000000");
    let organization = &asff[0]["Action"]["NetworkConnectionAction"]["RemoteIpDetails"]["Organization"];
    assert_eq!(*organization, json!({"AsnOrg": "Large Numbers Ltd"}));
}

#[tokio::test]
async fn our_hosts_have_names() {
    let folder = TempDir::new().expect("a folder");
    let interfaces = r#"{"NetworkInterfaces": [
        {"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.1", "TagSet": [{"Key": "Name", "Value": "web-1"}]}]}"#;
    let context = context(&folder, |options| {
        options.geo.clear();
        options.threat_lists.clear();
        options.tor_lists.clear();
        options.interfaces = vec![write(folder.path(), "interfaces.json", interfaces)];
        options.names = vec![write(folder.path(), "hosts", "10.0.0.2 db-1 db\n203.0.113.0/24 lab\n")];
    });
    let outcome = outcome("port-scan", &scans(), &context).await;
    let table = written(FindingFormat::Table, &outcome);
    let lines: Vec<&str> = table.lines().skip(3).take(2).collect();
    assert_eq!(
        lines,
        [
            "  low  02:00        port-scan   203.0.113.9 (lab) tried 20 ports of 10.0.0.1 (web-1) in 20 attempts; 0 answered",
            "  low  02:05        port-scan   203.0.113.9 (lab) tried 20 ports of 10.0.0.2 (db-1) in 20 attempts; 0 answered",
        ]
    );
    let page = written(FindingFormat::Html, &outcome);
    assert!(page.contains("<dt>Hosts of ours</dt><dd>10.0.0.1 (web-1), 10.0.0.2 (db-1)</dd>"));
    let names = outcome.findings.iter().map(|finding| finding.target_context.as_ref()?.name.as_deref());
    assert_eq!(names.collect::<Vec<_>>(), [Some("web-1"), Some("db-1")]);
    let events = written(FindingFormat::Ocsf, &outcome);
    let event: Value = serde_json::from_str(events.lines().next().expect("an event")).expect("JSON");
    assert_eq!(
        event["evidences"][0]["dst_endpoint"],
        json!({"interface_uid": "eni-1", "ip": "10.0.0.1", "name": "web-1"})
    );
}

#[tokio::test]
async fn a_name_is_as_hostile_as_a_tag() {
    let folder = TempDir::new().expect("a folder");
    let context = context(&folder, |options| {
        options.geo.clear();
        options.names = vec![write(folder.path(), "names.csv", "10.0.0.1,<script>alert(1)</script>|\u{202e}\u{1b}x\n")];
    });
    let outcome = outcome("port-scan", &scans(), &context).await;
    let table = written(FindingFormat::Table, &outcome);
    assert!(table.contains("10.0.0.1 (<script>alert(1)</script>|\u{fffd}\u{fffd}x)"), "{table}");
    let page = written(FindingFormat::Html, &outcome);
    assert!(page.contains("10.0.0.1 (&lt;script&gt;alert(1)&lt;/script&gt;|\u{fffd}\u{fffd}x)"));
    let markdown = written(FindingFormat::Markdown, &outcome);
    assert!(markdown.contains("10.0.0.1 (\\<script\\>alert(1)\\</script\\>\\|\u{fffd}\u{fffd}x)"), "{markdown}");
}

#[tokio::test]
async fn a_damaged_record_of_a_database_loses_no_finding() {
    let folder = TempDir::new().expect("a folder");
    let mut database = std::fs::read("tests/geo/country.mmdb").expect("a database");
    let code = database.windows(3).position(|bytes| bytes == b"\x42NL").expect("a record of the Netherlands");
    // A text that is longer than the file.
    database[code] = 0x5f;
    let damaged = folder.path().join("damaged.mmdb");
    std::fs::write(&damaged, database).expect("a file");
    let context = context(&folder, |options| options.geo = vec![damaged]);
    let outcome = outcome("port-scan", &scans(), &context).await;
    assert_eq!(outcome.findings.len(), 2);
    let table = written(FindingFormat::Table, &outcome);
    let line = table.lines().find(|line| line.contains("some findings lack countries and systems: ")).expect("a line");
    assert!(line.contains("damaged.mmdb"), "{line}");
    let json: Value = serde_json::from_str(&written(FindingFormat::Json, &outcome)).expect("JSON");
    assert!(
        json["coverage"]["context_problem"].as_str().is_some_and(|problem| problem.contains("203.0.113.9")),
        "{json}"
    );
}

#[tokio::test]
async fn the_sentence_says_which_of_two_is_on_the_list() {
    let folder = TempDir::new().expect("a folder");
    let header =
        "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status";
    let connection = |client: &str, server: &str| {
        format!(
            "eni-1 {client} {server} 40000 443 6 9 900 1773194400 1773194405 ACCEPT 3 OK\n\
             eni-1 {server} {client} 443 40000 6 9 4000 1773194400 1773194405 ACCEPT 19 OK\n"
        )
    };
    for (client, server, expected) in [
        (
            "203.0.113.9",
            "10.0.0.1",
            "The listed address 203.0.113.9 opened 1 connection to 10.0.0.1, 4.9 kB in all; it was answered",
        ),
        (
            "10.0.0.1",
            "203.0.113.9",
            "10.0.0.1 opened 1 connection to the listed address 203.0.113.9, 4.9 kB in all; it was answered",
        ),
    ] {
        let text = format!("{header}\n{}", connection(client, server));
        let outcome = Opened::new(&[&text]).await.detect(&only("threat-list"), &context(&folder, |_| {})).await;
        assert_eq!(outcome.findings[0].description, expected);
    }
}
