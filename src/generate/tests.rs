//! What a user can check on the generated files, read back with nothing but gzip and a split at spaces.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate};
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;

fn options(records: u64) -> Options {
    Options {
        records,
        days: 1,
        date: NaiveDate::from_ymd_opt(2026, 3, 11).expect("a date"),
        fields: vec![FieldSet::V5],
        interfaces: 40,
        accounts: 2,
        seed: 7,
        attacks: false,
        parquet: false,
        threads: 2,
    }
}

fn generated(options: &Options) -> (TempDir, Summary) {
    let folder = TempDir::new().expect("a temporary folder");
    let summary = generate(options, folder.path()).expect("generate");
    (folder, summary)
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable folder"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).expect("below the folder").to_string_lossy().into_owned();
    files.map(|entry| (name(entry.path()), entry.path().to_path_buf())).collect()
}

fn objects(folder: &Path) -> BTreeMap<String, PathBuf> {
    files(folder).into_iter().filter(|(name, _)| name.starts_with("AWSLogs/")).collect()
}

fn digests(folder: &Path) -> BTreeMap<String, [u8; 32]> {
    let digest = |path: &PathBuf| -> [u8; 32] { Sha256::digest(fs::read(path).expect("a readable file")).into() };
    files(folder).iter().map(|(name, path)| (name.clone(), digest(path))).collect()
}

fn inflate(path: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("an object")).read_to_string(&mut text).expect("gzip text");
    text
}

/// One record as text.
#[derive(Debug, Clone)]
struct Line {
    fields: Vec<String>,
    start: i64,
    end: i64,
}

impl Line {
    /// A line of v5 fields.
    fn new(text: &str) -> Line {
        let mut line = Line { fields: text.split(' ').map(str::to_string).collect(), start: 0, end: 0 };
        (line.start, line.end) = (line.number("start"), line.number("end"));
        line
    }

    /// A v5 field by its name.
    fn get(&self, name: &str) -> &str {
        static PLACES: LazyLock<HashMap<String, usize>> =
            LazyLock::new(|| FieldSet::V5.names().into_iter().zip(0..).collect());
        &self.fields[PLACES[name]]
    }

    fn number(&self, name: &str) -> i64 {
        self.get(name).parse().expect("a number")
    }
}

fn lines(folder: &Path) -> Vec<Line> {
    let read = |path: &PathBuf| inflate(path).lines().skip(1).map(Line::new).collect::<Vec<_>>();
    objects(folder).values().flat_map(read).collect()
}

#[test]
fn the_same_options_give_the_same_bytes_on_any_number_of_threads() {
    let options = Options { attacks: true, ..options(36_000) };
    let (first, _) = generated(&Options { threads: 1, ..options.clone() });
    let (second, _) = generated(&Options { threads: 5, ..options.clone() });
    let (other, _) = generated(&Options { seed: 8, ..options });
    let digests_of_first = digests(first.path());
    assert!(digests_of_first.len() > 500);
    assert_eq!(digests_of_first, digests(second.path()));
    assert_ne!(digests_of_first, digests(other.path()));
}

#[test]
fn objects_lie_where_aws_puts_them_and_begin_with_the_header() {
    let (folder, summary) = generated(&Options { fields: vec![FieldSet::V2], accounts: 1, ..options(20_000) });
    let objects = objects(folder.path());
    assert_eq!(objects.len() as u64, summary.objects);
    let (name, path) = objects.iter().next().expect("an object");
    let account = &name[8..20];
    assert!(account.bytes().all(|byte| byte.is_ascii_digit()), "{name}");
    let folder = format!("AWSLogs/{account}/vpcflowlogs/us-east-1/2026/03/11/");
    let file = name.strip_prefix(&folder).expect(name);
    let file = file.strip_prefix(&format!("{account}_vpcflowlogs_us-east-1_fl-0")).expect(name);
    let (flow_log, rest) = file.split_at(16);
    let hash = rest.strip_prefix("_20260311T0000Z_").and_then(|rest| rest.strip_suffix(".log.gz")).expect(name);
    assert!(flow_log.bytes().chain(hash.bytes()).all(|byte| byte.is_ascii_hexdigit()) && hash.len() == 8, "{name}");
    let header = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
                  action log-status\n";
    assert!(inflate(path).starts_with(header));
}

