//! The command line: one file per subcommand. What was typed is parsed here; what it means is decided in the library.

mod coverage;
mod detect;
mod generate;
mod query;
mod source;

use anyhow::Result;
use clap::{Parser, Subcommand};
use vpcflow::report::printable;

use source::{Opened, SourceArgs};

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
  1    findings at or above --fail-on
  2    error
  3    done, but part of the input could not be read
  130  interrupted";

#[derive(Debug, Subcommand)]
enum Command {
    Detect(detect::DetectArgs),
    Query(query::QueryArgs),
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
    /// Ended by Ctrl-C.
    Interrupted,
}

impl Outcome {
    /// The process' exit code. A partial answer outweighs findings: "no findings" would mean nothing.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Findings => 1,
            Outcome::Partial => 3,
            Outcome::Interrupted => 130,
        }
    }
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// Anything that keeps the command from doing what was asked; the text names what, where and the remedy.
    pub async fn run(self) -> Result<Outcome> {
        match self.command {
            Command::Detect(detect) => detect.run().await,
            Command::Query(query) => query.run().await,
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
        if message.is_empty() {
            message = text.to_owned();
        } else if !message.contains(text) {
            message = format!("{message}: {text}");
        }
    }
    // Names of files and values of logs are in it.
    message.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Ends when the user presses Ctrl-C.
async fn interrupted() {
    // Where the signal can't be watched, its default action ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
