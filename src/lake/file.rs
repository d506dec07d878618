//! Rows to a Parquet file of a table, with the statistics by which it is passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use chrono::{NaiveDate, Utc};
use object_store::ObjectStoreExt;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
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
    /// Columns that are asked for by their single values: a filter tells which groups of rows lack one.
    pub(super) looked_up: &'static [&'static str],
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
            properties = properties.set_column_bloom_filter_enabled(ColumnPath::from(*column), true);
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
        for batch in batches {
            writer.write(&batch.map_err(Into::into)?)?;
        }
        let stats = stats(&writer.close()?).to_string();
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

/// What one column of a file has.
#[derive(Debug, Default)]
struct Bounds {
    nulls: u64,
    least: Option<Bound>,
    greatest: Option<Bound>,
    /// Whether each group of rows has bounds.
    is_known: bool,
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

/// The statistics of a file as Delta Lake describes them: of columns that are no lists, and of times only counts, which
/// are written in another unit there.
fn stats(metadata: &ParquetMetaData) -> Value {
    let mut columns: BTreeMap<String, Bounds> = BTreeMap::new();
    for (number, group) in metadata.row_groups().iter().enumerate() {
        for column in group.columns().iter().filter(|column| column.column_path().parts().len() == 1) {
            let of_column = columns.entry(column.column_path().string()).or_default();
            let is_first = number == 0;
            let statistics = column.statistics();
            let nulls = statistics.and_then(Statistics::null_count_opt).unwrap_or_default();
            of_column.nulls += nulls;
            of_column.is_known |= is_first;
            if nulls == group.num_rows().max(0) as u64 {
                continue;
            }
            let is_time = column.column_descr().logical_type_ref().is_some();
            let is_text = matches!(statistics, Some(Statistics::ByteArray(_)));
            match statistics.filter(|_| is_text || !is_time).and_then(bounds) {
                None => of_column.is_known = false,
                Some((least, greatest)) => {
                    of_column.least = Some(match of_column.least.take() {
                        Some(before) if before < least => before,
                        _ => least,
                    });
                    of_column.greatest = Some(match of_column.greatest.take() {
                        Some(before) if before > greatest => before,
                        _ => greatest,
                    });
                }
            }
        }
    }
    let (mut nulls, mut least, mut greatest) = (Map::new(), Map::new(), Map::new());
    for (name, column) in columns {
        nulls.insert(name.clone(), json!(column.nulls));
        if column.is_known {
            least.extend(column.least.map(|bound| (name.clone(), bound.json())));
            greatest.extend(column.greatest.map(|bound| (name, bound.json())));
        }
    }
    let rows = metadata.file_metadata().num_rows();
    json!({"numRecords": rows, "minValues": least, "maxValues": greatest, "nullCount": nulls})
}
