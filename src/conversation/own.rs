//! Which addresses are ours: those of our networks, and those that interfaces are seen to have, whatever network they are
//! of. Hosts of a VPC have IPv6 addresses of the internet, and some have IPv4 addresses of it inside.
//!
//! An interface has the address at its own side of a record, which flow_direction tells. Without that field it has the one
//! address that all of its records share, as long as no private one is among the others: then ours are told by those.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::row::End;
use super::vantage::{INTERFACE, Numbered};
use crate::functions::ip;
use crate::functions::network::Networks;

/// Addresses with the vantages whose interfaces are seen to have them.
pub(super) type Homes = HashSet<(End, u32), RandomState>;

/// The addresses that the records of vantages share.
pub(super) type Constants = HashMap<u32, Constant, RandomState>;

/// An interface that has more addresses outside our networks passes on what others sent.
const MOST_ADDRESSES: usize = 64;

/// The addresses that all records of a vantage share, of each family.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Constant([Shared; 2]);

#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    is_begun: bool,
    ends: [Option<End>; 2],
    sees_private: bool,
}

impl Shared {
    fn keep(&mut self, is_kept: impl Fn(End) -> bool) {
        for end in &mut self.ends {
            *end = end.filter(|end| is_kept(*end));
        }
    }

    fn only(&self) -> Option<End> {
        only(self.ends)
    }
}

fn only(ends: [Option<End>; 2]) -> Option<End> {
    match ends {
        [Some(end), None] | [None, Some(end)] => Some(end),
        _ => None,
    }
}

impl Constant {
    /// Sees the two ends of a record.
    pub(super) fn see(&mut self, ends: [End; 2]) {
        let [Some(one), Some(other)] = ends.map(End::address) else { return };
        if one == other || one.is_ipv6() != other.is_ipv6() {
            return;
        }
        let shared = &mut self.0[usize::from(one.is_ipv6())];
        match shared.is_begun {
            true => shared.keep(|end| ends.contains(&end)),
            false => *shared = Shared { is_begun: true, ends: ends.map(Some), ..*shared },
        }
        shared.sees_private |= ip::is_private(one) || ip::is_private(other);
    }

    /// Sees what another thread saw of the same vantage.
    pub(super) fn merge(&mut self, other: &Constant) {
        for (shared, other) in self.0.iter_mut().zip(other.0) {
            match (shared.is_begun, other.is_begun) {
                (_, false) => {}
                (false, true) => *shared = other,
                (true, true) => {
                    shared.keep(|end| other.ends.contains(&Some(end)));
                    shared.sees_private |= other.sees_private;
                }
            }
        }
    }

    /// Whether it is the one address that all records share.
    fn is(&self, end: End) -> bool {
        self.0.iter().any(|shared| shared.only() == Some(end))
    }

    /// Those inside the private networks that are an interface's own: of two hosts that saw nobody else, the one beside a
    /// stranger.
    fn private(&self) -> impl Iterator<Item = End> {
        let is_private = |end: &End| end.address().is_some_and(ip::is_private);
        self.0.iter().filter_map(move |shared| only(shared.ends.map(|end| end.filter(is_private))))
    }

    /// Those outside the private networks that are an interface's own.
    fn own(&self) -> impl Iterator<Item = End> {
        self.0.iter().filter(|shared| !shared.sees_private).filter_map(Shared::only)
    }
}

/// What is ours.
#[derive(Debug)]
pub(super) struct Own {
    networks: Networks,
    /// Those that the networks lack.
    addresses: HashSet<End, RandomState>,
    constants: Constants,
}

impl Own {
    pub(super) fn new(networks: Networks, homes: &Homes, mut constants: Constants, numbered: &Numbered) -> Self {
        constants.retain(|vantage, _| numbered.text(*vantage, INTERFACE).is_some());
        let is_foreign = |end: End| end.address().is_some_and(|address| !networks.contains(address));
        let mut of_vantages: HashMap<u32, Vec<End>> = HashMap::new();
        for (end, vantage) in homes.iter().filter(|(end, _)| is_foreign(*end)) {
            of_vantages.entry(*vantage).or_default().push(*end);
        }
        of_vantages.retain(|_, ends| ends.len() <= MOST_ADDRESSES);
        let addresses = constants.values().flat_map(Constant::own).filter(|end| is_foreign(*end));
        let addresses = addresses.chain(of_vantages.into_values().flatten()).collect();
        Own { networks, addresses, constants }
    }

    /// Those homes, with the private addresses of interfaces whose records don't tell at which of their ends they were made.
    pub(super) fn homes(&self, mut seen: Homes) -> Homes {
        let private =
            |(vantage, constant): (&u32, &Constant)| constant.private().map(|end| (end, *vantage)).collect::<Vec<_>>();
        seen.extend(self.constants.iter().flat_map(private));
        seen
    }

    /// Whether an end is ours; `None` of what is no address.
    pub(super) fn has(&self, end: End) -> Option<bool> {
        let is_known = |address: IpAddr| self.networks.contains(address);
        end.address().map(|address| is_known(address) || (!self.addresses.is_empty() && self.addresses.contains(&end)))
    }

    /// Whether all that a vantage recorded without a direction has this end.
    pub(super) fn is_constant(&self, vantage: u32, end: End) -> bool {
        self.constants.get(&vantage).is_some_and(|constant| constant.is(end))
    }
}
