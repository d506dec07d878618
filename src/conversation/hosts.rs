//! Which network each of our hosts is of, and what a host of another day is called among those of one.
//!
//! A day calls a host by its address, and where several networks have a host of that address by its network as well. Which
//! addresses these are changes from day to day, and with what is read of it. What is kept beyond a day therefore always has
//! the network, and is called anew where it meets another day.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

use super::own::Homes;
use super::shared::Shared;
use super::vantage::Network;
use crate::functions::ip;

/// The networks of our hosts that have private addresses.
#[derive(Debug, Default)]
pub struct Hosts {
    /// Those networks that share addresses with others: they stand in the names of their hosts.
    pub(crate) named: Vec<Network>,
    networks: Vec<Network>,
    /// For each address the number of the network whose host has it; `None` where several networks have one.
    of_address: HashMap<IpAddr, Option<u32>>,
}

impl Hosts {
    /// `of_vantages` has the network of each vantage of `homes`.
    pub(super) fn new(of_vantages: &[Network], homes: &Homes, shared: &Shared) -> Self {
        let mut hosts = Hosts { named: shared.networks.clone(), ..Hosts::default() };
        let mut numbers: HashMap<&Network, u32> = HashMap::new();
        for (end, vantage) in homes {
            let network = &of_vantages[*vantage as usize];
            let Some(address) = end.address().filter(|address| ip::is_private(*address)) else { continue };
            if network.zone().is_empty() {
                continue;
            }
            let number = *numbers.entry(network).or_insert_with(|| {
                hosts.networks.push(network.clone());
                hosts.networks.len() as u32 - 1
            });
            let of_it = hosts.of_address.entry(address).or_insert(Some(number));
            if shared.has(*end) {
                *of_it = None;
            } else if let Some(known) = of_it {
                // Of two that are one, that of which more is known, and always the same.
                let rank = |number: u32| {
                    let network = &hosts.networks[number as usize];
                    (network.vpc_id.is_none(), network.account_id.is_none(), network)
                };
                if rank(number) < rank(*known) {
                    *known = number;
                }
            }
        }
        hosts
    }

    /// The network of a host of this day, by the name that it has there; `None` where that is not known.
    pub(crate) fn network<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let (address, network) = parts(name);
        let of_address = || Some(self.networks[(*self.of_address.get(&address.parse().ok()?)?)? as usize].zone());
        network.or_else(of_address)
    }

    /// What a host of another day would be called on this day.
    pub(crate) fn among<'a>(&self, address: &'a str, network: Option<&str>) -> Cow<'a, str> {
        let Some(network) = network else { return address.into() };
        match address.parse().ok().and_then(|address: IpAddr| self.of_address.get(&address)) {
            None => address.into(),
            Some(Some(number)) if self.networks[*number as usize].may_be(network) => address.into(),
            Some(_) => format!("{address}%{network}").into(),
        }
    }
}

/// The address of a host in its name, and the network if it is named there.
pub(crate) fn parts(name: &str) -> (&str, Option<&str>) {
    match name.split_once('%') {
        Some((address, network)) => (address, Some(network)),
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(of_address: &[(&str, Option<u32>)], networks: &[(Option<&str>, Option<&str>)]) -> Hosts {
        let owned = |text: &Option<&str>| text.map(str::to_owned);
        Hosts {
            named: Vec::new(),
            networks: networks
                .iter()
                .map(|(account_id, vpc_id)| Network { account_id: owned(account_id), vpc_id: owned(vpc_id) })
                .collect(),
            of_address: of_address.iter().map(|(address, of)| (address.parse().expect("an address"), *of)).collect(),
        }
    }

    #[test]
    fn a_host_is_found_again_whoever_else_has_its_address() {
        let alone = hosts(&[("10.0.0.5", Some(0))], &[(Some("111122223333"), Some("vpc-a"))]);
        assert_eq!(alone.network("10.0.0.5"), Some("vpc-a"));
        assert_eq!(alone.network("10.0.0.6"), None);
        let shared = hosts(&[("10.0.0.5", None)], &[]);
        assert_eq!(shared.network("10.0.0.5%vpc-a"), Some("vpc-a"));
        for (address, network, when_alone, when_shared) in [
            ("10.0.0.5", Some("vpc-a"), "10.0.0.5", "10.0.0.5%vpc-a"),
            ("10.0.0.5", Some("vpc-b"), "10.0.0.5%vpc-b", "10.0.0.5%vpc-b"),
            // A format that did not name the VPC.
            ("10.0.0.5", Some("111122223333"), "10.0.0.5", "10.0.0.5%111122223333"),
            ("10.0.0.5", Some("444455556666"), "10.0.0.5%444455556666", "10.0.0.5%444455556666"),
            ("10.0.0.5", None, "10.0.0.5", "10.0.0.5"),
            // No interface of this day has it: whose it is, is not known.
            ("10.0.0.9", Some("vpc-b"), "10.0.0.9", "10.0.0.9"),
            ("203.0.113.9", None, "203.0.113.9", "203.0.113.9"),
        ] {
            let called = [&alone, &shared].map(|hosts| hosts.among(address, network));
            assert_eq!(called, [when_alone, when_shared], "{address} {network:?}");
        }
        let of_account = hosts(&[("10.0.0.5", Some(0))], &[(Some("111122223333"), None)]);
        assert_eq!(of_account.among("10.0.0.5", Some("vpc-a")), "10.0.0.5");
        assert_eq!(of_account.among("10.0.0.5", Some("444455556666")), "10.0.0.5%444455556666");
    }
}
