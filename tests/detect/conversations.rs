//! AWS' own example lines as conversations: who opened them, which way, and each connection once.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::datasource::MemTable;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::conversation::{self, Wanted};
use vpcflow::session::SessionOptions;

use super::Opened;

async fn opened(text: &str) -> Opened {
    let opened = Opened::new(&[text]).await;
    build(&opened).await;
    opened
}

async fn build(opened: &Opened) {
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    conversation::build(&opened.session, wanted(&context)).await.expect("conversations");
}

/// All tables.
pub(super) fn wanted(context: &Context) -> Wanted {
    Wanted::new(context, true)
}

const CONVERSATIONS: &str = "
    SELECT initiator, responder, service_port, direction, outcome, flows, attempts, answers, request_bytes, reply_bytes,
        orientation
    FROM conversations
    ORDER BY bucket, interface_id, log_status, initiator";

const CONNECTIONS: &str = "
    SELECT interface_id, initiator, responder, service_port, flows FROM connections ORDER BY initiator, responder";

#[tokio::test]
async fn a_long_connection_and_its_middle_are_one_conversation() {
    let opened = opened("\
version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43416 5001 52.213.180.42 10.0.0.62 6 568 8 1566848875 1566848933 ACCEPT 2 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43416 10.0.0.62 52.213.180.42 6 376 7 1566848875 1566848933 ACCEPT 18 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43418 5001 52.213.180.42 10.0.0.62 6 100701 70 1566848875 1566848933 ACCEPT 2 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43418 10.0.0.62 52.213.180.42 6 632 12 1566848875 1566848933 ACCEPT 18 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43418 10.0.0.62 52.213.180.42 6 63388 1219 1566848933 1566849113 ACCEPT 1 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43418 5001 52.213.180.42 10.0.0.62 6 23294588 15774 1566848933 1566849113 ACCEPT 1 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 52.213.180.42 10.0.0.62 43638 5001 52.213.180.42 10.0.0.62 6 1260 17 1566933133 1566933193 ACCEPT 3 OK
3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 10.0.0.62 52.213.180.42 5001 43638  10.0.0.62 52.213.180.42 6 967 14 1566933133 1566933193 ACCEPT 19 OK
").await;
    assert_eq!(
        opened.rows(CONVERSATIONS).await,
        [
            "52.213.180.42 10.0.0.62 5001 inbound accepted 6 2 2 23395857 64396 tcp_flags",
            "52.213.180.42 10.0.0.62 5001 inbound accepted 2 1 1 1260 967 tcp_flags"
        ]
    );
}

#[tokio::test]
async fn flags_outweigh_ports() {
    // An FTP server opens the data connection, from port 20 and from a high port to a higher one.
    let opened = opened(
        "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags
eni-1 10.0.0.1 203.0.113.9 20 50000 6 5 500 1773187200 1773187210 ACCEPT OK 3
eni-1 203.0.113.9 10.0.0.1 50000 20 6 4 400 1773187200 1773187210 ACCEPT OK 19
eni-1 10.0.0.1 203.0.113.9 40000 50001 6 5 500 1773187200 1773187210 ACCEPT OK 3
eni-1 203.0.113.9 10.0.0.1 50001 40000 6 4 400 1773187200 1773187210 ACCEPT OK 19
",
    )
    .await;
    assert_eq!(
        opened.rows("SELECT initiator, service_port, answers FROM conversations ORDER BY service_port").await,
        ["10.0.0.1 50000 1", "10.0.0.1 50001 1"]
    );
}

#[tokio::test]
async fn whoever_sent_the_syn_is_the_client_in_later_records_too() {
    // A host sends from port 8080, which looks like a service's, to a high port: a SYN, then gigabytes without one, in the
    // same five minutes and in the next. A stranger takes as much from a database, from port 443.
    let opened = opened(
        "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction
eni-1 10.0.0.1 203.0.113.9 8080 50000 6 5 500 1773187200 1773187210 ACCEPT OK 2 egress
eni-1 203.0.113.9 10.0.0.1 50000 8080 6 4 400 1773187200 1773187210 ACCEPT OK 18 ingress
eni-1 10.0.0.1 203.0.113.9 8080 50000 6 700 1000000 1773187260 1773187310 ACCEPT OK 0 egress
eni-1 203.0.113.9 10.0.0.1 50000 8080 6 600 30000 1773187260 1773187310 ACCEPT OK 0 ingress
eni-1 10.0.0.1 203.0.113.9 8080 50000 6 700 2000000 1773187560 1773187610 ACCEPT OK 1 egress
eni-1 203.0.113.9 10.0.0.1 50000 8080 6 600 40000 1773187560 1773187610 REJECT OK 1 ingress
eni-1 203.0.113.9 10.0.0.1 443 5432 6 5 500 1773187200 1773187210 ACCEPT OK 2 ingress
eni-1 10.0.0.1 203.0.113.9 5432 443 6 4 400 1773187200 1773187210 ACCEPT OK 18 egress
eni-1 10.0.0.1 203.0.113.9 5432 443 6 900 5000000 1773187260 1773187310 ACCEPT OK 0 egress
eni-1 203.0.113.9 10.0.0.2 443 5432 6 900 60 1773187260 1773187310 ACCEPT OK 0 ingress
",
    )
    .await;
    assert_eq!(
        opened.rows(CONVERSATIONS).await,
        [
            "10.0.0.1 203.0.113.9 50000 outbound accepted 4 1 1 1000500 30400 tcp_flags",
            // Of this one no SYN was seen.
            "10.0.0.2 203.0.113.9 443 outbound accepted 1 0 0 - 60 ports",
            "203.0.113.9 10.0.0.1 5432 inbound accepted 3 1 1 500 5000400 tcp_flags",
            "10.0.0.1 203.0.113.9 50000 outbound accepted 2 0 0 2000000 40000 tcp_flags",
        ]
    );
    assert_eq!(
        opened.rows("SELECT initiator_port, replies_rejected, vantage FROM conversations WHERE attempts = 0 AND answers = 0 ORDER BY service_port").await,
        ["5432 0 initiator", "8080 1 initiator"]
    );
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    assert_as_defined(&opened, &context.own_networks()).await;
}

#[tokio::test]
async fn a_connection_is_turned_round_among_many_of_its_five_minutes() {
    // So many that the five minutes are put together in shares, and under a small limit from files.
    let mut text =
        "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags\n\
        eni-1 10.0.0.1 203.0.113.9 8080 50000 6 5 500 1773187200 1773187210 ACCEPT OK 2\n\
        eni-1 203.0.113.9 10.0.0.1 50000 8080 6 4 400 1773187200 1773187210 ACCEPT OK 18\n"
            .to_owned();
    for n in 0..20_000 {
        text += &format!(
            "eni-1 10.0.0.1 198.51.{}.{} 40000 443 6 5 500 1773187220 1773187230 ACCEPT OK 3\n",
            n / 200,
            n % 200
        );
    }
    text += "eni-1 10.0.0.1 203.0.113.9 8080 50000 6 700 1000000 1773187260 1773187310 ACCEPT OK 0\n";
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    for memory_limit_bytes in [1 << 30, 2 << 20] {
        let options = SessionOptions { threads: 2, memory_limit_bytes };
        let folder = tempfile::TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join("logs")).expect("a folder");
        std::fs::write(folder.path().join("logs/flows.log"), &text).expect("a file");
        let opened = Opened::over(&options, options.runtime().expect("a runtime"), folder).await;
        let built = conversation::build(&opened.session, wanted(&context)).await.expect("conversations");
        assert_eq!(built.spilled_threads > 0, memory_limit_bytes < 1 << 30);
        let sql = "SELECT initiator, request_bytes, flows FROM conversations WHERE service_port <> 443";
        assert_eq!(opened.rows(sql).await, ["10.0.0.1 1000500 3"]);
    }
}

