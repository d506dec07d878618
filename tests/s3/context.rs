//! Files of context in S3: read with the credentials and the endpoint of the SOURCE, and named when something is wrong.

use std::process::Command;

use super::server::{BUCKET, DENIED, Server};
use super::{run, store, two_hours, vpcflow};
use crate::scan::{Folder, HEADER, RECORDS, gzip};

/// The findings over a folder with some context, and what stands on standard error.
fn findings(server: &Server, source: &str, options: &[&str]) -> (serde_json::Value, String) {
    let mut detect = vpcflow(server, "detect", source);
    let (stdout, stderr, _) = run(detect.args(options).args(["--format", "json"]));
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    (serde_json::json!([report["findings"], report["coverage"]["trusted"], report["suppressed"][0]["reason"]]), stderr)
}

#[test]
fn every_file_of_context_may_lie_in_a_bucket_and_be_compressed() {
    let server = Server::start();
    let folder = two_hours(&server);
    let (lists, logs) = (Folder::new(), folder.path().to_str().expect("a path"));
    lists.write("threats.csv", "first_seen,ip\n2026-03-01,203.0.113.0/24\n");
    lists.write("tor.txt", "198.51.100.0/24\n");
    lists.write("trusted.txt", "203.0.113.12\n");
    lists.write("ranges.json", r#"{"prefixes": [], "ipv6_prefixes": []}"#);
    lists.write("suppress.toml", "[[suppress]]\ndetection = \"threat-list\"\nreason = \"ours\"\nexpires = \"never\"\n");
    lists.write("hosts", "203.0.113.0/24 lab\n");
    lists.write("asn.mmdb", std::fs::read("tests/geo/asn.mmdb").expect("a database"));
    for file in ["security-groups.json", "interfaces.json"] {
        lists.write(file, std::fs::read_to_string(format!("sample-logs/{file}")).expect("a file"));
    }
    for entry in std::fs::read_dir(lists.path()).expect("a folder") {
        let (path, name) = (entry.as_ref().expect("a file").path(), entry.expect("a file").file_name());
        let content = std::fs::read(path).expect("a file");
        server.put(&format!("context/{}.gz", name.to_string_lossy()), gzip(content));
    }
    let options = |at: &str, ending: &str| {
        [
            ("--security-groups", "security-groups.json"),
            ("--interfaces", "interfaces.json"),
            ("--threat-list", "threats.csv"),
            ("--tor-list", "tor.txt"),
            ("--trusted", "trusted.txt"),
            ("--aws-ip-ranges", "ranges.json"),
            ("--geo", "asn.mmdb"),
            ("--names", "hosts"),
            ("--suppress", "suppress.toml"),
        ]
        .map(|(option, file)| match option {
            "--threat-list" => [option.to_owned(), format!("{at}/{file}{ending},name=mine,severity=low")],
            _ => [option.to_owned(), format!("{at}/{file}{ending}")],
        })
        .concat()
    };
    let found = |options: Vec<String>| findings(&server, logs, &options.iter().map(String::as_str).collect::<Vec<_>>());
    let (expected, stderr) = found(options(lists.path().to_str().expect("a path"), ""));
    assert_eq!(expected[2], "ours", "{stderr}");
    assert!(expected[1].as_u64().is_some_and(|trusted| trusted > 0), "{expected}");
    server.take_requests();
    let (remote, stderr) = found(options("s3://logs/context", ".gz"));
    assert_eq!(remote, expected, "{stderr}");
    assert_eq!(server.take_requests().len(), 9, "one request a file");
}

/// What a run says that can't use its context.
fn refusal(server: &Server, options: &[&str]) -> String {
    let logs = Folder::new();
    logs.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    let mut detect: Command = vpcflow(server, "detect", logs.path().to_str().expect("a path"));
    let (stdout, stderr, code) = run(detect.args(options));
    assert_eq!((stdout.as_str(), code), ("", 2), "{options:?}: {stderr}");
    stderr
}

#[test]
fn an_object_that_is_no_file_of_context_is_named_with_the_remedy() {
    let server = Server::start();
    let whole = gzip(r#"{"SecurityGroups": []}"#);
    server.put("context/short.json.gz", &whole[..whole.len() - 9]);
    server.put("context/groups.txt", "GroupId sg-1");
    server.put("context/list.txt", "203.0.113.9\n10.0.0\n");
    for (options, expected) in [
        (["--security-groups", "s3://logs/none.json"], "GET s3://logs/none.json: 404 NoSuchKey"),
        (["--security-groups", "s3://logs/none.json"], "; aws s3 ls shows what there is"),
        (["--interfaces", "s3://logs/context/"], "s3://logs/context/: names no object; write s3://bucket/key"),
        (["--interfaces", "s3://x/y"], "s3://x/y: no bucket has that name"),
        (
            ["--security-groups", "s3://logs/context/short.json.gz"],
            "s3://logs/context/short.json.gz: damaged or truncated gzip data; get a new copy of the file",
        ),
        (
            ["--security-groups", "s3://logs/context/groups.txt"],
            "s3://logs/context/groups.txt: not JSON: expected value at line 1 column 1; give the output of aws ec2 \
             describe-security-groups",
        ),
        (["--tor-list", "s3://logs/context/list.txt"], "s3://logs/context/list.txt, line 2: no address"),
        (["--suppress", "s3://logs/context/list.txt"], "s3://logs/context/list.txt: "),
    ] {
        let stderr = refusal(&server, &options);
        assert!(stderr.contains(expected), "{options:?}: {stderr}");
    }
    server.spoil(|_, _| Some(DENIED));
    let stderr = refusal(&server, &["--trusted", "s3://logs/context/list.txt"]);
    assert!(stderr.contains("GET s3://logs/context/list.txt: 403 AccessDenied"), "{stderr}");
    assert!(stderr.contains("; allow s3:GetObject on the object"), "{stderr}");
}

#[tokio::test]
async fn an_object_larger_than_the_limit_is_refused_before_it_is_read() {
    let server = Server::start();
    server.put("list.txt", "203.0.113.9\n");
    let store = store(&server).await;
    assert_eq!(store.read_whole("list.txt", 12).await.expect("twelve bytes").len(), 12);
    server.take_requests();
    let error = store.read_whole("list.txt", 11).await.expect_err("a byte too many").to_string();
    assert!(error.starts_with(&format!("GET s3://{BUCKET}/list.txt: more than 11 bytes, the most")), "{error}");
    assert_eq!(server.take_requests().len(), 1, "it is not asked for again");
}
