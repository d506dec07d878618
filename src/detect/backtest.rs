//! What detections would have found on each of many days, counted.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use chrono::NaiveDate;

use super::catalogue::{Catalogue, VARIANT};
use super::finding::Severity;
use super::run::Outcome;

/// A detection on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tried {
    date: NaiveDate,
    detection: String,
    /// What was tried instead of the values in force: `ports=30`.
    variant: Option<String>,
    /// Findings by severity, the worst first.
    findings: [i64; 5],
    /// Why it could not judge the day, or not tell all.
    note: Option<String>,
}

/// The severities, the worst first.
const SEVERITIES: [Severity; 5] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// The answers of many days.
#[derive(Debug, Clone, Default)]
pub struct Backtest {
    tried: Vec<Tried>,
}

impl Backtest {
    /// Adds what came of a day.
    pub fn add(&mut self, date: NaiveDate, catalogue: &Catalogue, outcome: &Outcome) {
        for detection in catalogue.detections() {
            let found = outcome.findings.iter().filter(|finding| finding.detection == detection.id());
            let mut findings = [0; 5];
            for finding in found {
                findings[Severity::Critical as usize - finding.severity as usize] += 1;
            }
            let note = outcome.skipped.iter().find(|skipped| skipped.detection == detection.id());
            let (id, variant) = match detection.id().split_once(VARIANT) {
                Some((id, variant)) => (id, Some(variant.to_owned())),
                None => (detection.id(), None),
            };
            self.tried.push(Tried {
                date,
                detection: id.to_owned(),
                variant,
                findings,
                note: note.map(|skipped| skipped.reason.clone()),
            });
        }
    }

    /// A row for each day, detection and variant.
    ///
    /// # Errors
    /// Never, as long as the columns are of one length.
    pub fn rows(&self) -> Result<RecordBatch, ArrowError> {
        let text = |of: fn(&Tried) -> Option<&str>| -> ArrayRef {
            Arc::new(self.tried.iter().map(of).collect::<StringArray>())
        };
        let number = |of: &dyn Fn(&Tried) -> i64| -> ArrayRef {
            Arc::new(self.tried.iter().map(|tried| Some(of(tried))).collect::<Int64Array>())
        };
        let date: ArrayRef = Arc::new(Date32Array::from_iter_values(
            self.tried.iter().map(|tried| (tried.date - NaiveDate::default()).num_days() as i32),
        ));
        let mut columns = vec![
            ("date", date, false),
            ("detection", text(|tried| Some(&tried.detection)), false),
            ("variant", text(|tried| tried.variant.as_deref()), true),
            ("findings", number(&|tried| tried.findings.iter().sum()), false),
        ];
        for (place, severity) in SEVERITIES.into_iter().enumerate() {
            columns.push((severity.name(), number(&|tried| tried.findings[place]), false));
        }
        columns.push(("note", text(|tried| tried.note.as_deref()), true));
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    /// For each detection and variant, how much was found on how many days, in a sentence.
    pub fn told(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut of: Vec<(&str, Option<&str>)> = Vec::new();
        for tried in &self.tried {
            let key = (tried.detection.as_str(), tried.variant.as_deref());
            if !of.contains(&key) {
                of.push(key);
            }
        }
        for (detection, variant) in of {
            let is_it = |tried: &&Tried| tried.detection == detection && tried.variant.as_deref() == variant;
            let mine: Vec<&Tried> = self.tried.iter().filter(is_it).collect();
            let findings: i64 = mine.iter().flat_map(|tried| tried.findings).sum();
            let days = mine.iter().filter(|tried| tried.findings.iter().sum::<i64>() > 0).count();
            let noted = mine.iter().filter(|tried| tried.note.is_some()).count();
            let noted = if noted > 0 { format!("; {noted} have a note") } else { String::new() };
            let with = variant.map_or(String::new(), |variant| format!(" with {variant}"));
            lines.push(format!("{detection}{with}: {findings} findings on {days} of {} days{noted}", mine.len()));
        }
        lines
    }
}
