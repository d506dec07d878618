//! The sentence that tells an incident: who did what, at which hosts of ours, and what those did then.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::finding::{Finding, Severity};
use super::incident::{Host, distinct, ours};

/// Actors that are told of; of more, the first.
const ACTORS: usize = 4;

/// Deeds of one actor that are told; of more, the worst.
const DEEDS: usize = 6;

/// What a detection says that the actor did (`-- did:`), with whom, the worst severity of it and its place in order of
/// time.
struct Deed {
    words: String,
    whom: Option<String>,
    severity: Severity,
    place: usize,
}

/// The sentence for findings in order of time; `first` is where the story begins.
pub(super) fn headline(first: Option<&Host>, told: &[&Finding]) -> String {
    if let [finding] = told {
        return finding.description.clone();
    }
    let mut seen = HashSet::new();
    let all = first.cloned().into_iter().chain(told.iter().filter_map(|finding| Host::actor(finding)));
    let actors: Vec<Host> = all.filter(|actor| seen.insert(actor.clone())).collect();
    if actors.is_empty() {
        return clause("Several hosts", told);
    }
    let clauses: Vec<String> = actors
        .iter()
        .take(ACTORS)
        .map(|actor| {
            let own: Vec<&Finding> =
                told.iter().copied().filter(|finding| Host::actor(finding).as_ref() == Some(actor)).collect();
            clause(&actor.address, &own)
        })
        .collect();
    // Later, which need not be because of it.
    let told = clauses.join("; later ");
    match actors.len().saturating_sub(ACTORS) {
        0 => told,
        1 => format!("{told}; and one more host acted"),
        more => format!("{told}; and {more} more hosts acted"),
    }
}

/// What one actor did, in order of time. Where all of it was done to the same, that is said once.
fn clause(actor: &str, told: &[&Finding]) -> String {
    let mut deeds: Vec<Deed> = Vec::new();
    for (place, finding) in told.iter().enumerate() {
        let words = deed(finding);
        match deeds.iter_mut().find(|deed| deed.words == words) {
            Some(deed) => deed.severity = deed.severity.max(finding.severity),
            None => {
                let whom = whom(told.iter().copied().filter(|other| self::deed(other) == words));
                deeds.push(Deed { words, whom, severity: finding.severity, place });
            }
        }
    }
    let of_all = whom(told.iter().copied());
    let left_out = deeds.len().saturating_sub(DEEDS);
    deeds.sort_by_key(|deed| (Reverse(deed.severity), deed.place));
    deeds.truncate(DEEDS);
    deeds.sort_by_key(|deed| deed.place);
    let words = deeds.into_iter().map(|Deed { words, whom, .. }| match whom.filter(|_| of_all.is_none()) {
        Some(whom) => format!("{words} ({whom})"),
        None => words,
    });
    let mut words: Vec<String> = words.collect();
    if left_out > 0 {
        words.push(format!("{left_out} more"));
    }
    let place = of_all.map_or(String::new(), |whom| format!(", {whom}"));
    format!("{actor} {}{place}", listed(&words))
}

fn deed(finding: &Finding) -> String {
    match finding.did.as_str() {
        "" => format!("set off {}", finding.detection),
        did => did.to_owned(),
    }
}

/// Whom findings have to do with, if all of them are of hosts of ours, or of one address elsewhere: `at 10.0.0.1`, `at 2
/// hosts of ours`, `to 203.0.113.9`.
fn whom<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> Option<String> {
    let targets =
        distinct(findings.clone().map(|finding| finding.target.as_ref()).collect::<Option<Vec<_>>>()?.into_iter());
    let is_ours = |finding: &Finding| ours(finding).any(|host| finding.target.as_ref() == Some(host));
    match (targets.as_slice(), findings.clone().all(is_ours), findings.clone().any(is_ours)) {
        ([host], true, _) => Some(format!("at {host}")),
        (hosts, true, _) => Some(format!("at {} hosts of ours", hosts.len())),
        ([address], false, false) => Some(format!("to {address}")),
        _ => None,
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}
