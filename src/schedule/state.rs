//! What is remembered of a schedule between runs: the last fire that is done, what is found already, and what is still to be
//! told. One object, replaced as a whole, so that a process that is killed leaves a run done or not done.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::Run;
use super::judge::Judged;
use super::message::Message;
use super::news::News;
use crate::detect::{Moment, Severity};
use crate::limits::{SCHEDULE_RUNS, STATE_BYTES};
use crate::report;
use crate::store::{Prefix, PrefixError, Version};

/// The form of the object.
const FORM: u32 = 1;

/// What is remembered of a schedule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    form: u32,
    /// The last fire that is done.
    pub done: Option<Moment>,
    /// The last runs, the oldest first.
    pub runs: Vec<Ran>,
    /// What was found, by what makes it the same finding on another day.
    pub known: BTreeMap<String, Known>,
    /// What is still to be told, the oldest first.
    pub untold: Vec<Message>,
    /// That runs fail, and since when.
    pub failing: Option<Failing>,
    /// The fire of the first run of all, for as long as it has failed.
    #[serde(default)]
    pub begun: Option<Moment>,
    /// That there was nothing to look at: the end of the first such period.
    #[serde(default)]
    pub blind: Option<Moment>,
    /// Who of the receivers refuses what he is told, and since when.
    pub refusals: BTreeMap<String, Refusal>,
}

/// A run that is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// The time of the schedule that it was for.
    pub fire: Moment,
    /// From when the records were that it judged.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// When it began.
    pub began: Moment,
    /// Seconds that it took.
    pub took_seconds: f64,
    /// Records that were judged.
    pub records: i64,
    /// Objects that were read for it.
    pub objects: u64,
    /// Those that could not be read.
    pub unreadable: u64,
    /// Lines that are no record.
    pub malformed: u64,
    /// What must be known before all else, in a sentence.
    pub verdict: String,
    /// Incidents by severity.
    pub incidents: BTreeMap<Severity, u64>,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, u64>,
    /// Findings that were new.
    pub new: u64,
    /// Whether part of the input could not be read, or there was none.
    pub is_partial: bool,
    /// The page of its report, by its name in the folder of the schedule's reports.
    pub page: Option<String>,
}

impl Ran {
    /// What is remembered of a run that came to this.
    pub(super) fn of(run: &Run, began: DateTime<Utc>, took: Duration, judged: &Judged, news: &News) -> Self {
        let of = |time: DateTime<Utc>| Moment(time.timestamp());
        let mut ran = Ran {
            fire: of(run.fire),
            from: of(run.from),
            to: of(run.to),
            began: of(began),
            took_seconds: took.as_secs_f64(),
            ..Ran::default()
        };
        match judged {
            Judged::Blind(why) => {
                ran.verdict = format!("Nothing could be said: {why}.");
                ran.is_partial = true;
            }
            Judged::Found(found) => {
                let (outcome, scan) = (&found.outcome, &found.outcome.coverage.scan);
                ran.verdict = report::verdict(outcome);
                ran.is_partial = outcome.is_partial();
                ran.records = outcome.run.records;
                ran.objects = if scan.files > 0 { found.ingested.objects } else { scan.objects };
                ran.malformed = scan.malformed;
                ran.unreadable = scan.failed;
                for incident in &outcome.incidents {
                    *ran.incidents.entry(incident.severity).or_default() += 1;
                }
                for finding in &outcome.findings {
                    *ran.findings.entry(finding.severity).or_default() += 1;
                }
                ran.new = news.changes.iter().filter(|change| change.is_news()).count() as u64;
            }
        }
        ran
    }
}

/// A finding that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The detection.
    pub detection: String,
    /// What happened, in one sentence.
    pub what: String,
    /// How bad it is.
    pub severity: Severity,
    /// How bad it was when it was told, and its numbers then.
    pub told: Told,
    /// The end of the period in which it was seen first.
    pub since: Moment,
    /// The end of the period in which it was seen last.
    pub last: Moment,
    /// Whether the last run saw it.
    pub is_ongoing: bool,
}

