//! Aligned columns, for people. Rows are printed a page at a time, so that a million of them need no more memory
//! than a thousand.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::rows::{aligned, lines_of};
use super::{ReportError, RowWriter, Sink, cells};

/// Rows that are aligned with one another.
const PAGE_ROWS: usize = 1000;

/// A table with lines around it and a count of its rows.
pub(super) struct Table {
    sink: Sink,
    schema: SchemaRef,
    page: Vec<Vec<String>>,
    rows: usize,
}

impl Table {
    pub(super) fn new(sink: Sink, schema: SchemaRef) -> Self {
        Table { sink, schema, page: Vec::new(), rows: 0 }
    }

    fn print_page(&mut self) -> Result<(), ReportError> {
        let table = aligned(&self.schema, self.page.drain(..));
        Ok(writeln!(self.sink, "{table}")?)
    }
}

impl RowWriter for Table {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        for first in (0..rows.num_rows()).step_by(PAGE_ROWS) {
            let rows = rows.slice(first, PAGE_ROWS.min(rows.num_rows() - first));
            self.rows += rows.num_rows();
            let page = &mut self.page;
            cells(&rows, "NULL", |row| page.push(row.iter().map(|cell| lines_of(cell)).collect()))?;
            if self.page.len() >= PAGE_ROWS {
                self.print_page()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ReportError> {
        if self.schema.fields().is_empty() {
            // A table of no columns has nothing to align.
        } else if !self.page.is_empty() || self.rows == 0 {
            self.print_page()?;
        }
        writeln!(self.sink, "{} {}", self.rows, if self.rows == 1 { "row" } else { "rows" })?;
        Ok(self.sink.flush()?)
    }
}