#[tokio::test]
async fn only_a_leg_of_what_others_asked_for_is_a_gateways_leg() {
    // A host passes on what another asks of one address, and asks another address itself. What is rejected at a third was
    // not passed on, and two spellings of an address hide nothing.
    let opened = opened(
        "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags pkt-srcaddr pkt-dstaddr
eni-nat 10.0.1.5 10.0.0.220 40000 443 6 5 500 1773187200 1773187210 ACCEPT OK 2 10.0.1.5 203.0.113.5
eni-nat 10.0.0.220 203.0.113.5 50000 443 6 5 500 1773187500 1773187510 ACCEPT OK 2 10.0.0.220 203.0.113.5
eni-nat 10.0.0.220 203.0.113.5 50000 22 6 5 500 1773187500 1773187510 ACCEPT OK 2 10.0.0.220 203.0.113.5
eni-nat 10.0.0.220 203.0.113.6 50000 443 6 5 500 1773187500 1773187510 ACCEPT OK 2 10.0.0.220 203.0.113.6
eni-1 10.0.0.7 10.0.0.8 50000 443 6 1 40 1773187200 1773187210 REJECT OK 2 10.0.0.7 203.0.113.7
eni-1 10.0.0.8 203.0.113.7 50000 443 6 5 500 1773187500 1773187510 ACCEPT OK 2 10.0.0.8 203.0.113.7
eni-2 2600:1F18:0:0::5 2600:1f18:1::9 50000 443 6 5 500 1773187500 1773187510 ACCEPT OK 2 2600:1f18::5 2600:1f18:1::9
",
    )
    .await;
    assert_eq!(
        opened.rows("SELECT initiator, responder, service_port FROM connections WHERE is_gateway_leg").await,
        ["10.0.0.220 203.0.113.5 443"]
    );
    assert_eq!(opened.rows("SELECT count(*) FROM connections WHERE is_relayed").await, ["1"]);
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    assert_as_defined(&opened, &context.own_networks()).await;
}

