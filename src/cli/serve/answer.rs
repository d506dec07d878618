//! A statement on its way: planned and run on threads of its own, its rows taken as the client takes them.
//!
//! Invariants: of an answer no more is held than some batches; it ends when nobody holds it any more; and of all
//! statements only so many work at a time, each a batch long.

use std::future::Future;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions as Look};
use arrow_pg::datatypes::{arrow_schema_to_pg_fields, into_pg_type};
use arrow_pg::encoder::encode_value;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, ParamValues, Result as EngineResult, TableReference};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::{DataRowEncoder, FieldInfo};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::DataRow;
use pgwire::types::format::FormatOptions;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
use vpcflow::detect::Catalogue;
use vpcflow::limits::{SERVE_STATEMENTS, SERVE_WAITING_BATCHES};
use vpcflow::opened::{FOUND, FindError, yielding};
use vpcflow::scan::ObjectNote;

use super::trouble::{error, of_engine, of_us, warning};
use crate::cli::coverage;
use crate::cli::detect::told::skipped;
use crate::cli::ready::{Ready, Sources};
use crate::cli::shell::interrupt::Workers;

/// Whom all connections ask.
pub struct Asker {
    sources: Mutex<Sources>,
    workers: Workers,
    turns: Arc<Semaphore>,
    /// The detections whose findings are the table found.
    catalogue: Arc<Catalogue>,
    /// What was warned of last.
    warned: Mutex<(Vec<ObjectNote>, Vec<ObjectNote>)>,
}

/// A statement of the engine, and where it stands in what the client sent.
#[derive(Debug, Clone)]
pub struct Sql {
    pub text: String,
    /// Characters before it.
    pub before: usize,
}

/// What is known of a statement before it runs.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Columns of its rows.
    pub schema: SchemaRef,
    /// What the engine takes each parameter for, and what the client is to send.
    pub parameters: Vec<(Option<DataType>, Type)>,
}

/// Rows that are on their way.
pub struct Answer {
    /// Their columns, as the client has them.
    pub fields: Arc<Vec<FieldInfo>>,
    /// Columns that are sent as text, since PostgreSQL has no such type.
    as_text: Vec<bool>,
    schema: SchemaRef,
    encoder: DataRowEncoder,
    source: Source,
    batch: Option<RecordBatch>,
    row: usize,
}

enum Source {
    Engine { sql: Sql, ready: Ready, batches: mpsc::Receiver<EngineResult<RecordBatch>>, _running: JoinSet<()> },
    Nothing,
}

impl Asker {
    /// One that answers of these sources.
    ///
    /// # Errors
    /// When the system has no threads.
    pub fn new(sources: Sources, catalogue: Catalogue) -> anyhow::Result<Self> {
        Ok(Asker {
            catalogue: Arc::new(catalogue),
            sources: Mutex::new(sources),
            workers: Workers::new()?,
            turns: Arc::new(Semaphore::new(SERVE_STATEMENTS)),
            warned: Mutex::default(),
        })
    }

