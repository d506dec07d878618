//! Benign look-alikes, at least one beside each attack: what a detection must not take for one.

mod bills;
mod fleets;
mod habits;
mod listed;
mod visits;

use super::stage::{
    Scenario,
    When::{EveryDay, LastDay},
};

/// Every look-alike, by the detection that it tempts.
pub(super) const LOOK_ALIKES: &[Scenario] = &[
    ("rejected-spike", LastDay, visits::steady_retry),
    ("rejected-spike", LastDay, fleets::blue_green),
    ("open-port-traffic", LastDay, visits::marketing_peak),
    ("unusual-egress", EveryDay, habits::nightly_backup),
    ("unusual-egress", LastDay, habits::upload_to_storage),
    ("unusual-egress", LastDay, fleets::origin),
    ("egress-ratio", LastDay, fleets::steady_sender),
    ("port-scan", LastDay, visits::busy_client),
    ("port-scan", LastDay, listed::vulnerability_scan),
    ("port-sweep", LastDay, visits::monitoring_round),
    ("port-sweep", LastDay, habits::crawler),
    ("port-sweep", LastDay, fleets::autoscaling),
    ("slow-scan", LastDay, visits::polling_partner),
    ("slow-scan", LastDay, fleets::office),
    ("block-scan", LastDay, visits::uptime_service),
    ("block-scan", LastDay, listed::vulnerability_round),
    ("brute-force-ssh", LastDay, visits::deployment),
    ("brute-force-ssh", LastDay, fleets::continuous_integration),
    ("brute-force-rdp", LastDay, fleets::administrators),
    ("brute-force-winrm", LastDay, fleets::playbook),
    ("brute-force-database", LastDay, visits::connection_pool),
    ("brute-force-success", LastDay, fleets::long_after_short),
    ("reject-then-accept", LastDay, visits::wrong_port_first),
    ("beacon", LastDay, habits::agent),
    ("beacon", LastDay, habits::time_keeping),
    ("beacon", LastDay, habits::health_check),
    ("strobe", LastDay, fleets::busy_client),
    ("dns-tunnel", LastDay, habits::mail_relay_lookups),
    ("dns-unapproved", LastDay, habits::listed_resolver),
    ("icmp-tunnel", LastDay, habits::ping_monitoring),
    ("tor-client", LastDay, listed::visitor_over_tor),
    ("tor-relay", LastDay, listed::few_relays),
    ("threat-list", LastDay, listed::knocks),
    ("lateral-sweep", LastDay, visits::configuration_management),
    ("crypto-mining", LastDay, visits::ephemeral_port_of_a_pool),
    ("smtp-spam", LastDay, habits::mail_relay),
    ("dos-outbound", LastDay, habits::large_upload),
    ("dos-inbound", LastDay, visits::retry_storm),
    ("dos-reflection", LastDay, habits::answers_asked_for),
    ("long-connection", LastDay, habits::standing_pool),
    ("risky-service-edge", LastDay, visits::closed_file_share),
    ("odd-traffic", LastDay, habits::office_vpn),
    ("asymmetric-reject", LastDay, visits::late_packets),
    ("unused-open-rule", LastDay, fleets::used_once),
    ("log-health", LastDay, habits::idle_interface),
    ("cross-az-cost", LastDay, bills::within_a_zone),
    ("nat-cost", LastDay, bills::some_packages),
    ("brute-force-distributed", LastDay, fleets::fetching_clients),
];
