//! Objects are left out by their names, and never one that holds a matching record.

use proptest::prelude::*;
use vpcflow::scan::{ReadOptions, Selection, TableError};

use super::{Folder, Logs};

const DAY: i64 = 1_773_187_200; // 2026-03-11T00:00:00Z
const SLOT: i64 = 300;

/// The name of the object for records that end at `end`.
fn object_name(end: i64) -> String {
    let slot = chrono::DateTime::from_timestamp(end - end.rem_euclid(SLOT), 0).expect("a time");
    format!(
        "AWSLogs/012345678901/vpcflowlogs/eu-west-1/{}/012345678901_vpcflowlogs_eu-west-1_fl-0a1b_{}_1.log",
        slot.format("%Y/%m/%d"),
        slot.format("%Y%m%dT%H%MZ")
    )
}

/// Records as (start, length), each in the object AWS would put it into.
fn write_records(folder: &Folder, records: &[(i64, i64)]) {
    let mut objects = std::collections::BTreeMap::<String, String>::new();
    for (start, length) in records {
        let text = objects.entry(object_name(start + length)).or_insert_with(|| "srcaddr start end\n".to_owned());
        text.push_str(&format!("10.0.0.1 {start} {}\n", start + length));
    }
    for (name, text) in objects {
        folder.write(&name, text);
    }
}

#[tokio::test]
async fn one_day_reads_its_objects_and_the_head_of_the_next_day() {
    let folder = Folder::new();
    let records: Vec<(i64, i64)> = (-288..288 * 2).map(|slot| (DAY + slot * SLOT, 60)).collect();
    write_records(&folder, &records);
    let period = Selection { from: Some(DAY), to: Some(DAY + 86_400), ..Selection::default() };
    let logs = Logs::open_with(folder.path(), ReadOptions::default(), period).await.expect("flow logs");
    assert_eq!(logs.query("SELECT count(*) AS n FROM flows").await, "n\n288\n");
    let coverage = logs.coverage();
    // The slots of the day and the first hour of the next.
    assert_eq!((coverage.objects, coverage.pruned), (288 + 12, 576 - 12));
}

#[tokio::test]
async fn predicates_on_times_and_key_columns_prune() {
    let folder = Folder::new();
    let records: Vec<(i64, i64)> = (0..288).map(|slot| (DAY + slot * SLOT, 60)).collect();
    write_records(&folder, &records);
    let logs = Logs::open(folder.path()).await;
    for (condition, rows, most_objects) in [
        ("_date = '2026-03-11'", 288, 288),
        ("_date = '2026-03-12'", 0, 0),
        ("_date IN ('2026-03-10', '2026-03-12')", 0, 0),
        ("_account = '999999999999'", 0, 0),
        ("_region = 'eu-west-1' AND _flow_log_id = 'fl-0a1b'", 288, 288),
        ("start >= 1773187200 AND start < 1773190800", 12, 28),
        ("start_time < TIMESTAMP '2026-03-11T01:00:00'", 12, 25),
        ("start_time BETWEEN TIMESTAMP '2026-03-11T23:00:00' AND TIMESTAMP '2026-03-11T23:59:59'", 12, 16),
        ("end > 1773187200 + 23 * 3600 OR start < 1773187200", 12, 290),
        ("start < 1773187200 + 300 AND _date = '2026-03-11'", 1, 14),
    ] {
        let sql = format!("SELECT count(*) AS n FROM flows WHERE {condition}");
        assert_eq!(logs.query(&sql).await, format!("n\n{rows}\n"), "{condition}");
        let objects = logs.coverage().objects;
        assert!(objects <= most_objects, "{condition}: {objects} objects");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Records around midnight, of any length up to the longest interval and a minute of blur, in the objects that
    /// AWS would put them into: whatever the condition, pruning loses none of them.
    #[test]
    fn no_record_that_matches_is_lost(
        records in prop::collection::vec((-7_200i64..93_600, 0i64..660), 1..40),
        from in -3_600i64..90_000,
        length in 1i64..90_000,
        column in prop::sample::select(vec!["start", "end"]),
    ) {
        let records: Vec<(i64, i64)> = records.into_iter().map(|(offset, length)| (DAY + offset, length)).collect();
        let (from, to) = (DAY + from, DAY + from + length);
        let folder = Folder::new();
        write_records(&folder, &records);
        let matching = |(start, length): &&(i64, i64)| {
            let time = if column == "start" { *start } else { start + length };
            (from..to).contains(&time)
        };
        let expected = records.iter().filter(matching).count();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let by_condition = runtime.block_on(async {
            let logs = Logs::open(folder.path()).await;
            let condition = format!("{column} >= {from} AND {column}_time < to_timestamp({to})");
            logs.query(&format!("SELECT count(*) AS n FROM flows WHERE {condition}")).await
        });
        prop_assert_eq!(by_condition, format!("n\n{expected}\n"));
        if column == "start" {
            let period = Selection { from: Some(from), to: Some(to), ..Selection::default() };
            let by_period = runtime.block_on(async {
                match Logs::open_with(folder.path(), ReadOptions::default(), period).await {
                    Ok(logs) => logs.query("SELECT count(*) AS n FROM flows").await,
                    // By their names no object can hold a record of the period.
                    Err(TableError::NothingSelected(..)) => "n\n0\n".to_owned(),
                    Err(error) => panic!("{error}"),
                }
            });
            prop_assert_eq!(by_period, format!("n\n{expected}\n"));
        }
    }
}
