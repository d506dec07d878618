//! `vpcflow lake`: what is there and what is missing, whether it is right, small files to large ones, old days away.

use std::path::Path;

use super::{Logs, assert_whole, ingest, rows, run, vpcflow};
use crate::scan::{Folder, HEADER, RECORDS, gzip};

fn lake(command: &str, lake: &Path, more: &[&str]) -> (String, String, i32) {
    run(vpcflow().args(["lake", command]).arg(lake).args(more))
}

/// An object of a flow log's slot on a day, with a record a minute before.
fn object(source: &Folder, day: u32, slot: &str, flow_log: &str) -> std::path::PathBuf {
    let midnight = 1_773_187_200 + i64::from(day - 11) * 86_400;
    let (hour, minute) = slot.split_at(2);
    let seconds = |text: &str, unit: i64| text.parse::<i64>().expect("a number") * unit;
    let start = midnight + seconds(hour, 3600) + seconds(minute, 60) - 60;
    let line = format!("2 123456789012 eni-1 10.0.0.1 10.0.1.1 40000 80 6 1 40 {start} {} ACCEPT OK\n", start + 1);
    let folder = format!("AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/03/{day:02}");
    let name = format!("123456789012_vpcflowlogs_eu-west-1_{flow_log}_202603{day:02}T{slot}Z_0a0b0c0d.log.gz");
    source.write(&format!("{folder}/{name}"), gzip(format!("{HEADER}\n{line}")))
}

#[test]
fn status_tells_days_and_the_holes_in_flow_logs() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    for slot in ["1000", "1005", "1020", "1025"] {
        object(&source, 11, slot, "fl-1");
    }
    object(&source, 13, "1000", "fl-1");
    object(&source, 13, "1000", "fl-2");
    let (_, stderr, code) = run(&mut ingest(source.path(), &to));
    assert_eq!(code, 0, "{stderr}");
    let (stdout, stderr, code) = lake("status", &to, &["--format", "csv"]);
    assert_eq!(code, 0, "{stderr}");
    let days: Vec<(&str, &str)> = stdout
        .lines()
        .skip(1)
        .map(|line| {
            (line.split_once(",").map_or(line, |(date, _)| date), line.rsplit_once(',').map_or("", |(_, last)| last))
        })
        .collect();
    assert_eq!(days, [("2026-03-11", "true"), ("2026-03-13", "true")]);
    assert!(stdout.lines().nth(1).is_some_and(|line| line.starts_with("2026-03-11,4,4,")), "{stdout}");
    let expected = "\
objects: 6 read
without an object: 572 slots of five minutes, in 2 gaps:
  fl-1 from 2026-03-11T10:10Z to 2026-03-11T10:20Z
  fl-1 from 2026-03-11T10:30Z to 2026-03-13T10:00Z
";
    assert_eq!(stderr, expected);
    let (_, stderr, code) = lake("status", source.path(), &[]);
    assert!(code == 2 && stderr.contains("there is no lake; vpcflow ingest SOURCE --to"), "{stderr}");
}

#[test]
fn verify_sees_what_is_gone_and_what_is_other_than_it_was() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    let first = object(&source, 11, "1000", "fl-1");
    object(&source, 11, "1005", "fl-1");
    run(ingest(source.path(), &to).args(["--threads", "1"]));
    let (stdout, _, code) = run(vpcflow().args(["lake", "verify"]).arg(&to).arg(source.path()));
    assert_eq!(
        (stdout.as_str(), code),
        (
            "nothing is wrong: 6 files, 2 objects; of the source's objects 2 were read again, 0 are replaced, 0 new, and 0 no \
             longer there\n",
            0
        )
    );
    // Somebody writes another byte into an object, and its size and time stay.
    let modified = first.metadata().and_then(|metadata| metadata.modified()).expect("a time");
    let mut content = std::fs::read(&first).expect("an object");
    content[9] ^= 1;
    std::fs::write(&first, content).expect("an object");
    std::fs::File::options().append(true).open(&first).and_then(|file| file.set_modified(modified)).expect("a time");
    let (stdout, stderr, code) = run(vpcflow().args(["lake", "verify"]).arg(&to).arg(source.path()));
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stderr.contains("has other content than when it came in") && stdout.starts_with("1 thing is wrong"),
        "{stderr}"
    );
    let mut files = Vec::new();
    super::find(&to.join("flows/date=2026-03-11"), &mut files);
    std::fs::remove_file(&files[0]).expect("a file");
    let (_, stderr, code) = lake("verify", &to, &[]);
    assert_eq!(code, 1);
    assert!(stderr.contains("wrong: flows/date=2026-03-11/"), "{stderr}");
}

