//! Where records were made: account, region, VPC, interface and flow log, as one number for each combination there is.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::noted::Relayed;
use super::row::Columns;
use crate::words::{self, is_equal};

/// A combination of texts: account, region, VPC, interface, flow log, status.
pub(super) type Vantage = [Option<Arc<str>>; 6];

/// The places of [`Vantage`].
pub(super) const ACCOUNT: usize = 0;
pub(super) const REGION: usize = 1;
pub(super) const VPC: usize = 2;
pub(super) const INTERFACE: usize = 3;
pub(super) const FLOW_LOG: usize = 4;
pub(super) const STATUS: usize = 5;

/// A network in which a private address is one host: a VPC, whoever's interfaces are in it, or where the logs don't name
/// VPCs an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    /// Twelve-digit account id; of a VPC that several accounts share, the least.
    pub account_id: Option<String>,
    /// `vpc-...`
    pub vpc_id: Option<String>,
}

impl Network {
    /// Whether an address in both is two hosts: what is not known tells nothing apart.
    pub(super) fn is_apart_from(&self, other: &Network) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
        match (&self.vpc_id, &other.vpc_id) {
            (Some(one), Some(other)) => one != other,
            _ => differ(&self.account_id, &other.account_id),
        }
    }
}

impl Network {
    /// What stands behind the addresses that others have, too: `10.0.0.5%vpc-1`.
    pub fn zone(&self) -> &str {
        self.vpc_id.as_ref().or(self.account_id.as_ref()).map_or("", String::as_str)
    }

    /// Whether it may be the one that stands behind an address as `zone`: what is not known tells nothing apart.
    pub(super) fn may_be(&self, zone: &str) -> bool {
        let is_account = !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_digit());
        let known = if is_account { &self.account_id } else { &self.vpc_id };
        known.as_deref().is_none_or(|known| known == zone)
    }

    /// The same with the sign before it.
    pub(crate) fn suffix(&self) -> String {
        format!("%{}", self.zone())
    }

    /// A text with `words` in place of what stands behind addresses of this network.
    pub(crate) fn told(&self, text: &str, words: &str) -> String {
        let suffix = self.suffix();
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(&suffix) {
            told.push_str(before);
            // vpc-1 begins vpc-12, too.
            let is_whole = !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            told.push_str(if is_whole { words } else { &suffix });
            rest = behind;
        }
        told + rest
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<&str> = [&self.account_id, &self.vpc_id].into_iter().flatten().map(String::as_str).collect();
        f.write_str(&parts.join(" "))
    }
}

/// All combinations and damaged addresses of a run, numbered; shared by its threads.
#[derive(Debug, Default)]
pub(super) struct Numbers(Mutex<Numbered>);

#[derive(Debug, Default, Clone)]
pub(super) struct Numbered {
    pub(super) vantages: Vec<Vantage>,
    /// Texts in an address' place that are none.
    pub(super) texts: Vec<Arc<str>>,
    vantage_index: HashTable<u32>,
    text_index: HashTable<u32>,
    hasher: RandomState,
    /// What the texts take, in bytes.
    pub(super) bytes: usize,
}

