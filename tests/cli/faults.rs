//! Ends that nobody planned: a full disk, Ctrl-C, a kill.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{PORTS, flows, run, vpcflow};
use crate::scan::{Folder, HEADER, RECORDS};

/// More rows than a test waits for, when they are sorted or joined with themselves.
fn many_flows() -> Folder {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{}", RECORDS.repeat(40_000)));
    folder
}

/// Every row with every other of its port: billions.
const ENDLESS: &str = "SELECT count(*) FROM flows a JOIN flows b ON a.dstport = b.dstport AND a.bytes <> b.packets";

fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// Waits for the end, within ten seconds; says how it ended and what it wrote to stderr.
fn end(mut child: Child) -> (Option<i32>, String) {
    let patience = Instant::now() + Duration::from_secs(60);
    while child.try_wait().expect("a child").is_none() {
        assert!(Instant::now() < patience, "still running");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
    (child.wait().expect("a child").code(), said)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_result() {
    let folder = flows();
    for format in ["csv", "json", "parquet", "table"] {
        let arguments = ["-c", PORTS, "--format", format, "-o", "/dev/full"];
        let (stdout, stderr, code) = run(vpcflow().arg("query").arg(folder.path()).args(arguments));
        assert_eq!((stdout.as_str(), code), ("", 2), "{format}: {stderr}");
        assert!(stderr.contains("/dev/full") && stderr.contains("No space left on device"), "{format}: {stderr}");
    }
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
    let mut command = vpcflow();
    let output = command.arg("query").arg(folder.path()).args(["-c", PORTS]).stdout(full).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("No space left on device"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_query_at_once_and_leaves_no_file() {
    let folder = many_flows();
    let output = Folder::new();
    let file = output.path().join("result.csv");
    let child = start(vpcflow().arg("query").arg(folder.path()).args(["-c", ENDLESS, "-o"]).arg(&file));
    std::thread::sleep(Duration::from_millis(1500));
    signal(&child, "-INT");
    let (code, stderr) = end(child);
    assert_eq!(code, Some(130), "{stderr}");
    assert_eq!(std::fs::read_dir(output.path()).expect("a folder").count(), 0, "nothing remains");
}

#[cfg(unix)]
#[test]
fn a_killed_query_leaves_the_older_result_as_it_was() {
    let folder = many_flows();
    let output = Folder::new();
    let file = output.write("result.csv", "older\n");
    let child = start(vpcflow().arg("query").arg(folder.path()).args(["-c", ENDLESS, "-o"]).arg(&file));
    std::thread::sleep(Duration::from_millis(1500));
    signal(&child, "-KILL");
    assert_eq!(end(child).0, None);
    assert_eq!(std::fs::read_to_string(&file).expect("the older file"), "older\n");
}

#[cfg(unix)]
#[test]
fn whoever_closes_stderr_gets_the_right_exit_code() {
    let folder = flows();
    folder.write("readme.md", "# Nothing of ours");
    let mut child = start(vpcflow().arg("query").arg(folder.path()).args(["-c", PORTS]));
    drop(child.stderr.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(0));
    assert!(!output.stdout.is_empty());
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_no_temporary_file() {
    let (folder, temporary, results) = (Folder::new(), Folder::new(), Folder::new());
    folder.write("flows.log", format!("{HEADER}\n{}", RECORDS.repeat(150_000)));
    let left = |folder: &Folder| walkdir::WalkDir::new(folder.path()).min_depth(1).into_iter().count();
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        // A sort that spills, with its result in a file.
        let sql = "SELECT * FROM flows ORDER BY srcaddr, random()";
        let mut sort = vpcflow();
        sort.arg("query").arg(folder.path()).args(["-c", sql, "--memory-limit", "150MB", "-o"]);
        let child = start(sort.arg(results.path().join("sorted.csv")).env("TMPDIR", temporary.path()));
        wait_until(|| left(&temporary) > 1 && left(&results) > 0);
        signal(&child, name);
        assert_eq!(end(child), (Some(code), String::new()));
        assert_eq!((left(&temporary), left(&results)), (0, 0), "{name}");
        // Standard input on its way to a file.
        let mut pipe = vpcflow();
        let mut child =
            start(pipe.args(["query", "-", "-c", PORTS]).stdin(Stdio::piped()).env("TMPDIR", temporary.path()));
        let mut stdin = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut stdin, format!("{HEADER}\n{}", RECORDS.repeat(1000)).as_bytes())
            .expect("written");
        wait_until(|| left(&temporary) > 0);
        signal(&child, name);
        assert_eq!(end(child), (Some(code), String::new()));
        assert_eq!(left(&temporary), 0, "{name}");
    }
}

/// Waits until something has happened, within a minute: a busy machine takes its time.
#[cfg(unix)]
fn wait_until(has_happened: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !has_happened() {
        assert!(Instant::now() < patience, "it did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_input_that_is_no_flow_log_is_not_kept() {
    let temporary = Folder::new();
    let zeros = std::fs::File::open("/dev/zero").expect("a device");
    let mut query = vpcflow();
    query.args(["query", "-", "-c", PORTS]).stdin(zeros).env("TMPDIR", temporary.path());
    let (code, said) = end(start(&mut query));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("binary data"), "{said}");
}
