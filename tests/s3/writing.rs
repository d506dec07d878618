//! Writing: whole or not at all.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{CopyMode, CopyOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use super::server::{CONFLICT, DENIED, Fault, Server};
use super::store;

fn at(key: &str) -> Path {
    Path::parse(key).expect("a key")
}

#[tokio::test]
async fn an_object_is_written_read_copied_and_deleted() {
    let server = Server::start();
    let store = store(&server).await;
    store.put(&at("a/b c+d.txt"), PutPayload::from_static(b"content")).await.expect("written");
    assert_eq!(std::fs::read(server.bucket().join("a/b c+d.txt")).expect("a file"), b"content");
    let read = store.get(&at("a/b c+d.txt")).await.expect("there").bytes().await.expect("read");
    assert_eq!(read, Bytes::from_static(b"content"));
    assert_eq!(store.get_range(&at("a/b c+d.txt"), 2..5).await.expect("a range"), Bytes::from_static(b"nte"));
    store.copy(&at("a/b c+d.txt"), &at("copy")).await.expect("copied");
    assert_eq!(store.head(&at("copy")).await.expect("there").size, 7);
    store.delete(&at("copy")).await.expect("deleted");
    assert!(matches!(store.get(&at("copy")).await, Err(Error::NotFound { .. })));
}

#[test]
fn a_result_is_written_to_s3_when_it_is_complete() {
    let server = Server::start();
    let folder = crate::scan::Folder::new();
    folder.write("flows.log", format!("{}\n{}", crate::scan::HEADER, crate::scan::RECORDS.repeat(100_000)));
    let source = folder.path().to_str().expect("a path");
    let query = |sql: &str, to: &str| {
        super::run(super::vpcflow(&server, "query", source).args(["-c", sql, "--format", "csv", "-o", to]))
    };
    let (stdout, stderr, code) = query("SELECT dstport, action FROM flows LIMIT 1", "s3://logs/results/one.csv");
    assert_eq!((stdout.as_str(), stderr.as_str(), code), ("", "", 0));
    let written = |key: &str| std::fs::read_to_string(server.bucket().join(key)).expect("an object");
    assert_eq!(written("results/one.csv"), "dstport,action\n22,ACCEPT\n");
    // Larger than a part.
    let (_, stderr, code) = query("SELECT * FROM flows", "s3://logs/results/all.csv");
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(written("results/all.csv").lines().count(), 200_001);
    let (_, stderr, code) = query("SELECT CAST(action AS INT) FROM flows", "s3://logs/results/failed.csv");
    assert_eq!(code, 2, "{stderr}");
    assert!(!server.bucket().join("results/failed.csv").exists());
    let (_, stderr, code) = query("SELECT 1 AS one", "s3://logs/");
    assert_eq!(code, 2);
    assert!(stderr.contains("s3://logs/: names no object"), "{stderr}");
    // Known before anything is read.
    server.take_requests();
    let (_, stderr, code) = query("SELECT * FROM flows", "s3://nowhere/all.csv");
    assert_eq!(code, 2);
    assert!(stderr.contains("HEAD s3://nowhere/: 404 NoSuchBucket"), "{stderr}");
    assert_eq!(server.take_requests(), ["HEAD /nowhere/"], "and nothing is sent");
    // A result may lie beside the logs, but not in the place of what is read.
    server.put("flows.log", format!("{}\n{}", crate::scan::HEADER, crate::scan::RECORDS));
    let beside = |to: &str| {
        let mut query = super::vpcflow(&server, "query", "s3://logs/");
        super::run(query.args(["-c", "SELECT count(*) AS n FROM flows", "-o", to]))
    };
    let (_, stderr, code) = beside("s3://logs/results/all.csv");
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("s3://logs/results/all.csv: is one of the objects that are read"), "{stderr}");
    let (_, stderr, code) = beside("s3://logs/results/count.csv");
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("s3://logs/results/count.csv lies under a SOURCE"), "{stderr}");
    server.spoil(|_, asked| asked.starts_with("PUT").then_some(DENIED));
    let (_, stderr, code) = query("SELECT * FROM flows", "s3://logs/results/denied.csv");
    assert_eq!(code, 2);
    assert!(stderr.contains("s3://logs/results/denied.csv") && stderr.contains("AccessDenied"), "{stderr}");
    assert!(stderr.contains("allow s3:PutObject"), "{stderr}");
}

