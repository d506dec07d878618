//! A bucket on a bad day: what can be retried is, what can't is named, and no number is wrong without a word.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::server::{Fault, Server};
use super::{key, query, run, vpcflow};
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
    for fault in [Fault::SlowDown, Fault::Internal, Fault::Reset, Fault::Short, Fault::LostAnswer, slow] {
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
    let stalls = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let is_second_key = asked.contains("T0005Z");
        (is_get(asked) && is_second_key && stalls.fetch_add(1, Ordering::Relaxed) == 1).then_some(Fault::Stall)
    });
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n600,2549400\n", 0), "{stderr}");
}

#[test]
fn what_stays_broken_is_named_and_the_rest_is_given() {
    for (fault, expected) in [
        (Fault::Denied, "403 AccessDenied: as told (request id TEST"),
        (Fault::Gone, "404 NoSuchKey"),
        (Fault::Redirect, "307"),
        (Fault::Expired, "ExpiredToken"),
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
    for (fault, expected) in [(Fault::Denied, "allow s3:ListBucket"), (Fault::Expired, "aws sso login")] {
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
    let faults = [Fault::SlowDown, Fault::Internal, Fault::Reset, Fault::Short, Fault::LostAnswer];
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
fn under_strict_an_object_that_fails_ends_the_query() {
    let server = server(4);
    server.spoil(move |_, asked| (is_get(asked) && asked.contains("T0010Z")).then_some(Fault::Denied));
    let mut strict = vpcflow(&server, "query", "s3://logs/");
    let (stdout, stderr, code) = run(strict.args(["--strict", "-c", SUM, "--format", "csv"]));
    assert_eq!((stdout.as_str(), code), ("n,bytes\n", 2), "a header and no number: {stderr}");
    assert!(stderr.contains("AccessDenied"), "{stderr}");
}
