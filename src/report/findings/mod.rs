//! Findings written out: for people, for programs, and for the places where findings are kept.

mod asff;
mod explain;
mod html;
mod labels;
mod markdown;
mod ocsf;
mod panels;
mod rows;
mod runs;
mod table;
mod words;

pub(crate) use rows::finding_rows;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
pub(crate) use words::{counted, verdict, what};

use serde::Serialize;
use serde_json::{Value, json};

use super::{ReportError, printable};
use crate::detect::{Detection, Moment, Outcome};
use crate::schedule::{News, Ran};

/// The formats that findings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FindingFormat {
    /// A line for each incident with its timeline below, then what was read and what was skipped.
    Table,
    /// One JSON object: run, coverage, skipped, incidents, findings.
    Json,
    /// One JSON object a finding and line.
    Ndjson,
    /// Comma-separated values with a header line; evidence as JSON.
    Csv,
    /// A Parquet file with the columns of csv.
    Parquet,
    /// A Markdown document: a table of incidents, and a section for each.
    Markdown,
    /// A page for any browser, in one file that fetches nothing.
    Html,
    /// OCSF 1.3 Detection Findings (class 2004), one JSON object a line.
    Ocsf,
    /// AWS Security Finding Format: on each line a list for aws securityhub batch-import-findings, of at most a hundred
    /// findings of one account and region.
    Asff,
}

impl FindingFormat {
    /// The format that a file name's ending stands for.
    pub fn of_file(name: &Path) -> Option<Self> {
        let Some(ending) = name.extension() else { return Some(FindingFormat::Table) };
        Some(match ending.to_ascii_lowercase().to_str()? {
            "json" => FindingFormat::Json,
            "ndjson" | "jsonl" => FindingFormat::Ndjson,
            "csv" => FindingFormat::Csv,
            "parquet" => FindingFormat::Parquet,
            "md" => FindingFormat::Markdown,
            "html" | "htm" => FindingFormat::Html,
            "txt" => FindingFormat::Table,
            _ => return None,
        })
    }

    /// Whether it has a place for what was skipped; the others are rows of findings.
    pub fn tells_what_was_skipped(self) -> bool {
        matches!(self, FindingFormat::Table | FindingFormat::Json | FindingFormat::Markdown | FindingFormat::Html)
    }
}

/// Writes an outcome in one format. Lines of a table are broken where they are longer than `width` columns of a terminal.
///
/// # Errors
/// When it can't be written.
pub fn write_findings(
    format: FindingFormat,
    outcome: &Outcome,
    width: Option<usize>,
    mut to: impl Write + Send,
) -> Result<(), ReportError> {
    match format {
        FindingFormat::Table => table::write(outcome, width, &mut to)?,
        FindingFormat::Json => {
            serde_json::to_writer_pretty(&mut to, outcome).map_err(std::io::Error::from)?;
            writeln!(to)?;
        }
        FindingFormat::Ndjson => write_lines(&outcome.findings, &mut to)?,
        FindingFormat::Csv => rows::write_csv(&outcome.findings, &mut to)?,
        FindingFormat::Parquet => rows::write_parquet(&outcome.findings, &mut to)?,
        FindingFormat::Markdown => markdown::write(outcome, &mut to)?,
        FindingFormat::Html => html::write(outcome, None, &mut to)?,
        FindingFormat::Ocsf => write_lines(&ocsf::events(outcome), &mut to)?,
        FindingFormat::Asff => write_lines(&asff::batches(outcome), &mut to)?,
    }
    Ok(to.flush()?)
}

/// Which run of a schedule a report is of, and how it compares with the one before.
#[derive(Debug, Clone, Copy)]
pub struct RunOf<'a> {
    /// The schedule.
    pub schedule: &'a str,
    /// From when the records were that were judged.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// What is news.
    pub news: &'a News,
    /// Whether `index.html` lies beside the report.
    pub has_index: bool,
}

impl RunOf<'_> {
    /// The run, and how it compares with the run before, for programs: how each finding stands, by its id.
    fn values(&self, outcome: &Outcome) -> Value {
        let changes = outcome.findings.iter().zip(&self.news.changes);
        let changes: BTreeMap<&str, String> =
            changes.map(|(finding, change)| (finding.id.as_str(), change.to_string())).collect();
        json!({
            "name": self.schedule,
            "from": self.from,
            "to": self.to,
            "is_first": self.news.is_first,
            "changes": changes,
            "ended": self.news.ended,
        })
    }

    /// How it compares with the run before, in a sentence.
    fn compared(&self) -> String {
        let news = self.news.changes.iter().filter(|change| change.is_news()).count();
        let [news, as_before, ended] = [news, self.news.changes.len() - news, self.news.ended.len()];
        if self.news.is_first {
            return format!("{}; nothing was known before.", counted(news as u64, "finding"));
        }
        format!(
            "Since the last report: {} new or worse, {as_before} as before, {ended} ended.",
            counted(news as u64, "finding")
        )
    }
}

/// A report for programs.
#[derive(Serialize)]
struct WithRun<'a> {
    schedule: Value,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Writes the report of a run of a schedule in one format. Pages, JSON and Markdown tell of the run, other forms only of
/// what was found.
///
/// # Errors
/// When it can't be written.
pub fn write_report(
    format: FindingFormat,
    outcome: &Outcome,
    of: &RunOf<'_>,
    mut to: impl Write + Send,
) -> Result<(), ReportError> {
    match format {
        FindingFormat::Html => html::write(outcome, Some(of), &mut to)?,
        FindingFormat::Json => {
            let report = WithRun { schedule: of.values(outcome), outcome };
            serde_json::to_writer_pretty(&mut to, &report).map_err(std::io::Error::from)?;
            writeln!(to)?;
        }
        FindingFormat::Markdown => {
            let RunOf { schedule, from, to: until, .. } = of;
            writeln!(to, "{}: {from} to {until}. {}\n", printable(schedule), of.compared())?;
            write_findings(format, outcome, None, &mut to)?;
        }
        format => write_findings(format, outcome, None, &mut to)?,
    }
    Ok(to.flush()?)
}

/// Writes the list of a schedule's reports as a page for browsers, from `index.html` beside them.
///
/// # Errors
/// When it can't be written.
pub fn write_runs(schedule: &str, runs: &[Ran], mut to: impl Write) -> Result<(), ReportError> {
    runs::write(schedule, runs, &mut to)?;
    Ok(to.flush()?)
}

/// Writes why the one detection that ran fired, or what it looked for, as text for people.
///
/// # Errors
/// When it can't be written.
pub fn write_explanation(detection: &Detection, outcome: &Outcome, mut to: impl Write) -> Result<(), ReportError> {
    explain::write(detection, outcome, &mut to)?;
    Ok(to.flush()?)
}

/// One JSON value a line.
fn write_lines(values: &[impl Serialize], to: &mut impl Write) -> std::io::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *to, value)?;
        writeln!(to)?;
    }
    Ok(())
}
