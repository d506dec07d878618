//! The table `flows`: which objects a query must open, and the scan over them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use chrono::NaiveDate;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::context::ExecutionProps;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::union::UnionExec;
use thiserror::Error;
use tokio::sync::Semaphore;

use super::coverage::{Coverage, ObjectNote, Spent};
use super::head::{find_all_columns, find_columns};
use super::lookahead::Lookahead;
use super::plan::ReadOptions;
use super::prune::Pruning;
use super::schema::{FlowSchema, FoundColumns, key_schema, key_values};
use super::selection::{Selection, Unmatched};
use super::source::FlowSource;
use crate::limits::{HEADS_AT_ONCE, LOOKAHEAD_BYTES};
use crate::store::{Choose, FlowObject, ObjectKey, Objects, SourceError, Sources};

/// Why there is no table.
#[derive(Debug, Error)]
pub enum TableError {
    /// Nothing that was looked at could be read.
    #[error("nothing could be read of {}{}", objects(*.count, *.looked_at), describe(.notes))]
    NothingRead {
        /// Objects listed.
        count: usize,
        /// Those of them whose beginnings were to be looked at.
        looked_at: usize,
        /// Some of them, with the reason.
        notes: Vec<ObjectNote>,
    },
    /// Nothing that was listed is a flow log.
    #[error("no flow logs among {}{}", objects(*.count, *.looked_at), describe(.notes))]
    NoFlowLogs {
        /// Objects listed.
        count: usize,
        /// Those of them whose beginnings were looked at.
        looked_at: usize,
        /// Some of them, with what they are instead.
        notes: Vec<ObjectNote>,
    },
    /// Nothing was listed, because of what is selected.
    #[error("nothing in the SOURCE is of what was asked for: {}{}", .0, .1.as_ref().map_or(String::new(), Days::told))]
    NothingSelected(Selection, Option<Days>),
    /// Accounts, regions or flow logs were asked for, and the objects' names tell of none.
    #[error("the names of the objects don't say what {} asks for; leave it out, and ask with a condition in SQL", .0)]
    NotNamed(Selection),
    /// No object is of any of the accounts, regions or flow logs that were asked for.
    #[error("no object is of {}", .0)]
    Unmatched(Unmatched),
    /// A period was given and the logs don't say when.
    #[error("these logs have no field start, so records can't be chosen by time; leave out the period")]
    NoStart,
    /// A source can't be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A store is not registered.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

/// The first and the last day that names of objects tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(NaiveDate, NaiveDate);

impl Days {
    /// From the first to the last.
    pub(crate) fn new(first: NaiveDate, last: NaiveDate) -> Self {
        Days(first, last)
    }

    fn of(objects: &[FlowObject]) -> Option<Self> {
        let days = || objects.iter().filter_map(|object| object.key.date);
        Some(Days(days().min()?, days().max()?))
    }

