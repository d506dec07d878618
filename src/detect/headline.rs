//! The sentence that tells an incident: who did what, at which hosts of ours, and what those did then.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::finding::{Finding, Severity};
use super::incident::{Host, distinct, ours};

/// Actors that are told of; of more, the first.
const ACTORS: usize = 4;

/// Deeds of one actor that are told; of more, the worst.
const DEEDS: usize = 4;

/// What a detection says that the actor did (`-- did:`), with the worst severity of it and its place in order of time.
struct Deed {
    words: String,
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
    let clauses: Vec<String> = actors
        .iter()
        .take(ACTORS)
        .map(|actor| {
            let own: Vec<&Finding> =
                told.iter().copied().filter(|finding| Host::actor(finding).as_ref() == Some(actor)).collect();
            clause(actor, &own)
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

/// What one actor did, in order of time.
fn clause(actor: &Host, told: &[&Finding]) -> String {
    let mut deeds: Vec<Deed> = Vec::new();
    for (place, finding) in told.iter().enumerate() {
        let words = match finding.did.as_str() {
            "" => format!("set off {}", finding.detection),
            did => did.to_owned(),
        };
        match deeds.iter_mut().find(|deed| deed.words == words) {
            Some(deed) => deed.severity = deed.severity.max(finding.severity),
            None => deeds.push(Deed { words, severity: finding.severity, place }),
        }
    }
    let left_out = deeds.len().saturating_sub(DEEDS);
    deeds.sort_by_key(|deed| (Reverse(deed.severity), deed.place));
    deeds.truncate(DEEDS);
    deeds.sort_by_key(|deed| deed.place);
    let mut words: Vec<String> = deeds.into_iter().map(|deed| deed.words).collect();
    if left_out > 0 {
        words.push(format!("{left_out} more"));
    }
    let victims = told.iter().flat_map(|finding| {
        let target = finding.target.as_ref();
        ours(finding).filter(move |host| Some(*host) == target)
    });
    let place = match distinct(victims).as_slice() {
        [] => String::new(),
        [host] => format!(", at {host}"),
        hosts => format!(", at {} hosts of ours", hosts.len()),
    };
    format!("{} {}{place}", actor.address, listed(&words))
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}
