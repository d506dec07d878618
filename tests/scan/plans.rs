//! What the engine leaves to the scan, as the plans say it.

use super::{Folder, HEADER, Logs, RECORDS};

/// The physical plan of a query, without its file names.
async fn plan(sql: &str) -> String {
    let folder = Folder::new();
    folder.write("flows.log", format!("{HEADER}\n{RECORDS}"));
    let logs = Logs::open(folder.path()).await;
    let frame = logs.session.sql(sql).await.expect("a query");
    let plan = frame.create_physical_plan().await.expect("a plan");
    let text = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    let files = text.find("[[").and_then(|begin| text[begin..].find("]]").map(|end| begin..begin + end + 2));
    match files {
        Some(files) => text.replace(&text[files], "[[OBJECT]]"),
        None => text,
    }
}

#[tokio::test]
async fn only_the_columns_of_the_query_are_decoded() {
    insta::assert_snapshot!(plan("SELECT action, sum(bytes) FROM flows GROUP BY action").await);
}

#[tokio::test]
async fn counting_decodes_nothing() {
    insta::assert_snapshot!(plan("SELECT count(*) FROM flows").await);
}

#[tokio::test]
async fn filters_are_evaluated_in_the_scan_on_their_own_columns_first() {
    insta::assert_snapshot!(plan("SELECT srcaddr, bytes FROM flows WHERE dstport = 22 AND action = 'ACCEPT'").await);
}

#[tokio::test]
async fn a_function_filters_in_the_scan_too() {
    insta::assert_snapshot!(plan("SELECT bytes FROM flows WHERE cidr_contains('172.31.0.0/16', srcaddr)").await);
}

#[tokio::test]
async fn a_limit_reaches_the_scan() {
    insta::assert_snapshot!(plan("SELECT srcaddr FROM flows LIMIT 5").await);
}

#[tokio::test]
async fn an_expression_is_computed_from_decoded_columns() {
    insta::assert_snapshot!(
        plan("SELECT end - start AS seconds FROM flows WHERE start_time >= TIMESTAMP '2014-12-14'").await
    );
}

#[tokio::test]
async fn a_limit_stops_early() {
    let folder = Folder::new();
    for object in 0..50 {
        folder.write(&format!("{object:02}.log"), format!("{HEADER}\n{}", RECORDS.repeat(10_000)));
    }
    let logs = Logs::open(folder.path()).await;
    logs.query("SELECT srcaddr FROM flows LIMIT 5").await;
    let coverage = logs.coverage();
    assert!(coverage.objects <= 4 && coverage.records < 100_000, "{coverage:?}");
}
