//! What people read: the table, the page and the explanation, word for word where it is short.

use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::detect::{Catalogue, Choice, Outcome, Suppressions};
use vpcflow::report::{FindingFormat, write_explanation, write_findings};

use super::logs::Logs;
use super::{Opened, nothing, write};

fn written(format: FindingFormat, outcome: &Outcome) -> String {
    let mut bytes = Vec::new();
    write_findings(format, outcome, None, &mut bytes).expect("memory takes all");
    String::from_utf8(bytes).expect("UTF-8")
}

/// Two hosts are scanned by one stranger, one of them by another as well.
fn scans() -> Logs {
    let mut logs = Logs::v5();
    for port in 1..=20 {
        logs.rejected("203.0.113.9", "10.0.0.1", port, 7_200 + i64::from(port));
        logs.rejected("203.0.113.9", "10.0.0.2", port, 7_500 + i64::from(port));
        logs.rejected("203.0.113.8", "10.0.0.1", port, 9_000 + i64::from(port));
    }
    logs
}

#[tokio::test]
async fn the_table_has_a_line_for_each_incident_and_its_timeline_below() {
    let choice = Choice { only: vec!["port-scan".to_owned()], ..Choice::default() };
    let logs = scans().text();
    let outcome = Opened::new(&[&logs]).await.detect(&choice, &nothing()).await;
    let expected = format!(
        "\
2026-03-11 UTC, all in account 123456789012

low  02:00-02:05  2 findings  203.0.113.9 tried many ports of one host, at 2 hosts of ours
  low  02:00        port-scan   203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered
  low  02:05        port-scan   203.0.113.9 tried 20 ports of 10.0.0.2 in 20 attempts; 0 answered
low  02:30        port-scan   203.0.113.8 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered

2 incidents, 3 findings of 1 detection in 60 records of 1 object ({})
without the fields pkt-srcaddr, traffic-path: a NAT gateway is known by --interfaces only, and may look like a scanner; \
what goes to S3 is known by --aws-ip-ranges only, and may look like an upload to the internet
",
        bytesize::ByteSize(logs.len() as u64)
    );
    assert_eq!(written(FindingFormat::Table, &outcome), expected);
}

#[tokio::test]
async fn lines_are_broken_at_the_edge_of_the_terminal() {
    let choice = Choice { only: vec!["port-scan".to_owned()], ..Choice::default() };
    let outcome = Opened::new(&[&scans().text()]).await.detect(&choice, &nothing()).await;
    let lines = |width: usize| {
        let mut bytes = Vec::new();
        write_findings(FindingFormat::Table, &outcome, Some(width), &mut bytes).expect("memory takes all");
        String::from_utf8(bytes).expect("UTF-8").lines().skip(2).take(5).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        lines(75),
        [
            "low  02:00-02:05  2 findings  203.0.113.9 tried many ports of one host, at",
            "                              2 hosts of ours",
            "  low  02:00        port-scan   203.0.113.9 tried 20 ports of 10.0.0.1 in",
            "                                20 attempts; 0 answered",
            "  low  02:05        port-scan   203.0.113.9 tried 20 ports of 10.0.0.2 in",
        ]
    );
    assert_eq!(lines(71)[0], "low  02:00-02:05  2 findings  203.0.113.9 tried many ports of one host,");
    assert_eq!(
        lines(69),
        [
            "low  02:00-02:05  2 findings",
            "      203.0.113.9 tried many ports of one host, at 2 hosts of ours",
            "  low  02:00        port-scan",
            "      203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0",
            "      answered",
        ],
        "too narrow for a column of sentences"
    );
}

#[tokio::test]
async fn accounts_and_regions_are_shown_where_there_are_several() {
    let choice = Choice { only: vec!["port-scan".to_owned()], ..Choice::default() };
    let logs = scans().text();
    let other = logs.replace(" 123456789012 ", " 210987654321 ").replace("203.0.113.8", "203.0.113.7");
    let outcome = Opened::new(&[&logs, &other]).await.detect(&choice, &nothing()).await;
    let table = written(FindingFormat::Table, &outcome);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "2026-03-11 UTC");
    assert!(lines[2].starts_with("low  02:00-02:05  2 accounts    4 findings  203.0.113.9 "), "{table}");
    assert!(lines.contains(
        &"low  02:30        210987654321  port-scan   203.0.113.7 tried 20 ports of 10.0.0.1 of 210987654321 in 20 attempts; \
          0 answered"
    ));
}

