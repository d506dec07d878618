//! Finding objects: all that are wanted, without listing the others.

use std::time::Duration;

use super::server::{Fault, Server};
use super::{key, query, run, vpcflow};
use crate::scan::{HEADER, gzip};

const COUNT: &str = "SELECT count(*) AS n FROM flows";

/// An object with one record that starts at `start`.
fn object(account: &str, start: i64) -> Vec<u8> {
    let end = start + 60;
    gzip(format!("{HEADER}\n2 {account} eni-1 10.0.0.1 10.0.0.2 40000 443 6 1 100 {start} {end} ACCEPT OK\n"))
}

fn slot(time: i64) -> String {
    let time = chrono::DateTime::from_timestamp(time, 0).expect("a time");
    time.format("%Y%m%dT%H%MZ").to_string()
}

const NEW_YEAR: i64 = 1_735_689_600; // 2025-01-01
const DAY: i64 = 86_400;
const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

/// A year of one object a day for each account and region, 2025.
fn year() -> Server {
    let server = Server::start();
    for account in ACCOUNTS {
        for region in REGIONS {
            for day in 0..365 {
                let start = NEW_YEAR + day * DAY + 43_200;
                server.put(&key(account, region, &slot(start + 300)), object(account, start));
            }
        }
        server.put(&format!("AWSLogs/{account}/CloudTrail/eu-west-1/2025/03/11/x.json.gz"), gzip("{\"Records\":[]}"));
    }
    server
}

#[test]
fn one_day_of_a_year_is_found_without_the_others() {
    let server = year();
    let other_days = |request: &&String| {
        request.contains("/2025/") && !request.contains("/2025/03/11/") && !request.contains("/2025/03/12/")
    };
    let mut date = vpcflow(&server, "query", "s3://logs/");
    server.take_requests();
    let (stdout, stderr, code) = run(date.args(["--date", "2025-03-11", "-c", COUNT, "--format", "csv"]));
    assert_eq!((stdout.as_str(), code), ("n\n6\n", 0), "{stderr}");
    let requests = server.take_requests();
    let lists = requests.iter().filter(|request| request.starts_with("LIST")).count();
    assert!(lists <= 30, "{lists} lists: {requests:#?}");
    assert_eq!(requests.iter().filter(other_days).count(), 0, "{requests:#?}");
    assert_eq!(requests.iter().filter(|request| request.contains("CloudTrail")).count(), 0, "{requests:#?}");
}

#[test]
fn filters_and_predicates_prune_before_listing() {
    let server = year();
    for (arguments, sql, expected, most) in [
        (vec!["--date", "2025-03-11", "--account", "222222222222"], COUNT, "n\n2\n", 15),
        (vec!["--date", "2025-03-11", "--log-region", "us-east-1"], COUNT, "n\n3\n", 20),
        (
            vec!["--account", "222222222222", "--log-region", "us-east-1", "--since", "1h"],
            "SELECT count(*) AS n FROM flows WHERE _date = '2025-03-11'",
            "n\n0\n",
            10,
        ),
    ] {
        let mut command = vpcflow(&server, "query", "s3://logs/");
        server.take_requests();
        let (stdout, stderr, code) = run(command.args(&arguments).args(["-c", sql, "--format", "csv"]));
        let requests = server.take_requests();
        if arguments.contains(&"--since") {
            assert_eq!(code, 2, "nothing lies in the last hour: {stderr}");
            continue;
        }
        assert_eq!((stdout.as_str(), code), (expected, 0), "{arguments:?}: {stderr}");
        let lists = requests.iter().filter(|request| request.starts_with("LIST")).count();
        assert!(lists <= most, "{arguments:?}: {lists} lists: {requests:#?}");
    }
    let sql = "SELECT count(*) AS n FROM flows
               WHERE _date = DATE '2025-03-11' AND _account = '222222222222' AND _region = 'us-east-1'";
    server.take_requests();
    let (stdout, stderr, code) = query(&server, "s3://logs/", sql);
    assert_eq!((stdout.as_str(), code), ("n\n1\n", 0), "{stderr}");
    let gets: Vec<String> = server.take_requests().into_iter().filter(|request| request.starts_with("GET")).collect();
    // The first and the last day of each flow log tell the columns; of the rest only what is asked for is read.
    assert!(gets.len() <= 2 * 6 + 1, "{gets:#?}");
}

