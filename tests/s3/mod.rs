//! Logs in S3: the same answers as from files, no more requests than needed, and the truth about what could not be
//! read. The server is real and runs in this process; every request goes over HTTP and is signed.

mod context;
mod faults;
mod listing;
pub mod server;
mod writing;

use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::config::Credentials;
use vpcflow::store::{Aws, AwsOptions, Retries, S3Address, S3Store};

use crate::scan::{HEADER, RECORDS, gzip};
use server::{ACCESS_KEY, BUCKET, Fault, SECRET_KEY, SLOW_DOWN, Server};

/// The binary, with credentials in its environment as users have them.
pub fn vpcflow(server: &Server, command: &str, source: &str) -> Command {
    vpcflow_at(server.url(), command, source)
}

fn vpcflow_at(url: &str, command: &str, source: &str) -> Command {
    let mut vpcflow = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
    vpcflow.args([command, source, "--endpoint-url", url]).stdin(Stdio::null());
    with_credentials(vpcflow)
}

/// With the server's credentials, and nothing of this machine's own configuration.
pub fn with_credentials(mut vpcflow: Command) -> Command {
    vpcflow.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    vpcflow.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    vpcflow.env("AWS_EC2_METADATA_DISABLED", "true").env_remove("AWS_PROFILE").env("AWS_REGION", "eu-west-1");
    vpcflow.env("NO_PROXY", "127.0.0.1");
    vpcflow
}

fn run(command: &mut Command) -> (String, String, i32) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(stdout), text(stderr), status.code().expect("an exit code"))
}

/// The answer to a query over a source, as CSV.
fn query(server: &Server, source: &str, sql: &str) -> (String, String, i32) {
    run(vpcflow(server, "query", source).args(["-c", sql, "--format", "csv"]))
}

/// The key of an object of AWS' plain layout.
fn key(account: &str, region: &str, slot: &str) -> String {
    let (year, month, day) = (&slot[..4], &slot[4..6], &slot[6..8]);
    format!(
        "AWSLogs/{account}/vpcflowlogs/{region}/{year}/{month}/{day}/{account}_vpcflowlogs_{region}_fl-0a1b_{slot}_0.log.gz"
    )
}

#[test]
fn a_bucket_is_read_like_a_folder() {
    let server = Server::start();
    server.put_folder(std::path::Path::new("sample-logs"));
    let sql = "SELECT _account, _region, _date, count(*) AS records, sum(bytes) AS bytes FROM flows
               GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    let (local, _, code) = query(&server, "sample-logs", sql);
    assert_eq!(code, 3, "one object is damaged on purpose");
    assert!(local.lines().count() > 2, "{local}");
    for source in ["s3://logs", "s3://logs/"] {
        let (remote, stderr, code) = query(&server, source, sql);
        assert_eq!((remote.as_str(), code), (local.as_str(), 3), "{stderr}");
        assert!(stderr.contains("could not be read") && stderr.contains("s3://logs/AWSLogs/"), "{stderr}");
    }
}

#[test]
fn objects_are_fetched_ahead_to_the_end_of_a_scan() {
    let server = Server::start();
    // More than four windows of what is fetched ahead, so that one filled in a wrong order stands still.
    let objects = 4 * vpcflow::limits::LOOKAHEAD_OBJECTS as i64 + 64;
    for number in 0..objects {
        let time = chrono::DateTime::from_timestamp(1_735_689_600 + number * 300, 0).expect("a time");
        let slot = time.format("%Y%m%dT%H%MZ").to_string();
        server.put(&key("111111111111", "eu-west-1", &slot), gzip(format!("{HEADER}\n{RECORDS}")));
    }
    server.spoil(|_, asked| asked.starts_with("GET").then_some(Fault::Slow(Duration::from_millis(20))));
    let mut scan = vpcflow(&server, "query", "s3://logs/");
    scan.args(["--threads", "2", "-c", "SELECT count(*) AS n FROM flows", "--format", "csv"]);
    let (stdout, stderr, code) = run(&mut scan);
    assert_eq!((stdout, code), (format!("n\n{}\n", 2 * objects), 0), "{stderr}");
    let crowds = server.take_crowds();
    // Asked for when they are needed, two are under way: one for each thread.
    let lonely = crowds[1..].iter().filter(|crowd| **crowd < 3).count();
    assert!(lonely * 4 < crowds.len(), "{lonely} of {} were asked for alone", crowds.len());
}

