//! What earlier days were like: kept with each day, compared with, counted over, and shown of one host.

use std::path::{Path, PathBuf};

use super::{ingest, rows, run, vpcflow};
use crate::detect::logs::Logs;
use crate::scan::Folder;

const DAY: i64 = 86_400;

/// Three weeks of one host, a file for each day: a line home every ten minutes, and two gigabytes of backup in one hour.
struct Weeks(Folder);

impl Weeks {
    /// `hour_of` says when the backup of each day begins.
    fn new(hour_of: impl Fn(i64) -> i64) -> Self {
        let weeks = Weeks(Folder::new());
        std::fs::create_dir(weeks.logs()).expect("a folder");
        for day in 0..21 {
            let (mut logs, midnight) = (Logs::v5(), day * DAY);
            for at in (0..DAY).step_by(600) {
                logs.session("10.0.0.5", "203.0.113.8", 443, midnight + at, (6, 900), (8, 4_000));
            }
            for minute in 0..40 {
                let at = midnight + hour_of(day) * 3_600 + minute * 60;
                logs.session("10.0.0.5", "203.0.113.20", 443, at, (40_000, 50_000_000), (9_000, 400_000));
            }
            std::fs::write(weeks.of_day(day), logs.text()).expect("a file");
        }
        weeks
    }

    fn logs(&self) -> PathBuf {
        self.0.path().join("logs")
    }

    fn of_day(&self, day: i64) -> PathBuf {
        self.logs().join(format!("day-{day:02}.log"))
    }

    /// A lake of all days.
    fn lake(&self) -> PathBuf {
        let lake = self.0.path().join("lake");
        let (_, stderr, code) = run(&mut ingest(&self.logs(), &lake));
        assert_eq!(code, 0, "{stderr}");
        lake
    }
}

fn found(source: &Path, options: &[&str]) -> Vec<String> {
    found_by("unusual-egress", source, options)
}

fn found_by(detection: &str, source: &Path, options: &[&str]) -> Vec<String> {
    let (stdout, stderr, code) =
        run(vpcflow().arg("detect").arg(source).args(["--only", detection, "--format", "ndjson"]).args(options));
    assert_eq!(code, 0, "{stderr}");
    let said = |line: &str| {
        let finding: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| finding[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} > {} {}", text("severity"), text("actor"), text("target"), text("window_start"))
    };
    stdout.lines().map(said).collect()
}

#[test]
fn a_peak_that_every_day_has_is_no_finding_and_the_same_at_another_hour_is() {
    let (as_ever, moved) = (Weeks::new(|_| 2), Weeks::new(|day| if day == 20 { 14 } else { 2 }));
    let last = ["--date", "2026-03-31"];
    assert_eq!(found(&as_ever.lake(), &last), [""; 0]);
    let expected = ["high 10.0.0.5 > 203.0.113.20 2026-03-31T14:00:00Z"];
    let lake = moved.lake();
    assert_eq!(found(&lake, &last), expected);
    // The same of records that are read from a file, and of an hour of them.
    let history = ["--history", lake.to_str().expect("UTF-8")];
    assert_eq!(found(&moved.of_day(20), &history), expected);
    let hour = ["--from", "2026-03-31T14:00", "--to", "2026-03-31T15:00"];
    assert_eq!(found(&moved.of_day(20), &[history, [hour[0], hour[1]], [hour[2], hour[3]]].concat()), expected);
    assert_eq!(found(&as_ever.of_day(20), &history), [""; 0]);
    // Without history the day is compared with itself.
    assert_eq!(found(&as_ever.of_day(20), &[]), ["high 10.0.0.5 > 203.0.113.20 2026-03-31T02:00:00Z"]);
}

#[test]
fn a_host_is_known_whoever_else_has_its_address() {
    host_is_known(Logs::v5);
}

/// Without flow-direction an interface has the address that all of its records share.
#[test]
fn a_host_is_known_in_the_default_format_too() {
    host_is_known(Logs::v2);
}

