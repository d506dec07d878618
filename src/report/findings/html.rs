//! Findings as one page for a browser: the verdict, the incidents with their timelines, what the period was like, and what
//! was read.
//!
//! Invariants: the page fetches nothing and runs nothing but the one script that chooses and sorts (its policy forbids the
//! rest); every text is escaped by maud and freed of control characters, because addresses, tags and reasons are hostile;
//! all there is to know is reached without a script, by opening what is folded.

use std::collections::{BTreeSet, HashMap};
use std::io::{Result, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::super::printable;
use super::RunOf;
use super::panels::panels;
use super::words::{self, Story, counted, coverage, measure, plain, seen, span, stories, verdict, what, who_of_where};
use crate::detect::{Finding, Outcome, Severity};
use crate::scan::ObjectNote;
use crate::schedule::Change;

pub(super) const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");

/// Incidents of these severities stand unfolded, up to `UNFOLDED` of them: who reads on sees all headlines at a glance. On
/// paper, where nothing can be unfolded, the style sheet shows more.
const URGENT: Severity = Severity::High;
const UNFOLDED: usize = 3;

/// Findings that are told in full; further ones are short and point to what is said of their detection, so that a page
/// of twenty thousand opens at once.
const IN_FULL: usize = 500;

/// What ended is told, so many at most.
const ENDED: usize = 100;

pub(super) fn write(outcome: &Outcome, of: Option<&RunOf<'_>>, to: &mut impl Write) -> Result<()> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&[SCRIPT]));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title {
                    @if let Some(of) = of { (printable(of.schedule)) ": " } @else { "VPC Flow Logs: " }
                    (counted(outcome.incidents.len() as u64, "incident"))
                }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (header(outcome, of))
                main {
                    (incidents(outcome, of))
                    @if let Some(of) = of { (ended(of)) }
                    (panels(outcome))
                    (read(outcome))
                    (left_out(outcome))
                    (detections(outcome))
                }
                footer { p { "Made by vpcflow " (outcome.run.version) ". Times are UTC." } }
                @if !outcome.incidents.is_empty() { script { (PreEscaped(SCRIPT)) } }
            }
        }
    };
    writeln!(to, "{}", page.into_string())
}

/// Nothing is fetched, sent or framed; the one style sheet, and the scripts, are those that have these hashes.
pub(super) fn policy(scripts: &[&str]) -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text)));
    let scripts: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    let scripts = if scripts.is_empty() { "'none'".to_owned() } else { scripts.join(" ") };
    format!("default-src 'none'; style-src {}; script-src {scripts}; base-uri 'none'; form-action 'none'", hash(STYLE))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (word >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= three.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}

fn header(outcome: &Outcome, of: Option<&RunOf<'_>>) -> Markup {
    let period = of.map(|of| (of.from, of.to)).or(outcome.run.first_record.zip(outcome.run.last_record));
    html! {
        header {
            @if let Some(of) = of {
                h1 { "VPC Flow Logs: " (printable(of.schedule)) }
            } @else {
                h1 { "Findings in VPC Flow Logs" }
            }
            @if let Some((first, last)) = period { p.period { (span(first, last)) " UTC" } }
            p.verdict { strong { (verdict(outcome)) } }
            @if let Some(worst) = stories(outcome).next() { p { "The worst: " (worst.headline()) } }
            @if let Some(of) = of { p { (of.compared()) } }
            nav aria-label="Sections" {
                ul {
                    li { a href="#incidents" { "Incidents" } }
                    @if !outcome.panels.is_empty() { li { a href="#period" { "What the period was like" } } }
                    li { a href="#read" { "What was read" } }
                    li { a href="#left-out" { "What is left out" } }
                    li { a href="#detections" { "Detections and parameters" } }
                    @if of.is_some_and(|of| of.has_index) { li { a href="index.html" { "All reports" } } }
                }
            }
        }
    }
}