    /// As the end of a sentence that says that nothing was found.
    pub fn told(&self) -> String {
        let Days(first, last) = self;
        if first == last {
            format!("; its objects are of {first}")
        } else {
            format!("; its objects are of {first} to {last}")
        }
    }
}

fn objects(count: usize, looked_at: usize) -> String {
    match count {
        1 => "1 object".to_owned(),
        _ if looked_at < count => format!("{count} objects, of which {looked_at} were looked at"),
        _ => format!("{count} objects"),
    }
}

fn describe(notes: &[ObjectNote]) -> String {
    notes.iter().map(|note| format!("\n  {}: {}", note.object, note.note)).collect()
}

/// Flow-log objects as one table.
#[derive(Debug)]
pub struct FlowTable {
    sources: Sources,
    schema: Arc<FlowSchema>,
    read: ReadOptions,
    selection: Selection,
    coverage: Arc<Coverage>,
    /// What may be fetched ahead of use, by all scans together.
    ahead: Arc<Semaphore>,
    days: Option<Days>,
    /// What the last scan found: see [`Self::listed`].
    listed: AtomicU64,
}

impl FlowTable {
    /// Looks at the heads of objects and makes the table of the columns they name.
    ///
    /// # Errors
    /// When no object is a flow log, a source can't be listed, or times are selected and no object has the field
    /// `start`.
    pub async fn open(
        sources: Sources,
        read: ReadOptions,
        selection: Selection,
        runtime: &RuntimeEnv,
    ) -> Result<Self, TableError> {
        for (url, store) in sources.stores() {
            runtime.register_object_store(url.as_ref(), store);
        }
        let condition = selection.condition();
        let keys = Arc::new(key_schema());
        let predicate = condition.map(|condition| physical(&condition, &keys)).transpose()?;
        let pruning = Pruning::new(predicate, keys)?;
        let mut sample = sources.sample(&pruning).await?;
        let days = Days::of(&sample.objects);
        let is_any_named = sample.objects.iter().any(|object| selection.is_named(&object.key));
        let is_open = |object: &&FlowObject| selection.is_open(&object.key);
        let mut open: Vec<FlowObject> = sample.objects.iter().filter(is_open).cloned().collect();
        pruning.retain(&mut sample.objects);
        if !selection.unmatched(&sample.objects).is_empty() {
            // A sample of the time does not tell that something is missing.
            sample = sources.find(&pruning).await?;
            open = sample.objects.iter().filter(is_open).cloned().collect();
            pruning.retain(&mut sample.objects);
        }
        let coverage = Arc::new(Coverage::default());
        if sample.objects.is_empty() && sample.unreadable.is_empty() && !pruning.is_all() {
            return Err(match open.is_empty() || is_any_named {
                false => TableError::NotNamed(selection),
                true => TableError::NothingSelected(selection, days),
            });
        }
        let open = match is_any_named {
            true => without_foreign(open, &read, runtime).await?,
            false => open,
        };
        if !open.is_empty() {
            let objects = objects(open.len(), open.len());
            coverage.missing(format!("what is in {objects}, because names don't say what {selection} asks for"));
        }
        for unmatched in selection.unmatched(&sample.objects) {
            if unmatched.is_all {
                return Err(TableError::Unmatched(unmatched));
            }
            coverage.missing(format!("{unmatched}, of which there is no object in what was asked for"));
        }
        let sources_read: HashSet<usize> = sample.objects.iter().map(|object| object.source).collect();
        for (source, name) in sources.names().iter().enumerate() {
            if !sources_read.contains(&source) && !pruning.is_all() {
                coverage.missing(format!("{name}, of which nothing is of what was asked for"));
            }
        }
        let to = selection.to.unwrap_or(i64::MAX);
        if sample.objects.iter().all(|object| object.key.slot.is_some_and(|slot| slot.timestamp() >= to)) {
            coverage.note([
                "no object is of the period itself, only of the time in which its last are delivered".to_owned()
            ]);
        }
        if read.strict
            && let Some((name, reason)) = sample.unreadable.first()
        {
            return Err(TableError::Engine(DataFusionError::Execution(format!("{name}: {reason} (--strict)"))));
        }
        let has_named = sample.objects.iter().any(|object| object.key.date.is_some());
        let found = find_all_columns(&sample, &read, runtime).await.map_err(|error| match error {
            // What is left beside the logs of other days are files of other kinds.
            TableError::NoFlowLogs { .. } if days.is_some() && !has_named => {
                TableError::NothingSelected(selection.clone(), days)
            }
            error => error,
        })?;
        let schema = Arc::new(FlowSchema::new(&found));
        if selection.has_times() && !schema.has_field("start") {
            return Err(TableError::NoStart);
        }
        let ahead = Arc::new(Semaphore::new(LOOKAHEAD_BYTES));
        Ok(FlowTable { sources, schema, read, selection, coverage, ahead, days, listed: AtomicU64::default() })
    }

