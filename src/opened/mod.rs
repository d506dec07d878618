//! What a command has open: flow logs or a lake as the table `flows` of a session, and the tables that are made when SQL
//! names them.
//!
//! `query`, the shell and whoever else asks are faces of this one thing: what they share of a session stands here, what
//! they were told, and how they tell it, with them.

mod found;
mod lacking;
mod meant;
mod trouble;
mod yielding;

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use chrono::NaiveTime;
use datafusion::common::{DataFusionError, ParamValues, Result as EngineResult, TableReference};
use datafusion::prelude::DataFrame;
use thiserror::Error;
use tokio::sync::{Mutex, MutexGuard};

use crate::context::Context;
use crate::conversation::{self, CONVERSATIONS, Conversations, TABLES, Wanted};
use crate::lake::{Lake, LakeError, LakeFlows, Place};
use crate::scan::{Coverage, CoverageReport, Days, FlowSchema, FlowTable, ReadOptions, Selection, TableError};
use crate::session::{Session, TABLE_NAMES, is_catalog};
use crate::sql_file::{ParamError, SqlFile};
use crate::store::{AwsOptions, SourceError, Sources};

pub use found::{FOUND, FindError, Found};
pub use lacking::lacking;
pub use trouble::{ONLY_READS, Span, Trouble};
pub use yielding::yielding;

/// What is to be opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Files, folders, globs, `s3://bucket/prefix`, `-` for standard input, or one lake; nothing opens a session alone.
    pub sources: Vec<String>,
    /// How objects are read.
    pub read: ReadOptions,
    /// What of them is read.
    pub selection: Selection,
    /// Whether of a lake the last day is meant where no period is selected.
    pub is_of_last_day: bool,
    /// How AWS is reached.
    pub aws: AwsOptions,
}

/// Why nothing was opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// A lake beside other sources.
    #[error("{0}: is a lake, and read by itself; bring the other sources into it with vpcflow ingest")]
    LakeAmongOthers(String),
    /// A table of somebody else's.
    #[error("{0}: has a table of Delta Lake, and is no lake of vpcflow's")]
    ForeignTable(String),
    /// The lake.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A source can't be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

/// Why a declared query can't be asked.
#[derive(Debug, Error)]
pub enum AskError {
    /// The logs lack what it can't do without.
    #[error("{id} needs the field {field}, which these logs don't have")]
    Needs {
        /// The query.
        id: String,
        /// The field.
        field: String,
    },
    /// A parameter.
    #[error("{id}: {error}")]
    Param {
        /// The query.
        id: String,
        /// What is wrong with it.
        error: ParamError,
    },
    /// The engine.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

/// A session with the flow table that was asked for.
pub struct Opened {
    /// Where SQL runs.
    pub session: Session,
    /// The table; absent when no SOURCE was given.
    pub flows: Option<Flows>,
    /// What of it is read.
    pub selection: Selection,
    made: Mutex<Made>,
    found: Mutex<Found>,
}

/// The tables of detections that a session has.
#[derive(Default)]
enum Made {
    /// None.
    #[default]
    Nothing,
    /// All, without a row.
    Empty,
    /// `conversations`, as the lake keeps it.
    Kept,
    /// Those that were rolled up of these objects; their memory goes with them.
    RolledUp { _tables: Box<Conversations>, has_conversations: bool, listed: u64 },
}

/// Whether a table is made of flows, so that something may be missing in it that could not be read.
pub fn reads_flows(table: &TableReference) -> bool {
    let is_one = |names: &[&str]| names.contains(&table.table());
    !table.schema().is_some_and(is_catalog) && (is_one(&TABLE_NAMES) || is_one(&TABLES) || is_one(&[FOUND]))
}

/// What the table `flows` is made of.
pub enum Flows {
    /// Objects as AWS wrote them.
    Logs(Arc<FlowTable>),
    /// A lake.
    Lake(Box<LakeFlows>),
}

impl Flows {
    /// What has been read.
    pub fn coverage(&self) -> &Arc<Coverage> {
        match self {
            Flows::Logs(logs) => logs.coverage(),
            Flows::Lake(lake) => lake.coverage(),
        }
    }

    /// Its columns.
    pub fn flow_schema(&self) -> &FlowSchema {
        match self {
            Flows::Logs(logs) => logs.flow_schema(),
            Flows::Lake(lake) => lake.flow_schema(),
        }
    }

    /// The days that it has, selected or not.
    pub fn days(&self) -> Option<Days> {
        match self {
            Flows::Logs(logs) => logs.days(),
            Flows::Lake(lake) => lake.days(),
        }
    }

