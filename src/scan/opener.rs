//! Opening one object: fetch, recognise, and stream its batches.
//!
//! An object that can't be read is named in the coverage report and the scan goes on; only `--strict` and errors of
//! the query itself end it.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use bytes::Bytes;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::{GetOptions, ObjectMeta, ObjectStore};
use parquet::errors::ParquetError;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::cache::{Gathering, Identity};
use super::coverage::Spent;
use super::filter::ScanFilter;
use super::lookahead::{Lookahead, fetch_whole, is_fetched_whole};
use super::parquet_object::{self, ObjectReader};
use super::plan::ScanPlan;
use super::schema::KEY_COLUMNS;
use super::text::TextBatches;
use crate::format::{
    Block, EnvelopeError, Foreign, Form, Gunzip, GzipError, HEAD_BYTES, Tally, Text, is_gzip, mark_bytes, recognise,
};
use crate::limits::{MAX_OBJECT_BYTES, TEXT_PIECE_BYTES};

/// Why an object can't be read.
#[derive(Debug, Error)]
pub(super) enum ReadError {
    #[error("{}", crate::store::told(.0))]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Gzip(#[from] GzipError),
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("damaged Parquet: {0}; get a new copy of the object")]
    Parquet(#[from] ParquetError),
    #[error("named like a flow log, but it is {0}")]
    NotWhatItIsCalled(Foreign),
    #[error("larger than {limit} bytes; {}", remedy(*.limit))]
    TooLarge { limit: usize },
}

/// What to do with an object larger than `limit`.
fn remedy(limit: usize) -> &'static str {
    if limit < MAX_OBJECT_BYTES { "raise --max-object-size" } else { "that is the most that is read: split it" }
}

/// What one partition of a scan uses again from object to object.
#[derive(Default)]
struct Workspace {
    gunzip: Option<Gunzip>,
    text: Vec<u8>,
}

/// Memory of more than this is given back to the system after its object.
const KEPT_TEXT_BYTES: usize = 64 << 20;

/// Opens the objects of one partition.
pub(super) struct FlowOpener {
    plan: Arc<ScanPlan>,
    store: Arc<dyn ObjectStore>,
    ahead: Option<Arc<Lookahead>>,
    workspace: Arc<Mutex<Workspace>>,
}

type Batches = BoxStream<'static, Result<RecordBatch>>;

impl FlowOpener {
    pub(super) fn new(plan: Arc<ScanPlan>, store: Arc<dyn ObjectStore>, ahead: Option<Arc<Lookahead>>) -> Self {
        FlowOpener { plan, store, ahead, workspace: Arc::default() }
    }
}

impl FileOpener for FlowOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let name: Arc<str> = match file.partition_values.last() {
            Some(ScalarValue::Utf8View(Some(name))) => name.as_str().into(),
            _ => file.object_meta.location.as_ref().into(),
        };
        let flow_log_id = KEY_COLUMNS.iter().position(|column| *column == "_flow_log_id");
        let is_named_flow_log =
            flow_log_id.and_then(|index| file.partition_values.get(index)).is_some_and(|id| !id.is_null());
        let object = OpenObject {
            is_named_flow_log,
            filter: self.plan.filter(&file.partition_values)?,
            plan: Arc::clone(&self.plan),
            store: Arc::clone(&self.store),
            ahead: self.ahead.clone(),
            workspace: Arc::clone(&self.workspace),
            meta: file.object_meta,
            name,
        };
        Ok(object.batches().boxed())
    }
}

/// One object on its way to batches.
struct OpenObject {
    plan: Arc<ScanPlan>,
    store: Arc<dyn ObjectStore>,
    ahead: Option<Arc<Lookahead>>,
    workspace: Arc<Mutex<Workspace>>,
    filter: Option<ScanFilter>,
    meta: ObjectMeta,
    name: Arc<str>,
    /// Whether its key is that of a flow-log object, so that anything else in it is damage.
    is_named_flow_log: bool,
}

impl ReadError {
    /// Whether the object is at fault, and not the way to it.
    fn is_damage(&self) -> bool {
        match self {
            ReadError::Store(_) | ReadError::Parquet(ParquetError::External(_)) => false,
            ReadError::Gzip(_)
            | ReadError::Envelope(_)
            | ReadError::Parquet(_)
            | ReadError::NotWhatItIsCalled(_)
            | ReadError::TooLarge { .. } => true,
        }
    }
}

