//! Parquet objects to the same batches as text: columns found by name, whatever the width of their integers, and
//! the text `-` is NULL.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray, TimestampSecondArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use bytes::Bytes;
use datafusion::common::Result;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::{GetOptions, ObjectMeta, ObjectStore, coalesce_ranges};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, ArrowReaderOptions, RowFilter};
use parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};

use super::filter::ScanFilter;
use super::plan::ScanPlan;
use super::schema::is_made;
use crate::format::{BadValue, Column, Foreign, MAX_TIME_SECONDS, Tally, field};

type Builder = ParquetRecordBatchStreamBuilder<ObjectReader>;

/// How much of an object's end is fetched first: a footer of AWS' is smaller, so one request gets it.
const FOOTER_BYTES: usize = 64 * 1024;

/// Opens a Parquet object by its footer.
pub(super) async fn open(reader: ObjectReader) -> Result<Builder, ParquetError> {
    ParquetRecordBatchStreamBuilder::new(reader).await
}

/// The byte ranges of one object, all of the version that was listed.
pub(super) struct ObjectReader {
    store: Arc<dyn ObjectStore>,
    meta: ObjectMeta,
    /// The object, where it has been fetched already.
    whole: Option<Bytes>,
}

impl ObjectReader {
    pub(super) fn new(store: Arc<dyn ObjectStore>, meta: ObjectMeta) -> Self {
        ObjectReader { store, meta, whole: None }
    }

    pub(super) fn with_whole(self, whole: Bytes) -> Self {
        ObjectReader { meta: ObjectMeta { size: whole.len() as u64, ..self.meta }, whole: Some(whole), ..self }
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, ParquetError> {
        if let Some(whole) = &self.whole {
            if range.start > range.end || range.end > whole.len() as u64 {
                return Err(ParquetError::EOF(format!("bytes {}-{} of {}", range.start, range.end, whole.len())));
            }
            return Ok(whole.slice(range.start as usize..range.end as usize));
        }
        let options = GetOptions::new().with_range(Some(range)).with_if_match(self.meta.e_tag.clone());
        let read = async { self.store.get_opts(&self.meta.location, options).await?.bytes().await };
        read.await.map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Ranges with no more than this between them are read in one request.
const COALESCED_BYTES: u64 = 1 << 20;

impl AsyncFileReader for ObjectReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        self.read(range).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        async move { coalesce_ranges(&ranges, |range| self.read(range), COALESCED_BYTES).await }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        async move {
            let size = self.meta.size;
            let reader = ParquetMetaDataReader::new()
                .with_arrow_reader_options(options)
                .with_prefetch_hint(Some(FOOTER_BYTES))
                .with_page_index_policy(PageIndexPolicy::Skip);
            Ok(Arc::new(reader.load_and_finish(self, size).await?))
        }
        .boxed()
    }
}

/// The columns of a Parquet object by their names in SQL; an error when it is no flow log.
pub(super) fn columns(builder: &Builder) -> Result<Vec<String>, Foreign> {
    // A nested column is none of ours; its place is kept, because places are how the reader knows columns.
    let name = |field: &Arc<Field>| if field.data_type().is_nested() { String::new() } else { sql_name(field.name()) };
    let names: Vec<String> = builder.schema().fields().iter().map(name).collect();
    let known = names.iter().filter(|name| field::field(name).is_some() || is_made(name)).count();
    if known > 0 && known * 2 >= names.len() { Ok(names) } else { Err(Foreign::Parquet) }
}

fn sql_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// Streams the batches of one object.
pub(super) fn stream(
    mut builder: Builder,
    names: &[String],
    filter: Option<ScanFilter>,
    plan: Arc<ScanPlan>,
    object: Arc<str>,
) -> Result<BoxStream<'static, Result<RecordBatch>>, ParquetError> {
    let rows = builder.metadata().file_metadata().num_rows().max(0) as u64;
    let indices = |columns: &[usize]| -> Vec<usize> {
        let sources = columns.iter().map(|index| plan.columns[*index].source());
        sources.filter_map(|source| names.iter().position(|name| name == source)).collect()
    };
    let hidden = names.iter().filter(|name| {
        !name.is_empty() && !is_made(name) && !plan.columns.iter().any(|column| column.source() == *name)
    });
    plan.coverage.hidden(hidden.map(String::as_str));
    let descriptor = builder.parquet_schema();
    let mask = ProjectionMask::roots(descriptor, indices(&plan.projection));
    let account = Arc::new(Account { plan: Arc::clone(&plan), object, tally: Tally::default() });
    if let Some(filter) = filter {
        let filter_mask = ProjectionMask::roots(descriptor, indices(&filter.columns));
        let account = Arc::clone(&account);
        let predicate = ArrowPredicateFn::new(filter_mask, move |batch: RecordBatch| {
            let columns = filter.columns.iter().map(|index| &account.plan.columns[*index]);
            let values = columns.map(|column| account.column(&batch, column)).collect::<Result<Vec<_>, _>>()?;
            filter.evaluate(values, batch.num_rows()).map_err(|error| ArrowError::ExternalError(Box::new(error)))
        });
        builder = builder.with_row_filter(RowFilter::new(vec![Box::new(predicate)]));
    }
    account.plan.coverage.add(&account.object, &Tally { lines: rows, records: rows, ..Tally::default() });
    let batches = builder.with_projection(mask).with_batch_size(plan.batch_rows).build()?;
    let batches = batches.map(move |batch| -> Result<RecordBatch> {
        let batch = batch?;
        let columns = account.plan.projection.iter().map(|index| &account.plan.columns[*index]);
        let values = columns.map(|column| account.column(&batch, column)).collect::<Result<Vec<_>, _>>()?;
        account.plan.batch(values, batch.num_rows())
    });
    Ok(batches.boxed())
}

