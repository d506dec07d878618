//! Rows of a result written out: one file per format.

mod backtest;
mod chart;
mod csv;
mod findings;
mod json;
mod markdown;
mod page;
mod parquet;
mod rows;
mod sink;
mod table;

use std::io;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use thiserror::Error;

pub use backtest::write_backtest;
pub use chart::{Chart, ChartError, ChartKind};
pub(crate) use chart::{panel_bars, panel_lines};
pub use findings::{FindingFormat, RunOf, write_explanation, write_findings, write_report, write_runs};
pub(crate) use findings::{counted, finding_rows, verdict, what};
pub use page::{PAGE_ROWS, Page, PageFormat, Section, write_page};
pub use rows::{Look, Rows};
pub use sink::{PendingFile, Sink, SpooledFile};

/// The formats that rows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RowFormat {
    /// Aligned columns, for people.
    Table,
    /// Comma-separated values with a header line.
    Csv,
    /// Tab-separated values with a header line.
    Tsv,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Parquet file.
    Parquet,
    /// A Markdown table.
    Markdown,
}

impl RowFormat {
    /// The format that a file name's ending stands for.
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "csv" => RowFormat::Csv,
            "tsv" => RowFormat::Tsv,
            "json" => RowFormat::Json,
            "ndjson" | "jsonl" => RowFormat::Ndjson,
            "parquet" => RowFormat::Parquet,
            "md" => RowFormat::Markdown,
            "txt" => RowFormat::Table,
            _ => return None,
        })
    }
}

/// Why rows could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The rows can't be expressed in the format.
    #[error("the result can't be written: {0}")]
    Rows(#[from] ArrowError),
    /// Parquet's own error.
    #[error("the result can't be written as Parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// The file or pipe refused.
    #[error("the result can't be written: {0}")]
    Io(#[from] io::Error),
}

/// Writes rows in one format.
pub trait RowWriter: Send {
    /// Writes some rows; all batches have the schema the writer was made for.
    ///
    /// # Errors
    /// When they can't be written.
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError>;

    /// Writes what ends the output.
    ///
    /// # Errors
    /// When it can't be written.
    fn finish(self: Box<Self>) -> Result<(), ReportError>;
}

/// A writer of `format` to `sink`, for rows of `schema`.
///
/// # Errors
/// When the format can't express the schema, or its beginning can't be written.
pub fn row_writer(format: RowFormat, sink: Sink, schema: SchemaRef) -> Result<Box<dyn RowWriter>, ReportError> {
    Ok(match format {
        RowFormat::Table => Box::new(table::Table::new(sink, schema)),
        RowFormat::Csv => Box::new(csv::Separated::new(sink, &schema, b',')?),
        RowFormat::Tsv => Box::new(csv::Separated::new(sink, &schema, b'\t')?),
        RowFormat::Json => Box::new(json::Array::new(sink)),
        RowFormat::Ndjson => Box::new(json::Lines::new(sink)),
        RowFormat::Parquet => Box::new(parquet::Parquet::new(sink, schema)?),
        RowFormat::Markdown => Box::new(markdown::Markdown::new(sink, &schema)?),
    })
}

/// The cells of each row as text, NULL as `null`.
fn cells(rows: &RecordBatch, null: &str, mut each: impl FnMut(Vec<String>)) -> Result<(), ReportError> {
    let options = FormatOptions::default().with_null(null).with_display_error(true);
    let formatters =
        rows.columns().iter().map(|column| ArrayFormatter::try_new(column, &options)).collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.num_rows() {
        each(formatters.iter().map(|formatter| formatter.value(row).to_string()).collect());
    }
    Ok(())
}

/// A number of bytes in the unit that suits it.
pub fn told_bytes(bytes: u64) -> String {
    crate::functions::words::told(bytes as f64)
}

/// `text` with control characters, and characters that turn the writing direction, replaced.
pub fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A text as one word of a shell, in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '$' | '`' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_a_shell_reads() {
        let hostile = "SELECT '$(id)', `id`, \"a\\b\" -- $HOME";
        let script = format!("printf %s {}", quoted(hostile));
        let said = std::process::Command::new("sh").args(["-c", &script]).output().expect("a shell");
        assert_eq!(String::from_utf8_lossy(&said.stdout), hostile);
    }
}
