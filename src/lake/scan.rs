//! A table of a lake as a table of the engine: whole files are passed over by what the log says of them, groups of rows by
//! their statistics and filters, pages by their bounds.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use chrono::NaiveDate;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, DFSchema, Result, ScalarValue, Statistics, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Operator, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, binary, case, col, lit};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use object_store::{ObjectMeta, ObjectStore};
use serde_json::Value;

use super::table::{DATE, DataFile, Table};
use crate::format::MAX_TIME_SECONDS;
use crate::scan::Coverage;

/// Columns that are made of others, which hold seconds.
const TIMES: [(&str, &str); 2] = [("start_time", "start"), ("end_time", "end")];

/// Some files of a table of a lake.
#[derive(Debug)]
pub(super) struct LakeTable {
    table: Table,
    files: Arc<[DataFile]>,
    /// What the engine sees.
    schema: SchemaRef,
    /// The columns of the files, and behind them the one of the day.
    stored: TableSchema,
    /// What of the rows is there at all.
    selected: Option<Expr>,
    coverage: Arc<Coverage>,
    stats: OnceLock<Vec<Value>>,
}

impl LakeTable {
    /// All rows of a table.
    pub(super) fn new(table: &Table) -> Self {
        let stored: Vec<Field> =
            table.schema().fields().iter().filter(|field| field.name() != DATE).map(|field| viewed(field)).collect();
        let date = Arc::new(Field::new(DATE, DataType::Date32, true));
        let mut shown: Vec<Field> = stored.clone();
        let is_flows = table.name == super::TABLES[0];
        for (time, seconds) in TIMES.into_iter().filter(|_| is_flows).rev() {
            if let Some(at) = shown.iter().position(|field| field.name() == seconds) {
                shown.insert(at + 1, Field::new(time, DataType::Timestamp(TimeUnit::Second, None), true));
            }
        }
        shown.push(Field::clone(&date));
        LakeTable {
            files: table.files().into(),
            schema: Arc::new(Schema::new(shown)),
            stored: TableSchema::builder(Arc::new(Schema::new(stored))).with_table_partition_cols(vec![date]).build(),
            table: table.clone(),
            selected: None,
            coverage: Arc::default(),
            stats: OnceLock::new(),
        }
    }

    /// The same with the rows of these files only.
    pub(super) fn of_files(self, files: Vec<DataFile>) -> Self {
        LakeTable { files: files.into(), stats: OnceLock::new(), ..self }
    }

    /// The same with the rows only for which a condition is true.
    pub(super) fn of_rows(self, selected: Option<Expr>) -> Self {
        LakeTable { selected, ..self }
    }

    /// The same, with an account of what is read.
    pub(super) fn counted_by(self, coverage: Arc<Coverage>) -> Self {
        LakeTable { coverage, ..self }
    }

    /// The files that may hold rows for which the conditions are true.
    fn chosen(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&DataFile>> {
        let all = || self.files.iter().collect();
        let Some(condition) = conjunction(filters.iter().cloned().chain(self.selected.clone())) else {
            return Ok(all());
        };
        // The columns may bear the table's name.
        let condition = datafusion::logical_expr::expr_rewriter::unnormalize_col(condition);
        let physical = state.create_physical_expr(condition, &DFSchema::try_from(Arc::clone(&self.schema))?)?;
        let pruning = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema)).try_build(physical)?;
        let parsed = |file: &DataFile| {
            file.stats.as_deref().and_then(|stats| serde_json::from_str(stats).ok()).unwrap_or_default()
        };
        let stats = self.stats.get_or_init(|| self.files.iter().map(parsed).collect());
        let bounds = Bounds { schema: &self.schema, files: &self.files, stats };
        let Ok(keep) = pruning.prune(&bounds) else { return Ok(all()) };
        Ok(self.files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| file).collect())
    }
}