#[test]
fn an_upload_is_given_up_when_a_signal_ends_the_process() {
    let server = Server::start();
    let folder = crate::scan::Folder::new();
    folder.write("flows.log", format!("{}\n{}", crate::scan::HEADER, crate::scan::RECORDS.repeat(100_000)));
    for (signal, expected) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        // No part ever arrives.
        server.spoil(|_, asked| asked.starts_with("PUT").then_some(Fault::Slow(Duration::from_secs(600))));
        server.take_requests();
        let source = folder.path().to_str().expect("a path");
        let mut query = super::vpcflow(&server, "query", source);
        let to = "s3://logs/results/all.csv";
        let mut process = query.args(["-c", "SELECT * FROM flows", "-o", to]).spawn().expect("the binary runs");
        let mut asked = Vec::new();
        while !asked.iter().any(|request: &String| request.starts_with("PUT")) {
            std::thread::sleep(Duration::from_millis(20));
            asked.extend(server.take_requests());
            assert!(process.try_wait().expect("a process").is_none(), "it waits for its parts: {asked:?}");
        }
        let sent = Command::new("kill").args([format!("-{signal}"), process.id().to_string()]).status();
        assert!(sent.expect("a signal").success());
        assert_eq!(process.wait().expect("an end").code(), Some(expected), "{signal}");
        let aborted = server.take_requests();
        assert!(aborted.iter().any(|request| request == "DELETE /logs/results/all.csv"), "{signal}: {aborted:?}");
        assert!(!server.bucket().join("results/all.csv").exists());
    }
}

#[tokio::test]
async fn a_conditional_create_never_overwrites() {
    let server = Server::start();
    let store = store(&server).await;
    let create = || PutOptions::from(PutMode::Create);
    store.put_opts(&at("lock"), PutPayload::from_static(b"first"), create()).await.expect("written");
    let second = store.put_opts(&at("lock"), PutPayload::from_static(b"second"), create()).await;
    assert!(matches!(second, Err(Error::AlreadyExists { .. })), "{second:?}");
    assert_eq!(std::fs::read(server.bucket().join("lock")).expect("a file"), b"first");
    store.put(&at("other"), PutPayload::from_static(b"x")).await.expect("written");
    let options = CopyOptions::new().with_mode(CopyMode::Create);
    let copied = store.copy_opts(&at("other"), &at("lock"), options).await;
    assert!(matches!(copied, Err(Error::NotSupported { .. })), "{copied:?}");
    assert_eq!(std::fs::read(server.bucket().join("lock")).expect("a file"), b"first");
}

#[tokio::test]
async fn a_create_in_another_ones_way_is_tried_again() {
    let server = Server::start();
    let store = store(&server).await;
    let first = AtomicBool::new(true);
    server
        .spoil(move |_, asked| (asked == "PUT /logs/lock" && first.swap(false, Ordering::Relaxed)).then_some(CONFLICT));
    let create = PutOptions::from(PutMode::Create);
    store.put_opts(&at("lock"), PutPayload::from_static(b"mine"), create).await.expect("written at last");
    assert_eq!(std::fs::read(server.bucket().join("lock")).expect("a file"), b"mine");
}

#[tokio::test]
async fn a_lost_answer_to_a_create_is_not_taken_for_somebody_elses() {
    let server = Server::start();
    let store = store(&server).await;
    // The object is written, but the answer breaks off.
    let first = AtomicBool::new(true);
    server.spoil(move |_, asked| {
        (asked == "PUT /logs/lock" && first.swap(false, Ordering::Relaxed)).then_some(Fault::LostAnswer)
    });
    let create = || PutOptions::from(PutMode::Create);
    store
        .put_opts(&at("lock"), PutPayload::from_static(b"mine"), create())
        .await
        .expect("written by the first attempt");
    let other = store.put_opts(&at("lock"), PutPayload::from_static(b"another's"), create()).await;
    assert!(matches!(other, Err(Error::AlreadyExists { .. })), "{other:?}");
}

