//! A lake: what comes into it, once, whatever is killed meanwhile, and what is read of it.

mod copies;
mod faults;
mod findings;
mod history;
mod ingest;
mod pages;
mod reading;
mod s3;
mod upkeep;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::scan::Folder;

/// Generated logs, as objects with AWS' names.
struct Logs {
    folder: Folder,
    objects: Vec<PathBuf>,
}

impl Logs {
    fn generate(options: &[&str]) -> Self {
        let folder = Folder::new();
        let to = folder.path().join("logs");
        let generated = vpcflow().arg("generate").arg("--to").arg(&to).args(options).output().expect("it runs");
        assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
        let mut objects = Vec::new();
        find(&to.join("AWSLogs"), &mut objects);
        objects.sort();
        Logs { folder, objects }
    }

    /// A folder for some of the objects.
    fn source(&self) -> PathBuf {
        let source = self.folder.path().join("source");
        std::fs::create_dir_all(&source).expect("a folder");
        source.canonicalize().expect("a folder")
    }

    /// Delivers an object.
    fn deliver(&self, object: &Path) {
        let key = object.strip_prefix(self.folder.path().join("logs")).expect("an object of these");
        let path = self.source().join(key);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        // Whole or not at all, as S3 does it.
        let incoming = self.folder.path().join("incoming");
        std::fs::copy(object, &incoming).expect("a copy");
        std::fs::rename(incoming, path).expect("a file");
    }

    fn lake(&self) -> PathBuf {
        self.folder.path().join("lake")
    }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => find(&path, files),
            false => files.push(path),
        }
    }
}

fn vpcflow() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    command.stdin(Stdio::null());
    command
}

fn ingest(source: &Path, lake: &Path) -> Command {
    let mut command = vpcflow();
    command.arg("ingest").arg(source).arg("--to").arg(lake);
    command
}

/// Runs a command to its end: what it printed, what it said, and its exit code.
fn run(command: &mut Command) -> (String, String, i32) {
    let output = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("an exit code"))
}

/// The rows of a query, sorted, as CSV without the header.
fn rows(source: &Path, sql: &str) -> Vec<String> {
    let (stdout, stderr, code) = run(vpcflow().arg("query").arg(source).args(["-c", sql, "--format", "csv"]));
    assert!(code == 0 || code == 3, "{stderr}");
    let mut rows: Vec<String> = stdout.lines().skip(1).map(str::to_owned).collect();
    rows.sort();
    rows
}

/// All columns of version 5, and the object.
const RECORDS: &str = "
    SELECT
        version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, \"end\",
        action, log_status, vpc_id, subnet_id, instance_id, tcp_flags, type, pkt_srcaddr, pkt_dstaddr, region, az_id,
        sublocation_type, sublocation_id, pkt_src_aws_service, pkt_dst_aws_service, flow_direction, traffic_path,
        start_time, end_time, _account, _region, _date, _flow_log_id, _object
    FROM flows";

/// What the roll-up tells, whatever order it was made in.
const CONVERSATIONS: &str = "SELECT * FROM conversations";

/// What each day was like.
const HISTORY: [&str; 3] =
    ["SELECT * FROM history_hours", "SELECT * FROM history_edges", "SELECT * FROM history_uploads"];

/// Whether a lake has what its source has: every record, every conversation, every object; and of history what a lake has
/// that was made without disturbance.
fn assert_whole(source: &Path, lake: &Path) {
    assert_eq!(rows(lake, RECORDS), rows(source, RECORDS));
    assert_eq!(rows(lake, CONVERSATIONS), rows(source, CONVERSATIONS));
    let objects = "SELECT _object, count(*) FROM flows GROUP BY _object";
    assert_eq!(rows(lake, "SELECT object, records FROM objects WHERE records > 0"), rows(source, objects));
    let folder = Folder::new();
    let undisturbed = folder.path().join("lake");
    let (_, stderr, code) = run(&mut ingest(source, &undisturbed));
    assert!(code == 0 || code == 3, "{stderr}");
    for table in HISTORY {
        assert_eq!(rows(lake, table), rows(&undisturbed, table), "{table}");
    }
}
