//! A result that many queries read: in memory while it is small, in a temporary Parquet file when it is not.

use std::fs::File;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::datasource::{MemTable, TableProvider};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::prelude::ParquetReadOptions;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tempfile::TempPath;

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

/// Rows on their way into a table.
pub(crate) struct Rows {
    name: String,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    rows: usize,
    memory: MemoryReservation,
    limit_bytes: usize,
    file: Option<(ArrowWriter<File>, TempPath, Registered)>,
}

impl Rows {
    /// None yet, of the table called `name`.
    pub(crate) fn new(session: &Session, name: &str, schema: &SchemaRef) -> Self {
        let pool = Arc::clone(&session.context().runtime_env().memory_pool);
        // The queries that read the table need the rest.
        let share = match pool.memory_limit() {
            MemoryLimit::Finite(bytes) => bytes / 8,
            MemoryLimit::Infinite | MemoryLimit::Unknown => CONVERSATIONS_IN_MEMORY_BYTES,
        };
        Rows {
            name: name.to_owned(),
            schema: Arc::clone(schema),
            batches: Vec::new(),
            rows: 0,
            memory: MemoryConsumer::new(name).register(&pool),
            limit_bytes: share.min(CONVERSATIONS_IN_MEMORY_BYTES),
            file: None,
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When they must go to a file, and it can't be written.
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<()> {
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

    /// The rows as a table.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(crate) async fn finish(self, session: &Session) -> Result<(Arc<dyn TableProvider>, Kept)> {
        let (rows, memory) = (self.rows, self.memory);
        let Some((writer, path, registered)) = self.file else {
            // One partition: whoever wants more of them cuts it.
            let table = Arc::new(MemTable::try_new(self.schema, vec![self.batches])?);
            return Ok((table, Kept { rows, memory_bytes: memory.size(), _memory: memory, _file: None }));
        };
        writer.close()?;
        let location = path.to_str().ok_or_else(|| exec_datafusion_err!("the temporary folder's name is not UTF-8"))?;
        let options = ParquetReadOptions::default().schema(&self.schema);
        let table = session.context().read_parquet(location, options).await?.into_view();
        Ok((table, Kept { rows, memory_bytes: 0, _memory: memory, _file: Some((path, registered)) }))
    }

    /// Registers the rows as the table they are called.
    ///
    /// # Errors
    /// When the file can't be written, or there is a table of that name.
    pub(crate) async fn register(self, session: &Session) -> Result<Kept> {
        let name = self.name.clone();
        let (table, kept) = self.finish(session).await?;
        session.context().register_table(name, table)?;
        Ok(kept)
    }
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
        let batches = session.sql(sql).await.expect("a query").collect().await.expect("rows");
        let mut rows = Rows::new(&session, "numbers", &batches[0].schema());
        rows.limit_bytes = limit_bytes;
        batches.into_iter().for_each(|batch| rows.push(batch).expect("room"));
        let kept = rows.register(&session).await.expect("a table");
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