/// A finding as it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// How bad it was.
    pub severity: Severity,
    /// The numbers of its evidence.
    pub numbers: BTreeMap<String, f64>,
}

/// Runs that fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failing {
    /// Since when.
    pub since: Moment,
    /// The last try.
    pub last: Moment,
    /// How many tries failed.
    pub tries: u32,
    /// Why the last one did.
    pub error: String,
    /// Whether it was told.
    pub is_told: bool,
}

/// A receiver that refuses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Since when.
    pub since: Moment,
    /// Before when he is not tried again.
    pub until: Moment,
    /// Before when he asked not to be.
    #[serde(default)]
    pub asked_until: Option<Moment>,
    /// How many tries failed.
    pub tries: u32,
    /// Why the last one did.
    pub error: String,
}

/// Why what is remembered can't be had, or not be written.
#[derive(Debug, Error)]
pub enum StateError {
    /// The place.
    #[error(transparent)]
    Place(#[from] PrefixError),
    /// What is there is not what was written.
    #[error(
        "{place}: can't be read: {problem}; remove it, and the schedule begins anew: what it found is told once more"
    )]
    Damaged {
        /// The object.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// Of a newer version.
    #[error("{place}: was written by a newer version of vpcflow (form {form}); run that one")]
    Newer {
        /// The object.
        place: String,
        /// Its form.
        form: u32,
    },
    /// Somebody else wrote it.
    #[error("{place}: another process wrote it meanwhile; what this one did is not remembered, and is done again")]
    Overtaken {
        /// The object.
        place: String,
    },
}

/// What is remembered of a schedule, with its place.
#[derive(Debug)]
pub struct Remembered {
    prefix: Prefix,
    object: String,
    version: Option<Version>,
    /// It.
    pub state: State,
}

impl Remembered {
    /// Reads what is remembered of a schedule; where nothing is, nothing was done yet.
    ///
    /// # Errors
    /// When it can't be read, or is damaged.
    pub async fn read(prefix: &Prefix, schedule: &str) -> Result<Self, StateError> {
        let object = format!("{schedule}.json");
        let read = prefix.read(&object, STATE_BYTES).await?;
        let (state, version) = match read {
            None => (State { form: FORM, ..State::default() }, None),
            Some((bytes, version)) => (parse(&bytes, &prefix.name_of(&object))?, Some(version)),
        };
        Ok(Remembered { prefix: prefix.clone(), object, version, state })
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it can't be written, or somebody else wrote it since it was read.
    pub async fn write(&mut self) -> Result<(), StateError> {
        let spare = self.state.runs.len().saturating_sub(SCHEDULE_RUNS);
        self.state.runs.drain(..spare);
        let place = || self.prefix.name_of(&self.object);
        let json = serde_json::to_vec_pretty(&self.state)
            .map_err(|error| StateError::Damaged { place: place(), problem: error.to_string() })?;
        match self.prefix.replace(&self.object, Bytes::from(json), self.version.as_ref()).await? {
            Some(version) => self.version = Some(version),
            None => return Err(StateError::Overtaken { place: place() }),
        }
        Ok(())
    }
}

fn parse(bytes: &[u8], place: &str) -> Result<State, StateError> {
    #[derive(Deserialize)]
    struct Form {
        form: u32,
    }
    let damaged =
        |error: serde_json::Error| StateError::Damaged { place: place.to_owned(), problem: error.to_string() };
    let Form { form } = serde_json::from_slice(bytes).map_err(damaged)?;
    if form > FORM {
        return Err(StateError::Newer { place: place.to_owned(), form });
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

impl State {
    /// The last fire that is done, as the calendar knows it: before a first run that has failed, all.
    pub fn done(&self) -> Option<DateTime<Utc>> {
        let before = self.begun.map(|Moment(first)| Moment(first - 1));
        self.done.or(before).and_then(|Moment(seconds)| DateTime::from_timestamp(seconds, 0))
    }
}