#[test]
fn the_field_sets_are_those_of_the_documentation() {
    assert_eq!([FieldSet::V2, FieldSet::V5, FieldSet::All].map(|set| set.names().len()), [14, 29, 54]);
    assert_eq!(FieldSet::V5.names()[14..17], ["vpc-id", "subnet-id", "instance-id"]);
    let (folder, _) = generated(&Options { fields: vec![FieldSet::All], ..options(5_000) });
    for path in objects(folder.path()).values() {
        for line in inflate(path).lines() {
            assert_eq!(line.split(' ').count(), 54, "{line}");
        }
    }
}

#[test]
fn there_are_exactly_as_many_records_as_asked_for() {
    // The nightly backup alone is 112 records: where fewer are asked for, there are more.
    for (asked, days, made) in [(0, 1, 112), (777, 1, 777), (9_001, 3, 9_001)] {
        let (folder, summary) = generated(&Options { days, ..options(asked) });
        assert_eq!(summary.records, made);
        assert_eq!(lines(folder.path()).len() as u64, summary.records);
    }
}

#[test]
fn a_record_lies_in_the_slot_of_its_end_also_after_midnight() {
    let (folder, _) = generated(&options(40_000));
    let mut spilled = 0;
    for (name, path) in objects(folder.path()) {
        let stamp = name.rsplit('_').nth(1).expect("a time in the name");
        let slot = chrono::NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%MZ").expect("a time").and_utc().timestamp();
        for text in inflate(&path).lines().skip(1) {
            let line = Line::new(text);
            assert!((slot..slot + 300).contains(&line.end), "{name}: {text}");
            assert!((0..60).contains(&(line.end - line.start)), "{name}: {text}");
            spilled += usize::from(name.contains("/2026/03/12/"));
        }
    }
    assert!(spilled > 0, "no connection crosses midnight");
}

#[test]
fn a_filter_over_the_text_finds_the_records_that_each_label_counts() {
    labels_count_what_a_filter_finds(40, 2, 7);
}

#[test]
fn so_it_does_in_the_smallest_estate() {
    labels_count_what_a_filter_finds(20, 1, 8);
}

#[test]
fn so_it_does_where_an_account_has_two_regions() {
    labels_count_what_a_filter_finds(96, 1, 9);
}

fn labels_count_what_a_filter_finds(interfaces: usize, accounts: usize, seed: u64) {
    let (folder, summary) = generated(&Options { attacks: true, interfaces, accounts, seed, ..options(60_000) });
    let lines = lines(folder.path());
    let labels: Vec<Value> =
        serde_json::from_slice(&fs::read(folder.path().join("labels.json")).expect("labels")).expect("json");
    // Each attack loud and quiet, but for the strobe and the guesses of many, which take more records. The smallest
    // estate has one interface that can fall silent.
    let attacks = 2 * (attacks::ATTACKS.len() - 2) + 2 - usize::from(interfaces == 20);
    let look_alikes = benign::LOOK_ALIKES.len() - 1;
    assert_eq!((summary.records, summary.attacks, summary.look_alikes), (60_000, attacks, look_alikes));
    let mut at: HashMap<&str, Vec<&Line>> = HashMap::new();
    lines.iter().for_each(|line| at.entry(line.get("interface-id")).or_default().push(line));
    let faults = labels.iter().filter(|label| label["kind"] == "fault").count();
    assert_eq!(labels.len(), summary.attacks + summary.look_alikes + faults);
    assert!(faults > 0 && summary.attacks > 70 && summary.look_alikes >= 45);
    for label in &labels {
        let time =
            |name: &str| DateTime::parse_from_rfc3339(label[name].as_str().expect(name)).expect(name).timestamp();
        let (first, last) = (time("window_start"), time("window_end"));
        let named = label["interface_id"].as_str();
        let interfaces = at.iter().filter(|(interface, _)| named.is_none_or(|name| name == **interface));
        let in_window = interfaces.flat_map(|(_, lines)| lines).filter(|line| line.start >= first && line.end <= last);
        let found = in_window.filter(|line| belongs(line, label)).count() as u64;
        assert_eq!(Some(found), label["records"].as_u64(), "{label}");
        assert_eq!(label["kind"] == "attack", label["variant"].is_string(), "{label}");
        let silent = label["note"].as_str().is_some_and(|note| note.contains("no traffic") || note.contains("nothing"));
        assert!(found > 0 || silent, "{label}");
    }
}