#[tokio::test]
async fn an_upload_in_parts_appears_when_it_is_complete() {
    let server = Server::start();
    let store = store(&server).await;
    let parts = [vec![b'a'; 5 << 20], vec![b'b'; 5 << 20], vec![b'c'; 10]];
    let mut upload = store.put_multipart(&at("large")).await.expect("begun");
    let sent: Vec<_> = parts.iter().map(|part| upload.put_part(PutPayload::from(part.clone()))).collect();
    futures::future::try_join_all(sent).await.expect("sent");
    assert!(!server.bucket().join("large").exists(), "nothing is seen of it before");
    upload.complete().await.expect("complete");
    assert_eq!(std::fs::read(server.bucket().join("large")).expect("a file"), parts.concat());
}

#[tokio::test]
async fn a_lost_answer_to_the_end_of_an_upload_is_no_failure() {
    let server = Server::start();
    let store = store(&server).await;
    let mut upload = store.put_multipart(&at("large")).await.expect("begun");
    upload.put_part(PutPayload::from(vec![b'a'; 100])).await.expect("sent");
    let first = AtomicBool::new(true);
    server.spoil(move |_, asked| {
        (asked == "POST /logs/large" && first.swap(false, Ordering::Relaxed)).then_some(Fault::LostAnswer)
    });
    upload.complete().await.expect("completed by the first attempt");
    assert_eq!(std::fs::read(server.bucket().join("large")).expect("a file").len(), 100);
}

#[tokio::test]
async fn an_answer_that_is_none_of_s3s_is_not_taken_for_a_success() {
    let server = Server::start();
    let store = store(&server).await;
    // What a portal on the way answers to everything.
    server.spoil(|_, asked| asked.starts_with("PUT").then_some(Fault::Says(200, "<html>Please sign in</html>")));
    let error = store.put(&at("small"), PutPayload::from_static(b"x")).await.expect_err("nothing is written");
    assert!(vpcflow::store::told(&error).contains("the answer has no ETag"), "{error}");
    let mut upload = store.put_multipart(&at("large")).await.expect("begun");
    let error = upload.put_part(PutPayload::from(vec![b'a'; 100])).await.expect_err("nothing is written");
    assert!(vpcflow::store::told(&error).contains("the answer has no ETag"), "{error}");
    upload.abort().await.expect("aborted");
}

#[tokio::test]
async fn a_completed_upload_that_is_forgotten_is_looked_for() {
    let server = Server::start();
    let store = store(&server).await;
    let mut upload = store.put_multipart(&at("large")).await.expect("begun");
    upload.put_part(PutPayload::from(vec![b'a'; 100])).await.expect("sent");
    // The first answer is lost; the second time the server knows nothing of an upload, without saying what it is.
    let asked_for = AtomicU64::new(0);
    server.spoil(move |_, asked| {
        let faults = [Fault::LostAnswer, Fault::Refused(404, "NotFound")];
        (asked == "POST /logs/large").then(|| faults[asked_for.fetch_add(1, Ordering::Relaxed).min(1) as usize])
    });
    upload.complete().await.expect("completed by the first attempt");
    assert_eq!(std::fs::read(server.bucket().join("large")).expect("a file").len(), 100);
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_cleared_away() {
    let server = Server::start();
    let store = store(&server).await;
    let mut upload = store.put_multipart(&at("large")).await.expect("begun");
    upload.put_part(PutPayload::from(vec![b'a'; 5 << 20])).await.expect("sent");
    upload.abort().await.expect("aborted");
    let mut dropped = store.put_multipart(&at("large")).await.expect("begun");
    dropped.put_part(PutPayload::from(vec![b'a'; 5 << 20])).await.expect("sent");
    server.take_requests();
    drop(dropped);
    for _ in 0..100 {
        if server.take_requests().iter().any(|request| request == "DELETE /logs/large") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(!server.bucket().join("large").exists());
    let left: Vec<_> = walkdir::WalkDir::new(server.bucket().parent().expect("a folder"))
        .into_iter()
        .filter_map(|entry| entry.ok().filter(|entry| entry.file_type().is_file()))
        .filter(|entry| entry.metadata().is_ok_and(|metadata| metadata.len() >= 5 << 20))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
