//! JSON: one array, or one object a line. NULL is written out, so that every row has every key.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::json::writer::{JsonArray, LineDelimited, Writer, WriterBuilder};

use super::{ReportError, RowWriter, Sink};

/// One array.
pub(super) struct Array(Writer<Sink, JsonArray>);

/// One object a line.
pub(super) struct Lines(Writer<Sink, LineDelimited>);

fn builder() -> WriterBuilder {
    WriterBuilder::new().with_explicit_nulls(true)
}

impl Array {
    pub(super) fn new(sink: Sink) -> Self {
        Array(builder().build(sink))
    }
}

impl Lines {
    pub(super) fn new(sink: Sink) -> Self {
        Lines(builder().build(sink))
    }
}

/// Rows as objects.
///
/// # Errors
/// When they can't be written as JSON.
pub(super) fn values(rows: &RecordBatch) -> Result<Vec<serde_json::Value>, ReportError> {
    let mut lines: Writer<_, LineDelimited> = builder().build(Vec::new());
    lines.write(rows)?;
    lines.finish()?;
    let lines = serde_json::Deserializer::from_slice(&lines.into_inner()).into_iter().collect::<Result<_, _>>();
    Ok(lines.map_err(std::io::Error::from)?)
}

impl RowWriter for Array {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        Ok(self.0.write(rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ReportError> {
        self.0.finish()?;
        let mut sink = self.0.into_inner();
        sink.write_all(b"\n")?;
        Ok(sink.flush()?)
    }
}

impl RowWriter for Lines {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        Ok(self.0.write(rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ReportError> {
        self.0.finish()?;
        Ok(self.0.into_inner().flush()?)
    }
}
