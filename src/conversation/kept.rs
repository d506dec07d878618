//! A result that many queries read: in memory while it is small, in temporary Parquet files when it is not.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch, Scalar};
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::{BatchCoalescer, and, filter_record_batch, not};
use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::datasource::TableProvider;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use tempfile::TempPath;

use super::segments::{Place, Segment, Segments};
use crate::limits::{BATCH_ROWS, CONVERSATIONS_IN_MEMORY_BYTES, SPILLED_GROUP_ROWS};
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
    /// The files, removed with the table and the last plan that reads it.
    _files: Vec<Arc<KeptFile>>,
}

/// A temporary file of rows; removed when nobody reads it any more.
pub(super) type KeptFile = (TempPath, Registered);

impl Kept {
    /// Whether the rows went to files.
    pub fn is_spilled(&self) -> bool {
        !self._files.is_empty()
    }
}

/// Rows on their way into a table.
pub(crate) struct Rows {
    name: String,
    schema: SchemaRef,
    /// The columns that make a class: rows of different ones are kept apart.
    class: Vec<usize>,
    apart: Vec<Apart>,
    rows: usize,
    memory: MemoryReservation,
    limit_bytes: usize,
    is_spilled: bool,
}

/// The rows of a class.
struct Apart {
    class: Vec<ScalarValue>,
    /// Whether they are in the wider table only.
    is_left_out: bool,
    rows: usize,
    /// Makes batches of one size, which hold nothing but their rows, of parts of others.
    gathered: BatchCoalescer,
    batches: Vec<RecordBatch>,
    file: Option<Spill>,
}