/// Whether a label's sentence in its documentation holds for a record that lies in its window.
fn belongs(line: &Line, label: &Value) -> bool {
    let same = |value: &Value, text: &str| value.is_null() || value.as_str() == Some(text);
    let number = |value: &Value, name: &str| value.is_null() || value.as_i64() == Some(line.number(name));
    let here = same(&label["interface_id"], line.get("interface-id"))
        && same(&label["account_id"], line.get("account-id"))
        && same(&label["region"], line.get("region"));
    if label["detection"] == "log-health" || line.get("log-status") != "OK" {
        return here && label["detection"] == "log-health" && line.get("log-status") != "OK";
    }
    let address = |who: &str, names: [&str; 2]| names.iter().any(|name| same(&label[who], line.get(name)));
    let (from, to) = (["srcaddr", "pkt-srcaddr"], ["dstaddr", "pkt-dstaddr"]);
    let request = address("actor", from) && address("target", to) && number(&label["port"], "dstport");
    let reply = || address("target", from) && address("actor", to) && number(&label["port"], "srcport");
    here && number(&label["protocol"], "protocol") && (request || reply())
}

#[test]
fn every_reply_has_its_request_and_a_rejected_request_has_none() {
    let (folder, _) = generated(&options(40_000));
    let tuple = |line: &Line| {
        ["interface-id", "srcaddr", "srcport", "dstaddr", "dstport"].map(|name| line.get(name).to_string())
    };
    let reverse = |line: &Line| {
        ["interface-id", "dstaddr", "dstport", "srcaddr", "srcport"].map(|name| line.get(name).to_string())
    };
    let lines: Vec<Line> = lines(folder.path()).into_iter().filter(|line| line.get("protocol") == "6").collect();
    let opened: HashSet<_> = lines.iter().filter(|line| line.number("tcp-flags") & 18 == 2).map(tuple).collect();
    let rejected: HashSet<_> = lines.iter().filter(|line| line.get("action") == "REJECT").map(tuple).collect();
    let replies: Vec<&Line> = lines.iter().filter(|line| line.number("tcp-flags") & 18 == 18).collect();
    assert!(replies.len() > 5_000 && rejected.len() > 500);
    for reply in replies {
        assert!(opened.contains(&reverse(reply)), "{reply:?}");
        assert!(!rejected.contains(&reverse(reply)), "{reply:?}");
    }
    // A connection between two interfaces is seen at both.
    let inside = |line: &&Line| ["pkt-srcaddr", "pkt-dstaddr"].iter().all(|name| line.get(name).starts_with("10."));
    let mut seen: HashMap<Vec<&str>, HashSet<&str>> = HashMap::new();
    for line in lines.iter().filter(inside) {
        let flow = ["srcaddr", "srcport", "dstaddr", "dstport", "start"].map(|name| line.get(name)).to_vec();
        seen.entry(flow).or_default().insert(line.get("interface-id"));
    }
    assert!(seen.len() > 1_000 && seen.values().all(|interfaces| interfaces.len() == 2));
}

#[test]
fn sizes_and_paths_are_possible_ones() {
    let (folder, _) = generated(&Options { attacks: true, ..options(36_000) });
    for line in lines(folder.path()).iter().filter(|line| line.get("log-status") == "OK") {
        let least = if line.get("protocol") == "6" { 40 } else { 28 };
        assert!(line.number("packets") > 0, "{line:?}");
        assert!(line.number("bytes") >= least * line.number("packets"), "{line:?}");
        assert!(line.number("bytes") <= 9001 * line.number("packets"), "{line:?}");
        assert_eq!(line.get("flow-direction") == "egress", line.get("traffic-path") != "-", "{line:?}");
        let service =
            if line.get("flow-direction") == "egress" { "pkt-dst-aws-service" } else { "pkt-src-aws-service" };
        assert!(line.get("traffic-path") != "7" || matches!(line.get(service), "S3" | "DYNAMODB"), "{line:?}");
    }
}