#[tokio::test]
async fn a_name_of_any_length_is_shown() {
    let choice = Choice { only: vec!["port-scan".to_owned()], ..Choice::default() };
    let logs = scans().text();
    let long = "9".repeat(70_000);
    let other = logs.replace(" 123456789012 ", &format!(" {long} ")).replace("203.0.113.8", "203.0.113.7");
    let outcome = Opened::new(&[&logs, &other]).await.detect(&choice, &nothing()).await;
    let table = written(FindingFormat::Table, &outcome);
    assert!(table.contains(&format!("low  02:30        {long}  port-scan   203.0.113.7 tried 20 ports")), "its place");
    assert!(
        table.lines().any(|line| line.starts_with("low  02:00-02:05  2 accounts")),
        "the others stand where they did"
    );
}

#[tokio::test]
async fn what_is_suppressed_is_in_no_incident() {
    let choice = Choice { only: vec!["port-scan".to_owned()], ..Choice::default() };
    let mut outcome = Opened::new(&[&scans().text()]).await.detect(&choice, &nothing()).await;
    let before: Vec<String> = outcome.incidents.iter().map(|incident| incident.id.clone()).collect();
    let folder = TempDir::new().expect("a folder");
    let entry = "[[suppress]]\ntarget = \"10.0.0.2\"\nreason = \"a honeypot\"\nexpires = \"never\"\n";
    let suppressions = Suppressions::load(&[write(folder.path(), "suppress.toml", entry)], &ContextFiles::default())
        .expect("an entry");
    outcome.suppress(&suppressions, chrono::NaiveDate::default());
    let after: Vec<(String, usize)> =
        outcome.incidents.iter().map(|incident| (incident.id.clone(), incident.findings.len())).collect();
    assert_eq!(after, before.into_iter().map(|id| (id, 1)).collect::<Vec<_>>(), "the same incidents, with one each");
}

#[tokio::test]
async fn json_lists_incidents_beside_the_findings() {
    let choice = Choice {
        only: vec!["port-scan".to_owned()],
        params: vec![("port-scan".to_owned(), "ports".to_owned(), "12".to_owned())],
        ..Choice::default()
    };
    let outcome = Opened::new(&[&scans().text()]).await.detect(&choice, &nothing()).await;
    let json: serde_json::Value = serde_json::from_str(&written(FindingFormat::Json, &outcome)).expect("JSON");
    let values = serde_json::json!({"port-scan": {"ports": 12, "ports_per_hour": 50, "failed_share": 0.8, "strays": 3, "data_ports": 100}});
    assert_eq!(json["run"]["parameters"], values);
    let incident = &json["incidents"][0];
    assert_eq!(incident["actors"], serde_json::json!(["203.0.113.9"]));
    assert_eq!(incident["hosts"], serde_json::json!(["10.0.0.1", "10.0.0.2"]));
    assert_eq!(incident["detections"], serde_json::json!(["port-scan"]));
    for id in incident["findings"].as_array().expect("ids") {
        let of_id = |finding: &&serde_json::Value| finding["id"] == *id;
        let finding = json["findings"].as_array().expect("findings").iter().find(of_id).expect("a finding");
        assert_eq!(finding["incident"], incident["id"]);
    }
}

