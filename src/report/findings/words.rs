//! How findings are put into words for people: one way in the table, Markdown, HTML and the explanation.

use std::collections::BTreeMap;

use super::super::printable;
use super::labels::Labels;
use crate::detect::{Finding, Incident, Moment, Outcome, Severity};
use crate::scan::CoverageReport;

/// An incident with its findings in order of time.
pub(super) struct Story<'a> {
    pub(super) incident: &'a Incident,
    pub(super) findings: Vec<&'a Finding>,
}

/// Every incident of a run, the worst first.
pub(super) fn stories(outcome: &Outcome) -> impl Iterator<Item = Story<'_>> {
    outcome.incidents.iter().map(|incident| {
        let findings = incident.timeline.iter().filter_map(|place| outcome.findings.get(*place)).collect();
        Story { incident, findings }
    })
}

/// `203.0.113.6 → 10.0.0.1:22`; where nobody is named, the interface or the account.
pub(super) fn who(finding: &Finding) -> String {
    let who = match (finding.actor.as_deref(), whom(finding)) {
        (Some(actor), Some(target)) => format!("{actor} → {target}"),
        (Some(actor), None) => actor.to_owned(),
        (None, Some(target)) => format!("→ {target}"),
        (None, None) => finding.interface_id.clone().or_else(|| finding.account_id.clone()).unwrap_or_default(),
    };
    printable(&who)
}

/// `10.0.0.1:22`, or what is known of it.
fn whom(finding: &Finding) -> Option<String> {
    match (finding.target.as_deref(), finding.port) {
        (Some(target), Some(port)) if target.contains(':') => Some(format!("[{target}]:{port}")),
        (Some(target), Some(port)) => Some(format!("{target}:{port}")),
        (Some(target), None) => Some(target.to_owned()),
        (None, Some(port)) => Some(format!("port {port}")),
        (None, None) => None,
    }
}

/// The description, who or whom where it leaves them out, and what is known of both.
pub(crate) fn what(finding: &Finding) -> String {
    let is_said = |name: &Option<String>| name.as_ref().is_none_or(|name| finding.description.contains(name.as_str()));
    let description = &finding.description;
    let what = match (is_said(&finding.actor), is_said(&finding.target)) {
        (true, true) => description.clone(),
        (true, false) => format!("{description} (→ {})", whom(finding).unwrap_or_default()),
        (false, _) => format!("{description} ({})", who(finding)),
    };
    Labels::of([finding]).told(&what)
}

/// `203.0.113.6 (NL) → 10.0.0.1:22`, with what is known of the addresses.
pub(super) fn who_of_where(finding: &Finding) -> String {
    Labels::of([finding]).told(&who(finding))
}

/// `2026-03-11 01:30-01:45`; the second day only where it is another.
pub(super) fn span(start: Moment, end: Moment) -> String {
    let (start, end) = (start.to_string(), end.to_string());
    let parts = |time: &str| Some((time.get(..10)?.to_owned(), time.get(11..16)?.to_owned()));
    match (parts(&start), parts(&end)) {
        (Some((day, from)), Some((end_day, to))) if day == end_day && from == to => format!("{day} {from}"),
        (Some((day, from)), Some((end_day, to))) if day == end_day => format!("{day} {from}-{to}"),
        (Some((day, from)), Some((_, to))) if to == "00:00" => format!("{day} {from}-24:00"),
        (Some((day, from)), Some((end_day, to))) => format!("{day} {from}-{end_day} {to}"),
        _ => format!("{start} {end}"),
    }
}

/// `01:30-01:45`, for where the day is known: `24:00` is its end, `00:05+1d` is of the next.
pub(super) fn clock_span(start: Moment, end: Moment) -> String {
    let clock = |moment: Moment| moment.to_string().get(11..16).unwrap_or_default().to_owned();
    let (from, to) = (clock(start), clock(end));
    match (end.0.div_euclid(86_400) - start.0.div_euclid(86_400), to.as_str()) {
        (0, _) if from == to => from,
        (0, _) => format!("{from}-{to}"),
        (1, "00:00") => format!("{from}-24:00"),
        (days, _) => format!("{from}-{to}+{days}d"),
    }
}

impl Story<'_> {
    /// The headline of the incident; where there is a single finding, what happened.
    pub(super) fn headline(&self) -> String {
        match self.findings.as_slice() {
            [finding] => what(finding),
            _ => self.told(&self.incident.headline),
        }
    }

    /// A text of the incident with what is known of the addresses in it.
    pub(super) fn told(&self, text: &str) -> String {
        Labels::of(self.findings.iter().copied()).told(text)
    }

    /// The time of the incident: from the first record to the last.
    pub(super) fn time(&self) -> (Moment, Moment) {
        (self.incident.first_seen, self.incident.last_seen)
    }
}

/// The time of a finding in a timeline, whose order is that of the first records: windows are often clock hours.
pub(super) fn seen(finding: &Finding) -> (Moment, Moment) {
    (finding.first_seen, finding.last_seen)
}