fn incidents(outcome: &Outcome, of: Option<&RunOf<'_>>) -> Markup {
    let mut told = 0;
    let numbered = stories(outcome).map(|story| {
        let first = told;
        told += story.findings.len();
        (first, story)
    });
    html! {
        section #incidents aria-labelledby="incidents-title" {
            h2 #incidents-title { "Incidents" }
            @if outcome.incidents.is_empty() { p { "No findings." } } @else { (choice(outcome, of)) }
            div #list {
                @for (index, (first, story)) in numbered.enumerate() {
                    (incident(&story, index < UNFOLDED && story.incident.severity >= URGENT, first, outcome, of))
                }
            }
        }
    }
}

/// What the script needs to choose and sort; it is shown by the script.
fn choice(outcome: &Outcome, of: Option<&RunOf<'_>>) -> Markup {
    let severities: BTreeSet<Severity> = outcome.incidents.iter().map(|incident| incident.severity).collect();
    let detections: BTreeSet<&str> = outcome.findings.iter().map(|finding| finding.detection.as_str()).collect();
    html! {
        form #choose hidden aria-label="Which incidents are shown" {
            fieldset {
                legend { "Severity" }
                @for severity in severities.iter().rev() {
                    label { input type="checkbox" name="severity" value=(severity) checked; " " (severity) }
                }
            }
            label {
                "Detection "
                select name="detection" {
                    option value="" { "all" }
                    @for detection in &detections { option value=(detection) { (printable(detection)) } }
                }
            }
            label { "With the words " input type="search" name="text" autocomplete="off" placeholder="address, port, interface"; }
            label {
                "In order of "
                select name="order" {
                    option value="worst" { "severity" }
                    option value="latest" { "time, the latest first" }
                    option value="earliest" { "time, the earliest first" }
                    option value="most" { "number of findings" }
                }
            }
            @if of.is_some() { label { input type="checkbox" name="news"; " only what is new" } }
            button type="reset" { "Show all" }
            output #shown aria-live="polite" {}
        }
    }
}

/// What was there in the run before, and is not any more.
fn ended(of: &RunOf<'_>) -> Markup {
    html! {
        @if !of.news.ended.is_empty() {
            section #ended aria-labelledby="ended-title" {
                h2 #ended-title { "What ended" }
                ul {
                    @for known in of.news.ended.iter().take(ENDED) {
                        li { span.severity.(known.severity.name()) { (known.severity) } " " (printable(&known.what)) " (" (printable(&known.detection)) ")" }
                    }
                }
                @if of.news.ended.len() > ENDED { p { "... and " (of.news.ended.len() - ENDED) " more" } }
            }
        }
    }
}

/// An incident; one with a single finding shows that finding at once. `first` is the number of findings before it.
fn incident(story: &Story<'_>, is_open: bool, first: usize, outcome: &Outcome, of: Option<&RunOf<'_>>) -> Markup {
    let incident = story.incident;
    let change = |place: &usize| of.and_then(|of| of.news.changes.get(*place).copied());
    let changes: Vec<Option<Change>> = incident.timeline.iter().map(change).collect();
    let is_news = changes.iter().flatten().any(|change| change.is_news());
    let (start, end) = story.time();
    let count = match story.findings.as_slice() {
        [finding] => printable(&finding.detection),
        findings => counted(findings.len() as u64, "finding"),
    };
    html! {
        details.incident.(incident.severity.name()) open[is_open] data-severity=(incident.severity)
            data-detections=(incident.detections.join(" ")) data-news=(is_news) data-first=(incident.first_seen.0)
            data-last=(incident.last_seen.0) data-findings=(story.findings.len()) {
            summary {
                span.severity { (incident.severity) } " "
                @if is_news { span.news { "new" } " " }
                span.time { (span(start, end)) } " "
                span.count { (count) }
                h3 { (story.headline()) }
            }
            @if let [finding] = story.findings.as_slice() {
                (facts(finding, first < IN_FULL, outcome, changes[0]))
            } @else {
                dl {
                    (entry("Actors", &story.told(&incident.actors.join(", "))))
                    (entry("Hosts of ours", &story.told(&incident.hosts.join(", "))))
                    (entry("Accounts", &incident.account_ids.join(", ")))
                    (entry("Regions", &incident.regions.join(", ")))
                    (entry("Incident", &incident.id))
                }
                ol.timeline {
                    @for (index, (finding, change)) in story.findings.iter().zip(&changes).enumerate() {
                        li { (step(finding, first + index < IN_FULL, outcome, *change)) }
                    }
                }
            }
        }
    }
}

