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
        let mut columns = vec![
            ("date", dates(self.tried.iter()), false),
            ("detection", text(|tried| Some(&tried.detection)), false),
            ("variant", text(|tried| tried.variant.as_deref()), true),
            ("findings", number(&Tried::number), false),
        ];
        for (place, severity) in SEVERITIES.into_iter().enumerate() {
            columns.push((severity.name(), number(&|tried| tried.findings[place]), false));
        }
        columns.push(("note", text(|tried| tried.note.as_deref()), true));
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    /// Of each detection of which other values were tried, the findings by day: a column for the values in force and one for
    /// each other; NULL where it could not judge the day.
    ///
    /// # Errors
    /// Never, as long as each variant was asked on each day.
    pub fn by_day(&self) -> Result<Vec<(String, RecordBatch)>, ArrowError> {
        let groups = self.groups();
        let has_tries = |id: &str| groups.iter().any(|group| group.detection == id && group.variant.is_some());
        let mut tables: Vec<(String, RecordBatch)> = Vec::new();
        for Group { detection, all, .. } in groups.iter().filter(|group| group.variant.is_none()) {
            if !has_tries(detection) {
                continue;
            }
            let mut columns = vec![("date", dates(all.iter().copied()), false)];
            for Group { variant, all, .. } in groups.iter().filter(|group| group.detection == *detection) {
                let numbers = all.iter().map(|tried| tried.is_judged().then(|| tried.number()));
                let column: ArrayRef = Arc::new(numbers.collect::<Int64Array>());
                columns.push((variant.unwrap_or(IN_FORCE), column, true));
            }
            tables.push(((*detection).to_owned(), RecordBatch::try_from_iter_with_nullable(columns)?));
        }
        Ok(tables)
    }

    /// A row for each detection and variant: what all days together have.
    ///
    /// # Errors
    /// Never, as long as the columns are of one length.
    pub fn summary(&self) -> Result<RecordBatch, ArrowError> {
        let groups = self.groups();
        let number = |of: &dyn Fn(&Group<'_>) -> i64| -> ArrayRef {
            Arc::new(groups.iter().map(|group| Some(of(group))).collect::<Int64Array>())
        };
        let count = |group: &Group<'_>, is_it: fn(&Tried) -> bool| -> i64 {
            group.all.iter().filter(|tried| is_it(tried)).count() as i64
        };
        let detections: ArrayRef = Arc::new(groups.iter().map(|group| Some(group.detection)).collect::<StringArray>());
        let variants: ArrayRef = Arc::new(groups.iter().map(|group| group.variant).collect::<StringArray>());
        let mut columns = vec![
            ("detection", detections, false),
            ("variant", variants, true),
            ("findings", number(&|group| group.findings()), false),
            ("days", number(&|group| count(group, Tried::is_judged)), false),
            ("days_with_findings", number(&|group| count(group, |tried| tried.number() > 0)), false),
            ("most_in_a_day", number(&|group| group.all.iter().map(|tried| tried.number()).max().unwrap_or(0)), false),
        ];
        for (place, severity) in SEVERITIES.into_iter().enumerate() {
            let of_it = |group: &Group<'_>| group.all.iter().map(|tried| tried.findings[place]).sum();
            columns.push((severity.name(), number(&of_it), false));
        }
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    /// For each detection and variant, how much was found on how many days, in a sentence.
    pub fn told(&self) -> Vec<String> {
        let told = |group: &Group<'_>| -> String {
            let Group { detection, variant, all } = group;
            let days = all.iter().filter(|tried| tried.number() > 0).count();
            let noted = all.iter().filter(|tried| tried.note.is_some()).count();
            let noted = if noted > 0 { format!("; {noted} have a note") } else { String::new() };
            let with = variant.map_or(String::new(), |variant| format!(" with {variant}"));
            format!("{detection}{with}: {} findings on {days} of {} days{noted}", group.findings(), all.len())
        };
        self.groups().iter().map(told).collect()
    }

    /// What was tried, the days of each together.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for tried in &self.tried {
            let (detection, variant) = (tried.detection.as_str(), tried.variant.as_deref());
            match groups.iter_mut().find(|group| group.detection == detection && group.variant == variant) {
                Some(group) => group.all.push(tried),
                None => groups.push(Group { detection, variant, all: vec![tried] }),
            }
        }
        groups
    }
}

/// What the column of the values in force is called, beside those of others.
const IN_FORCE: &str = "in force";

/// The days of a detection with values in force, or with another one.
struct Group<'a> {
    detection: &'a str,
    variant: Option<&'a str>,
    all: Vec<&'a Tried>,
}

impl Group<'_> {
    fn findings(&self) -> i64 {
        self.all.iter().map(|tried| tried.number()).sum()
    }
}

impl Tried {
    fn number(&self) -> i64 {
        self.findings.iter().sum()
    }

    /// Whether the detection could judge the day; of what it found too much it did.
    fn is_judged(&self) -> bool {
        self.note.is_none() || self.number() > 0
    }
}

fn dates<'a>(tried: impl Iterator<Item = &'a Tried>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(tried.map(|tried| (tried.date - NaiveDate::default()).num_days() as i32)))
}
