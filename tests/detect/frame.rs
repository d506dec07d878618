//! What holds for every detection: one reading, honest gaps, bound parameters, stable names.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result,
};
use tempfile::TempDir;
use vpcflow::context::ContextFiles;
use vpcflow::detect::{Catalogue, Choice, Severity, Suppressions};
use vpcflow::report::{FindingFormat, write_findings};
use vpcflow::session::SessionOptions;

use super::logs::Logs;
use super::{Opened, nothing, only, write};

/// A day with a port scan.
pub(super) fn scan() -> Logs {
    let mut logs = Logs::v5();
    for port in 1..=20 {
        logs.rejected("203.0.113.9", "10.0.0.1", port, 7_200 + i64::from(port));
    }
    logs
}

#[tokio::test]
async fn each_object_is_read_once() {
    let options = SessionOptions { threads: 2, ..SessionOptions::default() };
    let runtime = options.runtime().expect("a runtime");
    let store = Arc::new(Counting { files: LocalFileSystem::new(), reads: Mutex::default() });
    let url = url::Url::parse("file:///").expect("a URL");
    runtime.register_object_store(&url, Arc::clone(&store) as Arc<dyn ObjectStore>);
    let texts: Vec<String> = (0..4).map(|_| scan().text()).collect();
    let files = texts.iter().map(|text| (None, text.as_str())).collect();
    let opened = Opened::with(&options, runtime, files).await;
    store.reads.lock().expect("no panic").clear();
    let outcome = opened.detect(&Choice::default(), &nothing()).await;
    assert!(outcome.run.detections.len() >= 6, "{:?}", outcome.run.detections);
    assert_eq!(outcome.coverage.scan.objects, 4);
    let reads = store.reads.lock().expect("no panic").clone();
    assert_eq!(reads.values().copied().collect::<Vec<usize>>(), [1, 1, 1, 1]);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let opened = Opened::new(&["srcaddr dstaddr\n10.0.0.1 10.0.0.2\n"]).await;
    let only_some = ["brute-force-ssh", "log-health", "open-port-traffic", "port-scan", "unusual-egress"];
    let choice = Choice { only: only_some.map(str::to_owned).into(), ..Choice::default() };
    let outcome = opened.detect(&choice, &nothing()).await;
    let skipped: Vec<String> =
        outcome.skipped.iter().map(|skipped| format!("{}: {}", skipped.detection, skipped.reason)).collect();
    assert_eq!(
        skipped,
        [
            "brute-force-ssh: needs srcport, dstport, protocol, packets, bytes, start, action",
            "log-health: needs interface_id, start, log_status",
            "open-port-traffic: needs interface_id, srcport, dstport, protocol, bytes, start, action",
            "port-scan: needs srcport, dstport, protocol, start, action",
            "unusual-egress: needs srcport, dstport, protocol, bytes, start, action",
        ]
    );
    assert_eq!((outcome.run.detections.len(), outcome.findings.len()), (0, 0));

    let opened = Opened::new(&[&scan().text()]).await;
    let outcome = opened.detect(&only("open-port-traffic"), &nothing()).await;
    assert_eq!(outcome.skipped[0].reason, "needs --security-groups and --interfaces");
}

#[tokio::test]
async fn a_detection_that_fails_takes_nothing_from_others() {
    let folder = TempDir::new().expect("a folder");
    let sql = "-- id: mine\n-- title: t\n-- did: d\n-- needs: start\n-- why: w\n-- false-positives: f\n-- remediation: r\n\
        SELECT nullif(first_start, first_start) AS window_start, bucket AS window_end, first_start AS first_seen, \
        last_end AS last_seen, 'low' AS severity, 'x' AS description FROM connections LIMIT 1";
    write(folder.path(), "mine.sql", sql);
    let only = vec!["mine".to_owned(), "port-scan".to_owned()];
    let choice = Choice { only, queries: Some(folder.path().to_owned()), ..Choice::default() };
    // A record without a start, which no span of five minutes has.
    let undated = scan().text().lines().last().expect("a line").replace(&(1_773_187_200 + 7_220).to_string(), "-");
    let misaddressed = scan().text().lines().last().expect("a line").replace("203.0.113.9", "203.000.113.009");
    let text = format!("{}{undated}\n{misaddressed}\n", scan().text());
    let outcome = Opened::new(&[&text]).await.detect(&choice, &nothing()).await;
    let skipped: Vec<&str> = outcome.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!(skipped, ["it failed: window_start is NULL; give it a time in Unix seconds"]);
    assert_eq!(outcome.run.detections, ["port-scan"]);
    assert!(outcome.is_partial());
    assert_eq!(outcome.findings[0].description, "203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered");
    let coverage = &outcome.coverage;
    assert_eq!((outcome.run.records, coverage.undated, coverage.misaddressed), (22, 1, 1));
}

