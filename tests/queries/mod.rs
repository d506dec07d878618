//! `queries/investigate`: AWS' sixteen named Athena queries, corrected. Each must plan over the whole catalogue of
//! fields, say truly which columns it needs, and give the right numbers where the same packets are recorded twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::scalar::ScalarValue;
use vpcflow::format::field::{FIELDS, column_name};
use vpcflow::session::{Session, SessionOptions};

/// AWS' names for the sixteen, and ours.
const NAMED: [(&str, &str); 16] = [
    ("VpcFlowLogsAcceptedTraffic", "accepted-traffic"),
    ("VpcFlowLogsAdminPortTraffic", "admin-port-traffic"),
    ("VpcFlowLogsIPv4Traffic", "ipv4-traffic"),
    ("VpcFlowLogsIPv6Traffic", "ipv6-traffic"),
    ("VpcFlowLogsRejectedTCPTraffic", "rejected-tcp-traffic"),
    ("VpcFlowLogsRejectedTraffic", "rejected-traffic"),
    ("VpcFlowLogsSshRdpTraffic", "ssh-rdp-traffic"),
    ("VpcFlowLogsTopTalkers", "top-talkers"),
    ("VpcFlowLogsTopTalkersPacketLevel", "top-talkers-packet-level"),
    ("VpcFlowLogsTopTalkingInstances", "top-talking-instances"),
    ("VpcFlowLogsTopTalkingSubnets", "top-talking-subnets"),
    ("VpcFlowLogsTopTCPTraffic", "top-tcp-traffic"),
    ("VpcFlowLogsTotalBytesTransferred", "total-bytes-transferred"),
    ("VpcFlowLogsTotalBytesTransferredPacketLevel", "total-bytes-transferred-packet-level"),
    ("VpcFlowLogsTrafficFrmSrcAddr", "traffic-from-srcaddr"),
    ("VpcFlowLogsTrafficToDstAddr", "traffic-to-dstaddr"),
];

fn sql(id: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/investigate").join(id).with_extension("sql");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The `-- key: value` lines a query starts with.
fn front_matter(sql: &str) -> BTreeMap<&str, &str> {
    sql.lines().map_while(|line| line.strip_prefix("-- ")?.split_once(": ")).collect()
}

/// What `flows` may have: every known field, the times, and what is known from the object's key.
fn full_schema() -> Schema {
    let field = |field: &vpcflow::format::field::Field| {
        Field::new(column_name(field.name), field.field_type.arrow_type(), true)
    };
    let time = DataType::Timestamp(TimeUnit::Second, Some("UTC".into()));
    let mut fields: Vec<_> = FIELDS.iter().map(field).collect();
    fields.extend(["start_time", "end_time"].map(|name| Field::new(name, time.clone(), true)));
    fields.extend(
        ["_account", "_region", "_flow_log_id", "_object"].map(|name| Field::new(name, DataType::Utf8View, true)),
    );
    fields.push(Field::new("_date", DataType::Date32, true));
    Schema::new(fields)
}

fn session() -> SessionContext {
    let options = SessionOptions::default();
    let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
    session.context().clone()
}

async fn bound(ctx: &SessionContext, id: &str) -> DataFrame {
    let sql = sql(id);
    let frame = ctx.sql(&sql).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    match front_matter(&sql).get("param") {
        Some(param) => {
            let name = param.split(' ').next().expect("a parameter has a name");
            frame.with_param_values(vec![(name, ScalarValue::from("10.0.0.0/24"))]).expect(id)
        }
        None => frame,
    }
}

#[test]
fn all_sixteen_are_there_under_their_names() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/investigate");
    let files = fs::read_dir(folder).expect("the folder can be read").map(|entry| entry.expect("an entry").file_name());
    let files: BTreeSet<_> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    assert_eq!(files, NAMED.map(|(_, id)| format!("{id}.sql")).into());
    for (athena, id) in NAMED {
        let sql = sql(id);
        let front_matter = front_matter(&sql);
        assert_eq!((front_matter["id"], front_matter["athena"]), (id, athena));
        assert!(front_matter.contains_key("title"), "{id}");
    }
}

