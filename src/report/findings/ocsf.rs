//! Findings as OCSF 1.3 events of the class Detection Finding (2004), as Security Lake and SIEMs take them.

use serde_json::{Map, Value, json};

use crate::context::AddressContext;
use crate::detect::{Finding, Outcome, Severity};

/// The version of the schema.
const VERSION: &str = "1.3.0";

/// One event for each finding.
pub(super) fn events(outcome: &Outcome) -> Vec<Value> {
    outcome.findings.iter().map(event).collect()
}

fn event(finding: &Finding) -> Value {
    let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
    let attack = |uid: &String| json!({"version": "14", "technique": {"uid": uid, "name": technique(uid)}});
    let attacks: Vec<Value> = finding.attack.iter().map(attack).collect();
    let mut event = json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200_401,
        "type_name": "Detection Finding: Create",
        "severity_id": severity_id(finding.severity),
        "severity": severity_name(finding.severity),
        "status_id": 1,
        "status": "New",
        "time": milliseconds(finding.last_seen.0),
        "start_time": milliseconds(finding.first_seen.0),
        "end_time": milliseconds(finding.last_seen.0),
        "message": finding.description,
        "metadata": {
            "version": VERSION,
            // Findings of one incident have the same.
            "correlation_uid": finding.incident,
            "profiles": ["cloud"],
            "product": {"name": "vpcflow", "vendor_name": "vpcflow", "version": env!("CARGO_PKG_VERSION")},
        },
        "finding_info": {
            "uid": finding.id,
            "title": finding.title,
            "desc": finding.description,
            "types": [finding.detection],
            "attacks": attacks,
            "analytic": {"type_id": 1, "type": "Rule", "uid": finding.detection, "name": finding.title},
            "created_time": milliseconds(finding.window_end.0),
            "first_seen_time": milliseconds(finding.first_seen.0),
            "last_seen_time": milliseconds(finding.last_seen.0),
            "data_sources": ["VPC Flow Logs"],
        },
        "remediation": {"desc": finding.remediation},
        "cloud": cloud(finding),
        "evidences": [evidence(finding)],
        "unmapped": {
            "why": finding.why,
            "false_positives": finding.false_positives,
            "guardduty": finding.guardduty,
            "query": finding.query,
        },
    });
    if let Some(interface) = &finding.interface_id {
        event["resources"] =
            json!([{"uid": interface, "type": "AWS::EC2::NetworkInterface", "region": finding.region}]);
    }
    let enrichments: Vec<Value> = [
        ("evidences.src_endpoint.ip", &finding.actor, &finding.actor_context),
        ("evidences.dst_endpoint.ip", &finding.target, &finding.target_context),
    ]
    .into_iter()
    .filter_map(|(name, address, about)| Some(enrichment(name, address.as_ref()?, about.as_ref()?)))
    .collect();
    if !enrichments.is_empty() {
        event["enrichments"] = Value::Array(enrichments);
    }
    event
}

/// All that is known of an address.
fn enrichment(name: &str, address: &str, about: &AddressContext) -> Value {
    json!({"name": name, "value": address, "type": "address", "provider": "vpcflow", "data": about})
}

/// What an endpoint is called and where it is, in the schema's own words.
fn locate(endpoint: &mut Map<String, Value>, about: Option<&AddressContext>) {
    let Some(about) = about else { return };
    endpoint.extend(about.name.as_ref().map(|name| ("name".to_owned(), json!(name))));
    if let Some(country) = &about.country {
        endpoint.insert("location".to_owned(), json!({"country": country}));
    }
    if let Some(asn) = about.asn {
        let mut system = json!({"number": asn});
        if let Some(name) = &about.as_name {
            system["name"] = json!(name);
        }
        endpoint.insert("autonomous_system".to_owned(), system);
    }
}

/// The name of an ATT&CK technique.
fn technique(uid: &str) -> &str {
    match uid {
        "T1021" => "Remote Services",
        "T1041" => "Exfiltration Over C2 Channel",
        "T1046" => "Network Service Discovery",
        "T1048" => "Exfiltration Over Alternative Protocol",
        "T1048.003" => "Exfiltration Over Unencrypted Non-C2 Protocol",
        "T1071" => "Application Layer Protocol",
        "T1071.002" => "File Transfer Protocols",
        "T1071.003" => "Mail Protocols",
        "T1071.004" => "DNS",
        "T1078" => "Valid Accounts",
        "T1090.003" => "Multi-hop Proxy",
        "T1095" => "Non-Application Layer Protocol",
        "T1110" => "Brute Force",
        "T1133" => "External Remote Services",
        "T1190" => "Exploit Public-Facing Application",
        "T1489" => "Service Stop",
        "T1496" => "Resource Hijacking",
        "T1498" => "Network Denial of Service",
        "T1498.002" => "Reflection Amplification",
        "T1499" => "Endpoint Denial of Service",
        "T1562.008" => "Disable or Modify Cloud Logs",
        "T1567" => "Exfiltration Over Web Service",
        "T1570" => "Lateral Tool Transfer",
        "T1571" => "Non-Standard Port",
        "T1572" => "Protocol Tunneling",
        "T1573" => "Encrypted Channel",
        "T1595" => "Active Scanning",
        "T1595.001" => "Scanning IP Blocks",
        // A detection of the user's own.
        other => other,
    }
}

fn cloud(finding: &Finding) -> Value {
    let mut cloud = json!({"provider": "AWS"});
    if let Some(region) = &finding.region {
        cloud["region"] = json!(region);
    }
    if let Some(account) = &finding.account_id {
        cloud["account"] = json!({"uid": account, "name": account, "type_id": 10, "type": "AWS Account"});
    }
    cloud
}

/// What the finding rests on: the two ends, the connection, and its numbers.
fn evidence(finding: &Finding) -> Value {
    let mut evidence = Map::new();
    // The interface is the one at our end: of what goes out the source's.
    let is_of_source = finding.direction.as_deref() == Some("outbound");
    let interface = |is_its: bool| {
        let interface = finding.interface_id.as_ref().filter(|_| is_its && finding.direction.is_some());
        interface.map(|interface| ("interface_uid".to_owned(), json!(interface)))
    };
    evidence.insert("data".to_owned(), json!(finding.evidence));
    if let Some(actor) = &finding.actor {
        let mut source = Map::new();
        source.insert("ip".to_owned(), json!(actor));
        source.extend(interface(is_of_source));
        locate(&mut source, finding.actor_context.as_ref());
        evidence.insert("src_endpoint".to_owned(), Value::Object(source));
    }
    if finding.target.is_some() || finding.port.is_some() {
        let mut target = Map::new();
        target.extend(finding.target.as_ref().map(|target| ("ip".to_owned(), json!(target))));
        target.extend(interface(!is_of_source && finding.target.is_some()));
        target.extend(finding.port.map(|port| ("port".to_owned(), json!(port))));
        locate(&mut target, finding.target_context.as_ref());
        evidence.insert("dst_endpoint".to_owned(), Value::Object(target));
    }
    let direction = match finding.direction.as_deref() {
        Some("inbound") => 1,
        Some("outbound") => 2,
        Some("internal") => 3,
        _ => 0,
    };
    let mut connection = json!({"direction_id": direction});
    if let Some(protocol) = finding.protocol {
        connection["protocol_num"] = json!(protocol);
    }
    evidence.insert("connection_info".to_owned(), connection);
    Value::Object(evidence)
}

fn severity_id(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "Informational",
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}
