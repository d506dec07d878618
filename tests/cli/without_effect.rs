//! What was given and does nothing is told: the user meant something by it.

use super::{run, vpcflow};
use crate::scan::{Folder, HEADER, RECORDS};

/// What `detect` says on standard error, with its exit code.
fn detect(folder: &Folder, arguments: &[&str]) -> (String, i32) {
    let source = folder.path().join("flows.log");
    let mut detect = vpcflow();
    detect.current_dir(folder.path()).arg("detect").arg(source).args(["--only", "port-scan"]).args(arguments);
    let (_, stderr, code) = run(&mut detect);
    (stderr, code)
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    folder.write("empty.txt", "# nothing\n");
    folder.write("none.json", r#"{"SecurityGroups": [], "NetworkInterfaces": []}"#);
    folder
}

#[test]
fn empty_files_of_context_are_told() {
    let folder = folder();
    for (option, file, warning) in [
        ("--threat-list", "empty.txt", "empty.txt: the list holds no address: nothing is on it"),
        ("--tor-list", "empty.txt", "empty.txt: the list holds no address: no relay is known"),
        ("--trusted", "empty.txt", "empty.txt: the list holds no address: nobody is trusted"),
        ("--security-groups", "none.json", "the files of security groups hold no rule"),
        ("--interfaces", "none.json", "the files of interfaces hold no interface"),
    ] {
        let (stderr, code) = detect(&folder, &[option, file]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stderr.contains(&format!("warning: {warning}\n")), "{option}: {stderr}");
    }
}

#[test]
fn parameters_and_suppressions_that_can_do_nothing_are_told() {
    let folder = folder();
    let (stderr, _) = detect(&folder, &["--param", "port-sweep.targets=3"]);
    let warning = "warning: --param port-sweep.targets=3 has no effect: port-sweep does not run\n";
    assert!(stderr.contains(warning), "{stderr}");
    let entry = |what: &str| format!("[[suppress]]\n{what}\nreason = \"ours\\u001b[31m\"\nexpires = 2099-12-31\n");
    folder.write("typo.toml", entry("detection = \"port-scam\""));
    let (stderr, _) = detect(&folder, &["--suppress", "typo.toml"]);
    let warning = "a suppression names a detection that there is not: typo.toml, entry 1 (ours\u{fffd}[31m)";
    assert!(stderr.contains(warning), "{stderr}");
    folder.write(
        "idle.toml",
        entry("detection = \"port-scan\"") + &entry("port = 22") + &entry("detection = \"beacon\""),
    );
    let (stderr, _) = detect(&folder, &["--suppress", "idle.toml"]);
    let note = "note: a suppression matched no finding: idle.toml, entry 1 (ours\u{fffd}[31m)";
    assert!(stderr.contains(note) && stderr.contains(", and 1 more\n"), "{stderr}");
}

#[test]
fn what_context_leaves_unknown_is_told() {
    let folder = folder();
    let group = |id: &str| format!("{{\"GroupId\": \"{id}\", \"GroupName\": \"{id}\"}}");
    let interface = |id: &str, group: String| {
        format!("{{\"NetworkInterfaceId\": \"{id}\", \"PrivateIpAddress\": \"10.0.0.1\", \"Groups\": [{group}]}}")
    };
    let interfaces = [interface("eni-1", group("sg-1")), interface("eni-2", group("sg-2"))].join(", ");
    folder.write("interfaces.json", format!("{{\"NetworkInterfaces\": [{interfaces}]}}"));
    let rule =
        "{\"IpProtocol\": \"tcp\", \"FromPort\": 22, \"ToPort\": 22, \"IpRanges\": [{\"CidrIp\": \"0.0.0.0/0\"}]}";
    folder.write(
        "groups.json",
        format!(
            "{{\"SecurityGroups\": [{{\"GroupId\": \"sg-1\", \"GroupName\": \"g\", \"OwnerId\": \"1\", \"IpPermissions\": [{rule}]}}]}}"
        ),
    );
    let (stderr, _) = detect(&folder, &["--interfaces", "interfaces.json", "--security-groups", "groups.json"]);
    let warning = "warning: 1 of 2 interfaces have a security group that is in no file of --security-groups";
    assert!(stderr.contains(warning), "{stderr}");
    folder.write("list.txt", "203.0.113.9:443\nevil.example\n");
    let (stderr, _) = detect(&folder, &["--threat-list", "list.txt"]);
    let warning =
        "list.txt: 1 of its lines name domains and no address, which flow logs do not have; the first is line 2";
    assert!(stderr.contains(warning), "{stderr}");
    let (stderr, code) = detect(&folder, &["--aws-ip-ranges", "groups.json"]);
    assert!(code == 2 && stderr.contains("groups.json: JSON of something else: missing field `prefixes`"), "{stderr}");
}

#[test]
fn a_folder_without_detections_and_a_key_that_none_has_are_errors() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    let (stderr, code) = detect(&folder, &["--queries", "empty"]);
    assert!(code == 2 && stderr.contains("empty: no detection in it; detections are files called ID.sql"), "{stderr}");
    std::fs::create_dir(folder.path().join("own")).expect("a folder");
    let front = "-- id: own\n-- title: Own\n-- like: port-scan\n-- scop: interface\n-- why: w\n-- false-positives: f\n";
    folder.write("own/own.sql", front);
    let (stderr, code) = detect(&folder, &["--queries", "own"]);
    let problem = "own.sql, line 4: scop is no key of a front matter (did you mean scope?)";
    assert!(code == 2 && stderr.contains(problem), "{stderr}");
    let (stderr, code) = detect(&folder, &["--only", "port-scan, log-health"]);
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn what_a_front_matter_says_without_effect_is_refused() {
    let folder = folder();
    std::fs::create_dir_all(folder.path().join("own/own.cases")).expect("a folder");
    let front = "-- id: own\n-- title: Own\n-- like: port-scan\n-- why: w\n-- false-positives: f\n-- remediation: r\n";
    for (line, problem) in [
        ("-- param: prots int 20 ports", "own.sql, line 7: the SQL has no $prots (did you mean ports?)"),
        ("-- needs: srcadr", "no detection could run: own: needs srcadr (did you mean srcaddr?)"),
    ] {
        folder.write("own/own.sql", format!("{front}{line}\n"));
        let (_, stderr, code) = run(vpcflow().current_dir(folder.path()).args([
            "detect",
            "flows.log",
            "--queries",
            "own",
            "--only",
            "own",
        ]));
        assert!(code == 2 && stderr.contains(problem), "{stderr}");
    }
    folder.write("own/own.sql", format!("{}\nSELECT * FROM conections\n", front.replace("-- like: port-scan\n", "")));
    let (stderr, code) = detect(&folder, &["--queries", "own", "--only", "own"]);
    let problem = "own.sql, line 7: there is no table conections; detections read conversations, connections, ";
    assert!(code == 2 && stderr.contains(problem), "{stderr}");
    folder.write("own/own.sql", front);
    folder
        .write("own/own.cases/a.sql", "-- id: a\n-- title: A\n-- expect: nothing\n-- say: opened\nSELECT 1 AS start\n");
    let (_, stderr, code) = run(vpcflow().current_dir(folder.path()).args(["detections", "test", "own"]));
    let problem = "a.sql, line 4: say is no key of a front matter (did you mean says?)";
    assert!(code == 2 && stderr.contains(problem), "{stderr}");
}

#[test]
fn a_detection_that_is_like_itself_has_the_sql_of_the_one_it_replaces() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("own")).expect("a folder");
    let front = "-- id: brute-force-ssh\n-- title: Ours\n-- like: brute-force-ssh\n-- param: connections int 12 ours\n\
                 -- why: w\n-- false-positives: f\n-- remediation: r\n";
    folder.write("own/brute-force-ssh.sql", front);
    // One that is like the other, too.
    let (stderr, code) = detect(&folder, &["--queries", "own", "--only", "brute-force-ssh,brute-force-rdp"]);
    assert_eq!(code, 0, "{stderr}");
    folder.write(
        "own/own.sql",
        front.replace("-- id: brute-force-ssh\n", "-- id: own\n").replace("brute-force-ssh", "own"),
    );
    let (stderr, code) = detect(&folder, &["--queries", "own"]);
    assert!(code == 2 && stderr.contains("own.sql, line 3: there is no other detection own to be like"), "{stderr}");
}

