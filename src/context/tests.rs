//! Files of context as the AWS CLI and others write them, and what SQL sees of them.

use std::io::Write;
use std::time::Instant;

use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::file::ContextFile;
use super::*;
use crate::detect::Severity;
use crate::session::SessionOptions;

pub(super) fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("a file to write");
    file
}

fn read(file: &tempfile::NamedTempFile) -> ContextFile {
    ContextFiles::default().read(file.path()).expect("a file")
}

fn load(groups: Option<&str>, interfaces: Option<&str>) -> Result<Context, String> {
    let files = [groups, interfaces].map(|text| text.map(file));
    let paths = files.each_ref().map(|file| file.iter().map(|file| file.path().to_owned()).collect::<Vec<_>>());
    let [security_groups, interfaces] = paths.clone();
    let options = ContextOptions { security_groups, interfaces, ..ContextOptions::default() };
    // The temporary names differ from run to run.
    let hide = |error: ContextError| {
        let hidden = |text: String, path: &PathBuf| text.replace(&path.display().to_string(), "FILE");
        paths.iter().flatten().fold(error.to_string(), hidden)
    };
    Context::load(&options, &ContextFiles::default()).map_err(hide)
}

const GROUPS: &str = r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "OwnerId": "123456789012",
    "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 20, "ToPort": 25, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "mail"}],
         "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "UserIdGroupPairs": [{"GroupId": "sg-2"}],
         "PrefixListIds": [{"PrefixListId": "pl-1"}]},
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]}"#;

const INTERFACES: &str = r#"{"NetworkInterfaces": [
        {"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.1", "Association": {"PublicIp": "203.0.113.5"},
         "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.1"}, {"PrivateIpAddress": "172.33.0.1"}],
         "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}], "AvailabilityZone": "us-east-1b",
         "AvailabilityZoneId": "use1-az2", "Groups": [{"GroupId": "sg-1", "GroupName": "web"}]}]}
    {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-2", "TagSet": [{"Key": "Name", "Value": "two"}]}]}"#;

/// A row on a line, `-` for NULL.
async fn rows(sql: &str) -> Vec<String> {
    let context = load(Some(GROUPS), Some(INTERFACES)).expect("AWS' own shapes");
    let options = SessionOptions::default();
    let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
    context.register(&session).expect("a new session");
    let batches = session.sql(sql).await.expect(sql).collect().await.expect(sql);
    let options = FormatOptions::default().with_null("-");
    let mut rows = Vec::new();
    for batch in &batches {
        let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().expect("displayable columns");
        let row = |row| columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" ");
        rows.extend((0..batch.num_rows()).map(row));
    }
    rows
}

#[tokio::test]
async fn groups_and_interfaces_become_tables() {
    let rules = "SELECT direction, protocol, from_port, to_port, cidr, source_group_id, prefix_list_id, description
                 FROM security_group_rules";
    assert_eq!(
        rows(rules).await,
        [
            "inbound 6 20 25 0.0.0.0/0 - - mail",
            "inbound 6 20 25 ::/0 - - -",
            "inbound 6 20 25 - sg-2 - -",
            "inbound 6 20 25 - - pl-1 -",
            "inbound - - - 10.0.0.0/8 - - -",
            "outbound - - - 0.0.0.0/0 - - -",
        ]
    );
    assert_eq!(
        rows("SELECT interface_id, name, addresses, public_addresses FROM interfaces").await,
        ["eni-1 - 10.0.0.1 172.33.0.1 2001:db8::1 203.0.113.5", "eni-2 two - -"]
    );
    let zones = "SELECT interface_id, availability_zone, az_id FROM interfaces";
    assert_eq!(rows(zones).await, ["eni-1 us-east-1b use1-az2", "eni-2 - -"]);
    let open = "SELECT interface_id, group_name, protocol, from_port, to_port, cidr, colour, description
                FROM world_open_ports";
    assert_eq!(rows(open).await, ["eni-1 web 6 20 25 0.0.0.0/0 red mail", "eni-1 web 6 20 25 ::/0 red -"]);
}

