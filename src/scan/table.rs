//! The table `flows`: which objects a query must open, and the scan over them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, col, lit};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::union::UnionExec;
use thiserror::Error;

use super::coverage::{Coverage, ObjectNote};
use super::head::find_columns;
use super::plan::ReadOptions;
use super::prune::prune;
use super::schema::{FlowSchema, FoundColumns, key_values};
use super::source::FlowSource;
use crate::store::{FlowObject, Objects};

/// A span of time; records that start in it are read. Unix seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first second.
    pub from: Option<i64>,
    /// The first second after it.
    pub to: Option<i64>,
}

impl Period {
    /// The period as a condition on the column `start`; `None` when it has no bounds.
    fn condition(self) -> Option<Expr> {
        let from = self.from.map(|from| col("start").gt_eq(lit(from)));
        conjunction(from.into_iter().chain(self.to.map(|to| col("start").lt(lit(to)))))
    }
}

/// Why there is no table.
#[derive(Debug, Error)]
pub enum TableError {
    /// Nothing that was listed is a flow log.
    #[error("no flow logs among {count} objects{}", describe(.notes))]
    NoFlowLogs {
        /// Objects listed.
        count: usize,
        /// Some of them, with what they are instead.
        notes: Vec<ObjectNote>,
    },
    /// A period was given and the logs don't say when.
    #[error("these logs have no field start, so records can't be chosen by time; leave out the period")]
    NoStart,
    /// A store is not registered.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

fn describe(notes: &[ObjectNote]) -> String {
    notes.iter().map(|note| format!("\n  {}: {}", note.object, note.note)).collect()
}

/// Flow-log objects as one table.
#[derive(Debug)]
pub struct FlowTable {
    objects: Objects,
    schema: Arc<FlowSchema>,
    read: ReadOptions,
    period: Period,
    coverage: Arc<Coverage>,
}

impl FlowTable {
    /// Looks at the objects' heads and makes the table of the columns they name.
    ///
    /// # Errors
    /// When no object is a flow log, or `period` is bounded and no object has the field `start`.
    pub async fn open(
        objects: Objects,
        read: ReadOptions,
        period: Period,
        runtime: &RuntimeEnv,
    ) -> Result<Self, TableError> {
        if read.strict
            && let Some((name, reason)) = objects.unreadable.first()
        {
            return Err(TableError::Engine(DataFusionError::Execution(format!("{name}: {reason} (--strict)"))));
        }
        let found = find_all_columns(&objects, &read, runtime).await?;
        let schema = Arc::new(FlowSchema::new(&found));
        if period != Period::default() && !schema.has_field("start") {
            return Err(TableError::NoStart);
        }
        Ok(FlowTable { objects, schema, read, period, coverage: Arc::default() })
    }

    /// What this table's scans have read.
    pub fn coverage(&self) -> &Arc<Coverage> {
        &self.coverage
    }

    /// The table's columns.
    pub fn flow_schema(&self) -> &FlowSchema {
        &self.schema
    }

    /// Whether the file at `path` is one of the table's objects.
    pub fn reads(&self, path: &Path) -> bool {
        self.objects.contains_file(path)
    }

    fn physical(&self, state: &dyn Session, filter: Expr) -> Result<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(self.schema.table.table_schema()))?;
        let filter = state.create_physical_expr(filter, &schema)?;
        Ok(filter)
    }
}

/// Objects of one flow log share a format, so the first readable one of each speaks for the others.
async fn find_all_columns(
    listed: &Objects,
    read: &ReadOptions,
    runtime: &RuntimeEnv,
) -> Result<FoundColumns, TableError> {
    let mut found = FoundColumns::default();
    let mut done = HashSet::new();
    let unreadable = listed.unreadable.iter();
    let mut notes: Vec<_> =
        unreadable.map(|(object, note)| ObjectNote { object: object.clone(), note: note.clone() }).collect();
    for object in &listed.objects {
        let flow_log = object.key.flow_log_id.as_ref().map(|id| (&object.key.account, &object.key.region, id));
        if flow_log.as_ref().is_some_and(|flow_log| done.contains(flow_log)) {
            continue;
        }
        let store = runtime.object_store(&object.store)?;
        let note = match find_columns(&store, object, read.log_format.as_ref(), &mut found).await {
            Ok(Ok(())) => {
                done.extend(flow_log);
                continue;
            }
            Ok(Err(reason)) => reason.to_string(),
            Err(error) => error.to_string(),
        };
        notes.push(ObjectNote { object: object.name.clone(), note });
    }
    if found.is_empty() {
        notes.truncate(5);
        let count = listed.objects.len() + listed.unreadable.len();
        return Err(TableError::NoFlowLogs { count, notes });
    }
    Ok(found)
}

#[async_trait]
impl TableProvider for FlowTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Inexact here lets the planner see the filters twice: now to choose objects, and later as physical
    /// expressions, which the scan then evaluates itself.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let pushed = |filter: &&Expr| {
            if filter.is_volatile() {
                TableProviderFilterPushDown::Unsupported
            } else {
                TableProviderFilterPushDown::Inexact
            }
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
        for (name, reason) in &self.objects.unreadable {
            if self.coverage.opened(name, 0) {
                self.coverage.failed(name, reason.clone());
            }
        }
        let period = self.period.condition();
        let mut objects = self.objects.objects.clone();
        if let Some(condition) = conjunction(filters.iter().cloned().chain(period.clone())) {
            objects = prune(objects, self.physical(state, condition)?, self.schema())?;
        }
        self.coverage.pruned(self.objects.objects.len() - objects.len());
        let predicate = period.map(|period| self.physical(state, period)).transpose()?;
        let memory = Arc::clone(&state.runtime_env().memory_pool);
        let source =
            FlowSource::new(Arc::clone(&self.schema), self.read.clone(), Arc::clone(&self.coverage), memory, predicate);
        let mut by_store: BTreeMap<String, (ObjectStoreUrl, Vec<FlowObject>)> = BTreeMap::new();
        for object in objects {
            let url = object.store.clone();
            by_store.entry(url.to_string()).or_insert_with(|| (url, Vec::new())).1.push(object);
        }
        let mut scans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        for (url, objects) in by_store.into_values() {
            let config = FileScanConfigBuilder::new(url, Arc::new(source.clone()))
                .with_file_groups(file_groups(objects, state.config().target_partitions()))
                .with_projection_indices(projection.cloned())?
                .with_limit(limit)
                .build();
            scans.push(DataSourceExec::from_data_source(config));
        }
        match scans.len() {
            0 => Ok(Arc::new(EmptyExec::new(project_schema(&self.schema(), projection)?))),
            1 => Ok(scans.swap_remove(0)),
            _ => UnionExec::try_new(scans),
        }
    }
}

/// Deals the objects out to partitions; a partition that is done early takes from the others' while running.
fn file_groups(objects: Vec<FlowObject>, partitions: usize) -> Vec<FileGroup> {
    let partitions = partitions.clamp(1, objects.len().max(1));
    let mut groups = vec![Vec::new(); partitions];
    for (index, object) in objects.into_iter().enumerate() {
        let values = key_values(&object.key, &object.name);
        let file = PartitionedFile::new_from_meta(object.meta).with_partition_values(values);
        groups[index % partitions].push(file);
    }
    groups.into_iter().map(FileGroup::new).collect()
}