/// Two hours of the sample logs, in a folder and in a bucket.
fn two_hours(server: &Server) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in walkdir::WalkDir::new("sample-logs/AWSLogs") {
        let entry = entry.expect("a readable folder");
        let name = entry.file_name().to_string_lossy();
        if name.contains("T14") || name.contains("T15") {
            let to = folder.path().join(entry.path().strip_prefix("sample-logs").expect("a path within"));
            std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            std::fs::copy(entry.path(), to).expect("a file");
        }
    }
    server.put_folder(folder.path());
    folder
}

#[test]
fn every_query_gives_the_same_from_s3_as_from_files() {
    let server = Server::start();
    let folder = two_hours(&server);
    let local = folder.path().to_str().expect("a path");
    let mut asked = 0;
    for entry in std::fs::read_dir("queries/investigate").expect("a folder") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let takes_address = std::fs::read_to_string(&path).expect("a file").contains("-- param: addr ");
        let answer = |source: &str| {
            let mut query = vpcflow(&server, "query", source);
            query.args(["--named", &name, "--format", "csv"]);
            let (stdout, stderr, code) =
                run(if takes_address { query.args(["--param", "addr=10.0.0.0/8"]) } else { &mut query });
            // Equal rows may change places.
            let mut lines: Vec<String> = stdout.lines().map(str::to_owned).collect();
            lines.sort();
            (lines, stderr, code)
        };
        let expected = answer(local);
        assert_eq!(answer("s3://logs/"), expected, "{name}");
        asked += usize::from(expected.0.len() > 1);
    }
    assert!(asked >= 14, "{asked} queries have rows to compare");
}

#[test]
fn every_detection_finds_the_same_in_s3_as_in_files() {
    let server = Server::start();
    let folder = two_hours(&server);
    let findings = |source: &str| {
        let mut detect = vpcflow(&server, "detect", source);
        detect.args(["--security-groups", "sample-logs/security-groups.json"]);
        let (stdout, stderr, code) =
            run(detect.args(["--interfaces", "sample-logs/interfaces.json", "--format", "json"]));
        let report: serde_json::Value =
            serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        (report["findings"].clone(), report["skipped"].clone(), code)
    };
    let expected = findings(folder.path().to_str().expect("a path"));
    assert!(expected.0.as_array().is_some_and(|findings| !findings.is_empty()), "something is found in two hours");
    assert_eq!(findings("s3://logs/"), expected);
}