#[test]
fn the_world_in_parts_is_the_world() {
    let world = |ranges: &[&str]| {
        let ranges: Vec<_> = ranges.iter().map(|range| serde_json::json!({"CidrIp": range})).collect();
        let permission = serde_json::json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ranges});
        let group = serde_json::json!({"GroupId": "sg-1", "GroupName": "web", "OwnerId": "1",
            "IpPermissions": [permission.clone()], "IpPermissionsEgress": [permission]});
        let groups = serde_json::json!({"SecurityGroups": [group]}).to_string();
        let rules = load(Some(&groups), None).expect("AWS' own shape").rules.expect("rules");
        rules.into_iter().filter_map(|rule| rule.world).collect::<Vec<_>>()
    };
    assert_eq!(world(&["10.0.0.0/8", "0.0.0.0/0"]), ["0.0.0.0/0"]);
    assert_eq!(world(&["0.0.0.0/1", "128.0.0.0/1"]), ["0.0.0.0/1 128.0.0.0/1"]);
    assert_eq!(world(&["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2"]), ["0.0.0.0/1 128.0.0.0/2 192.0.0.0/2"]);
    assert!(world(&["0.0.0.0/1", "128.0.0.0/2"]).is_empty());
}

#[test]
fn our_networks_are_the_private_ones_and_every_address_of_our_interfaces() {
    let context = load(None, Some(INTERFACES)).expect("AWS' own shape");
    assert!(context.has(Input::Interfaces) && !context.has(Input::SecurityGroups));
    assert_eq!(
        context.own_networks(),
        [
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "172.33.0.1/32",
            "192.168.0.0/16",
            "203.0.113.5/32",
            "2001:db8::1/128",
            "fc00::/7",
            "fe80::/10"
        ]
    );
}

/// What an expression is, as text.
pub(super) async fn answer(session: &Session, expression: &str) -> String {
    let sql = format!("SELECT {expression}");
    let batches = session.sql(&sql).await.expect(&sql).collect().await.expect(&sql);
    let options = FormatOptions::default();
    let column = ArrayFormatter::try_new(batches[0].column(0), &options).expect("displayable");
    column.value(0).to_string()
}

#[tokio::test]
async fn lists_are_asked_in_sql() {
    let feodo = file("# blocklist\n203.0.113.9 # a comment\n198.51.100.0/24\n2001:db8:bad::/48\n");
    let csv = file("first_seen,dst_ip,port\n2026-03-01,\"203.0.113.9\",443\n2026-03-01,192.0.2.1,80\n");
    let ranges = file(
        r#"{"syncToken": "1", "prefixes": [{"ip_prefix": "52.94.0.0/22", "region": "us-east-1", "service": "AMAZON"},
            {"ip_prefix": "52.94.0.0/24", "region": "us-east-1", "service": "S3"}],
            "ipv6_prefixes": [{"ipv6_prefix": "2600:1f00::/24", "region": "us-east-1", "service": "EC2"}]}"#,
    );
    let list = |file: &tempfile::NamedTempFile, more: &str| {
        format!("{},{more}", file.path().display()).parse::<ThreatListOption>().expect("a list")
    };
    let options = ContextOptions {
        threat_lists: vec![list(&csv, "name=mine,severity=low"), list(&feodo, "name=feodo")],
        tor_lists: vec![feodo.path().to_owned()],
        trusted: vec![csv.path().to_owned()],
        aws_ip_ranges: Some(ranges.path().to_owned()),
        ..ContextOptions::default()
    };
    let context = Context::load(&options, &ContextFiles::default()).expect("lists");
    assert!(context.is_trusted("192.0.2.1") && !context.is_trusted("192.0.2.2"));
    let options = SessionOptions::default();
    let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
    context.register(&session).expect("a new session");
    for (call, expected) in [
        // The worse list first.
        ("threat_list('203.0.113.9')", "feodo"),
        ("threat_list('192.0.2.1')", "mine"),
        ("threat_list('2001:DB8:BAD::1')", "feodo"),
        ("threat_list('10.0.0.1')", ""),
        ("threat_list('no address')", ""),
        ("is_tor('198.51.100.77')", "true"),
        ("is_trusted('198.51.100.77')", "false"),
        ("aws_service('52.94.0.9')", "S3"),
        ("aws_service('52.94.1.9')", "AMAZON"),
        ("aws_service('2600:1f00::1')", "EC2"),
        (
            "(SELECT string_agg(name || ' ' || severity || ' ' || entries, ', ') FROM threat_lists)",
            "feodo high 3, mine low 2",
        ),
    ] {
        assert_eq!(answer(&session, call).await, expected, "{call}");
    }
    // The column that says so has the addresses, whatever others look like.
    let versions = file("version,dst_ip,port\n1.2.3.4,203.0.113.5,443\n");
    let versions = AddressList::read(read(&versions), "versions", Severity::High).expect("a list");
    let holds = |address: &str| versions.contains(address.parse().expect("an address"));
    assert!(holds("203.0.113.5") && !holds("1.2.3.4"));
    let all = file("203.0.113.9\n::/0\n");
    let error = AddressList::read(read(&all), "all", Severity::High).expect_err("too much").to_string();
    assert!(error.ends_with(", line 2: a network of length 0 holds every address; write the networks that are meant"));
    // Indicators of compromise: servers with their ports, and what flow logs have not.
    let indicators = file("185.0.0.1:3306\nevil.example\n[2001:db8::9]:443\nhttps://evil.example/x.sh\n");
    let indicators = AddressList::read(read(&indicators), "indicators", Severity::High).expect("a list");
    let holds = |address: &str| indicators.contains(address.parse().expect("an address"));
    assert!(holds("185.0.0.1") && holds("2001:db8::9") && !holds("185.0.0.2"));
    assert_eq!((indicators.entries, indicators.passed_over), (2, Some((2, 2))));
    let wrong = file("203.0.113.9\n10.0.0\n");
    let error = AddressList::read(read(&wrong), "wrong", Severity::High).expect_err("a name");
    assert!(
        error
            .to_string()
            .ends_with(", line 2: no address and no network; write one a line, or CSV with a field of them")
    );
    assert!("x.txt,severity=bad".parse::<ThreatListOption>().is_err());
}

