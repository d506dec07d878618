//! A backtest written out: its rows, and where the format has a place for it what they come to: the findings by day of what
//! was tried, and a row for each detection and value.

use std::io::Write;

use serde_json::{Map, Value};

use super::{ReportError, RowFormat, Sink, json, row_writer};
use crate::detect::Backtest;

impl RowFormat {
    /// Whether a backtest in it has its summary; the others are rows and nothing else.
    pub fn has_summary(self) -> bool {
        matches!(self, RowFormat::Table | RowFormat::Json | RowFormat::Markdown)
    }
}

/// Writes a backtest in one format, to what `sink` gives each time.
///
/// # Errors
/// When it can't be written.
pub fn write_backtest(format: RowFormat, backtest: &Backtest, sink: impl Fn() -> Sink) -> Result<(), ReportError> {
    let (rows, by_day, summary) = (backtest.rows()?, backtest.by_day()?, backtest.summary()?);
    if format == RowFormat::Json {
        let mut tried = Map::new();
        for (detection, rows) in &by_day {
            tried.insert(detection.clone(), Value::Array(json::values(rows)?));
        }
        let all = [("rows", json::values(&rows)?), ("summary", json::values(&summary)?)];
        let mut all: Map<String, Value> =
            all.into_iter().map(|(name, rows)| (name.to_owned(), Value::Array(rows))).collect();
        all.insert("by_day".to_owned(), Value::Object(tried));
        let mut to = sink();
        serde_json::to_writer_pretty(&mut to, &all).map_err(std::io::Error::from)?;
        writeln!(to)?;
        return Ok(to.flush()?);
    }
    let mut tables = vec![(None, rows)];
    if format.has_summary() {
        let heading =
            |detection: &str| format!("{detection}: findings by day, with the values in force and with others");
        tables.extend(by_day.into_iter().map(|(detection, rows)| (Some(heading(&detection)), rows)));
        tables.push((Some("All days together".to_owned()), summary));
    }
    for (heading, rows) in tables {
        if let Some(heading) = heading {
            let mut to = sink();
            let mark = if format == RowFormat::Markdown { "## " } else { "" };
            let below = if format == RowFormat::Markdown { "\n" } else { "" };
            writeln!(to, "\n{mark}{heading}{below}")?;
            to.flush()?;
        }
        let mut writer = row_writer(format, sink(), rows.schema())?;
        writer.write(&rows)?;
        writer.finish()?;
    }
    Ok(())
}