#[tokio::test]
async fn of_too_many_findings_the_worst_are_told() {
    let folder = TempDir::new().expect("a folder");
    let sql = "-- id: mine\n-- title: t\n-- did: d\n-- needs: start\n-- why: w\n-- false-positives: f\n-- remediation: r\n\
        SELECT 300 AS window_start, 600 AS window_end, 300 AS first_seen, 300 AS last_seen, '10.0.0.' || n AS description, \
        CASE WHEN n = 11999 THEN 'critical' WHEN n % 2 = 0 THEN 'info' ELSE 'low' END AS severity \
        FROM generate_series(1, 12000) AS t(n) WHERE (SELECT count(*) FROM connections) > 0";
    write(folder.path(), "mine.sql", sql);
    let choice = Choice { queries: Some(folder.path().to_owned()), ..only("mine") };
    let outcome = Opened::new(&[&scan().text()]).await.detect(&choice, &nothing()).await;
    let count = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
    // 5,999 are low.
    let counts = [Severity::Critical, Severity::Low, Severity::Info].map(count);
    assert_eq!((counts, outcome.is_partial()), ([1, 5_999, 4_000], true));
    assert_eq!(outcome.skipped[0].reason, "more than 10000 findings; the worst of them are told");
}

#[tokio::test]
async fn the_json_has_the_documented_shape() {
    let mut logs = scan();
    logs.status("eni-1", "NODATA", 0).status("eni-1", "NODATA", 60).status("eni-1", "SKIPDATA", 120);
    let opened = Opened::new(&[&(logs.text() + "too few fields\n")]).await;
    let outcome = opened.detect(&only("port-scan"), &nothing()).await;
    assert!(outcome.reaches(Severity::Low) && !outcome.reaches(Severity::Medium) && !outcome.is_partial());
    let mut json = Vec::new();
    write_findings(FindingFormat::Json, &outcome, None, &mut json).expect("memory");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let counts = ["objects", "records", "malformed", "nodata", "skipdata"].map(|key| json["coverage"][key].clone());
    assert_eq!(serde_json::json!(counts), serde_json::json!([1, 23, 1, 2, 1]));
    assert_eq!(
        json["findings"],
        serde_json::json!([{
            "id": "8c19f76c4e8536c5",
            "key": "ea9df913016151cd",
            "incident": "1c33a755106f9ebd",
            "detection": "port-scan",
            "title": "One host tries many ports of another",
            "severity": "low",
            "account_id": "123456789012",
            "region": null,
            "interface_id": "eni-1",
            "actor": "203.0.113.9",
            "target": "10.0.0.1",
            "port": null,
            "protocol": 6,
            "direction": "inbound",
            "window_start": "2026-03-11T02:00:00Z",
            "window_end": "2026-03-11T02:05:00Z",
            "first_seen": "2026-03-11T02:00:01Z",
            "last_seen": "2026-03-11T02:00:40Z",
            "evidence": {
                "attempts": 20,
                "ports": 20,
                "ports_answered": 0,
                "ports_seen": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
            },
            "description": "203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered",
            "why": "Whoever tries many ports of a host looks for a way in. From outside it is the first step of most attacks; \
                    from inside it says that a host of ours is already in somebody else's hands.",
            "false_positives": "Vulnerability scanners and inventory tools of your own; exclude them by address.",
            "remediation": "Block the source in a network ACL, close the ports that answered and need not be open, and \
                            look at what an internal source runs.",
            "attack": ["T1046"],
            "guardduty": "Recon:EC2/Portscan",
            "query": "SELECT * FROM flows WHERE start BETWEEN 1773194401 AND 1773194440 AND interface_id = 'eni-1' AND \
                      ((srcaddr = '203.0.113.9' AND dstaddr = '10.0.0.1') OR (srcaddr = '10.0.0.1' AND dstaddr = \
                      '203.0.113.9')) AND protocol = 6 AND (protocol IN (6, 17, 132)) ORDER BY start",
            "actor_context": null,
            "target_context": null,
        }])
    );
}

