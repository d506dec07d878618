//! A finding: what happened, who, whom, when, and what to do.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, SecondsFormat};
use datafusion::common::{DataFusionError, exec_datafusion_err, exec_err};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::detection::Detection;
use super::records::FlowColumns;
use super::rows::Row;
use crate::context::{AddressContext, Context, ContextError, Seen};
use crate::conversation::Network;
use crate::conversation::hosts::Hosts;
use crate::functions::ip;
use crate::limits::LAST_SECOND;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Look at it this week.
    Low,
    /// Look at it today.
    Medium,
    /// Look at it now.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    const ALL: [Severity; 5] = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        Severity::ALL.into_iter().find(|severity| severity.name() == name)
    }

    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A moment in Unix seconds; in JSON as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp(self.0, 0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text).map(|time| Moment(time.timestamp())).map_err(serde::de::Error::custom)
    }
}

/// What a detection found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The same for the same detection, entities and day.
    pub id: String,
    /// The same for the same detection and entities on whatever day.
    pub key: String,
    /// The incident that it is part of.
    pub incident: String,
    /// The detection.
    pub detection: String,
    /// The detection's headline.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The account of the logs.
    pub account_id: Option<String>,
    /// The region of the logs.
    pub region: Option<String>,
    /// The interface, where it was seen at one.
    pub interface_id: Option<String>,
    /// Who did it, where it was one.
    pub actor: Option<String>,
    /// To whom, where it was one.
    pub target: Option<String>,
    /// The service's port.
    pub port: Option<i64>,
    /// The IANA protocol.
    pub protocol: Option<i64>,
    /// Inbound, outbound, internal or transit.
    pub direction: Option<String>,
    /// The beginning of the time that was judged.
    pub window_start: Moment,
    /// Its end.
    pub window_end: Moment,
    /// The first record behind it.
    pub first_seen: Moment,
    /// The last one.
    pub last_seen: Moment,
    /// The numbers that it rests on, and names such as those of a rule.
    pub evidence: BTreeMap<String, Value>,
    /// What happened, in one sentence.
    pub description: String,
    /// Why it matters.
    pub why: String,
    /// When it is a false alarm.
    pub false_positives: String,
    /// What to do.
    pub remediation: String,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// The GuardDuty finding type it corresponds to.
    pub guardduty: Option<String>,
    /// SQL that shows the records behind it: `vpcflow query SOURCE -c QUERY`.
    pub query: String,
    /// What files of context say of the actor.
    pub actor_context: Option<AddressContext>,
    /// What files of context say of the target.
    pub target_context: Option<AddressContext>,
    /// What the actor did, for the sentence of an incident; empty where the detection does not say.
    #[serde(skip)]
    pub did: String,
    /// The networks of the actor and of the target, where others have hosts of the same address.
    #[serde(skip)]
    pub networks: [Option<String>; 2],
    /// The VPC, or else the account, whose hosts the actor and the target are, as far as it is known.
    #[serde(skip)]
    pub homes: [Option<String>; 2],
}

impl Finding {
    /// Reads a row of a detection's result, in which hosts are called as `hosts` are.
    pub(super) fn read(
        detection: &Detection,
        flows: &FlowColumns,
        row: &Row<'_>,
        hosts: &Hosts,
    ) -> Result<Self, DataFusionError> {
        let time = |name: &str| match row.number(name) {
            Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => Ok(Moment(seconds)),
            Some(other) => exec_err!("{name} is {other}; give it a time in Unix seconds"),
            None => exec_err!("{name} is NULL; give it a time in Unix seconds"),
        };
        let severity = row.text("severity").unwrap_or_default();
        let severity = Severity::named(&severity).ok_or_else(|| {
            exec_datafusion_err!("{severity:?} is no severity; use info, low, medium, high or critical")
        })?;
        let mut finding = Finding {
            id: String::new(),
            key: String::new(),
            incident: String::new(),
            detection: detection.id().to_owned(),
            title: detection.file.title.clone(),
            severity,
            account_id: row.text("account_id"),
            region: row.text("region"),
            interface_id: row.text("interface_id"),
            actor: row.text("actor"),
            target: row.text("target"),
            port: row.number("port"),
            protocol: row.number("protocol"),
            direction: row.text("direction"),
            window_start: time("window_start")?,
            window_end: time("window_end")?,
            first_seen: time("first_seen")?,
            last_seen: time("last_seen")?,
            evidence: row.evidence().collect(),
            description: row.text("description").unwrap_or_default(),
            why: detection.why.clone(),
            false_positives: detection.false_positives.clone(),
            remediation: row.text("remediation").unwrap_or_else(|| detection.remediation.clone()),
            attack: detection.attack.clone(),
            guardduty: detection.guardduty.clone(),
            query: String::new(),
            actor_context: None,
            target_context: None,
            did: detection.did.clone(),
            networks: [None, None],
            homes: [None, None],
        };
        let records = row.text("records").or_else(|| detection.file.keys.get("records").cloned());
        let networks = hosts.named.as_slice();
        // Whether others have the address changes from day to day, and whose it is does not.
        let network = |name: &Option<String>| name.as_deref().and_then(|name| hosts.network(name)).map(str::to_owned);
        finding.homes = [&finding.actor, &finding.target].map(network);
        let of = finding.tell_networks(networks);
        let records = records.map(|records| networks.iter().fold(records, |text, one| one.told(&text, "")));
        finding.query = flows.query(&finding, detection.scope, records.as_deref(), of);
        let day = finding.window_start.0.div_euclid(86_400);
        finding.id = finding.hash_of_names([Some(day.to_string())], |_| true);
        finding.key = finding.hash_of_names(finding.homes.clone(), |name| !NETWORKS.contains(&name));
        Ok(finding)
    }

