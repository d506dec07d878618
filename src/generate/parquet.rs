//! The same rows as AWS' Parquet objects: names with underscores, INT32, INT64 and STRING columns, gzip inside.
//!
//! Every value is taken from the line the text object would have, so the two forms cannot differ.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;

use super::row::Row;
use super::text::LineWriter;
use crate::format::field::{FieldType, column_name, field_type};

/// Rows that are turned into columns at a time.
const BATCH_ROWS: usize = 16_384;

/// Writes rows as one Parquet file.
pub(super) fn write(lines: &LineWriter, rows: &[Row], file: &mut dyn Write) -> io::Result<()> {
    let names = lines.names();
    let fields = names.iter().map(|name| {
        let column_type = match field_type(name) {
            FieldType::Text => DataType::Utf8,
            other => other.arrow_type(),
        };
        Field::new(column_name(name), column_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_created_by("vpcflow generate".to_string())
        .build();
    // A `dyn Write` that is not `Send` cannot go into the writer: an object is small enough for memory.
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).map_err(io::Error::other)?;
    let mut text = Vec::new();
    for batch in rows.chunks(BATCH_ROWS) {
        text.clear();
        batch.iter().for_each(|row| lines.write(row, &mut text));
        let text = std::str::from_utf8(&text).map_err(io::Error::other)?;
        let batch = RecordBatch::try_new(schema.clone(), columns(names, text)).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)?;
    }
    file.write_all(&writer.into_inner().map_err(io::Error::other)?)
}

/// The columns of these lines. A missing text stays `-`, as in AWS' files; a missing number is NULL.
fn columns(names: &[String], text: &str) -> Vec<ArrayRef> {
    let mut values: Vec<Vec<&str>> = vec![Vec::new(); names.len()];
    for line in text.lines() {
        line.split(' ').zip(&mut values).for_each(|(value, column)| column.push(value));
    }
    let column = |(name, values): (&String, Vec<&str>)| -> ArrayRef {
        match field_type(name) {
            FieldType::Text => Arc::new(StringArray::from(values)),
            FieldType::Int32 => Arc::new(values.iter().map(|value| value.parse().ok()).collect::<Int32Array>()),
            FieldType::Int64 => Arc::new(values.iter().map(|value| value.parse().ok()).collect::<Int64Array>()),
        }
    };
    names.iter().zip(values).map(column).collect()
}