#[tokio::test]
async fn each_says_truly_which_columns_it_needs() {
    let ctx = session();
    let schema = Arc::new(full_schema());
    let table = MemTable::try_new(Arc::clone(&schema), vec![vec![]]).expect("an empty table");
    ctx.register_table("flows", Arc::new(table)).expect("a table");
    for (_, id) in NAMED {
        let plan = bound(&ctx, id).await.into_optimized_plan().expect(id);
        let mut read = BTreeSet::new();
        plan.apply(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                read.extend(scan.projected_schema.fields().iter().map(|field| match field.name().as_str() {
                    "start_time" => "start".to_string(),
                    "end_time" => "end".to_string(),
                    name => name.to_string(),
                }));
            }
            Ok(TreeNodeRecursion::Continue)
        })
        .expect(id);
        read.retain(|name| !name.starts_with('_'));
        let sql = sql(id);
        let needs: BTreeSet<_> = front_matter(&sql)["needs"].split(", ").map(String::from).collect();
        assert_eq!(needs, read, "{id}");
    }
}

/// Two logged hosts (10.0.0.1 at eni-1, 10.0.0.2 at eni-2): an SSH connection between them, recorded at both ends and
/// at eni-1 by a second flow log too; HTTPS to the internet through a NAT gateway at 10.0.0.9, whose packet-level
/// address is 203.0.113.5; refused RDP from 198.51.100.7; ping over IPv6; and rows without traffic.
const RECORDS: &str = "
    ('fl-a', 'eni-1', 'i-1', 'sn-1', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', 50000, 22, 6, 10, 1000, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-2', 'i-2', 'sn-1', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', 50000, 22, 6, 10, 1000, 'ACCEPT', 'OK'),
    ('fl-b', 'eni-1', 'i-1', 'sn-1', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', 50000, 22, 6, 10, 1000, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-1', 'i-1', 'sn-1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', 22, 50000, 6, 20, 4000, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-2', 'i-2', 'sn-1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', 22, 50000, 6, 20, 4000, 'ACCEPT', 'OK'),
    ('fl-b', 'eni-1', 'i-1', 'sn-1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', 22, 50000, 6, 20, 4000, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-9', NULL,  'sn-9', '10.0.0.1', '10.0.0.9', '10.0.0.1', '203.0.113.5', 50001, 443, 6, 5, 700, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-1', 'i-1', 'sn-1', '10.0.0.1', '203.0.113.5', NULL, NULL, 50001, 443, 6, 5, 700, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-2', 'i-2', 'sn-1', '198.51.100.7', '10.0.0.2', NULL, NULL, 40000, 3389, 6, 3, NULL, 'REJECT', 'OK'),
    ('fl-a', 'eni-2', 'i-2', 'sn-1', '198.51.100.7', '10.0.0.2', NULL, NULL, 40000, 161, 17, 1, 90, 'REJECT', 'OK'),
    ('fl-a', 'eni-2', 'i-2', 'sn-1', '2001:db8::7', '2001:db8::2', NULL, NULL, 0, 0, 58, 2, 208, 'ACCEPT', 'OK'),
    ('fl-a', 'eni-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NODATA'),
    ('fl-a', 'eni-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'SKIPDATA')";

const COLUMNS: &str = "_flow_log_id, interface_id, instance_id, subnet_id, srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, \
                       srcport, dstport, protocol, packets, bytes, action, log_status";

/// What each query answers, without the times. No packet counts twice, and the rows without traffic not at all.
const ANSWERS: [(&str, &[&str]); 16] = [
    (
        "accepted-traffic",
        &[
            "10.0.0.1 10.0.0.2 22 ssh 1 1000 10",
            "10.0.0.1 10.0.0.9 443 https 1 700 5",
            "10.0.0.1 203.0.113.5 443 https 1 700 5",
        ],
    ),
    ("admin-port-traffic", &["10.0.0.1 1 [22] 5000 30"]),
    ("ipv4-traffic", &["44 6490"]),
    ("ipv6-traffic", &["2 208"]),
    ("rejected-tcp-traffic", &["198.51.100.7 10.0.0.2 3389 rdp 3"]),
    ("rejected-traffic", &["198.51.100.7 10.0.0.2 TCP 3389 rdp 3", "198.51.100.7 10.0.0.2 UDP 161 snmp 1"]),
    (
        "ssh-rdp-traffic",
        &["10.0.0.1 10.0.0.2 ssh TCP ACCEPT 1 1000 10", "198.51.100.7 10.0.0.2 rdp TCP REJECT 1 NULL 3"],
    ),
    (
        "top-talkers",
        &[
            "10.0.0.1 6400 2400 4000 40",
            "10.0.0.2 5090 4000 1090 34",
            "10.0.0.9 700 NULL 700 5",
            "203.0.113.5 700 NULL 700 5",
            "2001:db8::2 208 NULL 208 2",
            "2001:db8::7 208 208 NULL 2",
            "198.51.100.7 90 90 NULL 4",
        ],
    ),
    (
        "top-talkers-packet-level",
        &[
            "10.0.0.1 5700 1700 4000 35",
            "10.0.0.2 5090 4000 1090 34",
            "203.0.113.5 700 NULL 700 5",
            "2001:db8::2 208 NULL 208 2",
            "2001:db8::7 208 208 NULL 2",
            "198.51.100.7 90 90 NULL 4",
        ],
    ),
    ("top-talking-instances", &["i-1 1 5700 35", "i-2 1 5298 36"]),
    ("top-talking-subnets", &["sn-1 2 10998 71", "sn-9 1 700 5"]),
    ("top-tcp-traffic", &["10.0.0.2 1 4000 20", "10.0.0.1 3 2400 20", "198.51.100.7 1 NULL 3"]),
    (
        "total-bytes-transferred",
        &[
            "10.0.0.2 10.0.0.1 4000 20",
            "10.0.0.1 10.0.0.2 1000 10",
            "10.0.0.1 10.0.0.9 700 5",
            "10.0.0.1 203.0.113.5 700 5",
            "2001:db8::7 2001:db8::2 208 2",
            "198.51.100.7 10.0.0.2 90 4",
        ],
    ),
    (
        "total-bytes-transferred-packet-level",
        &[
            "10.0.0.2 10.0.0.1 4000 20",
            "10.0.0.1 10.0.0.2 1000 10",
            "10.0.0.1 203.0.113.5 700 5",
            "2001:db8::7 2001:db8::2 208 2",
            "198.51.100.7 10.0.0.2 90 4",
        ],
    ),
    // The parameter is 10.0.0.0/24.
    (
        "traffic-from-srcaddr",
        &[
            "10.0.0.2 10.0.0.1 TCP 22 50000 ACCEPT 4000 20",
            "10.0.0.1 10.0.0.2 TCP 50000 22 ACCEPT 1000 10",
            "10.0.0.1 10.0.0.9 TCP 50001 443 ACCEPT 700 5",
            "10.0.0.1 203.0.113.5 TCP 50001 443 ACCEPT 700 5",
        ],
    ),
    (
        "traffic-to-dstaddr",
        &[
            "10.0.0.2 10.0.0.1 TCP 22 50000 ACCEPT 4000 20",
            "10.0.0.1 10.0.0.2 TCP 50000 22 ACCEPT 1000 10",
            "10.0.0.1 10.0.0.9 TCP 50001 443 ACCEPT 700 5",
            "198.51.100.7 10.0.0.2 UDP 40000 161 REJECT 90 1",
            "198.51.100.7 10.0.0.2 TCP 40000 3389 REJECT NULL 3",
        ],
    ),
];

#[tokio::test]
async fn each_gives_the_right_numbers() {
    let ctx = session();
    ctx.sql(&format!(
        "CREATE TABLE flows AS SELECT *, to_timestamp(0) AS start_time, to_timestamp(60) AS end_time
         FROM (VALUES {RECORDS}) AS records ({COLUMNS})"
    ))
    .await
    .expect("a table of records");
    for (id, answer) in ANSWERS {
        let batches = bound(&ctx, id).await.collect().await.expect(id);
        assert_eq!(rows(&batches), answer, "{id}");
    }
}

#[tokio::test]
async fn a_parameter_that_is_no_address_fails_instead_of_finding_nothing() {
    let ctx = session();
    let table = MemTable::try_new(Arc::new(full_schema()), vec![vec![]]).expect("an empty table");
    ctx.register_table("flows", Arc::new(table)).expect("a table");
    let frame = ctx.sql(&sql("traffic-to-dstaddr")).await.expect("a plan");
    let frame = frame.with_param_values(vec![("addr", ScalarValue::from("10.0.0"))]);
    let planned = match frame {
        Ok(frame) => frame.create_physical_plan().await.map(|_| ()),
        Err(error) => Err(error),
    };
    let error = planned.expect_err("no network").strip_backtrace();
    assert!(error.contains("\"10.0.0\" is no network"), "{error}");
}

fn rows(batches: &[RecordBatch]) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = vec![];
    for batch in batches {
        let schema = batch.schema();
        let shown = schema.fields().iter().enumerate().filter(|(_, field)| !field.name().ends_with("_seen"));
        let columns: Vec<_> = shown
            .map(|(index, _)| ArrayFormatter::try_new(batch.column(index), &options).expect("a displayable column"))
            .collect();
        rows.extend(
            (0..batch.num_rows())
                .map(|row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ")),
        );
    }
    rows
}
