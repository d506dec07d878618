//! Detections of the user's own: what is wrong with one is told, and one may be like another.

use tempfile::TempDir;
use vpcflow::detect::{Catalogue, Choice};

use super::frame::scan;
use super::{Opened, nothing, only, write};

const FRONT_MATTER: &str = "\
-- id: mine
-- title: Mine
-- needs: srcaddr
-- param: who text 203.0.113.9 the source
-- why: to test
-- false-positives: none
-- remediation: none

";

const SELECT: &str = "\
SELECT
    initiator AS actor,
    min(bucket) AS window_start,
    max(bucket) + 300 AS window_end,
    min(first_start) AS first_seen,
    max(last_end) AS last_seen,
    'info' AS severity,
    'seen' AS description,
    count(*) AS conversations
FROM conversations
WHERE initiator = $who
GROUP BY initiator
";

async fn loaded(sql: &str) -> (TempDir, std::result::Result<Catalogue, String>) {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "mine.sql", &format!("{FRONT_MATTER}{sql}"));
    let choice = Choice { only: vec!["mine".to_owned()], queries: Some(folder.path().to_owned()), ..Choice::default() };
    let catalogue = Catalogue::load(&choice).await.map_err(|error| error.to_string());
    (folder, catalogue)
}

#[tokio::test]
async fn a_broken_file_is_named_with_its_line_before_anything_is_read() {
    for (sql, expected) in [
        (SELECT.replace("FROM", "FORM"), "line 18: "),
        (SELECT.replace("min(first_start)", "min(first_strat)"), "line 13: "),
        (SELECT.replace("    'info' AS severity,\n", ""), "line 9: "),
        (SELECT.replace("$who", "$who OR initiator = $whom"), "line 9: "),
        (SELECT.replace("$who", "$whom"), "line 4: the SQL has no $who (did you mean whom?)"),
    ] {
        let (folder, loaded) = loaded(&sql).await;
        let error = loaded.expect_err(&sql);
        let file = folder.path().join("mine.sql").display().to_string();
        assert!(error.starts_with(&format!("{file}, {expected}")), "{error}");
    }
    let (_folder, good) = loaded(SELECT).await;
    assert_eq!(good.map(|catalogue| catalogue.detections().len()), Ok(1));
}

#[tokio::test]
async fn parameters_are_bound_and_never_become_sql() {
    let opened = Opened::new(&[&scan().text()]).await;
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "mine.sql", &format!("{FRONT_MATTER}{SELECT}"));
    for (value, findings) in
        [("203.0.113.9", 1), ("203.0.113.10", 0), ("' OR 'a' = 'a", 0), ("x'; DROP TABLE flows", 0)]
    {
        let choice = Choice {
            only: vec!["mine".to_owned()],
            params: vec![("mine".to_owned(), "who".to_owned(), value.to_owned())],
            queries: Some(folder.path().to_owned()),
            ..Choice::default()
        };
        let opened = Opened::new(&[&scan().text()]).await;
        let outcome = opened.detect(&choice, &nothing()).await;
        assert_eq!(outcome.findings.len(), findings, "{value}");
    }
    assert_eq!(opened.rows("SELECT count(*) FROM flows").await, ["20"]);
    let choice = |id: &str, name: &str, value: &str| Choice {
        params: vec![(id.to_owned(), name.to_owned(), value.to_owned())],
        ..Choice::default()
    };
    for (choice, expected) in [
        (
            choice("port-scan", "ports", "many"),
            "--param port-scan: parameter ports: \"many\" is no int; give for example 15: distinct ports of one target within \
             five minutes that make a scan",
        ),
        (
            choice("port-scan", "port", "1"),
            "--param port-scan: there is no parameter port in port-scan (did you mean ports?); it has: ports, ports_per_hour, \
             failed_share, strays, data_ports",
        ),
        (
            choice("dns-unapproved", "approved", "8.8.8"),
            "--param dns-unapproved: cidr_contains(cidr, addr): \"8.8.8\" is no network: it does not begin with an IPv4 or \
             IPv6 address; write it like '10.0.0.0/8', '2001:db8::/32' or '192.0.2.7'; look at what was given for approved",
        ),
    ] {
        assert_eq!(
            Catalogue::load(&choice).await.map(|_| ()).map_err(|error| error.to_string()),
            Err(expected.to_owned())
        );
    }
    let unknown = Catalogue::load(&only("port-scna")).await.map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(
        unknown.expect_err("no such detection"),
        "there is no detection port-scna (did you mean port-scan?); vpcflow detections list names them all"
    );
}

#[tokio::test]
async fn a_detection_may_be_like_another_under_its_own_name_and_defaults() {
    let folder = TempDir::new().expect("a folder");
    let front = |like: &str, ports: u32| {
        format!(
            "-- id: mine\n-- title: Mine\n-- like: {like}\n-- needs: srcaddr, dstaddr, srcport, dstport, protocol, start\n\
             -- param: ports int {ports} ports\n-- why: Because.\n-- false-positives: None.\n-- remediation: None.\n"
        )
    };
    for (ports, findings) in [(20, 1), (21, 0)] {
        write(folder.path(), "mine.sql", &front("port-scan", ports));
        let choice = Choice { queries: Some(folder.path().to_owned()), ..only("mine") };
        let outcome = Opened::new(&[&scan().text()]).await.detect(&choice, &nothing()).await;
        assert_eq!(outcome.findings.len(), findings, "{ports}");
    }
    write(folder.path(), "mine.sql", &front("nothing-there", 20));
    let choice = Choice { queries: Some(folder.path().to_owned()), ..Choice::default() };
    let error = Catalogue::load(&choice).await.map(|_| ()).expect_err("like nothing").to_string();
    assert!(error.ends_with("mine.sql, line 3: there is no detection nothing-there to be like"), "{error}");
}

#[tokio::test]
async fn no_two_findings_have_one_id() {
    // A finding for each port of the scan, which none of them names.
    let sql = SELECT.replace("GROUP BY initiator", "GROUP BY initiator, service_port");
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "mine.sql", &format!("{FRONT_MATTER}{sql}"));
    let choice = Choice { only: vec!["mine".to_owned()], queries: Some(folder.path().to_owned()), ..Choice::default() };
    let ids = async || {
        let outcome = Opened::new(&[&scan().text()]).await.detect(&choice, &nothing()).await;
        outcome.findings.into_iter().map(|finding| finding.id).collect::<std::collections::BTreeSet<_>>()
    };
    let first = ids().await;
    assert_eq!(first.len(), 20);
    assert_eq!(ids().await, first, "the same logs give the same ids");
}
