//! Pages on one host: of one network where several have its address, and of days whose records are gone.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ingest, run, vpcflow};
use crate::detect::logs::Logs;
use crate::scan::Folder;

/// Hosts of two VPCs of an account, both called 10.0.0.6: one tries 20 ports of its neighbour, the other 30.
fn two_networks(folder: &Folder) -> (PathBuf, PathBuf) {
    let mut text =
        "version account-id vpc-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol \
                    packets bytes start end action tcp-flags flow-direction log-status\n"
            .to_owned();
    for (vpc, interface, ports) in [("vpc-0a", "eni-a", 20), ("vpc-0b", "eni-b", 30)] {
        for port in 1..=ports {
            let at = 1_773_194_400 + port;
            text += &format!(
                "5 111111111111 {vpc} {interface} 10.0.0.6 10.0.0.9 10.0.0.6 10.0.0.9 40000 {port} 6 1 40 {at} {at} REJECT 2 \
                 egress OK\n"
            );
        }
    }
    folder.write("logs/two.log", text);
    lake_of(folder)
}

fn lake_of(folder: &Folder) -> (PathBuf, PathBuf) {
    let (source, lake) = (folder.path().join("logs"), folder.path().join("lake"));
    let (_, stderr, code) = run(&mut ingest(&source, &lake));
    assert_eq!(code, 0, "{stderr}");
    (source, lake)
}

fn page(source: &Path, entity: &str, options: &[&str]) -> (Value, String) {
    let mut command = vpcflow();
    command.arg("investigate").arg(source).args([entity, "--format", "json"]).args(options);
    let (stdout, stderr, code) = run(&mut command);
    assert_eq!(code, 0, "{stderr}");
    (serde_json::from_str(&stdout).expect("JSON"), stderr)
}

/// How many attempts a page tells, and the descriptions of the port scans.
fn told(page: &Value) -> (i64, Vec<String>) {
    let rows = |section: &str| page["sections"][section].as_array().cloned().unwrap_or_default();
    let attempts = rows("What it did").iter().filter_map(|row| row["connections"].as_i64()).sum();
    let scans = rows("Findings").into_iter().filter(|row| row["detection"] == "port-scan");
    let mut scans: Vec<String> = scans.map(|row| row["description"].as_str().unwrap_or_default().to_owned()).collect();
    scans.sort();
    (attempts, scans)
}

#[test]
fn an_address_with_its_network_is_that_host_alone() {
    let folder = Folder::new();
    let (source, lake) = two_networks(&folder);
    let keep = ["--only", "port-scan", "--keep-findings", "--format", "csv"];
    let (_, stderr, code) = run(vpcflow().arg("detect").arg(&lake).args(keep));
    assert_eq!(code, 0, "{stderr}");
    let scan = |vpc: &str, ports: i64| {
        format!("10.0.0.6 of {vpc} tried {ports} ports of 10.0.0.9 in {ports} attempts; 0 answered")
    };
    let (first, second) = (scan("vpc-0a", 20), scan("vpc-0b", 30));
    // As findings tell it, and as what they are at: the neighbour's account and address are the same.
    for entity in ["10.0.0.6%vpc-0a", "eni-a"] {
        assert_eq!(told(&page(&lake, entity, &["--no-detect"]).0), (20, vec![first.clone()]), "{entity}");
    }
    assert_eq!(told(&page(&lake, "10.0.0.6%vpc-0b", &[]).0), (30, vec![second.clone()]));
    let (of_logs, _) = page(&source, "10.0.0.6%vpc-0b", &["--no-detect"]);
    assert_eq!((of_logs["entity"].as_str(), told(&of_logs).0), (Some("10.0.0.6%vpc-0b"), 30));
    assert_eq!(told(&page(&lake, "10.0.0.6", &["--no-detect"]).0), (50, vec![first, second]));
    let (_, stderr, code) = run(vpcflow().arg("investigate").arg(&lake).args(["10.0.0.6%vpc-0c", "--no-detect"]));
    assert!(code == 2 && stderr.contains("10.0.0.6%vpc-0c: is in none of these records"), "{stderr}");
}

