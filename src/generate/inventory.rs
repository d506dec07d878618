//! The estate as the AWS CLI describes it: `security-groups.json` and `interfaces.json`.
//!
//! The shapes are those of `aws ec2 describe-security-groups` and `aws ec2 describe-network-interfaces`, all
//! accounts and regions in one list, so that what reads the CLI's output reads these.

use serde_json::{Value, json};

use super::estate::{Estate, Interface, Role, Site};
use super::groups::{OFFICE, Rule, Source, rules};
use super::row::{ICMP, TCP};

/// Every security group, as `aws ec2 describe-security-groups` prints them.
pub(super) fn security_groups(estate: &Estate, mistakes: bool) -> Value {
    let with_group = |role: &Role| *role != Role::Nat;
    let groups = estate.sites.iter().flat_map(|site| {
        Role::ALL.iter().copied().filter(with_group).map(move |role| security_group(site, role, mistakes))
    });
    json!({ "SecurityGroups": groups.collect::<Vec<_>>() })
}

fn security_group(site: &Site, role: Role, mistakes: bool) -> Value {
    let id = &site.groups[role as usize];
    let everywhere = json!([{ "CidrIp": "0.0.0.0/0" }]);
    let permissions: Vec<Value> = rules(role, mistakes).iter().map(|rule| permission(site, rule)).collect();
    json!({
        "GroupId": id,
        "GroupName": role.name(),
        "Description": format!("{} hosts", role.name()),
        "OwnerId": site.account,
        "SecurityGroupArn": format!("arn:aws:ec2:{}:{}:security-group/{id}", site.region, site.account),
        "VpcId": site.vpc,
        "IpPermissions": permissions,
        "IpPermissionsEgress": [{
            "IpProtocol": "-1",
            "IpRanges": everywhere,
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
            "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }],
        "Tags": [{ "Key": "Name", "Value": role.name() }],
    })
}

fn permission(site: &Site, rule: &Rule) -> Value {
    let protocol = match rule.protocol {
        TCP => "tcp",
        ICMP => "icmp",
        _ => "udp",
    };
    let port = if rule.protocol == ICMP { -1 } else { i64::from(rule.port) };
    let range = |cidr: String| json!({ "CidrIp": cidr, "Description": rule.description });
    let (ranges, ranges6, groups) = match rule.from {
        Source::World => {
            let ranges6 = vec![json!({ "CidrIpv6": "::/0", "Description": rule.description })];
            (vec![range("0.0.0.0/0".to_string())], ranges6, vec![])
        }
        Source::World4 => (vec![range("0.0.0.0/0".to_string())], vec![], vec![]),
        Source::Office => (vec![range(OFFICE.to_string())], vec![], vec![]),
        Source::Vpc => (vec![range(format!("10.{}.0.0/16", site.octet))], vec![], vec![]),
        Source::Group(role) => {
            let group = &site.groups[role as usize];
            let pair = json!({ "GroupId": group, "UserId": site.account, "Description": rule.description });
            (vec![], vec![], vec![pair])
        }
    };
    json!({
        "IpProtocol": protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": ranges,
        "Ipv6Ranges": ranges6,
        "PrefixListIds": [],
        "UserIdGroupPairs": groups,
    })
}

/// Every interface, as `aws ec2 describe-network-interfaces` prints them.
pub(super) fn interfaces(estate: &Estate) -> Value {
    let interfaces = (0..estate.interfaces.len() as u32).map(|index| network_interface(estate, index));
    json!({ "NetworkInterfaces": interfaces.collect::<Vec<_>>() })
}

fn network_interface(estate: &Estate, index: u32) -> Value {
    let (interface, site, subnet) = (estate.interface(index), estate.site_of(index), estate.subnet_of(index));
    let groups = match interface.role {
        Role::Nat => json!([]),
        role => json!([{ "GroupId": site.groups[role as usize], "GroupName": role.name() }]),
    };
    let managed = interface.role.is_requester_managed();
    let mut description = json!({
        "NetworkInterfaceId": interface.id,
        "Description": interface.name,
        "InterfaceType": interface_type(interface.role),
        "OwnerId": site.account,
        "VpcId": site.vpc,
        "SubnetId": subnet.id,
        "AvailabilityZone": subnet.zone,
        "AvailabilityZoneId": subnet.zone_id,
        "PrivateIpAddress": interface.address.to_string(),
        "PrivateIpAddresses": private_addresses(interface, &site.account),
        "Ipv6Addresses": interface.address6.iter().map(|address| json!({ "Ipv6Address": address.to_string() })).collect::<Vec<_>>(),
        "Groups": groups,
        "RequesterManaged": managed,
        "SourceDestCheck": interface.role != Role::Nat,
        "Status": "in-use",
        "TagSet": [{ "Key": "Name", "Value": interface.name }],
    });
    if let Some(public) = interface.public {
        description["Association"] = association(public, &site.account);
    }
    if let Some(instance) = &interface.instance {
        description["Attachment"] = json!({ "InstanceId": instance, "DeviceIndex": 0, "Status": "attached" });
    }
    description
}

fn private_addresses(interface: &Interface, account: &str) -> Vec<Value> {
    let primary = (interface.address, interface.public, true);
    let secondary = interface.secondaries.iter().map(|(address, public)| (*address, Some(*public), false));
    let addresses = std::iter::once(primary).chain(secondary).map(|(address, public, primary)| {
        let mut described = json!({ "PrivateIpAddress": address.to_string(), "Primary": primary });
        if let Some(public) = public {
            described["Association"] = association(public, account);
        }
        described
    });
    addresses.collect()
}

fn association(public: std::net::Ipv4Addr, account: &str) -> Value {
    json!({ "PublicIp": public.to_string(), "IpOwnerId": account })
}

fn interface_type(role: Role) -> &'static str {
    match role {
        Role::Nat => "nat_gateway",
        Role::LoadBalancer | Role::CampaignBalancer => "network_load_balancer",
        _ => "interface",
    }
}
