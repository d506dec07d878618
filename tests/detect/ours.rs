//! What is ours although no network says so, and what a closed port's answer is in logs without flags.

use vpcflow::conversation;

use super::conversations::wanted;
use super::{Opened, nothing, only};

const V5: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
                  log-status tcp-flags flow-direction\n";
const V2: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n";

/// Addresses of the internet: a host of ours, a server that it asks, and who comes to it.
const HOST: &str = "2600:1f18::5";
const SERVER: &str = "2a00:1450::1";
const STRANGER: &str = "2001:db8:bad::9";

/// A connection that an interface at the host's end records, both ways.
fn connection(from: &str, to: &str, port: u16, is_egress: bool, has_direction: bool) -> String {
    let more = |flags: u8, is_egress: bool| match has_direction {
        true => format!(" {flags} {}", if is_egress { "egress" } else { "ingress" }),
        false => String::new(),
    };
    format!(
        "5 1 eni-1 {from} {to} 40000 {port} 6 9 900 1773194400 1773194405 ACCEPT OK{}\n\
         5 1 eni-1 {to} {from} {port} 40000 6 9 4000 1773194400 1773194405 ACCEPT OK{}\n",
        more(3, is_egress),
        more(19, !is_egress)
    )
}

async fn directions(text: &str) -> Vec<String> {
    let opened = Opened::new(&[text]).await;
    conversation::build(&opened.session, wanted(&nothing())).await.expect("conversations");
    opened
        .rows("SELECT direction, initiator, responder FROM connections ORDER BY direction, responder, initiator")
        .await
}

#[tokio::test]
async fn hosts_with_addresses_of_the_internet_are_ours_where_their_interfaces_have_them() {
    let expected = [format!("inbound {STRANGER} {HOST}"), format!("outbound {HOST} {SERVER}")];
    for (header, has_direction) in [(V5, true), (V2, false)] {
        let out = connection(HOST, SERVER, 443, true, has_direction);
        let into = connection(STRANGER, HOST, 22, false, has_direction);
        assert_eq!(directions(&format!("{header}{out}{into}")).await, expected, "{header}");
    }
    // A VPC may have addresses of the internet inside.
    let out = connection("198.51.100.5", "203.0.113.20", 443, true, true);
    assert_eq!(directions(&format!("{V5}{out}")).await, ["outbound 198.51.100.5 203.0.113.20"]);
}

#[tokio::test]
async fn what_no_record_tells_is_nobodys() {
    // One connection without a direction: either end may be ours.
    let alone = connection(HOST, SERVER, 443, true, false);
    assert_eq!(directions(&format!("{V2}{alone}")).await, [format!("transit {HOST} {SERVER}")]);
    // A stranger in all that is left of a log does not become one of ours.
    let to = |host: &str| connection("203.0.113.9", host, 22, false, false);
    let filtered = format!("{V2}{}{}", to("10.0.0.1"), to("10.0.0.2"));
    assert_eq!(directions(&filtered).await, ["inbound 203.0.113.9 10.0.0.1", "inbound 203.0.113.9 10.0.0.2"]);
}

#[tokio::test]
async fn without_flags_a_port_that_refuses_has_not_answered() {
    let found = async |bytes_of_reply: u64| {
        let probe = |port: u16| {
            format!(
                "2 1 eni-1 203.0.113.9 10.0.0.1 50000 {port} 6 1 44 1773194400 1773194400 ACCEPT OK\n\
                 2 1 eni-1 10.0.0.1 203.0.113.9 {port} 50000 6 1 {bytes_of_reply} 1773194400 1773194400 ACCEPT OK\n"
            )
        };
        let text = format!("{V2}{}", (100..=150).map(probe).collect::<String>());
        Opened::new(&[&text]).await.detect(&only("port-scan"), &nothing()).await.findings.len()
    };
    assert_eq!(found(40).await, 1, "a header without options: RST");
    assert_eq!(found(44).await, 0, "a SYN-ACK with the option that all have: they are open");
}
