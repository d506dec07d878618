//! The table `flows`: records of objects to sorted files.

use std::mem;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use chrono::NaiveDate;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::ident;
use futures::StreamExt;
use tokio::task::JoinSet;

use super::LakeError;
use super::coded::Coded;
use super::file::{Encoded, Form, new_name};
use super::place::Place;
use super::sorted::{OfDay, by_day};
use super::table::{DATE, DataFile, with_date};
use crate::conversation::{Fed, Feeder};
use crate::limits::{INGEST_BUFFER_BYTES, LAKE_FILE_ROWS};
use crate::scan::FlowTable;
use crate::session::Session;

/// How the table's files are written.
pub(super) const FORM: Form = Form {
    table: super::TABLES[0],
    looked_up: &["srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"],
    unbounded: &[
        "action",
        "log_status",
        "type",
        "az_id",
        "sublocation_type",
        "sublocation_id",
        "pkt_src_aws_service",
        "pkt_dst_aws_service",
        "flow_direction",
    ],
    growing: &["start", "end"],
};

/// The columns of the rows' order.
pub(super) const ORDER: [&str; 2] = ["interface_id", "start"];

/// Columns of the table of flow logs that are made of others, and not kept.
const MADE: [&str; 2] = ["start_time", "end_time"];

/// Whether a column is made of others.
pub(super) fn is_made(name: &str) -> bool {
    MADE.contains(&name)
}

/// The columns that are kept of a table of flow logs, with the names that they have there.
pub(super) fn columns(flows: &FlowTable) -> Vec<(String, Field)> {
    let table = flows.flow_schema().table.table_schema();
    let kept = table.fields().iter().filter(|field| !MADE.contains(&field.name().as_str()));
    let named = |field: &Arc<Field>| {
        // The day of the table is that of the record.
        let name = if field.name() == DATE { format!("{DATE}_field") } else { stored_name(field.name()) };
        (field.name().clone(), Field::new(name, field.data_type().clone(), true))
    };
    kept.map(named).collect()
}

/// A name that other programs take: some signs mean something to them.
fn stored_name(name: &str) -> String {
    name.replace(|c: char| c.is_whitespace() || ",;{}()=\"'`.".contains(c), "_")
}

/// The columns of the table and those of `more`, in which text is no view.
pub(super) fn united(table: Option<&Schema>, more: &[(String, Field)]) -> Schema {
    let mut fields: Vec<Field> = table
        .iter()
        .flat_map(|table| table.fields())
        .filter(|field| field.name() != DATE)
        .map(|field| Field::clone(field))
        .collect();
    for (_, field) in more {
        if !fields.iter().any(|known| known.name().eq_ignore_ascii_case(field.name())) {
            let data_type =
                if field.data_type() == &DataType::Utf8View { DataType::Utf8 } else { field.data_type().clone() };
            fields.push(Field::new(field.name(), data_type, true));
        }
    }
    with_date(&Schema::new(fields))
}

/// Reads all records of `flows` and writes them to files of the table, which nobody knows yet; rolls them up meanwhile if
/// `is_fed`.
///
/// # Errors
/// When a file can't be written, or under `--strict`.
pub(super) async fn write(
    session: &Session,
    place: &Place,
    flows: FlowTable,
    table: &Schema,
    is_fed: bool,
) -> Result<(Vec<DataFile>, Option<Arc<Fed>>), LakeError> {
    let columns = columns(&flows);
    let select: Vec<_> = columns.iter().map(|(name, _)| ident(name)).collect();
    let frame = session.context().read_table(Arc::new(flows))?.select(select)?;
    let fed = is_fed.then(|| Fed::new(session, frame.schema()).map(Arc::new)).transpose()?;
    let task = Arc::new(frame.task_ctx());
    let partitions = execute_stream_partitioned(frame.create_physical_plan().await?, Arc::clone(&task))?;
    let pool = Arc::clone(task.memory_pool());
    let share = match pool.memory_limit() {
        MemoryLimit::Finite(bytes) => bytes / 8 / partitions.len().max(1),
        MemoryLimit::Infinite | MemoryLimit::Unknown => INGEST_BUFFER_BYTES,
    };
    let limit_bytes = share.min(INGEST_BUFFER_BYTES);
    let conversions: Arc<[Conversion]> = columns.iter().map(|(_, field)| Conversion::to(table, field)).collect();
    let mut tasks = JoinSet::new();
    for mut batches in partitions {
        let mut writer = FlowWriter::new(place.clone(), &conversions, limit_bytes, &pool);
        let mut feeder = fed.as_ref().map(Feeder::of);
        tasks.spawn(async move {
            while let Some(batch) = batches.next().await {
                let batch = batch?;
                if let Some(feeder) = &mut feeder {
                    feeder.add(&batch)?;
                }
                writer.add(&batch).await?;
            }
            if let Some(feeder) = feeder {
                feeder.finish();
            }
            writer.finish().await
        });
    }
    let mut files = Vec::new();
    while let Some(written) = tasks.join_next().await {
        files.extend(written.map_err(|error| exec_datafusion_err!("reading flows stopped: {error}"))??);
    }
    Ok((files, fed))
}

