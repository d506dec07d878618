//! A bucket on a bad day: what can be retried is, what can't is named, and no number is wrong without a word.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use object_store::ObjectStore;
use object_store::path::Path;

use super::server::{ARCHIVED, DENIED, EXPIRED, Fault, GONE, INTERNAL, SLOW_DOWN, Server};
use super::{key, query, run, store, vpcflow};
use crate::scan::{HEADER, RECORDS, gzip};

const SUM: &str = "SELECT count(*) AS n, sum(bytes) AS bytes FROM flows";

/// Objects of 200 records each.
fn server(objects: u32) -> Server {
    let server = Server::start();
    for number in 0..objects {
        let slot = format!("20250311T{:02}{:02}Z", number / 12, number % 12 * 5);
        server.put(&key("111111111111", "eu-west-1", &slot), gzip(format!("{HEADER}\n{}", RECORDS.repeat(100))));
    }
    server
}

fn is_get(asked: &str) -> bool {
    asked.starts_with("GET ")
}

#[test]
fn a_fault_that_passes_leaves_no_trace() {
    let slow = Fault::Slow(Duration::from_millis(50));
    for fault in [SLOW_DOWN, INTERNAL, Fault::Reset, Fault::Short, Fault::LostAnswer, slow] {
        let server = server(8);
        // The first request of every kind for every key fails.
        let seen = std::sync::Mutex::new(std::collections::HashSet::new());
        server.spoil(move |_, asked| seen.lock().expect("no panic").insert(asked.to_owned()).then_some(fault));
        let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
        assert_eq!((stdout.as_str(), code), ("n,bytes\n1600,6798400\n", 0), "{fault:?}: {stderr}");
    }
}

#[test]
fn a_body_that_stands_still_is_asked_for_again() {
    let server = server(3);
    let asked_for = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let is_it = is_get(asked) && asked.contains("T0005Z");
        (is_it && asked_for.fetch_add(1, Ordering::Relaxed) == 0).then_some(Fault::Stall)
    });
    server.take_requests();
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n600,2549400\n", 0), "{stderr}");
    let requests = server.take_requests();
    let asked = requests.iter().filter(|request| is_get(request) && request.contains("T0005Z")).count();
    assert_eq!(asked, 2, "once in vain and once again");
}

#[test]
fn a_body_longer_than_listed_is_not_taken() {
    let server = server(4);
    let once = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let is_it = is_get(asked) && asked.contains("T0005Z");
        (is_it && once.fetch_add(1, Ordering::Relaxed) == 0).then_some(Fault::Long)
    });
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n800,3399200\n", 0), "{stderr}");
}

#[test]
fn a_server_has_no_line_of_its_own() {
    let server = server(1);
    server.spoil(|_, asked| asked.starts_with("LIST").then_some(Fault::Refused(403, "A\nwarning: B")));
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
    assert!(stderr.contains("403 A warning: B: as told"), "{stderr}");
}

#[test]
fn what_stays_broken_is_named_and_the_rest_is_given() {
    for (fault, expected) in [
        (DENIED, "403 AccessDenied: as told (request id TEST"),
        (GONE, "404 NoSuchKey"),
        (Fault::Redirect, "307"),
        (ARCHIVED, "the object is archived; restore it"),
        (EXPIRED, "ExpiredToken"),
    ] {
        let server = server(4);
        server.spoil(move |_, asked| (is_get(asked) && asked.contains("T0010Z")).then_some(fault));
        let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
        assert_eq!((stdout.as_str(), code), ("n,bytes\n600,2549400\n", 3), "{fault:?}: {stderr}");
        assert!(stderr.contains("1 of 4 objects could not be read"), "{fault:?}: {stderr}");
        assert!(stderr.contains("20250311T0010Z") && stderr.contains(expected), "{fault:?}: {stderr}");
    }
}