/// A finding in a timeline.
fn step(finding: &Finding, is_full: bool, outcome: &Outcome, change: Option<Change>) -> Markup {
    let (start, end) = seen(finding);
    html! {
        details.finding.(finding.severity.name()) {
            summary {
                span.severity { (finding.severity) } " "
                span.time { (span(start, end)) } " "
                span.count { (printable(&finding.detection)) }
                h4 { (what(finding)) }
            }
            (facts(finding, is_full, outcome, change))
        }
    }
}

/// What is known of a finding: all, or in short.
fn facts(finding: &Finding, is_full: bool, outcome: &Outcome, change: Option<Change>) -> Markup {
    let named = |name: &Option<String>| name.clone().unwrap_or_default();
    html! {
        div.facts {
            @if is_full {
                dl { (advice(finding)) }
                (numbers(finding, outcome))
            }
            dl {
                @if !is_full {
                    (entry("Numbers", &finding.evidence.iter().map(number).collect::<Vec<_>>().join(", ")))
                }
                (entry("Who", &who_of_where(finding)))
                (entry("Interface", &named(&finding.interface_id)))
                @if is_full {
                    (entry("Account", &named(&finding.account_id)))
                    (entry("Region", &named(&finding.region)))
                    (entry("Judged", &span(finding.window_start, finding.window_end)))
                    (entry("ATT&CK", &finding.attack.join(", ")))
                    (entry("GuardDuty", &named(&finding.guardduty)))
                }
                @if let Some(change) = change { (entry("Since the last report", &change.to_string())) }
                (entry("Records", &format!("{} to {}", finding.first_seen, finding.last_seen)))
                (entry("Id", &finding.id))
                dt { "Detection" }
                dd { a href={ "#about-" (finding.detection) } { "what " (finding.detection) " looks for, and its parameters" } }
                dt { "Look further" }
                dd { pre { code { (printable(&finding.query)) } } }
            }
        }
    }
}

/// What all findings of a detection have in common.
fn advice(finding: &Finding) -> Markup {
    html! {
        (entry("What to do", &finding.remediation))
        (entry("Why it matters", &finding.why))
        (entry("False alarm", &finding.false_positives))
    }
}

fn number((name, value): (&String, &serde_json::Value)) -> String {
    format!("{name} {}", words::value(name, value))
}

fn entry(name: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { dt { (name) } dd { (printable(text)) } } }
}

fn numbers(finding: &Finding, outcome: &Outcome) -> Markup {
    let measures: Vec<String> = finding.evidence.keys().map(|name| measure(name, finding, outcome)).collect();
    let is_measured = measures.iter().any(|measure| !measure.is_empty());
    html! {
        @if !finding.evidence.is_empty() {
            table {
                caption { "Numbers" }
                thead {
                    tr {
                        th scope="col" { "Name" }
                        th.number scope="col" { "Value" }
                        @if is_measured { th scope="col" { "Held against" } }
                    }
                }
                tbody {
                    @for ((name, value), measure) in finding.evidence.iter().zip(&measures) {
                        tr {
                            th scope="row" { (printable(name)) }
                            td.number { (words::value(name, value)) }
                            @if is_measured { td { (printable(measure)) } }
                        }
                    }
                }
            }
        }
    }
}

