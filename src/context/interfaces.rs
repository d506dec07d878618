//! Network interfaces, as `aws ec2 describe-network-interfaces` prints them and AWS Config records them.

use std::net::IpAddr;

use super::ContextError;
use super::document::{Document, Node};
use super::file::ContextFile;
use super::page::ITEMS;
use super::snapshot;

const REMEDY: &str = "the output of aws ec2 describe-network-interfaces --output json";
const ADDRESS: &str = "an address";

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its id.
    pub interface_id: String,
    /// The account that owns it.
    pub account_id: Option<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<String>,
    /// Its availability zone, as its account calls it: `us-east-1b`.
    pub availability_zone: Option<String>,
    /// Its availability zone, as every account calls it: `use1-az2`.
    pub az_id: Option<String>,
    /// What it belongs to: `interface`, `nat_gateway`, `network_load_balancer`, ...
    pub interface_type: Option<String>,
    /// The instance it is attached to.
    pub instance_id: Option<String>,
    /// The tag `Name`, else the description.
    pub name: Option<String>,
    /// Its private addresses, the primary one first, and its IPv6 addresses.
    pub addresses: Vec<IpAddr>,
    /// The public addresses that are translated to them.
    pub public_addresses: Vec<IpAddr>,
    /// Its security groups.
    pub group_ids: Vec<String>,
}

/// Reads a file.
pub(super) fn read(file: ContextFile) -> Result<Vec<Interface>, ContextError> {
    let document = Document::read(file, REMEDY)?;
    if document.has(ITEMS) {
        return Err(document.meant_for("NetworkInterfaces", snapshot::INSTEAD));
    }
    document.entries("NetworkInterfaces")?.iter().map(interface).collect()
}

/// Reads one interface.
pub(super) fn interface(node: &Node<'_>) -> Result<Interface, ContextError> {
    let mut addresses = Vec::new();
    let mut public_addresses = Vec::new();
    if node.optional_text("PrivateIpAddress")?.is_some() {
        addresses.push(node.parsed("PrivateIpAddress", ADDRESS)?);
    }
    public_addresses.extend(public_address(node)?);
    for private in node.optional_list("PrivateIpAddresses")? {
        addresses.push(private.parsed("PrivateIpAddress", ADDRESS)?);
        public_addresses.extend(public_address(&private)?);
    }
    for address in node.optional_list("Ipv6Addresses")? {
        addresses.push(address.parsed("Ipv6Address", ADDRESS)?);
    }
    for list in [&mut addresses, &mut public_addresses] {
        let mut seen = std::collections::HashSet::new();
        list.retain(|address| seen.insert(*address));
    }
    let groups = node.optional_list("Groups")?;
    let attachment = node.object("Attachment")?;
    Ok(Interface {
        interface_id: node.text("NetworkInterfaceId")?,
        account_id: node.optional_text("OwnerId")?,
        vpc_id: node.optional_text("VpcId")?,
        subnet_id: node.optional_text("SubnetId")?,
        availability_zone: node.optional_text("AvailabilityZone")?,
        az_id: node.optional_text("AvailabilityZoneId")?,
        interface_type: node.optional_text("InterfaceType")?.map(kind),
        instance_id: attachment.map(|attachment| attachment.optional_text("InstanceId")).transpose()?.flatten(),
        name: name(node)?,
        addresses,
        public_addresses,
        group_ids: groups.iter().map(|group| group.text("GroupId")).collect::<Result<_, _>>()?,
    })
}

/// A type in one spelling: NAT gateways have two.
fn kind(name: String) -> String {
    if name == "natGateway" { "nat_gateway".to_owned() } else { name }
}

fn public_address(node: &Node<'_>) -> Result<Option<IpAddr>, ContextError> {
    match node.object("Association")? {
        Some(association) if association.optional_text("PublicIp")?.is_some() => {
            association.parsed("PublicIp", ADDRESS).map(Some)
        }
        _ => Ok(None),
    }
}

fn name(node: &Node<'_>) -> Result<Option<String>, ContextError> {
    for tag in node.optional_list("TagSet")? {
        if tag.text("Key")? == "Name" {
            return tag.optional_text("Value");
        }
    }
    Ok(node.optional_text("Description")?.filter(|description| !description.is_empty()))
}
