//! `vpcflow notify`: whether receivers can be reached.

use std::path::PathBuf;

use anyhow::{Result, bail};
use chrono::Utc;
use clap::Args;
use vpcflow::near::did_you_mean;
use vpcflow::notify::Notifier;
use vpcflow::report::printable;
use vpcflow::schedule::Message;

use super::schedule::{load, tell_warnings};
use super::{Outcome, print, tell};

/// Sends the receivers of a file of schedules a message that says that it is a test.
#[derive(Debug, Args)]
pub struct NotifyArgs {
    /// The file of vpcflow schedule
    #[arg(value_name = "CONFIG.toml")]
    config: PathBuf,

    /// Send the message
    #[arg(long, required = true)]
    test: bool,

    /// Only these of the file's receivers
    #[arg(value_name = "RECEIVER")]
    receivers: Vec<String>,
}

impl NotifyArgs {
    /// Sends the message, and tells who took it.
    ///
    /// # Errors
    /// When something is wrong with the file, or there is no such receiver.
    pub async fn run(&self) -> Result<Outcome> {
        let config = load(&self.config).await?;
        tell_warnings(&config);
        let names = || config.receivers.iter().map(|receiver| receiver.name.value.as_str());
        if let Some(name) = self.receivers.iter().find(|name| !names().any(|known| known == *name)) {
            let near = did_you_mean(name, names());
            bail!("{}: there is no [notify.{name}]{near}", self.config.display());
        }
        if config.receivers.is_empty() {
            bail!("{}: there is no receiver; write [notify.NAME]", self.config.display());
        }
        let notifier = Notifier::new(&config.aws).await?;
        let mut has_failed = false;
        let is_meant = |name: &String| self.receivers.is_empty() || self.receivers.contains(name);
        for receiver in config.receivers.iter().filter(|receiver| is_meant(&receiver.name.value)) {
            let name = &receiver.name.value;
            match notifier.send(receiver, &Message::of_test(name, Utc::now())).await {
                Ok(warning) => {
                    print(&format!("{name}: took the message\n"))?;
                    if let Some(warning) = warning {
                        tell(format_args!("warning: {name}: {}", printable(&warning)));
                    }
                }
                Err(error) => {
                    has_failed = true;
                    tell(format_args!("error: {name}: {}", printable(&error.to_string())));
                }
            }
        }
        Ok(if has_failed { Outcome::Failed } else { Outcome::Done })
    }
}
