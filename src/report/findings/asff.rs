//! Findings in AWS Security Finding Format, as Security Hub's BatchImportFindings takes them.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use crate::context::AddressContext;
use crate::detect::{Finding, Outcome};

/// Security Hub takes no text longer than these.
const TITLE_CHARS: usize = 256;
const DESCRIPTION_CHARS: usize = 1024;
const REMEDIATION_CHARS: usize = 512;
const FIELD_CHARS: usize = 2048;
const NAME_CHARS: usize = 64;

/// What stands for an account or a region that the logs don't name: Security Hub needs both.
const NO_ACCOUNT: &str = "000000000000";
const NO_REGION: &str = "us-east-1";

/// BatchImportFindings takes no more at a time.
const BATCH: usize = 100;

/// The lists that BatchImportFindings takes one by one: each of an account and a region, whose Security Hub it is for.
pub(super) fn batches(outcome: &Outcome) -> Vec<Vec<Value>> {
    let mut counts: BTreeMap<Place<'_>, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        if let (Some(account), Some(region)) = place(finding) {
            *counts.entry((account, region)).or_default() += 1;
        }
    }
    // What is of no account goes where most of the others go.
    let most =
        counts.iter().rev().max_by_key(|(_, count)| **count).map_or((NO_ACCOUNT, NO_REGION), |(place, _)| *place);
    let mut places: BTreeMap<Place<'_>, Vec<Value>> = BTreeMap::new();
    let mut keys = HashSet::new();
    for finding in &outcome.findings {
        // The same finding of another day is one finding, brought up to date; of several days in one file each is its own.
        let id = if keys.insert(&finding.key) { &finding.key } else { &finding.id };
        let (account, region) = place(finding);
        let place = (account.unwrap_or(most.0), region.unwrap_or(most.1));
        places.entry(place).or_default().push(item(finding, id, place));
    }
    places.values().flat_map(|items| items.chunks(BATCH)).map(<[Value]>::to_vec).collect()
}

/// An account and a region.
type Place<'a> = (&'a str, &'a str);

/// The account and the region of a finding, as far as it names them.
fn place(finding: &Finding) -> (Option<&str>, Option<&str>) {
    // What logs say is no account or region because they call it so.
    let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_region = |name: &&str| (1..=32).contains(&name.len()) && name.chars().all(is_name);
    (finding.account_id.as_deref().filter(is_account), finding.region.as_deref().filter(is_region))
}

fn item(finding: &Finding, id: &str, (account, region): Place<'_>) -> Value {
    let partition = partition(region);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut fields: serde_json::Map<String, Value> = finding
        .evidence
        .iter()
        .map(|(name, value)| (format!("vpcflow/evidence/{name}"), json!(cut(&text(value), FIELD_CHARS))))
        .collect();
    fields.insert("vpcflow/incident".to_owned(), json!(finding.incident));
    fields.insert("vpcflow/query".to_owned(), json!(cut(&finding.query, FIELD_CHARS)));
    fields.insert("vpcflow/attack".to_owned(), json!(finding.attack.join(" ")));
    if let Some(guardduty) = &finding.guardduty {
        fields.insert("vpcflow/guardduty".to_owned(), json!(guardduty));
    }
    for (side, about) in [("actor", &finding.actor_context), ("target", &finding.target_context)] {
        for (name, value) in about.iter().flat_map(known) {
            fields.insert(format!("vpcflow/{side}/{name}"), json!(cut(&value, FIELD_CHARS)));
        }
    }
    let mut item = json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("vpcflow/{id}"),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": "vpcflow",
        "GeneratorId": format!("vpcflow/{}", finding.detection),
        "AwsAccountId": account,
        "Types": [kind(finding)],
        "CreatedAt": finding.window_start,
        "UpdatedAt": finding.window_end,
        "FirstObservedAt": finding.first_seen,
        "LastObservedAt": finding.last_seen,
        "Severity": {"Label": label(finding)},
        "Title": cut(&finding.title, TITLE_CHARS),
        "Description": cut(&finding.description, DESCRIPTION_CHARS),
        "Remediation": {"Recommendation": {"Text": cut(&finding.remediation, REMEDIATION_CHARS)}},
        "ProductFields": fields,
        "Resources": [resource(finding, account, region, partition)],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
    });
    if let Some(network) = network(finding) {
        item["Network"] = network;
    }
    if let Some(action) = action(finding) {
        item["Action"] = action;
    }
    item
}