    /// The records of these objects alone, all of them; their stores are known to the engine. What is no flow log, or
    /// can't be read, is told when it is scanned.
    ///
    /// # Errors
    /// When a store is not known.
    pub async fn of_objects(
        objects: Vec<FlowObject>,
        read: ReadOptions,
        coverage: Arc<Coverage>,
        runtime: &RuntimeEnv,
    ) -> Result<Self, TableError> {
        let listed = Objects { objects, ..Objects::default() };
        let found = match find_all_columns(&listed, &read, runtime).await {
            Err(TableError::NoFlowLogs { .. } | TableError::NothingRead { .. }) => FoundColumns::of_version_2(),
            found => found?,
        };
        let (schema, ahead) = (Arc::new(FlowSchema::new(&found)), Arc::new(Semaphore::new(LOOKAHEAD_BYTES)));
        let sources = Sources::of_objects(listed.objects);
        let (selection, listed) = (Selection::default(), AtomicU64::default());
        Ok(FlowTable { sources, schema, read, selection, coverage, ahead, days: None, listed })
    }

    /// The objects that may hold records of what is selected, as they are listed now.
    ///
    /// # Errors
    /// When a source can't be listed.
    pub async fn objects(&self) -> Result<Objects, TableError> {
        let pruning = self.pruning()?;
        let mut found = self.sources.find(&pruning).await?;
        pruning.retain(&mut found.objects);
        Ok(found)
    }

    /// Which of some objects [`FlowTable::objects`] would have, if they were there: by their addresses, or files' true paths.
    ///
    /// # Errors
    /// Never, as long as the selection is sound.
    pub(crate) fn would_list(&self, names: &[String]) -> Result<Vec<bool>, TableError> {
        let ranges: Vec<_> = names.iter().map(|name| ObjectKey::parse(name).range(name)).collect();
        let chosen = self.pruning()?.choose(&ranges);
        Ok(names.iter().zip(chosen).map(|(name, is_chosen)| is_chosen && self.sources.would_list(name)).collect())
    }

    /// Which objects may hold records of what is selected.
    fn pruning(&self) -> Result<Pruning, TableError> {
        let keys = Arc::new(key_schema());
        let predicate = self.selection.condition().map(|condition| physical(&condition, &keys)).transpose()?;
        Ok(Pruning::new(predicate, keys)?)
    }

    /// A number that tells the objects which the last scan found from others.
    pub(crate) fn listed(&self) -> u64 {
        self.listed.load(Ordering::Relaxed)
    }

    /// The same number, of the objects as they are listed now.
    ///
    /// # Errors
    /// As [`Self::objects`].
    pub(crate) async fn listed_now(&self) -> Result<u64, TableError> {
        Ok(number_of(&self.objects().await?.objects))
    }

    fn physical(&self, state: &dyn Session, filter: Expr) -> Result<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(self.schema.table.table_schema()))?;
        state.create_physical_expr(filter, &schema)
    }

    /// What this table's scans have read.
    pub fn coverage(&self) -> &Arc<Coverage> {
        &self.coverage
    }

    /// Where the table's objects lie.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The days that the names of the listed objects tell, selected or not.
    pub fn days(&self) -> Option<Days> {
        self.days
    }

    /// The table's columns.
    pub fn flow_schema(&self) -> &FlowSchema {
        &self.schema
    }
}

/// A condition as the engine evaluates it.
fn physical(condition: &Expr, schema: &SchemaRef) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = DFSchema::try_from(Arc::clone(schema))?;
    create_physical_expr(condition, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
}