fn read(outcome: &Outcome) -> Markup {
    let scan = &outcome.coverage.scan;
    html! {
        section #read aria-labelledby="read-title" {
            h2 #read-title { "What was read" }
            ul { @for line in coverage(outcome) { li { (line) } } }
            (notes("Objects that could not be read", &scan.failed_objects))
            (notes("Objects that are no flow logs", &scan.not_flow_log_objects))
            (notes("Lines that could not be read, some of them", &scan.samples))
            @if !scan.missing.is_empty() || !scan.notes.is_empty() || !scan.malformed_values.is_empty() {
                h3 { "To be known" }
                ul {
                    @for missing in &scan.missing { li { "missing: " (printable(missing)) } }
                    @for (column, count) in &scan.malformed_values {
                        li { (counted(*count, "number")) " of " (printable(column)) " could not be read: NULL in the record" }
                    }
                    @for note in &scan.notes { li { (printable(note)) } }
                }
            }
        }
    }
}

fn notes(title: &str, notes: &[ObjectNote]) -> Markup {
    html! {
        @if !notes.is_empty() {
            details {
                summary { h3 { (title) } }
                ul { @for note in notes { li { code { (printable(&note.object)) } ": " (printable(&note.note)) } } }
            }
        }
    }
}

fn left_out(outcome: &Outcome) -> Markup {
    let suppressed = outcome.suppressed.iter().map(|entry| {
        let count = counted(entry.findings as u64, "finding");
        [printable(&entry.entry), count, printable(&entry.reason)]
    });
    let unseen = (outcome.coverage.trusted > 0).then(|| {
        let count = counted(outcome.coverage.trusted as u64, "connection");
        ["trusted list".to_owned(), "-".to_owned(), format!("{count} with addresses on it, in no finding")]
    });
    let trusted = (outcome.trusted > 0).then(|| {
        let count = counted(outcome.trusted as u64, "finding");
        ["trusted list".to_owned(), count, "whom they name is on it".to_owned()]
    });
    let skipped =
        outcome.skipped.iter().map(|skipped| [skipped.detection.clone(), "-".to_owned(), printable(&skipped.reason)]);
    let rows: Vec<[String; 3]> = skipped.chain(suppressed).chain(unseen).chain(trusted).collect();
    html! {
        section #left-out aria-labelledby="left-out-title" {
            h2 #left-out-title { "What is left out" }
            @if rows.is_empty() {
                p { "Nothing: every detection ran, and no finding was suppressed." }
            } @else {
                table {
                    caption { "Detections that did not run or did not tell all, and findings that were left out" }
                    thead { tr { th scope="col" { "What" } th scope="col" { "Findings" } th scope="col" { "Why" } } }
                    tbody {
                        @for [what, count, why] in &rows {
                            tr { th scope="row" { (what) } td { (count) } td { (why) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the detections that ran look for. The marks that findings point to lie within what is folded, so that browsers
/// unfold it.
fn detections(outcome: &Outcome) -> Markup {
    let mut examples: HashMap<&str, &Finding> = HashMap::new();
    for finding in &outcome.findings {
        examples.entry(&finding.detection).or_insert(finding);
    }
    html! {
        section #detections aria-labelledby="detections-title" {
            h2 #detections-title { "Detections that ran" }
            @for id in &outcome.run.detections {
                details {
                    summary { h3 { (printable(id)) } }
                    div id={ "about-" (id) } {
                        @if let Some(finding) = examples.get(id.as_str()) {
                            p { (printable(&finding.title)) "." }
                            dl { (advice(finding)) (entry("ATT&CK", &finding.attack.join(", "))) }
                        }
                        (parameters(id, outcome))
                    }
                }
            }
        }
    }
}

fn parameters(detection: &str, outcome: &Outcome) -> Markup {
    let parameters = outcome.run.parameters.get(detection).map_or(&[][..], |parameters| &parameters.0);
    html! {
        @if parameters.is_empty() { p { "It has no parameters." } }
        @else {
            table {
                caption { "Parameters in force" }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Value" } th scope="col" { "Meaning" } } }
                tbody {
                    @for parameter in parameters {
                        tr {
                            th scope="row" { (printable(&parameter.name)) }
                            td {
                                (plain(&parameter.value))
                                @if let Some(default) = &parameter.instead_of { " (default " (printable(default)) ")" }
                            }
                            td { (printable(&parameter.meaning)) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