#[test]
fn verify_tells_new_objects_from_replaced_ones_and_from_those_that_are_gone() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    let [touched, replaced, gone] = ["1000", "1005", "1010"].map(|slot| object(&source, 11, slot, "fl-1"));
    let elsewhere = Folder::new();
    object(&elsewhere, 11, "1010", "fl-9");
    let (_, stderr, code) = run(ingest(source.path(), &to).arg(elsewhere.path()));
    assert_eq!(code, 0, "{stderr}");
    // The same again is no other object; what was put in its place is; and the other source is not asked.
    std::fs::File::options()
        .append(true)
        .open(&touched)
        .and_then(|file| file.set_modified(std::time::UNIX_EPOCH))
        .expect("a time");
    std::fs::remove_file(&gone).expect("a file");
    object(&source, 12, "1000", "fl-1");
    let verify = |options: &[&str]| run(vpcflow().args(["lake", "verify"]).arg(&to).arg(source.path()).args(options));
    let (stdout, stderr, code) = verify(&[]);
    let expected = "2 were read again, 0 are replaced, 1 new, and 1 no longer there";
    assert!(code == 0 && stdout.starts_with("nothing is wrong") && stdout.contains(expected), "{stdout}{stderr}");
    assert!(stderr.contains("note: not in the lake yet, and what the next ingest brings: 1 object: /"), "{stderr}");
    let name = gone.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(
        stderr.contains("note: no longer in the source, and kept in the lake as they came in: 1 object: ")
            && stderr.contains(name),
        "{stderr}"
    );
    // Of another day nothing is missing.
    let (stdout, _, code) = verify(&["--date", "2026-03-12"]);
    assert!(
        code == 0 && stdout.contains("0 were read again, 0 are replaced, 1 new, and 0 no longer there"),
        "{stdout}"
    );
    std::fs::write(&replaced, gzip(format!("{HEADER}\n{RECORDS}"))).expect("an object");
    let (stdout, stderr, code) = verify(&[]);
    assert!(code == 1 && stdout.contains("1 are replaced"), "{stdout}{stderr}");
    assert!(stderr.contains("was replaced since it came in; the next ingest takes what is there now"), "{stderr}");
    let (_, stderr, code) = run(&mut ingest(source.path(), &to));
    assert_eq!(code, 0, "{stderr}");
    let (stdout, stderr, code) = verify(&[]);
    assert!(code == 0 && stdout.contains("0 are replaced, 0 new, and 1 no longer there"), "{stdout}{stderr}");
}

#[test]
fn many_small_files_become_one_and_nothing_else_changes() {
    let logs = Logs::generate(&["--records", "2000", "--interfaces", "20"]);
    logs.objects.iter().for_each(|object| logs.deliver(object));
    let (source, to) = (logs.source(), logs.lake());
    run(ingest(&source, &to).args(["--commit-size", "20kB"]));
    let files = |table: &str| {
        let mut files = Vec::new();
        super::find(&to.join(table), &mut files);
        files.retain(|file| file.extension().is_some_and(|ending| ending == "parquet"));
        files
    };
    let conversations = files("conversations");
    assert!(files("flows").len() > 10);
    let (stdout, stderr, code) = lake("compact", &to, &[]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains(" files of 2 days are 2 now; removed 0 files that no table names"), "{stdout}");
    assert_whole(&source, &to);
    let (stdout, _, _) = lake("status", &to, &["--format", "csv"]);
    assert!(stdout.contains(",2000,1,"), "{stdout}");
    // The conversations are still those of the flows: nothing need be made anew.
    run(&mut ingest(&source, &to));
    assert_eq!(files("conversations"), conversations);
    let (stdout, _, _) = lake("compact", &to, &[]);
    assert!(stdout.starts_with("nothing to merge"), "{stdout}");
    let (stdout, stderr, code) = lake("verify", &to, &[]);
    assert!(code == 0, "{stdout}{stderr}");
}