impl OpenObject {
    async fn batches(mut self) -> Result<Batches> {
        if !self.plan.coverage.opened(&self.name, self.meta.size) {
            self.plan = Arc::new(ScanPlan { coverage: Arc::default(), ..ScanPlan::clone(&self.plan) });
        }
        if let Some(batches) = self.kept()? {
            return Ok(batches);
        }
        let (plan, name) = (Arc::clone(&self.plan), Arc::clone(&self.name));
        match self.read().await {
            Ok(batches) => Ok(batches),
            Err(error) => broken(&plan, &name, &error).map(|()| stream::empty().boxed()),
        }
    }

    /// The object's batches, if what earlier queries decoded of it is enough.
    fn kept(&self) -> Result<Option<Batches>> {
        let Some(cache) = self.plan.read.cache.as_ref().filter(|_| self.plan.is_kept()) else { return Ok(None) };
        let object = Identity::new(&self.name, &self.meta);
        let Some((batches, tally)) = cache.find(&object, self.filter.as_ref(), &self.plan)? else { return Ok(None) };
        self.plan.coverage.add(&self.name, &tally);
        Ok(Some(stream::iter(batches.into_iter().map(Ok)).boxed()))
    }

    async fn read(self) -> Result<Batches, ReadError> {
        // A small object in one request; of a large one the head first, because text and Parquet are read in parts.
        let small = is_fetched_whole(&self.meta);
        let head = if small { self.fetch().await? } else { self.fetch_range(0..HEAD_BYTES as u64).await? };
        if is_gzip(&head) {
            let object = if small { head } else { self.fetch().await? };
            self.digest(&object);
            return self.read_gzip(&object);
        }
        match recognise(&head, self.plan.read.log_format.as_ref()) {
            // A digest is of all of it.
            Form::Parquet if !small && self.plan.coverage.wants_digests() => {
                let object = self.fetch().await?;
                self.digest(&object);
                self.read_parquet(Some(object)).await
            }
            Form::Parquet => {
                let whole = small.then_some(head);
                whole.iter().for_each(|object| self.digest(object));
                self.read_parquet(whole).await
            }
            // Nothing more is wanted of an image, however large it is.
            form @ Form::Foreign(_) => {
                if small {
                    self.digest(&head);
                }
                self.read_text(form, Vec::new())
            }
            Form::Lines(layout) | Form::Export(layout) if !small => {
                Ok(self.read_pieces(Arc::new(layout), &head[..mark_bytes(&head)]))
            }
            form => {
                let object = if small { head } else { self.fetch().await? };
                self.digest(&object);
                self.read_text(form, object.to_vec())
            }
        }
    }

    /// Tells the digest of the whole object, if it is wanted.
    fn digest(&self, object: &[u8]) {
        if self.plan.coverage.wants_digests() {
            self.plan.coverage.digest(&self.name, Sha256::digest(object).into());
        }
    }

    async fn fetch(&self) -> Result<Bytes, ReadError> {
        let limit = self.plan.read.max_object_bytes;
        if self.meta.size > limit as u64 {
            return Err(ReadError::TooLarge { limit });
        }
        let begun = Instant::now();
        let fetched = match &self.ahead {
            Some(ahead) if is_fetched_whole(&self.meta) => ahead.take(&self.meta, &self.store).await,
            _ => fetch_whole(&self.store, &self.meta).await,
        };
        self.plan.coverage.spend(Spent { fetching: begun.elapsed(), ..Spent::default() });
        Ok(fetched?)
    }

    async fn fetch_range(&self, range: Range<u64>) -> Result<Bytes, ReadError> {
        let options = GetOptions::new().with_range(Some(range)).with_if_match(self.meta.e_tag.clone());
        Ok(self.store.get_opts(&self.meta.location, options).await?.bytes().await?)
    }

