//! The only place that builds a SQL session: limits, functions and the table `flows` under its two names.

mod casts;
mod names;
pub mod postgres;
mod refused;
mod size;

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result, TableReference, plan_err};
use datafusion::config::Dialect;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, GreedyMemoryPool, MemoryLimit, TrackConsumersPool};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::{LogicalPlan, SetVariable, Statement as Set};
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;

pub use size::{TOO_DEEP, TOO_LARGE};

use crate::limits::{BATCH_ROWS, MEMORY_LIMIT_BYTES};
use crate::scan::FlowTable;
use crate::store::LocalFiles;

/// The names of the flow table; the second is what AWS' own queries call it.
pub const TABLE_NAMES: [&str; 2] = ["flows", "vpc_flow_logs"];

/// Whether a schema says what tables there are.
pub(crate) fn is_catalog(schema: &str) -> bool {
    schema == "information_schema" || schema == "pg_catalog"
}

/// How many of those who hold most an error for lack of memory names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::new(3).unwrap();

/// What a session may use.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// Partitions of a scan and threads of work; 0 is one for each processor.
    pub threads: usize,
    /// What operators may hold before they spill to disk, in bytes.
    pub memory_limit_bytes: usize,
}

impl Default for SessionOptions {
    fn default() -> Self {
        SessionOptions { threads: 0, memory_limit_bytes: MEMORY_LIMIT_BYTES }
    }
}

impl SessionOptions {
    /// The number of threads, with 0 resolved.
    pub fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }

    /// The memory pool, spill folder and stores of a session.
    ///
    /// # Errors
    /// When the spill folder can't be made.
    pub fn runtime(&self) -> Result<Arc<RuntimeEnv>> {
        let pool = FairSpillPool::new(self.memory_limit_bytes);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(TrackConsumersPool::new(pool, NAMED_CONSUMERS)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory))
            .build_arc()?;
        crate::temporary::register_spills(&runtime.disk_manager);
        runtime.register_object_store(ObjectStoreUrl::local_filesystem().as_ref(), Arc::new(LocalFiles::default()));
        Ok(runtime)
    }
}

/// A SQL session that can only read, unless it is let; a copy has the same tables.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    may_write: bool,
    /// Rewrites what clients of PostgreSQL ask of its catalog; others don't.
    rewriter: Option<Arc<postgres::Rewriter>>,
}

impl Session {
    /// A session without tables.
    ///
    /// # Errors
    /// When a function can't be registered.
    pub fn new(options: &SessionOptions, runtime: Arc<RuntimeEnv>) -> Result<Self> {
        let mut config = SessionConfig::new()
            .with_target_partitions(options.threads())
            .with_batch_size(BATCH_ROWS)
            .with_information_schema(true)
            .with_collect_statistics(false);
        // As in Athena: a list of the largest does not begin with the records that have no traffic.
        config.options_mut().sql_parser.default_null_ordering = "nulls_last".to_owned();
        // DataFusion 55.2 loses rows where it swaps the sides of an outer join and a condition above it names a column
        // that both sides have: the condition is then asked of the other side's column. Which sides are swapped depends
        // on how many rows are expected, so that a detection could find nothing without a word. The queries name the
        // small side of a join first themselves.
        config.options_mut().optimizer.join_reordering = false;
        // Of min(a) beside max(b + 1) the filter that is made of the first takes away rows that the second needs.
        config.options_mut().optimizer.enable_aggregate_dynamic_filter_pushdown = false;
        // What is checked there is whether a column may be NULL, of which the planner has two notions.
        config.options_mut().execution.skip_physical_aggregate_schema_check = true;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_optimizer_rules(crate::optimizer::rules())
            .with_physical_optimizer_rules(crate::optimizer::physical_rules())
            .build();
        let context = SessionContext::new_with_state(state);
        crate::functions::register(&context)?;
        Ok(Session { context, may_write: false, rewriter: None })
    }

