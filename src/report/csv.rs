//! Comma- and tab-separated values.

use arrow::array::RecordBatch;
use arrow::csv::{Writer, WriterBuilder};
use arrow::datatypes::Schema;

use super::{ReportError, RowWriter, Sink};

/// Separated values: a header line, quotes only where they are needed, NULL as an empty field.
pub(super) struct Separated(Writer<Sink>);

impl Separated {
    pub(super) fn new(sink: Sink, schema: &Schema, delimiter: u8) -> Result<Self, ReportError> {
        let mut writer = WriterBuilder::new().with_delimiter(delimiter).with_header(true).build(sink);
        // Without rows the header is all there is to tell.
        writer.write(&RecordBatch::new_empty(schema.clone().into()))?;
        Ok(Separated(writer))
    }
}

impl RowWriter for Separated {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        Ok(self.0.write(rows)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ReportError> {
        Ok(std::io::Write::flush(&mut self.0.into_inner())?)
    }
}
