//! Processes that are killed, that run side by side, and receivers and sources that fail.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::DateTime;

use super::{Place, Sink, days_ago, scan_of};

#[test]
fn whenever_it_is_killed_each_run_is_done_and_told() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "catch-up = 30");
    for days in 1..=6 {
        let attacker = format!("203.0.113.{days}");
        place.write(&format!("logs/{days}.log"), &scan_of(&attacker, 60, days_ago(days)));
    }
    place.set_done(days_ago(6));
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..25 {
        let mut child =
            place.command().arg("--once").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        std::thread::sleep(Duration::from_millis(random.u64(20..1500)));
        child.kill().expect("a child of ours");
        child.wait().expect("an end");
    }
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let got = sink.got();
    let ids: BTreeSet<String> = got.iter().map(|got| got.header("X-Vpcflow-Id").to_owned()).collect();
    assert_eq!(ids.len(), 6, "each run tells of its attacker: {ids:?}");
    // What is told twice is the same under the same id.
    let bodies: BTreeSet<&str> = got.iter().map(|got| got.body.as_str()).collect();
    assert_eq!(bodies.len(), 6);
    let fires: Vec<String> = (0..6).rev().map(|days| format!("{}T0000Z.json", days_ago(days))).collect();
    let reports: Vec<String> = place.reports().into_iter().filter(|name| name.ends_with(".json")).collect();
    assert_eq!(reports, fires);
    for name in reports {
        let text = std::fs::read_to_string(place.path("reports/daily").join(&name)).expect("a report");
        let report: serde_json::Value = serde_json::from_str(&text).expect("whole");
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{name}");
    }
    assert_eq!(place.state()["untold"].as_array().map(Vec::len), Some(0));
}

#[test]
fn two_at_once_do_each_run_once() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    let start = || place.command().arg("--once").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    let all = [start(), start(), start()];
    let mut log = String::new();
    for child in all {
        let output = child.wait_with_output().expect("an end");
        log += &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{log}");
    }
    assert_eq!(log.matches("daily: judges").count(), 1, "{log}");
    assert_eq!(sink.got().len(), 1, "{log}");
}

#[test]
fn a_receiver_who_refuses_is_told_later() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/2.log", &scan_of("203.0.113.9", 100, days_ago(2)));
    place.write("logs/1.log", &scan_of("203.0.113.10", 100, days_ago(1)));
    place.set_done(days_ago(2));
    sink.answer(503);
    for _ in 0..2 {
        let (stderr, code) = place.once();
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("soar was not told, and will be") && stderr.contains("503"), "{stderr}");
        assert!(!stderr.contains("secret-path"), "{stderr}");
    }
    assert_eq!(place.state()["untold"].as_array().map(Vec::len), Some(2));
    sink.answer(200);
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let told: Vec<String> = sink.got().iter().map(|got| got.json()["alerts"][0]["actor"].to_string()).collect();
    assert_eq!(told, ["\"203.0.113.9\"", "\"203.0.113.10\""], "in order");
    assert_eq!(place.state()["untold"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_receiver_is_not_asked_before_he_wants_to_be() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    // With Retry-After: 1800; without, the second try is after a minute.
    sink.answer(429);
    assert_eq!(place.once().1, 2);
    let refusal = place.state()["refusals"]["soar"].clone();
    let time = |of: &str| DateTime::parse_from_rfc3339(refusal[of].as_str().expect("a time")).expect("a time");
    assert_eq!((time("until") - time("since")).num_seconds(), 1800, "{refusal}");
    // Nor by who runs it by hand.
    sink.answer(200);
    let (stderr, code) = place.once();
    assert_eq!((code, sink.got().len()), (2, 0), "{stderr}");
    assert_eq!(stderr.matches("soar asked not to be told anything before 20").count(), 1, "{stderr}");
    assert_eq!(place.state()["untold"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_report_that_can_not_be_written_is_told_as_such() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    place.write("reports/daily", "no folder");
    let (stderr, code) = place.once();
    assert_eq!(code, 2, "{stderr}");
    let subject = sink.got()[0].json()["subject"].as_str().expect("a subject").to_owned();
    assert!(subject.contains("could not be reported (what was found is told when it can be)"), "{subject}");
    std::fs::remove_file(place.path("reports/daily")).expect("a file");
    let (stderr, code) = place.once();
    assert_eq!((code, sink.got().last().expect("a message").reasons()), (0, vec!["new".to_owned()]), "{stderr}");
}

#[test]
fn a_source_that_is_gone_is_told_and_read_when_it_is_back() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    std::fs::rename(place.path("logs"), place.path("away")).expect("a folder");
    for _ in 0..2 {
        let (stderr, code) = place.once();
        assert_eq!(code, 2, "{stderr}");
    }
    let subject = |at: usize| sink.got()[at].json()["subject"].as_str().expect("a subject").to_owned();
    assert_eq!(sink.got().len(), 1, "trouble is told once");
    assert!(
        subject(0).contains("could not be judged, and is tried again") && subject(0).contains("logs"),
        "{}",
        subject(0)
    );
    std::fs::rename(place.path("away"), place.path("logs")).expect("a folder");
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(sink.got().len(), 3);
    assert!(subject(1).contains("runs again"), "{}", subject(1));
    assert_eq!(sink.got()[2].reasons(), ["new"]);
}

#[test]
fn a_clock_that_is_set_back_runs_nothing_twice() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    place.set_done(super::today() + chrono::Days::new(2));
    let (stderr, code) = place.once();
    assert_eq!((code, sink.got().len()), (2, 0), "{stderr}");
    assert!(stderr.contains("error: daily: the clock was set back"), "{stderr}");
}

#[test]
fn what_is_remembered_and_damaged_is_named_with_the_remedy() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    place.write("lake/schedule/daily.json", "{\"form\": 1, \"done\"");
    let (stderr, code) = place.once();
    assert!(
        code == 2 && stderr.contains("lake/schedule/daily.json: can't be read") && stderr.contains("remove it"),
        "{stderr}"
    );
    place.write("lake/schedule/daily.json", "{\"form\": 99}");
    let (stderr, code) = place.once();
    assert!(code == 2 && stderr.contains("a newer version of vpcflow (form 99)"), "{stderr}");
}

