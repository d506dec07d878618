//! Benign look-alikes, at least one beside each attack: what a detection must not take for one.

mod habits;
mod visits;

use super::stage::{
    Scenario,
    When::{EveryDay, LastDay},
};

/// Every look-alike, by the detection that it tempts.
pub(super) const LOOK_ALIKES: &[Scenario] = &[
    ("rejected-spike", LastDay, visits::steady_retry),
    ("open-port-traffic", LastDay, visits::marketing_peak),
    ("unusual-egress", EveryDay, habits::nightly_backup),
    ("unusual-egress", LastDay, habits::upload_to_storage),
    ("port-scan", LastDay, visits::busy_client),
    ("port-sweep", LastDay, visits::monitoring_round),
    ("port-sweep", LastDay, habits::crawler),
    ("slow-scan", LastDay, visits::polling_partner),
    ("block-scan", LastDay, visits::uptime_service),
    ("brute-force-ssh", LastDay, visits::deployment),
    ("brute-force-database", LastDay, visits::connection_pool),
    ("reject-then-accept", LastDay, visits::wrong_port_first),
    ("beacon", LastDay, habits::agent),
    ("beacon", LastDay, habits::time_keeping),
    ("beacon", LastDay, habits::health_check),
    ("dns-tunnel", LastDay, habits::mail_relay_lookups),
    ("dns-unapproved", LastDay, habits::listed_resolver),
    ("icmp-tunnel", LastDay, habits::ping_monitoring),
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
    ("log-health", LastDay, habits::idle_interface),
];
