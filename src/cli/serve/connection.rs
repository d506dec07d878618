//! A connection: from its first bytes to its last, what a client asks and what it gets.
//!
//! Invariants: a statement ends when its client goes, cancels it or its time is up; a statement that fails ends nothing but
//! itself; what a connection holds is bounded.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use datafusion::common::ParamValues;
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::FieldInfo;
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage as Message;
use pgwire::messages::data::{NoData, ParameterDescription, RowDescription};
use pgwire::messages::extendedquery::{Bind, BindComplete, CloseComplete, ParseComplete, PortalSuspended};
use pgwire::messages::response::{CommandComplete, EmptyQueryResponse, ReadyForQuery, TransactionStatus};
use pgwire::messages::startup::ParameterStatus;
use pgwire::types::format::FormatOptions;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use vpcflow::limits::{SERVE_BEGUN, SERVE_PREPARED, SERVE_PREPARED_BYTES, SERVE_TEXT_STATEMENTS};

use super::answer::{Answer, Asker, fields, text_schema};
use super::text::{Sql, statements, tag};
use super::trouble::{cancelled, error, notice};
use super::values::Planned;
use super::wire::{Wanted, What, Wire};
use super::words::{REPORTED, Settings, Words};

/// A year: no clock counts for ever.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A client that was let in.
pub struct Connection {
    pub wire: Wire,
    pub asker: Arc<Asker>,
    pub settings: Settings,
    /// When the time of the statement that runs is up.
    deadline: watch::Sender<Instant>,
    statements: HashMap<String, Arc<Prepared>>,
    portals: HashMap<String, Bound>,
    transaction: TransactionStatus,
    /// Whether messages are passed over up to the next Sync, since one failed.
    is_skipping: bool,
    /// What the client was warned of last: of the same it is once.
    warned: Option<String>,
}

/// A statement that was prepared.
enum Prepared {
    Empty,
    Words(Words),
    Query(Sql, Planned),
}

impl Prepared {
    /// What its text takes.
    fn bytes(&self) -> usize {
        match self {
            Prepared::Query(sql, _) => sql.text.len(),
            Prepared::Empty | Prepared::Words(_) => 0,
        }
    }
}

/// A statement with its values, and how far it is.
struct Bound {
    statement: Arc<Prepared>,
    values: Option<ParamValues>,
    /// Of the values.
    bytes: usize,
    format: Format,
    answer: Option<Answer>,
    is_done: bool,
}

/// Whether the client stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Leave,
}

impl Connection {
    /// A connection whose client has said nothing yet.
    pub fn new(wire: Wire, asker: Arc<Asker>, settings: Settings) -> Self {
        Connection {
            wire,
            asker,
            settings,
            deadline: watch::Sender::new(Instant::now()),
            statements: HashMap::new(),
            portals: HashMap::new(),
            transaction: TransactionStatus::Idle,
            is_skipping: false,
            warned: None,
        }
    }

    /// Answers until the client goes.
    ///
    /// # Errors
    /// When the connection breaks, or the client does not keep to the protocol.
    pub async fn answer(&mut self, cancel: &Notify, watched: &TcpStream) -> PgWireResult<()> {
        self.is_ready().await?;
        while let Some(wanted) = self.wire.wanted(true).await? {
            let is_extended = !matches!(wanted, Wanted::Query(_) | Wanted::Wrong { kind: b'Q' | b'F', .. });
            if self.is_skipping && !matches!(wanted, Wanted::Sync | Wanted::Terminate) {
                continue;
            }
            self.begin_time();
            let deadline = self.deadline.subscribe();
            let done = tokio::select! {
                biased;
                () = gone(watched) => return Ok(()),
                () = cancel.notified() => Err(cancelled("user request")),
                () = is_up(deadline) => Err(cancelled("statement timeout")),
                done = self.obey(wanted) => done,
            };
            match done {
                Ok(Next::Go) => {}
                Ok(Next::Leave) => return Ok(()),
                Err(PgWireError::IoError(broken)) => return Err(broken.into()),
                Err(problem) => {
                    let info = ErrorInfo::from(problem);
                    if info.is_fatal() {
                        return Err(PgWireError::UserError(Box::new(info)));
                    }
                    self.fail(info, is_extended).await?;
                }
            }
        }
        Ok(())
    }