/// Where the conversion of an object's values keeps account.
struct Account {
    plan: Arc<ScanPlan>,
    object: Arc<str>,
    tally: Tally,
}

impl Account {
    /// One column of the table from a batch of the object; all NULL where the object does not have it.
    fn column(&self, batch: &RecordBatch, column: &Column) -> Result<ArrayRef, ArrowError> {
        let schema = batch.schema();
        let is_it = |field: &Arc<Field>| !field.data_type().is_nested() && sql_name(field.name()) == column.source();
        let index = schema.fields().iter().position(is_it);
        let Some(values) = index.map(|index| batch.column(index)) else {
            return Ok(new_null_array(&column.data_type(), batch.num_rows()));
        };
        match column {
            Column::Field(_, field::FieldType::Text) => text(values),
            Column::Field(name, field_type) => self.number(values, name, &field_type.arrow_type()),
            Column::Time(name) => {
                let seconds = self.number(values, name, &DataType::Int64)?;
                let seconds = seconds.as_primitive::<Int64Type>().iter();
                let times = seconds.map(|seconds| seconds.filter(|seconds| (0..=MAX_TIME_SECONDS).contains(seconds)));
                Ok(Arc::new(times.collect::<TimestampSecondArray>()))
            }
        }
    }

    fn number(&self, values: &ArrayRef, name: &str, data_type: &DataType) -> Result<ArrayRef, ArrowError> {
        let values = match values.data_type() {
            data_type if is_text(data_type) => text(values)?,
            // Tools that rewrite AWS' objects make times of start and end; here they are seconds.
            DataType::Timestamp(..) => arrow::compute::cast(values, &DataType::Timestamp(TimeUnit::Second, None))?,
            _ => Arc::clone(values),
        };
        let numbers = cast_with_options(&values, data_type, &CastOptions { safe: true, ..Default::default() })?;
        let lost = numbers.null_count().saturating_sub(values.null_count());
        if lost > 0 {
            let reason = if is_text(values.data_type()) { BadValue::NotANumber } else { BadValue::OutOfRange };
            let mut tally = self.tally.clone();
            tally.bad_values.insert((name.to_owned(), reason), lost as u64);
            self.plan.coverage.add(&self.object, &tally);
        }
        Ok(numbers)
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..))
}

/// Text with `-` and the empty string as NULL.
fn text(values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let values = cast_with_options(values, &DataType::Utf8View, &CastOptions { safe: true, ..Default::default() })?;
    let values = values.as_string_view();
    if !values.iter().flatten().any(|value| value == "-" || value.is_empty()) {
        return Ok(Arc::new(values.clone()));
    }
    let kept = values.iter().map(|value| value.filter(|value| *value != "-" && !value.is_empty()));
    Ok(Arc::new(kept.collect::<StringViewArray>()))
}