#[test]
fn no_record_near_midnight_is_lost() {
    let server = Server::start();
    let midnight = NEW_YEAR + 70 * DAY; // 2025-03-12
    // Starts before midnight, is delivered under the next day's first slot.
    server.put(&key(ACCOUNTS[0], "eu-west-1", &slot(midnight + 300)), object(ACCOUNTS[0], midnight - 10));
    server.put(&key(ACCOUNTS[0], "eu-west-1", &slot(midnight)), object(ACCOUNTS[0], midnight - 200));
    server.put(&key(ACCOUNTS[0], "eu-west-1", &slot(midnight - DAY)), object(ACCOUNTS[0], midnight - DAY));
    let (all, _, _) = query(&server, "s3://logs/", COUNT);
    assert_eq!(all, "n\n3\n");
    let mut day = vpcflow(&server, "query", "s3://logs/");
    let (stdout, stderr, _) = run(day.args(["--date", "2025-03-11", "-c", COUNT, "--format", "csv"]));
    assert_eq!(stdout, "n\n3\n", "{stderr}");
}

#[test]
fn every_layout_is_found_from_every_depth() {
    let start = NEW_YEAR + 69 * DAY + 43_200;
    let name = "111111111111_vpcflowlogs_eu-west-1_fl-0a1b_20250311T1205Z_0.log.gz";
    for folder in [
        "AWSLogs/111111111111/vpcflowlogs/eu-west-1/2025/03/11/",
        "AWSLogs/111111111111/vpcflowlogs/eu-west-1/2025/03/11/12/",
        "AWSLogs/aws-account-id=111111111111/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2025/month=03/day=11/",
        "AWSLogs/aws-account-id=111111111111/service=vpcflowlogs/aws-region=eu-west-1/year=2025/month=03/day=11/hour=12/",
        "team/net/AWSLogs/111111111111/vpcflowlogs/eu-west-1/2025/03/11/",
        "no/layout/at/all/",
    ] {
        let server = Server::start();
        server.put(&format!("{folder}{name}"), object("111111111111", start));
        let parts: Vec<&str> = folder.trim_end_matches('/').split('/').collect();
        for depth in 0..=parts.len() {
            let prefix: String = parts[..depth].iter().map(|part| format!("{part}/")).collect();
            let mut command = vpcflow(&server, "query", &format!("s3://logs/{prefix}"));
            let (stdout, stderr, code) = run(command.args(["--date", "2025-03-11", "-c", COUNT, "--format", "csv"]));
            assert_eq!((stdout.as_str(), code), ("n\n1\n", 0), "{prefix} of {folder}: {stderr}");
        }
    }
}

#[test]
fn a_source_or_key_that_leaves_something_out_is_named() {
    let server = Server::start();
    let name = key(ACCOUNTS[0], "eu-west-1", &slot(NEW_YEAR + 300));
    server.put(&format!("first/{name}"), object(ACCOUNTS[0], NEW_YEAR));
    server.put(
        &format!("second/{}", key(ACCOUNTS[1], "eu-west-1", &slot(NEW_YEAR + 5 * DAY))),
        object(ACCOUNTS[1], NEW_YEAR),
    );
    server.put("second/AWSLogs/copy.log.gz", object(ACCOUNTS[1], NEW_YEAR));
    let asked = |sources: &[&str], arguments: &[&str]| {
        let mut command = vpcflow(&server, "query", sources[0]);
        run(command.args(&sources[1..]).args(arguments).args(["-c", COUNT, "--format", "csv"]))
    };
    // A SOURCE with nothing in the period.
    let (stdout, stderr, code) =
        asked(&["s3://logs/first/", "s3://logs/second/AWSLogs/222222222222/"], &["--date", "2025-01-01"]);
    assert_eq!((stdout.as_str(), code), ("n\n1\n", 3), "{stderr}");
    assert!(
        stderr.contains("missing in the result: s3://logs/second/AWSLogs/222222222222/, of which nothing"),
        "{stderr}"
    );
    // A key that doesn't say its account.
    let (stdout, stderr, code) = asked(&["s3://logs/second/"], &["--account", "222222222222"]);
    assert_eq!((stdout.as_str(), code), ("n\n1\n", 3), "{stderr}");
    assert!(
        stderr.contains("what is in 1 object, because names don't say what --account 222222222222 asks for"),
        "{stderr}"
    );
    // The same object twice.
    server.put(&format!("copy/{name}"), object(ACCOUNTS[0], NEW_YEAR));
    let (stdout, stderr, code) = asked(&["s3://logs/first/", "s3://logs/copy/"], &[]);
    assert_eq!((stdout.as_str(), code), ("n\n2\n", 0), "{stderr}");
    assert!(stderr.contains("copies count twice"), "{stderr}");
    // Conditions that leave nothing.
    for condition in ["_account = '999999999999'", "_region = 'us-west-9'", "_date = DATE '2024-01-01'"] {
        let sql = format!("SELECT count(*) AS n FROM flows WHERE {condition}");
        let (stdout, stderr, code) = query(&server, "s3://logs/first/", &sql);
        assert_eq!((stdout.as_str(), code), ("n\n0\n", 0), "{stderr}");
        assert!(stderr.contains("note: no object was read: the options and the conditions"), "{condition}: {stderr}");
    }
}