#[test]
fn a_listing_that_fails_is_no_empty_answer() {
    for (fault, expected) in [(DENIED, "allow s3:ListBucket"), (EXPIRED, "aws sso login")] {
        let server = server(4);
        server.spoil(move |_, asked| asked.starts_with("LIST").then_some(fault));
        let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
        assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
        assert!(stderr.contains("LIST s3://logs/") && stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn a_fifth_of_all_requests_may_fail() {
    let server = server(60);
    let faults = [SLOW_DOWN, INTERNAL, Fault::Reset, Fault::Short, Fault::LostAnswer];
    server.spoil(move |number, _| (number % 5 == 3).then(|| faults[number as usize / 5 % faults.len()]));
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n12000,50988000\n", 0), "{stderr}");
}

#[test]
fn an_object_replaced_after_the_listing_is_read_in_one_version() {
    let server = server(3);
    let replaced = key("111111111111", "eu-west-1", "20250311T0005Z");
    let path = server.bucket().join(&replaced);
    // Between the listing and the read: the object's own first GET finds another.
    let once = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        if is_get(asked) && asked.contains("T0005Z") && once.fetch_add(1, Ordering::Relaxed) == 0 {
            std::fs::write(&path, gzip(format!("{HEADER}\n{RECORDS}"))).expect("an object");
        }
        None
    });
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n402,1708098\n", 0), "{stderr}");
}

#[test]
fn where_all_is_forbidden_not_all_is_asked_for() {
    let server = server(120);
    server.spoil(|_, asked| is_get(asked).then_some(DENIED));
    server.take_requests();
    let mut command = vpcflow(&server, "query", "s3://logs/");
    let (stdout, stderr, code) =
        run(command.args(["--from", "2025-03-11T06:00", "--to", "2025-03-11T06:30", "-c", SUM]));
    assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
    assert!(stderr.contains("AccessDenied") && stderr.contains("allow s3:GetObject"), "{stderr}");
    let asked = server.take_requests();
    let gets: Vec<&String> = asked.iter().filter(|request| is_get(request)).collect();
    assert!(gets.len() <= 19, "the half hour's objects and those of the hour after it: {gets:#?}");
    let (_, stderr, _) = query(&server, "s3://logs/", SUM);
    assert!(stderr.contains("no flow logs among 120 objects, of which"), "{stderr}");
    let gets = server.take_requests().iter().filter(|request| is_get(request)).count();
    assert!(gets <= 24, "{gets} requests");
}

#[test]
fn what_is_not_there_is_said_with_the_options_to_look_at() {
    let server = server(3);
    for option in [["--date", "2025-04-01"], ["--account", "222222222222"], ["--log-region", "eu-wset-1"]] {
        let mut command = vpcflow(&server, "query", "s3://logs/");
        let (stdout, stderr, code) = run(command.args(option).args(["-c", SUM]));
        assert_eq!((stdout.as_str(), code), ("", 2), "{option:?}: {stderr}");
        assert!(stderr.contains("nothing in the SOURCE is of the period, account, region"), "{option:?}: {stderr}");
    }
}

#[test]
fn under_strict_an_object_that_fails_ends_the_query() {
    let server = server(4);
    server.spoil(move |_, asked| (is_get(asked) && asked.contains("T0010Z")).then_some(DENIED));
    let mut strict = vpcflow(&server, "query", "s3://logs/");
    let (stdout, stderr, code) = run(strict.args(["--strict", "-c", SUM, "--format", "csv"]));
    assert_eq!((stdout.as_str(), code), ("n,bytes\n", 2), "a header and no number: {stderr}");
    assert!(stderr.contains("AccessDenied"), "{stderr}");
}

#[tokio::test]
async fn what_never_gets_better_ends_with_its_key_and_request_id() {
    let server = server(1);
    let store = store(&server).await;
    let key = key("111111111111", "eu-west-1", "20250311T0000Z");
    server.spoil(|_, asked| is_get(asked).then_some(SLOW_DOWN));
    server.take_requests();
    let error = store.get_opts(&Path::from(key.as_str()), Default::default()).await.expect_err("always too fast");
    assert_eq!(server.take_requests().len(), 5, "as often as told");
    let told = vpcflow::store::told(&error);
    assert!(told.starts_with("503 SlowDown: as told (request id TEST"), "{told}");
    assert!(told.ends_with("asked 5 times") && error.to_string().contains(&key), "{error}: {told}");
}

#[test]
fn nobody_at_the_address_is_said_soon() {
    // A port that was free a moment ago.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let mut command = super::vpcflow_at(&format!("http://{nobody}"), "query", "s3://logs/");
    command.args(["-c", SUM]);
    let (stdout, stderr, code) = run(&mut command);
    assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
    assert!(stderr.contains("LIST s3://logs/") && stderr.contains("asked 4 times"), "{stderr}");
    assert!(stderr.contains("check --endpoint-url, HTTPS_PROXY and the network"), "{stderr}");
}

#[test]
fn an_object_replaced_while_its_parts_are_read_is_named_and_never_mixed() {
    let server = Server::start();
    // Large enough to be read in pieces, each with its own request.
    let text = |records: &str| format!("{HEADER}\n{}", records.repeat((40 << 20) / records.len()));
    server.put("flows.log", text(RECORDS));
    let path = server.bucket().join("flows.log");
    let other = text(&RECORDS.replace("ACCEPT", "OTHER"));
    let pieces = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        // Its head for the columns, its head for the scan, and then its pieces.
        if is_get(asked) && pieces.fetch_add(1, Ordering::Relaxed) == 3 {
            std::fs::write(&path, &other).expect("an object");
        }
        None
    });
    let (stdout, stderr, code) =
        query(&server, "s3://logs/", "SELECT action, count(*) > 0 AS any FROM flows GROUP BY action");
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("s3://logs/flows.log") && stderr.contains("replaced while it was read"), "{stderr}");
    assert!(!stdout.contains("OTHER") && stdout.contains("ACCEPT"), "nothing of the other version: {stdout}");
}