impl Numbers {
    /// What has been numbered so far.
    pub(super) fn numbered(&self) -> Numbered {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn with<T>(&self, f: impl FnOnce(&mut Numbered) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Numbered {
    /// The network of each vantage.
    pub(super) fn networks(&self) -> Vec<Network> {
        let account = |vantage: u32| self.text(vantage, ACCOUNT).filter(|account| *account != "unknown");
        let vpc = |vantage: u32| self.text(vantage, VPC);
        let vantages = 0..self.vantages.len() as u32;
        let mut owners: HashMap<&str, &str> = HashMap::new();
        for (vpc, account) in vantages.clone().filter_map(|vantage| vpc(vantage).zip(account(vantage))) {
            owners.entry(vpc).and_modify(|owner| *owner = account.min(owner)).or_insert(account);
        }
        let network = |vantage| Network {
            account_id: vpc(vantage).and_then(|vpc| owners.get(vpc).copied()).or(account(vantage)).map(str::to_owned),
            vpc_id: vpc(vantage).map(str::to_owned),
        };
        vantages.map(network).collect()
    }

    /// A text of a vantage.
    pub(super) fn text(&self, vantage: u32, place: usize) -> Option<&str> {
        self.vantages[vantage as usize][place].as_deref()
    }

    fn vantage(&mut self, key: [Option<&str>; 6]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let Numbered { vantages, vantage_index, hasher, bytes, .. } = self;
        let is_it = |number: &u32| is_same(&vantages[*number as usize], key);
        if let Some(number) = vantage_index.find(hash, is_it) {
            return *number;
        }
        let number = vantages.len() as u32;
        *bytes += key.iter().flatten().map(|text| text.len() + size_of::<Arc<str>>()).sum::<usize>();
        vantages.push(key.map(|text| text.map(Arc::from)));
        let rehash = |number: &u32| hasher.hash_one(vantages[*number as usize].each_ref().map(Option::as_deref));
        vantage_index.insert_unique(hash, number, rehash);
        number
    }

    fn number(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let Numbered { texts, text_index, hasher, bytes, .. } = self;
        if let Some(number) = text_index.find(hash, |number| &*texts[*number as usize] == text) {
            return *number;
        }
        let number = texts.len() as u32;
        *bytes += text.len() + size_of::<Arc<str>>();
        texts.push(text.into());
        text_index.insert_unique(hash, number, |number| hasher.hash_one(&*texts[*number as usize]));
        number
    }
}

fn is_same(vantage: &Vantage, key: [Option<&str>; 6]) -> bool {
    vantage.iter().zip(key).all(|(one, other)| match (one, other) {
        (Some(one), Some(other)) => is_equal(one.as_bytes(), other.as_bytes()),
        (one, other) => one.is_none() && other.is_none(),
    })
}

/// The interfaces that pass packets of others on.
pub(super) struct Relays {
    /// For each vantage the first one of its interface, if that is a relay.
    first: Vec<Option<u32>>,
    /// Those of them of which every connection is a leg of one of somebody else: gateways do nothing of their own.
    always: HashSet<u32, RandomState>,
    /// Those vantages with the services that others reached through them.
    services: HashSet<(u32, u64), RandomState>,
}

impl Relays {
    /// Of the interfaces that context knows as gateways, and of what the logs show.
    pub(super) fn new(gateways: HashSet<String>, relayed: Relayed, numbered: &Numbered) -> Self {
        let mut first_of: HashMap<&str, u32> = HashMap::new();
        let interface = |vantage: u32| numbered.text(vantage, INTERFACE);
        for vantage in 0..numbered.vantages.len() as u32 {
            interface(vantage).map(|interface| first_of.entry(interface).or_insert(vantage));
        }
        let first = |vantage: u32| interface(vantage).and_then(|interface| first_of.get(interface)).copied();
        let known = gateways.iter().filter_map(|gateway| first_of.get(gateway.as_str()).copied());
        let always: HashSet<u32, RandomState> =
            known.chain(relayed.many.iter().filter_map(|vantage| first(*vantage))).collect();
        let services: HashSet<(u32, u64), RandomState> =
            relayed.services.iter().filter_map(|(vantage, service)| Some((first(*vantage)?, *service))).collect();
        let relays: HashSet<u32> = services.iter().map(|(vantage, _)| *vantage).chain(always.iter().copied()).collect();
        let vantages = 0..numbered.vantages.len() as u32;
        let first = vantages.map(|vantage| first(vantage).filter(|first| relays.contains(first))).collect();
        Relays { first, always, services }
    }

    /// Whether what the interface of `vantage` has with a service is its leg of somebody else's connection;
    /// `service` is [`Connection::service_hash`](super::entry::Connection::service_hash).
    pub(super) fn is_leg(&self, vantage: u32, service: impl FnOnce() -> u64) -> bool {
        self.first[vantage as usize]
            .is_some_and(|first| self.always.contains(&first) || self.services.contains(&(first, service())))
    }
}

/// The numbers that one thread has met, so that it seldom asks the others'.
pub(super) struct LocalNumbers {
    shared: Arc<Numbers>,
    met: Vec<(Vantage, u32)>,
    index: HashTable<u32>,
    hasher: RandomState,
}

impl LocalNumbers {
    pub(super) fn new(shared: Arc<Numbers>) -> Self {
        LocalNumbers { shared, met: Vec::new(), index: HashTable::new(), hasher: RandomState::default() }
    }

    /// The number of the place where a row was recorded.
    pub(super) fn vantage(&mut self, columns: &Columns<'_>, row: usize) -> u32 {
        let key = [
            columns.account_id.get(row),
            columns.region.get(row),
            columns.vpc_id.get(row),
            columns.interface_id.get(row),
            columns.flow_log_id.get(row),
            Some(columns.log_status.get(row).unwrap_or("OK")),
        ];
        self.vantage_of(key)
    }

    /// The number of a combination of texts.
    pub(super) fn vantage_of(&mut self, key: [Option<&str>; 6]) -> u32 {
        let LocalNumbers { shared, met, index, hasher } = self;
        // The interface tells nearly all; comparing does the rest.
        let hash_of =
            |interface: Option<&str>| interface.map_or(0, |interface| words::hash(interface.as_bytes(), hasher));
        let hash = hash_of(key[INTERFACE]);
        if let Some(at) = index.find(hash, |at| is_same(&met[*at as usize].0, key)) {
            return met[*at as usize].1;
        }
        let number = shared.with(|numbered| numbered.vantage(key));
        met.push((key.map(|text| text.map(Arc::from)), number));
        let rehash = |at: &u32| hash_of(met[*at as usize].0[INTERFACE].as_deref());
        index.insert_unique(hash, met.len() as u32 - 1, rehash);
        number
    }

    /// The number of a text in an address' place.
    pub(super) fn text(&self, text: &str) -> u32 {
        self.shared.with(|numbered| numbered.number(text))
    }
}
