//! Suppressions: findings that somebody has looked at and decided not to see again until a day.
//!
//! ```toml
//! [[suppress]]
//! detection = "port-scan"        # or left out: every detection
//! actor = "10.0.9.0/24"          # an address or a network; target likewise
//! reason = "our vulnerability scanner, ticket 123"
//! expires = 2026-12-31           # the last day; or "never"
//! ```

use std::fmt;
use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::catalogue::Catalogue;
use super::detection::DetectError;
use super::finding::Finding;
use crate::context::ContextFiles;
use crate::functions::{ip, network};
use crate::report::printable;

/// All suppressions of a run.
#[derive(Debug, Clone, Default)]
pub struct Suppressions(Vec<Suppression>);

/// Findings that are left out, and why. What is not said matches everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Where it stands: the file and the number of the entry, from 1.
    pub place: String,
    detection: Option<String>,
    actor: Option<IpNet>,
    target: Option<IpNet>,
    interface_id: Option<String>,
    account_id: Option<String>,
    port: Option<i64>,
    reason: String,
    /// The last day on which it holds.
    last_day: Option<NaiveDate>,
}

/// Findings that were left out by one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppressed {
    /// Where the entry stands.
    pub entry: String,
    /// Its reason.
    pub reason: String,
    /// How many findings it left out.
    pub findings: usize,
    /// The keys of these.
    #[serde(skip)]
    pub keys: Vec<String>,
}

/// A file of suppressions that can't be used.
#[derive(Debug, Error)]
#[error("{}: {problem}", .file.display())]
pub struct SuppressError {
    file: PathBuf,
    problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    suppress: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    detection: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    interface_id: Option<String>,
    account_id: Option<String>,
    port: Option<i64>,
    reason: String,
    expires: toml::Value,
}

impl Suppressions {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file can't be read, is no TOML, or an entry says nothing to match, gives no reason or no day.
    pub fn load(paths: &[PathBuf], files: &ContextFiles) -> Result<Self, DetectError> {
        let mut all = Vec::new();
        for file in paths {
            let wrong = |problem: String| SuppressError { file: file.clone(), problem };
            let content = files.read(file)?.content;
            let text = String::from_utf8(content).map_err(|_| wrong("not UTF-8".to_owned()))?;
            let entries: File = toml::from_str(&text).map_err(|error| {
                const FORM: &str = "an entry is written\n\n[[suppress]]\ndetection = \"port-scan\"\nactor = \"10.0.9.0/24\"\n\
                                    port = 22\nreason = \"why\"\nexpires = 2026-12-31 # or \"never\"";
                wrong(format!("{}\n\n{FORM}", error.to_string().trim_end()))
            })?;
            for (index, entry) in entries.suppress.into_iter().enumerate() {
                let place = format!("{}, entry {}", file.display(), index + 1);
                all.push(
                    Suppression::read(entry, place)
                        .map_err(|problem| wrong(format!("entry {}: {problem}", index + 1)))?,
                );
            }
        }
        Ok(Suppressions(all))
    }

    /// What is to be known of the entries: those that name a detection there is not, and those that no longer hold on
    /// `today`, leave out nothing.
    pub fn warnings(&self, catalogue: &Catalogue, today: NaiveDate) -> Vec<String> {
        let is_known = |entry: &&Suppression| entry.detection.as_ref().is_none_or(|id| catalogue.knows(id));
        let unknown = self.0.iter().filter(|entry| !is_known(entry));
        let expired = self.0.iter().filter(|entry| !entry.holds(today));
        let unknown = unknown.map(|entry| format!("a suppression names a detection that there is not: {entry}"));
        unknown.chain(expired.map(|entry| format!("a suppression no longer holds: {entry}"))).collect()
    }

