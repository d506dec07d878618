//! `vpcflow serve`: the session of the shell for programs that speak to PostgreSQL: psql, Grafana, Metabase, drivers.
//!
//! It is a face of what is opened, as the shell is. Messages, passwords and types are pgwire's and arrow-pg's, the catalog
//! that clients look into is datafusion-pg-catalog's (`vpcflow::session::postgres`); who may come in, what is asked in
//! whose turn, and when it ends, stands here.
//!
//! Invariants: whatever a client sends, the others are answered; and everything that a client may have is bounded.

mod answer;
mod connection;
mod declared;
mod door;
mod strangers;
mod text;
mod trouble;
mod turn;
mod values;
mod wire;
mod words;

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bytesize::ByteSize;
use clap::Args;
use pgwire::api::auth::sasl::scram::random_nonce;
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage as Message;
use pgwire::messages::ProtocolVersion;
use pgwire::messages::startup::{Authentication, BackendKeyData, NegotiateProtocolVersion, ParameterStatus, SecretKey};
use sha2::{Digest, Sha256};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use vpcflow::detect::{Catalogue, Choice};
use vpcflow::limits::{SERVE_CLIENTS, SERVE_KEEPALIVE, SERVE_STARTUP, SERVE_TIMEOUT};
use vpcflow::report::printable;
use vpcflow::session::Session;

use super::context::ContextArgs;
use super::ready::Sources;
use super::source::SourceArgs;
use super::{Outcome, tell};
use answer::Asker;
use connection::Connection;
use door::{Door, DoorOptions};
use strangers::Strangers;
use trouble::fatal;
use wire::{Beginning, Wire};
use words::{REPORTED, Settings};

/// Answers programs that speak to PostgreSQL (psql, Grafana, Metabase, drivers) with the shell's session.
///
/// The same SQL and tables as of query and shell, and as there only what reads. Any database name will do. Beyond this
/// machine it listens with a password and TLS only; on it a password is optional. The password is in a file, or in the
/// environment variable VPCFLOW_SERVE_PASSWORD.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// Where to listen: an address, or a name of this machine alone (localhost); port 0 takes a free one, which is told on
    /// standard error
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5432", value_parser = parse_listen, help_heading = "Serving")]
    listen: SocketAddr,

    /// The user who knows the password; without a password any name will do
    #[arg(long, value_name = "NAME", default_value = "vpcflow", help_heading = "Serving")]
    user: String,

    /// A file that has the password, alone on its line
    #[arg(long, value_name = "FILE", help_heading = "Serving")]
    password_file: Option<PathBuf>,

    /// The server's certificate and those above it, in PEM; then clients are answered over TLS only
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "Serving")]
    tls_cert: Option<PathBuf>,

    /// The certificate's private key, in PEM and without a passphrase
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = "Serving")]
    tls_key: Option<PathBuf>,

    /// How long a statement may take, until its last row is sent; a client may want less (SET statement_timeout)
    #[arg(long, value_name = "SPAN", default_value_t = SERVE_TIMEOUT.into(), help_heading = "Limits")]
    statement_timeout: humantime::Duration,

    /// What may be kept of decoded objects, for the next statement over the same day to be quick; within --memory-limit, of
    /// which it is a quarter at most, unless it is said here. 0 keeps nothing
    #[arg(long, value_name = "SIZE", help_heading = "Limits")]
    cache_size: Option<ByteSize>,

    #[command(flatten)]
    context: ContextArgs,
}

/// What all connections share.
struct Server {
    door: Door,
    asker: Arc<Asker>,
    timeout: Duration,
    clients: Semaphore,
    strangers: Strangers,
    cancels: Cancels,
}

/// Who may be cancelled, by number and secret.
#[derive(Default)]
struct Cancels {
    next: AtomicI32,
    known: Mutex<HashMap<i32, (i32, Arc<Notify>)>>,
}