#[test]
fn values_that_mean_nothing_are_refused() {
    let folder = folder();
    for (value, problem) in [
        (
            "port-scan.failed_share=80",
            "parameter failed_share: \"80\" is no share; give for example 0.8, from 0 to 1: share of",
        ),
        ("port-scan.ports=-5", "parameter ports: -5 is below zero; give 0 or more: "),
        ("brute-force-ssh.ports=70000", "parameter ports: \"70000\" is no ports; give for example 22: ports that SSH"),
        (
            "long-connection.hours=4h",
            "parameter hours: \"4h\" is no float; give for example 1: hours that a connection",
        ),
    ] {
        let (stderr, code) = detect(&folder, &["--only", "brute-force-ssh,long-connection", "--param", value]);
        assert!(code == 2 && stderr.contains(problem), "{stderr}");
    }
    // As a variable of a shell that holds nothing.
    let (_, stderr, code) = run(vpcflow().args(["detect", ".", "--only", ""]).current_dir(folder.path()));
    assert!(code == 2 && stderr.contains("--only names no detection; leave it out to run all"), "{stderr}");
    folder.write("list.txt", "203.0.113.9\n");
    let (stderr, code) = detect(&folder, &["--threat-list", "list.txt", "--threat-list", "list.txt"]);
    assert!(code == 2 && stderr.contains("two threat lists are called list; give one another"), "{stderr}");
}

