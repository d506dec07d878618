//! Looks at the schedules, each of which is a process of its own: what a run took of the machine is given back as a whole, and
//! a run that the system ends, for want of memory mostly, ends no service.
//!
//! The service writes an [`Order`] to the standard input of a look and keeps that open: when the service is gone, however it
//! ended, so is the look. What happens is told on the look's standard output, a [`Line`] each.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use vpcflow::schedule::{Before, Config, Event, Looked, Service, What, backoff};

use super::{Outcome, check_content, tell_problems};

/// What a look is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    /// Where the text is from.
    file: PathBuf,
    /// The schedules.
    text: String,
    /// Whether nothing is known yet of what was done before, nor whether the catalogue knows the detections.
    is_first: bool,
}

/// What a look tells.
#[derive(Debug, Serialize, Deserialize)]
enum Line {
    Said(Said),
    /// The end, when all is done.
    Looked(Looked),
    /// The end, because something is wrong with the file or the place of what is remembered.
    Wrong(String),
}

/// What is to be known of a look.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Said {
    /// What a schedule did last.
    Before(Before),
    /// What happens.
    Event(Event),
}

/// How a look ended.
enum End {
    Looked(Looked),
    Wrong(String),
    /// Before its time: how, and the schedule whose run was not done.
    Died(String, String),
}

/// Looks, one after another.
pub(super) struct Looks {
    order: Order,
    on_said: Arc<dyn Fn(Said) + Send + Sync>,
    /// Looks in a row that died.
    deaths: u32,
}

impl Looks {
    /// Looks at the schedules of a file.
    pub(super) fn new(config: &Config, on_said: impl Fn(Said) + Send + Sync + 'static) -> Self {
        let order = Order { file: config.file.clone(), text: config.text.clone(), is_first: true };
        Looks { order, on_said: Arc::new(on_said), deaths: 0 }
    }

    /// Looks once. Gives the time of the next look, if something is due then.
    ///
    /// # Errors
    /// When the first look finds that something is wrong, or can't be started.
    pub(super) async fn next(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (order, on_said) = (self.order.clone(), Arc::clone(&self.on_said));
        let end = match tokio::task::spawn_blocking(move || look(&order, &*on_said)).await? {
            // For want of memory or processes, which may pass.
            Err(problem) if !self.order.is_first => {
                End::Died(format!("could not be started: {}", super::super::message(&problem)), String::new())
            }
            end => end?,
        };
        let (schedule, what) = match end {
            End::Looked(looked) => {
                (self.deaths, self.order.is_first) = (0, false);
                return Ok(looked.next);
            }
            End::Wrong(problem) if self.order.is_first => return Err(anyhow!(problem)),
            End::Wrong(problem) => (String::new(), What::Trouble(problem)),
            End::Died(how, schedule) => (schedule, What::Died(how)),
        };
        self.deaths += 1;
        (self.on_said)(Said::Event(Event { schedule, what }));
        Ok(Some(Utc::now() + backoff(self.deaths)))
    }
}

/// Starts a look, and hears it out.
fn look(order: &Order, on_said: &dyn Fn(Said)) -> Result<End> {
    // The file of this program is another, or gone, when it was replaced by a newer one.
    let program = std::env::current_exe().ok().filter(|program| program.exists());
    let mut command = Command::new(program.unwrap_or_else(|| PathBuf::from("/proc/self/exe")));
    command.args(["schedule", "--look"]).arg(&order.file).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().context("no process could be started for what is due")?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(anyhow!("no pipe to the process of what is due"));
    };
    // One that ended at once tells by its end.
    let _ = writeln!(input, "{}", serde_json::to_string(order)?);
    let (mut end, mut running) = (None, String::new());
    for line in BufReader::new(output).lines() {
        match line.map_err(anyhow::Error::from).and_then(|line| Ok(serde_json::from_str(&line)?)) {
            Ok(Line::Said(said)) => {
                if let Said::Event(Event { schedule, what }) = &said {
                    match what {
                        What::Begun(_) => running.clone_from(schedule),
                        What::Done(_) | What::Failed(_) => running.clear(),
                        _ => {}
                    }
                }
                on_said(said);
            }
            Ok(Line::Looked(looked)) => end = Some(End::Looked(looked)),
            Ok(Line::Wrong(problem)) => end = Some(End::Wrong(problem)),
            // It was killed while it wrote.
            Err(_) => break,
        }
    }
    let status = child.wait()?;
    drop(input);
    Ok(end.unwrap_or_else(|| End::Died(told(status), running)))
}

fn told(status: ExitStatus) -> String {
    const KILLED: i32 = 9;
    match (status.signal(), status.code()) {
        (Some(KILLED), _) => {
            "was killed (signal 9), for want of memory mostly: [limits] memory-limit says how much queries may hold"
                .to_owned()
        }
        (Some(signal), _) => format!("was ended by signal {signal}"),
        (None, code) => format!("ended with exit code {} before all was done", code.unwrap_or_default()),
    }
}

/// Does what an order on standard input says, for as long as that is open.
///
/// # Errors
/// When there is no order, or nobody to hear what happens.
pub(super) async fn obey() -> Result<Outcome> {
    let mut order = String::new();
    let mut input = BufReader::new(std::io::stdin());
    input.read_line(&mut order)?;
    let order: Order = serde_json::from_str(&order).context("--look is for vpcflow schedule itself")?;
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        // Nothing more comes but the end.
        let _ = input.read(&mut [0]);
        runtime.block_on(super::super::end(2))
    });
    let end = match look_at(&order).await {
        Ok(looked) => Line::Looked(looked),
        Err(problem) => Line::Wrong(super::super::message(&problem)),
    };
    write(&end);
    Ok(Outcome::Done)
}

async fn look_at(order: &Order) -> Result<Looked> {
    let config = Config::parse(&order.text, &order.file).map_err(|error| tell_problems(&error))?;
    if order.is_first {
        check_content(&config).await?;
    }
    let on_event = |event| write(&Line::Said(Said::Event(event)));
    let service = Service::open(&config, false, &on_event).await?;
    if order.is_first {
        service.before().await.into_iter().for_each(|before| write(&Line::Said(Said::Before(before))));
    }
    Ok(service.look().await)
}

/// Tells the service. When that is gone, so is this process, soon.
fn write(line: &Line) {
    if let Ok(line) = serde_json::to_string(line) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}