/// Text as the engine reads it: views.
fn viewed(field: &Field) -> Field {
    match field.data_type() {
        DataType::Utf8 => Field::new(field.name(), DataType::Utf8View, true),
        other => Field::new(field.name(), other.clone(), true),
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Inexact: here they choose files, and later as physical expressions rows.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let pushed = |filter: &&Expr| match filter.is_volatile() {
            true => TableProviderFilterPushDown::Unsupported,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(pushed).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let chosen = self.chosen(state, filters)?;
        for file in &chosen {
            self.coverage.read_file(&file.path, file.bytes);
        }
        let shown = project_schema(&self.schema, projection)?;
        if chosen.is_empty() {
            return Ok(Arc::new(EmptyExec::new(shown)));
        }
        let mut rows = Some(0);
        let mut group = Vec::with_capacity(chosen.len());
        for file in chosen {
            rows = rows.zip(file.rows()).map(|(sum, rows)| sum + rows as usize);
            let meta = ObjectMeta {
                location: self.table.key_of(file),
                last_modified: chrono::DateTime::from_timestamp_millis(file.modified).unwrap_or_default(),
                size: file.bytes,
                e_tag: None,
                version: None,
            };
            let date = ScalarValue::Date32(file.date.map(days));
            group.push(PartitionedFile::new_from_meta(meta).with_partition_values(vec![date]));
        }
        let runtime = state.runtime_env();
        self.table.place.register(runtime);
        let store: Arc<dyn ObjectStore> = Arc::clone(&self.table.place.store);
        let readers = CachedParquetFileReaderFactory::new(store, runtime.cache_manager.get_file_metadata_cache());
        let source = ParquetSource::new(self.stored.clone())
            .with_table_parquet_options(datafusion::config::TableParquetOptions {
                global: state.config_options().execution.parquet.clone(),
                ..Default::default()
            })
            .with_parquet_file_reader_factory(Arc::new(readers))
            .with_pushdown_filters(true);
        let table = self.stored.table_schema();
        let statistics = match rows.filter(|_| self.selected.is_none()) {
            Some(rows) => Statistics::new_unknown(table).with_num_rows(Precision::Exact(rows)),
            None => Statistics::new_unknown(table),
        };
        // The columns that are read, and what is to be made of them.
        let mut wanted: Vec<usize> = Vec::new();
        let mut of_column = |name: &str| -> Result<usize> {
            let at = table.index_of(name)?;
            Ok(wanted.iter().position(|known| *known == at).unwrap_or_else(|| {
                wanted.push(at);
                wanted.len() - 1
            }))
        };
        for field in shown.fields() {
            of_column(seconds_of(field.name()).unwrap_or(field.name()))?;
        }
        let selected = self.selected.clone();
        for column in selected.iter().flat_map(Expr::column_refs) {
            of_column(&column.name)?;
        }
        let config = FileScanConfigBuilder::new(self.table.place.store_url.clone(), Arc::new(source))
            .with_file_group(FileGroup::new(group))
            .with_statistics(statistics)
            .with_projection_indices(Some(wanted))?
            .with_limit(limit.filter(|_| selected.is_none()))
            .build();
        let mut plan: Arc<dyn ExecutionPlan> = DataSourceExec::from_data_source(config);
        if let Some(selected) = selected {
            let physical = state.create_physical_expr(selected, &DFSchema::try_from(plan.schema())?)?;
            plan = Arc::new(FilterExec::try_new(physical, plan)?);
        }
        let read = plan.schema();
        let as_shown = |field: &Arc<Field>| -> Result<ProjectionExpr> {
            let expr = match seconds_of(field.name()).filter(|_| read.index_of(field.name()).is_err()) {
                Some(seconds) => time_of(col(seconds, &read)?, field.data_type(), &read)?,
                None => col(field.name(), &read)?,
            };
            Ok(ProjectionExpr { expr, alias: field.name().clone() })
        };
        if read.fields().len() == shown.fields().len()
            && read.fields().iter().zip(shown.fields()).all(|(a, b)| a.name() == b.name())
        {
            return Ok(plan);
        }
        let exprs = shown.fields().iter().map(as_shown).collect::<Result<Vec<_>>>()?;
        Ok(Arc::new(ProjectionExec::try_new(exprs, plan)?))
    }
}

fn seconds_of(name: &str) -> Option<&'static str> {
    TIMES.into_iter().find(|(time, _)| *time == name).map(|(_, seconds)| seconds)
}

/// The time of so many seconds, where it is one that can be told.
fn time_of(seconds: Arc<dyn PhysicalExpr>, time: &DataType, read: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
    let at_least = binary(Arc::clone(&seconds), Operator::GtEq, lit(0i64), read)?;
    let at_most = binary(Arc::clone(&seconds), Operator::LtEq, lit(MAX_TIME_SECONDS), read)?;
    let is_one = binary(at_least, Operator::And, at_most, read)?;
    case(None, vec![(is_one, Arc::new(CastExpr::new(seconds, time.clone(), None)) as _)], None)
}

/// Days since 1970, as Arrow counts them.
pub(super) fn days(date: NaiveDate) -> i32 {
    (date - NaiveDate::default()).num_days() as i32
}

/// What the log says of files.
struct Bounds<'a> {
    schema: &'a Schema,
    files: &'a [DataFile],
    stats: &'a [Value],
}

impl Bounds<'_> {
    fn values(&self, column: &Column, part: &str) -> Option<ArrayRef> {
        let name = column.name.as_str();
        if name == DATE {
            let dates = self.files.iter().map(|file| ScalarValue::Date32(file.date.map(days)));
            return ScalarValue::iter_to_array(dates).ok();
        }
        let data_type = self.schema.field_with_name(name).ok()?.data_type();
        let source = seconds_of(name).unwrap_or(name);
        let value = |stats: &Value| {
            let value = stats.get(part).and_then(|of_part| of_part.get(source));
            let number = value.and_then(Value::as_i64);
            Some(match data_type {
                DataType::Int64 => ScalarValue::Int64(number),
                DataType::Int32 => ScalarValue::Int32(number.and_then(|number| i32::try_from(number).ok())),
                DataType::Timestamp(TimeUnit::Second, None) => ScalarValue::TimestampSecond(number, None),
                DataType::Utf8View => ScalarValue::Utf8View(value.and_then(Value::as_str).map(str::to_owned)),
                _ => return None,
            })
        };
        ScalarValue::iter_to_array(self.stats.iter().map(value).collect::<Option<Vec<_>>>()?).ok()
    }
}

impl PruningStatistics for Bounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, "minValues")
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, "maxValues")
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let count = |(file, stats): (&DataFile, &Value)| match column.name.as_str() {
            DATE if file.date.is_some() => Some(0),
            DATE => file.rows(),
            name => stats.get("nullCount")?.get(seconds_of(name).unwrap_or(name))?.as_u64(),
        };
        Some(Arc::new(self.files.iter().zip(self.stats).map(count).collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(self.stats.iter().map(|stats| stats.get("numRecords")?.as_u64()).collect::<UInt64Array>()))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