    /// Registers the flow table under its names.
    ///
    /// # Errors
    /// When a table of that name exists.
    pub fn register_flows(&self, table: Arc<FlowTable>) -> Result<()> {
        for name in TABLE_NAMES {
            self.context.register_table(name, Arc::clone(&table) as Arc<_>)?;
        }
        Ok(())
    }

    /// A session without tables, with the same threads, memory and stores.
    ///
    /// # Errors
    /// When a function can't be registered.
    pub(crate) fn bare(&self) -> Result<Self> {
        let options = SessionOptions { threads: self.threads(), ..SessionOptions::default() };
        Session::new(&options, self.context.runtime_env())
    }

    /// The session that a context of ours is.
    pub(crate) fn of(context: SessionContext) -> Self {
        Session { context, may_write: false, rewriter: None }
    }

    /// The same session, which also takes statements that create, change, write and set. Memory and threads stay what they
    /// are.
    pub fn with_writes(self) -> Self {
        Session { may_write: true, ..self }
    }

    /// The same session, which also answers what clients of PostgreSQL ask of its catalog. It has no table yet.
    ///
    /// # Errors
    /// The engine's.
    pub fn with_postgres(self) -> Result<Self> {
        postgres::register(&self.context)?;
        Ok(Session { rewriter: Some(Arc::new(postgres::Rewriter::default())), ..self })
    }

    /// What is wrong with a statement, with its place in the text.
    pub(crate) async fn diagnose(&self, sql: &str) -> Option<DataFusionError> {
        self.check_size(sql).ok()?;
        let mut state = self.context.state();
        state.config_mut().options_mut().sql_parser.collect_spans = true;
        state.statement_to_plan(self.parse(sql).ok()?).await.err()
    }

    /// How many threads a query is cut for.
    pub fn threads(&self) -> usize {
        self.context.state().config().target_partitions()
    }

    /// The same session, for queries of many steps: they are cut for this number of threads, and what memory is left
    /// goes to who first asks for it. The steps work one after the other, and equal shares would leave each with little.
    ///
    /// # Errors
    /// When the runtime can't be made.
    pub(crate) fn for_steps(&self, threads: usize) -> Result<Self> {
        let mut state = self.context.state();
        state.config_mut().options_mut().execution.target_partitions = threads.max(1);
        // Further passes of the optimiser are a sixth of the planning of the detections, and make none of those that ship
        // faster over five million records.
        state.config_mut().options_mut().optimizer.max_passes = 1;
        let runtime = state.runtime_env();
        let pool = &runtime.memory_pool;
        let left = match pool.memory_limit() {
            MemoryLimit::Finite(bytes) => bytes.saturating_sub(pool.reserved()),
            MemoryLimit::Infinite | MemoryLimit::Unknown => usize::MAX,
        };
        let runtime = RuntimeEnvBuilder::from_runtime_env(runtime)
            .with_memory_pool(Arc::new(TrackConsumersPool::new(GreedyMemoryPool::new(left), NAMED_CONSUMERS)))
            .build_arc()?;
        let state = SessionStateBuilder::new_from_existing(state)
            .with_runtime_env(runtime)
            .with_physical_optimizer_rules(crate::optimizer::physical_rules_in_memory())
            .build();
        let context = SessionContext::new_with_state(state);
        // The builder registers all functions again, in any order, and with their aliases: DataFusion's to_char is also
        // called date_format.
        crate::functions::register(&context)?;
        Ok(Session { context, may_write: false, rewriter: None })
    }

    /// The engine's context, for registering further tables.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Plans one statement. Only queries are, unless the session may write: nothing here creates, changes or writes.
    ///
    /// # Errors
    /// When the SQL is wrong, or is something else than a query.
    pub async fn sql(&self, sql: &str) -> Result<DataFrame> {
        self.plan(self.parse(sql)?).await
    }

