//! What happens while schedules are at work, for logs and metrics.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::calendar::{Missed, Run};
use super::message::Message;
use super::state::{Failing, Ran, Refusal};
use crate::report::counted;

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A run begins.
    Begun {
        /// The schedule.
        schedule: &'a str,
        /// The run.
        run: &'a Run,
    },
    /// A run is done.
    Done {
        /// The schedule.
        schedule: &'a str,
        /// The run.
        ran: &'a Ran,
    },
    /// A run failed, and is tried again.
    Failed {
        /// The schedule.
        schedule: &'a str,
        /// Why.
        failing: &'a Failing,
    },
    /// Runs were missed, and are not made up for.
    Missed {
        /// The schedule.
        schedule: &'a str,
        /// The runs.
        missed: &'a Missed,
    },
    /// The clock was set back: nothing is due before it is there again.
    SetBack {
        /// The schedule.
        schedule: &'a str,
    },
    /// Somebody else runs the schedule.
    Locked {
        /// The schedule.
        schedule: &'a str,
        /// Who.
        by: &'a str,
    },
    /// A message was taken.
    Sent {
        /// The schedule.
        schedule: &'a str,
        /// The message.
        message: &'a Message,
    },
    /// A message was not taken, and is kept.
    Kept {
        /// The schedule.
        schedule: &'a str,
        /// The message.
        message: &'a Message,
        /// Why.
        refusal: &'a Refusal,
    },
    /// A message is given up.
    Dropped {
        /// The schedule.
        schedule: &'a str,
        /// The message.
        message: &'a Message,
        /// Why.
        why: &'a str,
    },
    /// Something is to be known.
    Warning {
        /// The schedule.
        schedule: &'a str,
        /// What.
        text: &'a str,
    },
    /// Something of the file of schedules is to be known.
    File {
        /// What, with its place.
        text: &'a str,
    },
    /// What is remembered can't be read or written.
    Trouble {
        /// The schedule.
        schedule: &'a str,
        /// What is wrong.
        error: &'a str,
    },
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

impl Event<'_> {
    /// Its name, and how much it matters.
    fn kind(&self) -> (&'static str, Level) {
        match self {
            Event::Begun { .. } => ("run_begun", Level::Info),
            Event::Done { ran, .. } if ran.is_partial => ("run_done", Level::Warning),
            Event::Done { .. } => ("run_done", Level::Info),
            Event::Failed { .. } => ("run_failed", Level::Error),
            Event::Missed { .. } => ("runs_missed", Level::Error),
            Event::SetBack { .. } => ("clock_set_back", Level::Warning),
            Event::Locked { .. } => ("locked", Level::Info),
            Event::Sent { .. } => ("message_sent", Level::Info),
            Event::Kept { .. } => ("message_kept", Level::Error),
            Event::Dropped { .. } => ("message_dropped", Level::Error),
            Event::Warning { .. } | Event::File { .. } => ("warning", Level::Warning),
            Event::Trouble { .. } => ("trouble", Level::Error),
        }
    }

    /// The schedule; none where it is of all.
    pub fn schedule(&self) -> &str {
        match self {
            Event::File { .. } => "",
            Event::Begun { schedule, .. }
            | Event::Done { schedule, .. }
            | Event::Failed { schedule, .. }
            | Event::Missed { schedule, .. }
            | Event::SetBack { schedule }
            | Event::Locked { schedule, .. }
            | Event::Sent { schedule, .. }
            | Event::Kept { schedule, .. }
            | Event::Dropped { schedule, .. }
            | Event::Warning { schedule, .. }
            | Event::Trouble { schedule, .. } => schedule,
        }
    }

    /// It in a sentence.
    fn words(&self) -> String {
        match self {
            Event::Begun { run, .. } => format!("judges {}", told_period(run)),
            Event::Done { ran, .. } => {
                format!("{} to {}: {} ({:.1} s)", ran.from, ran.to, ran.verdict, ran.took_seconds)
            }
            Event::Failed { failing, .. } => {
                format!(
                    "failed {}, and is tried again: {}",
                    match failing.tries {
                        1 => "once".to_owned(),
                        tries => format!("{tries} times"),
                    },
                    failing.error
                )
            }
            Event::Missed { missed, .. } => told_missed(missed),
            Event::SetBack { .. } => {
                "the clock was set back: nothing is due before it is where it was when the last run was due".to_owned()
            }
            Event::Locked { by, .. } => format!("is run by {by}"),
            Event::Sent { message, .. } => format!("told {}: {}", message.to, message.subject),
            Event::Kept { message, refusal, .. } => {
                format!("{} was not told, and will be: {}: {}", message.to, message.subject, refusal.error)
            }
            Event::Dropped { message, why, .. } => {
                format!("{} is not told, because {why}: {}", message.to, message.subject)
            }
            Event::Warning { text, .. } | Event::File { text } => (*text).to_owned(),
            Event::Trouble { error, .. } => (*error).to_owned(),
        }
    }

    /// What programs want to know of it.
    fn values(&self) -> Value {
        match self {
            Event::Begun { run, .. } => json!({"from": time(run.from), "to": time(run.to), "fire": time(run.fire)}),
            Event::Done { ran, .. } => json!(ran),
            Event::Failed { failing, .. } => json!({"tries": failing.tries, "since": failing.since}),
            Event::Missed { missed, .. } => {
                json!({"runs": missed.count, "from": time(missed.first.from), "to": time(missed.last.to)})
            }
            Event::SetBack { .. } => json!({}),
            Event::Locked { by, .. } => json!({"holder": by}),
            Event::Sent { message, .. } => json!({"receiver": message.to, "id": message.id}),
            Event::Kept { message, refusal, .. } => {
                json!({"receiver": message.to, "id": message.id, "tries": refusal.tries, "until": refusal.until})
            }
            Event::Dropped { message, .. } => json!({"receiver": message.to, "id": message.id}),
            Event::Warning { .. } | Event::File { .. } | Event::Trouble { .. } => json!({}),
        }
    }

    /// It as a line for people.
    pub fn line(&self) -> String {
        let level = match self.kind().1 {
            Level::Info => String::new(),
            level => format!("{}: ", level.name()),
        };
        match self.schedule() {
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
        if !self.schedule().is_empty() {
            object.insert("schedule".to_owned(), self.schedule().into());
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
