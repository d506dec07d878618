//! `labels.json`: what was planted where, so that detections can be judged.

use std::net::IpAddr;

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

/// Whether a detection should find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Attack,
    /// Looks alike and is harmless.
    Benign,
    /// No attack, but true: a detection that reports it is right.
    Fault,
}

/// How plain an attack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Variant {
    /// Far above what a detection must find.
    Loud,
    /// What somebody careful does, which must be found all the same.
    Quiet,
}

/// One planted scenario.
///
/// Its records are those that lie within the window, were captured on `interface_id`, and go from the actor to
/// the target's port, or back from that port to the actor, in packet-level addresses or the plain ones; what
/// is absent does not restrict. A log-health label counts the records of its interface that are not `OK`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Label {
    pub(super) detection: &'static str,
    pub(super) kind: Kind,
    /// Absent of what is no attack.
    pub(super) variant: Option<Variant>,
    pub(super) account_id: String,
    pub(super) region: String,
    pub(super) interface_id: Option<String>,
    pub(super) actor: Option<IpAddr>,
    pub(super) target: Option<IpAddr>,
    pub(super) port: Option<u16>,
    pub(super) protocol: Option<u8>,
    /// Start of the first record.
    pub(super) window_start: String,
    /// End of the last record.
    pub(super) window_end: String,
    pub(super) records: u64,
    pub(super) note: String,
}

/// Unix seconds as RFC 3339 in UTC.
pub(super) fn rfc3339(second: i64) -> String {
    DateTime::from_timestamp(second, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}
