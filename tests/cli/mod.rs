//! The binary as a user runs it: arguments, streams, files and exit codes.

mod faults;
mod schedule;
mod without_effect;

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use crate::scan::{Folder, HEADER, RECORDS, gzip};

fn vpcflow() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    command.stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(stdout), text(stderr), status.code().expect("an exit code"))
}

fn flows() -> Folder {
    let folder = Folder::new();
    folder.write("flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    folder
}

const PORTS: &str = "SELECT dstport, action FROM flows ORDER BY dstport";

#[test]
fn a_query_prints_its_rows_and_nothing_else() {
    let folder = flows();
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", PORTS]));
    let table = "\
+---------+--------+
| dstport | action |
+---------+--------+
|      22 | ACCEPT |
|    3389 | REJECT |
+---------+--------+
2 rows
";
    assert_eq!((stdout.as_str(), stderr.as_str(), code), (table, "", 0));
}

#[test]
fn every_format_has_the_rows() {
    let folder = flows();
    for (format, expected) in [
        ("csv", "dstport,action\n22,ACCEPT\n3389,REJECT\n"),
        ("tsv", "dstport\taction\n22\tACCEPT\n3389\tREJECT\n"),
        ("json", "[{\"dstport\":22,\"action\":\"ACCEPT\"},{\"dstport\":3389,\"action\":\"REJECT\"}]\n"),
        ("ndjson", "{\"dstport\":22,\"action\":\"ACCEPT\"}\n{\"dstport\":3389,\"action\":\"REJECT\"}\n"),
        ("markdown", "| dstport | action |\n| --: | --- |\n| 22 | ACCEPT |\n| 3389 | REJECT |\n"),
    ] {
        let (stdout, _, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", PORTS, "--format", format]));
        assert_eq!((stdout.as_str(), code), (expected, 0), "{format}");
    }
}

#[test]
fn no_rows_is_a_result_too() {
    let folder = flows();
    for (format, expected) in
        [("csv", "dstport\n"), ("json", "[]\n"), ("ndjson", ""), ("markdown", "| dstport |\n| --: |\n")]
    {
        let sql = "SELECT dstport FROM flows WHERE dstport = 1";
        let (stdout, _, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", sql, "--format", format]));
        assert_eq!((stdout.as_str(), code), (expected, 0), "{format}");
    }
}

#[test]
fn an_output_file_appears_whole_in_the_format_of_its_name() {
    let folder = flows();
    let output = Folder::new();
    let file = output.path().join("ports.parquet");
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", PORTS, "-o"]).arg(&file));
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("", "", 0));
    let bytes = std::fs::read(&file).expect("the file");
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));

    let failed = output.path().join("failed.csv");
    let sql = "SELECT CAST(action AS INT) FROM flows";
    let (_, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", sql, "-o"]).arg(&failed));
    assert_eq!(code, 2, "{stderr}");
    let names: Vec<_> = std::fs::read_dir(output.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing remains of a failed result");
}

/// The engine would leave out records that can't be the least of the one, which may be the greatest of the other.
#[test]
fn what_is_least_hides_nothing_of_what_is_greatest() {
    let asked = |sql: &str| run(vpcflow().args(["query", "sample-logs", "--format", "csv", "-c", sql])).0;
    let (least, greatest) = (asked("SELECT min(start) FROM flows"), asked("SELECT max(bytes) + 1 FROM flows"));
    let value = |csv: &str| csv.lines().nth(1).expect("a row").to_owned();
    let both = asked("SELECT min(start), max(bytes + 1) FROM flows");
    assert_eq!(value(&both), format!("{},{}", value(&least), value(&greatest)));
}

/// The engine would ask the condition of the column of that name on the other side.
#[test]
fn a_right_join_is_a_left_join_the_other_way_round() {
    let rejected = "(SELECT * FROM flows WHERE action = 'REJECT') AS a";
    let accepted = "(SELECT * FROM flows WHERE action = 'ACCEPT') AS b";
    let asked = |join: &str| {
        let on = "a.srcaddr = b.srcaddr AND a.dstport = b.dstport WHERE a.packets IS NULL";
        let sql = format!("SELECT count(*) AS n, sum(b.packets) AS packets FROM {join} ON {on}");
        run(vpcflow().args(["query", "sample-logs", "--format", "csv", "-c", &sql])).0
    };
    let right = asked(&format!("{rejected} RIGHT JOIN {accepted}"));
    assert_eq!(right, asked(&format!("{accepted} LEFT JOIN {rejected}")));
    assert_eq!(right, "n,packets\n52609,7026203085\n");
}

#[test]
fn what_is_grouped_in_several_ways_is_no_longer_what_it_was() {
    let csv = |sql: &str| run(vpcflow().args(["query", "sample-logs", "--format", "csv", "-c", sql])).0;
    let rollup = "SELECT protocol, count(*) AS n FROM flows WHERE protocol = 17 GROUP BY ROLLUP (protocol)";
    let all = csv("SELECT count(*) AS n FROM flows WHERE protocol = 17").lines().nth(1).expect("a row").to_owned();
    assert_eq!(csv(&format!("{rollup} ORDER BY protocol NULLS FIRST")), format!("protocol,n\n,{all}\n17,{all}\n"));
    // A group is one row: as many as where nothing is known of the column.
    let groups = |condition: &str| {
        let cube = format!(
            "SELECT action, srcport, dstport FROM flows WHERE {condition} GROUP BY CUBE (action, srcport, dstport)"
        );
        csv(&format!("SELECT count(*) AS n FROM ({cube}) AS t"))
    };
    assert_eq!(groups("action = 'ACCEPT'"), groups("action || '' = 'ACCEPT'"));
    // DataFusion is of two minds on whether the first may be NULL.
    let distinct = "SELECT DISTINCT (region ILIKE '') IS NOT TRUE AS c, \
                    sum(tcp_flags) OVER (PARTITION BY log_status ORDER BY type) AS s FROM flows";
    assert!(csv(&format!("SELECT count(*) > 0 AS n FROM ({distinct}) AS t")).contains("true"));
}

#[test]
fn standard_input_and_several_sources_are_one_table() {
    let folder = flows();
    let sql = "SELECT count(*) AS n, count(DISTINCT _object) AS objects FROM flows";
    let mut child = vpcflow()
        .args(["query", "-"])
        .arg(folder.path())
        .args(["-c", sql, "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(&gzip(RECORDS)).expect("written");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "n,objects\n4,2\n");
}

#[test]
fn whoever_closes_the_pipe_has_seen_enough() {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{}", RECORDS.repeat(100_000)));
    let mut child = vpcflow()
        .arg("query")
        .arg(folder.path())
        .args(["-c", "SELECT * FROM flows", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut first = [0; 7];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("the header");
    assert_eq!(&first, b"version");
    let output = child.wait_with_output().expect("an end");
    assert_eq!((String::from_utf8_lossy(&output.stderr).as_ref(), output.status.code()), ("", Some(0)));
}

#[test]
fn a_damaged_object_makes_the_answer_partial() {
    let folder = flows();
    let whole = gzip(format!("{HEADER}\n{}", RECORDS.repeat(100)));
    folder.write("damaged.log.gz", &whole[..whole.len() - 9]);
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args([
        "-c",
        "SELECT count(*) AS n FROM flows",
        "--format",
        "csv",
    ]));
    assert_eq!((stdout.as_str(), code), ("n\n2\n", 3));
    assert!(
        stderr.contains("warning: 1 of 2 objects could not be read") && stderr.contains("damaged.log.gz: "),
        "{stderr}"
    );
    let strict = run(vpcflow().arg("query").arg(folder.path()).args(["--strict", "-c", PORTS]));
    assert_eq!(strict.2, 2, "{}", strict.1);
}

#[test]
fn mistakes_are_told_with_their_remedy() {
    let folder = flows();
    let source = folder.path().to_str().expect("a path");
    for (arguments, expected) in [
        (vec!["query", "nowhere", "-c", "SELECT 1"], "error: nowhere: no such file or folder"),
        (vec!["query", "*.nothing", "-c", "SELECT 1"], "error: *.nothing: the pattern matches no file"),
        (vec!["query", source, "-c", "DROP TABLE flows"], "vpcflow only reads"),
        (
            vec!["query", source, "-c", "SELECT tcp_flags FROM flows"],
            "the objects that were looked at don't have the field tcp_flags (version 3)",
        ),
        (
            vec!["query", source, "-c", "SELECT 1 FROM flows WHERE action = \"REJECT\""],
            "text is written in single quotes",
        ),
        (vec!["query", source, "-c", "SELECT 1", "--threads", "1000"], "1000 is not in 0..=256"),
        (
            vec!["query", source, "-c", "SELECT 1 FROM flows WHERE start_time > '2026-03-11T14'"],
            "a time is written '2026-03-11T14:00:00'",
        ),
        (vec!["query", source, "-c", "SELECT 1", "-o", "no/such/folder.csv"], "the folder no/such does not exist"),
        (
            vec!["detect", source, "--only", "port-scan", "--exclude", "port-scan"],
            "--only and --exclude leave no detection",
        ),
        (
            vec!["backtest", source, "--only", "port-scan", "--exclude", "port-scan"],
            "--only and --exclude leave no detection",
        ),
        (vec!["detect", source, "--own-network", "world"], "a network is written 10.0.0.0/8"),
        (vec!["query", source, "-c", "SELECT 1 FROM flow"], "there is no table flow (did you mean flows?)"),
        (vec!["query", source, "-c", "SELECT cidr_contains('10.0.0.0/33', srcaddr) FROM flows"], "10.0.0.0/33"),
        (vec!["query", "-c", "SELECT * FROM flows"], "no SOURCE was given"),
        (vec!["query", source, "--named", "nope"], "no query is called 'nope'; --named list lists them"),
        (vec!["query", source, "--named", "traffic-to-dstaddr"], "parameter addr has no value; give addr=VALUE"),
        (vec!["query", source, "--from", "2026-01-02", "--to", "2026-01-01", "-c", "SELECT 1"], "is not before"),
        (vec!["query", source, "--log-format", "${nope", "-c", "SELECT 1"], "'${nope' is no field name"),
        (vec!["query", source, "--max-object-size", "3GiB", "-c", "SELECT 1"], "--max-object-size is 1B to 2GiB"),
    ] {
        let (stdout, stderr, code) = run(vpcflow().args(&arguments));
        assert_eq!((stdout.as_str(), code), ("", 2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_named_query_runs_by_name() {
    let folder = flows();
    let arguments = ["--named", "traffic-to-dstaddr", "--param", "addr=172.31.16.0/24", "--format", "csv"];
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(arguments));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.lines().count(), 2, "{stdout}");
    assert!(stdout.contains("172.31.16.139,172.31.16.21"), "{stdout}");
    let (listed, _, _) = run(vpcflow().args(["query", "--named", "list"]));
    assert_eq!(listed.lines().count(), 16);
}

#[test]
fn a_named_query_can_be_taken_over_into_a_file() {
    let folder = flows();
    let (sql, _, code) = run(vpcflow().args(["query", "--named", "traffic-to-dstaddr", "--show"]));
    assert_eq!(code, 0);
    let file = folder.path().join("mine.sql");
    std::fs::write(&file, sql.replace("ORDER BY", "ORDER BY srcaddr,")).expect("a file");
    let query =
        |arguments: &[&str]| run(vpcflow().arg("query").arg(folder.path()).arg("-f").arg(&file).args(arguments));
    let (stdout, stderr, code) = query(&["--param", "addr=172.31.16.0/24", "--format", "csv"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("172.31.16.139,172.31.16.21"), "{stdout}");
    let (_, stderr, code) = query(&[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("parameter addr has no value; give addr=VALUE"), "{stderr}");
    std::fs::write(&file, "SELECT 1").expect("a file");
    let (_, stderr, code) = query(&["--param", "addr=10.0.0.1"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("declares no parameter"), "{stderr}");
}

#[test]
fn an_object_is_read_once_however_it_is_named() {
    let folder = flows();
    folder.write("below/more.log", format!("{HEADER}\n{RECORDS}"));
    let inside = |sources: &[&str]| {
        let mut command = vpcflow();
        command.current_dir(folder.path()).arg("query").args(sources);
        run(command.args(["-c", "SELECT count(*) AS n FROM flows", "--format", "csv"]))
    };
    let absolute = folder.path().display().to_string();
    let up = format!("../{}", folder.path().file_name().expect("a name").to_string_lossy());
    for sources in [vec!["."], vec![&up], vec!["./", ".", "below", &absolute, &up, "below/../below", "./*.gz"]] {
        let (stdout, stderr, code) = inside(&sources);
        assert_eq!((stdout.as_str(), code), ("n\n4\n", 0), "{sources:?}: {stderr}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("flows.log.gz"), folder.path().join("alias.gz")).expect("a link");
        assert_eq!(inside(&["."]).0, "n\n4\n");
    }
}

#[test]
fn a_result_is_not_written_over_what_is_read() {
    let folder = flows();
    let object = folder.path().join("flows.log.gz");
    let before = std::fs::read(&object).expect("an object");
    for command in ["query", "detect"] {
        let mut vpcflow = vpcflow();
        vpcflow.arg(command).arg(folder.path()).arg("-o").arg(&object);
        match command {
            "query" => vpcflow.args(["-c", PORTS, "--format", "csv"]),
            _ => vpcflow.args(["--format", "json"]),
        };
        let (_, stderr, code) = run(&mut vpcflow);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("is one of the objects that are read"), "{stderr}");
    }
    assert_eq!(std::fs::read(&object).expect("an object"), before);
}

#[test]
fn an_empty_period_does_not_look_like_an_empty_network() {
    let folder = Folder::new();
    let key = "AWSLogs/123456789010/vpcflowlogs/us-east-1/2014/12/14/\
               123456789010_vpcflowlogs_us-east-1_fl-1_20141214T0405Z_0.log.gz";
    folder.write(key, gzip(format!("{HEADER}\n{RECORDS}")));
    let query = |arguments: &[&str]| run(vpcflow().arg("query").arg(folder.path()).args(arguments));
    let (_, stderr, code) = query(&["--date", "2026-03-11", "-c", "SELECT count(*) FROM flows"]);
    assert_eq!(code, 2, "{stderr}");
    let asked_for = "is of what was asked for: from 2026-03-11T00:00:00Z to 2026-03-12T00:00:00Z";
    assert!(stderr.contains(&format!("{asked_for}; its objects are of 2014-12-14\n")), "{stderr}");
    let (_, stderr, code) = query(&["-c", "SELECT count(*) FROM flows WHERE _date = 2014-12-14"]);
    let told = "a date is compared with a number; a date is written in quotes: '2026-03-11'";
    assert!(code == 2 && stderr.contains(told), "{stderr}");
    let (_, stderr, _) = query(&["--date", "2014-12-14", "-c", "SELECT count(*) FROM flows"]);
    assert_eq!(stderr, "");
    // Nor is it said that there are no flow logs, where other files lie beside them.
    folder.write("README.md", "# Logs\n");
    let (_, stderr, _) = query(&["--date", "2026-03-11", "-c", "SELECT count(*) FROM flows"]);
    assert!(stderr.contains(asked_for) && stderr.contains("its objects are of 2014-12-14"), "{stderr}");
}

#[test]
fn a_query_without_tables_needs_no_source() {
    let (stdout, _, code) = run(vpcflow().args(["query", "-c", "SELECT protocol_name(6) AS name", "--format", "csv"]));
    assert_eq!((stdout.as_str(), code), ("name\nTCP\n", 0));
}

#[test]
fn a_query_reads_the_tables_of_detections() {
    let flows = Folder::new();
    let line = |src: &str, dst: &str, ports: &str, bytes: u32, flags: u32| {
        format!("{src} {dst} {ports} 6 4 {bytes} 1773187200 1773187210 ACCEPT {flags} OK\n")
    };
    let header = "srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status\n";
    let call = line("192.0.2.9", "198.51.100.1", "40000 443", 300, 3);
    let answer = line("198.51.100.1", "192.0.2.9", "443 40000", 900, 19);
    flows.write("a.txt", [header, &call, &answer].concat());
    let csv = |sql: &str, more: &[&str]| {
        let (stdout, stderr, code) =
            run(vpcflow().arg("query").arg(flows.path()).args(["--format", "csv", "-c", sql]).args(more));
        assert_eq!(code, 0, "{stderr}");
        stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let sql = "SELECT initiator, responder, direction, request_bytes, reply_bytes FROM connections";
    assert_eq!(csv(sql, &[]), ["192.0.2.9,198.51.100.1,transit,300,900"]);
    assert_eq!(csv(sql, &["--own-network", "192.0.2.0/24"]), ["192.0.2.9,198.51.100.1,outbound,300,900"]);
    assert_eq!(csv("SELECT count(*) FROM conversations, interface_spans", &[]), ["1"]);
    // A name of the query's own is no table.
    assert_eq!(csv("WITH connections AS (SELECT 7 AS n) SELECT n FROM connections", &[]), ["7"]);
}

#[test]
fn a_query_asks_files_of_context() {
    let lists = Folder::new();
    lists.write("bad.txt", "203.0.113.7\n");
    lists.write("asn.mmdb.gz", gzip(std::fs::read("tests/geo/asn.mmdb").expect("a database")));
    let asked =
        "SELECT country(a), asn(a), as_name(a), threat_list(a) FROM (VALUES ('203.0.113.7'), ('10.0.0.1')) t(a)";
    let mut query = vpcflow();
    query.args(["query", "--format", "csv", "-c", asked, "--geo", "tests/geo/country.mmdb", "--geo"]);
    let (stdout, stderr, code) =
        run(query.arg(lists.path().join("asn.mmdb.gz")).arg("--threat-list").arg(lists.path().join("bad.txt")));
    let rows: Vec<&str> = stdout.lines().skip(1).collect();
    assert_eq!((rows.as_slice(), code), (["NL,64496,Example Hosting B.V.,bad", ",,,"].as_slice(), 0), "{stderr}");
    let (_, stderr, code) = run(vpcflow().args(["query", "-c", "SELECT 1", "--geo", "README.md"]));
    assert!(code == 2 && stderr.contains("README.md: no MaxMind DB file"), "{stderr}");
}

#[test]
fn no_finding_is_never_said_of_nothing() {
    let folder = flows();
    let source = folder.path().to_str().expect("a path");
    let (_, stderr, code) = run(vpcflow().args(["detect", source, "--date", "2001-01-01"]));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("error: no records were examined"), "{stderr}");
    let (_, stderr, code) = run(vpcflow().args(["detect", source, "--only", "open-port-traffic"]));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("error: no detection could run: open-port-traffic: needs"), "{stderr}");
    let (_, stderr, code) = run(vpcflow().args(["detect", source, "-o", "findings.xlsx"]));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("findings.xlsx: the ending names no format of findings"), "{stderr}");
    let wrong = Folder::new();
    wrong.write("flows.log", RECORDS);
    let wrong = wrong.path().to_str().expect("a path");
    let arguments = ["--log-format", "${srcaddr} ${bytes}", "-c", "SELECT * FROM flows"];
    let (_, stderr, code) = run(vpcflow().args(["query", wrong]).args(arguments));
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("2 of 2 lines are malformed"), "{stderr}");
}

#[test]
fn a_result_can_be_read_back() {
    let folder = flows();
    let output = Folder::new();
    let file = output.path().join("all.parquet");
    let sql = "SELECT * FROM flows";
    assert_eq!(run(vpcflow().arg("query").arg(folder.path()).args(["-c", sql, "-o"]).arg(&file)).2, 0);
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(&file).args(["-c", PORTS, "--format", "csv"]));
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("dstport,action\n22,ACCEPT\n3389,REJECT\n", "", 0));
}

#[test]
fn the_largest_come_first_and_null_last() {
    let folder = Folder::new();
    folder.write("flows.log", "srcaddr bytes\n10.0.0.1 5\n10.0.0.2 -\n10.0.0.3 7\n");
    let sql = "SELECT srcaddr FROM flows ORDER BY bytes DESC";
    let (stdout, _, _) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", sql, "--format", "csv"]));
    assert_eq!(stdout, "srcaddr\n10.0.0.3\n10.0.0.1\n10.0.0.2\n");
}

#[test]
fn end_needs_no_quotes() {
    let folder = flows();
    for sql in [
        "SELECT start, end FROM flows ORDER BY start, end LIMIT 1",
        "SELECT end, start FROM flows WHERE end > 0 GROUP BY end, start ORDER BY end LIMIT 1",
        "SELECT start, type, end - start AS seconds FROM (SELECT start, 4 AS type, end FROM flows) LIMIT 1",
        "SELECT CASE WHEN start > 0 THEN start ELSE 0 END, end FROM flows LIMIT 1",
        "SELECT f.start, f.end FROM flows f LIMIT 1",
    ] {
        let (stdout, stderr, code) =
            run(vpcflow().arg("query").arg(folder.path()).args(["-c", sql, "--format", "csv"]));
        assert_eq!((stdout.lines().count(), code), (2, 0), "{sql}: {stderr}");
    }
}

#[test]
fn an_error_of_a_condition_is_no_damage_of_parquet() {
    let folder = flows();
    let work = Folder::new();
    let file = work.path().join("all.parquet").display().to_string();
    let all = "SELECT version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, \
               \"end\", action, log_status FROM flows";
    let (_, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", all, "-o", &file]));
    assert_eq!(code, 0, "{stderr}");
    let wrong = "SELECT count(*) FROM flows WHERE 10 / (protocol - 6) > 1";
    let (_, stderr, code) = run(vpcflow().args(["query", &file, "-c", wrong]));
    assert_eq!((stderr.as_str(), code), ("error: Divide by zero error\n", 2));
}

#[test]
fn an_error_is_said_once() {
    let folder = flows();
    let (_, stderr, _) = run(vpcflow().arg("query").arg(folder.path()).args(["-c", "SELECT dstprt FROM flows"]));
    assert_eq!(stderr.matches("there is no column dstprt").count(), 1, "{stderr}");
    assert!(!stderr.contains("No field named"), "{stderr}");
}

#[test]
fn the_tables_that_detections_read_are_shown() {
    let folder = flows();
    let query = |sql: &str| run(vpcflow().arg("query").arg(folder.path()).args(["--format", "csv", "-c", sql]));
    let (stdout, stderr, code) = query("SHOW TABLES");
    assert_eq!(code, 0, "{stderr}");
    for table in ["flows", "connections", "every_connection", "conversations", "interface_spans", "world_open_ports"] {
        assert!(stdout.contains(&format!(",{table},")), "{table}: {stdout}");
    }
    let (stdout, stderr, code) = query("SHOW COLUMNS FROM connections");
    assert!(code == 0 && stdout.contains(",connections,attempt_starts,"), "{stdout}{stderr}");
}

#[test]
fn a_table_or_function_that_nothing_was_given_for_says_so() {
    let folder = flows();
    let ask = |sql: &str, more: &[&str]| {
        let (stdout, stderr, _) =
            run(vpcflow().arg("query").arg(folder.path()).args(["--format", "csv", "-c", sql]).args(more));
        (stdout, stderr)
    };
    let open = "SELECT count(*) AS n FROM flows WHERE dstport IN (SELECT from_port FROM world_open_ports)";
    let (stdout, stderr) = ask(open, &[]);
    assert_eq!(stdout, "n\n0\n", "{stderr}");
    let said = "note: world_open_ports has no row without --security-groups FILE and --interfaces FILE\n";
    assert_eq!(stderr.matches(said).count(), 1, "{stderr}");
    let place = "SELECT country(srcaddr), asn(dstaddr) FROM flows LIMIT 0";
    let (_, stderr) = ask(place, &[]);
    for name in ["country", "asn"] {
        assert!(stderr.contains(&format!("note: {name}() knows no address without --geo FILE\n")), "{stderr}");
    }
    let (groups, interfaces) = ("sample-logs/security-groups.json", "sample-logs/interfaces.json");
    let (_, stderr) = ask(open, &["--security-groups", groups, "--interfaces", interfaces]);
    assert!(!stderr.contains("has no row"), "{stderr}");
    let (_, stderr) = ask("SELECT host_name(srcaddr) FROM flows", &["--interfaces", interfaces]);
    assert!(!stderr.contains("knows no address"), "{stderr}");
}

#[test]
fn a_detection_explains_itself_or_why_it_did_not_run() {
    let folder = flows();
    let explain = |id: &str| run(vpcflow().arg("detect").arg(folder.path()).args(["--explain", id]));
    let (stdout, stderr, code) = explain("port-scan");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.starts_with("port-scan: One host tries many ports of another\n"), "{stdout}");
    assert!(stdout.contains("  ports = 15 (the default)\n"), "{stdout}");
    assert!(stdout.contains("No finding: nothing in what was read passed these values.\n"), "{stdout}");
    let (stdout, stderr, code) = explain("tor-client");
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert!(stderr.contains("error: no detection could run: tor-client: needs --tor-list"), "{stderr}");
    let (stdout, stderr, code) = explain("nope");
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert!(stderr.contains("there is no detection nope; vpcflow detections list names them all"), "{stderr}");
}

#[test]
fn findings_become_a_page_by_the_name_of_the_file() {
    let folder = flows();
    let output = Folder::new();
    let file = output.path().join("findings.html");
    let (stdout, stderr, code) = run(vpcflow().arg("detect").arg(folder.path()).arg("-o").arg(&file));
    assert_eq!((stdout.as_str(), code), ("", 0), "{stderr}");
    let page = std::fs::read_to_string(&file).expect("the page");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>\n"), "{page}");
    assert!(page.contains("Nothing was found by "), "{page}");
}

#[test]
fn the_readmes_own_detection_runs() {
    let readme = include_str!("../../README.md");
    let block = |name: &str| {
        let block = readme.split(&format!("<!-- {name} -->\n```sql\n")).nth(1).expect("the example");
        block.split("```").next().expect("its end")
    };
    let folder = Folder::new();
    folder.write("queries/telnet.sql", block("own-detection"));
    let line = RECORDS.lines().next().expect("a record").replace(" 22 6 ", " 23 6 ");
    let reply = line.replace("172.31.16.139 172.31.16.21 20641 23", "172.31.16.21 172.31.16.139 23 20641");
    folder.write("logs/flows.log", format!("{HEADER}\n{line}\n{reply}\n"));
    let (stdout, stderr, code) = run(vpcflow()
        .arg("detect")
        .arg(folder.path().join("logs"))
        .arg("--queries")
        .arg(folder.path().join("queries"))
        .args(["--only", "telnet", "--fail-on", "medium"]));
    assert_eq!(code, 1, "{stderr}");
    assert!(stdout.contains("172.31.16.139 opened 1 telnet connection to 172.31.16.21"), "{stdout}");
    folder.write("queries/telnet.cases/from-outside.sql", block("own-case"));
    let (stdout, stderr, code) = run(vpcflow().args(["detections", "test"]).arg(folder.path().join("queries")));
    assert!(code == 0 && stdout.ends_with("1 of 1 cases as expected\n"), "{stdout}{stderr}");
}
