//! The command line: one file per subcommand. What was typed is parsed here; what it means is decided in the library.

mod aws;
mod backtest;
mod context;
mod coverage;
mod detect;
mod detections;
mod generate;
mod ingest;
mod investigate;
mod lake;
mod notify;
mod output;
mod progress;
mod query;
mod question;
mod ready;
mod schedule;
mod serve;
mod shell;
mod source;
pub mod workers;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use clap::{Parser, Subcommand};
use vpcflow::report::{Sink, printable};

/// Finds attacks, leaks and open doors in AWS VPC Flow Logs.
#[derive(Debug, Parser)]
#[command(name = "vpcflow", version, after_help = EXIT_CODES, max_term_width = 120)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    findings at or above --fail-on, or lake verify found something wrong
  2    error
  3    done, but part of the input could not be read, or every line of it is malformed
  130  interrupted (143 terminated, 129 hung up)";

/// What to do; those with many options are boxed, for the others to stay small.
#[derive(Debug, Subcommand)]
enum Command {
    Detect(Box<detect::DetectArgs>),
    Detections(detections::DetectionsArgs),
    Query(Box<query::QueryArgs>),
    Shell(Box<shell::ShellArgs>),
    Serve(Box<serve::ServeArgs>),
    Investigate(Box<investigate::InvestigateArgs>),
    Ingest(Box<ingest::IngestArgs>),
    Lake(lake::LakeArgs),
    Backtest(Box<backtest::BacktestArgs>),
    Schedule(schedule::ScheduleArgs),
    Notify(notify::NotifyArgs),
    Generate(generate::Args),
}

/// How a command ended, short of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is done.
    Done,
    /// Done, and there are findings at or above `--fail-on`.
    Findings,
    /// Done, but part of the input could not be read.
    Partial,
    /// Something failed, which was told, and the rest is done.
    Failed,
}

impl Outcome {
    /// The process' exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
            Outcome::Partial => 3,
        }
    }
}

impl Cli {
    /// Whether Ctrl-C is taken by the command, and does not end the process.
    pub fn takes_interrupts(&self) -> bool {
        matches!(&self.command, Command::Shell(shell) if shell.is_interactive())
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Anything that keeps the command from doing what was asked; the text names what, where and the remedy.
    pub async fn run(self) -> Result<Outcome> {
        match self.command {
            Command::Detect(detect) => detect.run().await,
            Command::Detections(detections) => detections.run().await,
            Command::Query(query) => query.run().await,
            Command::Shell(shell) => shell.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Investigate(investigate) => investigate.run().await,
            Command::Ingest(ingest) => ingest.run().await,
            Command::Lake(lake) => lake.run().await,
            Command::Backtest(backtest) => backtest.run().await,
            Command::Schedule(schedule) => schedule.run().await,
            Command::Notify(notify) => notify.run().await,
            Command::Generate(args) => generate::run(&args).map(|()| Outcome::Done),
        }
    }
}

/// An error and its causes, each said once: the engine's errors repeat their causes' texts in their own.
pub fn message(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain() {
        // The names of planner passes tell a user nothing.
        let text = cause.to_string();
        let text = text.rsplit("\ncaused by\n").next().unwrap_or(&text).trim();
        // Sixty columns, each with its table.
        let list = text.split_once(" Valid fields are ");
        let shortened = list.map(|(said, _)| format!("{said} SHOW COLUMNS FROM flows lists them."));
        let text = shortened.as_deref().unwrap_or(text);
        if message.is_empty() {
            message = text.to_owned();
        } else if !message.contains(text) {
            message = format!("{message}: {text}");
        }
    }
    if let Some(remedy) = vpcflow::temporary::remedy(&message) {
        message = format!("{message}: {remedy}");
    }
    // Names of files and values of logs are in it.
    message.replace('\t', " ").split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Writes a text to standard output.
fn print(text: &str) -> Result<Outcome> {
    let closed = Arc::new(AtomicBool::new(false));
    let mut sink = Sink::stdout(Arc::clone(&closed));
    let written = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
    // Whoever closes the pipe has seen enough: no error.
    if !closed.load(Ordering::Relaxed) {
        written?;
    }
    Ok(Outcome::Done)
}

/// Says something on standard error. Who closed it does not want to hear it, which is no error.
pub fn tell(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Ends the process when the user presses Ctrl-C, unless a command `takes_interrupts` itself, or the system asks for it, on
/// a thread of its own: those of the runtime may be deep in a query.
pub fn end_on_signals(takes_interrupts: bool) {
    let wait = move || -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let (mut hangup, mut quit) = (signal(SignalKind::hangup())?, signal(SignalKind::quit())?);
            let kind = tokio::select! {
                _ = interrupt.recv(), if !takes_interrupts => SignalKind::interrupt(),
                _ = terminate.recv() => SignalKind::terminate(),
                _ = hangup.recv() => SignalKind::hangup(),
                _ = quit.recv() => SignalKind::quit(),
            };
            end(128 + kind.as_raw_value()).await
        })
    };
    // Where signals can't be watched, their default action ends the process.
    std::thread::spawn(wait);
}

/// Ends the process from wherever it is. Nothing temporary is left behind.
#[expect(clippy::disallowed_methods, reason = "nothing returns to main; temporary files are removed here")]
async fn end(code: i32) -> ! {
    shell::give_back_terminal();
    vpcflow::store::abort_uploads().await;
    vpcflow::temporary::remove_all();
    std::process::exit(code)
}
