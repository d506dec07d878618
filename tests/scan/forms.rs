//! Every form in which people have flow logs gives the same rows, and what is no flow log is named.

use std::path::Path;

use vpcflow::format::Layout;
use vpcflow::scan::{ReadOptions, Selection};

use super::{Folder, HEADER, Logs, RECORDS, gzip};

const SELECT: &str =
    "SELECT interface_id, srcaddr, dstport, bytes, start, action, log_status FROM flows ORDER BY dstport";
const ROWS: &str = "\
interface_id,srcaddr,dstport,bytes,start,action,log_status
eni-1235b8ca123456789,172.31.16.139,22,4249,1418530010,ACCEPT,OK
eni-1235b8ca123456789,172.31.9.69,3389,4249,1418530010,REJECT,OK
";

async fn assert_rows(name: &str, content: impl AsRef<[u8]>) {
    let folder = Folder::new();
    folder.write(name, content);
    assert_eq!(Logs::open(folder.path()).await.query(SELECT).await, ROWS, "{name}");
}

#[tokio::test]
async fn text_with_and_without_gzip_and_header() {
    let text = format!("{HEADER}\n{RECORDS}");
    assert_rows("flows.log", &text).await;
    assert_rows("flows.log.gz", gzip(&text)).await;
    assert_rows("named-wrong.txt", gzip(&text)).await;
    let (first, second) = RECORDS.split_at(RECORDS.find('\n').expect("two lines") + 1);
    assert_rows("members.gz", [gzip(format!("{HEADER}\n{first}")), gzip(format!("{HEADER}\n{second}"))].concat()).await;
    assert_rows("bare", RECORDS).await;
    assert_rows("crlf", text.replace('\n', "\r\n")).await;
}

#[tokio::test]
async fn forms_that_cloudwatch_and_firehose_deliver() {
    let exported: String = RECORDS.lines().map(|line| format!("2015-08-12T13:47:43.000Z {line}\n")).collect();
    assert_rows("export.gz", gzip(exported)).await;
    let csv: String = RECORDS.lines().map(|line| format!("1742570569000,{line}\n")).collect();
    assert_rows("insights.csv", format!("timestamp,message\n{csv}")).await;
    let firehose: String = RECORDS.lines().map(|line| format!("{{\"message\":\"{line}\"}}\n")).collect();
    assert_rows("firehose.json", firehose).await;
    let events: Vec<String> = RECORDS.lines().map(|line| format!(r#"{{"timestamp":1,"message":"{line}"}}"#)).collect();
    let document = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{}]}}"#, events.join(","));
    assert_rows("subscription.gz", gzip(document)).await;
}

#[tokio::test]
async fn a_format_string_names_the_fields_of_lines_without_a_header() {
    let folder = Folder::new();
    folder.write("custom.log", "REJECT 443 10.0.0.1\nACCEPT 80 10.0.0.2\n");
    let log_format = Layout::from_format("${action} ${dstport} ${srcaddr}").expect("three fields");
    let read = ReadOptions { log_format: Some(log_format), ..ReadOptions::default() };
    let logs = Logs::open_with(folder.path(), read, Selection::default()).await.expect("flow logs");
    let rows = logs.query("SELECT srcaddr, dstport, action FROM flows ORDER BY dstport").await;
    assert_eq!(rows, "srcaddr,dstport,action\n10.0.0.2,80,ACCEPT\n10.0.0.1,443,REJECT\n");
}

#[tokio::test]
async fn several_formats_are_one_table_by_column_name() {
    let folder = Folder::new();
    folder.write("a.log", "srcaddr bytes\n10.0.0.1 5\n");
    folder.write("b.log.gz", gzip("tcp-flags srcaddr new-field\n2 10.0.0.2 x\n- 10.0.0.3 -\n"));
    write_parquet(&folder.path().join("c.log.parquet"));
    let rows = Logs::open(folder.path())
        .await
        .query("SELECT srcaddr, bytes, tcp_flags, new_field FROM flows ORDER BY srcaddr")
        .await;
    let expected = "\
srcaddr,bytes,tcp_flags,new_field
10.0.0.1,5,,
10.0.0.2,,2,x
10.0.0.3,,,
10.0.0.4,7,18,
10.0.0.5,,,
";
    assert_eq!(rows, expected);
}