/// What the reader must know before all else, in one sentence.
pub(crate) fn verdict(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<Severity, u64> = BTreeMap::new();
    for incident in &outcome.incidents {
        *counts.entry(incident.severity).or_default() += 1;
    }
    let counted_at = |(severity, count): (&Severity, &u64)| format!("{count} {severity}");
    let listed = counts.iter().rev().map(counted_at).collect::<Vec<_>>().join(", ");
    let partial = if outcome.coverage.scan.is_partial() { ", and part of the input could not be read" } else { "" };
    let unasked = match outcome.skipped.len() as u64 {
        0 => String::new(),
        skipped => format!("; {} did not run or did not tell all", counted(skipped, "detection")),
    };
    match outcome.incidents.first() {
        None => format!(
            "Nothing was found by {} in {}{partial}{unasked}.",
            counted(outcome.run.detections.len() as u64, "detection"),
            counted(outcome.run.records.unsigned_abs(), "record")
        ),
        Some(worst) => {
            let incidents = counted(outcome.incidents.len() as u64, "incident");
            let worst_of_all = match counts.len() {
                1 => incidents.clone(),
                _ => format!("{} of {incidents}", counts[&worst.severity]),
            };
            let advice = match worst.severity {
                Severity::Critical => format!("Act now on {worst_of_all}"),
                Severity::High => format!("Look at {worst_of_all} now"),
                Severity::Medium => format!("Look at {worst_of_all} today"),
                Severity::Low | Severity::Info => format!("Nothing urgent in {incidents}"),
            };
            format!("{advice} ({listed}){partial}{unasked}.")
        }
    }
}

/// What was read, skipped and left out, in lines.
pub(super) fn coverage(outcome: &Outcome) -> Vec<String> {
    let scan: &CoverageReport = &outcome.coverage.scan;
    let passed_over = scan.failed + scan.not_flow_logs.values().sum::<u64>();
    let places = match scan.files {
        0 => counted(scan.objects.saturating_sub(passed_over), "object"),
        files => format!("{} of the lake", counted(files, "file")),
    };
    let mut lines = vec![format!(
        "{}, {} of {} in {} of {places} ({})",
        counted(outcome.incidents.len() as u64, "incident"),
        counted(outcome.findings.len() as u64, "finding"),
        counted(outcome.run.detections.len() as u64, "detection"),
        counted(outcome.run.records.unsigned_abs(), "record"),
        bytesize::ByteSize(scan.bytes)
    )];
    let counts = [
        (outcome.coverage.skipdata.unsigned_abs(), "SKIPDATA record", "AWS lost some others, it does not say how many"),
        (outcome.coverage.nodata.unsigned_abs(), "NODATA record", "an interface had no traffic"),
        (scan.malformed, "malformed line", "in no result"),
        (outcome.coverage.undated.unsigned_abs(), "undated record", "without a start, in no finding"),
        (outcome.coverage.misaddressed.unsigned_abs(), "misaddressed record", "an address is none, in no finding"),
        (outcome.coverage.trusted as u64, "connection", "with addresses on a trusted list, in no finding"),
        (scan.failed, "unreadable object", "what is in it is in no finding"),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    lines.extend(counts.map(|(count, what, meaning)| format!("{}: {meaning}", counted(count, what))));
    lines.extend(outcome.suppressed.iter().map(|suppressed| {
        let count = counted(suppressed.findings as u64, "finding");
        format!("{count} suppressed by {}: {}", printable(&suppressed.entry), printable(&suppressed.reason))
    }));
    if outcome.trusted > 0 {
        lines.push(format!("{} left out, of addresses on a trusted list", counted(outcome.trusted as u64, "finding")));
    }
    if let Some(unknown) = outcome.coverage.interfaces_unknown.filter(|unknown| *unknown > 0) {
        let of = counted(outcome.coverage.interfaces.unsigned_abs(), "interface");
        lines.push(format!(
            "{unknown} of {of} in the logs not in --interfaces: what the world can reach there is not known"
        ));
    }
    lines.extend(lacking(&outcome.coverage.lacking));
    if let Some(problem) = &outcome.coverage.context_problem {
        lines.push(format!("some findings lack countries and systems: {}", printable(problem)));
    }
    lines.extend(outcome.skipped.iter().map(|skipped| format!("skipped {}: {}", skipped.detection, skipped.reason)));
    lines
}

/// What logs of few fields don't tell; those of version 2 have none of these.
fn lacking(fields: &[&str]) -> Option<String> {
    let meaning = |field: &&str| match *field {
        "tcp-flags" => "who opened a connection is told by its ports",
        "flow-direction" => "an interface is known by the address that all of its records share",
        "pkt-srcaddr" => "a NAT gateway is known by --interfaces only, and may look like a scanner",
        _ => "what goes to S3 is known by --aws-ip-ranges only, and may look like an upload to the internet",
    };
    let meanings: Vec<&str> = fields.iter().map(meaning).collect();
    (!fields.is_empty()).then(|| {
        format!(
            "without the field{} {}: {}",
            if fields.len() == 1 { "" } else { "s" },
            fields.join(", "),
            meanings.join("; ")
        )
    })
}

/// `1 record`, `2 records`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A value of the evidence or of a parameter as text, without quotes.
pub(super) fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => printable(text),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A value of the evidence as text; a time as one.
pub(super) fn value(name: &str, value: &serde_json::Value) -> String {
    let is_time = name.ends_with("_start") || name.ends_with("_at");
    match value.as_i64().filter(|_| is_time) {
        Some(seconds) => Moment(seconds).to_string(),
        None => plain(value),
    }
}

/// What a number of the evidence is to be held against: the parameter of its name, or that it is itself the baseline.
pub(super) fn measure(name: &str, finding: &Finding, outcome: &Outcome) -> String {
    let parameters = outcome.run.parameters.get(&finding.detection);
    let about = parameters.into_iter().flat_map(|parameters| parameters.about(name));
    let about: Vec<String> = about.map(|one| format!("{} = {}", one.name, plain(&one.value))).collect();
    if !about.is_empty() {
        return format!("parameter{} {}", if about.len() > 1 { "s" } else { "" }, about.join(", "));
    }
    let is_baseline = ["median_", "usual_", "mad"].iter().any(|prefix| name.starts_with(prefix));
    if is_baseline { "the baseline: what is usual".to_owned() } else { String::new() }
}
