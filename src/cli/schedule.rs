//! `vpcflow schedule`: what is done by the clock.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use chrono::Utc;
use clap::Args;
use vpcflow::report::printable;
use vpcflow::schedule::{Config, ConfigError};

use super::{Outcome, print, tell};

/// Checks a file of schedules: what is wrong with it, or what would run when.
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// The file, in TOML; deploy/schedule.toml is an example with every key
    #[arg(value_name = "CONFIG.toml")]
    config: PathBuf,

    /// Tell all that is wrong with the file, or what it comes to and when each schedule runs next
    #[arg(long, required = true)]
    check: bool,
}

impl ScheduleArgs {
    /// Checks the file.
    ///
    /// # Errors
    /// When something is wrong with it.
    pub fn run(&self) -> Result<Outcome> {
        let config = Config::load(&self.config).map_err(|error| tell_problems(&error))?;
        for warning in &config.warnings {
            let file = config.file.display();
            tell(format_args!("{}", printable(&format!("{file}:{}: warning: {}", warning.place, warning.text))));
        }
        print(&config.summary(Utc::now()).lines().map(|line| printable(line) + "\n").collect::<String>())
    }
}

/// Tells each problem on a line of its own, for editors to go there, and how many there are.
fn tell_problems(error: &ConfigError) -> anyhow::Error {
    let ConfigError::Wrong { file, problems } = error else { return anyhow!("{error}") };
    for line in error.to_string().lines() {
        tell(format_args!("{}", printable(line)));
    }
    let file = file.display();
    match problems.len() {
        1 => anyhow!("{file}: this is wrong with it"),
        count => anyhow!("{file}: these {count} things are wrong with it"),
    }
}
