//! Findings for people: a line for each incident, below it the timeline of one with several findings, then what was read
//! and what was skipped.

use std::collections::BTreeSet;
use std::io::{Result, Write};

use textwrap::WordSplitter;

use super::super::printable;
use super::words::{Story, clock_span, counted, coverage, seen, span, stories, what};
use crate::detect::{Finding, Moment, Outcome};

/// Severity, time, place, detection, what happened.
type Line = [String; 5];

/// Columns that a sentence has at the least beside the others; where a terminal leaves it fewer, it stands below them.
const LEAST: usize = 40;

/// The margin of a sentence that stands below.
const BELOW: &str = "      ";

pub(super) fn write(outcome: &Outcome, width: Option<usize>, to: &mut impl Write) -> Result<()> {
    if outcome.findings.is_empty() {
        writeln!(to, "no findings\n")?;
    } else {
        let common = Common::of(&outcome.findings);
        if let Some(title) = common.title() {
            writeln!(to, "{title}\n")?;
        }
        let lines: Vec<(bool, Line)> = stories(outcome).flat_map(|story| common.lines(&story)).collect();
        write_lines(&lines, width, to)?;
        writeln!(to)?;
    }
    for line in coverage(outcome) {
        write_sentence("", "  ", &line, width, to)?;
    }
    Ok(())
}

/// A sentence behind `first`; where it is wider than the screen, further lines begin with `other`.
fn write_sentence(first: &str, other: &str, text: &str, width: Option<usize>, to: &mut impl Write) -> Result<()> {
    let Some(width) = width else { return writeln!(to, "{first}{text}") };
    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(other);
    let options = options.word_splitter(WordSplitter::NoHyphenation).break_words(false);
    textwrap::wrap(text, options).iter().try_for_each(|piece| writeln!(to, "{piece}"))
}

/// The widest that a column is made; what is longer stands out of it.
const CELL: usize = 80;

/// Aligned columns; the last is broken where it is wider than what is left of the screen. Lines of a timeline are indented.
fn write_lines(lines: &[(bool, Line)], width: Option<usize>, to: &mut impl Write) -> Result<()> {
    let widest = |column: usize| lines.iter().map(|(_, line)| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(|column| widest(column).min(CELL)).collect();
    for (is_indented, line) in lines {
        let mut begin = if *is_indented { "  ".to_owned() } else { String::new() };
        for (cell, width) in line.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            begin += &format!("{cell:<width$}  ");
        }
        let margin = " ".repeat(begin.chars().count());
        let is_below = width.is_some_and(|width| width < margin.len() + LEAST);
        if is_below {
            writeln!(to, "{}", begin.trim_end())?;
            write_sentence(BELOW, BELOW, &line[4], width, to)?;
        } else {
            write_sentence(&begin, &margin, &line[4], width, to)?;
        }
    }
    Ok(())
}

/// What all findings have in common is said once, above them.
struct Common {
    day: Option<String>,
    accounts: BTreeSet<String>,
    regions: BTreeSet<String>,
}

impl Common {
    fn of(findings: &[Finding]) -> Self {
        let names = |of: fn(&Finding) -> &Option<String>| {
            findings.iter().filter_map(|finding| of(finding).as_deref().map(printable)).collect()
        };
        let starts = findings.iter().flat_map(|finding| [finding.first_seen, finding.window_start]);
        let days: BTreeSet<String> = starts.map(|start| start.to_string().chars().take(10).collect()).collect();
        Common {
            day: days.first().filter(|_| days.len() == 1).cloned(),
            accounts: names(|finding| &finding.account_id),
            regions: names(|finding| &finding.region),
        }
    }

    fn title(&self) -> Option<String> {
        let day = self.day.as_ref().map(|day| format!("{day} UTC"));
        let account =
            self.accounts.first().filter(|_| self.accounts.len() == 1).map(|id| format!("all in account {id}"));
        let region = self.regions.first().filter(|_| self.regions.len() == 1).cloned();
        let title: Vec<String> = [day, account, region].into_iter().flatten().collect();
        (!title.is_empty()).then(|| title.join(", "))
    }

    /// An incident's line and, where it has several findings, those of its timeline.
    fn lines(&self, story: &Story<'_>) -> Vec<(bool, Line)> {
        if let [finding] = story.findings.as_slice() {
            return vec![(false, self.line(finding, story.time()))];
        }
        let incident = story.incident;
        let head = [
            incident.severity.to_string(),
            self.time(story.time()),
            self.place(&incident.account_ids, &incident.regions),
            counted(story.findings.len() as u64, "finding"),
            story.headline(),
        ];
        let timeline = story.findings.iter().map(|finding| (true, self.line(finding, seen(finding))));
        [(false, head)].into_iter().chain(timeline).collect()
    }

    fn line(&self, finding: &Finding, time: (Moment, Moment)) -> Line {
        let (accounts, regions) = (finding.account_id.as_slice(), finding.region.as_slice());
        let place = self.place(accounts, regions);
        [finding.severity.to_string(), self.time(time), place, finding.detection.clone(), what(finding)]
    }

    /// Without the day where all have the same.
    fn time(&self, (start, end): (Moment, Moment)) -> String {
        if self.day.is_some() { clock_span(start, end) } else { span(start, end) }
    }

    /// Where the logs are of several accounts or regions, those that are meant.
    fn place(&self, accounts: &[String], regions: &[String]) -> String {
        let one = |names: &[String], all: &BTreeSet<String>, many: &str| match names {
            _ if all.len() < 2 => None,
            [] => Some("-".to_owned()),
            [one] => Some(printable(one)),
            several => Some(format!("{} {many}", several.len())),
        };
        let names = [one(accounts, &self.accounts, "accounts"), one(regions, &self.regions, "regions")];
        names.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
