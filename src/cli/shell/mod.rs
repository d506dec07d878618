//! `vpcflow shell`: SQL and commands at a prompt, from a file, from a pipe or from the command line.
//!
//! It is a face of what is opened, as `query` is: how keys are read, results shown and signals taken stands here, beside the
//! other commands, and what a session answers is the library's (`vpcflow::opened`), so that other faces answer the same.
//!
//! Invariants: a statement that fails or is cancelled ends nothing but itself at a terminal, and the script elsewhere; the
//! prompt waits for no listing.

mod ask;
mod commands;
mod complete;
mod describe;
mod editor;
mod interrupt;
mod investigating;
pub(super) mod lex;
mod meanings;
mod obey;
mod settings;
mod show;
mod typed_ahead;

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bytesize::ByteSize;
use clap::Args;
use vpcflow::detect::{Catalogue, Choice};
use vpcflow::limits::SHELL_PATIENCE;
use vpcflow::report::{Look, RowFormat, Rows, printable};
use vpcflow::scan::ObjectNote;
use vpcflow::sql_file::{SqlFile, read_text};

use super::context::ContextArgs;
use super::question::Question;
use super::ready::{Ready, Sources};
use super::source::SourceArgs;
use super::workers::Workers;
use super::{Outcome, print, tell};
use complete::Shared;
use editor::{Editor, Typed};
use interrupt::{Cancelled, Interrupts};
use lex::Statement;
use settings::Settings;
use show::Screen;
pub use typed_ahead::give_back as give_back_terminal;

/// SQL at a prompt: over flow logs or a lake, with completion, history, charts and the detections at hand.
///
/// Without -c and -f statements are read from the terminal, or from standard input where that is none. They end with a
/// semicolon; \? lists the shell's own commands. ~/.vpcflowrc is read first.
#[derive(Debug, Args)]
pub struct ShellArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// SQL, or one of the shell's commands (\d flows), instead of a prompt; several are taken one after the other
    #[arg(short, long, value_name = "SQL", allow_hyphen_values = true)]
    command: Vec<String>,

    /// A file with SQL and commands, instead of a prompt; after what -c says
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,

    /// Do not read ~/.vpcflowrc
    #[arg(long)]
    no_rc: bool,

    /// Take statements that create, change, write and set, too
    #[arg(long)]
    allow_write: bool,

    /// What may be kept of decoded objects, for the next statement over the same day to be quick; within --memory-limit, of
    /// which it is a quarter at most, unless it is said here. 0 keeps nothing
    #[arg(long, value_name = "SIZE", help_heading = "Limits")]
    cache_size: Option<ByteSize>,

    #[command(flatten)]
    context: ContextArgs,

    /// How rows are written
    #[arg(long, value_enum, default_value = "table")]
    format: RowFormat,
}

/// Whether the shell goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Leave,
}

/// A shell that runs.
struct Shell {
    sources: Sources,
    interrupts: Interrupts,
    workers: Workers,
    settings: Settings,
    known: Arc<Shared>,
    /// What was asked of before the period was chosen anew, until something is there.
    before: Option<Box<SourceArgs>>,
    /// Where the next result goes, instead of standard output.
    output: Option<PathBuf>,
    /// The last result, or as much of it as is kept.
    last: Option<Rows>,
    /// The last statement that was asked.
    last_sql: Option<String>,
    /// Whether it came to nothing.
    has_failed: bool,
    is_interactive: bool,
    /// What was warned of last: objects that failed, such as are no logs, and malformed lines.
    warned: Option<(Vec<ObjectNote>, Vec<ObjectNote>, Vec<ObjectNote>)>,
    /// Whether something could not be read.
    is_partial: bool,
    /// Whether nobody reads standard output any more.
    is_closed: bool,
    /// Scripts that are being read, one from another.
    depth: usize,
}

/// Scripts that may be read from one another.
const DEPTH: usize = 16;

impl ShellArgs {
    /// Whether somebody sits at a terminal, to whom Ctrl-C means the statement and not the shell.
    pub fn is_interactive(&self) -> bool {
        self.command.is_empty() && self.file.is_empty() && std::io::stdin().is_terminal()
    }

