//! What does not come in: copies of what the lake has, and damaged objects in place of sound ones.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Logs, assert_whole, ingest, rows, run, vpcflow};
use crate::scan::{Folder, HEADER, gzip};

/// Every record, whatever object it is of.
const RECORDS: &str = "SELECT interface_id, srcaddr, dstaddr, srcport, dstport, bytes, start, action FROM flows";

/// Records by their port.
const PORTS: &str = "SELECT dstport, count(*) FROM flows GROUP BY dstport";

/// All objects of generated logs, and the same in a second folder.
fn copied(options: &[&str]) -> (Logs, PathBuf) {
    let logs = Logs::generate(options);
    logs.objects.iter().for_each(|object| logs.deliver(object));
    let copy = logs.folder.path().join("copy");
    let done = Command::new("cp").arg("-r").arg(logs.source()).arg(&copy).status().expect("cp");
    assert!(done.success());
    (logs, copy.canonicalize().expect("a folder"))
}

/// The text of a log with so many records of a port.
fn text(port: u16, records: u32) -> String {
    let line =
        |n| format!("2 123456789012 eni-1 10.0.0.{n} 10.0.1.1 40000 {port} 6 1 40 1773194400 1773194401 ACCEPT OK\n");
    format!("{HEADER}\n{}", (1..=records).map(line).collect::<String>())
}

fn object(port: u16, records: u32) -> Vec<u8> {
    gzip(text(port, records))
}

fn verify(lake: &Path, sources: &[&Path]) -> (String, String, i32) {
    run(vpcflow().args(["lake", "verify"]).arg(lake).args(sources))
}

#[test]
fn a_copy_of_a_folder_brings_nothing_twice_and_is_not_read_again() {
    let (logs, copy) = copied(&["--records", "3000", "--interfaces", "20"]);
    let (source, lake, all) = (logs.source(), logs.lake(), logs.objects.len());
    let (_, stderr, code) = run(&mut ingest(&source, &lake));
    assert_eq!(code, 0, "{stderr}");
    let (stdout, stderr, code) = run(&mut ingest(&copy, &lake));
    assert_eq!(code, 0, "{stderr}");
    let expected =
        format!("nothing new: the lake has 0 of {all} objects; {all} have the content of others, and stay out\n");
    assert_eq!(stdout, expected);
    assert!(stderr.starts_with("note: /") && stderr.contains("/copy/AWSLogs/"), "{stderr}");
    assert!(stderr.contains(&format!("it was left out, and {} others that are copies", all - 1)), "{stderr}");
    assert_whole(&source, &lake);
    let by_status = "SELECT status, count(*), sum(records) FROM objects GROUP BY status";
    assert_eq!(rows(&lake, by_status), [format!("copy,{all},0"), format!("read,{all},3000")]);
    let (stdout, stderr, _) = run(&mut ingest(&copy, &lake));
    assert_eq!((stdout, stderr.as_str()), (format!("nothing new: the lake has {all} of {all} objects\n"), ""));
    for source in [&source, &copy] {
        let (stdout, stderr, code) = verify(&lake, &[source]);
        assert!(code == 0 && stdout.contains(&format!("{all} were read again")), "{stdout}{stderr}");
    }
    // Of both in one look, in many commits, each comes in once as well.
    let other = logs.folder.path().join("other");
    let (stdout, stderr, code) = run(ingest(&copy, &other).arg(&source).args(["--commit-size", "30kB"]));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with(&format!("3000 records of {all} objects")), "{stdout}");
    assert_eq!(rows(&other, RECORDS), rows(&source, RECORDS));
}

#[test]
fn what_two_flow_logs_saw_alike_is_no_copy() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    for (flow_log, slot) in [("fl-1", "0205"), ("fl-2", "0205"), ("fl-1", "0210")] {
        let name = format!("123456789012_vpcflowlogs_eu-west-1_{flow_log}_20260311T{slot}Z_0a0b0c0d.log.gz");
        source.write(&name, object(80, 2));
    }
    // What no key tells of is one.
    source.write("renamed.log.gz", object(80, 2));
    let (stdout, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stdout.starts_with("6 records of 3 objects") && stdout.contains("1 have the content of others"),
        "{stdout}"
    );
    assert_eq!(rows(&lake, "SELECT count(DISTINCT _flow_log_id), count(*) FROM flows"), ["2,6"]);
}