#[tokio::test]
async fn version_2_is_oriented_by_ports_and_counts_rows_without_traffic() {
    let opened = opened("\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK
2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA
2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA
2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 REJECT OK
2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK
").await;
    assert_eq!(
        opened.rows(CONVERSATIONS).await,
        [
            "172.31.16.139 172.31.16.21 22 internal unanswered 1 1 0 4249 - ports",
            "172.31.9.69 172.31.9.12 3389 internal rejected 1 1 0 4249 - ports",
            "- - - - - 1 0 0 - - address",
            "- - - - - 1 0 0 - - address",
            // Nothing in a ping's records tells request from reply: our side is taken for the one that asked.
            "172.31.16.139 203.0.113.12 0 outbound accepted 2 1 1 336 336 address",
            "2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:3304:8879:34cf:4071 22 transit unanswered 1 1 0 \
             8855 - ports",
        ]
    );
}

#[tokio::test]
async fn a_connection_through_a_transit_gateway_is_one() {
    let opened = opened("\
version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status
3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.20.33.164 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK
3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.40.2.236 10.20.33.164 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK
3 eni-11111111111111111 123456789010 vpc-abcdefab012345678 subnet-11111111aaaaaaaaa - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK
3 eni-22222222222222222 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb - 10.40.2.236 10.40.2.31 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK
").await;
    assert_eq!(opened.rows("SELECT count(*) FROM conversations").await, ["3"]);
    assert_eq!(
        opened.rows("SELECT initiator, responder, service_port, outcome, flows, attempts FROM connections").await,
        ["10.20.33.164 10.40.2.236 80 accepted 2 1"]
    );
}

#[tokio::test]
async fn a_connection_through_a_nat_gateway_is_the_hosts_own() {
    let opened = opened(
        "\
instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr
- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5
- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5
- eni-1235b8ca123456789 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220
- eni-1235b8ca123456789 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5
i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5
i-01234567890123456 eni-1111aaaa2222bbbb3 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5
",
    )
    .await;
    // The gateway's own leg remains, and is known for what it is by its interface, which relays.
    assert_eq!(
        opened.rows(CONNECTIONS).await,
        ["eni-1235b8ca123456789 10.0.0.220 203.0.113.5 - 2", "eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 - 2"]
    );
    assert_eq!(
        opened.rows("SELECT DISTINCT interface_id FROM conversations WHERE is_relayed").await,
        ["eni-1235b8ca123456789"]
    );
    assert_eq!(opened.rows("SELECT initiator FROM connections WHERE is_gateway_leg").await, ["10.0.0.220"]);
}

#[tokio::test]
async fn a_regional_nat_gateway_has_no_interface() {
    let opened = opened(
        "\
resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr
nat-1234567890abcdef - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5
nat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5
nat-1234567890abcdef - - - 203.0.113.5 107.22.182.139 203.0.113.5 107.22.182.139
nat-1234567890abcdef - - - 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5
- i-01234567890123456 eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5
- i-01234567890123456 eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5
",
    )
    .await;
    assert_eq!(
        opened.rows(CONNECTIONS).await,
        ["eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 - 2", "- 107.22.182.139 203.0.113.5 - 2"]
    );
}

#[tokio::test]
async fn the_interface_knows_on_which_side_it_is() {
    let opened = opened("\
version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status
5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK
5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK
").await;
    assert_eq!(
        opened
            .rows("SELECT initiator, direction, vantage, traffic_path, request_bytes, reply_bytes, region FROM conversations")
            .await,
        ["10.0.0.71 outbound initiator 8 471 15044 ap-southeast-2"]
    );
}

#[tokio::test]
async fn what_two_flow_logs_record_counts_once() {
    let text = "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags
eni-1 10.0.0.1 10.0.0.2 40000 443 6 5 500 1773187200 1773187210 ACCEPT OK 3
eni-1 10.0.0.2 10.0.0.1 443 40000 6 4 400 1773187200 1773187210 ACCEPT OK 19
eni-2 10.0.0.1 10.0.0.2 40000 443 6 5 500 1773187200 1773187210 ACCEPT OK 3
eni-2 10.0.0.2 10.0.0.1 443 40000 6 4 400 1773187200 1773187210 ACCEPT OK 19
";
    let options = SessionOptions { threads: 2, ..SessionOptions::default() };
    let runtime = options.runtime().expect("a runtime");
    let vpc = "123456789012_vpcflowlogs_eu-west-1_fl-1_20260311T0005Z_a.log.gz";
    let subnet = "123456789012_vpcflowlogs_eu-west-1_fl-2_20260311T0005Z_b.log.gz";
    let opened = Opened::with(&options, Arc::clone(&runtime), vec![(Some(vpc), text), (Some(subnet), text)]).await;
    build(&opened).await;
    assert_eq!(opened.rows("SELECT count(*), sum(request_bytes) FROM conversations").await, ["4 2000"]);
    assert_eq!(
        opened.rows("SELECT attempts, request_bytes, reply_bytes, account_id, region FROM connections").await,
        ["1 500 400 123456789012 eu-west-1"]
    );
}

/// What the definitions begin with, as plain SQL over `flow_records`.
const ROLLED_UP: &str = include_str!("sql/rolled_up.sql");

/// The tables' definitions as plain SQL over that.
const DEFINITIONS: [(&str, &str); 3] = [
    ("conversations", include_str!("sql/conversations.sql")),
    ("connections", include_str!("sql/connections.sql")),
    ("interface_spans", include_str!("sql/interface_spans.sql")),
];

/// Holds the tables of a session against their definitions; gives their rows.
async fn assert_as_defined(opened: &Opened, own_networks: &[String]) -> Vec<usize> {
    let networks: Vec<ScalarValue> = own_networks.iter().map(|network| ScalarValue::from(network.as_str())).collect();
    let networks = ScalarValue::List(ScalarValue::new_list_nullable(&networks, &DataType::Utf8));
    let context = opened.session.context();
    let rolled_up = opened.session.sql(ROLLED_UP).await.expect("rolled_up").collect().await.expect("rolled_up");
    let rolled_up = MemTable::try_new(rolled_up[0].schema(), vec![rolled_up]).expect("rolled_up");
    context.register_table("rolled_up", Arc::new(rolled_up)).expect("a new name");
    let mut counts = Vec::new();
    for (name, sql) in DEFINITIONS {
        let frame = opened.session.sql(sql).await.expect(name);
        // Only the first has the parameter.
        let values = ParamValues::Map([("own_networks".to_owned(), networks.clone().into())].into());
        let frame = if sql.contains("$own_networks") { frame.with_param_values(values).expect(name) } else { frame };
        let expected = format!("expected_{name}");
        let batches = frame.clone().collect().await.expect(name);
        let table = MemTable::try_new(batches[0].schema(), vec![batches]).expect(name);
        context.register_table(&*expected, Arc::new(table)).expect("a new name");
        opened.assert_same(name, &expected).await;
        counts.push(opened.rows(&format!("SELECT 1 FROM {name}")).await.len());
    }
    counts
}

impl Opened {
    /// Two tables have the same rows, each as often.
    async fn assert_same(&self, one: &str, other: &str) {
        let schema = self.session.context().table(other).await.expect(other).schema().clone();
        let columns: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let columns = columns.join(", ");
        for (one, other) in [(one, other), (other, one)] {
            let counted = |table: &str| format!("SELECT {columns}, count(*) FROM {table} GROUP BY {columns}");
            let sql = format!("{} EXCEPT {} LIMIT 3", counted(one), counted(other));
            assert_eq!(self.rows(&sql).await, [""; 0], "{one} has what {other} has not");
        }
    }
}

/// A session over generated logs.
async fn generated(fields: &str, session: &SessionOptions) -> Opened {
    let folder = tempfile::TempDir::new().expect("a folder");
    let options = vpcflow::generate::Options {
        records: 12_000,
        days: 1,
        date: "2026-03-11".parse().expect("a date"),
        fields: vec![fields.parse().expect("fields")],
        interfaces: 40,
        accounts: 2,
        seed: 7,
        attacks: false,
        parquet: false,
        threads: 2,
    };
    vpcflow::generate::generate(&options, &folder.path().join("logs")).expect("logs");
    let runtime = session.runtime().expect("a runtime");
    Opened::over(session, runtime, folder).await
}

#[tokio::test]
async fn the_roll_up_is_what_its_definition_says() {
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    let v4 = "${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} \
              ${end} ${action} ${tcp-flags} ${pkt-srcaddr} ${pkt-dstaddr} ${log-status}";
    let roomy = SessionOptions { threads: 2, ..SessionOptions::default() };
    // So little memory that the roll-up goes to files several times.
    let narrow = SessionOptions { threads: 2, memory_limit_bytes: 2 << 20 };
    for fields in ["v2", v4, "all"] {
        let opened = generated(fields, &roomy).await;
        let built = conversation::build(&opened.session, wanted(&context)).await.expect("conversations");
        assert_eq!(built.spilled_threads, 0, "{fields}");
        let counts = assert_as_defined(&opened, &context.own_networks()).await;
        assert_eq!(counts, built.tables.iter().flatten().map(|kept| kept.rows).collect::<Vec<_>>());
        assert!(counts[0] > 3_000 && counts[1] > 2_000, "{fields}: {counts:?}");
        // The definition itself needs more memory than that, so its rows stay.
        let squeezed = generated(fields, &narrow).await;
        let built = conversation::build(&squeezed.session, wanted(&context)).await.expect("conversations");
        assert_eq!(built.spilled_threads, 2, "{fields}");
        for (name, _) in DEFINITIONS {
            let rows = squeezed.session.sql(&format!("SELECT * FROM {name}")).await.expect(name);
            let batches = rows.collect().await.expect(name);
            let table = MemTable::try_new(batches[0].schema(), vec![batches]).expect(name);
            opened.session.context().register_table(format!("squeezed_{name}"), Arc::new(table)).expect("a new name");
            let expected = format!("expected_{name}");
            opened.assert_same(&format!("squeezed_{name}"), &expected).await;
        }
    }
}

#[tokio::test]
async fn odd_records_are_rolled_up_as_the_definition_says() {
    let context = Context::load(&ContextOptions::default(), &ContextFiles::default()).expect("nothing to read");
    let opened = Opened::new(&["\
version account-id vpc-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action tcp-flags flow-direction traffic-path log-status
5 1 vpc-1 eni-1 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 40000 443 6 9223372036854775807 9223372036854775807 1773187200 1773187210 ACCEPT 2 egress 1 OK
5 1 vpc-1 eni-1 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 40001 443 6 9223372036854775807 9223372036854775807 1773187201 1773187210 ACCEPT 2 egress 8 OK
5 1 vpc-1 eni-1 - - - - - - - - - 1773187200 1773187260 - - - - NODATA
5 1 vpc-1 eni-1 - - - - - - - - - - - - - - - SKIPDATA
5 1 vpc-1 eni-1 not-an-address 10.0.0.2 not-an-address 10.0.0.2 40000 443 6 1 100 1773187200 1773187210 ACCEPT - ingress - OK
5 1 vpc-1 eni-1 10.0.0.2 not-an-address 10.0.0.2 not-an-address 443 40000 6 1 100 1773187200 1773187210 REJECT - egress - OK
5 1 vpc-1 eni-1 2001:DB8::1 10.0.0.2 2001:DB8::1 10.0.0.2 0 0 58 1 100 1773187200 - ACCEPT - ingress - OK
5 1 vpc-1 eni-2 2001:db8:0::1 10.0.0.2 2001:db8:0::1 10.0.0.2 0 0 58 2 300 1773187200 1773187205 REJECT - egress - OK
5 1 - eni-3 ::ffff:10.0.0.2 10.0.0.1 ::ffff:10.0.0.2 10.0.0.1 123 123 17 - - 1773187499 1773187500 REJECT - - - -
5 1 - eni-3 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 123 123 17 4 400 1773187500 1773187501 REJECT - - - OK
5 1 - eni-3 10.0.0.1 - 10.0.0.1 - 50000 - 17 4 400 5 1 ACCEPT - ingress - OK
5 1 - eni-4 10.0.1.5 203.0.113.5 10.0.0.220 203.0.113.5 1025 443 6 4 400 1773187500 1773187501 ACCEPT 3 egress 8 OK
5 1 - eni-4 203.0.113.5 10.0.0.220 203.0.113.5 10.0.1.5 443 1025 6 4 400 1773187500 1773187501 ACCEPT 19 ingress - OK
5 1 - eni-5 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 443 1025 6 5 500 1773187500 1773187501 ACCEPT 19 ingress - OK
5 1 - eni-6 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 9999999999 1025 999 5 500 1773187500 1773187501 MAYBE 19 ingress - OK
5 1 - eni-7 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 40000 70000 6 1 40 1773187500 1773187400 REJECT - egress - OK
5 1 - eni-7 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 40000 50000 6 1 40 1773187500 1873187400 REJECT - egress - OK
5 1 - eni-7 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 40000 50000 17 1 40 10000000000000 10000000000000 REJECT - egress - OK
5 1 - eni-7 203.0.113.9 10.0.0.1 203.0.113.9 10.0.0.1 0 0 1 1 40 -5 -5 REJECT - ingress - OK
5 1 - eni-7 10.0.0.1 10.0.0.2 10.0.0.1 10.0.0.2 50001 40001 17 1 40 1773187500 1773187500 ACCEPT - egress - OK
"])
    .await;
    let built = conversation::build(&opened.session, wanted(&context)).await.expect("conversations");
    let counts = assert_as_defined(&opened, &context.own_networks()).await;
    assert_eq!(counts, built.tables.iter().flatten().map(|kept| kept.rows).collect::<Vec<_>>());
    let damaged = "SELECT initiator, flows, direction FROM conversations WHERE initiator LIKE 'not%'";
    assert_eq!(opened.rows(damaged).await, ["not-an-address 2 -"]);
    let odd = "SELECT initiator, responder, service_port, first_start, last_end, orientation FROM conversations \
               WHERE interface_id = 'eni-7' ORDER BY initiator, protocol, service_port";
    assert_eq!(
        opened.rows(odd).await,
        [
            "10.0.0.1 10.0.0.2 50000 1773187500 1773187500 ports",
            "10.0.0.1 10.0.0.2 - 1773187500 1773187500 address",
            "10.0.0.1 10.0.0.2 40001 1773187500 1773187500 ports",
            "10.0.0.1 10.0.0.2 50000 - - ports",
            "203.0.113.9 10.0.0.1 0 - - address",
        ]
    );
}

#[tokio::test]
async fn a_connection_says_when_each_of_its_attempts_began() {
    let opened = opened(
        "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags
eni-1 10.0.0.1 203.0.113.9 40000 443 6 5 500 1773187261 1773187262 ACCEPT OK 3
eni-1 203.0.113.9 10.0.0.1 443 40000 6 4 900 1773187261 1773187262 REJECT OK 19
eni-1 10.0.0.1 203.0.113.9 40001 443 6 6 600 1773187201 1773187202 ACCEPT OK 3
eni-1 10.0.0.1 203.0.113.9 40001 443 6 6 700 1773187220 1773187222 ACCEPT OK 1
eni-2 10.0.0.1 203.0.113.9 40001 443 6 6 600 1773187201 1773187202 ACCEPT OK 3
eni-1 10.0.0.1 203.0.113.7 40001 443 6 6 5000000000 1773187499 1773187502 ACCEPT OK 3
",
    )
    .await;
    assert_eq!(
        opened
            .rows(
                "SELECT responder, attempts, attempt_starts, attempt_bytes, initiator_port, replies_rejected
                 FROM connections ORDER BY responder"
            )
            .await,
        ["203.0.113.7 1 [1773187499] [4294967295] 40001 0", "203.0.113.9 2 [1773187201, 1773187261] [600, 500] - 1",]
    );
}

const TWO_ENDS: &str = "\
interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
eni-1 10.0.0.1 10.0.0.2 40000 443 6 5 500 1773187261 1773187262 ACCEPT OK
eni-2 10.0.0.1 10.0.0.2 40000 443 6 5 500 1773187261 1773187262 ACCEPT OK
eni-2 10.0.0.1 10.0.0.2 40001 443 6 1 40 1773187263 1773187263 REJECT OK
eni-2 - - - - - - - 1773187561 1773187621 - NODATA
";

#[tokio::test]
async fn the_interface_at_our_end_is_the_one_that_has_the_address() {
    const SQL: &str = "SELECT interface_id, is_interface_sure FROM connections";
    // Logs in the default format don't say on which side an interface is.
    assert_eq!(opened(TWO_ENDS).await.rows(SQL).await, ["eni-1 false"]);
    let known = Opened::new(&[TWO_ENDS]).await;
    let interfaces_of = [("10.0.0.2".parse().expect("an address"), vec!["eni-2".to_owned()])].into();
    let wanted = Wanted { own_networks: vec!["10.0.0.0/8".to_owned()], interfaces_of, ..Wanted::default() };
    conversation::build(&known.session, wanted).await.expect("tables");
    assert_eq!(known.rows(SQL).await, ["eni-2 true"]);
    // A gateway that only context knows for one.
    let known = Opened::new(&[TWO_ENDS]).await;
    let relays = ["eni-1".to_owned()].into();
    let own_networks = vec!["10.0.0.0/8".to_owned()];
    conversation::build(&known.session, Wanted { own_networks, relays, ..Wanted::default() }).await.expect("tables");
    assert_eq!(known.rows("SELECT interface_id, is_gateway_leg FROM connections").await, ["eni-1 true"]);
    // Nobody asked for it.
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'con%'";
    assert_eq!(known.rows(tables).await, ["connections"]);
}

#[tokio::test]
async fn an_interface_has_a_row_for_every_five_minutes() {
    assert_eq!(
        opened(TWO_ENDS)
            .await
            .rows(
                "SELECT interface_id, bucket, log_status, flows, flows_rejected, first_start, last_end
                 FROM interface_spans ORDER BY interface_id, bucket"
            )
            .await,
        [
            "eni-1 1773187200 OK 1 0 1773187261 1773187262",
            "eni-2 1773187200 OK 2 1 1773187261 1773187263",
            "eni-2 1773187500 NODATA 1 0 1773187561 1773187621"
        ]
    );
}
