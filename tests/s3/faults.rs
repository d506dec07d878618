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
fn a_body_that_comes_a_byte_at_a_time_is_asked_for_again() {
    let server = server(3);
    let once = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let is_it = is_get(asked) && asked.contains("T0005Z");
        (is_it && once.fetch_add(1, Ordering::Relaxed) == 0).then_some(Fault::Trickle)
    });
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n600,2549400\n", 0), "{stderr}");
}

#[test]
fn an_answer_without_an_end_is_not_taken_into_memory() {
    // The process may have 4 GiB of addresses in all: an answer read as long as it comes would end it.
    for (status, verb) in [(200, "LIST"), (403, "LIST"), (403, "GET"), (200, "GET")] {
        let server = server(2);
        // A listing is asked for four times before it is given up, since nothing has been reached yet.
        server.spoil(move |_, asked| {
            (asked.starts_with(verb) && !asked.contains("T0000Z")).then_some(Fault::Endless(status))
        });
        let query = vpcflow(&server, "query", "s3://logs/");
        let mut limited = std::process::Command::new("sh");
        limited.args(["-c", "ulimit -v 4194304; exec \"$@\"", "sh"]).arg(query.get_program()).args(query.get_args());
        limited.args(["--threads", "1", "--memory-limit", "100MB", "--strict", "-c", SUM]);
        limited.envs(query.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let (stdout, stderr, code) = run(&mut limited);
        assert_eq!((stdout.lines().count() < 2, code), (true, 2), "{status} {verb}: {stdout} {stderr}");
        let expected = if verb == "GET" && status == 200 { "more than the" } else { "more bytes than any of its kind" };
        assert!(stderr.contains(expected) && stderr.contains("s3://logs/"), "{status} {verb}: {stderr}");
    }
}

#[test]
fn a_listing_that_can_not_be_true_is_no_answer() {
    const HEAD: &str = "<?xml version=\"1.0\"?><ListBucketResult><KeyCount>1</KeyCount>";
    let page = |rest: &str| -> &'static str { String::leak(format!("{HEAD}{rest}</ListBucketResult>")) };
    let object = |key: &str, size: &str| {
        format!("<Contents><Key>{key}</Key><Size>{size}</Size><ETag>&quot;1&quot;</ETag></Contents>")
    };
    let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken>";
    for (answer, expected) in [
        (page(&(object("a.log", "10") + more)), "the listing does not go on after 1 keys"),
        (
            page(&(object("a.log", "10") + "<IsTruncated>true</IsTruncated>")),
            "more follows after 1 keys, but not where",
        ),
        (page(&object("b.log", "10")), "the listing has \"b.log\", which was not asked for"),
        ("<html><body>Please sign in</body></html>", "check --endpoint-url"),
        ("Welcome", "check --endpoint-url"),
    ] {
        let server = server(1);
        server.spoil(move |_, asked| asked.starts_with("LIST").then_some(Fault::Says(200, answer)));
        let (stdout, stderr, code) = query(&server, "s3://logs/a", SUM);
        assert_eq!((stdout.as_str(), code), ("", 2), "{answer}: {stderr}");
        assert!(stderr.contains(expected) && stderr.contains("s3://logs/a"), "{answer}: {stderr}");
    }
}

#[test]
fn an_endless_listing_is_given_up() {
    let server = server(1);
    // Fresh tokens without a key.
    let pages = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let page = pages.fetch_add(1, Ordering::Relaxed);
        let text = format!(
            "<?xml version=\"1.0\"?><ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated>\
             <NextContinuationToken>{page}</NextContinuationToken></ListBucketResult>"
        );
        asked.starts_with("LIST").then(|| Fault::Says(200, String::leak(text)))
    });
    let (stdout, stderr, code) = query(&server, "s3://logs/a", SUM);
    assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
    assert!(stderr.contains("0 keys and no end; choose a period or a longer prefix"), "{stderr}");
}

#[tokio::test]
async fn an_answer_of_another_version_is_not_taken() {
    let server = server(1);
    let store = store(&server).await;
    // A server that does not look at the condition: the proxy answers with a body of its own.
    let options = object_store::GetOptions::new().with_if_match(Some("\"another\"".to_owned()));
    let key = key("111111111111", "eu-west-1", "20250311T0000Z");
    let error = store.get_opts(&Path::from(key.as_str()), options).await.expect_err("not that version");
    assert!(matches!(error, object_store::Error::Precondition { .. }), "{error:?}");
}

