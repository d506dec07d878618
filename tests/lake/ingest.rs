//! Each object once: new ones, late ones, replaced ones, broken ones, and what is none.

use super::{Logs, assert_whole, ingest, rows, run, vpcflow};
use crate::scan::{Folder, HEADER, RECORDS, gzip};

const COUNTS: &str = "SELECT count(*), sum(bytes), count(DISTINCT _object) FROM flows";

#[test]
fn a_day_comes_in_once_and_what_is_late_comes_later() {
    let logs = Logs::generate(&["--records", "3000"]);
    let (early, late) = logs.objects.split_at(logs.objects.len() / 3);
    early.iter().for_each(|object| logs.deliver(object));
    let (source, lake) = (logs.source(), logs.lake());
    let (stdout, stderr, code) = run(&mut ingest(&source, &lake));
    assert_eq!((stderr.as_str(), code), ("", 0));
    assert!(stdout.contains(&format!(" records of {} objects", early.len())), "{stdout}");
    assert_whole(&source, &lake);
    let (stdout, _, code) = run(&mut ingest(&source, &lake));
    assert_eq!(stdout, format!("nothing new: the lake has {0} of {0} objects\n", early.len()));
    assert_eq!(code, 0);
    late.iter().for_each(|object| logs.deliver(object));
    let (stdout, _, _) = run(&mut ingest(&source, &lake));
    assert!(stdout.contains(&format!("of {} objects", late.len())), "{stdout}");
    assert!(stdout.contains(&format!("it had {} others", early.len())), "{stdout}");
    assert_whole(&source, &lake);
    assert_eq!(rows(&lake, "SELECT count(*) FROM flows"), ["3000"]);
}

#[test]
fn an_object_that_was_replaced_replaces_what_it_had() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    let records = |port: u16, count: u32| -> String {
        let line = |n| {
            format!("2 123456789012 eni-1 10.0.0.{n} 10.0.1.1 40000 {port} 6 1 40 1773194400 1773194401 ACCEPT OK\n")
        };
        (1..=count).map(line).collect()
    };
    source.write("a.log.gz", gzip(format!("{HEADER}\n{}", records(80, 3))));
    source.write("b.log.gz", gzip(format!("{HEADER}\n{}", records(443, 2))));
    let ports = "SELECT dstport, count(*) FROM flows GROUP BY dstport";
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, ports), ["443,2", "80,3"]);
    source.write("a.log.gz", gzip(format!("{HEADER}\n{}", records(8080, 5))));
    let (stdout, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("(1 of them in place of what it had under their names)"), "{stdout}");
    assert_eq!(rows(&lake, ports), ["443,2", "8080,5"]);
    assert_eq!(rows(&lake, "SELECT split_part(object, '/', -1), records FROM objects"), ["a.log.gz,5", "b.log.gz,2"]);
}

#[test]
fn what_can_not_be_read_or_is_no_flow_log_is_on_record() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    source.write("good.log.gz", gzip(format!("{HEADER}\n{RECORDS}not a record\n")));
    let mut cut = gzip(format!("{HEADER}\n{}", RECORDS.repeat(100)));
    cut.truncate(cut.len() / 2);
    source.write("cut.log.gz", cut);
    source.write("notes.txt", "see the wiki\n");
    let (stdout, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("cut.log.gz: damaged or truncated gzip") && stderr.contains("notes.txt"), "{stderr}");
    assert!(stdout.starts_with("2 records of 3 objects"), "{stdout}");
    let on_record = "SELECT split_part(object, '/', -1), status, records, malformed, sha256 IS NULL FROM objects";
    assert_eq!(
        rows(&lake, on_record),
        ["cut.log.gz,damaged,0,0,false", "good.log.gz,read,2,1,false", "notes.txt,no flow log,0,0,false"]
    );
    // They are not read again, as long as they stay what they are.
    let (stdout, _, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!((stdout.as_str(), code), ("nothing new: the lake has 3 of 3 objects\n", 0));
    source.write("cut.log.gz", gzip(format!("{HEADER}\n{}", RECORDS.repeat(100))));
    run(&mut ingest(source.path(), &lake));
    assert_eq!(rows(&lake, "SELECT count(*) FROM flows"), ["202"]);
}