    /// The entries that hold on `today`, are about `detections`, and left out nothing.
    pub fn idle<'a>(
        &'a self,
        suppressed: &'a [Suppressed],
        detections: &'a [String],
        today: NaiveDate,
    ) -> impl Iterator<Item = &'a Suppression> {
        let ran = |entry: &Suppression| entry.detection.as_ref().is_none_or(|id| detections.contains(id));
        let worked = |entry: &Suppression| suppressed.iter().any(|one| one.entry == entry.place);
        self.0.iter().filter(move |entry| entry.holds(today) && ran(entry) && !worked(entry))
    }

    /// Takes out of `findings` what an entry that holds on `today` leaves out; says how many each did.
    pub(super) fn apply(&self, findings: &mut Vec<Finding>, today: NaiveDate) -> Vec<Suppressed> {
        let mut keys = vec![Vec::new(); self.0.len()];
        findings.retain(|finding| {
            let by = self.0.iter().position(|entry| entry.holds(today) && entry.matches(finding));
            by.inspect(|by| keys[*by].push(finding.key.clone())).is_none()
        });
        let suppressed = self.0.iter().zip(keys).filter(|(_, keys)| !keys.is_empty());
        let of_entry = |(entry, keys): (&Suppression, Vec<String>)| Suppressed {
            entry: entry.place.clone(),
            reason: entry.reason.clone(),
            findings: keys.len(),
            keys,
        };
        suppressed.map(of_entry).collect()
    }
}

impl Suppression {
    fn read(entry: Entry, place: String) -> Result<Self, String> {
        let network =
            |text: Option<String>| text.map(|text| network::parse(&text)).transpose().map_err(|e| e.to_string());
        let last_day = match &entry.expires {
            toml::Value::String(text) if text == "never" => None,
            toml::Value::Datetime(day) => day
                .date
                .and_then(|day| NaiveDate::from_ymd_opt(day.year.into(), day.month.into(), day.day.into()))
                .map(Some)
                .ok_or("expires: write a day, 2026-12-31, or \"never\"")?,
            _ => return Err("expires: write a day, 2026-12-31 (without quotes), or \"never\"".to_owned()),
        };
        let suppression = Suppression {
            place,
            actor: network(entry.actor)?,
            target: network(entry.target)?,
            detection: entry.detection,
            interface_id: entry.interface_id,
            account_id: entry.account_id,
            port: entry.port,
            reason: entry.reason,
            last_day,
        };
        let Suppression { detection, actor, target, interface_id, account_id, port, reason, .. } = &suppression;
        if detection.is_none()
            && actor.is_none()
            && target.is_none()
            && interface_id.is_none()
            && account_id.is_none()
            && port.is_none()
        {
            return Err("says nothing to match, and would leave out everything".to_owned());
        }
        if port.is_some_and(|port| !(0..=65_535).contains(&port)) {
            return Err("port: write a number from 0 to 65535".to_owned());
        }
        if reason.trim().is_empty() {
            return Err("the reason is empty".to_owned());
        }
        Ok(suppression)
    }

    fn holds(&self, today: NaiveDate) -> bool {
        self.last_day.is_none_or(|last| today <= last)
    }

    fn matches(&self, finding: &Finding) -> bool {
        let is = |wanted: &Option<String>, of: Option<&str>| wanted.is_none() || wanted.as_deref() == of;
        let lies_in = |network: &Option<IpNet>, address: &Option<String>| {
            network.as_ref().is_none_or(|network| {
                address.as_deref().and_then(ip::parse).is_some_and(|address| network.contains(&address))
            })
        };
        is(&self.detection, Some(&finding.detection))
            && lies_in(&self.actor, &finding.actor)
            && lies_in(&self.target, &finding.target)
            && is(&self.interface_id, finding.interface_id.as_deref())
            && is(&self.account_id, finding.account_id.as_deref())
            && (self.port.is_none() || self.port == finding.port)
    }
}

impl fmt::Display for Suppression {
    /// Where it stands, and the last day on which it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", printable(&self.place), printable(&self.reason))?;
        if let Some(day) = self.last_day {
            write!(f, ", until {:04}-{:02}-{:02}", day.year(), day.month(), day.day())?;
        }
        Ok(())
    }
}