#[test]
fn a_size_that_can_not_be_true_costs_its_object_and_no_memory() {
    const LISTING: &str = "<?xml version=\"1.0\"?><ListBucketResult><KeyCount>1</KeyCount><Contents><Key>a.log</Key>\
                           <Size>9223372036854775807</Size></Contents></ListBucketResult>";
    let server = Server::start();
    server.put("a.log", format!("{HEADER}\n{RECORDS}"));
    server.spoil(|_, asked| asked.starts_with("LIST").then_some(Fault::Says(200, LISTING)));
    let (stdout, stderr, code) = query(&server, "s3://logs/a", SUM);
    assert_eq!(code, 3, "{stdout} {stderr}");
    assert!(stderr.contains("1 of 1 objects could not be read") && stderr.contains("s3://logs/a.log"), "{stderr}");
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
    assert!(stderr.contains("nothing could be read of 120 objects, of which"), "{stderr}");
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
        assert!(stderr.contains("nothing in the SOURCE is of what was asked for: "), "{option:?}: {stderr}");
    }
}

#[test]
fn an_object_that_tells_nothing_counts_until_it_is_known_to_be_no_flow_log() {
    let server = server(3);
    let of_the_account = || {
        let (stdout, stderr, code) = run(vpcflow(&server, "query", "s3://logs/").args([
            "--account",
            "111111111111",
            "--format",
            "csv",
            "-c",
            SUM,
        ]));
        assert_eq!(stdout, "n,bytes\n600,2549400\n", "{stderr}");
        (stderr, code)
    };
    server.put("copied/list.txt", "203.0.113.9\n");
    assert_eq!(of_the_account().1, 0, "a list of addresses");
    server.put("copied/flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    for fault in [None, Some(DENIED)] {
        server.spoil(move |_, asked| fault.filter(|_| is_get(asked) && asked.contains("copied/flows")));
        let (stderr, code) = of_the_account();
        let missing = "missing in the result: what is in 1 object, because names don't say";
        assert!(code == 3 && stderr.contains(missing), "{fault:?}, {code}: {stderr}");
    }
}

#[test]
fn what_no_key_names_is_said_and_never_an_answer_of_nothing() {
    let server = server(3);
    server.put("copied/flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    let folder = crate::scan::Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    let account = key("111111111111", "eu-west-1", "20250311T0000Z");
    folder.write(&account, format!("{HEADER}\n{RECORDS}"));
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let asked = |source: &str, options: &[&str]| {
        run(vpcflow(&server, "query", source).args(options).args([
            "-c",
            "SELECT count(*) AS n FROM flows",
            "--format",
            "csv",
        ]))
    };
    // The same from both sides.
    for (named, unnamed, rows) in [
        ("s3://logs/AWSLogs/".to_owned(), "s3://logs/copied/".to_owned(), "n\n600\n"),
        (path("AWSLogs"), path("flows.log"), "n\n2\n"),
    ] {
        let (stdout, stderr, code) = asked(&named, &["--account", "111111111111,222222222222"]);
        assert_eq!((stdout.as_str(), code), (rows, 3), "{stderr}");
        let expected = "warning: missing in the result: --account 222222222222, of which there is no object";
        assert!(stderr.contains(expected), "{stderr}");
        for option in [["--account", "222222222222"], ["--log-region", "eu-wset-1"], ["--date", "2025-04-01"]] {
            let (stdout, stderr, code) = asked(&named, &option);
            assert_eq!((stdout.as_str(), code), ("", 2), "{option:?}: {stderr}");
            assert!(stderr.contains("nothing in the SOURCE is of what was asked for: "), "{option:?}: {stderr}");
        }
        for option in [["--account", "111111111111"], ["--log-region", "eu-west-1"], ["--flow-log-id", "fl-1"]] {
            let (stdout, stderr, code) = asked(&unnamed, &option);
            assert_eq!((stdout.as_str(), code), ("", 2), "{option:?}: {stderr}");
            assert!(stderr.contains(&format!("don't say what {} asks for", option.join(" "))), "{stderr}");
        }
    }
}

#[test]
fn a_long_wait_is_not_a_silent_one() {
    let server = server(1);
    // Refused for longer than the note waits, whatever the pauses' chance, and then no more.
    let begun = std::time::Instant::now();
    server.spoil(move |_, asked| (is_get(asked) && begun.elapsed().as_secs() < 12).then_some(SLOW_DOWN));
    let (stdout, stderr, code) = query(&server, "s3://logs/", SUM);
    assert_eq!((stdout.as_str(), code), ("n,bytes\n200,849800\n", 0), "{stderr}");
    assert!(stderr.starts_with("note: asking again: GET s3://logs/AWSLogs/"), "{stderr}");
    assert!(stderr.contains("503 SlowDown") && stderr.lines().count() == 1, "once: {stderr}");
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
