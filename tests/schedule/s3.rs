//! Schedules whose logs, lake and reports lie in S3, and machines that share them.

use std::process::{Command, Output, Stdio};

use super::{Place, Sink, days_ago, scan_of, today};
use crate::s3::server::{Fault, Server};
use crate::s3::with_credentials;

/// A schedule in a bucket; every machine has the same file.
fn config(place: &Place, sink: &Sink, server: &Server) {
    place.write_secret("url", &sink.url());
    place.write(
        "schedule.toml",
        &format!(
            "source = \"s3://logs/flows/\"\nlake = \"s3://logs/lake\"
[aws]
endpoint-url = \"{}\"
[notify.soar]
kind = \"webhook\"
url = {{ file = \"url\" }}
from-severity = \"low\"
[[schedule]]
name = \"daily\"
cron = \"0 0 * * *\"
grace = \"0s\"
only = [\"port-scan\"]
notify = [\"soar\"]
[[schedule.report]]
to = \"s3://logs/reports/\"
",
            server.url()
        ),
    );
}

fn machine(place: &Place) -> Command {
    let mut command = with_credentials(place.command());
    command.arg("--once").stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn ended(output: &Output) -> (String, i32) {
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code().expect("an exit code"))
}

#[test]
fn machines_that_share_a_bucket_do_each_run_once() {
    let (server, sink) = (Server::start(), Sink::start());
    server.put("flows/yesterday.log", scan_of("203.0.113.9", 100, days_ago(1)));
    let machines = [Place::new(), Place::new(), Place::new()];
    let all = machines.each_ref().map(|place| {
        config(place, &sink, &server);
        machine(place).spawn().expect("it runs")
    });
    let logs = all.map(|child| ended(&child.wait_with_output().expect("an end")));
    assert!(logs.iter().all(|(_, code)| *code == 0), "{logs:?}");
    let log = logs.iter().map(|(log, _)| log.as_str()).collect::<String>();
    assert_eq!(log.matches("daily: judges").count(), 1, "{log}");
    assert_eq!(sink.got().len(), 1, "{log}");
    let page = format!("s3://logs/reports/daily/{}T0000Z.html", today());
    assert_eq!(sink.got()[0].json()["report"], page);
    assert!(server.bucket().join("reports/daily/index.html").exists());
    // The next one finds the lease given back, and nothing to do.
    let (log, code) = ended(&machine(&machines[0]).output().expect("the binary runs"));
    assert_eq!((log.as_str(), code), ("", 0));
}

#[test]
fn what_s3_refuses_is_done_when_it_answers_again() {
    let (server, sink) = (Server::start(), Sink::start());
    server.put("flows/yesterday.log", scan_of("203.0.113.9", 100, days_ago(1)));
    let place = Place::new();
    config(&place, &sink, &server);
    // What is remembered can be had, and the logs can't.
    server.spoil(|_, request| request.contains("flows").then_some(Fault::Refused(403, "AccessDenied")));
    let (log, code) = ended(&machine(&place).output().expect("the binary runs"));
    assert!(code == 2 && log.contains("AccessDenied"), "{log}");
    // Neither can be had.
    server.spoil(|_, _| Some(Fault::Refused(403, "AccessDenied")));
    let (log, code) = ended(&machine(&place).output().expect("the binary runs"));
    assert!(code == 2 && log.contains("AccessDenied"), "{log}");
    server.spoil(|_, _| None);
    let (log, code) = ended(&machine(&place).output().expect("the binary runs"));
    assert_eq!(code, 0, "{log}");
    let subjects: Vec<String> = sink.got().iter().map(|got| got.json()["subject"].to_string()).collect();
    assert_eq!(subjects.len(), 3, "{subjects:?}");
    assert!(subjects[0].contains("could not be judged") && subjects[1].contains("runs again"), "{subjects:?}");
}

#[test]
fn answers_that_are_lost_tell_nothing_twice() {
    let (server, sink) = (Server::start(), Sink::start());
    server.put("flows/yesterday.log", scan_of("203.0.113.9", 100, days_ago(1)));
    let place = Place::new();
    config(&place, &sink, &server);
    server.spoil(|number, _| match number {
        number if number % 9 == 4 => Some(Fault::Refused(503, "SlowDown")),
        number if number % 7 == 5 => Some(Fault::LostAnswer),
        _ => None,
    });
    let (log, code) = ended(&machine(&place).output().expect("the binary runs"));
    assert_eq!(code, 0, "{log}");
    assert_eq!(sink.got().len(), 1, "{log}");
}