#[test]
fn a_copy_comes_in_when_what_it_is_of_was_replaced() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    let look = || {
        let (stdout, stderr, code) = run(&mut ingest(source.path(), &lake));
        assert_eq!(code, 0, "{stderr}");
        stdout
    };
    source.write("a.log.gz", object(80, 3));
    look();
    source.write("b.log.gz", object(80, 3));
    look();
    assert_eq!(rows(&lake, PORTS), ["80,3"]);
    source.write("a.log.gz", object(443, 2));
    look();
    let (_, stderr, code) = verify(&lake, &[]);
    assert!(code == 1 && stderr.contains("b.log.gz: is a copy of what the lake no longer has"), "{stderr}");
    look();
    assert_eq!(rows(&lake, PORTS), ["443,2", "80,3"]);
    let (stdout, stderr, code) = verify(&lake, &[source.path()]);
    assert!(code == 0, "{stdout}{stderr}");
    // Files that are turned: each content has another name, and one is new.
    source.write("b.log.gz", object(443, 2));
    source.write("c.log.gz", object(80, 3));
    source.write("a.log.gz", object(22, 1));
    look();
    assert_eq!(rows(&lake, PORTS), ["22,1", "443,2", "80,3"]);
    assert_eq!(look(), "nothing new: the lake has 3 of 3 objects\n");
    // One becomes a copy while its content goes to another name.
    source.write("b.log.gz", object(80, 3));
    source.write("d.log.gz", object(443, 2));
    look();
    assert_eq!(rows(&lake, PORTS), ["22,1", "443,2", "80,3"]);
    assert_eq!(look(), "nothing new: the lake has 4 of 4 objects\n");
}

#[test]
fn copies_come_in_once_whatever_is_killed_or_runs_beside() {
    let (logs, copy) = copied(&["--records", "4000", "--interfaces", "20"]);
    let (source, lake) = (logs.source(), logs.lake());
    let start = |first: &Path, second: &Path| {
        let mut command = ingest(first, &lake);
        command.arg(second).args(["--commit-size", "20kB"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("it runs")
    };
    let mut random = fastrand::Rng::with_seed(11);
    for turn in 0..12 {
        let mut child = if turn % 2 == 0 { start(&source, &copy) } else { start(&copy, &source) };
        std::thread::sleep(Duration::from_millis(random.u64(50..900)));
        let _ = child.kill();
        child.wait().expect("a child");
    }
    let both = [start(&source, &copy), start(&copy, &source)];
    for mut child in both {
        assert!(child.wait().expect("a child").success());
    }
    let (_, stderr, code) = run(&mut ingest(&copy, &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, RECORDS), rows(&source, RECORDS));
    let (stdout, stderr, code) = verify(&lake, &[&source, &copy]);
    assert!(code == 0, "{stdout}{stderr}");
}

#[test]
fn a_damaged_object_takes_the_place_of_no_sound_one() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    let table = source.path().join("b.parquet");
    let plain = place.write("b.log", text(22, 1));
    let to_table = ["-c", "SELECT * FROM flows", "-o"];
    let (_, stderr, code) = run(vpcflow().arg("query").arg(&plain).args(to_table).arg(&table));
    assert_eq!(code, 0, "{stderr}");
    source.write("a.log.gz", object(80, 3));
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, PORTS), ["22,1", "80,3"]);
    let mut cut = object(443, 200);
    cut.truncate(cut.len() / 2);
    source.write("a.log.gz", cut);
    let content = std::fs::read(&table).expect("a file");
    std::fs::write(&table, &content[..content.len() - 9]).expect("a file");
    source.write("c.log.gz", object(8080, 1));
    // What is new comes in beside them, and each time they are tried again.
    for expected in ["1 records of 1 objects", "nothing new: the lake has 1 of 3 objects"] {
        let (stdout, stderr, code) = run(&mut ingest(source.path(), &lake));
        assert_eq!(code, 3, "{stderr}");
        assert!(stdout.starts_with(expected), "{stdout}");
        for name in ["a.log.gz", "b.parquet"] {
            assert!(stderr.contains(&format!("{name}: damaged")), "{stderr}");
            assert!(stderr.contains(&format!("{name}: what the lake has of it stays")), "{stderr}");
        }
        assert_eq!(rows(&lake, PORTS), ["22,1", "80,3", "8080,1"]);
    }
    source.write("a.log.gz", object(443, 2));
    std::fs::write(&table, content).expect("a file");
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, PORTS), ["22,1", "443,2", "8080,1"]);
}

#[test]
fn a_day_whose_last_records_were_replaced_is_gone() {
    let folder = Folder::new();
    let (source, lake) = (folder.path().join("logs"), folder.path().join("lake"));
    let of_day = |day: i64| text(22, 3).replace("17731944", &format!("{}", 17_731_944 + 864 * day));
    for (name, day) in [("a.log", 0), ("b.log", 2)] {
        folder.write(&format!("logs/{name}"), of_day(day));
    }
    let look = || {
        let (_, stderr, code) = run(&mut ingest(&source, &lake));
        assert_eq!(code, 0, "{stderr}");
        let of = [("flows", "start"), ("conversations", "bucket"), ("history_hours", "day * 86400")];
        of.map(|(table, time)| {
            let days = format!("SELECT DISTINCT CAST(to_timestamp_seconds({time}) AS DATE) FROM {table} ORDER BY 1");
            rows(&lake, &days).join(" ")
        })
    };
    assert_eq!(look(), ["2026-03-11 2026-03-13"; 3]);
    folder.write("logs/a.log", of_day(1));
    assert_eq!(look(), ["2026-03-12 2026-03-13"; 3]);
    let (stdout, stderr, code) = verify(&lake, &[&source]);
    assert_eq!(code, 0, "{stdout}{stderr}");
}
