//! A statement on its way: planned and run on threads of its own, its rows taken as the client takes them.
//!
//! Invariants: of an answer no more is held than some batches; it ends when nobody holds it any more, or is left to itself
//! where it does not let go; and of all statements that are waited for only so many work at a time, each a batch long.

use std::collections::BTreeSet;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions as Look};
use arrow_pg::datatypes::{arrow_schema_to_pg_fields, into_pg_type};
use arrow_pg::encoder::encode_value;
use datafusion::common::{DataFusionError, ParamValues, Result as EngineResult, TableReference};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::{DataRowEncoder, FieldInfo};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::DataRow;
use pgwire::messages::extendedquery::Bind;
use pgwire::types::format::FormatOptions;
use tokio::sync::{Mutex, Semaphore, mpsc};
use vpcflow::detect::Catalogue;
use vpcflow::limits::{SERVE_EXPRESSION_DEPTH, SERVE_ROW_BYTES, SERVE_STATEMENTS, SERVE_WAITING_BATCHES};
use vpcflow::opened::{FOUND, FindError, lacking, reads_flows, yielding};
use vpcflow::report::told_bytes;
use vpcflow::scan::ObjectNote;

use super::declared::{declared, intervals};
use super::text::Sql;
use super::trouble::{error, of_engine, of_us, warning};
use super::turn::{Turns, Waiting};
use super::values::{Planned, listed, parameters};
use crate::cli::coverage;
use crate::cli::detect::told::skipped;
use crate::cli::ready::{Ready, Sources};
use crate::cli::workers::{Busy, Stopped, Work, Workers};

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

/// Rows that are on their way.
pub struct Answer {
    /// Their columns, as the client has them.
    pub fields: Arc<Vec<FieldInfo>>,
    /// The columns as they come to be sent.
    schema: SchemaRef,
    encoder: DataRowEncoder,
    source: Source,
    batch: Option<RecordBatch>,
    row: usize,
}

enum Source {
    Engine(Running),
    Nothing,
}

/// A statement that runs.
struct Running {
    sql: Sql,
    ready: Ready,
    batches: mpsc::Receiver<EngineResult<RecordBatch>>,
    /// Whether it reads flows, of which something may be missing.
    reads_flows: bool,
    /// What it has nothing to answer from.
    lacking: BTreeSet<String>,
    work: Option<Work<()>>,
    _waiting: Waiting,
}