/// How a column that was read becomes one that is kept.
#[derive(Debug, Clone)]
struct Conversion {
    field: Field,
    /// The type that the table has for it, where that is another.
    cast: Option<DataType>,
}

impl Conversion {
    fn to(table: &Schema, field: &Field) -> Self {
        let known = table.fields().iter().find(|known| known.name().eq_ignore_ascii_case(field.name()));
        let as_view = |data_type: &DataType| match data_type {
            DataType::Utf8 => DataType::Utf8View,
            other => other.clone(),
        };
        let data_type = known.map_or_else(|| field.data_type().clone(), |known| as_view(known.data_type()));
        let name = known.map_or(field.name(), |known| known.name());
        let cast = (data_type != *field.data_type()).then(|| data_type.clone());
        Conversion { field: Field::new(name, data_type, true), cast }
    }

    fn apply(&self, column: &ArrayRef) -> Result<ArrayRef> {
        match &self.cast {
            None => Ok(Arc::clone(column)),
            Some(data_type) => Ok(cast(column, data_type)?),
        }
    }
}

/// Gathers the records of one thread, and writes them when they are many.
struct FlowWriter {
    place: Place,
    conversions: Arc<[Conversion]>,
    schema: Schema,
    rows: Coded,
    limit_bytes: usize,
    memory: MemoryReservation,
    files: Vec<DataFile>,
}

impl FlowWriter {
    fn new(place: Place, conversions: &Arc<[Conversion]>, limit_bytes: usize, pool: &Arc<dyn MemoryPool>) -> Self {
        let fields: Vec<Field> = conversions.iter().map(|conversion| conversion.field.clone()).collect();
        let schema = Schema::new(fields);
        FlowWriter {
            place,
            conversions: Arc::clone(conversions),
            rows: Coded::new(&schema),
            schema,
            limit_bytes,
            memory: MemoryConsumer::new("records on their way into the lake").register(pool),
            files: Vec::new(),
        }
    }

    async fn add(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let columns = batch.columns().iter().zip(self.conversions.iter());
        let columns = columns.map(|(column, conversion)| conversion.apply(column)).collect::<Result<Vec<_>>>()?;
        self.rows.add(&columns, batch.num_rows());
        let has_memory = self.memory.try_resize(self.rows.bytes()).is_ok();
        if self.rows.bytes() >= self.limit_bytes || self.rows.rows() >= LAKE_FILE_ROWS || !has_memory {
            self.flush().await?;
        }
        Ok(())
    }

    /// Sorts what was gathered and writes it.
    async fn flush(&mut self) -> Result<(), LakeError> {
        let rows = mem::replace(&mut self.rows, Coded::new(&self.schema));
        if rows.is_empty() {
            return Ok(());
        }
        let encode = move || -> Result<Vec<(Option<NaiveDate>, Encoded)>, LakeError> {
            let mut encoded = Vec::new();
            by_day(rows, ORDER, |OfDay { date, schema, rows }| {
                encoded.push((date, FORM.encode(rows.into_iter().map(Ok::<_, LakeError>), &schema)?));
                Ok::<_, LakeError>(())
            })?;
            Ok(encoded)
        };
        let encoded = tokio::task::spawn_blocking(encode).await;
        let encoded = encoded.map_err(|error| exec_datafusion_err!("writing flows stopped: {error}"))??;
        for (date, file) in encoded {
            self.files.push(file.put(&self.place, &FORM, date, &format!("{:032x}", new_name())).await?);
        }
        self.memory.free();
        Ok(())
    }

    async fn finish(mut self) -> Result<Vec<DataFile>, LakeError> {
        self.flush().await?;
        Ok(self.files)
    }
}
