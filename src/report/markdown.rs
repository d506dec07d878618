//! A Markdown table, for tickets and chats.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use super::{ReportError, RowWriter, Sink, cells, printable};

/// A table with pipes.
pub(super) struct Markdown(Sink);

impl Markdown {
    pub(super) fn new(mut sink: Sink, schema: &Schema) -> Result<Self, ReportError> {
        write_head(schema, &mut sink)?;
        Ok(Markdown(sink))
    }
}

impl RowWriter for Markdown {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        write_rows(rows, &mut self.0)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ReportError> {
        Ok(self.0.flush()?)
    }
}

/// Writes the names of the columns.
pub(super) fn write_head(schema: &Schema, to: &mut impl Write) -> Result<(), ReportError> {
    let names = schema.fields().iter().map(|field| escaped(&printable(field.name())));
    let names: Vec<String> = names.collect();
    let rules = schema.fields().iter().map(|field| if field.data_type().is_numeric() { "--:" } else { "---" });
    Ok(writeln!(to, "| {} |\n| {} |", names.join(" | "), rules.collect::<Vec<_>>().join(" | "))?)
}

/// Writes rows.
pub(super) fn write_rows(rows: &RecordBatch, to: &mut impl Write) -> Result<(), ReportError> {
    let mut lines = String::new();
    cells(rows, "", |row| {
        let row: Vec<String> = row.iter().map(|cell| escaped(&printable(cell))).collect();
        lines.push_str(&format!("| {} |\n", row.join(" | ")));
    })?;
    Ok(to.write_all(lines.as_bytes())?)
}

/// What Markdown would take for markup is taken literally: the text comes from hosts we know nothing of.
pub(super) fn escaped(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '|' | '\\' | '`' | '*' | '[' | ']' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
