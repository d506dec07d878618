//! A lake in S3.

use std::process::Command;

use super::{Logs, rows, run};
use crate::s3::server::{Fault, Server};
use crate::s3::vpcflow;

const COUNTS: &str = "SELECT count(*), sum(bytes), sum(start), count(DISTINCT _object) FROM flows";

fn ingest(server: &Server, source: &str) -> Command {
    let mut command = vpcflow(server, "ingest", source);
    command.args(["--to", "s3://logs/the lake/", "--commit-size", "100kB"]);
    command
}

fn asked(server: &Server, source: &str, sql: &str) -> Vec<String> {
    let (stdout, stderr, code) = run(vpcflow(server, "query", source).args(["--format", "csv", "-c", sql]));
    assert_eq!(code, 0, "{stderr}");
    stdout.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_lake_lies_in_a_bucket_as_well() {
    let server = Server::start();
    let logs = Logs::generate(&["--records", "4000", "--interfaces", "20"]);
    server.put_folder(&logs.folder.path().join("logs"));
    let (_, stderr, code) = run(&mut ingest(&server, "s3://logs/AWSLogs/"));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(asked(&server, "s3://logs/the lake/", COUNTS), asked(&server, "s3://logs/AWSLogs/", COUNTS));
    let conversations = "SELECT count(*), sum(attempts), sum(request_bytes), sum(reply_bytes) FROM conversations";
    assert_eq!(
        asked(&server, "s3://logs/the lake", conversations),
        asked(&server, "s3://logs/AWSLogs/", conversations)
    );
    let (stdout, _, code) = run(&mut ingest(&server, "s3://logs/AWSLogs/"));
    assert!(code == 0 && stdout.starts_with("nothing new"), "{stdout}");
    let (_, stderr, code) = run(&mut ingest(&server, "s3://logs/"));
    assert!(code == 2 && stderr.contains("s3://logs/the lake/: lies under a SOURCE"), "{stderr}");
    let upkeep = |command: &str| run(vpcflow(&server, "lake", command).arg("s3://logs/the lake"));
    for command in ["status", "compact", "verify"] {
        let (stdout, stderr, code) = upkeep(command);
        assert_eq!(code, 0, "{command}: {stdout}{stderr}");
    }
    assert_eq!(asked(&server, "s3://logs/the lake/", COUNTS), asked(&server, "s3://logs/AWSLogs/", COUNTS));
}

#[test]
fn lost_answers_and_refusals_bring_no_record_twice() {
    let server = Server::start();
    let logs = Logs::generate(&["--records", "3000", "--interfaces", "20"]);
    server.put_folder(&logs.folder.path().join("logs"));
    // Every ninth request fails; of every thirteenth the answer is lost though it was carried out.
    server.spoil(|number, _| match number {
        number if number % 9 == 4 => Some(Fault::Refused(503, "SlowDown")),
        number if number % 13 == 6 => Some(Fault::LostAnswer),
        _ => None,
    });
    let (_, stderr, code) = run(&mut ingest(&server, "s3://logs/AWSLogs/"));
    assert_eq!(code, 0, "{stderr}");
    server.spoil(|_, _| None);
    assert_eq!(asked(&server, "s3://logs/the lake/", COUNTS), asked(&server, "s3://logs/AWSLogs/", COUNTS));
    let twice = "SELECT object FROM objects GROUP BY object HAVING count(*) > 1";
    assert!(asked(&server, "s3://logs/the lake/", twice).is_empty());
}

#[test]
fn a_bucket_comes_into_a_folder() {
    let server = Server::start();
    let logs = Logs::generate(&["--records", "1000", "--interfaces", "20"]);
    server.put_folder(&logs.folder.path().join("logs"));
    let lake = logs.lake();
    let (_, stderr, code) = run(vpcflow(&server, "ingest", "s3://logs/AWSLogs/").arg("--to").arg(&lake));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(rows(&lake, "SELECT count(*) FROM flows"), ["1000"]);
}
