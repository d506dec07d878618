//! What was read, kept: a folder or a prefix of a bucket with tables of Delta Lake, which other programs read as they are.
//!
//! | table | has a row for |
//! |---|---|
//! | `flows` | a record, with all its fields and what its object's key says |
//! | `conversations` | a conversation of two hosts in five minutes at one interface: [`crate::conversation`] as it is rolled up |
//! | `history_*` | what a day was like: [`mod@crate::history`] |
//! | `objects` | an object that was read: its key, version, size and digest, and what became of it |
//! | `findings` | a finding of a run that was told to keep them |
//! | `runs` | such a run: what was judged, and how, also where nothing was found |
//!
//! All of them are divided by `date`, the day (UTC) of their rows.
//!
//! Invariants:
//! * An object's records are in `flows` once. One commit of `flows` brings the records of a batch of objects, and says in
//!   its own words which objects these are; `objects` takes that over afterwards, by whoever comes next if the process is
//!   killed in between. A commit is made only if nobody else has made one since the objects were chosen.
//! * `conversations` and `history_*` of a day are what the roll-up makes of that day's `flows`: the names of its files say of which, so
//!   that a day whose flows have changed since is known and made anew.
//! * A file is on the disk before a log names it ([`crate::store`]).

mod aside;
mod coded;
mod compact;
mod conversations;
mod expire;
mod file;
mod findings;
mod flows;
mod history;
mod ingest;
mod named;
mod objects;
mod place;
mod read;
mod runs;
mod scan;
mod sorted;
mod status;
mod table;
mod verify;

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::common::DataFusionError;
use deltalake_core::DeltaTableError;
use thiserror::Error;

use crate::conversation::{Fed, STORED};
use crate::scan::{FlowTable, TableError};
use crate::store::SourceError;
use table::{DataFile, Table};

pub use compact::Compacted;
pub use expire::Expired;
pub use ingest::{IngestOptions, Ingested, ingest};
pub use named::ingest_named;
pub use place::Place;
pub use read::LakeFlows;
pub use runs::Asked;
pub use status::{Day, Files, Gap, Status};
pub use verify::{Found, Verified};

/// The tables; where the first is, a lake is.
pub const TABLES: [&str; 5] = ["flows", "conversations", "objects", "findings", "runs"];

/// What lies beside them where a schedule has nowhere else to remember what ran.
pub const SCHEDULE: &str = "schedule";

/// A lake as it was when it was opened.
#[derive(Debug, Clone)]
pub struct Lake {
    place: Place,
    flows: Table,
    conversations: Table,
    history: [Table; 3],
    objects: Table,
    findings: Table,
    /// None in a lake of an earlier version, into which nothing came since.
    runs: Option<Table>,
    in_hand: Option<InHand>,
}

/// What was rolled up of records while they came in.
#[derive(Debug, Clone)]
struct InHand {
    fed: Arc<Fed>,
    /// The files that have these records, and no others.
    files: Arc<[DataFile]>,
}