/// A service whose receiver takes the connection and says nothing, while it waits for that one.
fn waiting_for_a_receiver(place: &Place) -> (Child, TcpListener) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    place.daily(&Sink::start(), "", "");
    let port = silent.local_addr().expect("an address").port();
    place.write_secret("url", &format!("http://127.0.0.1:{port}/\n"));
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    let service = place.command().stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    let (_connected, _) = silent.accept().expect("a message");
    (service, silent)
}

/// The process of a service that looks at its schedules: the one whose parent it is.
fn look_of(service: &Child) -> rustix::process::Pid {
    let parent = format!("PPid:\t{}\n", service.id());
    let ids = std::fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_ours =
        |id: &i32| std::fs::read_to_string(format!("/proc/{id}/status")).is_ok_and(|text| text.contains(&parent));
    let found: Vec<i32> = ids.filter(is_ours).collect();
    assert_eq!(found.len(), 1, "one look at a time");
    rustix::process::Pid::from_raw(found[0]).expect("a process")
}

#[test]
fn a_run_that_is_killed_ends_no_service() {
    let place = Place::new();
    let (mut service, _silent) = waiting_for_a_receiver(&place);
    rustix::process::kill_process(look_of(&service), rustix::process::Signal::KILL).expect("a process of ours");
    let mut log = BufReader::new(service.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    let told = log.find(|line| line.contains("killed")).expect("it is told");
    assert!(told.contains("error: the process of the runs was killed (signal 9), for want of memory mostly"), "{told}");
    assert_eq!(service.try_wait().expect("a child"), None, "it goes on");
    service.kill().expect("a child of ours");
    service.wait().expect("an end");
    // What the run found was remembered before it was told, and is told by the next.
    let sink = Sink::start();
    place.write_secret("url", &sink.url());
    let (stderr, code) = place.once();
    assert_eq!((code, sink.got().len()), (0, 1), "{stderr}");
}

#[test]
fn a_service_that_is_killed_leaves_no_run_behind() {
    let place = Place::new();
    let (mut service, _silent) = waiting_for_a_receiver(&place);
    let look = look_of(&service);
    service.kill().expect("a child of ours");
    service.wait().expect("an end");
    let begun = Instant::now();
    while rustix::process::test_kill_process(look).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A limit on the size of files stands for a disk that is full: a write fails in the middle.
#[cfg(target_os = "linux")]
#[test]
fn what_can_not_be_written_is_an_error_and_done_again() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    for blocks in ["0", "1", "4", "16", "64"] {
        let once = place.command();
        let mut limited = Command::new("sh");
        // Without the signal that the limit sends, the write fails as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        limited.args(["-c", &script, "sh"]).arg(once.get_program()).args(once.get_args()).arg("--once");
        let output = limited.current_dir(place.0.path()).output().expect("sh");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(output.status.code() == Some(2) && stderr.contains("File too large"), "{blocks}: {stderr}");
        for name in place.reports() {
            let text = std::fs::read_to_string(place.path("reports/daily").join(&name)).expect("a report");
            assert!(name.ends_with(".html") == text.ends_with("</html>\n"), "{name} is whole or not there");
        }
    }
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let findings: Vec<String> = sink
        .got()
        .iter()
        .filter(|got| got.json()["alerts"][0]["reason"] == "new")
        .map(|got| got.body.clone())
        .collect();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(place.state()["untold"].as_array().map(Vec::len), Some(0));
}