/// Few objects without those that are no flow logs: lists and notes that lie beside them.
async fn without_foreign(
    objects: Vec<FlowObject>,
    read: &ReadOptions,
    runtime: &RuntimeEnv,
) -> Result<Vec<FlowObject>, TableError> {
    if objects.len() > HEADS_AT_ONCE {
        return Ok(objects);
    }
    let mut kept = Vec::new();
    for object in objects {
        let store = runtime.object_store(&object.store)?;
        if !matches!(find_columns(&store, &object, read.log_format.as_ref()).await, Ok(Err(_))) {
            kept.push(object);
        }
    }
    Ok(kept)
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
        self.read.cache.iter().for_each(|cache| cache.begin());
        let selected = self.selection.condition();
        let wanted = conjunction(filters.iter().cloned().chain(selected.clone()));
        let wanted = wanted.map(|wanted| self.physical(state, wanted)).transpose()?;
        let pruning = Pruning::new(wanted, self.schema())?;
        let begun = Instant::now();
        let found = self.sources.find(&pruning).await.map_err(|error| DataFusionError::External(Box::new(error)))?;
        self.coverage.spend(Spent { listing: begun.elapsed(), ..Spent::default() });
        self.coverage.note_unreadable(&found.unreadable);
        self.coverage.note(found.notes);
        let mut objects = found.objects;
        let total = objects.len();
        pruning.retain(&mut objects);
        self.coverage.pruned(total - objects.len());
        self.listed.store(number_of(&objects), Ordering::Relaxed);
        self.coverage.note(copies(&objects));
        if objects.is_empty() {
            self.coverage.note([NO_OBJECT.to_owned()]);
        }
        let predicate = selected.map(|selected| self.physical(state, selected)).transpose()?;
        let memory = Arc::clone(&state.runtime_env().memory_pool);
        let source =
            FlowSource::new(Arc::clone(&self.schema), self.read.clone(), Arc::clone(&self.coverage), memory, predicate);
        let mut by_store: BTreeMap<String, (ObjectStoreUrl, Vec<FlowObject>)> = BTreeMap::new();
        for object in objects {
            self.coverage.expected(&object.name, object.meta.size);
            let url = object.store.clone();
            by_store.entry(url.to_string()).or_insert_with(|| (url, Vec::new())).1.push(object);
        }
        let mut scans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        for (url, objects) in by_store.into_values() {
            let mut source = source.clone();
            let groups = file_groups(objects, state.config().target_partitions());
            // Of local files the kernel reads ahead.
            if url != ObjectStoreUrl::local_filesystem() {
                // Partitions share one queue, in which one group's files stand behind the other's.
                let order = groups.iter().flat_map(FileGroup::iter).map(|file| file.object_meta.clone()).collect();
                source = source.with_lookahead(Lookahead::new(order, Arc::clone(&self.ahead)));
            }
            let config = FileScanConfigBuilder::new(url, Arc::new(source))
                .with_file_groups(groups)
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

/// Tells one list of objects from another.
fn number_of(objects: &[FlowObject]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for FlowObject { name, meta, .. } in objects {
        (name, meta.size, &meta.e_tag, &meta.version, meta.last_modified).hash(&mut hasher);
    }
    hasher.finish()
}

/// The note where conditions leave no object.
const NO_OBJECT: &str = "no object was read: the options and the conditions on times, _date (a date is written DATE \
                         '2026-03-11'), _account, _region, _flow_log_id and _object leave none";

/// AWS gives no two objects the same name: where two have, one is a copy, and its records count twice.
fn copies(objects: &[FlowObject]) -> Option<String> {
    let mut seen = HashMap::new();
    let named = objects.iter().filter(|object| object.key.slot.is_some());
    let file = |object: &FlowObject| object.name.rsplit('/').next().map(str::to_owned);
    let pairs: Vec<_> = named.filter_map(|object| Some((seen.insert(file(object)?, &object.name)?, object))).collect();
    let (first, second) = pairs.first()?;
    let others = match pairs.len() {
        1 => String::new(),
        more => format!(", and {} others", more - 1),
    };
    Some(format!("{} has the name of {first}{others}: copies count twice", second.name))
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