#[test]
fn a_prefix_that_takes_other_folders_with_it_says_so() {
    let server = Server::start();
    server.put("ten/flows.log.gz", object("111111111111", NEW_YEAR));
    server.put("ten2/flows.log.gz", object("222222222222", NEW_YEAR));
    let (stdout, stderr, code) = query(&server, "s3://logs/ten", COUNT);
    assert_eq!((stdout.as_str(), code), ("n\n2\n", 0), "{stderr}");
    assert!(stderr.contains("s3://logs/ten is also what s3://logs/ten2/flows.log.gz begins with"), "{stderr}");
    for (source, expected) in
        [("s3://logs/ten/", "n\n1\n"), ("s3://logs/te", "n\n2\n"), ("arn:aws:s3:::logs/ten2/", "n\n1\n")]
    {
        let (stdout, stderr, code) = query(&server, source, COUNT);
        assert_eq!((stdout.as_str(), stderr.as_str(), code), (expected, "", 0), "{source}");
    }
    let (_, stderr, code) = query(&server, "s3://logs/ten*/", COUNT);
    assert_eq!(code, 2);
    assert!(stderr.contains("S3 knows no patterns"), "{stderr}");
}

#[test]
fn what_lies_beside_the_accounts_is_read_like_from_a_folder() {
    let server = Server::start();
    server.put(&key(ACCOUNTS[0], "eu-west-1", &slot(NEW_YEAR)), object(ACCOUNTS[0], NEW_YEAR));
    server.put("AWSLogs/copied-by-hand/flows.log.gz", object(ACCOUNTS[1], NEW_YEAR));
    server.put("AWSLogs/o-1a2b3c/111111111111/CloudTrail/x.json.gz", gzip("{\"Records\":[]}"));
    for arguments in [vec![], vec!["--date", "2025-01-01"]] {
        let mut command = vpcflow(&server, "query", "s3://logs/");
        server.take_requests();
        let (stdout, stderr, code) = run(command.args(&arguments).args(["-c", COUNT, "--format", "csv"]));
        assert_eq!((stdout.as_str(), stderr.as_str(), code), ("n\n2\n", "", 0), "{arguments:?}");
        assert!(!server.take_requests().iter().any(|request| request.contains("o-1a2b3c")), "{arguments:?}");
    }
}

#[test]
fn a_bucket_of_few_objects_is_listed_at_once() {
    let server = Server::start();
    for account in ACCOUNTS {
        for day in 0..20 {
            let start = NEW_YEAR + day * DAY;
            server.put(&key(account, "eu-west-1", &slot(start + 300)), object(account, start));
        }
        // Other services' logs are passed over on this way, too.
        server.put(&format!("AWSLogs/{account}/CloudTrail/eu-west-1/2025/01/01/x.json.gz"), gzip("{\"Records\":[]}"));
        server.put(&format!("AWSLogs/{account}/beside.log.gz"), object(account, NEW_YEAR));
    }
    // So slow that what is needed after the first answer is not asked for before it.
    server.spoil(|_, asked| asked.starts_with("LIST").then_some(Fault::Slow(Duration::from_millis(200))));
    let (stdout, stderr, code) = query(&server, "s3://logs/", COUNT);
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("n\n63\n", "", 0));
    let requests = server.take_requests();
    let lists: Vec<_> = requests.iter().filter(|request| request.starts_with("LIST")).collect();
    // A folder at a time it would be more than twenty.
    assert!(lists.len() <= 8, "all keys, and the first steps of the walk beside: {lists:?}");
}

#[test]
fn all_pages_of_a_listing_are_read() {
    let server = Server::start();
    for number in 0..1100 {
        server.put(&format!("many/{number:05}.log"), format!("{HEADER}\n{}", crate::scan::RECORDS));
    }
    let (stdout, stderr, code) = query(&server, "s3://logs/many/", COUNT);
    assert_eq!((stdout.as_str(), code), ("n\n2200\n", 0), "{stderr}");
}