#[test]
fn intervals_without_traffic_look_as_aws_writes_them() {
    let (folder, _) = generated(&Options { fields: vec![FieldSet::V2], attacks: true, ..options(36_000) });
    let mut statuses = HashMap::new();
    for path in objects(folder.path()).values() {
        for line in inflate(path).lines().filter(|line| line.ends_with("DATA")) {
            let fields: Vec<&str> = line.split(' ').collect();
            assert_eq!((fields.len(), fields[0], &fields[2][..5]), (14, "2", "eni-0"), "{line}");
            assert_eq!(fields[3..10], ["-"; 7], "{line}");
            assert_eq!(fields[10].len() + fields[11].len(), 20, "{line}");
            assert_eq!(fields[12], "-", "{line}");
            *statuses.entry(fields[13].to_string()).or_insert(0) += 1;
        }
    }
    assert!(statuses["NODATA"] == 1440 && statuses["SKIPDATA"] > 40, "{statuses:?}");
}

#[test]
fn what_is_accepted_from_the_internet_is_what_the_groups_let_in() {
    let (folder, _) = generated(&Options { attacks: true, ..options(40_000) });
    let json =
        |name: &str| -> Value { serde_json::from_slice(&fs::read(folder.path().join(name)).expect(name)).expect(name) };
    let (groups, interfaces) = (json("security-groups.json"), json("interfaces.json"));
    let (mut open, mut gateways) = (HashSet::new(), HashSet::new());
    for interface in interfaces["NetworkInterfaces"].as_array().expect("a list") {
        let id = interface["NetworkInterfaceId"].as_str().expect("an id");
        for member in interface["Groups"].as_array().expect("a list") {
            let mut groups = groups["SecurityGroups"].as_array().expect("a list").iter();
            let group = groups.find(|group| group["GroupId"] == member["GroupId"]).expect("its group");
            for rule in group["IpPermissions"].as_array().expect("a list") {
                let from = |cidr: &str| {
                    rule["IpRanges"].as_array().is_some_and(|all| all.iter().any(|range| range["CidrIp"] == cidr))
                };
                if from("0.0.0.0/0") {
                    open.insert((id.to_string(), rule["FromPort"].as_i64().expect("a port")));
                }
            }
        }
        if interface["InterfaceType"] == "nat_gateway" {
            assert_eq!(interface["Groups"], Value::Array(Vec::new()));
            gateways.insert(id.to_string());
        }
    }
    let mut opened = 0;
    for line in lines(folder.path()) {
        let inbound = line.get("flow-direction") == "ingress"
            && !line.get("srcaddr").starts_with("10.")
            && !line.get("srcaddr").contains(':');
        let is_open = |line: &Line| open.contains(&(line.get("interface-id").to_string(), line.number("dstport")));
        if inbound && line.get("protocol") == "6" && line.number("tcp-flags") & 18 == 2 {
            let from_office = line.get("srcaddr").starts_with("198.51.100.") && line.get("dstport") == "22";
            if line.get("action") == "ACCEPT" {
                let allowed = is_open(&line) || from_office || gateways.contains(line.get("interface-id"));
                assert!(allowed, "{line:?}");
                opened += 1;
            } else {
                assert!(!is_open(&line), "{line:?}");
            }
        }
    }
    assert!(opened > 1_000);
}

