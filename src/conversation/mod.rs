//! From raw rows to oriented conversations: who opened a connection, which port is the service, what became of it.
//!
//! One scan of `flows` is rolled up into three tables. `conversations` has a row for every five minutes (of the records'
//! start), vantage (an interface in a flow log), initiator, responder, service port and protocol; rows without traffic
//! (NODATA, SKIPDATA) have no endpoints and are counted in the same pass. `connections` has the same packets once,
//! although several vantages recorded them: every number is the largest that one vantage saw, and the interface named is
//! the one at our end (the responder's, or the initiator's of what goes out). `interface_spans` has a row for every five
//! minutes and vantage, however many conversations there were.
//!
//! `conversations` is by far the largest and is made only when it is asked for: no detection of ours reads it.
//!
//! A private address is one host in its network only. Where hosts of several VPCs or accounts turn out to have the same
//! one, each is called with its network behind it (`10.0.0.5%vpc-1`), so that nobody takes it for the others. That is seen
//! where the logs have flow_direction; without it, where all records of an interface share one. A vantage elsewhere does not
//! tell which of them it saw: there the connection is the one that a vantage at the host's home saw, if there is one.
//!
//! Who opened a connection is decided row by row, by the flags, else by the ports, else by the addresses (the column
//! `orientation` says by which), so that request and reply fall into one conversation. The rows in the middle of a long
//! TCP flow carry no SYN and are oriented by ports, but for those of a connection whose SYN was seen and answered, in
//! whichever minutes and by whomever, and told that its client has the port that looks like the service's: they are turned
//! round.
//!
//! Invariants: however many detections read these tables, an object is fetched and decoded once; and they hold what the
//! plain SQL of `tests/detect/` says.

mod chunks;
mod connections;
mod entry;
mod fed;
pub(crate) mod hosts;
mod kept;
mod noted;
mod own;
mod records;
mod rollup;
mod row;
mod seen;
mod segments;
mod shared;
mod spans;
mod spill;
mod stored;
mod tables;
mod vantage;
mod wanted;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool};
use datafusion::physical_plan::execute_stream_partitioned;
use foldhash::fast::RandomState;
use futures::stream::{self, StreamExt};
use tokio::task::JoinSet;

use crate::functions::network::{self, Networks};
use crate::limits::{CONVERSATIONS_IN_MEMORY_BYTES, ROLL_UP_BATCH_ROWS};
use crate::session::Session;
use connections::{CLASS, Connections};
use hosts::Hosts;
use noted::Noted;
use own::Own;
use rollup::{Finished, Piece, Table, Worker, pieces};
use shared::Shared;
use spans::{INTERFACE_SPANS, Spans};
use tables::{Writer, Written};
use vantage::{LocalNumbers, Numbers, Relays};

pub(crate) use fed::{Fed, Feeder, OfDay};
pub use kept::Kept;
pub(crate) use kept::Rows;
pub(crate) use stored::STORED;
pub use vantage::Network;
pub use wanted::Wanted;

/// The tables that detections read.
pub const TABLES: [&str; 4] = [CONVERSATIONS, "connections", "interface_spans", EVERY_CONNECTION];

/// `connections` with those of addresses that are left out of it, for who looks for what nobody did.
const EVERY_CONNECTION: &str = "every_connection";

/// Where a session has it, the roll-up of `flows` as [`RolledUp::store`] gave it: it is read in their place.
pub(crate) const KEPT: &str = "kept_conversations";

/// The one of [`TABLES`] that is made when it is asked for.
pub const CONVERSATIONS: &str = "conversations";

/// The span that is rolled up into one row, in seconds.
pub const BUCKET_SECONDS: i64 = 300;

/// The tables, for as long as they are wanted: their memory or their files go with it.
#[derive(Debug)]
pub struct Conversations {
    /// What holds the rows of the first of [`TABLES`]; of those that were made. The last has those of `connections`.
    pub tables: [Option<Kept>; 3],
    /// How many conversations there are.
    pub conversations: usize,
    /// How many connections `connections` leaves out, because of who they are with.
    pub left_out: usize,
    /// Which networks our hosts are of.
    pub(crate) hosts: Arc<Hosts>,
    /// How long it took to read `flows` and roll them up.
    pub roll_up_took: Duration,
    /// How long it took to make the tables of that.
    pub tables_took: Duration,
    /// Threads whose part of the roll-up was more than memory could hold, and went to files on the way.
    pub spilled_threads: usize,
}

/// The columns of [`CONVERSATIONS`], in their order.
pub(crate) fn shown_columns() -> Vec<String> {
    tables::CONVERSATIONS.fields().iter().map(|field| field.name().clone()).collect()
}

