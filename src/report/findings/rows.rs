//! Findings as rows of a table, for spreadsheets and engines: evidence, and lists, as text.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;

use super::super::{ReportError, printable};
use crate::context::AddressContext;
use crate::detect::Finding;

/// A column: its name, and what it holds of a finding.
type Column<T> = (&'static str, fn(&Finding) -> T);

/// The columns that are text.
const TEXTS: [Column<Option<String>>; 24] = [
    ("id", |finding| Some(finding.id.clone())),
    ("detection", |finding| Some(finding.detection.clone())),
    ("title", |finding| Some(finding.title.clone())),
    ("severity", |finding| Some(finding.severity.to_string())),
    ("account_id", |finding| finding.account_id.clone()),
    ("region", |finding| finding.region.clone()),
    ("interface_id", |finding| finding.interface_id.clone()),
    ("actor", |finding| finding.actor.clone()),
    ("target", |finding| finding.target.clone()),
    ("direction", |finding| finding.direction.clone()),
    ("description", |finding| Some(finding.description.clone())),
    ("evidence", |finding| serde_json::to_string(&finding.evidence).ok()),
    ("why", |finding| Some(finding.why.clone())),
    ("false_positives", |finding| Some(finding.false_positives.clone())),
    ("remediation", |finding| Some(finding.remediation.clone())),
    ("attack", |finding| Some(finding.attack.join(" "))),
    ("guardduty", |finding| finding.guardduty.clone()),
    ("query", |finding| Some(finding.query.clone())),
    ("incident", |finding| Some(finding.incident.clone())),
    ("key", |finding| Some(finding.key.clone())),
    ("actor_network", |finding| finding.homes[0].clone()),
    ("target_network", |finding| finding.homes[1].clone()),
    ("actor_context", |finding| json(&finding.actor_context)),
    ("target_context", |finding| json(&finding.target_context)),
];

/// The columns that are numbers.
const NUMBERS: [Column<Option<i64>>; 2] = [("port", |finding| finding.port), ("protocol", |finding| finding.protocol)];

/// The columns that are times.
const TIMES: [Column<i64>; 4] = [
    ("window_start", |finding| finding.window_start.0),
    ("window_end", |finding| finding.window_end.0),
    ("first_seen", |finding| finding.first_seen.0),
    ("last_seen", |finding| finding.last_seen.0),
];

/// What is known of an address, as JSON.
fn json(about: &Option<AddressContext>) -> Option<String> {
    about.as_ref().and_then(|about| serde_json::to_string(about).ok())
}

/// Findings as rows, their texts as they are.
///
/// # Errors
/// Never, as long as the columns are of one length.
pub(crate) fn finding_rows(findings: &[Finding]) -> Result<RecordBatch, ArrowError> {
    batch(findings, |text| text)
}

fn batch(findings: &[Finding], cell: fn(String) -> String) -> Result<RecordBatch, ArrowError> {
    let texts = TEXTS.iter().map(|(name, of)| {
        let cells = findings.iter().map(|finding| of(finding).map(cell));
        let column: ArrayRef = Arc::new(cells.collect::<StringArray>());
        (*name, column, true)
    });
    let numbers = NUMBERS.iter().map(|(name, of)| {
        let column: ArrayRef = Arc::new(findings.iter().map(of).collect::<Int64Array>());
        (*name, column, true)
    });
    let times = TIMES.iter().map(|(name, of)| {
        let column: ArrayRef =
            Arc::new(TimestampSecondArray::from_iter_values(findings.iter().map(of)).with_timezone("UTC"));
        (*name, column, true)
    });
    RecordBatch::try_from_iter_with_nullable(texts.chain(numbers).chain(times))
}

/// A cell that no spreadsheet takes for a formula and no terminal for a command: names in logs and tags are hostile, and
/// this file is opened by people.
fn inert(text: String) -> String {
    let text = printable(&text);
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}

pub(super) fn write_csv(findings: &[Finding], to: &mut impl Write) -> Result<(), ReportError> {
    let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(to);
    Ok(writer.write(&batch(findings, inert)?)?)
}

pub(super) fn write_parquet(findings: &[Finding], to: &mut (impl Write + Send)) -> Result<(), ReportError> {
    let batch = finding_rows(findings)?;
    let mut writer = ArrowWriter::try_new(to, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=cmd|' /C calc'!A1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(inert(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(inert("web\u{1b}]0;title\u{7}\n=1".to_owned()), "web\u{fffd}]0;title\u{fffd}\u{fffd}=1");
        for text in ["10.0.0.1 sent 1 MB", "{\"ports\": 20}", ""] {
            assert_eq!(inert(text.to_owned()), text);
        }
    }
}