    /// What can be asked now.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn ready(&self) -> anyhow::Result<Ready> {
        let ready = self.sources.lock().await.ready().await?;
        ready.opened.offer_found().await?;
        Ok(ready)
    }

    /// Plans a statement.
    ///
    /// # Errors
    /// When it is wrong.
    pub async fn plan(&self, sql: &Sql) -> PgWireResult<Planned> {
        let ready = self.ready().await.map_err(|problem| of_us(&problem))?;
        let (asked, text, catalogue) = (ready.clone(), sql.text.clone(), Arc::clone(&self.catalogue));
        let planned = self.work(async move {
            let frame = frame(&asked, &catalogue, &text).await?;
            Ok((Arc::clone(frame.schema().inner()), parameters(frame.logical_plan())?))
        });
        match planned.await? {
            Ok((schema, parameters)) => {
                let wire = |kind: &Option<DataType>| kind.as_ref().and_then(|kind| into_pg_type(kind).ok());
                let parameters = parameters.into_iter().map(|kind| (kind.clone(), wire(&kind).unwrap_or(Type::TEXT)));
                Ok(Planned { schema, parameters: parameters.collect() })
            }
            Err(problem) => Err(of_engine(&ready, &sql.text, sql.before, &problem).await),
        }
    }

    /// Begins to answer a statement.
    ///
    /// # Errors
    /// When it is wrong.
    pub async fn begin(
        &self,
        sql: &Sql,
        values: Option<ParamValues>,
        format: &Format,
        look: FormatOptions,
    ) -> PgWireResult<Answer> {
        let ready = self.ready().await.map_err(|problem| of_us(&problem))?;
        let (asked, text, catalogue) = (ready.clone(), sql.text.clone(), Arc::clone(&self.catalogue));
        let begun = self.work(async move {
            let frame = frame(&asked, &catalogue, &text).await?;
            let frame = match values {
                Some(values) => frame.with_param_values(values)?,
                None => frame,
            };
            let plan = yielding(frame.clone().create_physical_plan().await?)?;
            Ok((frame, plan))
        });
        let (frame, plan) = match begun.await? {
            Ok(begun) => begun,
            Err(problem) => return Err(of_engine(&ready, &sql.text, sql.before, &problem).await),
        };
        let (sender, batches) = mpsc::channel(SERVE_WAITING_BATCHES);
        let turns = Arc::clone(&self.turns);
        // Not the plan's, in which columns of the catalog are mere numbers.
        let schema = Arc::clone(frame.schema().inner());
        let mut running = JoinSet::new();
        // The frame has the tables, which may be made anew meanwhile.
        let run = async move {
            let task = Arc::new(frame.task_ctx());
            let mut stream = match execute_stream(plan, task) {
                Ok(stream) => stream,
                Err(problem) => return drop(sender.send(Err(problem)).await),
            };
            loop {
                let Ok(turn) = turns.acquire().await else { return };
                let next = stream.next().await;
                // A client that takes its time holds up nobody.
                drop(turn);
                let Some(next) = next else { return };
                if sender.send(next).await.is_err() {
                    return;
                }
            }
        };
        self.workers.spawn_in(&mut running, run);
        let source = Source::Engine { sql: sql.clone(), ready, batches, _running: running };
        Answer::new(&schema, format, look, source)
    }

    /// Works on the threads of statements, and stops where nobody waits for it.
    async fn work<T: Send + 'static>(
        &self,
        work: impl Future<Output = EngineResult<T>> + Send + 'static,
    ) -> PgWireResult<EngineResult<T>> {
        let turns = Arc::clone(&self.turns);
        let mut running = JoinSet::new();
        self.workers.spawn_in(&mut running, async move {
            let _turn = turns.acquire().await;
            work.await
        });
        match running.join_next().await {
            Some(Ok(done)) => Ok(done),
            // The panic was told when it happened.
            Some(Err(_)) | None => Err(error("XX000", "the statement came to nothing; the server's log says why")),
        }
    }

    /// What a client should know of an answer that read flows: that something could not be read. The server's own log
    /// has it once.
    pub async fn warning(&self, answer: &Answer) -> Option<pgwire::error::ErrorInfo> {
        let Source::Engine { sql, ready, .. } = &answer.source else { return None };
        let report = ready.opened.flows.as_ref()?.coverage().report();
        let known = (report.failed_objects.clone(), report.samples.clone());
        let mut warned = self.warned.lock().await;
        if *warned != known {
            let sources = self.sources.lock().await;
            coverage::warn(&report, sources.context().files());
            *warned = known;
        }
        let references = ready.opened.session.references(&sql.text).unwrap_or_default();
        if !report.is_partial() || !references.iter().any(is_ours) {
            return None;
        }
        let said =
            format!("{} of {} objects could not be read; the result is without them", report.failed, report.objects);
        let failed = report.failed_objects.iter().map(|failed| format!("{}: {}", failed.object, failed.note));
        Some(warning(&said, Some(failed.chain(report.missing.iter().cloned()).collect::<Vec<_>>().join("\n"))))
    }
}

impl Answer {
    /// One row of a text.
    ///
    /// # Errors
    /// None, but the signature of what makes fields has one.
    pub fn of_text(name: &str, value: &str) -> PgWireResult<Self> {
        let schema = text_schema(name);
        let column = Arc::new(arrow::array::StringArray::from(vec![value]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]);
        let mut answer = Answer::new(&schema, &Format::UnifiedText, FormatOptions::default(), Source::Nothing)?;
        answer.batch = batch.ok();
        Ok(answer)
    }

    fn new(schema: &SchemaRef, format: &Format, look: FormatOptions, source: Source) -> PgWireResult<Self> {
        let as_text = schema.fields().iter().map(|field| into_pg_type(field.data_type()).is_err()).collect();
        let fields = Arc::new(fields(schema, format, look)?);
        let encoder = DataRowEncoder::new(Arc::clone(&fields));
        Ok(Answer { fields, as_text, schema: Arc::clone(schema), encoder, source, batch: None, row: 0 })
    }

