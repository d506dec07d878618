//! Generated logs with planted attacks: every one is found by its detection, and no look-alike is reported.
//!
//! `benches/quality` counts the same over many seeds and shapes, and says how a finding is matched with a label.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::detect::{Choice, Finding};
use vpcflow::generate::{FieldSet, Options, generate};
use vpcflow::queries::DETECTIONS;
use vpcflow::session::SessionOptions;

use super::Opened;

/// A day with every attack, and its context.
fn planted() -> (TempDir, Context) {
    let folder = TempDir::new().expect("a folder");
    let options = Options {
        records: 60_000,
        days: 1,
        date: "2026-03-11".parse().expect("a date"),
        fields: vec![FieldSet::V5],
        interfaces: 80,
        accounts: 2,
        seed: 11,
        attacks: true,
        parquet: false,
        threads: 2,
    };
    generate(&options, &folder.path().join("logs")).expect("logs");
    let context = context(&folder.path().join("logs"));
    (folder, context)
}

#[tokio::test]
async fn what_memory_does_not_hold_is_found_all_the_same() {
    let mut found = Vec::new();
    for memory_limit_bytes in [4 << 30, 24 << 20] {
        let (folder, context) = planted();
        let session = SessionOptions { threads: 2, memory_limit_bytes };
        let runtime = session.runtime().expect("a runtime");
        let outcome = Opened::over(&session, runtime, folder).await.detect(&Choice::default(), &context).await;
        assert!(outcome.findings.len() > 50, "{} findings", outcome.findings.len());
        found.push(outcome.findings);
    }
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn every_planted_attack_is_found_and_no_look_alike_is_reported() {
    let (folder, context) = planted();
    let labels = std::fs::read(folder.path().join("logs/labels.json")).expect("labels");
    let labels: Vec<Value> = serde_json::from_slice(&labels).expect("JSON");
    let session = SessionOptions { threads: 2, ..SessionOptions::default() };
    let runtime = session.runtime().expect("a runtime");
    // The resolvers that the estate's hosts are meant to ask.
    let approved = "1.1.1.1, 8.8.8.8, 8.8.4.4, 9.9.9.9, 149.112.112.112";
    let choice = Choice {
        params: vec![("dns-unapproved".to_owned(), "approved".to_owned(), approved.to_owned())],
        ..Choice::default()
    };
    let outcome = Opened::over(&session, runtime, folder).await.detect(&choice, &context).await;
    // One day has no days before it, and no attack is planted for those that need some.
    let historical: Vec<_> = DETECTIONS.iter().filter(|(_, text)| text.contains("\n-- history-days: 3\n")).collect();
    let skipped: Vec<_> = outcome.skipped.iter().map(|one| (format!("{}.sql", one.detection), &*one.reason)).collect();
    let expected: Vec<_> =
        historical.iter().map(|(name, _)| ((*name).to_owned(), "needs 3 days of history, and has 0")).collect();
    assert_eq!(skipped, expected);
    let of = |label: &&Value, finding: &&Finding| label["detection"] == *finding.detection && agree(label, finding);
    let missed: Vec<&Value> = labels
        .iter()
        .filter(|label| label["kind"] != "benign" && !outcome.findings.iter().any(|finding| of(label, &finding)))
        .collect();
    assert_eq!(missed, [&Value::Null; 0]);
    // A finding of a look-alike agrees with no attack, of its own detection or another.
    let mut reported = Vec::new();
    for finding in &outcome.findings {
        let is_benign = labels.iter().any(|label| label["kind"] == "benign" && of(&label, &finding));
        let is_attack = labels.iter().any(|label| label["kind"] != "benign" && agree(label, finding));
        if is_benign && !is_attack {
            reported.push(format!("{}: {}", finding.detection, finding.description));
        }
    }
    assert_eq!(reported, [""; 0]);
    let detections = labels.iter().filter(|label| label["kind"] == "attack").map(|label| label["detection"].as_str());
    let detections: std::collections::BTreeSet<_> = detections.collect();
    // The strobe and the guesses of many take more records than this.
    assert_eq!(detections.len() + 2 + historical.len(), DETECTIONS.len());
}

/// The files that lie beside generated logs.
fn context(logs: &Path) -> Context {
    let beside = |name: &str| vec![logs.join(name)];
    let threats = logs.join("threat-list.txt").display().to_string();
    Context::load(
        &ContextOptions {
            security_groups: beside("security-groups.json"),
            interfaces: beside("interfaces.json"),
            threat_lists: vec![threats.parse().expect("a list")],
            tor_lists: beside("tor-list.txt"),
            trusted: beside("trusted.txt"),
            ..ContextOptions::default()
        },
        &ContextFiles::default(),
    )
    .expect("files as AWS and others write them")
}

/// Whether a finding is about what a label says: the windows overlap, nothing that both name differs, and both name at
/// least one of actor, target and interface.
fn agree(label: &Value, finding: &Finding) -> bool {
    let text = |name: &str| label[name].as_str().unwrap_or_default();
    let (start, end) = (finding.window_start.to_string(), finding.window_end.to_string());
    if text("window_start") > end.as_str() || start.as_str() > text("window_end") {
        return false;
    }
    let sides = [
        ("actor", &finding.actor),
        ("target", &finding.target),
        ("interface_id", &finding.interface_id),
        ("account_id", &finding.account_id),
        ("region", &finding.region),
    ];
    let both: Vec<_> = sides.iter().filter(|(name, found)| label[*name].is_string() && found.is_some()).collect();
    let same_port = label["port"].is_null() || finding.port.is_none_or(|port| label["port"] == port);
    same_port
        && both.iter().all(|(name, found)| found.as_deref() == label[*name].as_str())
        && both.iter().any(|(name, _)| matches!(*name, "actor" | "target" | "interface_id"))
}
