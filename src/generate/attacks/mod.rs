//! Planted attacks and faults, one function each; a new one is a function and a line in the table.

mod intrusion;
mod outflow;
mod trouble;

use super::stage::{Scenario, When::LastDay};

/// Every attack, by the detection that should find it.
pub(super) const ATTACKS: &[Scenario] = &[
    ("rejected-spike", LastDay, intrusion::rejected_spike),
    ("open-port-traffic", LastDay, intrusion::open_database),
    ("unusual-egress", LastDay, outflow::exfiltration),
    ("port-scan", LastDay, intrusion::port_scan),
    ("port-sweep", LastDay, intrusion::internal_sweep),
    ("port-sweep", LastDay, intrusion::inbound_sweep),
    ("slow-scan", LastDay, intrusion::slow_scan),
    ("block-scan", LastDay, intrusion::block_scan),
    ("brute-force-ssh", LastDay, intrusion::brute_force_ssh),
    ("brute-force-database", LastDay, intrusion::brute_force_database),
    ("reject-then-accept", LastDay, intrusion::reject_then_accept),
    ("beacon", LastDay, outflow::beacon),
    ("dns-tunnel", LastDay, outflow::dns_tunnel),
    ("dns-unapproved", LastDay, outflow::dns_over_tls),
    ("icmp-tunnel", LastDay, outflow::icmp_tunnel),
    ("lateral-sweep", LastDay, intrusion::lateral_sweep),
    ("crypto-mining", LastDay, outflow::crypto_mining),
    ("smtp-spam", LastDay, outflow::smtp_spam),
    ("dos-outbound", LastDay, trouble::udp_flood),
    ("dos-inbound", LastDay, trouble::syn_flood),
    ("dos-reflection", LastDay, trouble::reflection),
    ("long-connection", LastDay, outflow::tunnel_for_hours),
    ("risky-service-edge", LastDay, outflow::file_share_outside),
    ("odd-traffic", LastDay, outflow::unknown_protocol),
    ("asymmetric-reject", LastDay, trouble::blocked_replies),
    ("unused-open-rule", LastDay, trouble::open_rule_without_use),
    ("log-health", LastDay, trouble::falls_silent),
    ("log-health", LastDay, trouble::loses_records),
];