impl Lake {
    /// The lake at a place.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub async fn open(place: Place) -> Result<Self, LakeError> {
        // Where that of flows is not, there is no lake, and nobody need look for the others.
        let Some(flows) = Table::open(&place, flows::FORM.table).await? else {
            return Err(LakeError::NoLake { name: place.name });
        };
        let table = async |name| match Table::open(&place, name).await {
            Ok(Some(table)) => Ok(table),
            Ok(None) => Err(LakeError::TableGone { name: place.name.clone(), table: name }),
            Err(error) => Err(error),
        };
        let [hours, edges, uploads] = history::FORMS.map(|form| form.table);
        // All are waited for, also where one is none: the library does not bear being left.
        let (conversations, objects, findings, runs, hours, edges, uploads) = futures::join!(
            table(conversations::FORM.table),
            table(objects::FORM.table),
            table(findings::FORM.table),
            Table::open(&place, runs::FORM.table),
            table(hours),
            table(edges),
            table(uploads),
        );
        let (conversations, objects, findings) = (conversations?, objects?, findings?);
        let (history, runs) = ([hours?, edges?, uploads?], runs?);
        let mut lake = Lake { place, flows, conversations, history, objects, findings, runs, in_hand: None };
        lake.check_log().await?;
        Ok(lake)
    }

    /// Makes sure that the records are there that objects are said to have brought.
    async fn check_log(&mut self) -> Result<(), LakeError> {
        let known = self.objects.taken_over().await?.unwrap_or(0);
        if self.flows.version() < known {
            // Somebody may have added some since.
            self.flows.reread().await?;
        }
        match self.flows.version() {
            version if version < known => Err(LakeError::LogCut { name: self.place.name.clone(), version, known }),
            _ => Ok(()),
        }
    }

    /// The lake at a place, which is made for the columns of `listing` where there is none.
    ///
    /// # Errors
    /// When something else is there, or it can't be read or written.
    pub async fn open_or_create(place: Place, listing: &FlowTable) -> Result<Self, LakeError> {
        if !place.has_lake().await?
            && let Some(stranger) = place.stranger().await?
        {
            return Err(LakeError::NotEmpty { name: place.name, stranger });
        }
        // That of flows is made last: where it is, the lake is whole.
        let columns = table::with_date(&STORED);
        let conversations = Table::open_or_create(&place, conversations::FORM.table, &columns).await?;
        let columns = crate::history::COLUMNS.each_ref().map(|columns| table::with_date(columns));
        let history = [
            Table::open_or_create(&place, history::FORMS[0].table, &columns[0]).await?,
            Table::open_or_create(&place, history::FORMS[1].table, &columns[1]).await?,
            Table::open_or_create(&place, history::FORMS[2].table, &columns[2]).await?,
        ];
        let columns = table::with_date(&objects::COLUMNS);
        let objects = Table::open_or_create(&place, objects::FORM.table, &columns).await?;
        let columns = table::with_date(&findings::COLUMNS);
        let findings = Table::open_or_create(&place, findings::FORM.table, &columns).await?;
        let runs = Some(Table::open_or_create(&place, runs::FORM.table, &table::with_date(&runs::COLUMNS)).await?);
        let columns = flows::united(None, &flows::columns(listing));
        let flows = Table::open_or_create(&place, flows::FORM.table, &columns).await?;
        let mut lake = Lake { place, flows, conversations, history, objects, findings, runs, in_hand: None };
        lake.check_log().await?;
        Ok(lake)
    }

    /// Whether it is no longer as it was when it was opened.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn has_changed(&self) -> Result<bool, LakeError> {
        let mut now = self.clone();
        now.reread().await?;
        let versions = |lake: &Lake| {
            let tables = [&lake.flows, &lake.conversations, &lake.findings].into_iter().chain(&lake.history);
            tables.map(Table::version).collect::<Vec<_>>()
        };
        Ok(versions(&now) != versions(self))
    }

    /// Reads it again.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn reread(&mut self) -> Result<(), LakeError> {
        self.flows.reread().await?;
        self.conversations.reread().await?;
        for table in &mut self.history {
            table.reread().await?;
        }
        self.findings.reread().await?;
        if let Some(runs) = &mut self.runs {
            runs.reread().await?;
        }
        self.objects.reread().await
    }
}

