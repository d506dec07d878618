//! What runs found, and what they were: a reader of the lake knows what no finding means.

use std::path::Path;

use super::{ingest, rows, run, vpcflow};
use crate::detect::logs::Logs;
use crate::scan::Folder;

/// Three days at one host: the same stranger scans it on the first two, and nothing happens on the third.
fn lake_of_three_days(folder: &Folder) -> std::path::PathBuf {
    let (source, lake) = (folder.path().join("logs"), folder.path().join("lake"));
    let mut logs = Logs::v5();
    for day in 0..3 {
        logs.session("10.0.0.1", "203.0.113.250", 443, day * 86_400 + 3_600, (6, 900), (8, 4_000));
    }
    for day in 0..2 {
        for port in 1..=20 {
            logs.rejected("203.0.113.9", "10.0.0.1", port, day * 86_400 + 7_200 + i64::from(port));
        }
    }
    folder.write("logs/three-days.log", logs.text());
    let (_, stderr, code) = run(&mut ingest(&source, &lake));
    assert_eq!(code, 0, "{stderr}");
    lake
}

fn detect(lake: &Path, options: &[&str]) -> String {
    let only = ["--only", "port-scan", "--keep-findings", "--format", "csv"];
    let (_, stderr, code) = run(vpcflow().arg("detect").arg(lake).args(only).args(options));
    assert_eq!(code, 0, "{stderr}");
    stderr
}

#[test]
fn a_run_is_on_record_whatever_it_found() {
    let folder = Folder::new();
    let lake = lake_of_three_days(&folder);
    let list = folder.write("bad.txt", "203.0.113.77\n").display().to_string();
    detect(&lake, &["--date", "2026-03-11"]);
    detect(&lake, &["--date", "2026-03-12", "--param", "port-scan.ports=12"]);
    let told = detect(&lake, &["--date", "2026-03-13", "--threat-list", &format!("{list},name=feodo")]);
    assert!(told.contains("note: 0 findings are kept in"), "{told}");
    // The same thing on two days is two findings with one key.
    let found = "SELECT date, actor, count(*) FROM findings GROUP BY date, actor";
    assert_eq!(rows(&lake, found), ["2026-03-11,203.0.113.9,1", "2026-03-12,203.0.113.9,1"]);
    assert_eq!(rows(&lake, "SELECT count(DISTINCT id), count(DISTINCT key) FROM findings"), ["2,1"]);
    let runs = "SELECT date, findings, records, detections, only, parameters, given, is_partial FROM runs";
    assert_eq!(
        rows(&lake, runs),
        [
            "2026-03-11,1,22,port-scan,port-scan,,,false",
            "2026-03-12,1,22,port-scan,port-scan,\"{\"\"port-scan.ports\"\":12}\",,false",
            "2026-03-13,0,2,port-scan,port-scan,,\"{\"\"threat-list\"\":[\"\"feodo\"\"]}\",false",
        ]
    );
    let quiet = "
        SELECT period_start, period_end, first_record
        FROM runs LEFT JOIN findings ON findings.run = runs.run
        WHERE findings.run IS NULL";
    assert_eq!(rows(&lake, quiet), ["2026-03-13T00:00:00Z,2026-03-14T00:00:00Z,2026-03-13T01:00:00Z"]);
    let (stdout, stderr, code) = run(vpcflow().args(["lake", "compact"]).arg(&lake));
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert_eq!(rows(&lake, "SELECT count(*) FROM runs"), ["3"]);
    let (stdout, stderr, code) = run(vpcflow().args(["lake", "verify"]).arg(&lake));
    assert_eq!(code, 0, "{stdout}{stderr}");
}

#[test]
fn a_lake_without_runs_gets_them_with_the_first() {
    let folder = Folder::new();
    let lake = lake_of_three_days(&folder);
    std::fs::remove_dir_all(lake.join("runs")).expect("a table");
    assert_eq!(rows(&lake, "SELECT count(*), count(run) FROM runs"), ["0,0"]);
    detect(&lake, &["--date", "2026-03-11"]);
    assert_eq!(rows(&lake, "SELECT findings FROM runs"), ["1"]);
}