struct Spill {
    writer: ArrowWriter<File>,
    path: TempPath,
    registered: Registered,
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
            class: Vec::new(),
            apart: Vec::new(),
            rows: 0,
            memory: MemoryConsumer::new(name).register(&pool),
            limit_bytes: share.min(CONVERSATIONS_IN_MEMORY_BYTES),
            is_spilled: false,
        }
    }

    /// All rows of a query, as the table called `name`.
    ///
    /// # Errors
    /// The query's, or when they must go to a file, and it can't be written.
    pub(crate) async fn of(
        session: &Session,
        name: &str,
        schema: &SchemaRef,
        batches: SendableRecordBatchStream,
    ) -> Result<(Arc<dyn TableProvider>, Kept)> {
        Rows::new(session, name, schema).and_all(batches).await?.finish()
    }

    /// The same with all rows of a query, of any class.
    ///
    /// # Errors
    /// As [`Rows::of`].
    pub(crate) async fn and_all(mut self, mut batches: SendableRecordBatchStream) -> Result<Self> {
        while let Some(batch) = batches.next().await {
            let mut rest = batch?;
            while rest.num_rows() > 0 {
                let is_first = self.is_like_first(&rest)?;
                if is_first.true_count() == rest.num_rows() {
                    self.push(rest)?;
                    break;
                }
                self.push(filter_record_batch(&rest, &is_first)?)?;
                rest = filter_record_batch(&rest, &not(&is_first)?)?;
            }
        }
        Ok(self)
    }

    /// Which rows are of the class of the first one.
    fn is_like_first(&self, batch: &RecordBatch) -> Result<BooleanArray> {
        let mut is_like = BooleanArray::from(vec![true; batch.num_rows()]);
        for column in self.class.iter().map(|column| batch.column(*column)) {
            is_like = and(&is_like, &not_distinct(column, &Scalar::new(column.slice(0, 1)))?)?;
        }
        Ok(is_like)
    }

    /// Keeps rows apart that differ in these columns. Classes must be few.
    pub(crate) fn apart_by(mut self, columns: &[&str]) -> Result<Self> {
        self.class = columns.iter().map(|column| self.schema.index_of(column)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Adds rows of one class.
    ///
    /// # Errors
    /// When they must go to a file, and it can't be written.
    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.push_of(batch, false)
    }

    /// Adds rows, which the table may leave out: see [`Rows::register_both`].
    ///
    /// # Errors
    /// As [`Rows::push`].
    pub(super) fn push_of(&mut self, batch: RecordBatch, is_left_out: bool) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows();
        let of_batch = |column: &usize| ScalarValue::try_from_array(batch.column(*column), 0);
        let class = self.class.iter().map(of_batch).collect::<Result<_>>()?;
        let apart = self.apart(class, is_left_out);
        apart.rows += batch.num_rows();
        apart.gathered.push_batch(batch)?;
        self.keep()
    }

    /// Keeps what has been gathered, in memory or in files.
    fn keep(&mut self) -> Result<()> {
        for place in 0..self.apart.len() {
            while let Some(batch) = self.apart[place].gathered.next_completed_batch() {
                let bytes = batch.get_array_memory_size();
                let has_room = self.memory.size() + bytes <= self.limit_bytes && self.memory.try_grow(bytes).is_ok();
                if !self.is_spilled && !has_room {
                    self.is_spilled = true;
                    self.apart.iter_mut().try_for_each(|apart| apart.spill(&self.schema))?;
                }
                let apart = &mut self.apart[place];
                match self.is_spilled {
                    true => {
                        self.memory.free();
                        apart.write(&self.schema, &batch)?;
                    }
                    false => apart.batches.push(batch),
                }
            }
        }
        Ok(())
    }

    fn apart(&mut self, class: Vec<ScalarValue>, is_left_out: bool) -> &mut Apart {
        let is_it = |apart: &Apart| apart.class == class && apart.is_left_out == is_left_out;
        let place = self.apart.iter().position(is_it).unwrap_or_else(|| {
            let mut gathered = BatchCoalescer::new(Arc::clone(&self.schema), BATCH_ROWS);
            // Those of a class were made for it, and the large ones need not be copied. Others may be parts of larger ones.
            gathered.set_biggest_coalesce_batch_size((!self.class.is_empty()).then_some(BATCH_ROWS / 4));
            self.apart.push(Apart { class, is_left_out, rows: 0, gathered, batches: Vec::new(), file: None });
            self.apart.len() - 1
        });
        &mut self.apart[place]
    }

    /// The rows as a table.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(crate) fn finish(self) -> Result<(Arc<dyn TableProvider>, Kept)> {
        let (table, kept) = self.segments()?;
        Ok((Arc::new(table), kept))
    }

    fn segments(mut self) -> Result<(Segments, Kept)> {
        self.apart.iter_mut().try_for_each(|apart| apart.gathered.finish_buffered_batch())?;
        self.keep()?;
        let mut files = Vec::new();
        let mut segments = Vec::new();
        for apart in self.apart {
            let place = match apart.file {
                None => Place::Memory(apart.batches),
                Some(Spill { writer, path, registered }) => {
                    writer.close()?;
                    let location = object_store::path::Path::from_absolute_path(&path)?;
                    let bytes = std::fs::metadata(&path)?.len();
                    let file = Arc::new((path, registered));
                    files.push(Arc::clone(&file));
                    Place::File { file: Box::new(PartitionedFile::new(location, bytes)), _kept: file }
                }
            };
            let Apart { class, is_left_out, rows, .. } = apart;
            segments.push(Segment { class, is_left_out, rows, place });
        }
        let kept = Kept { rows: self.rows, memory_bytes: self.memory.size(), _memory: self.memory, _files: files };
        Ok((Segments::new(self.schema, &self.class, segments)?, kept))
    }

    /// Registers the rows as the table they are called.
    ///
    /// # Errors
    /// When the file can't be written, or there is a table of that name.
    pub(crate) fn register(self, session: &Session) -> Result<Kept> {
        let name = self.name.clone();
        let (table, kept) = self.finish()?;
        session.context().register_table(name, table)?;
        Ok(kept)
    }

    /// Registers all rows as the table `every`, and those that are not to be left out as the one they are called.
    ///
    /// # Errors
    /// When a file can't be written, or there is a table of one of the names.
    pub(super) fn register_both(self, session: &Session, every: &str) -> Result<Kept> {
        let name = self.name.clone();
        let (table, kept) = self.segments()?;
        session.context().register_table(name, Arc::new(table.without_left_out()?))?;
        session.context().register_table(every, Arc::new(table))?;
        Ok(kept)
    }
}

impl Apart {
    fn write(&mut self, schema: &SchemaRef, batch: &RecordBatch) -> Result<()> {
        if self.file.is_none() {
            self.spill(schema)?;
        }
        if let Some(file) = &mut self.file {
            file.writer.write(batch)?;
        }
        Ok(())
    }

