//! Rows that are shown on a screen, as lines of text.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, SchemaRef};
use comfy_table::{Cell, CellAlignment, Table};

use super::{ReportError, cells, printable};
use crate::format::MAX_TIME_SECONDS;
use crate::functions::words;
use crate::limits::SHOWN_CELL_CHARACTERS;

/// The rows of a result, or the first of them.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Their columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

/// How values are shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// Whether bytes are told in kB, MB and GB, and `start` and `end` as times.
    pub is_human: bool,
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of them.
    pub fn first(&self, most: usize) -> Rows {
        self.part(0, most)
    }

    /// So many of them, behind the first ones.
    pub fn part(&self, first: usize, most: usize) -> Rows {
        let (mut passed, mut left) = (first, most);
        let mut batches = Vec::new();
        for batch in &self.batches {
            let from = passed.min(batch.num_rows());
            let taken = left.min(batch.num_rows() - from);
            batches.push(batch.slice(from, taken));
            (passed, left) = (passed - from, left - taken);
            if left == 0 {
                break;
            }
        }
        Rows { schema: self.schema.clone(), batches }
    }

    /// A line for each row, in columns with lines around them.
    ///
    /// # Errors
    /// When a value can't be written as text.
    pub fn aligned(&self, look: Look) -> Result<Vec<String>, ReportError> {
        if self.schema.fields().is_empty() {
            return Ok(Vec::new());
        }
        Ok(aligned(&self.schema, self.texts(look)?).lines().map(str::to_owned).collect())
    }

    /// A line for each column of each row.
    ///
    /// # Errors
    /// When a value can't be written as text.
    pub fn expanded(&self, look: Look) -> Result<Vec<String>, ReportError> {
        let names: Vec<String> = self.schema.fields().iter().map(|field| printable(field.name())).collect();
        let width = names.iter().map(|name| textwrap::core::display_width(name)).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (index, row) in self.texts(look)?.into_iter().enumerate() {
            lines.push(format!("{:-<1$}", format!("-- row {} ", index + 1), width + 20));
            for (name, cell) in names.iter().zip(row) {
                let padding = " ".repeat(width - textwrap::core::display_width(name));
                for (number, line) in cell.split('\n').enumerate() {
                    lines.push(match number {
                        0 => format!("{name}{padding} | {line}"),
                        _ => format!("{:width$} | {line}", ""),
                    });
                }
            }
        }
        Ok(lines)
    }

    /// The cells of each row.
    ///
    /// # Errors
    /// When a value can't be written as text.
    pub fn texts(&self, look: Look) -> Result<Vec<Vec<String>>, ReportError> {
        let mut texts = Vec::new();
        for batch in &self.batches {
            cells(batch, "NULL", |row| {
                let row = row.into_iter().zip(self.schema.fields());
                texts.push(row.map(|(cell, field)| shown(field, cell, look)).collect());
            })?;
        }
        Ok(texts)
    }
}

/// Columns in lines around them, numbers to the right.
pub(super) fn aligned(schema: &SchemaRef, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset("||--+-++|    ++++++");
    table.set_header(schema.fields().iter().map(|field| Cell::new(printable(field.name()))));
    table.add_rows(rows);
    for (index, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_numeric()
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// A cell's lines; nothing else in it may steer the terminal.
pub(super) fn lines_of(cell: &str) -> String {
    cell.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

fn shown(field: &Field, cell: String, look: Look) -> String {
    let cell = match look.is_human {
        true => told(field, &cell).unwrap_or(cell),
        false => cell,
    };
    let is_plan = matches!(field.name().as_str(), "plan" | "plan_type");
    match cell.char_indices().nth(SHOWN_CELL_CHARACTERS).filter(|_| !is_plan) {
        Some((end, _)) => lines_of(&format!("{}…", &cell[..end])),
        None => lines_of(&cell),
    }
}

/// A number as people say it, if its column is of bytes or times.
fn told(field: &Field, cell: &str) -> Option<String> {
    if !field.data_type().is_numeric() {
        return match field.data_type() {
            DataType::Timestamp(..) => Some(cell.replace('T', " ")),
            _ => None,
        };
    }
    let number: f64 = cell.parse().ok()?;
    let is_time = |name: &str| matches!(name, "start" | "end" | "bucket" | "first_start" | "last_end");
    match field.name().as_str() {
        name if is_time(name) && (0.0..=MAX_TIME_SECONDS as f64).contains(&number) => {
            Some(chrono::DateTime::from_timestamp(number as i64, 0)?.format("%F %T").to_string())
        }
        name if name.contains("bytes") => Some(words::told(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn rows() -> Rows {
        let columns: [(&str, ArrayRef); 3] = [
            ("host", Arc::new(StringArray::from(vec![Some("a\u{1b}[2Jb"), None]))),
            ("bytes", Arc::new(Int64Array::from(vec![1_500_000, 7]))),
            ("start", Arc::new(Int64Array::from(vec![Some(1_588_584_413), None]))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, values)| (name, values, true)));
        let batch = batch.expect("columns of one length");
        Rows { schema: batch.schema(), batches: vec![batch] }
    }

    #[test]
    fn rows_are_aligned_or_expanded() {
        let aligned = rows().aligned(Look::default()).expect("texts");
        assert_eq!(aligned[3..5], ["| a\u{fffd}[2Jb | 1500000 | 1588584413 |", "| NULL   |       7 |       NULL |"]);
        let expanded = rows().expanded(Look::default()).expect("texts");
        assert_eq!(expanded[4], "-- row 2 ----------------");
        assert_eq!((expanded.len(), expanded[5].as_str()), (8, "host  | NULL"));
    }

    #[test]
    fn units_are_for_bytes_and_times_alone() {
        let aligned = rows().aligned(Look { is_human: true }).expect("texts");
        assert_eq!(aligned[3], "| a\u{fffd}[2Jb |  1.5 MB | 2020-05-04 09:26:53 |");
    }

    #[test]
    fn the_first_rows_are_a_part() {
        assert_eq!((rows().first(1).len(), rows().first(9).len(), rows().first(0).is_empty()), (1, 2, true));
        assert_eq!(rows().part(1, 5).texts(Look::default()).expect("texts"), [["NULL", "7", "NULL"]]);
    }
}