    /// Where its objects lie.
    pub fn sources(&self) -> Option<&Sources> {
        match self {
            Flows::Logs(logs) => Some(logs.sources()),
            Flows::Lake(_) => None,
        }
    }
}

impl Opening {
    /// Lists the sources and makes them tables of the session.
    ///
    /// # Errors
    /// When a source can't be listed, or holds no flow logs.
    pub async fn open(self, session: Session) -> Result<Opened, OpenError> {
        let runtime = session.context().runtime_env();
        if self.sources.is_empty() {
            return Ok(Opened::new(session, None, self.selection));
        }
        if let Some(lake) = self.lake_in_folder().await? {
            return self.of_lake(&lake, session);
        }
        let sources = Sources::open(&self.sources, self.read.log_format.as_ref(), &self.aws).await?;
        let asked = lake_in_bucket(&sources).await;
        match asked {
            Ok(Some(lake)) => return self.of_lake(&lake, session),
            // Credentials that can't be had are asked for once.
            Err(error) if error.is_unsigned() => return Err(error.into()),
            // What else is wrong is told when the logs are listed.
            Ok(None) | Err(_) => {}
        }
        let table = FlowTable::open(sources, self.read.clone(), self.selection.clone(), &runtime).await?;
        // Where the first question failed the listing answers it: a lake's own files would be read as logs.
        if asked.is_err() && table.objects().await?.objects.iter().any(|object| Place::is_of_log(&object.name)) {
            return match lake_in_bucket(table.sources()).await? {
                Some(lake) => self.of_lake(&lake, session),
                None => Err(OpenError::ForeignTable(self.sources.join(", "))),
            };
        }
        let flows = Arc::new(table);
        session.register_flows(Arc::clone(&flows))?;
        Ok(Opened::new(session, Some(Flows::Logs(flows)), self.selection))
    }

    fn of_lake(&self, lake: &Lake, session: Session) -> Result<Opened, OpenError> {
        let mut selection = self.selection.clone();
        if let Some(last) = lake.last_day().filter(|_| self.is_of_last_day && !selection.has_times()) {
            let midnight = last.and_time(NaiveTime::MIN).and_utc().timestamp();
            (selection.from, selection.to) = (Some(midnight), Some(midnight + 86_400));
        }
        let flows = LakeFlows::register(lake, &session, &selection)?;
        Ok(Opened::new(session, Some(Flows::Lake(Box::new(flows))), selection))
    }

    /// The lake in a folder that is the SOURCE, if it is one.
    async fn lake_in_folder(&self) -> Result<Option<Lake>, OpenError> {
        let Some(folder) = self.sources.iter().find(|source| Place::is_lake_folder(source)) else { return Ok(None) };
        if self.sources.len() > 1 {
            return Err(OpenError::LakeAmongOthers(folder.clone()));
        }
        Ok(Some(Lake::open(Place::find(folder, &self.aws).await?).await?))
    }
}

/// The lake in a bucket that is the only source, if it is one.
///
/// # Errors
/// When the bucket does not say.
pub async fn lake_in_bucket(sources: &Sources) -> Result<Option<Lake>, LakeError> {
    let Some(place) = sources.only_bucket().and_then(|(address, store)| Place::in_bucket(address, store).ok()) else {
        return Ok(None);
    };
    match place.has_lake().await {
        Ok(true) => Ok(Some(Lake::open(place).await?)),
        Ok(false) => Ok(None),
        // A policy may name the logs' own prefix.
        Err(error) if error.is_denied() => Ok(None),
        Err(error) => Err(error),
    }
}

impl Opened {
    fn new(session: Session, flows: Option<Flows>, selection: Selection) -> Self {
        Opened { session, flows, selection, made: Mutex::default(), found: Mutex::default() }
    }

    /// What has been read so far.
    pub fn coverage(&self) -> CoverageReport {
        self.flows.as_ref().map(|flows| flows.coverage().report()).unwrap_or_default()
    }

    /// Plans one statement. The tables of detections are made when it names them, and kept for the next; they are made anew
    /// when other objects are there.
    ///
    /// # Errors
    /// The engine's, when the SQL is wrong or the flows can't be read.
    pub async fn plan(&self, sql: &str, context: &Context) -> EngineResult<DataFrame> {
        self.session.check_size(sql)?;
        let _made = match self.flows {
            Some(_) => self.make(sql, context).await?,
            None => None,
        };
        let frame = self.session.sql(sql).await?;
        meant::check(frame.logical_plan())?;
        Ok(frame)
    }