#[tokio::test]
async fn ids_name_detection_entities_and_day() {
    let ids = async |logs: &Logs| {
        let outcome = Opened::new(&[&logs.text()]).await.detect(&only("port-scan"), &nothing()).await;
        outcome.findings.into_iter().map(|finding| (finding.id, finding.key)).collect::<Vec<_>>()
    };
    let first = ids(&scan()).await;
    assert_eq!(first.len(), 1);
    // More of the same on the same day is the same finding; the next day's is another.
    let mut more = scan();
    more.rejected("203.0.113.9", "10.0.0.1", 21, 7_300);
    assert_eq!(ids(&more).await, first);
    let mut next_day = Logs::v5();
    for port in 1..=20 {
        next_day.rejected("203.0.113.9", "10.0.0.1", port, 86_400 + i64::from(port));
    }
    let again = ids(&next_day).await;
    assert_ne!(again[0].0, first[0].0);
    assert_eq!(again[0].1, first[0].1, "what it is of is the same on any day");
}

#[tokio::test]
async fn the_table_says_what_was_found_and_what_was_not_looked_at() {
    let mut logs = Logs::v5();
    for port in 1..=20 {
        // A name that would turn the writing direction of a terminal.
        logs.rejected_at("eni-\u{202e}1", "203.0.113.9", "10.0.0.1", port, 7_200);
    }
    logs.status("eni-1", "SKIPDATA", 0);
    let opened = Opened::new(&[&logs.text()]).await;
    let choice = Choice { only: vec!["port-scan".to_owned(), "open-port-traffic".to_owned()], ..Choice::default() };
    let outcome = opened.detect(&choice, &nothing()).await;
    let mut text = Vec::new();
    write_findings(FindingFormat::Table, &outcome, None, &mut text).expect("memory");
    let text = String::from_utf8(text).expect("UTF-8");
    assert_eq!(
        text.replace(&bytesize::ByteSize(outcome.coverage.scan.bytes).to_string(), "SIZE"),
        "\
2026-03-11 UTC, all in account 123456789012

low  02:00  port-scan  203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered

1 incident, 1 finding of 1 detection in 21 records of 1 object (SIZE)
1 SKIPDATA record: AWS lost some others, it does not say how many
without the fields pkt-srcaddr, traffic-path: a NAT gateway is known by --interfaces only, and may look like a scanner; \
what goes to S3 is known by --aws-ip-ranges only, and may look like an upload to the internet
skipped open-port-traffic: needs --security-groups and --interfaces
"
    );
    assert_eq!(outcome.findings[0].interface_id.as_deref(), Some("eni-\u{202e}1"));
}

#[tokio::test]
async fn a_parameter_moves_the_threshold_and_a_detection_can_be_left_out() {
    let opened = Opened::new(&[&scan().text()]).await;
    let choice = Choice {
        only: vec!["port-scan".to_owned(), "log-health".to_owned()],
        params: vec![("port-scan".to_owned(), "ports".to_owned(), "21".to_owned())],
        exclude: vec!["log-health".to_owned()],
        ..Choice::default()
    };
    let outcome = opened.detect(&choice, &nothing()).await;
    assert_eq!(outcome.findings.len(), 0);
    assert!(!outcome.run.detections.contains(&"log-health".to_owned()));
}

/// Counts the requests for each object.
#[derive(Debug)]
struct Counting {
    files: LocalFileSystem,
    reads: Mutex<BTreeMap<String, usize>>,
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counting {}", self.files)
    }
}

impl Counting {
    fn count(&self, location: &Path) {
        *self.reads.lock().expect("no panic").entry(location.to_string()).or_default() += 1;
    }
}

#[async_trait::async_trait]
impl ObjectStore for Counting {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.count(location);
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.count(location);
        self.files.get_ranges(location, ranges).await
    }

    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.files.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn damaged_numbers_do_not_keep_a_detection_from_its_work() {
    let line = |bytes: &str| {
        format!("2 123456789012 eni-1 10.0.0.7 8.8.8.8 40000 443 6 1 {bytes} 1773194401 1773194440 ACCEPT OK\n")
    };
    let header = crate::scan::HEADER;
    let huge = format!("{header}\n{}{}", line("9223372036854775807"), line("9223372036854775807"));
    let opened = Opened::new(&[&scan().text(), &huge]).await;
    let outcome = opened.detect(&only("port-scan"), &nothing()).await;
    assert_eq!(outcome.findings.len(), 1);
}

