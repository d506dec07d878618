//! Comma- and tab-separated values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::csv::{Writer, WriterBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::{ReportError, RowWriter, Sink};

/// Separated values: a header line, quotes only where they are needed, NULL as an empty field, lists as `[1, 2]`.
pub(super) struct Separated {
    writer: Writer<Sink>,
    schema: SchemaRef,
}

impl Separated {
    pub(super) fn new(sink: Sink, schema: &Schema, delimiter: u8) -> Result<Self, ReportError> {
        let flat = |field: &Arc<Field>| match field.data_type().is_nested() {
            true => Arc::new(Field::new(field.name(), DataType::Utf8, true)),
            false => Arc::clone(field),
        };
        let schema = Arc::new(Schema::new(schema.fields().iter().map(flat).collect::<Vec<_>>()));
        let mut writer = WriterBuilder::new().with_delimiter(delimiter).with_header(true).build(sink);
        // Without rows the header is all there is to tell.
        writer.write(&RecordBatch::new_empty(Arc::clone(&schema)))?;
        Ok(Separated { writer, schema })
    }
}

impl RowWriter for Separated {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        if !rows.columns().iter().any(|column| column.data_type().is_nested()) {
            return Ok(self.writer.write(rows)?);
        }
        let columns = rows.columns().iter().map(in_a_field).collect::<Result<Vec<_>, _>>()?;
        Ok(self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), columns)?)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ReportError> {
        Ok(std::io::Write::flush(&mut self.writer.into_inner())?)
    }
}

/// A column of lists as text, and any other as it is.
fn in_a_field(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if !column.data_type().is_nested() {
        return Ok(Arc::clone(column));
    }
    let look = FormatOptions::default();
    let texts = ArrayFormatter::try_new(column, &look)?;
    let text = |row| column.is_valid(row).then(|| texts.value(row).to_string());
    Ok(Arc::new((0..column.len()).map(text).collect::<StringArray>()))
}
