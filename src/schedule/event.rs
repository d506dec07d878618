//! What happens while schedules are at work, for logs and metrics.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::calendar::{Missed, Run};
use super::message::Message;
use super::state::{Failing, Ran, Refusal};
use crate::report::counted;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The schedule; empty where it is of all.
    pub schedule: String,
    /// What happened.
    pub what: What,
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A run begins.
    Begun(Run),
    /// A run is done.
    Done(Box<Ran>),
    /// A run failed, and is tried again.
    Failed(Failing),
    /// Runs were missed, and are not made up for.
    Missed(Missed),
    /// The clock was set back: nothing is due before it is there again.
    SetBack,
    /// Somebody else runs the schedule: who.
    Locked(String),
    /// A message was taken.
    Sent(Box<Message>),
    /// A message was not taken, and is kept.
    Kept(Box<Message>, Refusal),
    /// A message is given up: why.
    Dropped(Box<Message>, String),
    /// Something is to be known.
    Warning(String),
    /// What is remembered can't be read or written: what is wrong.
    Trouble(String),
    /// The process of the runs ended before they were done, and another does them: how it ended.
    Died(String),
}

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All is as it should be.
    Info,
    /// To be known.
    Warning,
    /// To be mended.
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

impl Event {
    /// Its name, and how much it matters.
    fn kind(&self) -> (&'static str, Level) {
        match &self.what {
            What::Begun(_) => ("run_begun", Level::Info),
            What::Done(ran) if ran.is_partial => ("run_done", Level::Warning),
            What::Done(_) => ("run_done", Level::Info),
            What::Failed(_) => ("run_failed", Level::Error),
            What::Missed(_) => ("runs_missed", Level::Error),
            What::SetBack => ("clock_set_back", Level::Error),
            What::Locked(_) => ("locked", Level::Info),
            What::Sent(_) => ("message_sent", Level::Info),
            What::Kept(..) => ("message_kept", Level::Error),
            What::Dropped(..) => ("message_dropped", Level::Error),
            What::Warning(_) => ("warning", Level::Warning),
            What::Trouble(_) => ("trouble", Level::Error),
            What::Died(_) => ("run_died", Level::Error),
        }
    }

    /// It in a sentence.
    fn words(&self) -> String {
        match &self.what {
            What::Begun(run) => format!("judges {}", told_period(run)),
            What::Done(ran) => format!("{} to {}: {} ({:.1} s)", ran.from, ran.to, ran.verdict, ran.took_seconds),
            What::Failed(failing) => {
                let times = match failing.tries {
                    1 => "once".to_owned(),
                    tries => format!("{tries} times"),
                };
                format!("failed {times}, and is tried again: {}", failing.error)
            }
            What::Missed(missed) => told_missed(missed),
            What::SetBack => {
                "the clock was set back: nothing is due before it is where it was when the last run was due".to_owned()
            }
            What::Locked(by) => format!("is run by {by}"),
            What::Sent(message) => format!("told {}: {}", message.to, message.subject),
            What::Kept(message, refusal) => {
                format!("{} was not told, and will be: {}: {}", message.to, message.subject, refusal.error)
            }
            What::Dropped(message, why) => {
                format!("{} is not told, because {why}: {}", message.to, message.subject)
            }
            What::Died(how) => format!("the process of the runs {how}; another does them"),
            What::Warning(text) | What::Trouble(text) => text.clone(),
        }
    }

    /// What programs want to know of it.
    fn values(&self) -> Value {
        match &self.what {
            What::Begun(run) => json!({"from": time(run.from), "to": time(run.to), "fire": time(run.fire)}),
            What::Done(ran) => json!(ran),
            What::Failed(failing) => json!({"tries": failing.tries, "since": failing.since}),
            What::Missed(missed) => {
                json!({"runs": missed.count, "from": time(missed.first.from), "to": time(missed.last.to)})
            }
            What::Locked(by) => json!({"holder": by}),
            What::Sent(message) | What::Dropped(message, _) => json!({"receiver": message.to, "id": message.id}),
            What::Kept(message, refusal) => {
                json!({"receiver": message.to, "id": message.id, "tries": refusal.tries, "until": refusal.until})
            }
            What::SetBack | What::Warning(_) | What::Trouble(_) | What::Died(_) => json!({}),
        }
    }

    /// It as a line for people.
    pub fn line(&self) -> String {
        let level = match self.kind().1 {
            Level::Info => String::new(),
            level => format!("{}: ", level.name()),
        };
        match self.schedule.as_str() {
            "" => format!("{level}{}", self.words()),
            schedule => format!("{level}{schedule}: {}", self.words()),
        }
    }

    /// It as one JSON object, for programs.
    pub fn json(&self, now: DateTime<Utc>) -> String {
        let (name, level) = self.kind();
        let mut object = Map::new();
        object.insert("time".to_owned(), now.to_rfc3339_opts(SecondsFormat::Millis, true).into());
        object.insert("level".to_owned(), level.name().into());
        object.insert("event".to_owned(), name.into());
        if !self.schedule.is_empty() {
            object.insert("schedule".to_owned(), self.schedule.as_str().into());
        }
        object.insert("message".to_owned(), self.words().into());
        if let Value::Object(values) = self.values() {
            object.extend(values);
        }
        Value::Object(object).to_string()
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The period of a run, in words.
pub(super) fn told_period(run: &Run) -> String {
    format!("{} to {}", run.from.format("%F %R"), run.to.format("%F %R UTC"))
}

/// That runs were missed, in words.
pub(super) fn told_missed(missed: &Missed) -> String {
    let Missed { count, is_more, first, last } = missed;
    let more = if *is_more { " or more" } else { "" };
    format!(
        "{}{more} missed and not made up for, of {} to {}; catch-up says how many are",
        counted(*count as u64, "run"),
        first.from.format("%F %R"),
        last.to.format("%F %R UTC"),
    )
}