    /// The next row.
    ///
    /// # Errors
    /// The engine's, or when a value is none of PostgreSQL's.
    pub async fn next(&mut self) -> PgWireResult<Option<DataRow>> {
        loop {
            if let Some(batch) = &self.batch {
                if self.row < batch.num_rows() {
                    let row = self.encode(batch.clone(), self.row)?;
                    self.row += 1;
                    return Ok(Some(row));
                }
                self.batch = None;
            }
            let Source::Engine { sql, ready, batches, .. } = &mut self.source else { return Ok(None) };
            match batches.recv().await {
                None => return Ok(None),
                Some(Ok(batch)) => (self.batch, self.row) = (Some(batch), 0),
                Some(Err(problem)) => return Err(of_engine(ready, &sql.text, sql.before, &problem).await),
            }
        }
    }

    fn encode(&mut self, batch: RecordBatch, row: usize) -> PgWireResult<DataRow> {
        for (place, column) in batch.columns().iter().enumerate() {
            let field = &self.fields[place];
            let mut put = |text: Option<String>| {
                self.encoder.encode_field_with_type_and_format(
                    &text,
                    field.datatype(),
                    field.format(),
                    field.format_options(),
                )
            };
            if column.is_null(row) {
                put(None)?;
            } else if self.as_text[place] {
                let look = Look::default();
                let texts =
                    ArrayFormatter::try_new(column, &look).map_err(|error| PgWireError::ApiError(error.into()))?;
                put(Some(texts.value(row).to_string()))?;
            } else {
                let known = self.schema.field(place);
                match known.data_type() == column.data_type() {
                    true => encode_value(&mut self.encoder, column, row, known, field)?,
                    false => {
                        let is = Field::new(known.name(), column.data_type().clone(), true);
                        encode_value(&mut self.encoder, column, row, &is, field)?;
                    }
                }
            }
        }
        Ok(self.encoder.take_row())
    }
}

/// Plans a statement; detections run when it names what they found.
async fn frame(ready: &Ready, catalogue: &Catalogue, sql: &str) -> EngineResult<DataFrame> {
    // What is wrong with the SQL is told when it is planned.
    let named = ready.opened.session.references(sql).unwrap_or_default();
    let _found = match named.iter().any(|name| name.table() == FOUND && is_ours(name)) {
        true => match ready.opened.find(catalogue, &ready.context).await {
            Ok((found, outcome)) => {
                outcome.iter().for_each(skipped);
                Some(found)
            }
            Err(FindError::Engine(problem)) => return Err(problem),
            Err(problem) => return Err(DataFusionError::External(Box::new(problem))),
        },
        false => None,
    };
    ready.opened.plan(sql, &ready.context).await
}

/// Whether a table is none of the catalog's.
fn is_ours(name: &TableReference) -> bool {
    name.schema().is_none_or(|schema| schema == "public")
}

/// Columns as a client has them.
///
/// # Errors
/// Where there are more formats than columns, or fewer.
pub fn fields(schema: &SchemaRef, format: &Format, look: FormatOptions) -> PgWireResult<Vec<FieldInfo>> {
    if let Format::Individual(formats) = format
        && formats.len() != schema.fields().len()
    {
        let told = format!("{} formats for {} columns", formats.len(), schema.fields().len());
        return Err(error("08P01", &told));
    }
    let known = |field: &Arc<Field>| match into_pg_type(field.data_type()) {
        Ok(_) => Arc::clone(field),
        Err(_) => Arc::new(Field::new(field.name(), DataType::Utf8, true)),
    };
    let schema = Schema::new(schema.fields().iter().map(known).collect::<Vec<_>>());
    arrow_schema_to_pg_fields(&schema, format, Some(Arc::new(look)))
}

/// One column of text.
pub fn text_schema(name: &str) -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(name, DataType::Utf8, true)]))
}

/// What the parameters of a plan are, in their order.
fn parameters(plan: &LogicalPlan) -> EngineResult<Vec<Option<DataType>>> {
    let mut known = plan.get_parameter_types()?;
    // Of a parameter that is cast the engine says nothing.
    plan.apply(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::Cast(cast) = expression
                    && let Expr::Placeholder(placeholder) = cast.expr.as_ref()
                {
                    let kind = known.entry(placeholder.id.clone()).or_default();
                    kind.get_or_insert_with(|| cast.field.data_type().clone());
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    let number = |name: &String| name.trim_start_matches('$').parse::<u16>().ok().map(usize::from);
    let count = known.keys().filter_map(number).max().unwrap_or_default();
    let mut parameters = vec![None; count];
    for (name, kind) in &known {
        if let Some(place) = number(name).and_then(|number| number.checked_sub(1)) {
            parameters[place] = kind.clone();
        }
    }
    Ok(parameters)
}