fn host_is_known(begin: fn() -> Logs) {
    let folder = Folder::new();
    // Two accounts have a 10.0.0.5 each: one calls port 443, the other 4444, and on the last day the first calls that.
    let day = |account: &str, interface: &str, port: u16, days: std::ops::Range<i64>, is_last: bool| {
        let mut logs = begin();
        for at in days.flat_map(|day| (0..DAY).step_by(3_600).map(move |at| day * DAY + at)) {
            logs.session("10.0.0.5", "203.0.113.8", port, at, (6, 900), (8, 4_000));
            if is_last {
                logs.session("10.0.0.5", "203.0.113.9", 4_444, at + 600, (60, 9_000), (80, 40_000));
            }
        }
        logs.text().replace("123456789012", account).replace("eni-1", interface)
    };
    let [first, second] = ["111122223333", "444455556666"];
    let write = |name: &str, texts: &[(&str, String)]| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        for (of, text) in texts {
            std::fs::write(path.join(format!("{of}.log")), text).expect("a file");
        }
        path
    };
    let lake = |name: &str, texts: &[(&str, String)]| {
        let lake = folder.path().join(format!("lake-{name}"));
        let (_, stderr, code) = run(&mut ingest(&write(name, texts), &lake));
        assert_eq!(code, 0, "{stderr}");
        lake.to_str().expect("UTF-8").to_owned()
    };
    let of_first = |days, is_last| (first, day(first, "eni-1", 443, days, is_last));
    let of_second = |days| (second, day(second, "eni-2", 4_444, days, false));
    let of_both = lake("both", &[of_first(0..5, false), of_second(0..5)]);
    let of_one = lake("one", &[of_first(0..5, false)]);
    let (alone, together) =
        (write("alone", &[of_first(5..6, true)]), write("together", &[of_first(5..6, true), of_second(5..6)]));
    let quiet = write("quiet", &[of_first(5..6, false), of_second(5..6)]);
    let expected = ["medium 10.0.0.5 > 203.0.113.9 2026-03-16T00:10:00Z"];
    for history in [&of_both, &of_one] {
        for source in [&alone, &together] {
            let found = found_by("new-external-port", source, &["--history", history]);
            assert_eq!(found, expected, "{} after {history}", source.display());
        }
        let found = found_by("new-external-port", &quiet, &["--history", history]);
        assert_eq!(found, [""; 0], "{history}");
    }
    // What is found is the same, whoever else is among the records.
    let key = |source: &Path| {
        let (stdout, _, _) = run(vpcflow().arg("detect").arg(source).args([
            "--only",
            "new-external-port",
            "--format",
            "ndjson",
            "--history",
            &of_both,
        ]));
        let finding: serde_json::Value = serde_json::from_str(&stdout).expect("one finding");
        finding["key"].as_str().expect("a key").to_owned()
    };
    assert_eq!(key(&alone), key(&together));
    let networks = "SELECT DISTINCT initiator, initiator_network, service_port FROM history_edges ORDER BY 3";
    assert_eq!(rows(Path::new(&of_both), networks), ["10.0.0.5,111122223333,443", "10.0.0.5,444455556666,4444"]);
}

/// Detections that ship do without some columns of the past.
#[test]
fn a_detection_of_ones_own_has_every_column_of_the_past() {
    let weeks = Weeks::new(|_| 2);
    let lake = weeks.lake();
    weeks.0.write(
        "own/own.sql",
        "-- id: own
-- title: What was before
-- needs: srcaddr, start
-- history-days: 20
-- why: w
-- false-positives: f
-- remediation: r

SELECT
    initiator AS actor,
    responder AS target,
    min(first_start) / 300 * 300 AS window_start,
    max(last_end) / 300 * 300 + 300 AS window_end,
    min(first_start) AS first_seen,
    max(last_end) AS last_seen,
    'info' AS severity,
    min(account_id) || ' ' || coalesce(min(region), '-') || ' ' || sum(hours) || ' ' || count(initiator_network) AS description
FROM history_edges
WHERE responder_network IS NULL
GROUP BY initiator, responder
",
    );
    let own = weeks.0.path().join("own");
    let options = ["--date", "2026-03-31", "--queries", own.to_str().expect("UTF-8")];
    let expected =
        ["info 10.0.0.5 > 203.0.113.8 2026-03-11T00:00:00Z", "info 10.0.0.5 > 203.0.113.20 2026-03-11T02:00:00Z"];
    assert_eq!(found_by("own", &lake, &options), expected);
}

