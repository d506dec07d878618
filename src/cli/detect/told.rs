//! What a run of the detections says on standard error, beside its result.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use vpcflow::context::Context;
use vpcflow::detect::{Catalogue, Choice, Outcome, Skipped, Stage, Suppressions};
use vpcflow::report::printable;

use crate::cli::tell;

/// Tells what was given and has no effect.
pub(super) fn without_effect(
    choice: &Choice,
    catalogue: &Catalogue,
    context: &Context,
    suppressions: &Suppressions,
    today: NaiveDate,
) {
    let runs = |id: &String| catalogue.detections().iter().any(|detection| detection.id() == id);
    for (id, name, value) in choice.params.iter().filter(|(id, ..)| !runs(id)) {
        tell(format_args!("warning: --param {id}.{name}={value} has no effect: {id} does not run"));
    }
    for warning in context.warnings() {
        tell(format_args!("warning: {}", printable(&warning)));
    }
    for warning in suppressions.warnings(catalogue, today) {
        tell(format_args!("warning: {warning}"));
    }
}

/// Tells how long each stage took.
pub(super) fn stages<'a>(stages: impl Iterator<Item = &'a Stage>) {
    for Stage { name, took } in stages {
        tell(format_args!("{:>8.3} s  {name}", took.as_secs_f64()));
    }
}

/// Tells of suppressions that were not needed.
pub(super) fn idle(suppressions: &Suppressions, outcome: &Outcome, today: NaiveDate) {
    let idle = suppressions.idle(&outcome.suppressed, &outcome.run.detections, today);
    let idle: Vec<String> = idle.map(ToString::to_string).collect();
    if let Some(first) = idle.first() {
        let more = if idle.len() > 1 { format!(", and {} more", idle.len() - 1) } else { String::new() };
        tell(format_args!("note: a suppression matched no finding: {first}{more}"));
    }
}

/// Tells of records that no detection saw, and how the others were judged.
pub(super) fn records(outcome: &Outcome) {
    for (records, problem) in [
        (outcome.coverage.undated, "no start that can be true"),
        (outcome.coverage.misaddressed, "an address that is none"),
    ] {
        if records > 0 {
            tell(format_args!("warning: {records} records have {problem}, and are in no finding"));
        }
    }
    if outcome.run.days > 0 {
        tell(format_args!("note: these logs span {} days; each (UTC) was judged by itself", outcome.run.days));
    }
}

/// Tells what did not run, where the result has no place for it.
pub fn skipped(outcome: &Outcome) {
    let mut skipped = BTreeMap::<&str, Vec<&str>>::new();
    for one in &outcome.skipped {
        skipped.entry(&one.reason).or_default().push(&one.detection);
    }
    for (reason, detections) in skipped {
        tell(format_args!("warning: skipped {}: {reason}", detections.join(", ")));
    }
}

/// Tells how detections get the days before, where some did not run for want of them.
pub(super) fn lack_of_history(outcome: &Outcome) {
    let lacks_history = |skipped: &Skipped| skipped.reason.contains("days of history, and has");
    if outcome.skipped.iter().any(lacks_history) {
        tell(format_args!("note: --history LAKE gives detections the days before; see vpcflow ingest"));
    }
}
