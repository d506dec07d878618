//! Parquet, zstd-compressed.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{ReportError, RowWriter, Sink};

/// A Parquet file.
pub(super) struct Parquet(ArrowWriter<Sink>);

impl Parquet {
    pub(super) fn new(sink: Sink, schema: SchemaRef) -> Result<Self, ReportError> {
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        Ok(Parquet(ArrowWriter::try_new(sink, schema, Some(properties))?))
    }
}

impl RowWriter for Parquet {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        Ok(self.0.write(rows)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ReportError> {
        let mut sink = self.0.into_inner()?;
        Ok(std::io::Write::flush(&mut sink)?)
    }
}
