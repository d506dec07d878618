//! Rules and interfaces as tables of the engine.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, StringViewArray};
use datafusion::common::Result;
use datafusion::datasource::MemTable;

use super::interfaces::Interface;
use super::lists::AddressList;
use super::security_groups::{Peer, Rule};
use crate::session::Session;

/// Registers `security_group_rules`, `interfaces`, `world_open_ports` and `threat_lists`.
pub(super) fn register(
    session: &Session,
    rules: &[Rule],
    interfaces: &[Interface],
    threats: &[AddressList],
) -> Result<()> {
    let tables = [
        ("security_group_rules", rules_table(rules)?),
        ("interfaces", interfaces_table(interfaces)?),
        ("world_open_ports", world_open_ports(rules, interfaces)?),
        ("threat_lists", threat_lists(threats)?),
    ];
    for (name, rows) in tables {
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]])?;
        session.context().register_table(name, Arc::new(table))?;
    }
    Ok(())
}

fn text<T: AsRef<str>>(values: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(values.collect::<StringViewArray>())
}

fn numbers(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

fn rows(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))?)
}

fn threat_lists(lists: &[AddressList]) -> Result<RecordBatch> {
    rows(vec![
        ("name", text(lists.iter().map(|list| Some(&list.name)))),
        ("severity", text(lists.iter().map(|list| Some(list.severity.name())))),
        ("entries", Arc::new(lists.iter().map(|list| Some(list.entries as i64)).collect::<Int64Array>())),
    ])
}

fn rules_table(rules: &[Rule]) -> Result<RecordBatch> {
    let cidr = |rule: &Rule| match &rule.peer {
        Peer::Network(network) => Some(network.to_string()),
        _ => None,
    };
    let source_group = |rule: &Rule| match &rule.peer {
        Peer::Group(group) => Some(group.clone()),
        _ => None,
    };
    let prefix_list = |rule: &Rule| match &rule.peer {
        Peer::PrefixList(list) => Some(list.clone()),
        _ => None,
    };
    rows(vec![
        ("account_id", text(rules.iter().map(|rule| Some(&rule.account_id)))),
        ("vpc_id", text(rules.iter().map(|rule| rule.vpc_id.as_ref()))),
        ("group_id", text(rules.iter().map(|rule| Some(&rule.group_id)))),
        ("group_name", text(rules.iter().map(|rule| Some(&rule.group_name)))),
        ("direction", text(rules.iter().map(|rule| Some(if rule.is_inbound { "inbound" } else { "outbound" })))),
        ("protocol", numbers(rules.iter().map(|rule| rule.protocol))),
        ("from_port", numbers(rules.iter().map(|rule| rule.ports.map(|(from, _)| from)))),
        ("to_port", numbers(rules.iter().map(|rule| rule.ports.map(|(_, to)| to)))),
        ("cidr", text(rules.iter().map(cidr))),
        ("source_group_id", text(rules.iter().map(source_group))),
        ("prefix_list_id", text(rules.iter().map(prefix_list))),
        ("description", text(rules.iter().map(|rule| rule.description.as_ref()))),
    ])
}

fn interfaces_table(interfaces: &[Interface]) -> Result<RecordBatch> {
    let list = |values: &[String]| (!values.is_empty()).then(|| values.join(" "));
    let addresses = |values: &[IpAddr]| list(&values.iter().map(IpAddr::to_string).collect::<Vec<_>>());
    rows(vec![
        ("interface_id", text(interfaces.iter().map(|interface| Some(&interface.interface_id)))),
        ("account_id", text(interfaces.iter().map(|interface| interface.account_id.as_ref()))),
        ("vpc_id", text(interfaces.iter().map(|interface| interface.vpc_id.as_ref()))),
        ("subnet_id", text(interfaces.iter().map(|interface| interface.subnet_id.as_ref()))),
        ("availability_zone", text(interfaces.iter().map(|interface| interface.availability_zone.as_ref()))),
        ("az_id", text(interfaces.iter().map(|interface| interface.az_id.as_ref()))),
        ("interface_type", text(interfaces.iter().map(|interface| interface.interface_type.as_ref()))),
        ("instance_id", text(interfaces.iter().map(|interface| interface.instance_id.as_ref()))),
        ("name", text(interfaces.iter().map(|interface| interface.name.as_ref()))),
        ("addresses", text(interfaces.iter().map(|interface| addresses(&interface.addresses)))),
        ("public_addresses", text(interfaces.iter().map(|interface| addresses(&interface.public_addresses)))),
        ("group_ids", text(interfaces.iter().map(|interface| list(&interface.group_ids)))),
    ])
}

/// What each interface shows the world: a row for each interface and rule.
fn world_open_ports(rules: &[Rule], interfaces: &[Interface]) -> Result<RecordBatch> {
    let mut of_group: HashMap<&str, Vec<&Rule>> = HashMap::new();
    for rule in rules.iter().filter(|rule| rule.world.is_some()) {
        of_group.entry(&rule.group_id).or_default().push(rule);
    }
    let mut open: Vec<(&Interface, &Rule)> = Vec::new();
    for interface in interfaces {
        let groups = interface.group_ids.iter().filter_map(|group| of_group.get(group.as_str()));
        open.extend(groups.flatten().map(|rule| (interface, *rule)));
    }
    let is_ipv6 = |rule: &Rule| matches!(rule.peer, Peer::Network(ipnet::IpNet::V6(_)));
    rows(vec![
        ("interface_id", text(open.iter().map(|(interface, _)| Some(&interface.interface_id)))),
        ("group_id", text(open.iter().map(|(_, rule)| Some(&rule.group_id)))),
        ("group_name", text(open.iter().map(|(_, rule)| Some(&rule.group_name)))),
        ("protocol", numbers(open.iter().map(|(_, rule)| rule.protocol))),
        ("from_port", numbers(open.iter().map(|(_, rule)| Some(rule.ports.map_or(0, |(from, _)| from))))),
        ("to_port", numbers(open.iter().map(|(_, rule)| Some(rule.ports.map_or(65_535, |(_, to)| to))))),
        ("cidr", text(open.iter().map(|(_, rule)| rule.world.as_ref()))),
        ("is_ipv6", Arc::new(BooleanArray::from_iter(open.iter().map(|(_, rule)| Some(is_ipv6(rule)))))),
        ("colour", text(open.iter().map(|(_, rule)| Some(rule.colour().name())))),
        ("description", text(open.iter().map(|(_, rule)| rule.description.as_ref()))),
    ])
}