fn schemas() -> [&'static SchemaRef; 4] {
    [&tables::CONVERSATIONS, &connections::CONNECTIONS, &INTERFACE_SPANS, &connections::CONNECTIONS]
}

/// Reads `flows`, or what is kept of their roll-up, once and registers those of [`TABLES`] that are wanted.
///
/// # Errors
/// The engine's: a scan under `--strict`, a full disk, a network that is none, or a table of that name.
pub async fn build(session: &Session, wanted: Wanted) -> Result<Conversations> {
    RolledUp::of(session, wanted).await?.tables(session).await
}

/// What was read, rolled up, and what turns it into rows.
pub(crate) struct RolledUp {
    workers: Arc<Vec<Finished>>,
    writer: Arc<Writer>,
    hosts: Arc<Hosts>,
    took: Duration,
}

impl RolledUp {
    /// Reads `flows`, or what is kept of their roll-up, once.
    ///
    /// # Errors
    /// As [`build`].
    pub(crate) async fn of(session: &Session, wanted: Wanted) -> Result<Self> {
        let hasher = RandomState::default();
        let numbers = Arc::new(Numbers::default());
        let begun = Instant::now();
        let workers = roll_up(session, &hasher, &numbers).await?;
        RolledUp::finished(workers, &numbers, hasher, wanted, begun.elapsed())
    }

    /// What was rolled up of a day while its records passed by.
    ///
    /// # Errors
    /// When a network is none.
    pub(crate) fn of_day(day: OfDay, wanted: Wanted) -> Result<Self> {
        RolledUp::finished(day.workers, &day.numbers, day.hasher, wanted, Duration::ZERO)
    }

    fn finished(
        mut workers: Vec<Finished>,
        numbers: &Numbers,
        hasher: RandomState,
        wanted: Wanted,
        took: Duration,
    ) -> Result<Self> {
        let networks = wanted.own_networks.iter().map(|text| network::parse(text)).collect::<Result<Networks, _>>();
        let own_networks = networks.map_err(|error| DataFusionError::External(Box::new(error)))?;
        let numbered = numbers.numbered();
        let mut noted = Noted::default();
        for worker in &mut workers {
            noted.merge(std::mem::take(&mut worker.noted));
        }
        noted.reversed.conclude();
        let of_vantages = numbered.networks();
        let own = Own::new(own_networks, &noted.homes, noted.constants, &numbered);
        let homes = own.homes(noted.homes);
        let shared = Shared::new(&of_vantages, &homes);
        let hosts = Arc::new(Hosts::new(&of_vantages, &homes, &shared));
        let writer = Writer {
            shared,
            relays: Relays::new(wanted.relays, noted.relayed, &numbered),
            reversed: noted.reversed,
            numbered,
            own,
            interfaces_of: wanted.interfaces_of,
            has_conversations: wanted.conversations,
            is_sound: wanted.is_sound,
            left_out: wanted.left_out,
            hasher,
        };
        Ok(RolledUp { workers: Arc::new(workers), writer: Arc::new(writer), hosts, took })
    }

    /// Registers those of [`TABLES`] that are wanted.
    ///
    /// # Errors
    /// As [`build`].
    pub(crate) async fn tables(self, session: &Session) -> Result<Conversations> {
        let begun = Instant::now();
        let mut gathered = Gathered::new(session)?;
        // As many as there are threads: a piece counts into one that no other piece has at the time.
        let counted = Arc::new(Mutex::new(Vec::<Counted>::new()));
        let pieces = stream::iter(pieces(&self.workers)).map(|piece| {
            let (workers, writer) = (Arc::clone(&self.workers), Arc::clone(&self.writer));
            let counted = Arc::clone(&counted);
            tokio::task::spawn_blocking(move || {
                let mut own = locked(&counted).pop().unwrap_or_default();
                let mut written = Written::default();
                for table in piece.tables() {
                    let table = piece.assemble(table, &workers, &writer.reversed, &writer.hasher)?;
                    own.count(&table, &writer, &mut written)?;
                }
                locked(&counted).push(own);
                Ok::<_, DataFusionError>(written)
            })
        });
        let mut pieces = pieces.buffer_unordered(session.threads());
        while let Some(piece) = pieces.next().await {
            gathered.push(piece.map_err(|error| exec_datafusion_err!("rolling up stopped: {error}"))??)?;
        }
        drop(pieces);
        let counted = std::mem::take(&mut *locked(&counted));
        self.registered(session, gathered, counted, begun)
    }

