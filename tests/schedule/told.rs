//! What is found is reported, and told once.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate};
use serde_json::json;

use super::{Place, Sink, at, days_ago, scan_of, today};

/// Writes an object of AWS' layout, of one slot of a day.
fn write_object(place: &Place, day: NaiveDate, text: &str) {
    let of_aws = "123456789012_vpcflowlogs_us-east-1_fl-0123456789abcdef0";
    let folder = format!("logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/{}", day.format("%Y/%m/%d"));
    place.write(&format!("{folder}/{of_aws}_{}T1005Z_{:08x}.log", day.format("%Y%m%d"), text.len()), text);
}

#[test]
fn what_comes_after_its_time_was_judged_is_told() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.set_done(days_ago(2));
    write_object(&place, days_ago(2), &scan_of("198.51.100.7", 2, days_ago(2)));
    write_object(&place, days_ago(1), &scan_of("198.51.100.7", 2, days_ago(1)));
    let (stderr, code) = place.once();
    assert!(code == 0 && !stderr.contains("came after"), "{code}: {stderr}");
    // The last run is to be done again, and in the meantime something came of the day before.
    let mut state = place.state();
    let runs = state["runs"].as_array_mut().expect("runs");
    assert_eq!(runs.len(), 2);
    runs.pop();
    state["done"] = json!(DateTime::from_timestamp(at(days_ago(1), 0), 0).expect("a time").to_rfc3339());
    place.write("lake/schedule/daily.json", &state.to_string());
    write_object(&place, days_ago(2), &scan_of("198.51.100.99", 200, days_ago(2)));
    let (stderr, code) = place.once();
    let told = format!(
        "1 object of {} 10:05 UTC and later came after that time was judged: later days are compared with them, and no \
         report of this schedule has what they tell; vpcflow detect lake --date {} judges the day again",
        days_ago(2),
        days_ago(2)
    );
    assert!(code == 0 && stderr.contains(&told), "{stderr}");
    let page = std::fs::read_to_string(place.path(&format!("reports/daily/{}T0000Z.html", today()))).expect("a page");
    assert!(page.contains(&told), "{page}");
}

#[test]
fn a_run_reports_what_it_found_and_tells_it_once() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let name = format!("{}T0000Z", today());
    assert_eq!(place.reports(), [format!("{name}.html"), format!("{name}.json"), "index.html".to_owned()]);
    let report = std::fs::read_to_string(place.path(&format!("reports/daily/{name}.json"))).expect("the report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["findings"][0]["actor"], "203.0.113.9");
    let got = sink.got();
    assert_eq!(got.len(), 1, "{got:?}");
    let message = got[0].json();
    assert_eq!(message["id"], format!("daily-{}T000000Z-soar", today().format("%Y%m%d")));
    assert_eq!(message["alerts"][0]["detection"], "port-scan");
    assert_eq!(message["alerts"][0]["reason"], "new");
    assert_eq!(message["alerts"][0]["actor"], "203.0.113.9");
    assert_eq!(message["report"], place.path(&format!("reports/daily/{name}.html")).display().to_string());
    // What is signed is what came.
    assert_eq!(got[0].header("X-Vpcflow-Id"), message["id"].as_str().expect("an id"));
    let signed = format!("{}.{}", got[0].header("X-Vpcflow-Timestamp"), got[0].body);
    assert_eq!(got[0].header("X-Vpcflow-Signature"), format!("sha256={}", hmac("of the house", &signed)));
    // Nothing is due, and nothing is told twice.
    let (stderr, code) = place.once();
    assert_eq!((stderr.as_str(), code, sink.got().len()), ("", 0, 1));
    assert!(!std::fs::read_to_string(place.path("lake/schedule/daily.json")).expect("a file").contains("secret-path"));
}

/// As a receiver makes it: by another program.
fn hmac(key: &str, text: &str) -> String {
    let mut child = std::process::Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an end");
    String::from_utf8_lossy(&output.stdout).trim().rsplit(' ').next().expect("a digest").to_owned()
}

#[test]
fn after_days_without_power_the_runs_are_made_up_for_in_order() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    // The same scan on two days, much more of it on the third, and another attacker.
    place.write("logs/3.log", &scan_of("203.0.113.9", 60, days_ago(3)));
    place.write("logs/2.log", &scan_of("203.0.113.9", 60, days_ago(2)));
    place.write("logs/1.log", &(scan_of("203.0.113.9", 700, days_ago(1)) + &scan_of("203.0.113.10", 60, days_ago(1))));
    place.set_done(days_ago(3));
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let fires: Vec<String> = (0..3).rev().map(|days| format!("{}T0000Z.html", days_ago(days))).collect();
    let pages: Vec<String> =
        place.reports().into_iter().filter(|name| name.starts_with("20") && name.ends_with("html")).collect();
    assert_eq!(pages, fires);
    let got = sink.got();
    let mut reasons: Vec<Vec<String>> = got.iter().map(super::Got::reasons).collect();
    reasons.iter_mut().for_each(|reasons| reasons.sort());
    assert_eq!(reasons, [vec!["new".to_owned()], vec!["new".to_owned(), "worse: was low".to_owned()]]);
    let page = std::fs::read_to_string(place.path(&format!("reports/daily/{}", fires[1]))).expect("a page");
    assert!(page.contains("0 findings new or worse, 1 as before, 0 ended"), "{page}");
    let index = std::fs::read_to_string(place.path("reports/daily/index.html")).expect("a page");
    let places: Vec<usize> = fires.iter().map(|name| index.find(name.as_str()).expect("a link")).collect();
    assert!(places[0] > places[1] && places[1] > places[2], "the newest first");
}

