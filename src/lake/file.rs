//! Rows to a Parquet file of a table, with the statistics by which it is passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use chrono::{NaiveDate, Utc};
use object_store::ObjectStoreExt;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnPath;
use serde_json::{Map, Value, json};

use super::LakeError;
use super::place::Place;
use super::table::{DATE, DataFile};
use crate::limits::{LAKE_DICTIONARY_BYTES, LAKE_GROUP_ROWS};

/// Names where in a folder files go whose rows have no day.
const NO_DATE: &str = "__HIVE_DEFAULT_PARTITION__";

/// How the files of a table are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The table.
    pub(super) table: &'static str,
    /// Columns that are asked for by their single values: a filter tells which groups of rows lack one, and bounds would
    /// tell nothing, as every group has high ones and low ones.
    pub(super) looked_up: &'static [&'static str],
    /// Columns of few words, whose bounds are the same everywhere.
    pub(super) unbounded: &'static [&'static str],
    /// Columns of numbers that grow from row to row: their differences are kept.
    pub(super) growing: &'static [&'static str],
}

impl Form {
    fn properties(&self) -> WriterProperties {
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("vpcflow ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(LAKE_GROUP_ROWS))
            .set_dictionary_page_size_limit(LAKE_DICTIONARY_BYTES)
            .set_statistics_enabled(EnabledStatistics::Page);
        for column in self.looked_up {
            let column = ColumnPath::from(*column);
            properties = properties
                .set_column_bloom_filter_enabled(column.clone(), true)
                .set_column_statistics_enabled(column, EnabledStatistics::None);
        }
        for column in self.unbounded {
            properties = properties.set_column_statistics_enabled(ColumnPath::from(*column), EnabledStatistics::None);
        }
        for column in self.growing {
            let column = ColumnPath::from(*column);
            properties = properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
        }
        properties.build()
    }

    /// The rows as the content of a file: the columns of `schema`, in which the one of the day is not.
    ///
    /// # Errors
    /// When a batch has other columns.
    pub(super) fn encode<E: Into<LakeError>>(
        &self,
        batches: impl IntoIterator<Item = Result<RecordBatch, E>>,
        schema: &SchemaRef,
    ) -> Result<Encoded, LakeError> {
        let mut content = Vec::new();
        // What Arrow calls the columns' types is our own affair.
        let options = ArrowWriterOptions::new().with_properties(self.properties()).with_skip_arrow_metadata(true);
        let mut writer = ArrowWriter::try_new_with_options(&mut content, Arc::clone(schema), options)?;
        let mut nulls = vec![0; schema.fields().len()];
        for batch in batches {
            let batch = batch.map_err(Into::into)?;
            batch.columns().iter().zip(&mut nulls).for_each(|(column, nulls)| *nulls += column.logical_null_count());
            writer.write(&batch)?;
        }
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let nulls: BTreeMap<&str, usize> = names.zip(nulls).collect();
        let stats = stats(&writer.close()?, &nulls).to_string();
        Ok(Encoded { content: content.into(), stats })
    }
}

/// A file that is not written yet.
#[derive(Debug)]
pub(super) struct Encoded {
    content: Bytes,
    stats: String,
}

impl Encoded {
    /// Writes the file; nobody reads it before a change of the table names it. `name` is used once.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) async fn put(
        self,
        place: &Place,
        form: &Form,
        date: Option<NaiveDate>,
        name: &str,
    ) -> Result<DataFile, LakeError> {
        let folder = format!("{DATE}={}", date.map_or_else(|| NO_DATE.to_owned(), |date| date.to_string()));
        let path = format!("{folder}/{name}.parquet");
        let key = place.key(form.table).join(folder).join(format!("{name}.parquet"));
        let bytes = self.content.len() as u64;
        place.store.put(&key, self.content.into()).await?;
        Ok(DataFile { path, bytes, modified: Utc::now().timestamp_millis(), date, stats: Some(self.stats) })
    }
}

/// A name that no other file has.
pub(super) fn new_name() -> u128 {
    let bytes: [u8; 16] = std::array::from_fn(|_| fastrand::u8(..));
    u128::from_le_bytes(bytes)
}

/// The bounds of one column of a file, as long as all groups of rows have some.
#[derive(Debug, Default)]
struct Bounds {
    least: Option<Bound>,
    greatest: Option<Bound>,
    is_unknown: bool,
}

#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Bound {
    Number(i64),
    Text(String),
}

impl Bound {
    fn json(&self) -> Value {
        match self {
            Bound::Number(number) => json!(number),
            Bound::Text(text) => json!(text),
        }
    }
}

/// The bounds that one group of rows has in a column; of other types than numbers and text, none.
fn bounds(statistics: &Statistics) -> Option<(Bound, Bound)> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(|text| Bound::Text(text.to_owned()));
    match statistics {
        Statistics::Int32(of) => Some((Bound::Number((*of.min_opt()?).into()), Bound::Number((*of.max_opt()?).into()))),
        Statistics::Int64(of) => Some((Bound::Number(*of.min_opt()?), Bound::Number(*of.max_opt()?))),
        Statistics::ByteArray(of) => Some((text(of.min_opt()?.data())?, text(of.max_opt()?.data())?)),
        _ => None,
    }
}

/// The statistics of a file as Delta Lake describes them, whose columns have so many NULLs: bounds of numbers and texts; of
/// times and dates none, which are written in other units there.
fn stats(metadata: &ParquetMetaData, nulls: &BTreeMap<&str, usize>) -> Value {
    let mut columns: BTreeMap<String, Bounds> = BTreeMap::new();
    for group in metadata.row_groups() {
        for column in group.columns().iter().filter(|column| column.column_path().parts().len() == 1) {
            let of_column = columns.entry(column.column_path().string()).or_default();
            let statistics = column.statistics();
            let is_null = statistics.and_then(Statistics::null_count_opt) == Some(group.num_rows().max(0) as u64);
            let is_text = matches!(statistics, Some(Statistics::ByteArray(_)));
            let is_plain = is_text || column.column_descr().logical_type_ref().is_none();
            match statistics.filter(|_| is_plain).and_then(bounds) {
                _ if is_null => {}
                None => of_column.is_unknown = true,
                Some((least, greatest)) => {
                    let is_less = of_column.least.as_ref().is_none_or(|before| least < *before);
                    let is_more = of_column.greatest.as_ref().is_none_or(|before| greatest > *before);
                    of_column.least = if is_less { Some(least) } else { of_column.least.take() };
                    of_column.greatest = if is_more { Some(greatest) } else { of_column.greatest.take() };
                }
            }
        }
    }
    let (mut least, mut greatest) = (Map::new(), Map::new());
    for (name, column) in columns.into_iter().filter(|(_, column)| !column.is_unknown) {
        least.extend(column.least.map(|bound| (name.clone(), bound.json())));
        greatest.extend(column.greatest.map(|bound| (name, bound.json())));
    }
    let rows = metadata.file_metadata().num_rows();
    json!({"numRecords": rows, "minValues": least, "maxValues": greatest, "nullCount": nulls})
}