/// As AWS writes it, but for one integer wider and one narrower: names with underscores, `-` for no text.
fn write_parquet(path: &Path) {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int16Array, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    let columns: [(&str, ArrayRef); 4] = [
        ("srcaddr", Arc::new(StringArray::from(vec!["10.0.0.4", "10.0.0.5"]))),
        ("instance_id", Arc::new(StringArray::from(vec!["i-1", "-"]))),
        ("bytes", Arc::new(Int16Array::from(vec![Some(7), None]))),
        ("tcp_flags", Arc::new(Int64Array::from(vec![Some(18), None]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of two rows");
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(path).expect("a file"), batch.schema(), None).expect("Parquet");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

#[tokio::test]
async fn filters_mean_the_same_on_parquet() {
    let folder = Folder::new();
    write_parquet(&folder.path().join("c.parquet"));
    let logs = Logs::open(folder.path()).await;
    assert_eq!(logs.query("SELECT srcaddr FROM flows WHERE instance_id IS NULL").await, "srcaddr\n10.0.0.5\n");
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows WHERE instance_id = '-'").await, "n\n0\n");
    assert_eq!(
        logs.query("SELECT instance_id FROM flows WHERE bytes = 7 AND tcp_flags = 18").await,
        "instance_id\ni-1\n"
    );
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n2\n");
}

#[tokio::test]
async fn what_is_no_flow_log_is_named_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.write("AWSLogs/flows.log", format!("{HEADER}\n{RECORDS}"));
    folder.write("aws-logs-write-test", "Permission Check Successful");
    folder.write("cloudtrail.json.gz", gzip(r#"{"Records":[{"eventVersion":"1.08"}]}"#));
    folder.write("empty", "");
    folder.write("empty.gz", gzip(""));
    folder.write("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    folder.write("notes.txt", "dear diary");
    let logs = Logs::open(folder.path()).await;
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n2\n");
    let coverage = logs.coverage();
    assert_eq!((coverage.objects, coverage.records, coverage.failed), (7, 2, 0));
    let reasons: Vec<_> = coverage.not_flow_logs.into_iter().collect();
    assert_eq!(reasons, [("binary", 1), ("empty", 2), ("other_json", 1), ("other_text", 1), ("write_test", 1)]);
    assert!(coverage.not_flow_log_objects.iter().any(|note| note.object.ends_with("logo.png")));
}

#[tokio::test]
async fn a_folder_without_flow_logs_is_an_error_that_says_what_is_there() {
    let folder = Folder::new();
    folder.write("cloudtrail.json", r#"{"Records":[]}"#);
    let error =
        Logs::open_with(folder.path(), ReadOptions::default(), Selection::default()).await.err().expect("an error");
    let text = error.to_string();
    assert!(
        text.starts_with("no flow logs among 1 object\n") && text.contains("cloudtrail.json: JSON of another kind"),
        "{text}"
    );
}

#[tokio::test]
async fn broken_objects_are_named_and_the_rest_is_read() {
    let folder = Folder::new();
    let whole = gzip(format!("{HEADER}\n{}", RECORDS.repeat(200)));
    folder.write("damaged.log.gz", &whole[..whole.len() / 2]);
    folder.write("good.log.gz", &whole);
    folder.write("damaged.parquet", b"PAR1 and then nothing of the kind");
    let logs = Logs::open(folder.path()).await;
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n400\n");
    let coverage = logs.coverage();
    assert!(coverage.is_partial());
    let failed: Vec<String> = coverage.failed_objects.iter().map(|note| note.note.clone()).collect();
    assert_eq!(failed.len(), 2);
    assert_eq!(
        failed[0],
        "damaged or truncated gzip data: member 1 at byte 0 does not inflate; get a new copy of the object"
    );
    assert!(failed[1].starts_with("damaged Parquet: "), "{}", failed[1]);

    let strict = ReadOptions { strict: true, ..ReadOptions::default() };
    let logs = Logs::open_with(folder.path(), strict, Selection::default()).await.expect("flow logs");
    let error = logs.try_query("SELECT count(*) FROM flows").await.expect_err("an error").to_string();
    assert!(error.contains("damaged") && error.contains("(--strict)"), "{error}");
}

#[tokio::test]
async fn an_object_over_the_limit_is_named_and_one_at_the_limit_is_read() {
    let folder = Folder::new();
    let text = format!("{HEADER}\n{}", RECORDS.repeat(200));
    folder.write("flows.log.gz", gzip(&text));
    let count = |max_object_bytes| {
        let folder = folder.path().to_owned();
        async move {
            let read = ReadOptions { max_object_bytes, ..ReadOptions::default() };
            let logs = Logs::open_with(&folder, read, Selection::default()).await.expect("flow logs");
            (logs.query("SELECT count(*) AS n FROM flows").await, logs.coverage().failed_objects)
        }
    };
    assert_eq!(count(text.len()).await, ("n\n400\n".to_owned(), vec![]));
    let (rows, failed) = count(text.len() - 1).await;
    assert_eq!((rows.as_str(), failed.len()), ("n\n0\n", 1));
    assert!(failed[0].note.contains("--max-object-size"), "{}", failed[0].note);
}

#[tokio::test]
async fn every_line_is_accounted_for() {
    let folder = Folder::new();
    let text = format!("{HEADER}\n{RECORDS}\n2 too few\n{HEADER}\r\n{RECORDS}x\0y\n");
    folder.write("flows.log", &text);
    let logs = Logs::open(folder.path()).await;
    logs.query("SELECT count(*) FROM flows").await;
    let coverage = logs.coverage();
    assert_eq!(coverage.lines, text.lines().count() as u64);
    assert_eq!((coverage.records, coverage.headers, coverage.blank, coverage.malformed), (4, 2, 1, 2));
    assert_eq!(coverage.lines, coverage.records + coverage.headers + coverage.blank + coverage.malformed);
    let samples: Vec<&str> = coverage.samples.iter().map(|sample| sample.note.as_str()).collect();
    assert_eq!(samples, ["line 5: too_few_fields: 2 too few", "line 9: control_character: x\u{fffd}y"]);
}

#[tokio::test]
async fn a_number_that_is_none_is_null_in_its_record_and_an_error_under_strict() {
    let folder = Folder::new();
    folder.write(
        "flows.log",
        "srcaddr bytes start\n10.0.0.1 5 99999999999999999999\n10.0.0.2 many 9223372036854775807\n",
    );
    let logs = Logs::open(folder.path()).await;
    let rows = logs.query("SELECT srcaddr, bytes, start, start_time FROM flows ORDER BY srcaddr").await;
    assert_eq!(rows, "srcaddr,bytes,start,start_time\n10.0.0.1,5,,\n10.0.0.2,,9223372036854775807,\n");
    let values: Vec<_> = logs.coverage().malformed_values.into_iter().collect();
    assert_eq!(
        values,
        [
            ("bytes: not_a_number".to_owned(), 1),
            ("start: out_of_range".to_owned(), 1),
            ("start_time: out_of_range".to_owned(), 2),
        ]
    );
    let strict = ReadOptions { strict: true, ..ReadOptions::default() };
    let logs = Logs::open_with(folder.path(), strict, Selection::default()).await.expect("flow logs");
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n2\n", "no number is read here");
    let error = logs.try_query("SELECT sum(bytes) FROM flows").await.expect_err("an error").to_string();
    assert!(error.contains("flows.log: line 3: not_a_number in bytes: 10.0.0.2 many"), "{error}");
}

#[tokio::test]
async fn large_text_is_read_in_pieces_with_the_same_answer() {
    let folder = Folder::new();
    let mut text = format!("\u{feff}{HEADER}\n");
    while text.len() < 40 << 20 {
        text.push_str(&RECORDS.repeat(1000));
    }
    text.push_str("2 too few\n");
    text.push_str(RECORDS.trim_end());
    folder.write("large.log", &text);
    let logs = Logs::open(folder.path()).await;
    let records = text.lines().count() - 2;
    assert_eq!(
        logs.query("SELECT count(*) AS n, sum(bytes) AS bytes FROM flows").await,
        format!("n,bytes\n{records},{}\n", records * 4249)
    );
    let coverage = logs.coverage();
    assert_eq!((coverage.lines, coverage.headers, coverage.malformed), (records as u64 + 2, 1, 1));
    assert_eq!(coverage.samples[0].note, format!("line {}: too_few_fields: 2 too few", records));
}

#[tokio::test]
async fn the_key_gives_columns() {
    let folder = Folder::new();
    let name = "AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11/012345678901_vpcflowlogs_eu-west-1_fl-0a1b_20260311T0005Z_1.log";
    folder.write(name, format!("{HEADER}\n{RECORDS}"));
    folder.write("plain.log", format!("{HEADER}\n{RECORDS}"));
    let logs = Logs::open(folder.path()).await;
    for column in ["_account", "_region", "_date", "_flow_log_id"] {
        let nulls = format!("SELECT count(*) AS n FROM flows WHERE {column} IS NULL");
        assert_eq!(logs.query(&nulls).await, "n\n2\n", "{column}");
        assert_eq!(logs.query(&nulls.replace("IS NULL", "IS NOT NULL")).await, "n\n2\n", "{column}");
    }
    std::fs::remove_file(folder.path().join("plain.log")).expect("the other one stays");
    let logs = Logs::open(folder.path()).await;
    let rows = logs.query("SELECT DISTINCT _account, _region, _date, _flow_log_id FROM vpc_flow_logs").await;
    assert_eq!(rows, "_account,_region,_date,_flow_log_id\n012345678901,eu-west-1,2026-03-11,fl-0a1b\n");
    assert!(logs.query("SELECT DISTINCT _object FROM flows").await.trim_end().ends_with(name));
}

#[tokio::test]
async fn an_object_that_vanishes_is_named_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.write("kept.log", format!("{HEADER}\n{RECORDS}"));
    let gone = folder.write("removed.log", format!("{HEADER}\n{RECORDS}"));
    let logs = Logs::open(folder.path()).await;
    std::fs::remove_file(gone).expect("removed after it was listed");
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n2\n");
    let failed = logs.coverage().failed_objects;
    assert_eq!(failed.len(), 1);
    assert!(failed[0].object.ends_with("removed.log") && failed[0].note.contains("not found"), "{failed:?}");
}

#[tokio::test]
async fn reserved_words_need_no_quotes() {
    let folder = Folder::new();
    folder.write("flows.log", "start end type\n5 9 IPv4\n");
    let logs = Logs::open(folder.path()).await;
    let sql = "SELECT end - start AS seconds, type FROM flows WHERE end > 5 AND type = 'IPv4' GROUP BY end, start, type ORDER BY end";
    assert_eq!(logs.query(sql).await, "seconds,type\n4,IPv4\n");
    assert_eq!(logs.query("SELECT max(flows.end) AS m FROM flows").await, "m\n9\n");
}

#[tokio::test]
async fn only_queries_are_taken() {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    let logs = Logs::open(folder.path()).await;
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE flows",
        "INSERT INTO flows SELECT * FROM flows",
        "COPY flows TO 'out.csv'",
        "SET datafusion.execution.batch_size = 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
    ] {
        let error = logs.try_query(sql).await.expect_err(sql).to_string();
        assert!(error.contains("not supported"), "{sql}: {error}");
    }
    assert!(logs.try_query("SELECT * FROM '/etc/passwd'").await.is_err());
}

#[tokio::test]
async fn a_damaged_first_object_hides_no_column() {
    let folder = Folder::new();
    let day = "AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11";
    let name = |slot: &str| format!("{day}/012345678901_vpcflowlogs_eu-west-1_fl-0a1b_20260311T{slot}Z_1.log.gz");
    let whole = gzip(format!("{HEADER}\n{RECORDS}"));
    for cut in [1, 3, 40, 60, 80, 100] {
        folder.write(&name("0000"), &whole[..cut]);
        folder.write(&name("0005"), &whole);
        let logs = Logs::open(folder.path()).await;
        assert_eq!(logs.query(SELECT).await, ROWS, "{cut}");
        let coverage = logs.coverage();
        assert_eq!((coverage.failed, coverage.not_flow_logs.len()), (1, 0), "{cut}: {coverage:?}");
    }
}

#[tokio::test]
async fn what_is_named_like_a_flow_log_and_is_none_is_an_object_that_can_not_be_read() {
    let day = "AWSLogs/012345678901/vpcflowlogs/eu-west-1/2026/03/11";
    let name = |slot: &str| format!("{day}/012345678901_vpcflowlogs_eu-west-1_fl-0a1b_20260311T{slot}Z_1.log");
    for (content, is_failed) in [("", true), ("{\"Records\": []}", true), ("dear diary", true), ("\n\n", false)] {
        let folder = Folder::new();
        folder.write(&name("0000"), content);
        folder.write(&name("0005"), format!("{HEADER}\n{RECORDS}"));
        // Blank lines, however many, before a header hide nothing.
        folder.write(&name("0010"), format!("{}{HEADER}\n{RECORDS}", "\n".repeat(200_000)));
        let logs = Logs::open(folder.path()).await;
        assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n4\n", "{content:?}");
        let coverage = logs.coverage();
        assert_eq!(
            (coverage.failed > 0, coverage.not_flow_logs.len()),
            (is_failed, usize::from(!is_failed)),
            "{content:?}"
        );
    }
}

#[tokio::test]
async fn an_object_that_is_read_twice_is_counted_once() {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}2 too few\n"));
    folder.write("notes.txt", "dear diary");
    let logs = Logs::open(folder.path()).await;
    logs.query("SELECT count(*) FROM flows a JOIN flows b ON a.dstport = b.dstport").await;
    let coverage = logs.coverage();
    assert_eq!((coverage.objects, coverage.lines, coverage.malformed), (2, 4, 1));
    assert_eq!((coverage.not_flow_logs["other_text"], coverage.samples.len()), (1, 1));
}

#[cfg(unix)]
#[tokio::test]
async fn one_name_that_cannot_be_read_does_not_hide_the_others() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    std::fs::write(folder.path().join(OsStr::from_bytes(b"\xff.log")), RECORDS).expect("a file");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
    let logs = Logs::open(folder.path()).await;
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n2\n");
    let coverage = logs.coverage();
    assert_eq!((coverage.failed, coverage.is_partial()), (2, true), "{:?}", coverage.failed_objects);
}

#[tokio::test]
async fn a_parquet_time_is_read_as_its_seconds() {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};

    let folder = Folder::new();
    let columns: [(&str, ArrayRef); 2] = [
        ("srcaddr", Arc::new(StringArray::from(vec!["10.0.0.4"]))),
        ("start", Arc::new(TimestampMillisecondArray::from(vec![1_773_187_200_000]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of a row");
    let file = std::fs::File::create(folder.path().join("a.parquet")).expect("a file");
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("Parquet");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
    let rows = Logs::open(folder.path()).await.query("SELECT start, start_time FROM flows").await;
    assert_eq!(rows, "start,start_time\n1773187200,2026-03-11T00:00:00\n");
}
