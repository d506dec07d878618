//! A table in segments: in each, some columns have one value throughout, such as the direction of a connection. A query
//! that asks for outbound connections gets those segments, and nobody looks at the other rows.
//!
//! Invariant: what a query gets is what it would get of the table without segments.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, new_empty_array};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, Result, ScalarValue, Statistics};
use datafusion::datasource::TableProvider;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use super::kept::KeptFile;

/// A table and where its segments are.
#[derive(Debug)]
pub(super) struct Segments {
    pub(super) schema: SchemaRef,
    /// The columns that have one value in each segment.
    class: Vec<usize>,
    /// A row for each segment, of those.
    classes: RecordBatch,
    segments: Vec<Segment>,
}

/// Rows that have the same class.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// The values of the columns that make it.
    pub(super) class: Vec<ScalarValue>,
    /// Whether a table may leave them out.
    pub(super) is_left_out: bool,
    pub(super) rows: usize,
    pub(super) place: Place,
}

#[derive(Debug, Clone)]
pub(super) enum Place {
    Memory(Vec<RecordBatch>),
    /// A Parquet file, and what removes it.
    File {
        file: Box<PartitionedFile>,
        _kept: Arc<KeptFile>,
    },
}

impl Segments {
    /// A table of `schema`, whose columns at `class` have one value in each segment.
    ///
    /// # Errors
    /// When a segment's values are not of those columns.
    pub(super) fn new(schema: SchemaRef, class: &[usize], segments: Vec<Segment>) -> Result<Self> {
        let of_classes = Arc::new(schema.project(class)?);
        let column = |at: usize| -> Result<ArrayRef> {
            match segments.is_empty() {
                true => Ok(new_empty_array(of_classes.field(at).data_type())),
                false => ScalarValue::iter_to_array(segments.iter().map(|segment| segment.class[at].clone())),
            }
        };
        let columns = (0..class.len()).map(column).collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(segments.len()));
        let classes = RecordBatch::try_new_with_options(Arc::clone(&of_classes), columns, &options)?;
        Ok(Segments { schema, class: class.to_vec(), classes, segments })
    }

    /// The same without what may be left out.
    ///
    /// # Errors
    /// As [`Segments::new`].
    pub(super) fn without_left_out(&self) -> Result<Self> {
        let segments = self.segments.iter().filter(|segment| !segment.is_left_out).cloned().collect();
        Segments::new(Arc::clone(&self.schema), &self.class, segments)
    }

    /// Whether a condition is decided by the class.
    fn decides(&self, filter: &Expr) -> bool {
        let classes = self.classes.schema();
        !filter.is_volatile() && filter.column_refs().iter().all(|column| classes.index_of(&column.name).is_ok())
    }

    /// The segments that fulfil the conditions.
    fn chosen(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&Segment>> {
        let Some(condition) = conjunction(filters.iter().cloned()) else {
            return Ok(self.segments.iter().collect());
        };
        // The columns may bear the table's name.
        let condition = datafusion::logical_expr::expr_rewriter::unnormalize_col(condition);
        let schema = DFSchema::try_from(self.classes.schema())?;
        let physical = state.create_physical_expr(condition, &schema)?;
        let chosen = physical.evaluate(&self.classes)?.into_array(self.segments.len())?;
        let chosen = chosen.as_boolean();
        Ok(self.segments.iter().zip(chosen).filter(|(_, is_chosen)| *is_chosen == Some(true)).map(|(s, _)| s).collect())
    }
}

#[async_trait]
impl TableProvider for Segments {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let of = |filter: &&Expr| match self.decides(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(of).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let chosen = self.chosen(state, filters)?;
        let mut batches = Vec::new();
        let mut files = Vec::new();
        for segment in &chosen {
            match &segment.place {
                Place::Memory(rows) => batches.extend(rows.iter().cloned()),
                Place::File { file, .. } => files.push((**file).clone()),
            }
        }
        // One partition: whoever wants more of them cuts it.
        if files.is_empty() {
            let source = MemorySourceConfig::try_new(&[batches], self.schema(), projection.cloned())?;
            return Ok(DataSourceExec::from_data_source(source));
        }
        let rows = chosen.iter().map(|segment| segment.rows).sum();
        let statistics = Statistics::new_unknown(&self.schema).with_num_rows(Precision::Exact(rows));
        let source = Arc::new(ParquetSource::new(self.schema()));
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_group(FileGroup::new(files))
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
