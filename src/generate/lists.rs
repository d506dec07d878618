//! `threat-list.txt`, `tor-list.txt`, `trusted.txt` and `ip-ranges.json`: what somebody with this estate would pass to
//! `detect`.
//!
//! The first two hold what the scenarios put there among addresses that nothing in the logs has, as real lists
//! mostly do; the third holds the estate's monitors and whoever scans it on its
//! behalf.

use std::io::{self, Write};
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::dice::{Dice, Topic};
use super::estate::{Estate, Role};

/// AWS' own ranges, those of them that hosts here talk to, as in <https://ip-ranges.amazonaws.com/ip-ranges.json>.
pub(super) fn ip_ranges() -> Value {
    let of_service =
        [("3.5.0.0/19", "S3"), ("52.216.0.0/15", "S3"), ("52.94.0.0/20", "DYNAMODB"), ("52.119.192.0/21", "AMAZON")];
    let prefix = |(prefix, service): (&str, &str)| json!({"ip_prefix": prefix, "region": "us-east-1", "service": service, "network_border_group": "us-east-1"});
    let prefixes: Vec<Value> = of_service.into_iter().map(prefix).collect();
    json!({"syncToken": "0", "createDate": "2026-03-11-00-00-00", "prefixes": prefixes, "ipv6_prefixes": []})
}

/// Addresses of a list that are in no record.
const OTHERS: usize = 200;

/// The lists, each with its addresses in the order they are written.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) threats: Vec<Ipv4Addr>,
    pub(super) relays: Vec<Ipv4Addr>,
    pub(super) trusted: Vec<Ipv4Addr>,
}

impl Lists {
    /// Adds what is not of any scenario.
    pub(super) fn fill(&mut self, estate: &Estate, seed: u64) {
        let mut dice = Dice::new(seed, Topic::Lists, 0);
        // 240.0.0.0/4 is reserved: no host has such an address, however the internet's noise falls.
        let mut other = || Ipv4Addr::from(0xf000_0000 | dice.below(0x0fff_ffff));
        for list in [&mut self.threats, &mut self.relays] {
            list.extend((0..OTHERS).map(|_| other()));
            list.sort_unstable();
        }
        let monitors = estate.sites.iter().flat_map(|site| site.with(Role::Monitor));
        self.trusted.extend(monitors.map(|monitor| estate.interface(*monitor).address));
    }

    /// The files by their names, each with what it says at its head.
    pub(super) fn files(&self) -> [(&'static str, &'static str, &[Ipv4Addr]); 3] {
        [
            ("threat-list.txt", "addresses that have done harm", &self.threats),
            ("tor-list.txt", "relays of Tor", &self.relays),
            ("trusted.txt", "monitors, which log in everywhere, and scanners for vulnerabilities", &self.trusted),
        ]
    }
}

/// Writes one list.
pub(super) fn write(head: &str, addresses: &[Ipv4Addr], file: &mut dyn Write) -> io::Result<()> {
    writeln!(file, "# {head}")?;
    addresses.iter().try_for_each(|address| writeln!(file, "{address}"))
}