impl Asker {
    /// One that answers of these sources.
    ///
    /// # Errors
    /// When the system has no threads.
    pub fn new(sources: Sources, catalogue: Catalogue) -> anyhow::Result<Self> {
        Ok(Asker {
            catalogue: Arc::new(catalogue),
            workers: Workers::new(sources.memory_limit_bytes())?,
            sources: Mutex::new(sources),
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
        ready.opened.offer_found()?;
        Ok(ready)
    }

    /// Plans a statement whose client says so much of the types of its parameters.
    ///
    /// # Errors
    /// When it is wrong.
    pub async fn plan(&self, sql: &Sql, given: Vec<Option<Type>>) -> PgWireResult<Planned> {
        let ready = self.ready().await.map_err(|problem| of_us(&problem))?;
        let (asked, text, catalogue) = (ready.clone(), intervals(&sql.text, &given), Arc::clone(&self.catalogue));
        let said = given.clone();
        let planned = self.work(async move {
            let (state, plan) = frame(&asked, &catalogue, &text).await?.into_parts();
            let frame = DataFrame::new(state, declared(plan, &said)?);
            let parameters = parameters(frame.logical_plan())?;
            // What is not known before there are values is as it was written.
            let schema = asked.opened.session.columns(&frame).unwrap_or_else(|_| Arc::clone(frame.schema().inner()));
            Ok((frame, schema, parameters))
        });
        let (frame, schema, parameters) = match planned.await? {
            Ok(planned) => planned,
            Err(problem) => return Err(self.told(ready, sql.clone(), problem).await),
        };
        let wire = |kind: &Option<DataType>| kind.as_ref().and_then(|kind| into_pg_type(kind).ok());
        let type_of = |(place, kind): (usize, Option<DataType>)| {
            let wire = given.get(place).cloned().flatten().or_else(|| wire(&kind)).unwrap_or(Type::TEXT);
            (kind, wire)
        };
        let mut planned = Planned { schema, parameters: parameters.into_iter().enumerate().map(type_of).collect() };
        // What comes of a parameter is known by its value only, were it NULL.
        if !planned.parameters.is_empty() {
            let nothing = vec![None; planned.parameters.len()];
            let bind = Bind::new(None, None, Vec::new(), nothing, Vec::new());
            if let Ok(frame) = planned.values(&bind).map(|values| frame.with_param_values(values)) {
                let columns = frame.and_then(|frame| ready.opened.session.columns(&frame));
                planned.schema = columns.unwrap_or(planned.schema);
            }
        }
        Ok(planned)
    }

    /// Begins to answer a statement.
    ///
    /// # Errors
    /// When it is wrong.
    pub async fn begin(
        &self,
        sql: &Sql,
        bound: Option<(ParamValues, Vec<Option<Type>>)>,
        format: &Format,
        look: FormatOptions,
    ) -> PgWireResult<Answer> {
        let ready = self.ready().await.map_err(|problem| of_us(&problem))?;
        let text = match &bound {
            Some((_, said)) => intervals(&sql.text, said),
            None => sql.text.clone(),
        };
        let (asked, catalogue) = (ready.clone(), Arc::clone(&self.catalogue));
        let begun = self.work(async move {
            let frame = frame(&asked, &catalogue, &text).await?;
            let frame = match bound {
                Some((values, said)) => {
                    let (state, plan) = frame.into_parts();
                    let plan = declared(plan, &said)?.with_param_values(values)?;
                    DataFrame::new(state, listed(plan)?)
                }
                None => frame,
            };
            let schema = asked.opened.session.columns(&frame)?;
            let named = asked.opened.session.references(&text).unwrap_or_default();
            let lacking = lacking(frame.logical_plan(), &asked.context)?;
            let plan = yielding(frame.clone().create_physical_plan().await?)?;
            Ok((frame, plan, schema, named.iter().any(reads_flows), lacking))
        });
        let (frame, plan, schema, reads_flows, lacking) = match begun.await? {
            Ok(begun) => begun,
            Err(problem) => return Err(self.told(ready, sql.clone(), problem).await),
        };
        let (sender, batches) = mpsc::channel(SERVE_WAITING_BATCHES);
        let (turns, waiting) = Turns::new(&self.turns);
        // The frame has the tables, which may be made anew meanwhile.
        let run = async move {
            let task = Arc::new(frame.task_ctx());
            let mut stream = match execute_stream(plan, task) {
                Ok(stream) => stream,
                Err(problem) => return drop(sender.send(Err(problem)).await),
            };
            loop {
                turns.begin().await;
                let next = stream.next().await;
                // A client that takes its time holds up nobody.
                turns.end();
                let Some(next) = next else { return };
                if sender.send(next).await.is_err() {
                    return;
                }
            }
        };
        let work = self.workers.spawn(run).await.map_err(busy)?;
        let (sql, work, _waiting) = (sql.clone(), Some(work), waiting);
        let source = Source::Engine(Running { sql, ready, batches, reads_flows, lacking, work, _waiting });
        Answer::new(&schema, format, look, source)
    }

    /// Works on the threads of statements, and stops where nobody waits for it.
    async fn work<T: Send + 'static>(
        &self,
        work: impl Future<Output = EngineResult<T>> + Send + 'static,
    ) -> PgWireResult<EngineResult<T>> {
        let (turns, _waiting) = Turns::new(&self.turns);
        let work = self.workers.spawn(async move {
            turns.begin().await;
            let done = work.await;
            turns.end();
            done
        });
        match work.await.map_err(busy)?.await {
            Ok(done) => Ok(done),
            Err(problem) => Err(stopped(&problem)),
        }
    }

    /// What a client hears of an error of its statement: to find its place the statement is planned again.
    async fn told(&self, ready: Ready, sql: Sql, problem: DataFusionError) -> PgWireError {
        let told = async move { Ok(of_engine(&ready, &sql.text, sql.before, &problem).await) };
        match self.work(told).await {
            Ok(Ok(told)) | Err(told) => told,
            Ok(Err(problem)) => error("XX000", &problem.to_string()),
        }
    }

    /// What a client should know of an answer that read flows: that something could not be read. The server's own log
    /// has it once.
    pub async fn warning(&self, answer: &Answer) -> Option<pgwire::error::ErrorInfo> {
        let Source::Engine(Running { ready, reads_flows, .. }) = &answer.source else { return None };
        let report = ready.opened.flows.as_ref()?.coverage().report();
        let known = (report.failed_objects.clone(), report.samples.clone());
        let mut warned = self.warned.lock().await;
        if *warned != known {
            let sources = self.sources.lock().await;
            coverage::warn(&report, sources.context().files());
            *warned = known;
        }
        if !report.is_partial() || !reads_flows {
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
        let column = Arc::new(StringArray::from(vec![value]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]);
        let mut answer = Answer::new(&schema, &Format::UnifiedText, FormatOptions::default(), Source::Nothing)?;
        answer.batch = batch.ok();
        Ok(answer)
    }

    fn new(schema: &SchemaRef, format: &Format, look: FormatOptions, source: Source) -> PgWireResult<Self> {
        let fields = Arc::new(fields(schema, format, look)?);
        let encoder = DataRowEncoder::new(Arc::clone(&fields));
        Ok(Answer { fields, schema: sent(schema), encoder, source, batch: None, row: 0 })
    }

    /// What it has nothing to answer from.
    pub fn lacking(&self) -> impl Iterator<Item = &str> {
        let lacking = match &self.source {
            Source::Engine(Running { lacking, .. }) => Some(lacking),
            Source::Nothing => None,
        };
        lacking.into_iter().flatten().map(String::as_str)
    }

    /// The next row.
    ///
    /// # Errors
    /// The engine's, or when a value is none of PostgreSQL's.
    pub async fn next(&mut self) -> PgWireResult<Option<DataRow>> {
        loop {
            if let Some(batch) = self.batch.take().filter(|batch| self.row < batch.num_rows()) {
                let row = self.encode(&batch, self.row)?;
                self.row += 1;
                self.batch = Some(batch);
                return Ok(Some(row));
            }
            let Source::Engine(running) = &mut self.source else { return Ok(None) };
            let Running { sql, ready, batches, work, .. } = running;
            let next = match work {
                Some(task) => tokio::select! {
                    biased;
                    next = batches.recv() => next,
                    done = task => {
                        *work = None;
                        done.map_err(|problem| stopped(&problem))?;
                        batches.recv().await
                    }
                },
                None => batches.recv().await,
            };
            match next {
                // It may have come to its end, or to none.
                None => match work.take() {
                    Some(work) => work.await.map_err(|problem| stopped(&problem))?,
                    None => return Ok(None),
                },
                Some(Ok(batch)) => (self.batch, self.row) = (Some(as_sent(&batch, &self.schema)?), 0),
                Some(Err(problem)) => return Err(of_engine(ready, &sql.text, sql.before, &problem).await),
            }
        }
    }

    /// A row as it is sent. arrow-pg 0.16 panics on some values that PostgreSQL has no room for, as lists of decimals of
    /// more than 28 digits.
    fn encode(&mut self, batch: &RecordBatch, row: usize) -> PgWireResult<DataRow> {
        let encoded = std::panic::catch_unwind(AssertUnwindSafe(|| self.encode_as_it_is(batch, row)));
        encoded.unwrap_or_else(|_| {
            Err(error("22003", "a value is out of the range of PostgreSQL's types; CAST it to text"))
        })
    }

    fn encode_as_it_is(&mut self, batch: &RecordBatch, row: usize) -> PgWireResult<DataRow> {
        for (place, column) in batch.columns().iter().enumerate() {
            let field = &self.fields[place];
            if column.is_null(row) {
                let (kind, format, look) = (field.datatype(), field.format(), field.format_options());
                self.encoder.encode_field_with_type_and_format(&None::<i8>, kind, format, look)?;
                continue;
            }
            let known = self.schema.field(place);
            match known.data_type() == column.data_type() {
                true => encode_value(&mut self.encoder, column, row, known, field)?,
                // A plan may have another type of text than was told.
                false if is_like(known.data_type(), column.data_type()) => {
                    let is = Field::new(known.name(), column.data_type().clone(), true);
                    encode_value(&mut self.encoder, column, row, &is, field)?;
                }
                // A client would take its bytes for something else.
                false => {
                    let said = format!("{} came as {}, and not as it was told", known.name(), column.data_type());
                    return Err(error("XX000", &said));
                }
            }
        }
        let row = self.encoder.take_row();
        match row.data.len() {
            bytes if bytes > SERVE_ROW_BYTES => {
                let said = format!(
                    "a row has {}, and {} are sent at most; select less of it",
                    told_bytes(bytes as u64),
                    told_bytes(SERVE_ROW_BYTES as u64)
                );
                Err(error("54000", &said))
            }
            _ => Ok(row),
        }
    }
}

/// Whether values of two types are sent alike.
fn is_like(one: &DataType, other: &DataType) -> bool {
    let is_list = |kind: &DataType| kind.is_list();
    (one.is_string() && other.is_string()) || (one.is_binary() && other.is_binary()) || (is_list(one) && is_list(other))
}

/// The type in which values of a type are sent, where it is another.
fn sent_as(kind: &DataType) -> Option<DataType> {
    match kind {
        // arrow-pg 0.16 sends a byte for two, and has no words for the others.
        DataType::Int8 => Some(DataType::Int16),
        DataType::Float16 => Some(DataType::Float32),
        // As PostgreSQL's row_number() is, and not as a decimal.
        DataType::UInt64 => Some(DataType::Int64),
        DataType::FixedSizeBinary(_) => Some(DataType::Binary),
        DataType::List(item) if item.data_type() == &DataType::Int8 => {
            Some(DataType::List(Arc::new(Field::new_list_field(DataType::Int16, true))))
        }
        // PostgreSQL has no such type.
        kind if into_pg_type(kind).is_err() => Some(DataType::Utf8),
        _ => None,
    }
}

fn sent(schema: &SchemaRef) -> SchemaRef {
    let field = |field: &Arc<Field>| match sent_as(field.data_type()) {
        Some(kind) => Arc::new(Field::new(field.name(), kind, true)),
        None => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

fn as_sent(batch: &RecordBatch, schema: &SchemaRef) -> PgWireResult<RecordBatch> {
    let broken = |problem: ArrowError| error("22003", &format!("{problem}; CAST it to decimal"));
    let column = |column: &ArrayRef| match sent_as(column.data_type()) {
        None => Ok(Arc::clone(column)),
        Some(DataType::Utf8) => {
            let look = Look::default();
            let texts = ArrayFormatter::try_new(column, &look)?;
            let text = |row| column.is_valid(row).then(|| texts.value(row).to_string());
            Ok(Arc::new((0..column.len()).map(text).collect::<StringArray>()) as ArrayRef)
        }
        Some(kind) => cast_with_options(column, &kind, &CastOptions { safe: false, ..CastOptions::default() }),
    };
    if batch.columns().iter().all(|column| sent_as(column.data_type()).is_none()) {
        return Ok(batch.clone());
    }
    let columns = batch.columns().iter().map(column).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    let names = schema.fields().iter().map(|field| field.name().as_str());
    RecordBatch::try_from_iter(names.zip(columns)).map_err(broken)
}

/// Plans a statement; detections run when it names what they found.
async fn frame(ready: &Ready, catalogue: &Catalogue, sql: &str) -> EngineResult<DataFrame> {
    ready.opened.session.check_depth(sql, SERVE_EXPRESSION_DEPTH)?;
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

fn stopped(problem: &Stopped) -> PgWireError {
    match problem {
        Stopped::TooLarge { .. } => error("53200", &problem.to_string()),
        // The panic was told when it happened.
        Stopped::Grief(_) => error("XX000", "the statement came to nothing; the server's log says why"),
    }
}

fn busy(busy: Busy) -> PgWireError {
    error("53000", &busy.to_string())
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
    let schema = sent(schema);
    arrow_schema_to_pg_fields(&schema, format, Some(Arc::new(look)))
}

/// One column of text.
pub fn text_schema(name: &str) -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(name, DataType::Utf8, true)]))
}
