//! What a session that stays asks, as the shell's and a server's do: opened in the background, so that a prompt does not
//! wait for a listing, and anew with another period, when files come or go, or when the period has moved on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use bytesize::ByteSize;
use datafusion::common::Result as EngineResult;
use datafusion::execution::runtime_env::RuntimeEnv;
use tokio::task::JoinHandle;
use vpcflow::context::{Context, ContextFiles, ContextOptions};
use vpcflow::limits::{CACHE_BYTES, SINCE_STEP};
use vpcflow::opened::Opened;
use vpcflow::scan::DecodedObjects;
use vpcflow::session::{Session, SessionOptions};

use super::source::SourceArgs;

/// The sources, opened or on their way.
pub struct Sources {
    /// What the command line named, with the period that is asked of.
    args: SourceArgs,
    context: ContextOptions,
    options: SessionOptions,
    /// Memory, spill folder and stores, for as long as somebody asks.
    runtime: Arc<RuntimeEnv>,
    /// Makes of a session the one that is asked.
    face: Face,
    /// What is kept of objects that were read, whatever the period.
    cache: Arc<DecodedObjects>,
    state: State,
    /// When they began to be opened.
    begun: Instant,
}

/// Makes of a session that can only read the one that is asked.
pub type Face = fn(Session) -> EngineResult<Session>;

/// What can be asked.
#[derive(Clone)]
pub struct Ready {
    /// The session.
    pub opened: Arc<Opened>,
    /// What is known beside the logs.
    pub context: Arc<Context>,
}

enum State {
    /// Nothing yet, or nothing that could be opened.
    Closed,
    Opening(JoinHandle<Result<Ready>>),
    Ready(Ready),
}

impl Sources {
    /// Sources that nothing has been read of.
    ///
    /// # Errors
    /// When an argument makes no sense, or the temporary folder can't be used.
    pub fn new(args: SourceArgs, context: ContextOptions, cache_size: Option<ByteSize>, face: Face) -> Result<Self> {
        args.opening()?;
        let options = args.limits.options()?;
        let runtime = options.runtime()?;
        let bytes = cache_size.map_or(CACHE_BYTES.min(options.memory_limit_bytes / 4), |size| size.as_u64() as usize);
        let cache = Arc::new(DecodedObjects::new(bytes, &runtime.memory_pool));
        Ok(Sources { args, context, options, runtime, face, cache, state: State::Closed, begun: Instant::now() })
    }

    /// The arguments in force.
    pub fn args(&self) -> &SourceArgs {
        &self.args
    }

    /// What operators may hold, in bytes.
    pub fn memory_limit_bytes(&self) -> usize {
        self.options.memory_limit_bytes
    }

    /// The files of context.
    pub fn context(&self) -> &ContextOptions {
        &self.context
    }

    /// What is kept of objects that were read.
    pub fn cache(&self) -> &DecodedObjects {
        &self.cache
    }

    /// Begins to open them, and waits a moment: most are there at once.
    ///
    /// # Errors
    /// When they can't be opened, and this is known already.
    pub async fn begin(&mut self, patience: Duration) -> Result<Option<Ready>> {
        if matches!(self.state, State::Closed) {
            self.state = State::Opening(self.open()?);
        }
        if let State::Opening(opening) = &mut self.state
            && let Ok(opened) = tokio::time::timeout(patience, opening).await
        {
            return self.arrived(opened).map(Some);
        }
        Ok(self.at_hand())
    }

    /// What has come to be opened since somebody looked.
    ///
    /// # Errors
    /// When it can't be opened; this is told once.
    pub async fn meanwhile(&mut self) -> Result<Option<Ready>> {
        match &mut self.state {
            State::Opening(opening) if opening.is_finished() => {
                let opened = opening.await;
                self.arrived(opened).map(Some)
            }
            State::Opening(_) | State::Closed | State::Ready(_) => Ok(None),
        }
    }

    /// What can be asked without waiting for it.
    pub fn at_hand(&self) -> Option<Ready> {
        match &self.state {
            State::Ready(ready) => Some(ready.clone()),
            State::Opening(_) | State::Closed => None,
        }
    }

    /// What can be asked, once it is there. What changed since is opened anew; who stops waiting stops nothing.
    ///
    /// # Errors
    /// When it can't be opened; the next call tries again.
    pub async fn ready(&mut self) -> Result<Ready> {
        if let State::Ready(ready) = &self.state {
            let has_moved_on = self.args.since.is_some() && self.begun.elapsed() > SINCE_STEP;
            if !has_moved_on && !ready.opened.is_outdated(&self.args.opening()?).await? {
                return Ok(ready.clone());
            }
            self.state = State::Closed;
        }
        if matches!(self.state, State::Closed) {
            self.state = State::Opening(self.open()?);
        }
        let State::Opening(opening) = &mut self.state else { return Err(anyhow!("nothing is open")) };
        let opened = opening.await;
        self.arrived(opened)
    }

    /// Chooses another period.
    ///
    /// # Errors
    /// When it is none; then the one in force stays.
    pub fn choose(&mut self, change: impl FnOnce(&mut SourceArgs)) -> Result<()> {
        let mut args = self.args.clone();
        change(&mut args);
        args.opening()?;
        self.args = args;
        self.state = State::Closed;
        Ok(())
    }

    fn open(&mut self) -> Result<JoinHandle<Result<Ready>>> {
        self.begun = Instant::now();
        let (mut opening, aws) = (self.args.opening()?, self.args.aws.options()?);
        opening.read.cache = (self.cache.state().limit_bytes > 0).then(|| Arc::clone(&self.cache));
        let context = self.context.clone();
        let session = (self.face)(Session::new(&self.options, Arc::clone(&self.runtime))?)?;
        let open = async move || {
            let files = ContextFiles::fetch(context.files(), &aws).await?;
            let context = Context::load(&context, &files)?;
            let opened = opening.open(session).await?;
            context.register(&opened.session)?;
            Ok(Ready { opened: Arc::new(opened), context: Arc::new(context) })
        };
        // On a thread of its own, since files are listed and read without a pause.
        let runtime = tokio::runtime::Handle::current();
        Ok(tokio::task::spawn_blocking(move || runtime.block_on(open())))
    }

    fn arrived(&mut self, opened: Result<Result<Ready>, tokio::task::JoinError>) -> Result<Ready> {
        self.state = State::Closed;
        let ready = opened.map_err(|error| anyhow!("opening the sources stopped: {error}"))??;
        self.state = State::Ready(ready.clone());
        Ok(ready)
    }
}