    /// Runs the shell.
    ///
    /// # Errors
    /// When an argument or a source is wrong, or a statement of a script fails.
    pub async fn run(self) -> Result<Outcome> {
        let is_interactive = self.is_interactive();
        if self.command.is_empty() && self.file.is_empty() && self.source.sources.iter().any(|source| source == "-") {
            bail!("standard input is a SOURCE (-), and can't have the statements, too; give them with -c or -f");
        }
        let sources = Sources::new(
            self.source,
            self.context.options(),
            self.cache_size,
            match self.allow_write {
                true => |session| Ok(session.with_writes()),
                false => Ok,
            },
        )?;
        let mut shell = Shell {
            interrupts: Interrupts::new(is_interactive)?,
            workers: Workers::new(sources.memory_limit_bytes())?,
            sources,
            settings: Settings::new(self.format),
            known: Arc::default(),
            before: None,
            output: None,
            last: None,
            last_sql: None,
            has_failed: false,
            is_interactive,
            warned: None,
            is_partial: false,
            is_closed: false,
            depth: 0,
        };
        if let Some(ready) = shell.sources.begin(SHELL_PATIENCE).await? {
            shell.arrived(&ready).await;
        }
        let next = if self.no_rc { Next::Go } else { shell.startup().await? };
        if next == Next::Go {
            match is_interactive {
                true => shell.converse().await?,
                false => shell.scripts(&self.command, &self.file).await?,
            }
        }
        Ok(if shell.is_partial && !is_interactive { Outcome::Partial } else { Outcome::Done })
    }
}

impl Shell {
    /// What the user wants in every shell.
    async fn startup(&mut self) -> Result<Next> {
        let Some(path) = std::env::home_dir().map(|home| home.join(".vpcflowrc")).filter(|path| path.is_file()) else {
            return Ok(Next::Go);
        };
        match self.script(&path).await {
            Err(error) if self.is_interactive => {
                tell(format_args!("warning: {:#}", error));
                Ok(Next::Go)
            }
            next => next,
        }
    }

    /// Takes statements from scripts, up to the first that fails.
    async fn scripts(&mut self, commands: &[String], files: &[PathBuf]) -> Result<()> {
        for text in commands {
            if self.text(text).await? == Next::Leave {
                return Ok(());
            }
        }
        for file in files {
            if self.script(file).await? == Next::Leave {
                return Ok(());
            }
        }
        if commands.is_empty() && files.is_empty() {
            self.piped().await?;
        }
        Ok(())
    }

    /// Takes statements from standard input, each as it is complete.
    async fn piped(&mut self) -> Result<()> {
        let (mut text, mut is_first) = (String::new(), true);
        loop {
            let before = text.len();
            let read = std::io::stdin().lock().read_line(&mut text).context("standard input")?;
            if std::mem::take(&mut is_first) && text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            // Only these end something.
            let may_end = text.get(before..).is_none_or(|line| line.contains([';', '\\']));
            if read == 0 || (may_end && lex::is_complete(&text)) {
                if self.text(&text).await? == Next::Leave || read == 0 {
                    return Ok(());
                }
                text.clear();
            }
        }
    }

    async fn script(&mut self, path: &Path) -> Result<Next> {
        let in_file = || path.display().to_string();
        // A pipe may have nobody who writes to it.
        let file = path.to_owned();
        let read = tokio::task::spawn_blocking(move || read_text(&file));
        let text = self.interrupts.unless(read).await?.context("reading")?.with_context(in_file)?;
        if self.depth >= DEPTH {
            bail!("{}: {DEPTH} files take one another; one of them may take itself", path.display());
        }
        self.depth += 1;
        let next = Box::pin(self.text(&text)).await.with_context(in_file);
        self.depth -= 1;
        next
    }

    /// Takes the statements of a text.
    async fn text(&mut self, text: &str) -> Result<Next> {
        let mut at = 0;
        for statement in lex::statements(text) {
            at += text[at..].find(statement.text()).unwrap_or_default();
            let line = text[..at + lex::begin(statement.text())].split('\n').count();
            let taken = self.take(&statement).await;
            let taken = if self.depth > 0 { taken.with_context(|| format!("line {line}")) } else { taken };
            if taken? == Next::Leave || self.is_closed {
                return Ok(Next::Leave);
            }
        }
        Ok(Next::Go)
    }

    /// Takes what is typed, until the user leaves.
    async fn converse(&mut self) -> Result<()> {
        let mut editor = Editor::new(&self.known);
        self.greet();
        loop {
            // What came meanwhile is known to the completion.
            let meanwhile = self.sources.meanwhile().await;
            match self.or_as_before(meanwhile) {
                Ok(Some(ready)) => self.arrived(&ready).await,
                Ok(None) => {}
                Err(error) => tell(format_args!("error: {}", super::message(&error))),
            }
            let text = match editor.read(&self.prompt())? {
                Typed::Text(text) => text,
                Typed::Nothing => continue,
                Typed::Leave => return Ok(()),
            };
            let (statements, rest) = lex::typed(&text);
            if !rest.is_empty() {
                match lex::open(&rest) {
                    Some(b'*') => tell(format_args!("a comment is open; it ends with */, and Ctrl-C drops it")),
                    Some(sign) => tell(format_args!("a {} is open; Ctrl-C drops it", char::from(sign))),
                    None => {
                        tell(format_args!("the statement goes on; it ends with a semicolon, and Ctrl-C drops it"));
                    }
                }
                editor.begin_with(&rest);
            }
            for statement in statements {
                match self.take(&statement).await {
                    Ok(Next::Leave) => return Ok(()),
                    Ok(Next::Go) => {}
                    Err(error) => {
                        let cancelled = error.downcast_ref::<Cancelled>().is_some();
                        tell(format_args!("{}{}", if cancelled { "" } else { "error: " }, super::message(&error)));
                        break;
                    }
                }
            }
        }
    }