    /// The same, and gives the roll-up to `write` as batches of [`STORED`] rows, by time, in parts of about `part_rows`:
    /// several at a time, each by one call.
    ///
    /// # Errors
    /// As [`build`], and what `write` says.
    pub(crate) async fn store<T, E>(
        self,
        session: &Session,
        part_rows: usize,
        write: impl Fn(&mut dyn Iterator<Item = Result<RecordBatch>>) -> Result<T, E> + Clone + Send + 'static,
    ) -> Result<(Vec<T>, Conversations), E>
    where
        T: Send + 'static,
        E: From<DataFusionError> + Send + 'static,
    {
        let begun = Instant::now();
        let gathered = Arc::new(Mutex::new(Gathered::new(session)?));
        let pieces = pieces(&self.workers);
        let rows: usize = self.workers.iter().map(Finished::all_entries).sum();
        let parts = rows.div_ceil(part_rows).max(session.threads()).clamp(1, pieces.len().max(1));
        let parts: Vec<Vec<Piece>> =
            pieces.chunks(pieces.len().div_ceil(parts).max(1)).map(<[Piece]>::to_vec).collect();
        let parts = stream::iter(parts).map(|pieces| {
            let (workers, writer) = (Arc::clone(&self.workers), Arc::clone(&self.writer));
            let (gathered, write) = (Arc::clone(&gathered), write.clone());
            tokio::task::spawn_blocking(move || {
                let mut own = Counted::default();
                let tables = pieces.iter().flat_map(|piece| piece.tables().map(move |table| (piece, table)));
                let batch = |(piece, table): (&Piece, usize)| {
                    let table = piece.assemble(table, &workers, &writer.reversed, &writer.hasher)?;
                    let mut written = Written::default();
                    own.count(&table, &writer, &mut written)?;
                    locked(&gathered).push(written)?;
                    let attempts = table.attempts();
                    writer.stored(&writer.concluded(&table, &attempts))
                };
                let made = write(&mut tables.map(batch))?;
                Ok::<_, E>((made, own))
            })
        });
        let mut parts = parts.buffered(session.threads());
        let (mut made, mut counted) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next().await {
            let (of_part, own) = part.map_err(|error| exec_datafusion_err!("rolling up stopped: {error}"))??;
            made.push(of_part);
            counted.push(own);
        }
        drop(parts);
        let gathered = std::mem::replace(&mut *locked(&gathered), Gathered::new(session)?);
        Ok((made, self.registered(session, gathered, counted, begun)?))
    }

    fn registered(
        self,
        session: &Session,
        gathered: Gathered,
        counted: Vec<Counted>,
        begun: Instant,
    ) -> Result<Conversations> {
        let (tables, Count { conversations, left_out }) = gathered.register(session, &self.writer, counted)?;
        Ok(Conversations {
            tables,
            conversations,
            left_out,
            hosts: self.hosts,
            roll_up_took: self.took,
            tables_took: begun.elapsed(),
            spilled_threads: self.workers.iter().filter(|worker| worker.is_spilled()).count(),
        })
    }
}

/// Registers [`TABLES`] without a row, in a session without flows: detections can be planned before anything is read.
///
/// # Errors
/// The engine's, when there is a table of that name.
pub fn register_empty(session: &Session) -> Result<()> {
    register_as_empty(session, TABLES.into_iter().zip(schemas()))
}

/// The same for those of [`TABLES`] that a session does not have.
///
/// # Errors
/// The engine's.
pub(crate) fn register_missing(session: &Session) -> Result<()> {
    let is_missing = |(name, _): &(&str, _)| !session.context().table_exist(*name).unwrap_or_default();
    register_as_empty(session, TABLES.into_iter().zip(schemas()).filter(is_missing))
}

fn register_as_empty(
    session: &Session,
    tables: impl Iterator<Item = (&'static str, &'static SchemaRef)>,
) -> Result<()> {
    for (name, schema) in tables {
        let table = MemTable::try_new(Arc::clone(schema), vec![vec![]])?;
        session.context().register_table(name, Arc::new(table))?;
    }
    Ok(())
}

/// [`TABLES`] with their columns.
pub(crate) fn tables() -> impl Iterator<Item = (&'static str, &'static SchemaRef)> {
    TABLES.into_iter().zip(schemas())
}

/// Whether a table of a session is one that nobody is told of.
pub(crate) fn is_internal(name: &str) -> bool {
    [records::NAME, KEPT].contains(&name)
}

/// Takes [`TABLES`] out of a session, those that it has.
///
/// # Errors
/// The engine's.
pub(crate) fn unregister(session: &Session) -> Result<()> {
    for name in TABLES.into_iter().chain([records::NAME]) {
        session.context().deregister_table(name)?;
    }
    Ok(())
}