#[test]
fn old_days_go_and_do_not_come_again() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    object(&source, 11, "1000", "fl-1");
    object(&source, 12, "1000", "fl-1");
    run(&mut ingest(source.path(), &to));
    let (_, stderr, code) = lake("expire", &to, &[]);
    assert!(code == 2 && stderr.contains("nothing to drop: give --keep"), "{stderr}");
    for keep in [&["--keep-conversations", "30d"][..], &["--keep", "40years", "--keep-conversations", "30d"]] {
        let (_, stderr, code) = lake("expire", &to, keep);
        assert!(code == 2 && stderr.contains("the records of 2026-03-11 stay"), "{stderr}");
    }
    let (stdout, stderr, code) = lake("expire", &to, &["--keep", "30d", "--keep-conversations", "40years"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with("dropped 2 days of records") && stdout.contains("0 days of conversations"), "{stdout}");
    assert_eq!(rows(&to, "SELECT count(*) FROM flows"), ["0"]);
    assert_eq!(rows(&to, "SELECT sum(flows) FROM conversations"), ["2"]);
    // A late object of a day that was dropped stays out, and the conversations stay those of the whole day.
    object(&source, 12, "1005", "fl-1");
    let (stdout, stderr, code) = run(&mut ingest(source.path(), &to));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout, "nothing new: the lake has 2 of 3 objects; 1 are of days that were dropped, and stay out\n");
    assert_eq!(rows(&to, "SELECT sum(flows) FROM conversations"), ["2"]);
    let (stdout, stderr, code) = lake("verify", &to, &[]);
    assert!(code == 0, "{stdout}{stderr}");
}

#[test]
fn a_log_that_lost_its_end_is_no_empty_lake() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    object(&source, 11, "1000", "fl-1");
    run(&mut ingest(source.path(), &to));
    let log = to.join("flows/_delta_log");
    let entry = log.join("00000000000000000001.json");
    let whole = std::fs::read(&entry).expect("a commit");
    std::fs::remove_file(&entry).expect("a commit");
    let query = || run(vpcflow().arg("query").arg(&to).args(["-c", "SELECT count(*) FROM flows"]));
    for (stdout, stderr, code) in [query(), run(&mut ingest(source.path(), &to))] {
        assert!(code == 2 && stderr.contains("the log of flows ends with version 0"), "{stdout}{stderr}");
    }
    std::fs::write(&entry, &whole[..whole.len() / 2]).expect("half a commit");
    let (_, stderr, code) = query();
    assert!(code == 2 && stderr.contains("its _delta_log can't be read") && stderr.lines().count() == 1, "{stderr}");
    std::fs::write(&entry, whole).expect("the commit");
    assert_eq!(rows(&to, "SELECT count(*) FROM flows"), ["1"]);
}

#[test]
fn a_watching_ingest_brings_what_comes() {
    let (source, place) = (Folder::new(), Folder::new());
    let to = place.path().join("lake");
    object(&source, 11, "1000", "fl-1");
    let mut child = ingest(source.path(), &to)
        .args(["--watch", "--every", "200ms"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let wait_for = |count: &str| loop {
        let (stdout, ..) =
            run(vpcflow().arg("query").arg(&to).args(["--format", "csv", "-c", "SELECT count(*) AS n FROM flows"]));
        if stdout == format!("n\n{count}\n") {
            break;
        }
        assert!(std::time::Instant::now() < patience, "nothing came");
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    wait_for("1");
    object(&source, 11, "1005", "fl-1");
    wait_for("2");
    child.kill().expect("it was running");
    let _ = child.wait();
    assert_eq!(rows(&to, "SELECT count(*) FROM objects"), ["2"]);
}