/// What is known of an address, as names and texts.
fn known(about: &AddressContext) -> Vec<(&'static str, String)> {
    let AddressContext { name, country, asn, as_name, aws_service, threat_lists, is_tor } = about;
    let lists = (!threat_lists.is_empty()).then(|| threat_lists.join(", "));
    [
        ("name", name.clone()),
        ("country", country.clone()),
        ("asn", asn.map(|asn| asn.to_string())),
        ("as_name", as_name.clone()),
        ("aws_service", aws_service.clone()),
        ("threat_lists", lists),
        ("is_tor", is_tor.then(|| "true".to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// The connection with a host of the internet whose place is known: Security Hub shows and filters by it.
fn action(finding: &Finding) -> Option<Value> {
    let (direction, address, about) = match finding.direction.as_deref() {
        Some("inbound") => ("INBOUND", finding.actor.as_ref()?, finding.actor_context.as_ref()?),
        Some("outbound") => ("OUTBOUND", finding.target.as_ref()?, finding.target_context.as_ref()?),
        _ => return None,
    };
    let mut remote = serde_json::Map::new();
    if !address.contains(':') {
        remote.insert("IpAddressV4".to_owned(), json!(address));
    }
    if let Some(country) = &about.country {
        remote.insert("Country".to_owned(), json!({"CountryCode": country}));
    }
    let mut organization = serde_json::Map::new();
    // Security Hub's numbers have 31 bits; the field vpcflow/actor/asn or vpcflow/target/asn has every one.
    organization.extend(about.asn.and_then(|asn| i32::try_from(asn).ok()).map(|asn| ("Asn".to_owned(), json!(asn))));
    organization.extend(about.as_name.as_ref().map(|name| ("AsnOrg".to_owned(), json!(cut(name, NAME_CHARS)))));
    if !organization.is_empty() {
        remote.insert("Organization".to_owned(), Value::Object(organization));
    }
    let connection = json!({"ConnectionDirection": direction, "RemoteIpDetails": remote});
    Some(json!({"ActionType": "NETWORK_CONNECTION", "NetworkConnectionAction": connection}))
}

fn resource(finding: &Finding, account: &str, region: &str, partition: &str) -> Value {
    let interface = finding.interface_id.as_ref().map(|interface| cut(interface, NAME_CHARS));
    match interface {
        Some(interface) => json!({
            "Type": "AwsEc2NetworkInterface",
            "Id": format!("arn:{partition}:ec2:{region}:{account}:network-interface/{interface}"),
            "Partition": partition,
            "Region": region,
            "Details": {"AwsEc2NetworkInterface": {"NetworkInterfaceId": interface}},
        }),
        None => json!({
            "Type": "AwsAccount",
            "Id": format!("AWS::::Account:{account}"),
            "Partition": partition,
            "Region": region,
        }),
    }
}

fn network(finding: &Finding) -> Option<Value> {
    let mut network = serde_json::Map::new();
    match finding.direction.as_deref() {
        Some("inbound") => network.insert("Direction".to_owned(), json!("IN")),
        Some("outbound") => network.insert("Direction".to_owned(), json!("OUT")),
        _ => None,
    };
    for (side, address) in [("Source", &finding.actor), ("Destination", &finding.target)] {
        if let Some(address) = address {
            let family = if address.contains(':') { "IpV6" } else { "IpV4" };
            network.insert(format!("{side}{family}"), json!(address));
        }
    }
    network.extend(finding.port.map(|port| ("DestinationPort".to_owned(), json!(port))));
    let protocol = match finding.protocol {
        Some(1) => Some("ICMP"),
        Some(6) => Some("TCP"),
        Some(17) => Some("UDP"),
        _ => None,
    };
    network.extend(protocol.map(|protocol| ("Protocol".to_owned(), json!(protocol))));
    (!network.is_empty()).then_some(Value::Object(network))
}

/// The first types of Security Hub's taxonomy, by the first ATT&CK technique.
fn kind(finding: &Finding) -> &'static str {
    let technique = finding.attack.first().map_or("", |technique| technique.split('.').next().unwrap_or_default());
    match technique {
        "T1046" | "T1595" => "TTPs/Discovery",
        "T1110" | "T1078" => "TTPs/Credential Access",
        "T1190" | "T1133" => "TTPs/Initial Access",
        "T1021" | "T1570" => "TTPs/Lateral Movement",
        "T1071" | "T1090" | "T1095" | "T1571" | "T1572" | "T1573" => "TTPs/Command and Control",
        "T1041" | "T1048" | "T1567" => "Effects/Data Exfiltration",
        "T1498" | "T1499" => "Effects/Denial of Service",
        "T1496" => "Effects/Resource Consumption",
        "T1562" => "TTPs/Defense Evasion",
        _ => "Software and Configuration Checks/AWS Security Best Practices/Network Reachability",
    }
}

fn label(finding: &Finding) -> &'static str {
    use crate::detect::Severity;
    match finding.severity {
        Severity::Info => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}