    fn greet(&self) {
        let what = match self.sources.at_hand() {
            Some(Ready { opened, .. }) => match &opened.flows {
                Some(flows) => match flows.days() {
                    Some(days) => days.told().trim_start_matches("; its objects are ").to_owned(),
                    None => "open".to_owned(),
                },
                None => "without a SOURCE".to_owned(),
            },
            None => "being opened".to_owned(),
        };
        let sources = self.sources.args().sources.join(" ");
        let named = if sources.is_empty() { what } else { format!("{sources} ({what})") };
        self.say(&format!(
            "vpcflow {}: {}. \\? for help, \\q or Ctrl-D to leave.",
            env!("CARGO_PKG_VERSION"),
            printable(&named)
        ));
    }

    /// The prompt has the period, because an answer means little without it.
    fn prompt(&self) -> String {
        let args = self.sources.args();
        match (args.date, args.since, args.from, args.to) {
            (Some(date), ..) => format!("vpcflow {date}"),
            (_, Some(since), ..) => format!("vpcflow {since}"),
            (_, _, None, None) => "vpcflow".to_owned(),
            _ => "vpcflow (period)".to_owned(),
        }
    }

    /// Says something beside the results: at a terminal below them, elsewhere on standard error.
    fn say(&self, text: &str) {
        match self.is_interactive {
            true => drop(print(&format!("{text}\n"))),
            false => tell(format_args!("{text}")),
        }
    }

    /// What can be asked, once it is there.
    async fn ready(&mut self) -> Result<Ready> {
        let was_there = self.sources.at_hand().is_some();
        let ready = self.interrupts.unless(self.sources.ready()).await?;
        let ready = self.or_as_before(ready)?;
        if !was_there {
            self.arrived(&ready).await;
        }
        Ok(ready)
    }

    /// Tells of what was opened, and learns what can be completed.
    async fn arrived(&mut self, ready: &Ready) {
        for warning in ready.context.warnings() {
            tell(format_args!("warning: {}", printable(&warning)));
        }
        if let Some(flows) = &ready.opened.flows {
            let report = flows.coverage().report();
            self.warn(&report);
        }
        if self.is_interactive {
            self.learn(ready).await;
        }
    }

    /// Learns what can be completed.
    async fn learn(&mut self, ready: &Ready) {
        let tables = ready.opened.tables().await;
        let of_table = |(name, schema): (String, arrow::datatypes::SchemaRef)| {
            let column = |column: &String| (column.clone(), meanings::of_column(&name, column).to_owned());
            let columns = schema.fields().iter().map(|field| column(field.name())).collect();
            (name, columns)
        };
        let written = |(name, said): (String, Option<_>)| {
            let written = describe::written(&name, said.as_ref());
            (name, written)
        };
        let catalogue = Catalogue::load(&Choice::default()).await;
        let detections = catalogue.iter().flat_map(|all| all.detections()).map(|one| &one.file);
        let titled = |file: &SqlFile| (file.id.clone(), file.title.clone());
        let params = |file: &SqlFile| {
            let params = file.params.iter().map(|param| (param.name.clone(), param.meaning.clone()));
            (file.id.clone(), params.collect::<Vec<_>>())
        };
        let named = investigating::named_queries().unwrap_or_default();
        let mut known = self.known.lock();
        known.tables = tables.into_iter().map(of_table).collect();
        known.functions = describe::functions(ready).into_iter().map(written).collect();
        known.params = detections.clone().chain(&named).map(params).collect();
        known.detections = detections.map(titled).collect();
        known.named = named.iter().map(titled).collect();
    }

    /// Remembers the addresses of a result, for completion.
    fn see(&mut self, rows: &Rows) {
        if !self.is_interactive {
            return;
        }
        let Ok(lines) = rows.first(vpcflow::limits::SHELL_ROWS).texts(Look::default()) else { return };
        let mut known = self.known.lock();
        lines.iter().flatten().for_each(|value| known.see(value));
    }

    /// Takes a statement or a command.
    async fn take(&mut self, statement: &Statement) -> Result<Next> {
        match statement {
            Statement::Sql(sql) => {
                self.last_sql = Some(sql.clone());
                self.has_failed = true;
                self.ask(Question::Sql(sql.clone())).await?;
                self.has_failed = false;
                Ok(Next::Go)
            }
            Statement::Meta(line) => self.obey(line).await,
        }
    }

    /// Shows rows that no statement gave.
    fn show_rows(&self, rows: &Rows) -> Result<()> {
        let screen = Screen::of_stdout();
        Ok(show::print(&show::lines(rows, &self.settings, screen)?, &self.settings, screen)?)
    }
}
