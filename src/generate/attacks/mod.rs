//! Planted attacks and faults, one function each; a new one is a function and a line in the table. Each is played
//! loud and quiet: the quiet one is what a careful attacker does and what must be found all the same.

mod bills;
mod doors;
mod floods;
mod guesses;
mod outflow;
mod scans;
mod tunnels;

use super::stage::{Scenario, When::LastDay};

/// Every attack, by the detection that should find it.
pub(super) const ATTACKS: &[Scenario] = &[
    ("rejected-spike", LastDay, scans::rejected_spike),
    ("open-port-traffic", LastDay, doors::open_database),
    ("unusual-egress", LastDay, outflow::exfiltration),
    ("egress-ratio", LastDay, outflow::sender),
    ("port-scan", LastDay, scans::port_scan),
    ("port-sweep", LastDay, scans::internal_sweep),
    ("port-sweep", LastDay, scans::inbound_sweep),
    ("port-sweep", LastDay, scans::outbound_sweep),
    ("slow-scan", LastDay, scans::slow_scan),
    ("block-scan", LastDay, scans::block_scan),
    ("brute-force-ssh", LastDay, guesses::ssh),
    ("brute-force-rdp", LastDay, guesses::rdp),
    ("brute-force-winrm", LastDay, guesses::winrm),
    ("brute-force-database", LastDay, guesses::database),
    ("brute-force-success", LastDay, guesses::success),
    ("reject-then-accept", LastDay, scans::reject_then_accept),
    ("beacon", LastDay, tunnels::beacon),
    ("strobe", LastDay, tunnels::strobe),
    ("dns-tunnel", LastDay, tunnels::dns_tunnel),
    ("dns-unapproved", LastDay, tunnels::foreign_resolver),
    ("icmp-tunnel", LastDay, tunnels::icmp_tunnel),
    ("tor-client", LastDay, tunnels::tor_client),
    ("tor-relay", LastDay, doors::tor_relay),
    ("threat-list", LastDay, tunnels::listed_master),
    ("lateral-sweep", LastDay, scans::lateral_sweep),
    ("crypto-mining", LastDay, outflow::crypto_mining),
    ("smtp-spam", LastDay, outflow::smtp_spam),
    ("dos-outbound", LastDay, floods::outbound),
    ("dos-inbound", LastDay, floods::inbound),
    ("dos-reflection", LastDay, floods::reflection),
    ("long-connection", LastDay, tunnels::tunnel_for_hours),
    ("risky-service-edge", LastDay, doors::risky_service),
    ("odd-traffic", LastDay, tunnels::odd_protocol),
    ("asymmetric-reject", LastDay, doors::blocked_replies),
    ("unused-open-rule", LastDay, doors::open_rule_without_use),
    ("log-health", LastDay, doors::falls_silent),
    ("log-health", LastDay, doors::loses_records),
    ("cross-az-cost", LastDay, bills::across_zones),
    ("nat-cost", LastDay, bills::through_nat),
    ("brute-force-distributed", LastDay, guesses::distributed),
];