    /// A statement has its time from now on.
    fn begin_time(&self) {
        let now = Instant::now();
        self.deadline.send_replace(now + self.settings.timeout().min(LONGEST));
    }

    async fn fail(&mut self, info: ErrorInfo, is_extended: bool) -> PgWireResult<()> {
        self.transaction = self.transaction.to_error_state();
        self.portals.retain(|_, portal| portal.answer.is_none());
        self.wire.feed(Message::ErrorResponse(info.into())).await?;
        self.is_skipping = is_extended;
        match is_extended {
            true => Ok(self.wire.flush().await?),
            false => self.is_ready().await,
        }
    }

    async fn is_ready(&mut self) -> PgWireResult<()> {
        self.wire.feed(Message::ReadyForQuery(ReadyForQuery::new(self.transaction))).await?;
        Ok(self.wire.flush().await?)
    }

    async fn obey(&mut self, wanted: Wanted) -> PgWireResult<Next> {
        match wanted {
            Wanted::Query(text) => self.query(&text).await?,
            Wanted::Parse { name, sql, types } => self.parse(name, &sql, &types).await?,
            Wanted::Bind(bind) => self.bind(&bind).await?,
            Wanted::Describe { what, name } => self.describe(what, &name).await?,
            Wanted::Execute { portal, rows } => self.execute(&portal, rows).await?,
            Wanted::Close { what, name } => {
                match what {
                    What::Statement => drop(self.statements.remove(&name)),
                    What::Portal => drop(self.portals.remove(&name)),
                }
                self.wire.feed(Message::CloseComplete(CloseComplete::new())).await?;
            }
            Wanted::Sync => {
                self.is_skipping = false;
                // Without BEGIN the transaction ends here, and with it what is open.
                if matches!(self.transaction, TransactionStatus::Idle) {
                    self.portals.clear();
                }
                self.is_ready().await?;
            }
            Wanted::Flush => self.wire.flush().await?,
            Wanted::Terminate => return Ok(Next::Leave),
            Wanted::Password(_) | Wanted::Copy => {}
            Wanted::Wrong { kind: b'F', .. } => return Err(error("0A000", "functions are called in SQL")),
            Wanted::Wrong { is_text: true, .. } => {
                return Err(error(
                    "22021",
                    "invalid byte sequence for encoding \"UTF8\": a statement is sent in UTF-8",
                ));
            }
            Wanted::Wrong { .. } => return Err(error("08P01", "invalid message format")),
        }
        Ok(Next::Go)
    }

