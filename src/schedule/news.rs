//! What of a run is news: findings that were not there before, those that got worse, and those that ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::calendar::Run;
use super::state::{Known, Told};
use crate::detect::{Finding, Moment, Severity};
use crate::limits::{FORGOTTEN_AFTER_SECONDS, GROWN, KNOWN_FINDINGS};

/// How the names of detections begin that find what was never there before.
const OF_WHAT_IS_NEW: &str = "new-";

/// How a finding stands to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    New,
    /// It was there, and is worse than when it was told: before it was of this severity.
    Worse(Severity),
    /// A number of its evidence is ten times what it was when it was told.
    Grown,
    /// It was there, and is as it was.
    Ongoing,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::New => f.write_str("new"),
            Change::Worse(before) => write!(f, "worse: was {before}"),
            Change::Grown => f.write_str("ten times what it was"),
            Change::Ongoing => f.write_str("as before"),
        }
    }
}

impl Change {
    /// Whether it is worth a word of its own.
    pub fn is_news(self) -> bool {
        self != Change::Ongoing
    }
}

/// A run held against what was known before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct News {
    /// How each finding stands, in their order.
    pub changes: Vec<Change>,
    /// What was there in the last run, and is not any more.
    pub ended: Vec<Known>,
    /// What is known now.
    pub known: BTreeMap<String, Known>,
    /// Whether nothing was known before.
    pub is_first: bool,
}

impl News {
    /// Holds what a run found, the worst first, against what is known; `suppressed` are the keys of what it left out.
    pub fn of(findings: &[Finding], suppressed: &BTreeSet<&str>, known: &BTreeMap<String, Known>, run: &Run) -> Self {
        let now = Moment(run.to.timestamp());
        let from = run.from.timestamp();
        // What has not been seen for a day is forgotten, and new when it comes again; what an overlapping period has not seen
        // may be seen again by the next.
        let is_remembered = |known: &Known| from - known.last.0 < FORGOTTEN_AFTER_SECONDS;
        let mut seen: BTreeMap<&str, (Finding, Change)> = BTreeMap::new();
        let changes = findings.iter().map(|finding| {
            let change = match known.get(&finding.key).filter(|known| is_remembered(known)) {
                None => Change::New,
                Some(known) if finding.severity > known.told.severity => Change::Worse(known.told.severity),
                Some(known) if has_grown(&known.told.numbers, &numbers(finding)) => Change::Grown,
                Some(_) => Change::Ongoing,
            };
            // Findings of several days may be one; the first of them is the worst.
            if seen.len() >= KNOWN_FINDINGS && !seen.contains_key(finding.key.as_str()) {
                return change;
            }
            seen.entry(&finding.key).or_insert_with(|| (finding.clone(), change));
            change
        });
        let changes = changes.collect();
        let ended = known.iter().filter(|(key, known)| is_remembered(known) && !seen.contains_key(key.as_str()));
        let mut next: BTreeMap<String, Known> =
            ended.clone().map(|(key, known)| (key.clone(), known.clone())).collect();
        // What was left out goes on, and so may what was new: it is new once.
        let has_ended = |(key, known): &(&String, &Known)| {
            known.is_ongoing && !known.detection.starts_with(OF_WHAT_IS_NEW) && !suppressed.contains(key.as_str())
        };
        let ended = ended.filter(has_ended).map(|(_, known)| known.clone()).collect();
        next.values_mut().for_each(|known| known.is_ongoing = false);
        // Room for those that are there goes before those that are not.
        while next.len() + seen.len() > KNOWN_FINDINGS && next.pop_first().is_some() {}
        for (key, (finding, change)) in seen {
            let before = known.get(key).filter(|known| is_remembered(known));
            let told = match before.filter(|_| !change.is_news()) {
                Some(before) => before.told.clone(),
                None => Told { severity: finding.severity, numbers: numbers(&finding) },
            };
            let since = before.map_or(now, |before| before.since);
            let (detection, what, severity) =
                (finding.detection.clone(), finding.description.clone(), finding.severity);
            next.insert(key.to_owned(), Known { detection, what, severity, told, since, last: now, is_ongoing: true });
        }
        News { changes, ended, known: next, is_first: known.is_empty() }
    }
}

/// The numbers of a finding's evidence.
fn numbers(finding: &Finding) -> BTreeMap<String, f64> {
    finding.evidence.iter().filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
}

/// Whether one of the numbers is ten times what it was.
fn has_grown(before: &BTreeMap<String, f64>, now: &BTreeMap<String, f64>) -> bool {
    now.iter().any(|(name, now)| before.get(name).is_some_and(|before| *before > 0.0 && *now >= GROWN * before))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn what_is_new_once_and_what_is_suppressed_does_not_end() {
        let known = |detection: &str| Known {
            detection: detection.to_owned(),
            what: "it".to_owned(),
            severity: Severity::High,
            told: Told { severity: Severity::High, numbers: BTreeMap::new() },
            since: Moment(0),
            last: Moment(86_400),
            is_ongoing: true,
        };
        let all = [("a", "port-scan"), ("b", "port-scan"), ("c", "new-destination")];
        let all = all.map(|(key, detection)| (key.to_owned(), known(detection))).into();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let run = Run { fire: at(172_800), from: at(86_400), to: at(172_800), ready: at(172_800) };
        let news = News::of(&[], &BTreeSet::from(["b"]), &all, &run);
        assert_eq!(news.ended, [known("port-scan")], "a alone");
        assert_eq!((news.known.len(), news.is_first), (3, false));
        assert!(news.known.values().all(|known| !known.is_ongoing));
        assert!(News::of(&[], &BTreeSet::new(), &BTreeMap::new(), &run).is_first);
    }

    #[test]
    fn ten_times_as_much_is_more_and_less_is_not() {
        let numbers =
            |bytes: f64, ports: f64| BTreeMap::from([("bytes".to_owned(), bytes), ("ports".to_owned(), ports)]);
        assert!(has_grown(&numbers(1e6, 20.0), &numbers(1e7, 20.0)));
        assert!(has_grown(&numbers(1e6, 20.0), &numbers(1.0, 200.0)));
        assert!(!has_grown(&numbers(1e6, 20.0), &numbers(9.9e6, 199.0)));
        // Of nothing anything is more, and a number that was not there is none.
        assert!(!has_grown(&numbers(0.0, 20.0), &numbers(1e9, 20.0)));
        assert!(!has_grown(&BTreeMap::new(), &numbers(1e9, 20.0)));
    }
}
