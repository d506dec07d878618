//! Parquet, zstd-compressed.
//!
//! Parquet has no times in seconds: readers would take them for numbers. They are written in milliseconds.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{ReportError, RowWriter, Sink};

/// A Parquet file.
pub(super) struct Parquet {
    writer: ArrowWriter<Sink>,
    schema: SchemaRef,
}

impl Parquet {
    pub(super) fn new(sink: Sink, schema: SchemaRef) -> Result<Self, ReportError> {
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        let schema = written(&schema);
        Ok(Parquet { writer: ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties))?, schema })
    }
}

impl RowWriter for Parquet {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ReportError> {
        let columns = rows.columns().iter().zip(self.schema.fields());
        let columns = columns.map(|(column, field)| cast(column, field.data_type())).collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        Ok(self.writer.write(&RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ReportError> {
        let mut sink = self.writer.into_inner()?;
        Ok(std::io::Write::flush(&mut sink)?)
    }
}

/// The columns as they are written.
fn written(schema: &SchemaRef) -> SchemaRef {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Timestamp(TimeUnit::Second, zone) => {
            let kind = DataType::Timestamp(TimeUnit::Millisecond, zone.clone());
            Arc::new(field.as_ref().clone().with_data_type(kind))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new_with_metadata(
        schema.fields().iter().map(field).collect::<Vec<_>>(),
        schema.metadata().clone(),
    ))
}

#[cfg(test)]
mod tests {
    use arrow::array::TimestampSecondArray;
    use parquet::basic::LogicalType;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    #[test]
    fn times_are_times_to_every_reader() {
        let column = Arc::new(TimestampSecondArray::from(vec![Some(1_588_584_413), None]));
        let rows = RecordBatch::try_from_iter([("start_time", column as Arc<dyn arrow::array::Array>)]).expect("rows");
        let (sink, file) = Sink::spooled().expect("a file");
        let mut writer = Box::new(Parquet::new(sink, rows.schema()).expect("a writer"));
        writer.write(&rows).expect("written");
        writer.finish().expect("an end");
        let reader = SerializedFileReader::new(std::fs::File::open(file.path()).expect("the file")).expect("Parquet");
        let column = reader.metadata().file_metadata().schema_descr().column(0);
        assert!(matches!(column.logical_type_ref(), Some(LogicalType::Timestamp { .. })), "{column:?}");
        let row = reader.get_row_iter(None).expect("rows").next().expect("a row").expect("readable");
        assert_eq!(row.to_string(), "{start_time: 2020-05-04 09:26:53.000 +00:00}");
    }
}