#[test]
fn what_was_skipped_is_told_where_the_format_has_no_place_for_it() {
    let folder = folder();
    let needs = "warning: skipped threat-list: needs --threat-list\n";
    for (format, is_told) in [("csv", true), ("ndjson", true), ("ocsf", true), ("asff", true), ("json", false)] {
        let (stderr, _) = detect(&folder, &["--only", "threat-list", "--format", format]);
        assert_eq!(stderr.contains(needs), is_told, "{format}: {stderr}");
    }
}

#[test]
fn a_result_does_not_replace_a_file_of_context() {
    let folder = folder();
    folder.write("list.txt", "203.0.113.9\n");
    let other_name = format!("../{}/list.txt", folder.path().file_name().expect("a name").display());
    for output in ["list.txt", &other_name] {
        let (stderr, code) = detect(&folder, &["--threat-list", "list.txt", "-o", output]);
        assert!(code == 2 && stderr.contains("list.txt: is one of the files that are read"), "{stderr}");
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("list.txt")).expect("a list"), "203.0.113.9\n");
}

#[test]
fn nor_a_detection_of_a_folder_that_is_read() {
    let folder = folder();
    let own = "-- id: own\n-- title: Own\n-- like: port-scan\n-- why: w\n-- false-positives: f\n-- remediation: r\n\
               -- param: ports int 9 p\n-- param: ports_per_hour int 9 p\n-- param: failed_share share 0.5 p\n";
    folder.write("queries/own.sql", own);
    let arguments = ["--queries", "queries", "-o", "queries/own.sql", "--format", "json"];
    let (stderr, code) = detect(&folder, &arguments);
    assert!(code == 2 && stderr.contains("own.sql: is one of the files that are read"), "{stderr}");
    assert_eq!(std::fs::read_to_string(folder.path().join("queries/own.sql")).expect("a file"), own);
}

#[test]
fn records_without_a_time_are_no_quiet_day() {
    let folder = Folder::new();
    // Milliseconds, as some tools write them.
    let late = RECORDS.replace("1418530010", "1418530010000").replace("1418530070", "1418530070000");
    folder.write("flows.log", format!("{HEADER}\n{late}"));
    let (stderr, code) = detect(&folder, &[]);
    assert!(code == 2 && stderr.contains("records says a time that can be true"), "{code}: {stderr}");
    folder.write("flows.log", format!("{HEADER}\n{late}{RECORDS}"));
    let (stderr, code) = detect(&folder, &[]);
    assert!(code == 0 && stderr.contains("have no start that can be true, and are in no finding"), "{code}: {stderr}");
}

#[test]
fn a_fault_of_the_engine_is_told_in_one_line() {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{}", RECORDS.repeat(3_000)));
    let mut query = vpcflow();
    query.env("RUST_BACKTRACE", "0").arg("query").arg(folder.path());
    let (stdout, stderr, code) = run(query.args(["-c", "SELECT repeat('x', 1000000) FROM flows"]));
    assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
    assert!(stderr.starts_with("error: the program is at fault, not the logs: "), "{stderr}");
    assert!(stderr.lines().all(|line| line.starts_with("error: the program")), "{stderr}");
}