#[test]
fn a_list_of_a_million_is_read_soon() {
    let addresses = (0..1_000_000_u32).map(|n| std::net::Ipv4Addr::from_bits(n.wrapping_mul(2_654_435_761)));
    let text: String = addresses.map(|address| format!("{address}\n")).collect();
    let list = file(&text);
    let begun = Instant::now();
    let list = AddressList::read(read(&list), "large", Severity::High).expect("a list");
    println!("{} entries in {:?}", list.entries, begun.elapsed());
    assert_eq!(list.entries, 1_000_000);
    assert!(list.contains("0.0.0.0".parse().expect("an address")));
}

#[test]
fn another_shape_is_named_with_its_place() {
    let problem = |groups: &str| load(Some(groups), None).expect_err("another shape");
    assert_eq!(
        problem(
            r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "OwnerId": "1",
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "world"}]}]}]}"#
        ),
        "FILE: at $.SecurityGroups[0].IpPermissions[0].IpRanges[0].CidrIp: expected a network such as 10.0.0.0/8; give \
         the output of aws ec2 describe-security-groups --output json"
    );
    assert_eq!(
        problem(r#"{"NetworkInterfaces": []}"#),
        "FILE: at $.SecurityGroups: expected a list; give the output of aws ec2 describe-security-groups --output json"
    );
    assert!(problem("").starts_with("FILE: at $: expected a JSON object;"));
    assert!(problem("GroupId sg-1").starts_with("FILE: not JSON: expected value at line 1 column 1;"));
    assert!(
        problem(
            r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "OwnerId": "1",
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 2, "IpRanges": [{"CidrIp": "::/0"}]}]}]}"#
        )
        .contains("IpPermissions[0]: expected FromPort and ToPort, in this order")
    );
    let missing = ContextOptions { interfaces: vec!["no-such-file.json".into()], ..ContextOptions::default() };
    let error = Context::load(&missing, &ContextFiles::default()).expect_err("no file").to_string();
    assert!(error.starts_with("no-such-file.json: "), "{error}");
}

/// A snapshot as AWS Config writes it.
fn snapshot(items: serde_json::Value) -> tempfile::NamedTempFile {
    let snapshot = serde_json::json!({"fileVersion": "1.0", "configSnapshotId": "1", "configurationItems": items});
    file(&snapshot.to_string())
}

/// An item of a snapshot.
fn item(kind: &str, id: &str, captured: &str, status: &str, configuration: serde_json::Value) -> serde_json::Value {
    serde_json::json!({"resourceType": kind, "resourceId": id, "awsAccountId": "123456789012", "tags": {"Name": id},
        "configurationItemCaptureTime": captured, "configurationItemStatus": status, "configuration": configuration})
}

fn config(snapshots: &[&tempfile::NamedTempFile]) -> Result<Context, String> {
    let config_snapshots = snapshots.iter().map(|file| file.path().to_owned()).collect();
    let options = ContextOptions { config_snapshots, ..ContextOptions::default() };
    Context::load(&options, &ContextFiles::default()).map_err(|error| error.to_string())
}