#[test]
fn what_is_too_far_back_is_told_and_not_made_up_for() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "catch-up = 1");
    for days in 1..=9 {
        place.write(&format!("logs/{days}.log"), &scan_of("203.0.113.9", 60, days_ago(days)));
    }
    place.set_done(days_ago(9));
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let subjects: Vec<String> =
        sink.got().iter().map(|got| got.json()["subject"].as_str().expect("a subject").to_owned()).collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(
        subjects.iter().any(|subject| subject.starts_with("daily: 7 runs missed and not made up for")),
        "{subjects:?}"
    );
    assert_eq!(place.state()["runs"].as_array().map(Vec::len), Some(2));
}

#[test]
fn that_there_is_nothing_to_look_at_is_told() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    place.write("logs/old.log", &scan_of("203.0.113.9", 60, days_ago(9)));
    let (stderr, code) = place.once();
    assert_eq!(code, 3, "{stderr}");
    let got = sink.got();
    assert_eq!(got.len(), 1, "{got:?}");
    let subject = got[0].json()["subject"].as_str().expect("a subject").to_owned();
    assert!(subject.starts_with("daily: nothing could be said of "), "{subject}");
    assert_eq!(got[0].json()["severity"], "high");
}

#[test]
fn a_service_tells_how_it_is() {
    let (place, sink) = (Place::new(), Sink::start());
    // Nobody has a port that was just given back.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    place.daily(&sink, &format!("[http]\nlisten = \"127.0.0.1:{port}\""), "");
    place.write("logs/yesterday.log", &scan_of("203.0.113.9", 100, days_ago(1)));
    let mut child = place.command().args(["--log", "json"]).stderr(Stdio::piped()).spawn().expect("it runs");
    let asked = |path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let begun = Instant::now();
    let sent = "vpcflow_messages_total{schedule=\"daily\",receiver=\"soar\",outcome=\"sent\"} 1";
    while sink.got().is_empty() || !asked("/metrics").contains(sent) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing was told");
        std::thread::sleep(Duration::from_millis(50));
    }
    let metrics = asked("/metrics");
    for line in [
        "vpcflow_runs_total{schedule=\"daily\",outcome=\"done\"} 1",
        "vpcflow_runs_total{schedule=\"daily\",outcome=\"failed\"} 0",
        "vpcflow_records_total{schedule=\"daily\"} 148",
        "vpcflow_overdue{schedule=\"daily\"} 0",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
    assert!(metrics.starts_with("HTTP/1.1 200 OK"), "{metrics}");
    let health = asked("/healthz");
    assert!(health.starts_with("HTTP/1.1 200 OK") && health.contains("\"status\":\"ok\""), "{health}");
    assert!(asked("/etc/passwd").starts_with("HTTP/1.1 404"));
    child.kill().and_then(|()| child.wait()).expect("an end");
    // The next one has nothing to do, and knows what was found.
    let of_findings = |metrics: &str| -> BTreeSet<String> {
        metrics.lines().filter(|line| line.starts_with("vpcflow_findings{")).map(str::to_owned).collect()
    };
    let found = of_findings(&metrics);
    assert!(found.iter().any(|line| line.ends_with("} 1")), "{found:?}");
    let mut again = place.command().spawn().expect("it runs");
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() || of_findings(&asked("/metrics")) != found {
        assert!(begun.elapsed() < Duration::from_secs(60), "the findings of the last run are not there");
        std::thread::sleep(Duration::from_millis(50));
    }
    again.kill().and_then(|()| again.wait()).expect("an end");
    let mut log = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut log).expect("UTF-8");
    let events: Vec<String> = log
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["event"].as_str().expect("a name").to_owned()
        })
        .collect();
    assert_eq!(events[..2], ["run_begun", "run_done"], "{log}");
    assert!(events.contains(&"message_sent".to_owned()), "{log}");
    assert!(!log.contains("secret-path"), "{log}");
}

#[test]
fn pagerduty_hears_in_its_own_form() {
    let (place, sink) = (Place::new(), Sink::start());
    place.daily(&sink, "", "");
    let config = std::fs::read_to_string(place.path("schedule.toml")).expect("a file of ours");
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/pagerduty.json.j2");
    let config = config.replace("from-severity", &format!("template = \"{template}\"\nfrom-severity"));
    place.write("schedule.toml", &config);
    place.set_done(days_ago(1));
    place.write("logs/day.log", &scan_of("198.51.100.7", 300, days_ago(1)));
    let (stderr, code) = place.once();
    assert_eq!(code, 0, "{stderr}");
    let [event] = sink.got().try_into().expect("one event");
    let event = event.json();
    let payload = &event["payload"];
    assert_eq!((&event["routing_key"], &event["event_action"]), (&json!("of the house"), &json!("trigger")));
    assert!(event["dedup_key"].as_str().is_some_and(|key| !key.is_empty() && key.len() <= 255), "{event}");
    assert!(["error", "warning", "info"].contains(&payload["severity"].as_str().expect("a severity")), "{event}");
    assert_eq!(payload["source"], json!("daily"));
    let finding = &payload["custom_details"]["findings"][0];
    assert_eq!((&finding["detection"], &finding["actor"]), (&json!("port-scan"), &json!("198.51.100.7")));
    // The key is in nothing that is kept.
    assert!(!place.state().to_string().contains("of the house"));
}