/// Why something can't be done with a lake.
#[derive(Debug, Error)]
pub enum LakeError {
    /// A place that is none for a lake.
    #[error("{0}")]
    Place(String),
    /// There is no lake.
    #[error("{name}: there is no lake; vpcflow ingest SOURCE --to {name} makes one")]
    NoLake {
        /// The place as it was given.
        name: String,
    },
    /// One of its tables is not there.
    #[error("{name}: the table {table} is missing; vpcflow ingest makes it anew")]
    TableGone {
        /// The place as it was given.
        name: String,
        /// The table.
        table: &'static str,
    },
    /// The conversations of days are not made yet.
    #[error(
        "{name}: records came in after the conversations of {first} were made, or before they were: run vpcflow ingest once \
         more, so that they are kept when the records go"
    )]
    Stale {
        /// The place as it was given.
        name: String,
        /// The first of the days.
        first: NaiveDate,
    },
    /// The records of days whose conversations are to go stay.
    #[error(
        "{name}: the records of {first} stay, and as long as they do its conversations would be made of them anew: keep \
         conversations as long as records, or longer"
    )]
    RecordsKept {
        /// The place as it was given.
        name: String,
        /// The first of the days.
        first: NaiveDate,
    },
    /// Something else is there.
    #[error("{name}: has {stranger}, and no lake; name an empty folder, or one that is not there yet")]
    NotEmpty {
        /// The place as it was given.
        name: String,
        /// What is there.
        stranger: String,
    },
    /// The log of a table can't be read or written.
    #[error("{place}: the table {table}: {}", told_of_delta(.error))]
    Delta {
        /// The place as it was given.
        place: String,
        /// The table.
        table: &'static str,
        /// What is wrong.
        error: Box<DeltaTableError>,
    },
    /// It has nothing of what was asked for.
    #[error("{name}: the lake {}", lacks(.selection, .days))]
    NothingSelected {
        /// The place as it was given.
        name: String,
        /// What was asked for.
        selection: String,
        /// The days that it has.
        days: String,
    },
    /// What a commit said of its objects is lost.
    #[error(
        "{name}: version {version} of flows is no longer in its log, and objects does not say yet what came in with it; \
         another program cleared the log away. Make a new lake from the source"
    )]
    LogGone {
        /// The place as it was given.
        name: String,
        /// The version.
        version: u64,
    },
    /// The log of records lost its end.
    #[error(
        "{name}: the log of flows ends with version {version}, and objects have come in with version {known}: its last \
         entries are lost. Restore {name}/flows/_delta_log from a copy, or make a new lake from the source"
    )]
    LogCut {
        /// The place as it was given.
        name: String,
        /// The version that it ends with.
        version: u64,
        /// The version that there was.
        known: u64,
    },
    /// Others change the lake without end.
    #[error("{name}: others write to this lake all the time; {tries} times they were first. Run one ingest at a time")]
    Overtaken {
        /// The place as it was given.
        name: String,
        /// How often it was tried.
        tries: usize,
    },
    /// A store refuses.
    #[error("{}", crate::store::told(.0))]
    Store(#[from] object_store::Error),
    /// A file of rows can't be made.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Rows are not those of their table.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
    /// The source can't be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source has no flow logs.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What the library says, without the calls that led there.
fn told_of_delta(error: &DeltaTableError) -> String {
    let told = error.to_string();
    let first = told.lines().next().unwrap_or_default();
    match error {
        DeltaTableError::KernelError(_) => {
            format!(
                "{first}: its _delta_log can't be read. Restore that from a copy, or make a new lake from the source"
            )
        }
        _ => first.to_owned(),
    }
}

fn lacks(selection: &str, days: &str) -> String {
    match selection {
        "" => "is empty: nothing has come into it yet".to_owned(),
        selection => format!("has nothing of what was asked for: {selection}{days}"),
    }
}

impl LakeError {
    /// Whether a store does not let us look.
    pub fn is_denied(&self) -> bool {
        use object_store::Error::{PermissionDenied, Unauthenticated};
        matches!(self, LakeError::Store(PermissionDenied { .. } | Unauthenticated { .. })) && !self.is_unsigned()
    }

    /// Whether there are no credentials to ask a store with.
    pub fn is_unsigned(&self) -> bool {
        matches!(self, LakeError::Store(error) if crate::store::told(error).contains("no credentials"))
    }

    fn of_delta(place: &Place, table: &'static str, error: DeltaTableError) -> Self {
        match error {
            DeltaTableError::ObjectStore { source } => LakeError::Store(source),
            error => LakeError::Delta { place: place.name.clone(), table, error: Box::new(error) },
        }
    }
}
