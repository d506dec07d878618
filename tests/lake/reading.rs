//! What is read of a lake is what is read of its logs, and no more of it than is asked for.

use super::{Logs, ingest, rows, run, vpcflow};

fn deliver_all(logs: &Logs) {
    logs.objects.iter().for_each(|object| logs.deliver(object));
    let (_, stderr, code) = run(&mut ingest(&logs.source(), &logs.lake()));
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn detections_find_the_same_in_a_lake_as_in_its_logs() {
    let logs = Logs::generate(&["--records", "60000", "--attacks", "--seed", "5"]);
    deliver_all(&logs);
    let beside = |name: &str| logs.folder.path().join("logs").join(name);
    let found = |source: &std::path::Path| -> serde_json::Value {
        let (stdout, stderr, code) = run(vpcflow()
            .arg("detect")
            .arg(source)
            .args(["--format", "json", "--interfaces"])
            .arg(beside("interfaces.json"))
            .arg("--security-groups")
            .arg(beside("security-groups.json"))
            .arg("--trusted")
            .arg(beside("trusted.txt"))
            .arg("--threat-list")
            .arg(beside("threat-list.txt")));
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str(&stdout).expect("JSON")
    };
    let (of_lake, of_logs) = (found(&logs.lake()), found(&logs.source()));
    assert!(of_logs["findings"].as_array().expect("a list").len() > 40);
    for part in ["run", "findings", "incidents", "skipped"] {
        assert_eq!(of_lake[part], of_logs[part], "{part}");
    }
}

#[test]
fn what_is_read_of_a_lake_is_told_as_its_files_and_their_records_are_those_that_were_examined() {
    let logs = Logs::generate(&["--records", "3000", "--days", "2", "--interfaces", "20"]);
    deliver_all(&logs);
    let detect = |options: &[&str]| {
        let mut command = vpcflow();
        command.arg("detect").arg(logs.lake()).args(["--only", "log-health,port-scan"]).args(options);
        let (stdout, stderr, code) = run(&mut command);
        assert_eq!(code, 0, "{stderr}");
        stdout
    };
    // Of whole days the conversations are read, of a part the records.
    for period in
        [["--from", "2026-03-11", "--to", "2026-03-12"], ["--from", "2026-03-11T10:00", "--to", "2026-03-11T15:00"]]
    {
        let json: serde_json::Value =
            serde_json::from_str(&detect(&[&period[..], &["--format", "json"]].concat())).expect("JSON");
        let number = |part: &str, name: &str| json[part][name].as_i64().expect("a number");
        assert!(number("coverage", "files") > 0 && number("coverage", "objects") == 0, "{}", json["coverage"]);
        assert_eq!(number("coverage", "records"), number("run", "records"));
        let table = detect(&period);
        let expected = format!("in {} records of {} file", number("run", "records"), number("coverage", "files"));
        assert!(table.contains(&expected) && table.contains(" of the lake ("), "{table}");
    }
}

#[test]
fn a_part_of_a_day_is_the_same_as_of_the_logs() {
    let logs = Logs::generate(&["--records", "6000", "--days", "3", "--interfaces", "20"]);
    deliver_all(&logs);
    let period = ["--from", "2026-03-11T22:30", "--to", "2026-03-13T01:10"];
    let asked = |source: &std::path::Path, sql: &str| {
        let (stdout, stderr, code) =
            run(vpcflow().arg("query").arg(source).args(period).args(["--format", "csv", "-c", sql]));
        assert!(code == 0, "{stderr}");
        stdout
    };
    for sql in [
        "SELECT count(*), sum(bytes), min(start_time), max(start_time) FROM flows",
        "SELECT _date, count(*) FROM flows WHERE start_time >= '2026-03-12T23:00:00' GROUP BY _date ORDER BY _date",
        "SELECT direction, outcome, count(*), sum(attempts), sum(request_bytes) FROM connections GROUP BY 1, 2 ORDER BY 1, 2",
    ] {
        assert_eq!(asked(&logs.lake(), sql), asked(&logs.source(), sql), "{sql}");
    }
    let (_, stderr, code) =
        run(vpcflow().arg("query").arg(logs.lake()).args(["--date", "2026-05-01", "-c", "SELECT 1"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("nothing of what was asked for: from 2026-05-01T00:00:00Z"), "{stderr}");
    assert!(stderr.contains("of 2026-03-11 to 2026-03-13"), "{stderr}");
}

#[test]
fn only_files_and_groups_that_may_answer_are_read() {
    let logs = Logs::generate(&["--records", "6000", "--days", "3", "--interfaces", "20"]);
    deliver_all(&logs);
    let plan = |sql: &str| {
        let explain = format!("EXPLAIN ANALYZE {sql}");
        run(vpcflow().arg("query").arg(logs.lake()).args(["--format", "csv", "-c", &explain])).0
    };
    let files = |plan: &str| plan.matches("date=2026-").count();
    let all = files(&plan("SELECT sum(bytes) FROM flows"));
    let day = plan("SELECT sum(bytes) FROM flows WHERE start >= 1773273600 AND start < 1773360000");
    assert!(files(&day) > 0 && files(&day) * 2 < all, "{day}");
    assert!(day.contains("date=2026-03-12") && !day.contains("date=2026-03-11"), "{day}");
    let missing = plan("SELECT * FROM flows WHERE srcaddr = '10.255.255.254'");
    assert!(missing.contains("row_groups_pruned_bloom_filter"), "{missing}");
    assert_eq!(rows(&logs.lake(), "SELECT count(*) FROM flows WHERE srcaddr = '10.255.255.254'"), ["0"]);
}

#[test]
fn a_lake_is_read_by_itself() {
    let logs = Logs::generate(&["--records", "500", "--interfaces", "20"]);
    deliver_all(&logs);
    let (_, stderr, code) = run(vpcflow().arg("query").arg(logs.lake()).arg(logs.source()).args(["-c", "SELECT 1"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("is a lake, and read by itself"), "{stderr}");
}