#[test]
fn a_part_of_a_day_whose_records_are_gone_is_told_by_its_conversations() {
    let folder = Folder::new();
    let mut logs = Logs::v5();
    for hour in 0..12 {
        logs.session("10.0.0.5", "203.0.113.8", 443, hour * 3_600, (6, 900), (8, 4_000));
    }
    folder.write("logs/day.log", logs.text());
    let (_, lake) = lake_of(&folder);
    let around = ["--no-detect", "--around", "2026-03-11T06:00", "--window", "70m"];
    let (before, stderr) = page(&lake, "10.0.0.5", &around);
    assert_eq!((told(&before).0, stderr.as_str()), (3, ""));
    let keep = ["--keep", "30d", "--keep-conversations", "40years"];
    let (_, stderr, code) = run(vpcflow().args(["lake", "expire"]).arg(&lake).args(keep));
    assert_eq!(code, 0, "{stderr}");
    let gone =
        "of 2026-03-11 were dropped; what is told of them is what their conversations have, by spans of five minutes";
    for options in [&around[..], &["--no-detect", "--date", "2026-03-11"]] {
        let (after, stderr) = page(&lake, "10.0.0.5", options);
        assert_eq!(after["facts"]["records"], format!("those {gone}"));
        assert_eq!(stderr, format!("note: the records {gone}\n"));
        match options.contains(&"--around") {
            true => assert_eq!(after["sections"], before["sections"]),
            false => assert_eq!(told(&after).0, 12),
        }
    }
}

#[test]
fn earlier_days_count_each_host_of_an_address_that_two_have() {
    let folder = Folder::new();
    for (account, interface) in [("111111111111", "eni-a"), ("222222222222", "eni-b")] {
        let mut logs = Logs::v5();
        for day in 0..3 {
            for hour in 0..24 {
                logs.session("10.0.0.5", "198.51.100.10", 443, day * 86_400 + hour * 3_600, (10, 5_000), (10, 9_000));
            }
        }
        let text = logs.text().replace("123456789012", account).replace("eni-1", interface);
        folder.write(&format!("logs/{account}.log"), text);
    }
    let (_, lake) = lake_of(&folder);
    let days = |entity: &str| {
        let (page, _) = page(&lake, entity, &["--no-detect"]);
        let rows = page["sections"]["Its earlier days"].as_array().cloned().unwrap_or_default();
        let of_row = |row: &Value| (row["connections"].as_i64(), row["sent"].as_i64(), row["received"].as_i64());
        rows.iter().map(of_row).collect::<Vec<_>>()
    };
    let of_day =
        |hosts: i64, sent: i64, received: i64| (Some(24 * hosts), Some(24 * hosts * sent), Some(24 * hosts * received));
    assert_eq!(days("198.51.100.10"), [of_day(2, 9_000, 5_000); 2]);
    assert_eq!(days("10.0.0.5"), [of_day(2, 5_000, 9_000); 2]);
    assert_eq!(days("10.0.0.5%111111111111"), [of_day(1, 5_000, 9_000); 2]);
    // What is new is told of one host.
    let novelty = |entity: &str| {
        let (page, _) = page(&lake, entity, &["--no-detect"]);
        let peer = page["sections"]["Whom it opened connections to"][0].clone();
        (page["facts"]["2 hosts have this address"].as_str().map(str::to_owned), peer["is_new"].as_bool())
    };
    let told =
        "10.0.0.5%111111111111, 10.0.0.5%222222222222; what is new, and usual, is told on the page of one of them";
    assert_eq!(novelty("10.0.0.5"), (Some(told.to_owned()), None));
    assert_eq!(novelty("10.0.0.5%111111111111"), (None, Some(false)));
}