#[test]
fn parquet_holds_the_rows_of_the_text() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    let options = Options { accounts: 1, interfaces: 20, ..options(2_000) };
    let (text, _) = generated(&options);
    let (columns, _) = generated(&Options { parquet: true, ..options });
    let mut compared = 0;
    for ((name, path), (parquet_name, parquet_path)) in objects(text.path()).iter().zip(objects(columns.path())) {
        assert_eq!(name.replace(".log.gz", ".log.parquet"), parquet_name);
        let reader = SerializedFileReader::new(File::open(parquet_path).expect("an object")).expect("parquet");
        let lines = inflate(path);
        let mut lines = lines.lines();
        let header = lines.next().expect("a header").replace('-', "_");
        for (row, line) in reader.get_row_iter(None).expect("rows").zip(lines.by_ref()) {
            let row = row.expect("a row");
            let names: Vec<&str> = row.get_column_iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names.join(" "), header);
            let values = row.get_column_iter().map(|(_, value)| match value {
                ::parquet::record::Field::Str(text) => text.clone(),
                ::parquet::record::Field::Null => "-".to_string(),
                number => number.to_string(),
            });
            assert_eq!(values.collect::<Vec<_>>().join(" "), line);
            compared += 1;
        }
        assert_eq!(lines.next(), None, "{name} has more lines than rows");
    }
    assert_eq!(compared, 2_000);
}

#[test]
fn a_folder_with_files_is_left_alone() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("mine"), "mine").expect("a file");
    let error = generate(&options(10), folder.path()).expect_err("the folder is not empty");
    let sentence = format!("{} is not empty: name a new folder, or empty this one first", folder.path().display());
    assert_eq!(error.to_string(), sentence);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn what_cannot_be_written_is_named_and_leaves_nothing_half_done() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("object.log.gz");
    let error =
        object::write_whole(&path, |_| Err(io::Error::new(io::ErrorKind::StorageFull, "no space left on device")));
    let error = error.expect_err("the disk is full");
    assert_eq!(error.to_string(), format!("cannot write {}", path.display()));
    let cause = std::error::Error::source(&error).expect("what the system said");
    assert_eq!(cause.to_string(), "no space left on device");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn options_out_of_range_name_the_range() {
    let error = |options: Options| generate(&options, Path::new("nowhere")).expect_err("out of range").to_string();
    assert_eq!(error(Options { interfaces: 39, ..options(1) }), "39 interfaces in 2 accounts: choose 40 to 2000");
    let fields = vec![FieldSet::V2; 3];
    let sentence = "3 sets of fields for 2 accounts: name one, or one for each account";
    assert_eq!(error(Options { fields, ..options(1) }), sentence);
    assert_eq!(error(Options { days: 0, ..options(1) }), "0 days: choose 1 to 800");
    assert_eq!(error(Options { accounts: 0, ..options(1) }), "0 accounts: choose 1 to 50");
}

#[test]
fn the_sample_logs_are_what_their_readme_says() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
    let readme = fs::read_to_string(sample.join("README.md")).expect("its README");
    let format = readme.split("--fields '").nth(1).and_then(|rest| rest.split('\'').next());
    let format = format.expect("a format string in quotes");
    let fields = vec![FieldSet::V5, format.parse().expect("a format string")];
    let made_by = Options { records: 60_000, interfaces: 44, seed: 1, attacks: true, fields, ..options(0) };
    let (folder, _) = generated(&made_by);
    let (made, mut committed) = (files(folder.path()), files(&sample));
    committed.remove("README.md").expect("a README");
    let damaged = committed.keys().find(|name| name.ends_with("_ffffffff.log.gz")).cloned().expect("a damaged object");
    let damaged = fs::read(committed.remove(&damaged).expect("it")).expect("a readable file");
    let whole = committed.iter().find(|(name, _)| name.ends_with("_00803159.log.gz")).expect("the whole object").1;
    assert_eq!(damaged, fs::read(whole).expect("a readable file")[..900]);
    assert_eq!(made.keys().collect::<Vec<_>>(), committed.keys().collect::<Vec<_>>());
    for ((name, made), committed) in made.iter().zip(committed.values()) {
        if name.ends_with(".gz") {
            assert!(inflate(made) == inflate(committed), "{name} differs");
        } else {
            assert!(fs::read(made).ok() == fs::read(committed).ok(), "{name} differs");
        }
    }
}