#[tokio::test]
async fn an_explanation_names_the_parameters_and_the_numbers_that_passed() {
    let choice = Choice {
        only: vec!["port-scan".to_owned()],
        params: vec![("port-scan".to_owned(), "ports".to_owned(), "12".to_owned())],
        ..Choice::default()
    };
    let explained = async |logs: &Logs| {
        let catalogue = Catalogue::load(&choice).await.expect("shipped");
        let outcome = Opened::new(&[&logs.text()]).await.detect(&choice, &nothing()).await;
        let mut bytes = Vec::new();
        write_explanation(&catalogue.detections()[0], &outcome, &mut bytes).expect("memory takes all");
        String::from_utf8(bytes).expect("UTF-8")
    };
    let text = explained(&scans()).await;
    for part in [
        "port-scan: One host tries many ports of another\n",
        "  ports = 12 (given; the default is 15)\n      distinct ports of one target within five minutes that make a scan\n",
        "  failed_share = 0.8 (the default)\n",
        "1. low, 2026-03-11 02:00-02:05, 203.0.113.9 → 10.0.0.1\n",
        "   attempts        20\n   ports           20  parameters ports = 12, ports_per_hour = 50\n   ports_answered   0\n",
        "   its records: vpcflow query SOURCE -c \"SELECT * FROM flows WHERE start BETWEEN ",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
    let mut quiet = Logs::v5();
    quiet.quiet_day();
    let text = explained(&quiet).await;
    assert!(text.contains("No finding: nothing in what was read passed these values."), "{text}");
    assert!(text.contains("  ports = 12 (given; the default is 15)\n"), "{text}");
}

/// A name that wants to be markup, and turns the writing direction.
const HOSTILE: &str = "\\\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}&amp;<!--";

#[tokio::test]
async fn the_page_is_sound_and_takes_hostile_texts_for_texts() {
    let folder = TempDir::new().expect("a folder");
    let groups = format!(
        r#"{{"SecurityGroups": [{{"GroupId": "sg-1", "GroupName": "{HOSTILE}", "OwnerId": "1", "VpcId": "vpc-1",
            "IpPermissions": [{{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306,
                "IpRanges": [{{"CidrIp": "0.0.0.0/0"}}]}}], "IpPermissionsEgress": []}}]}}"#
    );
    let interfaces = r#"{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.1",
        "Groups": [{"GroupId": "sg-1", "GroupName": "db"}]}]}"#;
    let context = Context::load(
        &ContextOptions {
            security_groups: vec![write(folder.path(), "groups.json", &groups)],
            interfaces: vec![write(folder.path(), "interfaces.json", interfaces)],
            ..ContextOptions::default()
        },
        &ContextFiles::default(),
    );
    let mut logs = scans();
    for source in 1..=3 {
        logs.session(&format!("203.0.113.{source}"), "10.0.0.1", 3_306, 7_200, (20, 3_000), (40, 60_000));
    }
    let hostile_interface = "eni-<script/src=//evil.example>";
    for port in 1..=20 {
        logs.rejected_at(hostile_interface, "203.0.113.5", "10.0.0.3", port, 20_000 + i64::from(port));
    }
    let opened = Opened::new(&[&logs.text()]).await;
    let mut outcome = opened.detect(&Choice::default(), &context.expect("AWS' own shape")).await;
    let entry = "[[suppress]]\nactor = \"203.0.113.8\"\nreason = \"<b>ours</b>\"\nexpires = \"never\"\n";
    let suppressions = Suppressions::load(&[write(folder.path(), "suppress.toml", entry)], &ContextFiles::default())
        .expect("an entry");
    outcome.suppress(&suppressions, chrono::NaiveDate::default());
    let page = written(FindingFormat::Html, &outcome);
    assert_sound(&page);
    for text in [
        "&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\u{fffd}&amp;amp;&lt;!--",
        "eni-&lt;script/src=//evil.example&gt;",
        "&lt;b&gt;ours&lt;/b&gt;",
        "203.0.113.9 tried many ports of one host",
        "parameters ports = 15, ports_per_hour = 50",
        "needs --threat-list",
    ] {
        assert!(page.contains(text), "{text} is not in the page");
    }
}

/// Elements are closed in order, and all elements and attributes are among those that fetch and run nothing, but for the one
/// script that chooses and sorts.
fn assert_sound(page: &str) {
    const ELEMENTS: &str = " html head meta title style body header main footer nav section h1 h2 h3 h4 p ul ol li a strong \
                            span details summary div dl dt dd table caption thead tbody tr th td pre code form fieldset legend \
                            label input select option button output ";
    const ATTRIBUTES: &str = " lang charset http-equiv content name id class open href scope aria-label aria-labelledby aria-live \
                              hidden type value checked autocomplete placeholder data-severity data-detections data-news \
                              data-first data-last data-findings ";
    let page = page.strip_prefix("<!DOCTYPE html>").expect("a document type");
    let (before, rest) = page.split_once("<style>").expect("a style sheet");
    let (style, after) = rest.split_once("</style>").expect("its end");
    assert!(!style.contains("url(") && !style.contains("@import"));
    let (after, rest) = after.split_once("<script>").expect("a script");
    let (script, end) = rest.split_once("</script>").expect("its end");
    for word in ["fetch", "XMLHttp", "import", "http", "innerHTML", "eval"] {
        assert!(!script.contains(word), "{word}");
    }
    let mut open = Vec::new();
    for tag in [before, after, end].iter().flat_map(|part| part.split('<').skip(1)) {
        let tag = tag.split_once('>').expect("a tag ends").0;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed in order");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(ELEMENTS.contains(&format!(" {name} ")), "<{tag}>");
        if name != "meta" && name != "input" {
            open.push(name);
        }
        // Values are between double quotes, which texts can't hold.
        for (index, part) in attributes.split('"').enumerate() {
            for attribute in part.split_whitespace().filter(|_| index % 2 == 0) {
                assert!(ATTRIBUTES.contains(&format!(" {} ", attribute.trim_end_matches('='))), "<{tag}>");
            }
            assert!(!part.trim_start().starts_with("href") || attributes.contains("href=\"#"), "<{tag}>");
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "all is closed");
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"), "a policy");
    assert!(page.contains("; script-src 'sha256-"), "for the script, too");
}