    fn read_gzip(self, object: &[u8]) -> Result<Batches, ReadError> {
        let (gunzip, mut text) = {
            let mut workspace = self.workspace.lock().unwrap_or_else(PoisonError::into_inner);
            (workspace.gunzip.take(), std::mem::take(&mut workspace.text))
        };
        let mut gunzip = gunzip.unwrap_or_else(|| Gunzip::new(self.plan.read.max_object_bytes));
        let begun = Instant::now();
        let inflated = gunzip.inflate(object, &mut text);
        self.plan.coverage.spend(Spent { decoding: begun.elapsed(), ..Spent::default() });
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner).gunzip = Some(gunzip);
        inflated?;
        if text.starts_with(b"PAR1") {
            // Nobody compresses Parquet twice on purpose.
            self.plan.coverage.foreign(&self.name, Foreign::Binary);
            return Ok(stream::empty().boxed());
        }
        let form = recognise(&text, self.plan.read.log_format.as_ref());
        self.read_text(form, text)
    }

    fn read_text(self, form: Form, text: Vec<u8>) -> Result<Batches, ReadError> {
        if let Form::Foreign(reason) = form {
            // Of a large object only the head was looked at.
            let is_seen = is_fetched_whole(&self.meta);
            let reason = if reason == Foreign::Empty && !is_seen { Foreign::Text } else { reason };
            let is_damage = match reason {
                Foreign::Text | Foreign::Binary | Foreign::Json => true,
                // Blank lines are a text, no bytes are none.
                Foreign::Empty => self.meta.size == 0,
                Foreign::ControlMessage | Foreign::WriteTest | Foreign::Parquet => false,
            };
            if self.is_named_flow_log && is_damage {
                return Err(ReadError::NotWhatItIsCalled(reason));
            }
            let reason = if self.name.ends_with("aws-logs-write-test") { Foreign::WriteTest } else { reason };
            self.plan.coverage.foreign(&self.name, reason);
            return Ok(stream::empty().boxed());
        }
        let Some(text) = form.into_text(text)? else {
            return Ok(stream::empty().boxed());
        };
        let memory = self.reserve(text.block.len());
        let object = Identity::new(&self.name, &self.meta);
        let gathering = Gathering::of(&self.plan, &object, self.filter.is_some());
        let batches = TextBatches::new(text, self.filter, self.plan, self.name, gathering);
        Ok(stream::iter(Reclaiming { batches: Some(batches), workspace: self.workspace, _memory: memory }).boxed())
    }

    /// Counts a block against the memory limit, so that operators spill earlier; it is held already.
    fn reserve(&self, bytes: usize) -> MemoryReservation {
        let reservation = MemoryConsumer::new("flow log block").register(&self.plan.memory);
        reservation.grow(bytes);
        reservation
    }

    /// Reads a large text from behind its `mark` on, a piece at a time, each ending with a whole line.
    fn read_pieces(self, layout: Arc<crate::format::Layout>, mark: &[u8]) -> Batches {
        let digest = self.plan.coverage.wants_digests().then(|| Sha256::new_with_prefix(mark));
        let offset = mark.len() as u64;
        let first = Pieces { object: Arc::new(self), layout, offset, carried: Vec::new(), lines: 0, digest };
        let (plan, name) = (Arc::clone(&first.object.plan), Arc::clone(&first.object.name));
        stream::try_unfold(first, |pieces| pieces.next())
            .map_ok(stream::iter)
            .try_flatten()
            .filter_map(move |batch| {
                let batch = match batch {
                    Err(DataFusionError::External(error)) => match error.downcast::<ReadError>() {
                        Ok(error) => broken(&plan, &name, &error).err().map(Err),
                        Err(error) => Some(Err(DataFusionError::External(error))),
                    },
                    batch => Some(batch),
                };
                std::future::ready(batch)
            })
            .boxed()
    }

    async fn read_parquet(self, whole: Option<Bytes>) -> Result<Batches, ReadError> {
        let reader = ObjectReader::new(self.store, self.meta);
        let reader = if let Some(whole) = whole { reader.with_whole(whole) } else { reader };
        let builder = parquet_object::open(reader).await?;
        let names = match parquet_object::columns(&builder) {
            Ok(names) => names,
            Err(reason) => {
                self.plan.coverage.foreign(&self.name, reason);
                return Ok(stream::empty().boxed());
            }
        };
        let (plan, name) = (Arc::clone(&self.plan), Arc::clone(&self.name));
        let batches = parquet_object::stream(builder, &names, self.filter, self.plan, self.name)?;
        // A page that turns out damaged ends the object; what was read before it stays.
        let batches = batches.filter_map(move |batch| {
            let batch = match batch {
                Err(DataFusionError::ParquetError(error)) => match of_condition(*error) {
                    Ok(of_statement) => Some(Err(of_statement)),
                    Err(error) => broken(&plan, &name, &ReadError::Parquet(error)).err().map(Err),
                },
                batch => Some(batch),
            };
            std::future::ready(batch)
        });
        Ok(batches.boxed())
    }
}