    /// Takes the names of networks from addresses (`10.0.0.5%vpc-1`) and says them in words; gives the network of the
    /// actor, else of the target.
    fn tell_networks<'a>(&mut self, networks: &'a [Network]) -> Option<&'a Network> {
        let of = |address: &mut Option<String>| {
            let text = address.as_mut()?;
            let network = networks.iter().find(|network| text.strip_suffix(&network.suffix()).is_some())?;
            text.truncate(text.len() - network.suffix().len());
            Some(network)
        };
        let of = [of(&mut self.actor), of(&mut self.target)];
        self.networks = of.map(|network| network.map(Network::to_string));
        let mut names: Vec<&String> = self.networks.iter().flatten().collect();
        names.dedup();
        if let [name] | [name, _] = names.as_slice() {
            self.evidence.insert(NETWORKS[0].to_owned(), Value::from(name.as_str()));
        }
        if let [_, name] = names.as_slice() {
            self.evidence.insert(NETWORKS[1].to_owned(), Value::from(name.as_str()));
        }
        for network in networks {
            let in_words = format!(" of {}", network.zone());
            self.description = network.told(&self.description, &in_words);
            for value in self.evidence.values_mut() {
                if let Value::String(text) = value {
                    *text = network.told(text, &in_words);
                }
            }
        }
        of.into_iter().flatten().next()
    }

    /// Notes what files of context say of the actor and the target. The id stays as it is: lists change, and a finding of
    /// a day is the same finding.
    pub(super) fn annotate(&mut self, context: &Context) -> Result<(), ContextError> {
        let about = |address: &Option<String>, network: &Option<String>| {
            let seen = Seen {
                interface_id: self.interface_id.as_deref(),
                account_id: self.account_id.as_deref(),
                network: network.as_deref(),
            };
            match address.as_deref().and_then(ip::parse) {
                Some(address) => context.about(address, &seen),
                None => Ok(None),
            }
        };
        let [of_actor, of_target] = &self.networks;
        let (actor_context, target_context) = (about(&self.actor, of_actor)?, about(&self.target, of_target)?);
        (self.actor_context, self.target_context) = (actor_context, target_context);
        Ok(())
    }

    /// Gives it another id, where so many findings before it name the same on the same day.
    pub(super) fn tell_apart(&mut self, before: usize) {
        self.id = stable_hash([self.id.clone(), before.to_string()].into_iter().map(Some));
    }

    /// Of the detection, everything that has a name, and `more`; not of numbers, which change as records arrive late.
    fn hash_of_names<const N: usize>(&self, more: [Option<String>; N], is_told: impl Fn(&str) -> bool) -> String {
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        // Of what there is much, some is named, and late records may name other.
        let is_example = |name: &str| name.ends_with(EXAMPLES);
        let texts = self
            .evidence
            .iter()
            .filter(|(name, _)| !is_example(name) && is_told(name))
            .filter_map(|(_, value)| value.as_str());
        let named = texts.map(|name| Some(name.to_owned()));
        let parts = [
            Some(self.detection.clone()),
            self.account_id.clone(),
            self.region.clone(),
            self.interface_id.clone(),
            self.actor.clone(),
            self.target.clone(),
            number(self.port),
            number(self.protocol),
            self.direction.clone(),
        ];
        stable_hash(parts.into_iter().chain(more).chain(named))
    }
}

/// What the names of evidence end in that holds some of many names, and is no part of what a finding is.
const EXAMPLES: &str = "_seen";

/// The evidence that names the networks of the actor and of the target.
const NETWORKS: [&str; 2] = ["network", "target_network"];

/// Sixteen hexadecimal digits that stand for all parts.
pub(super) fn stable_hash(parts: impl Iterator<Item = Option<String>>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // A length before each part keeps ("ab", "c") from being ("a", "bc"); NULL is no text.
        let length = part.as_ref().map_or(u64::MAX, |part| part.len() as u64);
        hash.update(length.to_be_bytes());
        hash.update(part.unwrap_or_default());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
