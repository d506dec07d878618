//! A result that many queries read: in memory while it is small, in a temporary Parquet file when it is not.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::physical_plan::{ExecutionPlanProperties, execute_stream_partitioned};
use datafusion::prelude::{DataFrame, ParquetReadOptions};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tempfile::TempPath;
use tokio::sync::mpsc;

use crate::limits::CONVERSATIONS_IN_MEMORY_BYTES;
use crate::session::Session;
use crate::temporary::Registered;

/// Where the rows of a table are.
#[derive(Debug)]
pub struct Kept {
    /// How many rows there are.
    pub rows: usize,
    /// What they take in memory, in bytes; 0 when they are in a file.
    pub memory_bytes: usize,
    /// Counted against the session's memory limit for as long as the table is.
    _memory: MemoryReservation,
    /// The file, removed with the table.
    _file: Option<(TempPath, Registered)>,
}

impl Kept {
    /// Whether the rows went to a file.
    pub fn is_spilled(&self) -> bool {
        self._file.is_some()
    }
}

/// Batches on their way into the table.
struct Rows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    rows: usize,
    memory: MemoryReservation,
    limit_bytes: usize,
    file: Option<(ArrowWriter<File>, TempPath, Registered)>,
}

/// Runs a query and registers its result under `name`.
///
/// # Errors
/// The engine's; and the system's when the temporary file can't be written.
pub(super) async fn keep(session: &Session, name: &str, frame: DataFrame) -> Result<Kept> {
    // The queries that read the table need the rest.
    let share = match frame.task_ctx().memory_pool().memory_limit() {
        MemoryLimit::Finite(bytes) => bytes / 8,
        MemoryLimit::Infinite | MemoryLimit::Unknown => CONVERSATIONS_IN_MEMORY_BYTES,
    };
    keep_within(session, name, frame, share.min(CONVERSATIONS_IN_MEMORY_BYTES)).await
}

async fn keep_within(session: &Session, name: &str, frame: DataFrame, limit_bytes: usize) -> Result<Kept> {
    let context = session.context();
    let task = Arc::new(frame.task_ctx());
    let memory = MemoryConsumer::new(name).register(task.memory_pool());
    let plan = frame.create_physical_plan().await?;
    let schema = plan.schema();
    let mut rows = Rows { schema: Arc::clone(&schema), batches: Vec::new(), rows: 0, memory, limit_bytes, file: None };
    // Partitions run side by side and their batches are taken as they come: none holds more than a few.
    let (sender, mut receiver) = mpsc::channel(plan.output_partitioning().partition_count());
    let mut tasks = tokio::task::JoinSet::new();
    for mut batches in execute_stream_partitioned(plan, task)? {
        let sender = sender.clone();
        tasks.spawn(async move {
            while let Some(batch) = batches.next().await {
                if sender.send(batch).await.is_err() {
                    return;
                }
            }
        });
    }
    drop(sender);
    while let Some(batch) = receiver.recv().await {
        rows.push(compact(batch?)?)?;
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(|error| exec_datafusion_err!("reading flows stopped: {error}"))?;
    }
    let (count, memory, file) = (rows.rows, rows.memory, rows.file);
    let Some((writer, path, registered)) = file else {
        let table = MemTable::try_new(schema, vec![rows.batches])?;
        context.register_table(name, Arc::new(table))?;
        return Ok(Kept { rows: count, memory_bytes: memory.size(), _memory: memory, _file: None });
    };
    writer.close()?;
    let location = path.to_str().ok_or_else(|| exec_datafusion_err!("the temporary folder's name is not UTF-8"))?;
    context.register_parquet(name, location, ParquetReadOptions::default().schema(&schema)).await?;
    Ok(Kept { rows: count, memory_bytes: 0, _memory: memory, _file: Some((path, registered)) })
}

impl Rows {
    fn push(&mut self, batch: RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows();
        if self.file.is_none() {
            let bytes = batch.get_array_memory_size();
            if self.memory.size() + bytes <= self.limit_bytes && self.memory.try_grow(bytes).is_ok() {
                self.batches.push(batch);
                return Ok(());
            }
            self.file = Some(self.spill()?);
        }
        if let Some((writer, ..)) = &mut self.file {
            writer.write(&batch)?;
        }
        Ok(())
    }

    /// Moves what is in memory to a file.
    fn spill(&mut self) -> Result<(ArrowWriter<File>, TempPath, Registered)> {
        let temporary = tempfile::Builder::new()
            .prefix("vpcflow-")
            .suffix(".parquet")
            .tempfile()
            .map_err(|error| DataFusionError::IoError(error).context("the temporary folder"))?;
        let registered = Registered::new(temporary.path());
        let (file, path) = temporary.into_parts();
        let compression = Compression::ZSTD(ZstdLevel::try_new(1)?);
        let properties = WriterProperties::builder().set_compression(compression).build();
        let mut writer = ArrowWriter::try_new(file, Arc::clone(&self.schema), Some(properties))?;
        for batch in self.batches.drain(..) {
            writer.write(&batch)?;
        }
        self.memory.free();
        Ok((writer, path, registered))
    }
}

/// The batches of an aggregate are slices of one large result; each would keep that whole and count it as its own.
fn compact(batch: RecordBatch) -> Result<RecordBatch> {
    let all = UInt32Array::from_iter_values(0..batch.num_rows() as u32);
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8View => Ok(Arc::new(column.as_string_view().gc()) as ArrayRef),
        _ => take(column, &all, None),
    });
    let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionOptions;

    async fn kept(limit_bytes: usize) -> (Session, Kept) {
        let options = SessionOptions { threads: 2, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let sql =
            "SELECT value, arrow_cast('host ' || value, 'Utf8View') AS name FROM generate_series(1, 20000) ORDER BY 1";
        let frame = session.sql(sql).await.expect("a query");
        let kept = keep_within(&session, "numbers", frame, limit_bytes).await.expect("a table");
        (session, kept)
    }

    async fn answer(session: &Session) -> String {
        let sql = "SELECT count(*) AS rows, sum(value) AS sum, max(name) AS last FROM numbers";
        let batches = session.sql(sql).await.expect("a query").collect().await.expect("an answer");
        arrow::util::pretty::pretty_format_batches(&batches).expect("displayable").to_string()
    }

    #[tokio::test]
    async fn a_table_is_the_same_in_memory_and_in_a_file() {
        let (in_memory, small) = kept(64 << 20).await;
        assert!(!small.is_spilled() && small.memory_bytes > 0);
        // The first batches fit, the later ones don't.
        let (in_file, large) = kept(small.memory_bytes / 2).await;
        assert!(large.is_spilled() && large.memory_bytes == 0);
        assert_eq!((small.rows, large.rows), (20_000, 20_000));
        let expected = answer(&in_memory).await;
        assert!(expected.contains("| 20000 | 200010000 | host 9999 |"), "{expected}");
        assert_eq!(answer(&in_file).await, expected);
    }
}
