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
    let patience = Instant::now() + Duration::from_secs(10);
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
