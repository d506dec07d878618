//! What a run could not read, told on standard error.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use vpcflow::report::printable;
use vpcflow::scan::{CoverageReport, ObjectNote};

use super::tell;

/// Warns of everything in `report` that the reader of a result should know. Says nothing when all was well, nor of the
/// files of context that lie beside the logs.
pub fn warn<'a>(report: &CoverageReport, context: impl Iterator<Item = &'a PathBuf>) {
    if report.failed > 0 {
        tell(format_args!(
            "warning: {} of {} objects could not be read; the result is without them",
            report.failed, report.objects
        ));
        list(&report.failed_objects, report.failed);
    }
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let context: HashSet<PathBuf> = context.map(|file| whole(file)).collect();
    let is_context = |note: &&ObjectNote| context.contains(&whole(Path::new(&note.object)));
    let (known, others): (Vec<&ObjectNote>, Vec<_>) = report.not_flow_log_objects.iter().partition(is_context);
    let foreign = report.not_flow_logs.values().sum::<u64>() - known.len() as u64;
    if foreign > 0 {
        const SHOWN: usize = 4;
        let mut named: Vec<String> = others.iter().take(SHOWN).map(|note| printable(&note.object)).collect();
        if foreign > SHOWN as u64 {
            named.push("...".to_owned());
        }
        tell(format_args!(
            "note: passed over {foreign} of {} objects, no flow logs: {}",
            report.objects,
            named.join(", ")
        ));
    }
    if report.malformed > 0 {
        let reasons: Vec<String> =
            report.malformed_by_reason.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        tell(format_args!(
            "warning: {} of {} lines are malformed and in no result ({})",
            report.malformed,
            report.lines,
            reasons.join(", ")
        ));
    }
    if report.malformed_value_count() > 0 {
        let columns: Vec<String> =
            report.malformed_values.iter().map(|(column, count)| format!("{count} {column}")).collect();
        tell(format_args!(
            "warning: {} numbers could not be read and are NULL ({})",
            report.malformed_value_count(),
            columns.join(", ")
        ));
    }
    list(&report.samples, report.malformed + report.malformed_value_count());
    for missing in &report.missing {
        tell(format_args!("warning: missing in the result: {}", printable(missing)));
    }
    for note in &report.notes {
        tell(format_args!("note: {}", printable(note)));
    }
    for (column, objects) in &report.hidden_columns {
        tell(format_args!(
            "note: the column {} stands in {objects} objects but is not in the table, because the first object of its \
             flow log does not have it",
            printable(column)
        ));
    }
}

fn list(notes: &[ObjectNote], count: u64) {
    const SHOWN: usize = 5;
    for ObjectNote { object, note } in notes.iter().take(SHOWN) {
        tell(format_args!("  {}: {}", printable(object), printable(note)));
    }
    if !notes.is_empty() && count > SHOWN.min(notes.len()) as u64 {
        tell(format_args!("  ... {} in all", count));
    }
}