    /// Rolls the flows up into the tables that detections read, if the SQL names one of them. They stay what they are until
    /// the plan has them: another may be asked for at the same time, and have them made anew.
    async fn make(&self, sql: &str, context: &Context) -> EngineResult<Option<MutexGuard<'_, Made>>> {
        // What is wrong with the SQL is told when it is planned.
        let named = self.session.references(sql).unwrap_or_default();
        let is_named = |table: &str| named.iter().any(|name| name.table() == table);
        // Who asks what tables there are, and what columns, asks for no row.
        let is_show = sql.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("show "));
        if is_show || !TABLES.into_iter().any(is_named) {
            if !is_show && !named.iter().any(|name| name.schema().is_some_and(is_catalog)) {
                return Ok(None);
            }
            let mut made = self.made.lock().await;
            conversation::register_missing(&self.session)?;
            if matches!(*made, Made::Nothing) {
                *made = Made::Empty;
            }
            return Ok(Some(made));
        }
        let mut made = self.made.lock().await;
        if let Some(Flows::Lake(lake)) = &self.flows
            && lake.has_conversations()
            && !TABLES.into_iter().any(|table| table != CONVERSATIONS && is_named(table))
        {
            if !matches!(*made, Made::Kept) {
                self.forget(&mut made)?;
                lake.register_conversations(self.session.context())?;
                *made = Made::Kept;
            }
            return Ok(Some(made));
        }
        if let Made::RolledUp { has_conversations, listed, .. } = *made
            && (has_conversations || !is_named(CONVERSATIONS))
            && listed == self.listed_now().await?
        {
            return Ok(Some(made));
        }
        self.forget(&mut made)?;
        let has_conversations = is_named(CONVERSATIONS);
        let _tables = Box::new(conversation::build(&self.session, Wanted::new(context, has_conversations)).await?);
        let listed = self.logs().map_or(0, |logs| logs.listed());
        *made = Made::RolledUp { _tables, has_conversations, listed };
        Ok(Some(made))
    }

    fn forget(&self, made: &mut Made) -> EngineResult<()> {
        *made = Made::Nothing;
        conversation::unregister(&self.session)
    }

    /// Tells the objects that are there now from others; those of a lake are what they were.
    async fn listed_now(&self) -> EngineResult<u64> {
        match self.logs() {
            Some(logs) => logs.listed_now().await.map_err(|error| DataFusionError::External(Box::new(error))),
            None => Ok(0),
        }
    }

    fn logs(&self) -> Option<&Arc<FlowTable>> {
        match &self.flows {
            Some(Flows::Logs(logs)) => Some(logs),
            Some(Flows::Lake(_)) | None => None,
        }
    }

    /// Plans a file that declares what it needs and its parameters, with these values of them.
    ///
    /// # Errors
    /// When the logs lack a field that it needs, a value is none of its parameter's, or as [`Self::plan`].
    pub async fn plan_file(
        &self,
        query: &SqlFile,
        given: &[(String, String)],
        context: &Context,
    ) -> Result<DataFrame, AskError> {
        if let Some(flows) = &self.flows
            && let Some(missing) = query.needs.iter().find(|field| !flows.flow_schema().has_field(field))
        {
            return Err(AskError::Needs { id: query.id.clone(), field: missing.clone() });
        }
        let values = query.bind(given).map_err(|error| AskError::Param { id: query.id.clone(), error })?;
        let frame = self.plan(&query.sql, context).await?;
        if values.is_empty() {
            return Ok(frame);
        }
        let values = values.into_iter().map(|(name, value)| (name, value.into())).collect();
        Ok(frame.with_param_values(ParamValues::Map(values))?)
    }

    /// The same flows in a session of their own, without a table beside them: detections make theirs.
    ///
    /// # Errors
    /// When there are none, or the engine's.
    pub fn apart(&self) -> Result<Option<(Session, Flows)>, OpenError> {
        let session = self.session.bare()?;
        let flows = match &self.flows {
            None => return Ok(None),
            Some(Flows::Logs(logs)) => {
                session.register_flows(Arc::clone(logs))?;
                Flows::Logs(Arc::clone(logs))
            }
            Some(Flows::Lake(lake)) => {
                Flows::Lake(Box::new(LakeFlows::register(lake.lake(), &session, &self.selection)?))
            }
        };
        Ok(Some((session, flows)))
    }

    /// The tables that SQL can name, made or not, with their columns.
    pub async fn tables(&self) -> Vec<(String, SchemaRef)> {
        let catalog = self.session.context().catalog("datafusion");
        let schema = catalog.and_then(|catalog| catalog.schema("public"));
        let mut tables = Vec::new();
        if let Some(schema) = schema {
            for name in schema.table_names() {
                if let Ok(Some(table)) = schema.table(&name).await {
                    tables.push((name, table.schema()));
                }
            }
        }
        if self.flows.is_some() {
            for (name, schema) in conversation::tables() {
                if !tables.iter().any(|(known, _)| known == name) {
                    tables.push((name.to_owned(), Arc::clone(schema)));
                }
            }
        }
        tables.retain(|(name, _)| !conversation::is_internal(name));
        tables.sort_by(|(one, _), (other, _)| one.cmp(other));
        tables
    }

    /// Whether something else is there now than was opened: files came, went or changed, or a lake did. A bucket is listed
    /// with every question, and what came through a pipe is as it was.
    ///
    /// # Errors
    /// When it can't be listed any more.
    pub async fn is_outdated(&self, opening: &Opening) -> Result<bool, OpenError> {
        match &self.flows {
            None => Ok(false),
            Some(Flows::Lake(lake)) => Ok(lake.lake().has_changed().await?),
            Some(Flows::Logs(logs)) => Ok(logs.sources().have_changed(opening.read.log_format.as_ref())?),
        }
    }
}