/// What each of some workers may hold in memory.
fn worker_bytes(pool: &Arc<dyn MemoryPool>, workers: usize) -> usize {
    // Half for the roll-up, an eighth for each table; nothing is asked yet, and the rest is for what decodes.
    let share = match pool.memory_limit() {
        MemoryLimit::Finite(bytes) => bytes / 2,
        MemoryLimit::Infinite | MemoryLimit::Unknown => 2 * CONVERSATIONS_IN_MEMORY_BYTES,
    };
    share / workers.max(1)
}

/// Rolls up the partitions of `flow_records`, or reads the roll-up that is kept, each on a thread of its own.
async fn roll_up(session: &Session, hasher: &RandomState, numbers: &Arc<Numbers>) -> Result<Vec<Finished>> {
    let is_kept = session.context().table_exist(KEPT)?;
    let frame = match is_kept {
        true => session.context().table(KEPT).await?.select_columns(&stored::READ)?,
        false => {
            records::register(session).await?;
            session.sql("SELECT * FROM flow_records").await?
        }
    };
    let (mut state, plan) = frame.into_parts();
    *state.config_mut() = state.config().clone().with_batch_size(ROLL_UP_BATCH_ROWS);
    let task = state.task_ctx();
    let partitions = execute_stream_partitioned(state.create_physical_plan(&plan).await?, Arc::clone(&task))?;
    let limit_bytes = worker_bytes(task.memory_pool(), partitions.len());
    let mut tasks = JoinSet::new();
    for mut batches in partitions {
        let memory = MemoryConsumer::new("conversations").with_can_spill(true).register(task.memory_pool());
        let numbers = LocalNumbers::new(Arc::clone(numbers));
        let mut worker = Worker::new(hasher.clone(), numbers, memory, limit_bytes);
        tasks.spawn(async move {
            while let Some(batch) = batches.next().await {
                match is_kept {
                    true => worker.add_stored(&batch?)?,
                    false => worker.add(&batch?)?,
                }
            }
            Ok::<_, DataFusionError>(worker.finish())
        });
    }
    let mut workers = Vec::new();
    while let Some(worker) = tasks.join_next().await {
        workers.push(worker.map_err(|error| exec_datafusion_err!("reading flows stopped: {error}"))??);
    }
    Ok(workers)
}

/// The rows of the tables so far.
struct Gathered {
    conversations: Rows,
    connections: Rows,
}

impl Gathered {
    fn new(session: &Session) -> Result<Self> {
        let [conversations, connections] =
            std::array::from_fn(|table| Rows::new(session, TABLES[table], schemas()[table]));
        Ok(Gathered { conversations, connections: connections.apart_by(&CLASS)? })
    }

    fn push(&mut self, Written { of_conversations, of_connections }: Written) -> Result<()> {
        of_conversations.into_iter().try_for_each(|batch| self.conversations.push(batch))?;
        of_connections.into_iter().try_for_each(|(batch, is_left_out)| self.connections.push_of(batch, is_left_out))
    }

    /// Registers the tables with these rows and what was counted beside.
    fn register(
        mut self,
        session: &Session,
        writer: &Writer,
        counted: Vec<Counted>,
    ) -> Result<([Option<Kept>; 3], Count)> {
        let (mut count, mut all_spans) = (Count::default(), Spans::default());
        for own in counted {
            count.conversations += own.count.conversations;
            count.left_out += own.count.left_out;
            all_spans.merge(own.spans);
            for finished in own.connections.finish() {
                let (batch, is_left_out) = finished?;
                self.connections.push_of(batch, is_left_out)?;
            }
        }
        let mut spans = Rows::new(session, TABLES[2], schemas()[2]);
        spans.push(all_spans.rows(writer)?)?;
        let conversations = writer.has_conversations.then(|| self.conversations.register(session)).transpose()?;
        let connections = self.connections.register_both(session, EVERY_CONNECTION)?;
        Ok(([conversations, Some(connections), Some(spans.register(session)?)], count))
    }
}

/// Conversations, and connections that one table leaves out.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    conversations: usize,
    left_out: usize,
}

/// What one thread has counted, and the rows that are not yet a batch.
#[derive(Default)]
struct Counted {
    count: Count,
    spans: Spans,
    connections: Connections,
}

impl Counted {
    /// Counts part of a piece in; adds the batches that are whole, of `conversations` and of `connections`.
    fn count(&mut self, table: &Table, writer: &Writer, written: &mut Written) -> Result<()> {
        self.count.conversations += table.entries.len();
        self.spans.add(table.entries.iter());
        self.count.left_out += writer.write(table, &mut self.connections, written)?;
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
