//! Private addresses that hosts of several networks have, and whose host is meant where one is seen.

use std::collections::{BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;

use super::entry::Connection;
use super::own::Homes;
use super::row::End;
use super::vantage::Network;
use crate::functions::ip;

/// Whose host an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// There is one host of this address.
    Only,
    /// That of a network, by its number.
    Of(u32),
    /// One of several: this vantage does not tell.
    Unknown,
}

/// Whose hosts initiator and responder are.
pub(super) type Owners = [Owner; 2];

/// Whether `known`, whose hosts are told, may be what was seen where it is not told whose some are.
pub(super) fn is_that_of(known: Owners, seen: Owners) -> bool {
    let agree = |(known, seen): (Owner, Owner)| known != Owner::Unknown && (seen == Owner::Unknown || known == seen);
    known.into_iter().zip(seen).all(agree)
}

/// The addresses that several networks have.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The networks that share some, in order.
    pub(super) networks: Vec<Network>,
    /// For each vantage the number of its network, if it is one of those.
    of_vantages: Vec<Option<u32>>,
    /// For each address the networks in which a host has it.
    homes: HashMap<End, Vec<u32>, RandomState>,
}

impl Shared {
    pub(super) fn new(of_vantages: &[Network], homes: &Homes) -> Self {
        let mut of_address: HashMap<End, HashSet<&Network>> = HashMap::new();
        for (end, vantage) in homes.iter().filter(|(end, _)| end.address().is_some_and(ip::is_private)) {
            of_address.entry(*end).or_default().insert(&of_vantages[*vantage as usize]);
        }
        // What is not known tells nothing apart.
        of_address.retain(|_, networks| {
            let all: Vec<&Network> = networks.iter().copied().collect();
            networks.retain(|network| all.iter().any(|other| network.is_apart_from(other)));
            !networks.is_empty()
        });
        let networks: BTreeSet<&Network> = of_address.values().flatten().copied().collect();
        let networks: Vec<Network> = networks.into_iter().cloned().collect();
        let number = |network: &Network| networks.binary_search(network).ok().map(|at| at as u32);
        let homes =
            of_address.iter().map(|(end, networks)| (*end, networks.iter().filter_map(|one| number(one)).collect()));
        Shared { homes: homes.collect(), of_vantages: of_vantages.iter().map(number).collect(), networks }
    }

    /// Whether no address is shared.
    pub(super) fn is_empty(&self) -> bool {
        self.homes.is_empty()
    }

    /// Whether several networks have a host of that address.
    pub(super) fn has(&self, end: End) -> bool {
        self.homes.contains_key(&end)
    }

    /// Whose host an end is that a vantage saw.
    pub(super) fn owner(&self, end: End, vantage: u32) -> Owner {
        match self.homes.get(&end) {
            None => Owner::Only,
            Some(networks) => match self.of_vantages[vantage as usize].filter(|network| networks.contains(network)) {
                Some(network) => Owner::Of(network),
                None => Owner::Unknown,
            },
        }
    }

    /// Whose hosts the ends of a connection are that a vantage saw.
    pub(super) fn owners(&self, connection: &Connection, vantage: u32) -> Owners {
        [connection.initiator, connection.responder].map(|end| self.owner(end, vantage))
    }

    /// What stands behind the address of an end.
    pub(super) fn zone(&self, owner: Owner) -> Option<&str> {
        match owner {
            Owner::Of(network) => Some(self.networks[network as usize].zone()),
            Owner::Only | Owner::Unknown => None,
        }
    }
}