    /// Moves what is in memory to a file.
    fn spill(&mut self, schema: &SchemaRef) -> Result<()> {
        let temporary = tempfile::Builder::new()
            .prefix("vpcflow-")
            .suffix(".parquet")
            .tempfile()
            .map_err(|error| DataFusionError::IoError(error).context("the temporary folder"))?;
        let registered = Registered::new(temporary.path());
        let (file, path) = temporary.into_parts();
        // What is written once is read many times: nothing that takes long to undo. Pages that are not compressed at all
        // would be parts of what was read at once, and each would count in memory as the whole.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(SPILLED_GROUP_ROWS))
            .build();
        let mut writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))?;
        for batch in self.batches.drain(..) {
            writer.write(&batch)?;
        }
        self.file = Some(Spill { writer, path, registered });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use arrow::compute::partition;
    use datafusion::physical_plan::displayable;

    use super::*;
    use crate::session::SessionOptions;

    const SQL: &str = "
        SELECT value, arrow_cast('host ' || value, 'Utf8View') AS name,
            arrow_cast(CASE WHEN value % 9000 < 2000 THEN 'in' WHEN value % 9000 < 7000 THEN 'out' END, 'Utf8View') AS way
        FROM generate_series(1, 20000)
        ORDER BY 1";

    async fn kept(limit_bytes: usize) -> (Session, Kept) {
        let options = SessionOptions { threads: 2, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let batches = session.sql(SQL).await.expect("a query").collect().await.expect("rows");
        let mut rows = Rows::new(&session, "numbers", &batches[0].schema()).apart_by(&["way"]).expect("a column");
        rows.limit_bytes = limit_bytes;
        for batch in batches {
            let ways = partition(&[Arc::clone(batch.column(2))]).expect("comparable").ranges();
            ways.into_iter().for_each(|way| rows.push(batch.slice(way.start, way.len())).expect("room"));
        }
        let kept = rows.register(&session).expect("a table");
        (session, kept)
    }

    async fn answer(session: &Session, sql: &str) -> String {
        let batches = session.sql(sql).await.expect("a query").collect().await.expect("an answer");
        arrow::util::pretty::pretty_format_batches(&batches).expect("displayable").to_string()
    }

    #[tokio::test]
    async fn a_table_is_the_same_in_memory_and_in_files() {
        let (in_memory, small) = kept(64 << 20).await;
        assert!(!small.is_spilled() && small.memory_bytes > 0);
        // The first batches fit, the later ones don't.
        let (in_files, large) = kept(small.memory_bytes / 2).await;
        assert!(large.is_spilled() && large.memory_bytes == 0);
        assert_eq!((small.rows, large.rows), (20_000, 20_000));
        let all = "SELECT count(*) AS rows, sum(value) AS sum, max(name) AS last FROM numbers";
        assert!(answer(&in_memory, all).await.contains("| 20000 | 200010000 | host 9999 |"));
        for condition in [
            "true",
            "way = 'in'",
            "'out' = way AND value > 9000",
            "way IS NULL",
            "way <> 'in'",
            "way IS DISTINCT FROM 'in'",
            "way IN ('in', 'out') OR value = 8999",
            "coalesce(way, 'no') = 'no' AND name LIKE '%9'",
            "way = 'nowhere'",
        ] {
            let sql = |table: &str| {
                format!("SELECT count(*) AS n, sum(value) AS s, max(way) AS w FROM {table} WHERE {condition}")
            };
            let expected = answer(&in_memory, &sql(&format!("({SQL})"))).await;
            assert_eq!(answer(&in_memory, &sql("numbers")).await, expected, "{condition}");
            assert_eq!(answer(&in_files, &sql("numbers")).await, expected, "{condition}");
        }
    }

    #[tokio::test]
    async fn what_a_class_decides_is_not_looked_at() {
        for (session, _kept) in [kept(64 << 20).await, kept(1).await] {
            let plan = async |sql: &str| {
                let plan = session.sql(sql).await.expect("a query").create_physical_plan().await.expect("a plan");
                displayable(plan.as_ref()).indent(false).to_string()
            };
            let inbound = "SELECT value FROM numbers AS n WHERE n.way = 'in'";
            assert!(!plan(inbound).await.contains("FilterExec"), "{}", plan(inbound).await);
            // 1 to 1999, 9000 to 10999 and 18000 to 19999.
            assert_eq!(session.sql(inbound).await.expect("a query").count().await.expect("rows"), 5_999);
            let narrowed = plan("SELECT value FROM numbers WHERE way = 'in' AND value > 3").await;
            assert!(narrowed.contains("FilterExec: value@0 > 3\n"), "{narrowed}");
        }
    }
}