    /// The columns that come of a frame. What CASE and UNION make of several types is known of the plan as it is analysed;
    /// of the plan that runs it is not known which columns are PostgreSQL's own.
    ///
    /// # Errors
    /// When types don't fit together.
    pub fn columns(&self, frame: &DataFrame) -> Result<SchemaRef> {
        let state = self.context.state();
        let plan = frame.logical_plan().clone();
        let analysed = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {})?;
        Ok(Arc::clone(analysed.schema().inner()))
    }

    /// Parses one statement.
    ///
    /// # Errors
    /// When the SQL is wrong.
    pub(crate) fn parse(&self, sql: &str) -> Result<Statement> {
        let parsed = self.parse_as_is(sql);
        match &self.rewriter {
            Some(_) if postgres::is_of_asyncpg(sql) => plan_err!("{}", postgres::NO_ARRAYS),
            Some(rewriter) if parsed.as_ref().map_or(true, |parsed| self.is_of_clients(sql, parsed)) => {
                match rewriter.rewrite(sql).filter(|rewritten| self.is_of_clients(sql, rewritten)) {
                    Some(mut rewritten) => {
                        self.amend(&mut rewritten);
                        Ok(rewritten)
                    }
                    None => parsed,
                }
            }
            Some(_) | None => {
                let mut parsed = parsed?;
                refused::check(&parsed)?;
                self.amend(&mut parsed);
                Ok(parsed)
            }
        }
    }

    /// Writes a statement as the engine takes it the way it is meant.
    fn amend(&self, statement: &mut Statement) {
        let state = self.context.state_ref();
        let state = state.read();
        let is_aggregate = |function: &str| state.aggregate_functions().contains_key(function);
        names::give(statement, &is_aggregate);
        casts::amend(statement, &is_aggregate);
    }

    fn is_of_clients(&self, sql: &str, parsed: &Statement) -> bool {
        let is_ours = |table: &str| self.context.table_exist(table).unwrap_or(true);
        let tables = self.context.state().resolve_table_references(parsed);
        tables.is_ok_and(|tables| postgres::is_of_clients(sql, &tables, is_ours))
    }

    fn parse_as_is(&self, sql: &str) -> Result<Statement> {
        size::check_text(sql)?;
        let state = self.context.state_ref();
        let state = state.read();
        // The generic dialect takes the comma of `SELECT start, end FROM flows` for a trailing one and stops at the
        // keyword; PostgreSQL's knows no trailing commas and reads the column.
        state
            .sql_to_statement(sql, &Dialect::Generic)
            .or_else(|error| state.sql_to_statement(sql, &Dialect::PostgreSQL).map_err(|_| error))
    }

    /// The names of the tables that a statement reads.
    ///
    /// # Errors
    /// When the SQL is wrong.
    pub fn references(&self, sql: &str) -> Result<Vec<TableReference>> {
        self.context.state().resolve_table_references(&self.parse(sql)?)
    }

    /// Plans a statement. Only queries are: nothing here creates, changes or writes.
    ///
    /// # Errors
    /// When it names what there is not, or is something else than a query.
    pub(crate) async fn plan(&self, statement: Statement) -> Result<DataFrame> {
        let may = self.may_write;
        let allowed = SQLOptions::new().with_allow_ddl(may).with_allow_dml(may).with_allow_statements(may);
        let plan = self.context.state().statement_to_plan(statement).await?;
        allowed.verify_plan(&plan)?;
        // What the machine lends is said on the command line, and by nobody else.
        if let LogicalPlan::Statement(Set::SetVariable(SetVariable { variable, .. })) = &plan
            && variable.starts_with("datafusion.runtime.")
        {
            return plan_err!("{variable} is set on the command line: --memory-limit, --threads, TMPDIR");
        }
        self.context.execute_logical_plan(plan).await
    }
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;

    use super::*;

    #[tokio::test]
    async fn a_session_for_steps_has_the_same_functions() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        // One of two functions of a name would win by chance.
        for _ in 0..10 {
            let steps = session.for_steps(1).expect("a session");
            let minutes = steps.sql("SELECT date_format(from_unixtime(1588584413), '%H:%i') AS t").await.expect("SQL");
            let table = pretty_format_batches(&minutes.collect().await.expect("rows")).expect("a table").to_string();
            assert!(table.contains("| 09:26 |"), "{table}");
        }
    }
}