#[test]
fn the_digest_is_that_of_the_file() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    let small = source.write("small.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    let large = source.write("large.log", format!("\u{feff}{HEADER}\n{}", RECORDS.repeat(250_000)));
    let table = source.path().join("table.parquet");
    let all = ["-c", "SELECT * FROM flows", "-o"];
    run(vpcflow().arg("query").arg(&small).args(all).arg(&table));
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    let summed = std::process::Command::new("sha256sum").args([&large, &small, &table]).output().expect("sha256sum");
    let expected: Vec<String> = String::from_utf8(summed.stdout)
        .expect("text")
        .lines()
        .map(|line| line.split_whitespace().next().unwrap_or_default().to_owned())
        .collect();
    let mut expected = expected;
    expected.sort();
    assert_eq!(rows(&lake, "SELECT sha256 FROM objects"), expected);
    assert_eq!(rows(&lake, COUNTS), rows(source.path(), COUNTS));
}

#[test]
fn columns_of_later_formats_appear() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    source.write("a.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    run(&mut ingest(source.path(), &lake));
    source.write(
        "b.log",
        "version srcaddr dstaddr start end tcp-flags reject-reason brand-new date\n\
        9 10.0.0.1 10.0.0.2 1773194400 1773194401 2 BPA shiny monday\n",
    );
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    let sql =
        "SELECT version, tcp_flags, reject_reason, brand_new, date_field, action FROM flows ORDER BY version DESC";
    assert_eq!(rows(&lake, sql), ["2,,,,,ACCEPT", "2,,,,,REJECT", "9,2,BPA,shiny,monday,"]);
}

#[test]
fn records_without_a_time_that_can_be_true_are_kept() {
    let (source, place) = (Folder::new(), Folder::new());
    let lake = place.path().join("lake");
    source.write(
        "a.log",
        "version srcaddr dstaddr bytes start end\n\
        2 10.0.0.1 10.0.0.2 1 - -\n\
        2 10.0.0.1 10.0.0.2 2 9223372036854775807 1\n\
        2 10.0.0.1 10.0.0.2 4 -5 1\n\
        2 10.0.0.1 10.0.0.2 8 1773194400 1773194401\n",
    );
    let (_, stderr, code) = run(&mut ingest(source.path(), &lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, "SELECT date, count(*), sum(bytes) FROM flows GROUP BY date"), [",3,7", "2026-03-11,1,8"]);
    assert_eq!(rows(&lake, "SELECT sum(bytes) FROM flows WHERE start > 1773194399"), ["10"]);
    let times = "SELECT bytes, start_time FROM flows ORDER BY bytes";
    assert_eq!(rows(&lake, times), ["1,", "2,", "4,", "8,2026-03-11T02:00:00"]);
}

#[test]
fn a_folder_with_something_else_is_no_place_for_a_lake() {
    let (source, place) = (Folder::new(), Folder::new());
    source.write("a.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    place.write("thesis.txt", "mine");
    let (stdout, stderr, code) = run(&mut ingest(source.path(), place.path()));
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert!(stderr.contains("has thesis.txt, and no lake; name an empty folder"), "{stderr}");
    let (_, stderr, code) = run(vpcflow().args(["ingest", "-", "--to"]).arg(place.path()));
    assert!(code == 2 && stderr.contains("standard input has no name"), "{stderr}");
    let (_, stderr, code) = run(&mut ingest(source.path(), &source.path().join("deep/lake")));
    assert!(code == 2 && stderr.contains("lies under a SOURCE"), "{stderr}");
    let lake = place.path().join("lake");
    run(&mut ingest(source.path(), &lake));
    let (_, stderr, code) = run(&mut ingest(&lake, &place.path().join("other")));
    assert!(code == 2 && stderr.contains("a lake is no SOURCE of another"), "{stderr}");
}