impl ServeArgs {
    /// Serves until a signal ends it.
    ///
    /// # Errors
    /// When an argument or a source is wrong, or the address can't be listened on.
    pub async fn run(self) -> Result<Outcome> {
        if self.source.sources.is_empty() {
            bail!("no SOURCE was given: vpcflow serve SOURCE --listen {}", self.listen);
        }
        if self.statement_timeout.is_zero() {
            bail!("--statement-timeout is a span of time (5min), not {}", self.statement_timeout);
        }
        let door = Door::new(&DoorOptions {
            listen: self.listen,
            user: &self.user,
            password_file: self.password_file.as_deref(),
            tls: self.tls_cert.as_deref().zip(self.tls_key.as_deref()),
        })?;
        let sources = Sources::new(self.source, self.context.options(), self.cache_size, Session::with_postgres)?;
        let catalogue = Catalogue::load(&Choice::default()).await?;
        let asker = Arc::new(Asker::new(sources, catalogue)?);
        let listener = listen(self.listen).await?;
        let address = listener.local_addr()?;
        // What is wrong with the sources is told before anybody asks.
        let ready = asker.ready().await?;
        for warning in ready.context.warnings() {
            tell(format_args!("warning: {}", printable(&warning)));
        }
        drop(ready);
        tell(format_args!("listening on {address}"));
        let server = Arc::new(Server {
            door,
            asker,
            timeout: *self.statement_timeout,
            clients: Semaphore::new(SERVE_CLIENTS),
            strangers: Strangers::default(),
            cancels: Cancels::default(),
        });
        loop {
            match listener.accept().await {
                Ok((stream, _)) => server.take(stream),
                Err(error) => {
                    // As when there are no files left: it gets better when somebody goes.
                    tell(format_args!("warning: a connection could not be taken: {error}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listening = TcpListener::bind(address).await;
    let remedy = match listening.as_ref().map_err(io::Error::kind) {
        Err(io::ErrorKind::AddrInUse) => "another program listens there; choose another port, 0 for a free one",
        Err(io::ErrorKind::PermissionDenied) => "ports below 1024 are the administrator's; choose another",
        Err(io::ErrorKind::AddrNotAvailable) => "this machine does not have the address",
        _ => "it can't be listened on",
    };
    listening.with_context(|| format!("--listen {address}: {remedy}"))
}

impl Server {
    /// Takes a connection.
    fn take(self: &Arc<Self>, stream: TcpStream) {
        let server = Arc::clone(self);
        self.strangers.take(|number| {
            tokio::spawn(async move {
                let Ok(watched) = prepared(&stream) else { return server.strangers.is_none(number) };
                let entered = tokio::time::timeout(SERVE_STARTUP, server.enter(stream)).await;
                server.strangers.is_none(number);
                if let Ok(Ok(Some(visit))) = entered {
                    server.serve(visit, &watched).await;
                }
            })
            .abort_handle()
        });
    }

    /// Finds out who it is; `None` when nothing more is to be said.
    async fn enter(self: &Arc<Self>, stream: TcpStream) -> PgWireResult<Option<Visit>> {
        let Some((mut wire, beginning, is_secure)) = self.begun(stream).await? else { return Ok(None) };
        let entered = match beginning {
            Beginning::Cancel { process, secret } => {
                self.cancels.cancel(process, &secret);
                return Ok(None);
            }
            Beginning::Startup { minor, parameters } => self.start(&mut wire, minor, parameters, is_secure).await,
            Beginning::Foreign { major, minor } => {
                Err(fatal("0A000", &format!("unsupported frontend protocol {major}.{minor}: server supports 3.0")))
            }
            Beginning::Tls | Beginning::Gss => Err(fatal("08P01", "encryption was asked for within encryption")),
        };
        match entered {
            Ok((settings, seat)) => Ok(Some(Visit { wire, settings, seat })),
            Err(PgWireError::IoError(broken)) => Err(broken.into()),
            Err(problem) => {
                farewell(wire, problem).await;
                Ok(None)
            }
        }
    }

    /// What a client begins with, on a connection that is encrypted if it asks for that.
    async fn begun(&self, stream: TcpStream) -> PgWireResult<Option<(Wire, Beginning, bool)>> {
        let mut first = [0];
        // A handshake of TLS without a question before it.
        if let (Some(tls), 1, [0x16]) = (&self.door.tls, stream.peek(&mut first).await?, first) {
            let mut wire = Wire::new(Box::new(tls.accept(stream).await?));
            let beginning = wire.beginning().await?;
            return Ok(Some((wire, beginning, true)));
        }
        let mut wire = Wire::new(Box::new(stream));
        loop {
            match (wire.beginning().await?, &self.door.tls) {
                (Beginning::Tls, Some(tls)) => {
                    wire.send_byte(b'S').await?;
                    // What was sent before the handshake may be somebody else's.
                    let Some(stream) = wire.into_stream() else { return Ok(None) };
                    let mut wire = Wire::new(Box::new(tls.accept(stream).await?));
                    let beginning = wire.beginning().await?;
                    return Ok(Some((wire, beginning, true)));
                }
                (Beginning::Tls, None) | (Beginning::Gss, _) => wire.send_byte(b'N').await?,
                (beginning, _) => return Ok(Some((wire, beginning, false))),
            }
        }
    }

    async fn start(
        self: &Arc<Self>,
        wire: &mut Wire,
        minor: u16,
        parameters: Vec<(String, String)>,
        is_secure: bool,
    ) -> PgWireResult<(Settings, Seat)> {
        if self.door.tls.is_some() && !is_secure {
            return Err(fatal("28000", "this server is asked over TLS only (sslmode=require)"));
        }
        let extensions: Vec<String> =
            parameters.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with("_pq_.")).collect();
        if minor > 0 || !extensions.is_empty() {
            let version = i32::from(ProtocolVersion::PROTOCOL3_0);
            wire.feed(Message::NegotiateProtocolVersion(NegotiateProtocolVersion::new(version, extensions))).await?;
        }
        let of = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let user = of("user").unwrap_or_default();
        if user.is_empty() {
            return Err(fatal("28000", "no user name was given"));
        }
        self.door.pass(wire, user, is_secure).await?;
        let settings = settings(&parameters, self.timeout)?;
        let Ok(seat) = self.clients.try_acquire() else {
            return Err(fatal("53300", &format!("sorry, {SERVE_CLIENTS} clients are served already")));
        };
        seat.forget();
        let (process, secret, cancel) = self.cancels.register();
        let seat = Seat { server: Arc::clone(self), process, cancel };
        wire.feed(Message::Authentication(Authentication::Ok)).await?;
        let told = ["is_superuser", "default_transaction_read_only", "in_hot_standby", "integer_datetimes"];
        let told = told.into_iter().chain(["server_encoding", "server_version", "standard_conforming_strings"]);
        for name in told.chain(REPORTED) {
            let value = settings.get(&name.to_lowercase()).to_owned();
            wire.feed(Message::ParameterStatus(ParameterStatus::new(name.to_owned(), value))).await?;
        }
        let status = ParameterStatus::new("session_authorization".to_owned(), user.to_owned());
        wire.feed(Message::ParameterStatus(status)).await?;
        wire.feed(Message::BackendKeyData(BackendKeyData::new(process, SecretKey::I32(secret)))).await?;
        Ok((settings, seat))
    }

    /// Answers a client until it goes.
    async fn serve(&self, visit: Visit, watched: &TcpStream) {
        let Visit { wire, settings, seat } = visit;
        let mut connection = Connection::new(wire, Arc::clone(&self.asker), settings);
        match connection.answer(&seat.cancel, watched).await {
            Ok(()) => connection.wire.close().await,
            Err(PgWireError::IoError(broken)) if broken.kind() == io::ErrorKind::InvalidData => {
                farewell(connection.wire, fatal("08P01", &broken.to_string())).await;
            }
            // Who broke off hears nothing.
            Err(PgWireError::IoError(_)) => {}
            Err(problem) => farewell(connection.wire, problem).await,
        }
    }
}

/// Tells a client why it is left.
async fn farewell(mut wire: Wire, problem: PgWireError) {
    let mut info = ErrorInfo::from(problem);
    info.severity = "FATAL".to_owned();
    if wire.feed(Message::ErrorResponse(info.into())).await.is_ok() {
        wire.close().await;
    }
}

/// A client that may ask.
struct Visit {
    wire: Wire,
    settings: Settings,
    seat: Seat,
}

/// What a client has besides its connection, and gives back.
struct Seat {
    server: Arc<Server>,
    process: i32,
    cancel: Arc<Notify>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.server.cancels.known().remove(&self.process);
        self.server.clients.add_permits(1);
    }
}

impl Cancels {
    fn known(&self) -> MutexGuard<'_, HashMap<i32, (i32, Arc<Notify>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number and a secret for a client.
    fn register(&self) -> (i32, i32, Arc<Notify>) {
        let process = self.next.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let random = Sha256::digest(random_nonce());
        let secret = i32::from_be_bytes([random[0], random[1], random[2], random[3]]);
        let cancel = Arc::new(Notify::new());
        self.known().insert(process, (secret, Arc::clone(&cancel)));
        (process, secret, cancel)
    }

    fn cancel(&self, process: i32, secret: &[u8]) {
        if let Some((known, cancel)) = self.known().get(&process)
            && known.to_be_bytes() == secret
        {
            cancel.notify_waiters();
        }
    }
}

/// The settings that a client begins with: its parameters, and those of them that stand in `options`.
///
/// # Errors
/// When one can't have its value.
fn settings(parameters: &[(String, String)], timeout: Duration) -> PgWireResult<Settings> {
    let mut settings = Settings::new(timeout);
    for (name, value) in parameters {
        if name == "options" {
            for (name, value) in words::options(value)? {
                settings.set(&name.to_lowercase(), &value).map_err(ends)?;
            }
        } else if !matches!(name.as_str(), "user" | "database" | "replication") && !name.starts_with("_pq_.") {
            match settings.set(&name.to_lowercase(), value) {
                Err(problem) if name.eq_ignore_ascii_case("statement_timeout") => return Err(ends(problem)),
                // What it can't have is what it is by itself: a client's locale is no reason to turn it away.
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(settings)
}

/// The same error, which ends the connection.
fn ends(problem: PgWireError) -> PgWireError {
    let mut info = ErrorInfo::from(problem);
    info.severity = "FATAL".to_owned();
    info.severity_nonlocalized = Some("FATAL".to_owned());
    PgWireError::UserError(Box::new(info))
}

/// Where to listen, as `--listen` has it.
fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let found = text.to_socket_addrs().map_err(|error| format!("{error}; write 127.0.0.1:5432"))?;
    let mut found: Vec<SocketAddr> = found.collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    match found.first().filter(|_| found.iter().all(|address| door::is_loopback(address.ip()))) {
        Some(address) => Ok(*address),
        None => Err("others can reach this name; write the address to listen on".to_owned()),
    }
}

/// Sets a connection up, and makes a second handle of it that sees it close.
fn prepared(stream: &TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(SERVE_KEEPALIVE).with_interval(SERVE_KEEPALIVE / 4))?;
    TcpStream::from_std(socket.try_clone()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_the_variable() {
        #[derive(clap::Parser)]
        struct Cli {
            #[command(flatten)]
            serve: ServeArgs,
        }
        let help = <Cli as clap::CommandFactory>::command().render_long_help().to_string();
        assert!(help.contains(door::PASSWORD_VARIABLE), "{help}");
    }

    #[test]
    fn a_name_is_listened_on_if_it_is_of_this_machine_alone() {
        let port = |text: &str| parse_listen(text).map(|address| (address.ip().is_loopback(), address.port()));
        assert_eq!(port("localhost:5433"), Ok((true, 5433)));
        assert_eq!(port("0.0.0.0:5433"), Ok((false, 5433)));
        assert!(port("localhost").is_err() && port("nowhere.invalid:1").is_err());
    }

    #[test]
    fn who_knows_the_secret_cancels() {
        let cancels = Cancels::default();
        let (process, secret, cancel) = cancels.register();
        let mut waiting = Box::pin(cancel.notified());
        assert!(!waiting.as_mut().enable());
        cancels.cancel(process, &secret.wrapping_add(1).to_be_bytes());
        cancels.cancel(process + 1, &secret.to_be_bytes());
        cancels.cancel(process, b"");
        assert!(!waiting.as_mut().enable());
        cancels.cancel(process, &secret.to_be_bytes());
        assert!(waiting.as_mut().enable());
    }
}