    /// Answers the statements of a text.
    async fn query(&mut self, text: &str) -> PgWireResult<()> {
        let statements = statements(text);
        if statements.len() > SERVE_TEXT_STATEMENTS {
            let told = format!("{} statements in one text; {SERVE_TEXT_STATEMENTS} are taken", statements.len());
            return Err(error("54000", &told));
        }
        if statements.is_empty() {
            self.wire.feed(Message::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
        }
        for sql in statements {
            // One before it may have set how long it may take.
            self.begin_time();
            match Words::read(&sql.text) {
                Some(words) => {
                    let tag = words.tag(self.transaction);
                    if let Some(mut shown) = self.say(&words).await? {
                        self.columns(&shown.fields).await?;
                        self.rows(&mut shown, 0).await?;
                    }
                    self.complete(tag, None).await?;
                }
                None => {
                    self.may_ask()?;
                    let mut answer = self.asker.begin(&sql, None, &Format::UnifiedText, self.look()).await?;
                    self.columns(&answer.fields).await?;
                    let (rows, _) = self.rows(&mut answer, 0).await?;
                    self.warn(&answer).await?;
                    self.complete(tag(&sql.text), Some(rows)).await?;
                }
            }
        }
        self.is_ready().await
    }

    async fn parse(&mut self, name: String, text: &str, types: &[u32]) -> PgWireResult<()> {
        let mut statements = statements(text);
        let prepared = match (statements.pop(), statements.len()) {
            (None, _) => Prepared::Empty,
            (Some(sql), 0) => match Words::read(&sql.text) {
                Some(words) => Prepared::Words(words),
                None => {
                    self.may_ask()?;
                    // 705 is a type that the client does not know either.
                    let given = types.iter().map(|oid| Type::from_oid(*oid).filter(|kind| *kind != Type::UNKNOWN));
                    let planned = self.asker.plan(&sql, given.collect()).await?;
                    Prepared::Query(sql, planned)
                }
            },
            (Some(_), _) => return Err(error("42601", "cannot insert multiple commands into a prepared statement")),
        };
        let others = self.statements.iter().filter(|(other, _)| **other != name);
        let bytes: usize = others.clone().map(|(_, statement)| statement.bytes()).sum();
        if others.count() >= SERVE_PREPARED || bytes + prepared.bytes() > SERVE_PREPARED_BYTES {
            return Err(error("53400", "the connection has too many prepared statements; deallocate some"));
        }
        self.statements.insert(name, Arc::new(prepared));
        Ok(self.wire.feed(Message::ParseComplete(ParseComplete::new())).await?)
    }

    async fn bind(&mut self, bind: &Bind) -> PgWireResult<()> {
        let statement = self.statement(bind.statement_name.as_deref().unwrap_or_default())?;
        let formats = bind.parameter_format_codes.len();
        if formats > 1 && formats != bind.parameters.len() {
            return Err(error("08P01", &format!("{formats} formats for {} parameters", bind.parameters.len())));
        }
        let needed = match &*statement {
            Prepared::Query(_, planned) => planned.parameters.len(),
            Prepared::Empty | Prepared::Words(_) => 0,
        };
        if bind.parameters.len() != needed {
            let told = format!("the statement has {needed} parameters, and {} came", bind.parameters.len());
            return Err(error("08P01", &told));
        }
        let name = bind.portal_name.clone().unwrap_or_default();
        self.portals.remove(&name);
        let bytes = bind.parameters.iter().flatten().map(Bytes::len).sum();
        let begun = self.portals.values().filter(|portal| portal.answer.is_some()).count();
        let held: usize = self.portals.values().map(|portal| portal.bytes).sum();
        if self.portals.len() >= SERVE_PREPARED || begun >= SERVE_BEGUN || held + bytes > SERVE_PREPARED_BYTES {
            return Err(error("53400", "the connection has too many open portals; close some"));
        }
        let format = match bind.result_column_format_codes.as_slice() {
            [] => Format::UnifiedText,
            [code] => Format::from(*code),
            codes => Format::Individual(codes.to_vec()),
        };
        let mut values = None;
        if let Prepared::Query(_, planned) = &*statement {
            fields(&planned.schema, &format, self.look())?;
            values = (needed > 0).then(|| planned.values(bind)).transpose()?;
        }
        self.portals.insert(name, Bound { statement, values, bytes, format, answer: None, is_done: false });
        Ok(self.wire.feed(Message::BindComplete(BindComplete::new())).await?)
    }

    async fn describe(&mut self, what: What, name: &str) -> PgWireResult<()> {
        let (statement, format) = match what {
            What::Statement => (self.statement(name)?, Format::UnifiedText),
            What::Portal => {
                let bound = self.portals.get(name).ok_or_else(|| no_portal(name))?;
                (Arc::clone(&bound.statement), bound.format.clone())
            }
        };
        if what == What::Statement {
            let oids = match &*statement {
                Prepared::Query(_, planned) => planned.parameters.iter().map(|(_, wire)| wire.oid()).collect(),
                Prepared::Empty | Prepared::Words(_) => Vec::new(),
            };
            self.wire.feed(Message::ParameterDescription(ParameterDescription::new(oids))).await?;
        }
        let schema = match &*statement {
            Prepared::Query(_, planned) => Arc::clone(&planned.schema),
            Prepared::Words(Words::Show(name)) => text_schema(name),
            Prepared::Words(_) | Prepared::Empty => {
                return Ok(self.wire.feed(Message::NoData(NoData::new())).await?);
            }
        };
        let fields = fields(&schema, &format, self.look())?;
        self.columns(&fields).await
    }

    async fn execute(&mut self, name: &str, most: i32) -> PgWireResult<()> {
        let look = self.look();
        // Taken out while it is answered: what fails is gone.
        let mut bound = self.portals.remove(name).ok_or_else(|| no_portal(name))?;
        let statement = Arc::clone(&bound.statement);
        let (sql, planned) = match &*statement {
            Prepared::Empty => {
                self.portals.insert(name.to_owned(), bound);
                return Ok(self.wire.feed(Message::EmptyQueryResponse(EmptyQueryResponse::new())).await?);
            }
            Prepared::Words(words) => {
                let tag = words.tag(self.transaction);
                if let Some(mut shown) = self.say(words).await? {
                    self.rows(&mut shown, 0).await?;
                }
                return self.complete(tag, None).await;
            }
            Prepared::Query(sql, planned) => (sql, planned),
        };
        self.may_ask()?;
        let mut answer = match bound.answer.take() {
            Some(answer) => answer,
            None if bound.is_done => return self.complete(tag(&sql.text), Some(0)).await,
            None => {
                let said = || planned.parameters.iter().map(|(_, wire)| Some(wire.clone())).collect();
                let values = bound.values.take().map(|values| (values, said()));
                let answer = self.asker.begin(sql, values, &bound.format, look.clone()).await?;
                // The client was told of other columns, when the objects were others.
                let told = fields(&planned.schema, &bound.format, look)?;
                let is_as_told = |(told, is): (&FieldInfo, &FieldInfo)| told.datatype() == is.datatype();
                if told.len() != answer.fields.len() || !told.iter().zip(answer.fields.iter()).all(is_as_told) {
                    return Err(error("0A000", "cached plan must not change result type"));
                }
                answer
            }
        };
        let (rows, is_done) = self.rows(&mut answer, usize::try_from(most).unwrap_or_default()).await?;
        if is_done {
            self.warn(&answer).await?;
            self.complete(tag(&sql.text), Some(rows)).await?;
            bound.is_done = true;
        } else {
            bound.answer = Some(answer);
            self.wire.feed(Message::PortalSuspended(PortalSuspended::new())).await?;
        }
        self.portals.insert(name.to_owned(), bound);
        Ok(())
    }

    /// Does what was said to the session; what is shown is a row.
    async fn say(&mut self, words: &Words) -> PgWireResult<Option<Answer>> {
        if !matches!(words, Words::Commit | Words::Rollback | Words::RollbackTo) {
            self.may_ask()?;
        }
        match words {
            Words::Begin => self.transaction = TransactionStatus::Transaction,
            Words::Commit | Words::Rollback => {
                self.transaction = TransactionStatus::Idle;
                self.portals.clear();
            }
            Words::RollbackTo => self.transaction = TransactionStatus::Transaction,
            Words::Set(name, value) => {
                self.settings.set(name, value)?;
                self.report(name).await?;
            }
            Words::Reset(name) => {
                self.settings.reset(name.as_deref());
                for reported in REPORTED {
                    self.report(&reported.to_lowercase()).await?;
                }
            }
            Words::Show(name) => return Answer::of_text(name, self.settings.get(name)).map(Some),
            Words::Discard(true) => {
                self.statements.clear();
                self.portals.clear();
                self.settings.reset(None);
            }
            Words::Deallocate(Some(name)) => drop(self.statements.remove(name)),
            Words::Deallocate(None) => self.statements.clear(),
            Words::Discard(false) | Words::Nothing(_) => {}
        }
        Ok(None)
    }

    /// Tells a client of a setting that it is always told of.
    async fn report(&mut self, name: &str) -> PgWireResult<()> {
        if let Some(reported) = REPORTED.iter().find(|reported| reported.eq_ignore_ascii_case(name)) {
            let status = ParameterStatus::new((*reported).to_owned(), self.settings.get(name).to_owned());
            self.wire.feed(Message::ParameterStatus(status)).await?;
        }
        Ok(())
    }

    /// Whether a statement is answered: not in a transaction that failed.
    fn may_ask(&self) -> PgWireResult<()> {
        match self.transaction {
            TransactionStatus::Error => {
                Err(error("25P02", "current transaction is aborted, commands ignored until end of transaction block"))
            }
            TransactionStatus::Idle | TransactionStatus::Transaction => Ok(()),
        }
    }

    fn statement(&self, name: &str) -> PgWireResult<Arc<Prepared>> {
        let missing = || error("26000", &format!("prepared statement \"{name}\" does not exist"));
        self.statements.get(name).cloned().ok_or_else(missing)
    }

    /// How values are written for this client.
    fn look(&self) -> FormatOptions {
        FormatOptions::from_client_metadata(self.settings.all())
    }

    async fn columns(&mut self, fields: &[FieldInfo]) -> PgWireResult<()> {
        let columns = fields.iter().map(Into::into).collect();
        Ok(self.wire.feed(Message::RowDescription(RowDescription::new(columns))).await?)
    }

    /// Sends rows: so many, or all where it is none. Tells how many there were, and whether there are no more.
    async fn rows(&mut self, answer: &mut Answer, most: usize) -> PgWireResult<(usize, bool)> {
        let mut rows = 0;
        while most == 0 || rows < most {
            let Some(row) = answer.next().await? else { return Ok((rows, true)) };
            self.wire.feed(Message::DataRow(row)).await?;
            rows += 1;
        }
        Ok((rows, false))
    }

    async fn warn(&mut self, answer: &Answer) -> PgWireResult<()> {
        for lacking in answer.lacking() {
            self.wire.feed(Message::NoticeResponse(notice(lacking).into())).await?;
        }
        if let Some(warning) = self.asker.warning(answer).await
            && self.warned != warning.detail
        {
            self.warned.clone_from(&warning.detail);
            self.wire.feed(Message::NoticeResponse(warning.into())).await?;
        }
        Ok(())
    }

    async fn complete(&mut self, tag: &str, rows: Option<usize>) -> PgWireResult<()> {
        let tag = match rows {
            Some(rows) => format!("{tag} {rows}"),
            None => tag.to_owned(),
        };
        Ok(self.wire.feed(Message::CommandComplete(CommandComplete::new(tag))).await?)
    }
}

/// Waits until the time of a statement is up, whenever that comes to be.
async fn is_up(mut deadline: watch::Receiver<Instant>) {
    loop {
        let at = *deadline.borrow_and_update();
        tokio::select! {
            () = tokio::time::sleep_until(at) => return,
            // While somebody waits the sender is there.
            changed = deadline.changed() => if changed.is_err() { return },
        }
    }
}

fn no_portal(name: &str) -> PgWireError {
    error("34000", &format!("portal \"{name}\" does not exist"))
}

/// Waits until the client has closed its end. What it sends meanwhile is left where it is.
async fn gone(watched: &TcpStream) {
    loop {
        match watched.ready(Interest::READABLE).await {
            Ok(ready) if !ready.is_read_closed() => {
                let _ = watched.try_io(Interest::READABLE, || Err::<(), _>(ErrorKind::WouldBlock.into()));
            }
            Ok(_) | Err(_) => return,
        }
    }
}