/// Rules and interfaces of a context, one a line.
fn told(context: &Context) -> Vec<String> {
    let peer = |rule: &Rule| match &rule.peer {
        Peer::Network(network) => network.to_string(),
        Peer::Group(group) => group.clone(),
        Peer::PrefixList(list) => list.clone(),
    };
    let rules = context.rules.iter().flatten().map(|rule| {
        let direction = if rule.is_inbound { "in" } else { "out" };
        let ports = rule.ports.map_or("all".to_owned(), |(from, to)| format!("{from}-{to}"));
        let world = if rule.world.is_some() { " world" } else { "" };
        format!("{} {} {direction} {:?} {ports} {}{world}", rule.group_id, rule.group_name, rule.protocol, peer(rule))
    });
    let interfaces = context.interfaces.iter().flatten().map(|interface| {
        let Interface { interface_id, name, instance_id, interface_type, availability_zone, .. } = interface;
        let addresses = interface.addresses.iter().chain(&interface.public_addresses).map(IpAddr::to_string);
        let addresses = addresses.collect::<Vec<_>>().join(" ");
        let or = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        let (kind, groups) = (or(interface_type), interface.group_ids.join(" "));
        format!("{interface_id} {} {} {kind} {} {addresses} {groups}", or(name), or(instance_id), or(availability_zone))
    });
    rules.chain(interfaces).collect()
}