#[test]
fn a_backtest_counts_what_each_day_would_have_had() {
    let weeks = Weeks::new(|day| if day == 10 { 14 } else { 2 });
    let lake = weeks.lake();
    let (stdout, stderr, code) = run(vpcflow().arg("backtest").arg(&lake).args([
        "--only",
        "unusual-egress",
        "--try",
        "unusual-egress.megabytes=3000",
        "--from",
        "2026-03-12",
        "--to",
        "2026-03-22",
        "--format",
        "csv",
    ]));
    assert_eq!(code, 0, "{stderr}");
    // The second and the third day have too few before them; the eleventh has its peak at another hour.
    let mut expected = vec!["date,detection,variant,findings,critical,high,medium,low,info,note".to_owned()];
    for day in 12..22 {
        let found = i32::from([12, 13, 21].contains(&day));
        expected.push(format!("2026-03-{day},unusual-egress,,{found},0,{found},0,0,0,"));
        expected.push(format!("2026-03-{day},unusual-egress,megabytes=3000,0,0,0,0,0,0,"));
    }
    assert_eq!(stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(
        stderr.lines().collect::<Vec<_>>(),
        [
            "unusual-egress: 3 findings on 3 of 10 days",
            "unusual-egress with megabytes=3000: 0 findings on 0 of 10 days"
        ]
    );
    let tried = [
        "--only",
        "unusual-egress",
        "--try",
        "unusual-egress.megabytes=3000",
        "--from",
        "2026-03-20",
        "--to",
        "2026-03-23",
    ];
    let summed = |format| run(vpcflow().arg("backtest").arg(&lake).args(tried).args(["--format", format]));
    let (stdout, stderr, code) = summed("json");
    assert_eq!((stderr.as_str(), code), ("", 0));
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(6));
    assert_eq!(
        json["by_day"],
        serde_json::json!({"unusual-egress": [
            {"date": "2026-03-20", "in force": 0, "megabytes=3000": 0},
            {"date": "2026-03-21", "in force": 1, "megabytes=3000": 0},
            {"date": "2026-03-22", "in force": 0, "megabytes=3000": 0},
        ]})
    );
    let summary = ["variant", "findings", "days", "days_with_findings", "most_in_a_day", "high"];
    let summary = |row: usize| summary.map(|name| json["summary"][row][name].clone());
    assert_eq!(serde_json::json!(summary(0)), serde_json::json!([null, 1, 3, 1, 1, 1]));
    assert_eq!(serde_json::json!(summary(1)), serde_json::json!(["megabytes=3000", 0, 3, 0, 0, 0]));
    let (stdout, _, _) = summed("table");
    let by_day = "
unusual-egress: findings by day, with the values in force and with others
+------------+----------+----------------+
| date       | in force | megabytes=3000 |
+------------+----------+----------------+
";
    assert!(stdout.contains(by_day) && stdout.contains("\n| 2026-03-21 |        1 |              0 |\n"), "{stdout}");
    assert!(stdout.contains("\nAll days together\n"), "{stdout}");
    let (_, stderr, code) = run(vpcflow().arg("backtest").arg(&lake).args(["--from", "2026-05-01"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("the lake has no such day; it has 2026-03-11 to 2026-03-31"), "{stderr}");
}

#[test]
fn a_page_tells_what_a_host_did_and_whether_it_is_new() {
    let weeks = Weeks::new(|_| 2);
    let mut more = Logs::v5();
    let at = 20 * DAY + 12 * 3_600;
    more.session("10.0.0.5", "203.0.113.99", 8_443, at, (10, 5_000), (10, 9_000));
    more.session("198.51.100.7", "10.0.0.5", 22, at + 60, (10, 2_000), (10, 3_000));
    more.rejected("198.51.100.7", "10.0.0.5", 23, at + 120);
    std::fs::write(weeks.logs().join("more.log"), more.text()).expect("a file");
    let page = |source: &Path, more: &[&str]| -> serde_json::Value {
        let (stdout, stderr, code) = run(vpcflow()
            .arg("investigate")
            .arg(source)
            .args(["10.0.0.5", "--no-detect", "--format", "json"])
            .args(more));
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str(&stdout).expect("JSON")
    };
    let lake = weeks.lake();
    let of_lake = page(&lake, &[]);
    assert_eq!(of_lake["facts"]["earlier days"], "in 20 of the 20 that are kept, first on 2026-03-11");
    let lines = |section: &str, columns: &[&str]| -> Vec<String> {
        let rows = of_lake["sections"][section].as_array().expect("rows");
        let cell = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        rows.iter().map(|row| columns.iter().map(|name| cell(&row[name])).collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(
        lines("Whom it opened connections to", &["peer", "port", "connections", "sent", "received", "is_new"]),
        [
            "203.0.113.99 8443 1 5000 9000 true",
            "203.0.113.20 443 40 2000000000 16000000 false",
            "203.0.113.8 443 144 129600 576000 false"
        ]
    );
    assert_eq!(
        lines("Who opened connections to it", &["port", "service", "clients", "answered", "rejected", "is_new"]),
        ["22 ssh 1 1 0 true", "23 telnet 1 0 1 null"]
    );
    assert_eq!(lines("What was rejected", &["source", "target", "attempts"]), ["198.51.100.7 10.0.0.5 1"]);
    let hours = lines("Its hours", &["hour", "sent", "usually_sent"]);
    assert_eq!(hours.len(), 24);
    assert_eq!(hours[2], "2026-03-31T02:00:00 2000005400 2000005400.0");
    assert_eq!(lines("Its earlier days", &["day", "servers", "clients", "connections", "sent"])[0], {
        "2026-03-30 2 0 184 2000129600"
    });
    // The records themselves say the same, whatever the entity is called by.
    let history = ["--date", "2026-03-31", "--history", lake.to_str().expect("UTF-8")];
    assert_eq!(page(&weeks.logs(), &history)["sections"], {
        let mut sections = of_lake["sections"].clone();
        sections.as_object_mut().expect("sections").remove("Findings");
        sections
    });
    let (stdout, stderr, code) =
        run(vpcflow().arg("investigate").arg(&lake).args(["eni-1", "--no-detect", "--format", "json"]));
    assert_eq!(code, 0, "{stderr}");
    let of_interface: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(of_interface["facts"]["addresses"], "10.0.0.5");
    assert_eq!(of_interface["sections"], of_lake["sections"]);
    let (_, stderr, code) = run(vpcflow().arg("investigate").arg(&lake).args(["10.9.9.9", "--no-detect"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("10.9.9.9: is in none of these records"), "{stderr}");
}

#[test]
fn findings_are_kept_by_run() {
    let weeks = Weeks::new(|_| 2);
    let lake = weeks.lake();
    let keep = ["--keep-findings", "--history", lake.to_str().expect("UTF-8")];
    // The day is compared with itself where history is not asked for: it has no day before it in its own lake.
    let first = ["--date", "2026-03-11", "--keep-findings"];
    assert_eq!(found(&lake, &first).len(), 1);
    assert_eq!(found(&weeks.of_day(0), &keep).len(), 1);
    assert_eq!(
        rows(
            &lake,
            "SELECT detection, actor, target, date, count(*), count(DISTINCT run), count(DISTINCT id) FROM findings GROUP BY 1, 2, 3, 4"
        ),
        ["unusual-egress,10.0.0.5,203.0.113.20,2026-03-11,2,2,1"]
    );
    let (stdout, stderr, code) = run(vpcflow().args(["lake", "compact"]).arg(&lake));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("are 1 now") || stdout.contains("now"), "{stdout}");
    assert_eq!(rows(&lake, "SELECT count(*) FROM findings"), ["2"]);
    let (stdout, _, _) =
        run(vpcflow().arg("investigate").arg(&lake).args(["10.0.0.5", "--date", "2026-03-11", "--no-detect"]));
    assert!(stdout.contains("unusual-egress"), "{stdout}");
    let (_, stderr, code) = run(vpcflow().arg("detect").arg(weeks.of_day(0)).arg("--keep-findings"));
    assert_eq!(code, 2);
    assert!(stderr.contains("--keep-findings: in which lake? Name it with --history LAKE"), "{stderr}");
}

#[test]
fn the_tables_of_history_hold_what_a_day_was_like() {
    let folder = Folder::new();
    let (logs, lake) = (folder.path().join("logs"), folder.path().join("lake"));
    std::fs::create_dir(&logs).expect("a folder");
    let mut day = Logs::v5();
    day.session("10.0.0.5", "203.0.113.20", 443, 7_200, (2_000, 3_000_000), (900, 40_000));
    day.session("10.0.0.5", "203.0.113.21", 443, 7_260, (10, 4_000), (10, 5_000));
    day.session("198.51.100.7", "10.0.0.5", 22, 7_320, (10, 2_000), (10, 3_000));
    day.session("198.51.100.8", "10.0.0.5", 22, 7_380, (10, 2_500), (10, 3_500));
    day.session("10.0.0.6", "10.0.0.5", 5_432, 10_800, (10, 700), (10, 800));
    for port in 1..=3 {
        day.rejected("198.51.100.9", "10.0.0.5", port, 7_200);
        day.rejected("198.51.100.9", "10.0.0.5", port, 7_500);
    }
    day.rejected("198.51.100.9", "10.0.0.5", 9, 7_500);
    day.status("eni-1", "NODATA", 14_400);
    std::fs::write(logs.join("day.log"), day.text()).expect("a file");
    let (_, stderr, code) = run(&mut ingest(&logs, &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(
        rows(
            &lake,
            "SELECT day, hour, interface_id, accepted, rejected, peak_rejected, bytes_out, bytes_in FROM history_hours"
        ),
        ["20523,2,eni-1,4,7,4,3010500,49500", "20523,3,eni-1,1,0,0,0,0", "20523,4,eni-1,0,0,0,0,0",]
    );
    assert_eq!(
        rows(
            &lake,
            "SELECT direction, initiator, responder, service_port, spans, attempts, answers, request_bytes, reply_bytes FROM history_edges"
        ),
        [
            "inbound,,10.0.0.5,22,2,2,2,4500,6500",
            "internal,10.0.0.6,10.0.0.5,5432,1,1,1,700,800",
            "outbound,10.0.0.5,203.0.113.20,443,1,1,1,3000000,40000",
            "outbound,10.0.0.5,203.0.113.21,443,1,1,1,4000,5000",
        ]
    );
    assert_eq!(
        rows(&lake, "SELECT hour, initiator, responder, bytes FROM history_uploads"),
        ["2,10.0.0.5,,4000", "2,10.0.0.5,203.0.113.20,3000000"]
    );
}
