//! Names of hosts and networks: those of lists that somebody keeps (CSV, or lines as in `/etc/hosts`), and for other hosts
//! those of their interfaces.
//!
//! Invariant: a name is of one host. A private address that several interfaces of different names have, in networks apart,
//! has a name only where it is known which of them is meant.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::path::PathBuf;

use foldhash::fast::RandomState;
use ipnet::IpNet;

use super::file::ContextFile;
use super::interfaces::Interface;
use super::{ContextError, ContextFiles};
use crate::functions::network;

/// All names of a run.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: HashMap<IpNet, Box<str>, RandomState>,
    /// The lengths of the prefixes that networks of `given` have, the longest first: of IPv4 and of IPv6.
    lengths: [Vec<u8>; 2],
    of_interfaces: HashMap<IpAddr, Vec<Owner>>,
}

/// An interface that has an address, and what it is called.
#[derive(Debug)]
struct Owner {
    interface_id: String,
    account_id: Option<String>,
    vpc_id: Option<String>,
    name: String,
}

/// Where an address was seen, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// An interface that may be its own.
    pub interface_id: Option<&'a str>,
    /// The account of the logs.
    pub account_id: Option<&'a str>,
    /// The network, where several have addresses in common: its account and VPC.
    pub network: Option<&'a str>,
}

impl Names {
    pub(super) fn is_empty(&self) -> bool {
        self.given.is_empty() && self.of_interfaces.is_empty()
    }

    /// Reads the lists; of a host that several of them name, the first name counts.
    ///
    /// # Errors
    /// When a file can't be read, or a line beside the first has no address or no name.
    pub(super) fn load(
        lists: &[PathBuf],
        files: &ContextFiles,
        interfaces: &[Interface],
    ) -> Result<Self, ContextError> {
        let mut names = Names::default();
        for list in lists {
            names.add(files.read(list)?)?;
        }
        let lengths = |of_family: fn(&IpNet) -> bool| {
            let mut lengths: Vec<u8> = names.given.keys().filter(|net| of_family(net)).map(IpNet::prefix_len).collect();
            lengths.sort_unstable_by(|a, b| b.cmp(a));
            lengths.dedup();
            lengths
        };
        names.lengths = [lengths(|net| matches!(net, IpNet::V4(_))), lengths(|net| matches!(net, IpNet::V6(_)))];
        for interface in interfaces {
            let Some(name) = interface.name.as_ref().or(interface.instance_id.as_ref()) else { continue };
            let primary = interface.addresses.iter().find(|address| address.is_ipv4());
            for address in interface.addresses.iter().chain(&interface.public_addresses) {
                // Further private addresses are those of containers, as a rule.
                let is_further = address.is_ipv4() && Some(address) != primary && interface.addresses.contains(address);
                names.of_interfaces.entry(*address).or_default().push(Owner {
                    interface_id: interface.interface_id.clone(),
                    account_id: interface.account_id.clone(),
                    vpc_id: interface.vpc_id.clone(),
                    name: if is_further { format!("on {name}") } else { name.clone() },
                });
            }
        }
        Ok(names)
    }

    fn add(&mut self, file: ContextFile) -> Result<(), ContextError> {
        let ContextFile { name: shown, content } = file;
        let text = String::from_utf8_lossy(&content);
        let mut is_first = true;
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            match entry(line) {
                Some((network, name)) => match self.given.entry(network) {
                    Entry::Vacant(new) => {
                        new.insert(name.into());
                    }
                    Entry::Occupied(_) => {}
                },
                // The names of CSV's columns.
                None if is_first && line.contains(',') => {}
                None => return Err(ContextError::NoName { file: shown, line: number + 1 }),
            }
            is_first = false;
        }
        Ok(())
    }

    /// The name of an address: its own in a list, else its interface's, else that of the smallest network around it.
    pub(super) fn name(&self, address: IpAddr, seen: &Seen<'_>) -> Option<&str> {
        let host = self.given.get(&IpNet::from(address)).map(Box::as_ref);
        host.or_else(|| self.of_interface(address, seen)).or_else(|| self.of_network(address))
    }

    fn of_network(&self, address: IpAddr) -> Option<&str> {
        let mut lengths = self.lengths[usize::from(address.is_ipv6())].iter();
        lengths.find_map(|length| {
            let network = IpNet::new(address, *length).ok()?.trunc();
            self.given.get(&network).map(Box::as_ref)
        })
    }

    fn of_interface(&self, address: IpAddr, seen: &Seen<'_>) -> Option<&str> {
        let owners = self.of_interfaces.get(&address)?;
        if let Some(owner) = owners.iter().find(|owner| seen.interface_id == Some(&owner.interface_id)) {
            return Some(&owner.name);
        }
        let is_of = |wanted: Option<&str>, of: &Option<String>| match (wanted, of) {
            (Some(wanted), Some(of)) => wanted == of,
            _ => true,
        };
        let vpc_id = seen.network.and_then(|network| network.split(' ').find(|word| word.starts_with("vpc-")));
        let mut owners = owners
            .iter()
            .filter(|owner| is_of(seen.account_id, &owner.account_id) && is_of(vpc_id, &owner.vpc_id))
            .map(|owner| owner.name.as_str());
        let first = owners.next()?;
        owners.all(|name| name == first).then_some(first)
    }
}

/// The first field of a line that is an address or a network, and the first other one.
fn entry(line: &str) -> Option<(IpNet, String)> {
    let parse = |field: &str| {
        // The zone of an address (fe80::1%lo0) is no part of it.
        let field = field.split('%').next().unwrap_or_default();
        field.contains(['.', ':']).then(|| network::parse(field).ok()).flatten()
    };
    let fields: Vec<String> = match line.contains(',') {
        true => {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(line.as_bytes());
            let record = reader.records().next()?.ok()?;
            record.iter().map(str::to_owned).collect()
        }
        false => line.split([' ', '\t']).map(|field| field.trim_matches('"').to_owned()).collect(),
    };
    let (mut network, mut name) = (None, None);
    for field in fields.into_iter().filter(|field| !field.is_empty()) {
        match (network, parse(&field)) {
            (None, Some(address)) => network = Some(address),
            _ => name = name.or(Some(field)),
        }
    }
    network.zip(name)
}