#[tokio::test]
async fn findings_are_written_for_spreadsheets_engines_and_tickets() {
    let outcome = Opened::new(&[&scan().text()]).await.detect(&only("port-scan"), &nothing()).await;
    let written = |format| {
        let mut bytes = Vec::new();
        write_findings(format, &outcome, None, &mut bytes).expect("memory");
        bytes
    };
    let text = |format| String::from_utf8(written(format)).expect("UTF-8");
    let csv = text(FindingFormat::Csv);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("id,detection,title,severity,account_id,region,interface_id,actor,target,direction,"));
    assert!(
        lines[1].starts_with("8c19f76c4e8536c5,port-scan,One host tries many ports of another,low,123456789012,,eni-1,203.0.113.9,10.0.0.1,inbound,"),
        "{csv}"
    );
    assert!(
        lines[1].contains(r#""{""attempts"":20,""ports"":20,""ports_answered"":0,""ports_seen"":""1, 2, 3, "#),
        "{csv}"
    );
    assert_eq!(lines.len(), 2);
    let ndjson = text(FindingFormat::Ndjson);
    let line: serde_json::Value = serde_json::from_str(ndjson.trim_end()).expect("one object");
    assert_eq!(line["id"], "8c19f76c4e8536c5");
    let markdown = text(FindingFormat::Markdown);
    assert!(markdown.contains("| low | 2026-03-11 02:00 | port-scan | 203.0.113.9 → 10.0.0.1 | 203.0.113.9 tried 20 ports of 10.0.0.1 in 20 attempts; 0 answered |"));
    assert!(markdown.contains("* **ATT\\&CK:** T1046") || markdown.contains("* **ATT&CK:** T1046"), "{markdown}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), written(FindingFormat::Parquet)).expect("a file");
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file.reopen().expect("the file"));
    let rows = reader.expect("Parquet").build().expect("a reader").next().expect("a batch").expect("rows");
    assert_eq!((rows.num_rows(), rows.num_columns()), (1, 30));
    // What comes from logs is hostile.
    let mut hostile = outcome.clone();
    hostile.findings[0].description = "a | b <script>`x` [y](z)\u{1b}".to_owned();
    let mut bytes = Vec::new();
    write_findings(FindingFormat::Markdown, &hostile, None, &mut bytes).expect("memory");
    let markdown = String::from_utf8(bytes).expect("UTF-8");
    assert!(markdown.contains("a \\| b \\<script\\>\\`x\\` \\[y\\](z)\u{fffd}"), "{markdown}");
}

#[tokio::test]
async fn a_suppression_leaves_out_what_it_says_until_its_day() {
    let folder = TempDir::new().expect("a folder");
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
    let load =
        |text: &str| Suppressions::load(&[write(folder.path(), "suppress.toml", text)], &ContextFiles::default());
    let outcome = Opened::new(&[&scan().text()]).await.detect(&only("port-scan"), &nothing()).await;
    let catalogue = Catalogue::load(&only("port-scan")).await.expect("a catalogue");
    let left = |text: &str, today: &str| {
        let suppressions = load(text).unwrap_or_else(|error| panic!("{error}"));
        let mut outcome = outcome.clone();
        outcome.suppress(&suppressions, day(today));
        let expired = suppressions.warnings(&catalogue, day(today)).len();
        (outcome.findings.len(), outcome.suppressed.iter().map(|entry| entry.findings).sum::<usize>(), expired)
    };
    let entry = |what: &str| format!("[[suppress]]\n{what}\nreason = \"ours\"\nexpires = 2026-12-31\n");
    let scanner = entry("detection = \"port-scan\"\nactor = \"203.0.113.0/24\"");
    assert_eq!(left(&scanner, "2026-12-31"), (0, 1, 0));
    assert_eq!(left(&scanner, "2027-01-01"), (1, 0, 1));
    assert_eq!(left(&scanner.replace("2026-12-31", "\"never\""), "2099-01-01"), (0, 1, 0));
    for other in ["actor = \"198.51.100.0/24\"", "detection = \"port-sweep\"", "port = 22", "target = \"10.0.0.2\""] {
        assert_eq!(left(&entry(other), "2026-03-11"), (1, 0, 0), "{other}");
    }
    for (text, problem) in [
        (entry(""), "entry 1: says nothing to match"),
        (entry("actor = \"office\""), "\"office\" is no network"),
        (entry("protocol = 6"), "unknown field `protocol`"),
        (entry("port = 65536"), "port: write a number from 0 to 65535"),
        ("[[suppress]]\nport = 22\nreason = \"x\"\n".to_owned(), "missing field `expires`"),
        (entry("port = 22").replace("2026-12-31", "\"2026-12-31\""), "without quotes"),
    ] {
        let error = load(&text).expect_err("no suppression").to_string();
        assert!(error.contains("suppress.toml") && error.contains(problem), "{text}: {error}");
    }
}
