//! `vpcflow schedule`: what is done by the clock.

mod http;
mod look;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use vpcflow::limits::SCHEDULE_LOOK;
use vpcflow::report::printable;
use vpcflow::schedule::{Config, ConfigError, Event, Metrics, Problem, Service, What};

use self::look::Said;
use super::{Outcome, print, tell};

/// Runs detections by the clock, writes reports and tells whom it is told to.
///
/// The file says what, when and to whom; deploy/schedule.toml is one with every key. What ran is remembered, in the lake or
/// in the folder that [state] names: a process that was killed goes on where it was, what was missed is made up for, and
/// a finding is told once.
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// The file, in TOML; deploy/schedule.toml is an example with every key. env:NAME reads it of a variable of the environment
    #[arg(value_name = "CONFIG.toml")]
    config: PathBuf,

    /// Tell all that is wrong with the file, or what it comes to and when each schedule runs next
    #[arg(long, conflicts_with = "once")]
    check: bool,

    /// Do what is due, tell what is to be told, and end: for cron, timers of systemd, EventBridge or a CronJob
    #[arg(long)]
    once: bool,

    /// Be one look of a service, which says on standard input what to look at
    #[arg(long, hide = true, conflicts_with_all = ["check", "once"])]
    look: bool,

    /// How what happens is logged on standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
}

/// More than this at once is no waiting: the clock was set.
const CLOCK_SET: TimeDelta = TimeDelta::seconds(90);

/// The form of logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LogFormat {
    /// A line of text.
    Text,
    /// A line that is one JSON object.
    Json,
}

impl LogFormat {
    fn write(self, event: &Event) {
        match self {
            LogFormat::Text => {
                let time = Utc::now().format("%FT%TZ");
                tell(format_args!("{time} {}", printable(&event.line())));
            }
            LogFormat::Json => tell(format_args!("{}", event.json(Utc::now()))),
        }
    }
}

impl ScheduleArgs {
    /// Checks the file, or does what it says.
    ///
    /// # Errors
    /// When something is wrong with it, or it can't be remembered what ran.
    pub async fn run(&self) -> Result<Outcome> {
        if self.look {
            return look::obey().await;
        }
        let config = Config::load(&self.config).map_err(|error| tell_problems(&error))?;
        if !self.check && !self.once {
            return self.serve(config).await;
        }
        check_content(&config).await?;
        if self.check {
            tell_warnings(&config);
            for text in config.warnings_of_suppressions(Utc::now().date_naive()).await {
                tell(format_args!("{}", printable(&format!("warning: {text}"))));
            }
            return print(&config.summary(Utc::now()).lines().map(|line| printable(line) + "\n").collect::<String>());
        }
        let on_event = |event: Event| self.log.write(&event);
        warnings(&config).into_iter().for_each(on_event);
        let looked = Service::open(&config, true, &on_event).await?.look().await;
        Ok(match looked {
            _ if looked.has_failed => Outcome::Failed,
            _ if looked.is_partial => Outcome::Partial,
            _ => Outcome::Done,
        })
    }

    /// Does what is due for as long as nobody ends it.
    async fn serve(&self, config: Config) -> Result<Outcome> {
        let (config, log) = (Arc::new(config), self.log);
        let metrics = Arc::new(Metrics::new(&config, Utc::now()));
        let listener = match config.listen {
            Some(address) => Some(http::Listener::bind(address).await?),
            None => None,
        };
        let serving = listener.map(|listener| tokio::spawn(listener.serve(Arc::clone(&config), Arc::clone(&metrics))));
        warnings(&config).iter().for_each(|event| log.write(event));
        let mut looks = look::Looks::new(&config, move |said| match said {
            Said::Before(before) => metrics.note_before(&before),
            Said::Event(event) => {
                metrics.count(&event);
                log.write(&event);
            }
        });
        loop {
            wait(looks.next().await?).await;
            if serving.as_ref().is_some_and(tokio::task::JoinHandle::is_finished) {
                return Err(anyhow!("/metrics and /healthz are served no more: the listener failed"));
            }
        }
    }
}

/// Waits until a time, or until the clock is set, which may make another thing due.
async fn wait(until: Option<DateTime<Utc>>) {
    loop {
        let before = Utc::now();
        let left = until.map_or(SCHEDULE_LOOK, |until| (until - before).to_std().unwrap_or(Duration::ZERO));
        tokio::time::sleep(left.clamp(Duration::from_millis(100), SCHEDULE_LOOK)).await;
        let now = Utc::now();
        let is_set = now < before || now - before > CLOCK_SET;
        if is_set || until.is_some_and(|until| until <= now) {
            return;
        }
    }
}

/// Reads a file, and tells all that is wrong with it.
pub(super) async fn load(file: &std::path::Path) -> Result<Config> {
    let config = Config::load(file).map_err(|error| tell_problems(&error))?;
    check_content(&config).await?;
    Ok(config)
}

/// Tells what is wrong with the detections and files that a file names.
async fn check_content(config: &Config) -> Result<()> {
    config.check_content().await.map_err(|error| tell_problems(&error))
}

/// What is not wrong with a file, but to be known.
fn warnings(config: &Config) -> Vec<Event> {
    let warning = |Problem { place, text }: &Problem| Event {
        schedule: String::new(),
        what: What::Warning(format!("{}:{place}: {text}", config.file.display())),
    };
    config.warnings.iter().map(warning).collect()
}

/// Tells what is not wrong with a file, but to be known.
pub(super) fn tell_warnings(config: &Config) {
    for Problem { place, text } in &config.warnings {
        tell(format_args!("{}", printable(&format!("{}:{place}: warning: {text}", config.file.display()))));
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
