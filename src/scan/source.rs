//! The engine's face of a flow-log scan: takes projections, filters and limits, and makes openers.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, config::ConfigOptions};
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::utils::{collect_columns, conjunction};
use datafusion::physical_plan::DisplayFormatType;
use datafusion::physical_plan::filter_pushdown::{FilterPushdownPropagation, PushedDown};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use object_store::ObjectStore;

use super::coverage::Coverage;
use super::lookahead::Lookahead;
use super::opener::FlowOpener;
use super::plan::{ReadOptions, ScanPlan};
use super::schema::FlowSchema;
use crate::limits::BATCH_ROWS;

/// A scan of flow-log objects of any form.
#[derive(Debug, Clone)]
pub(super) struct FlowSource {
    schema: Arc<FlowSchema>,
    read: ReadOptions,
    coverage: Arc<Coverage>,
    memory: Arc<dyn MemoryPool>,
    ahead: Option<Arc<Lookahead>>,
    projection: SplitProjection,
    predicate: Option<Arc<dyn PhysicalExpr>>,
    batch_rows: usize,
    metrics: ExecutionPlanMetricsSet,
}

impl FlowSource {
    /// A scan of all columns; rows must meet `predicate`, an expression over the table's schema.
    pub(super) fn new(
        schema: Arc<FlowSchema>,
        read: ReadOptions,
        coverage: Arc<Coverage>,
        memory: Arc<dyn MemoryPool>,
        predicate: Option<Arc<dyn PhysicalExpr>>,
    ) -> Self {
        let projection = SplitProjection::unprojected(&schema.table);
        FlowSource {
            schema,
            read,
            coverage,
            memory,
            ahead: None,
            projection,
            predicate,
            batch_rows: BATCH_ROWS,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// The same scan, with its objects fetched ahead.
    pub(super) fn with_lookahead(self, ahead: Arc<Lookahead>) -> Self {
        FlowSource { ahead: Some(ahead), ..self }
    }

    /// The names of the file columns that are decoded to evaluate the predicate.
    fn filter_columns(&self) -> Vec<String> {
        let Some(predicate) = &self.predicate else {
            return Vec::new();
        };
        let width = self.schema.columns.len();
        let mut columns: Vec<_> =
            collect_columns(predicate).into_iter().filter(|column| column.index() < width).collect();
        columns.sort_by_key(|column| column.index());
        columns.into_iter().map(|column| column.name().to_owned()).collect()
    }
}

impl FileSource for FlowSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        _base_config: &FileScanConfig,
        _partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.schema.table.file_schema();
        let plan = ScanPlan {
            columns: self.schema.columns.clone().into(),
            file_schema: Arc::clone(file_schema),
            projected_schema: Arc::new(file_schema.project(&self.projection.file_indices)?),
            projection: self.projection.file_indices.clone(),
            predicate: self.predicate.clone(),
            batch_rows: self.batch_rows,
            read: self.read.clone(),
            coverage: Arc::clone(&self.coverage),
            memory: Arc::clone(&self.memory),
        };
        let opener = Arc::new(FlowOpener::new(Arc::new(plan), object_store, self.ahead.clone()));
        ProjectionOpener::try_new(self.projection.clone(), opener, file_schema)
    }

    fn table_schema(&self) -> &TableSchema {
        &self.schema.table
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(FlowSource { batch_rows: batch_size, ..self.clone() })
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.predicate.clone()
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        "flow_log"
    }

    /// gzip can't be split, and a planner that splits by bytes would not ask: no object is.
    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn fmt_extra(&self, format: DisplayFormatType, f: &mut Formatter) -> fmt::Result {
        if let Some(predicate) = &self.predicate
            && !matches!(format, DisplayFormatType::TreeRender)
        {
            write!(f, ", decoded_first=[{}], predicate={predicate}", self.filter_columns().join(", "))?;
        }
        Ok(())
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let taken = vec![PushedDown::Yes; filters.len()];
        if filters.is_empty() {
            return Ok(FilterPushdownPropagation::with_parent_pushdown_result(taken));
        }
        let predicate = conjunction(self.predicate.iter().cloned().chain(filters));
        let source = FlowSource { predicate: Some(predicate), ..self.clone() };
        Ok(FilterPushdownPropagation::with_parent_pushdown_result(taken).with_updated_node(Arc::new(source)))
    }

    fn try_pushdown_projection(&self, projection: &ProjectionExprs) -> Result<Option<Arc<dyn FileSource>>> {
        let projection = self.projection.source.try_merge(projection)?;
        let projection = SplitProjection::new(self.schema.table.file_schema(), &projection);
        Ok(Some(Arc::new(FlowSource { projection, ..self.clone() })))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let projected = self.projection.source.iter().map(|projected| &projected.expr);
        for expr in projected.chain(&self.predicate) {
            if f(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }
}