#[test]
fn a_snapshot_of_aws_config_gives_groups_and_interfaces() {
    let permission = serde_json::json!({"fromPort": 22, "ipProtocol": "tcp", "ipv6Ranges": [{"cidrIpv6": "::/0"}],
        "prefixListIds": ["pl-1", {"prefixListId": "pl-2"}], "toPort": 22, "userIdGroupPairs": [{"groupId": "sg-2"}],
        "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}], "ipRanges": ["0.0.0.0/0"]});
    let old = serde_json::json!({"fromPort": null, "toPort": null, "ipProtocol": "-1", "ipRanges": ["10.0.0.0/8"]});
    let group = serde_json::json!({"description": "d", "groupName": "web", "groupId": "sg-1", "ownerId": "123456789012",
        "vpcId": "vpc-1", "ipPermissions": [permission], "ipPermissionsEgress": [old], "tags": []});
    let interface = serde_json::json!({"networkInterfaceId": "eni-1", "ownerId": "123456789012", "description": "",
        "interfaceType": "natGateway", "privateIpAddress": "10.0.0.1", "subnetId": "subnet-1", "requesterId": null, "availabilityZone": "us-east-1a",
        "attachment": {"instanceId": "i-1", "status": "attached"}, "groups": [{"groupName": "web", "groupId": "sg-1"}],
        "association": null, "ipv6Addresses": [{"ipv6Address": "2001:db8::1"}], "tagSet": [],
        "privateIpAddresses": [{"privateIpAddress": "10.0.0.1", "primary": true, "association": {"publicIp": "203.0.113.5"}}]});
    let (groups, interfaces) = ("AWS::EC2::SecurityGroup", "AWS::EC2::NetworkInterface");
    let first = snapshot(serde_json::json!([
        item("AWS::EC2::Volume", "vol-1", "2026-03-10T00:00:00.000Z", "OK", serde_json::json!({"volumeId": "vol-1"})),
        item(groups, "sg-1", "2026-03-10T00:00:00.000Z", "OK", group.clone()),
        item(groups, "sg-9", "2026-03-10T00:00:00.000Z", "ResourceDeleted", group.clone()),
        item(groups, "sg-8", "2026-03-10T00:00:00.000Z", "ResourceNotRecorded", serde_json::Value::Null),
        // As AWS' API gives it.
        item(interfaces, "eni-1", "2026-03-10T00:00:00.000Z", "OK", interface.to_string().into()),
    ]));
    let expected = [
        "sg-1 web in Some(6) 22-22 0.0.0.0/0 world",
        "sg-1 web in Some(6) 22-22 ::/0 world",
        "sg-1 web in Some(6) 22-22 sg-2",
        "sg-1 web in Some(6) 22-22 pl-1",
        "sg-1 web in Some(6) 22-22 pl-2",
        "sg-1 web out None all 10.0.0.0/8",
        "eni-1 eni-1 i-1 nat_gateway us-east-1a 10.0.0.1 2001:db8::1 203.0.113.5 sg-1",
    ];
    let context = config(&[&first]).expect("AWS Config's own shape");
    assert!(context.has(Input::SecurityGroups) && context.has(Input::Interfaces));
    assert_eq!(told(&context), expected);
    // Of several states the latest counts, in whatever order the files are given.
    let later =
        snapshot(serde_json::json!([item(groups, "sg-1", "2026-03-11T00:00:00.000Z", "ResourceDeleted", group)]));
    for files in [[&first, &later], [&later, &first]] {
        let context = config(&files).expect("AWS Config's own shape");
        assert_eq!(told(&context), expected[6..]);
        assert!(context.has(Input::SecurityGroups), "they are recorded, but there is none");
    }
    let groups_only = config(&[&later]).expect("AWS Config's own shape");
    assert!(groups_only.has(Input::SecurityGroups) && !groups_only.has(Input::Interfaces));
}

#[test]
fn what_is_wrong_with_a_snapshot_is_named_with_its_place() {
    let broken = serde_json::json!({"groupName": "web", "groupId": "sg-1"});
    let permissions = serde_json::json!({"groupName": "web", "groupId": "sg-1", "ownerId": "1", "ipPermissions": [{}]});
    let kind = "AWS::EC2::SecurityGroup";
    let volume = item("AWS::EC2::Volume", "vol-1", "", "OK", serde_json::json!({}));
    for (items, expected) in [
        (serde_json::json!([volume]), ": at $: expected a security group or a network interface among"),
        (
            serde_json::json!([volume, item(kind, "sg-1", "", "OK", permissions)]),
            ": at $.configurationItems[1].configuration.ipPermissions[0].ipProtocol: expected text; give a snapshot of AWS \
             Config",
        ),
        (serde_json::json!([item(kind, "sg-1", "", "OK", broken)]), ""),
        (serde_json::json!([item(kind, "sg-1", "", "OK", "{}x".into())]), ".configuration: expected an object;"),
        (serde_json::json!({}), ": at $: expected a JSON object"),
    ] {
        match config(&[&snapshot(items)]) {
            Ok(context) => assert!(expected.is_empty() && told(&context).is_empty(), "{expected}"),
            Err(error) => assert!(!expected.is_empty() && error.contains(expected), "{error}"),
        }
    }
    let snapshot = serde_json::json!({"configurationItems": []}).to_string();
    for error in
        [load(Some(&snapshot), None), load(None, Some(&snapshot))].map(|loaded| loaded.expect_err("a snapshot"))
    {
        assert!(error.ends_with("; give this snapshot of AWS Config with --config-snapshot"), "{error}");
    }
}

#[test]
fn rules_that_stand_alone_are_told_by_their_content() {
    let rule = |group: &str, port: i32, peer: serde_json::Value| {
        let mut rule = serde_json::json!({"SecurityGroupRuleId": "sgr-1", "GroupId": group, "GroupOwnerId": "123456789012",
            "IsEgress": false, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Tags": []});
        rule.as_object_mut().expect("an object").extend(peer.as_object().expect("an object").clone());
        rule
    };
    let rules = serde_json::json!({"SecurityGroupRules": [
        rule("sg-1", 22, serde_json::json!({"CidrIpv4": "0.0.0.0/1"})),
        rule("sg-2", 22, serde_json::json!({"CidrIpv4": "128.0.0.0/1"})),
        rule("sg-1", 443, serde_json::json!({"CidrIpv6": "::/0", "Description": "web"})),
        rule("sg-1", 22, serde_json::json!({"CidrIpv4": "128.0.0.0/1"})),
        rule("sg-1", 22, serde_json::json!({"ReferencedGroupInfo": {"GroupId": "sg-3", "UserId": "1"}})),
        rule("sg-1", 22, serde_json::json!({"PrefixListId": "pl-1"})),
        rule("sg-1", -1, serde_json::json!({"CidrIpv4": "0.0.0.0/0", "IsEgress": true, "IpProtocol": "-1"})),
    ]});
    let context = load(Some(&rules.to_string()), None).expect("AWS' own shape");
    assert_eq!(
        told(&context),
        [
            "sg-1 sg-1 in Some(6) 22-22 0.0.0.0/1 world",
            "sg-1 sg-1 in Some(6) 22-22 128.0.0.0/1",
            "sg-1 sg-1 in Some(6) 22-22 sg-3",
            "sg-1 sg-1 in Some(6) 22-22 pl-1",
            "sg-1 sg-1 in Some(6) 443-443 ::/0 world",
            "sg-1 sg-1 out None all 0.0.0.0/0",
            "sg-2 sg-2 in Some(6) 22-22 128.0.0.0/1",
        ]
    );
    let nobody = serde_json::json!({"SecurityGroupRules": [rule("sg-1", 22, serde_json::json!({}))]}).to_string();
    let error = load(Some(&nobody), None).expect_err("no peer");
    assert!(
        error.contains("$.SecurityGroupRules[0]: expected CidrIpv4, CidrIpv6, PrefixListId or Referenced"),
        "{error}"
    );
}