/// The error of a condition, which is the statement's, of those that a reader of Parquet gives.
fn of_condition(error: ParquetError) -> Result<DataFusionError, ParquetError> {
    let ParquetError::External(error) = error else { return Err(error) };
    let inner = match error.downcast::<ArrowError>() {
        Ok(arrow) => match *arrow {
            ArrowError::ExternalError(inner) => inner,
            other => return Err(ParquetError::External(Box::new(other))),
        },
        Err(other) => return Err(ParquetError::External(other)),
    };
    inner.downcast::<DataFusionError>().map(|error| *error).map_err(ParquetError::External)
}

/// Accounts for an object that can't be read; an error under `--strict`.
fn broken(plan: &ScanPlan, name: &str, error: &ReadError) -> Result<()> {
    if plan.read.strict {
        return Err(DataFusionError::Execution(format!("{name}: {error} (--strict)")));
    }
    plan.coverage.failed(name, error.to_string(), error.is_damage());
    Ok(())
}

/// A large text on its way.
struct Pieces {
    object: Arc<OpenObject>,
    layout: Arc<crate::format::Layout>,
    offset: u64,
    carried: Vec<u8>,
    lines: u64,
    /// Of what has been fetched, if it is wanted.
    digest: Option<Sha256>,
}

impl Pieces {
    /// Decodes the next piece; `None` at the end.
    async fn next(mut self) -> Result<Option<(Vec<Result<RecordBatch>>, Self)>> {
        let object = Arc::clone(&self.object);
        let limit = object.plan.read.max_object_bytes;
        let external = |error: ReadError| DataFusionError::External(Box::new(error));
        while self.offset < object.meta.size {
            let range = self.offset..object.meta.size.min(self.offset + TEXT_PIECE_BYTES);
            self.offset = range.end;
            let piece = object.fetch_range(range).await.map_err(external)?;
            if let Some(digest) = &mut self.digest {
                digest.update(&piece);
            }
            self.carried.extend_from_slice(&piece);
            let end = memchr::memrchr(b'\n', &self.carried).map_or(0, |newline| newline + 1);
            let end = if self.offset == object.meta.size { self.carried.len() } else { end };
            if end == 0 && self.carried.len() > limit {
                return Err(external(ReadError::TooLarge { limit }));
            }
            if end > 0 {
                let rest = self.carried.split_off(end);
                let block = Block::new(std::mem::replace(&mut self.carried, rest));
                return Ok(Some((self.decode(block), self)));
            }
        }
        if let Some(digest) = self.digest {
            object.plan.coverage.digest(&object.name, digest.finalize().into());
        }
        Ok(None)
    }

    fn decode(&mut self, block: Block) -> Vec<Result<RecordBatch>> {
        let _memory = self.object.reserve(block.len());
        let layout = Arc::clone(&self.layout);
        let text = Text { block, layout, lines_before: self.lines, before: Tally::default() };
        let object = &self.object;
        let mut batches =
            TextBatches::new(text, object.filter.clone(), Arc::clone(&object.plan), Arc::clone(&object.name), None);
        let decoded = batches.by_ref().collect();
        self.layout = Arc::clone(batches.layout());
        self.lines += batches.lines();
        decoded
    }
}

/// The batches of a block, whose memory goes back to the workspace at the end.
struct Reclaiming {
    batches: Option<TextBatches>,
    workspace: Arc<Mutex<Workspace>>,
    _memory: MemoryReservation,
}

impl Iterator for Reclaiming {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.as_mut()?.next();
        if batch.is_none()
            && let Some(block) = self.batches.take().map(TextBatches::into_block)
            && let Some(text) = block.reclaim()
            && text.capacity() <= KEPT_TEXT_BYTES
        {
            self.workspace.lock().unwrap_or_else(PoisonError::into_inner).text = text;
        }
        batch
    }
}