#[test]
fn objects_of_any_name_are_read_and_named_as_addresses() {
    let server = Server::start();
    server.put("team a/flows+1.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    server.put("team a/plain.txt", format!("{HEADER}\n{RECORDS}"));
    server.put("team a/readme.md", "# Nothing of ours\n");
    server.put("other/flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    let sql = "SELECT _object, count(*) AS n FROM flows GROUP BY _object ORDER BY _object";
    let (stdout, stderr, code) = query(&server, "s3://logs/team a/", sql);
    assert_eq!(
        (stdout.as_str(), code),
        ("_object,n\ns3://logs/team a/flows+1.log.gz,2\ns3://logs/team a/plain.txt,2\n", 0),
        "{stderr}"
    );
    let (stdout, _, _) = query(&server, "s3://logs/other/flows.log.gz", "SELECT count(*) AS n FROM flows");
    assert_eq!(stdout, "n\n2\n");
    // Two sources, one of them local, are one table.
    let folder = crate::scan::Folder::new();
    folder.write("local.log", format!("{HEADER}\n{RECORDS}"));
    let mut both = vpcflow(&server, "query", "s3://logs/other/");
    let (stdout, stderr, code) =
        run(both.arg(folder.path()).args(["-c", "SELECT count(*) AS n FROM flows", "--format", "csv"]));
    assert_eq!((stdout.as_str(), code), ("n\n4\n", 0), "{stderr}");
}

#[test]
fn parquet_is_read_by_its_columns() {
    let server = Server::start();
    let folder = crate::scan::Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{}", RECORDS.repeat(200_000)));
    let file = folder.path().join("flows.parquet");
    let mut convert = vpcflow(&server, "query", folder.path().join("flows.log").to_str().expect("a path"));
    let (_, stderr, code) = run(convert.args(["-c", "SELECT *, random() AS noise FROM flows", "-o"]).arg(&file));
    assert_eq!(code, 0, "{stderr}");
    let content = std::fs::read(&file).expect("the file");
    assert!(content.len() > 2 << 20, "large enough not to be read as a whole: {}", content.len());
    server.put("flows.parquet", &content);
    server.take_requests();
    let (stdout, stderr, code) = query(&server, "s3://logs/", "SELECT sum(bytes) AS bytes FROM flows");
    assert_eq!((stdout.as_str(), code), ("bytes\n1699600000\n", 0), "{stderr}");
    let gets = server.take_requests().into_iter().filter(|request| request.starts_with("GET")).count();
    // Its head and footer for the table's columns, both again for the scan, and one column.
    assert!(gets <= 5, "{gets} requests for one column");
    // The same when every third request fails: ranges are asked for again like whole objects.
    let faults = [Fault::Reset, Fault::Short, SLOW_DOWN];
    server.spoil(move |number, _| (number % 3 == 1).then(|| faults[number as usize / 3 % faults.len()]));
    let (stdout, stderr, code) = query(&server, "s3://logs/", "SELECT sum(bytes) AS bytes FROM flows");
    assert_eq!((stdout.as_str(), code), ("bytes\n1699600000\n", 0), "{stderr}");
}

#[test]
fn what_is_wrong_is_said_with_a_remedy() {
    let server = Server::start();
    server.put("flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    let sql = "SELECT count(*) FROM flows";
    for (source, expected) in [
        ("s3://logs/nothing/", "s3://logs/nothing/: no object in the bucket begins with this prefix"),
        ("s3://nowhere/", "LIST s3://nowhere/: 404 NoSuchBucket"),
        ("s3:///x", "no bucket has that name"),
        ("gs://logs/", "a SOURCE is a file, a folder, a quoted glob, s3://bucket/prefix"),
    ] {
        let (stdout, stderr, code) = query(&server, source, sql);
        assert_eq!((stdout.as_str(), code), ("", 2), "{source}: {stderr}");
        assert!(stderr.contains(expected), "{source}: {stderr}");
    }
    // Other services' logs are not what a wrong prefix is.
    server.put("AWSLogs/111111111111/CloudTrail/eu-west-1/2025/03/11/x.json.gz", gzip("{\"Records\":[]}"));
    let (_, stderr, code) = query(&server, "s3://logs/AWSLogs/", sql);
    assert_eq!(code, 2);
    assert!(stderr.contains("s3://logs/AWSLogs/: holds no flow logs"), "{stderr}");
    let mut stranger = vpcflow(&server, "query", "s3://logs/");
    let (_, stderr, code) = run(stranger.env("AWS_SECRET_ACCESS_KEY", "wrong").args(["-c", sql]));
    assert_eq!(code, 2);
    assert!(stderr.contains("SignatureDoesNotMatch") && stderr.contains("check the credentials"), "{stderr}");
    assert!(!stderr.contains("wrong"), "no secret in an error: {stderr}");
    let mut nobody = vpcflow(&server, "query", "s3://logs/");
    nobody.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let (_, stderr, code) = run(nobody.args(["-c", sql]));
    assert_eq!(code, 2);
    assert!(stderr.contains("credentials") && stderr.contains("aws sso login"), "{stderr}");
}

#[test]
fn what_is_wrong_with_credentials_is_not_blamed_on_the_bucket() {
    const REFUSAL: &str = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: \
                           sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>";
    let server = Server::start();
    server.put("flows.log.gz", gzip(format!("{HEADER}\n{RECORDS}")));
    server.spoil(|_, asked| asked.starts_with("POST").then_some(Fault::Says(403, REFUSAL)));
    let role = "arn:aws:iam::123456789012:role/reader";
    let asked = |change: &dyn Fn(&mut Command)| {
        let mut query = vpcflow(&server, "query", "s3://logs/");
        query.env("AWS_ENDPOINT_URL_STS", server.url()).args(["-c", "SELECT count(*) FROM flows"]);
        change(&mut query);
        let (stdout, stderr, code) = run(&mut query);
        assert_eq!((stdout.as_str(), code), ("", 2), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        stderr
    };
    let stderr = asked(&|query| _ = query.args(["--role-arn", role]));
    assert!(stderr.contains("no credentials: AccessDenied: not authorized to perform: sts:AssumeRole"), "{stderr}");
    assert!(stderr.contains("; check the role, --external-id and the role's trust policy"), "{stderr}");
    let keyless = |query: &mut Command| {
        query.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    };
    let stderr = asked(&|query| {
        keyless(query);
        query.env("AWS_ROLE_ARN", role).env("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere");
    });
    assert!(
        stderr.contains("no credentials: No such file") && stderr.contains("AWS_WEB_IDENTITY_TOKEN_FILE"),
        "{stderr}"
    );
    let config = tempfile::NamedTempFile::new().expect("a file");
    let sso = "[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
               [sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.com/start\n";
    std::fs::write(config.path(), sso).expect("a file");
    let stderr = asked(&|query| _ = query.env("AWS_CONFIG_FILE", config.path()).args(["--profile", "sso"]));
    assert!(stderr.contains("no credentials: ") && stderr.contains("; sign in with aws sso login"), "{stderr}");
}

#[test]
fn options_that_can_not_be_meant_are_refused_before_anything_is_sent() {
    let server = Server::start();
    for (options, expected) in [
        (["--endpoint-url", "127.0.0.1:9000"], "write http://HOST:PORT"),
        (["--endpoint-url", "http://"], "write http://HOST:PORT"),
        (["--endpoint-url", "http://127.0.0.1:1/?key=hush"], "only scheme, host, port and path"),
        (["--endpoint-url", "http://user:hush@127.0.0.1:1/"], "only scheme, host, port and path"),
        (["--role-arn", "reader"], "arn:aws:iam::ACCOUNT:role/NAME"),
        (["--external-id", "x"], "--role-arn"),
    ] {
        let mut query = Command::new(env!("CARGO_BIN_EXE_vpcflow"));
        let (stdout, stderr, code) = run(query.args(["query", "s3://logs/", "-c", "SELECT 1"]).args(options));
        assert_eq!((stdout.as_str(), code), ("", 2), "{options:?}: {stderr}");
        assert!(stderr.contains(expected) && !stderr.contains("hush"), "{options:?}: {stderr}");
    }
    let mut both = vpcflow(&server, "query", "s3://logs/");
    both.args(["--no-sign-request", "--role-arn", "arn:aws:iam::123456789012:role/reader", "-c", "SELECT 1"]);
    let (_, stderr, code) = run(&mut both);
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot be used with"), "{stderr}");
    assert_eq!(server.take_requests(), [""; 0]);
}

/// The library's own store of the bucket, patient with faults but not slow.
async fn store(server: &Server) -> Arc<S3Store> {
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "the tests");
    let config = aws_config::defaults(BehaviorVersion::latest()).credentials_provider(credentials);
    let config = config.region(Region::new("eu-west-1")).load().await;
    let options = AwsOptions {
        config: Some(config),
        endpoint_url: Some(server.url().to_owned()),
        retries: Retries { attempts: 5, first_wait: Duration::from_millis(5), longest_wait: Duration::from_millis(50) },
        ..AwsOptions::default()
    };
    let address = S3Address::parse(&format!("s3://{BUCKET}/")).expect("an address");
    Aws::new(options).await.store(&address).await.expect("a store")
}
