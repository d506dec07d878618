//! Lists of names as people keep them, and names of interfaces.

use super::{Names, Seen};
use crate::context::tests::{answer, file};
use crate::context::{Context, ContextFiles, ContextOptions};
use crate::session::{Session, SessionOptions};

/// The name of an address that was seen somewhere.
fn name(lists: &[&str], interfaces: Option<&str>, address: &str, seen: Seen<'_>) -> Option<String> {
    let context = context(lists, interfaces).unwrap_or_else(|error| panic!("{error}"));
    context.names.name(address.parse().expect("an address"), &seen).map(str::to_owned)
}

fn context(lists: &[&str], interfaces: Option<&str>) -> Result<Context, String> {
    let [lists, interfaces] =
        [lists.to_vec(), interfaces.into_iter().collect()].map(|texts| texts.into_iter().map(file).collect::<Vec<_>>());
    let paths = |files: &[tempfile::NamedTempFile]| files.iter().map(|file| file.path().to_owned()).collect();
    let options = ContextOptions { names: paths(&lists), interfaces: paths(&interfaces), ..ContextOptions::default() };
    Context::load(&options, &ContextFiles::default()).map_err(|error| error.to_string())
}

const INTERFACES: &str = r#"{"NetworkInterfaces": [
    {"NetworkInterfaceId": "eni-1", "OwnerId": "111111111111", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.0.1",
     "TagSet": [{"Key": "Name", "Value": "web-1"}], "Association": {"PublicIp": "203.0.113.5"}},
    {"NetworkInterfaceId": "eni-2", "OwnerId": "111111111111", "VpcId": "vpc-2", "PrivateIpAddress": "10.0.0.1",
     "TagSet": [{"Key": "Name", "Value": "db-1"}]},
    {"NetworkInterfaceId": "eni-3", "OwnerId": "222222222222", "VpcId": "vpc-3", "PrivateIpAddress": "10.0.0.1",
     "TagSet": [{"Key": "Name", "Value": "mail-1"}]},
    {"NetworkInterfaceId": "eni-4", "OwnerId": "111111111111", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.0.4",
     "Attachment": {"InstanceId": "i-4"}}]}"#;

#[test]
fn names_come_from_hosts_files_and_csv() {
    let hosts = "127.0.0.1 localhost\n::1\tlocalhost ip6-localhost # both\nfe80::1%lo0 localhost\n\n10.0.0.5  db-1.internal db-1\n";
    let csv = "name,address,owner\nweb-1,10.0.0.1,ops\noffice,198.51.100.0/24,\n\"lab, old\",198.51.100.128/25,\n";
    for (address, expected) in [
        ("10.0.0.5", Some("db-1.internal")),
        ("::1", Some("localhost")),
        ("fe80::1", Some("localhost")),
        ("10.0.0.1", Some("web-1")),
        ("198.51.100.7", Some("office")),
        // The smallest network around it.
        ("198.51.100.200", Some("lab, old")),
        ("10.0.0.2", None),
        ("2001:db8::1", None),
    ] {
        assert_eq!(name(&[hosts, csv], None, address, Seen::default()).as_deref(), expected, "{address}");
    }
    assert_eq!(
        name(&["10.0.0.1 a\n10.0.0.1 b\n", "10.0.0.1 c\n"], None, "10.0.0.1", Seen::default()).as_deref(),
        Some("a")
    );
    for wrong in ["10.0.0.1 web\nweb-2\n", "10.0.0.1 web\n10.0.0.2\n", "10.0.0.1 web\n10.0.0.2,\n"] {
        let error = context(&[wrong], None).expect_err("no name");
        assert!(
            error
                .ends_with(", line 2: no address with a name; write 10.0.0.5 web-1 a line, or CSV with fields of both"),
            "{error}"
        );
    }
}

#[test]
fn where_no_list_has_one_an_interface_gives_its_name() {
    let named = |address: &str, seen| name(&["10.0.0.0/8 inside\n"], Some(INTERFACES), address, seen);
    let of = |interface_id| Seen { interface_id, ..Seen::default() };
    let (none, inside) = (Seen::default(), Some("inside".to_owned()));
    assert_eq!(named("10.0.0.4", none).as_deref(), Some("i-4"));
    assert_eq!(named("203.0.113.5", none).as_deref(), Some("web-1"));
    // Three networks have it: the interface, the account and the VPC say which is meant.
    assert_eq!(named("10.0.0.1", none), inside);
    assert_eq!(named("10.0.0.1", of(Some("eni-2"))).as_deref(), Some("db-1"));
    assert_eq!(named("10.0.0.1", Seen { account_id: Some("222222222222"), ..none }).as_deref(), Some("mail-1"));
    let account = Seen { account_id: Some("111111111111"), ..none };
    assert_eq!(named("10.0.0.1", account), inside);
    let network = Seen { network: Some("111111111111 vpc-2"), ..account };
    assert_eq!(named("10.0.0.1", network).as_deref(), Some("db-1"));
    // A list is asked first.
    assert_eq!(name(&["10.0.0.4 batch\n"], Some(INTERFACES), "10.0.0.4", none).as_deref(), Some("batch"));
}

#[tokio::test]
async fn names_are_asked_in_sql() {
    let context = context(&["10.0.0.9 batch\n"], Some(INTERFACES)).expect("names");
    let options = SessionOptions::default();
    let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
    context.register(&session).expect("a new session");
    for (address, expected) in [("10.0.0.9", "batch"), ("10.0.0.4", "i-4"), ("10.0.0.1", ""), ("x", "")] {
        assert_eq!(answer(&session, &format!("host_name('{address}')")).await, expected, "{address}");
    }
}

#[test]
fn a_million_names_are_read_soon() {
    let addresses = (0..1_000_000_u32).map(|n| std::net::Ipv4Addr::from_bits(n.wrapping_mul(2_654_435_761)));
    let text: String = addresses.enumerate().map(|(n, address)| format!("{address} host-{n}\n")).collect();
    let list = file(&text);
    let names = Names::load(&[list.path().to_owned()], &ContextFiles::default(), &[]).expect("names");
    assert_eq!(names.name("0.0.0.0".parse().expect("an address"), &Seen::default()), Some("host-0"));
    assert_eq!(names.lengths, [vec![32], vec![]]);
}
