//! Does what is due, and tells of it.
//!
//! Invariants:
//! * A run is done when what is remembered says so, and that is written once, after its reports and together with the
//!   messages that it makes. A process that is killed before has done nothing that is not done again alike: reports have
//!   the names of their runs, and objects come into a lake once.
//! * A message is taken out of what is remembered after its receiver took it. A process that is killed in between sends it
//!   once more, under the same id.
//! * Whoever does a schedule's runs has its lock, and asks again after each what is due: runs are in order, and none overlaps.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::{Due, Missed, Run};
use super::config::{Config, Receiver, Schedule};
use super::event::{Event, What, told_missed, told_period};
use super::judge::{JudgeError, Judged, judge};
use super::lock::{Lock, Locked};
use super::message::{Kind, Message, Told};
use super::news::News;
use super::reports::{self, ReportsError, Written};
use super::state::{Failing, Ran, Refusal, Remembered, State, StateError};
use crate::detect::{Moment, Severity};
use crate::lake;
use crate::limits::{FIRST_RETRY, LONGEST_RETRY, TROUBLE_TRIES, UNTOLD_MESSAGES};
use crate::notify::{Notifier, NotifyError};
use crate::report;
use crate::store::{Prefix, PrefixError};

/// What can't be done about a schedule for now.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// What is remembered.
    #[error(transparent)]
    State(#[from] StateError),
    /// The place of that.
    #[error(transparent)]
    Place(#[from] PrefixError),
    /// Nobody can be told.
    #[error(transparent)]
    Notify(#[from] NotifyError),
    /// The lake that has it.
    #[error("without [state] it is remembered in a lake what ran, and none is named")]
    NoPlace,
}

/// How a look at the schedules ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// When there is something to do next, if nothing else happens.
    pub next: Option<DateTime<Utc>>,
    /// Runs that were done.
    pub runs: u32,
    /// Whether something failed that is tried again.
    pub has_failed: bool,
    /// Whether a run could read only part of its input, or none.
    pub is_partial: bool,
}

impl Looked {
    /// There is something to do then.
    fn wait_until(&mut self, Moment(seconds): Moment) {
        let then = DateTime::from_timestamp(seconds, 0);
        self.next = [self.next, then].into_iter().flatten().min();
    }

    fn and(&mut self, other: Looked) {
        self.next = [self.next, other.next].into_iter().flatten().min();
        self.runs += other.runs;
        self.has_failed |= other.has_failed;
        self.is_partial |= other.is_partial;
    }
}

/// What a schedule did last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The schedule.
    pub schedule: String,
    /// The last fire that is done.
    pub done: Option<Moment>,
    /// The end of what was judged.
    pub judged_until: Option<Moment>,
    /// What the last run found, by severity.
    pub findings: BTreeMap<Severity, u64>,
}

/// What failed during a look, and is left for the next.
#[derive(Debug, Default)]
struct Failed {
    /// Schedules whose run failed.
    runs: BTreeSet<String>,
    /// Receivers who refused.
    receivers: BTreeSet<String>,
}

/// The schedules of a file, at work.
pub struct Service<'a> {
    config: &'a Config,
    state: Prefix,
    notifier: Notifier,
    tell: &'a (dyn Fn(Event) + Sync),
    /// Whether what failed is tried again at once, as who runs this by hand or by cron expects.
    is_once: bool,
}

impl<'a> Service<'a> {
    /// Looks where it is remembered what ran.
    ///
    /// # Errors
    /// When that place can't be reached.
    pub async fn open(
        config: &'a Config,
        is_once: bool,
        tell: &'a (dyn Fn(Event) + Sync),
    ) -> Result<Self, ServiceError> {
        let state = match (&config.state, &config.lake) {
            (Some(state), _) => Prefix::find(&state.value, &config.aws).await?,
            (None, Some(place)) => Prefix::find(&place.value, &config.aws).await?.under(lake::SCHEDULE),
            (None, None) => return Err(ServiceError::NoPlace),
        };
        Ok(Service { config, state, notifier: Notifier::new(&config.aws).await?, tell, is_once })
    }

    /// What each schedule did last.
    pub async fn before(&self) -> Vec<Before> {
        let mut all = Vec::new();
        for schedule in &self.config.schedules {
            let name = &schedule.name.value;
            // What can't be read is told with the first look.
            if let Ok(Remembered { state, .. }) = Remembered::read(&self.state, name).await {
                let last = state.runs.last();
                all.push(Before {
                    schedule: name.clone(),
                    done: state.done,
                    judged_until: last.map(|ran| ran.to),
                    findings: last.map(|ran| ran.findings.clone()).unwrap_or_default(),
                });
            }
        }
        all
    }

    fn tell(&self, schedule: &str, what: What) {
        (self.tell)(Event { schedule: schedule.to_owned(), what });
    }

    /// Does all that is due, the oldest of each schedule in turn, and tells what is to be told.
    pub async fn look(&self) -> Looked {
        let (mut all, mut failed) = (Looked::default(), Failed::default());
        loop {
            let mut pass = Looked::default();
            for schedule in &self.config.schedules {
                let name = &schedule.name.value;
                match self.look_at(schedule, &mut failed).await {
                    Ok(looked) => pass.and(looked),
                    Err(error) => {
                        self.tell(name, What::Trouble(error.to_string()));
                        pass.and(Looked {
                            has_failed: true,
                            next: Some(Utc::now() + FIRST_RETRY),
                            ..Looked::default()
                        });
                    }
                }
            }
            let is_over = pass.runs == 0;
            let next = pass.next;
            all.and(pass);
            all.next = next;
            if is_over {
                return all;
            }
        }
    }

    /// Does one run of a schedule, if one is due, and sends what waits.
    async fn look_at(&self, schedule: &Schedule, failed: &mut Failed) -> Result<Looked, ServiceError> {
        let name = &schedule.name.value;
        let lock = match Lock::take(&self.state, name).await? {
            Locked::Ours(lock) => lock,
            Locked::By(holder) => {
                self.tell(name, What::Locked(holder));
                return Ok(Looked { next: Some(Utc::now() + FIRST_RETRY), ..Looked::default() });
            }
        };
        let looked = self.look_locked(schedule, failed).await;
        lock.release().await;
        looked
    }

    async fn look_locked(&self, schedule: &Schedule, failed: &mut Failed) -> Result<Looked, ServiceError> {
        let name = &schedule.name.value;
        let mut remembered = Remembered::read(&self.state, name).await?;
        let now = Utc::now();
        let Due { runs, missed, next, is_set_back } = schedule.calendar.due(remembered.state.done(), now);
        if is_set_back {
            self.tell(name, What::SetBack);
        }
        // Until the clock is there again, nothing is judged: that is no success.
        let mut looked = Looked { next: next.map(|run| run.ready), has_failed: is_set_back, ..Looked::default() };
        let retry =
            remembered.state.failing.as_ref().and_then(|failing| {
                DateTime::from_timestamp(failing.last.0 + backoff(failing.tries).as_secs() as i64, 0)
            });
        let is_early = |retry: &DateTime<Utc>| *retry > now && (!self.is_once || failed.runs.contains(name));
        match (runs.first(), retry.filter(is_early)) {
            (Some(_), Some(retry)) => looked.next = Some(retry),
            (Some(run), None) => {
                if let Some(missed) = missed {
                    self.tell(name, What::Missed(missed));
                }
                self.run(schedule, run, missed.as_ref(), &mut remembered, &mut looked).await?;
                if looked.has_failed {
                    failed.runs.insert(name.clone());
                }
            }
            (None, _) => {}
        }
        self.send(schedule, &mut remembered, failed, &mut looked).await?;
        Ok(looked)
    }

    /// Does a run, and remembers that it is done, or that it failed.
    async fn run(
        &self,
        schedule: &Schedule,
        run: &Run,
        missed: Option<&Missed>,
        remembered: &mut Remembered,
        looked: &mut Looked,
    ) -> Result<(), ServiceError> {
        let name = &schedule.name.value;
        self.tell(name, What::Begun(*run));
        let (began, clock) = (Utc::now(), Instant::now());
        let done = self.judge_and_write(schedule, run, remembered).await;
        let state = &mut remembered.state;
        match done {
            Err(error) => {
                looked.has_failed = true;
                let now = Utc::now();
                let before = state.failing.take();
                let mut failing = Failing {
                    since: before.as_ref().map_or(Moment(now.timestamp()), |before| before.since),
                    last: Moment(now.timestamp()),
                    tries: before.as_ref().map_or(0, |before| before.tries).saturating_add(1),
                    error: in_a_line(&error),
                    is_told: before.as_ref().is_some_and(|before| before.is_told),
                };
                looked.next = Some(now + backoff(failing.tries));
                if state.done.is_none() {
                    state.begun.get_or_insert(Moment(run.fire.timestamp()));
                }
                if !failing.is_told && (self.is_once || failing.tries >= TROUBLE_TRIES) {
                    failing.is_told = true;
                    let what = format!(
                        "{name}: {} could not be {}, and is tried again: {}",
                        told_period(run),
                        error.undone(),
                        failing.error
                    );
                    let about = format!("{name}-failing-{}", failing.since.0);
                    state.untold.extend(self.to_all(schedule, Kind::Trouble, &about, &what, now));
                }
                self.tell(name, What::Failed(failing.clone()));
                state.failing = Some(failing);
            }
            Ok(Done { judged, written, news }) => {
                looked.runs += 1;
                let now = Utc::now();
                if let Some(failing) = state.failing.take().filter(|failing| failing.is_told) {
                    let what = format!("{name}: runs again; it had failed since {}", failing.since);
                    let about = format!("{name}-failing-{}", failing.since.0);
                    state.untold.extend(self.to_all(schedule, Kind::Recovered, &about, &what, now));
                }
                if let Some(missed) = missed {
                    let what = format!("{name}: {}", told_missed(missed));
                    let about = format!("{name}-missed-{}", missed.last.fire.timestamp());
                    state.untold.extend(self.to_all(schedule, Kind::Trouble, &about, &what, now));
                }
                let mut ran = Ran::of(run, began, clock.elapsed(), &judged, &news);
                ran.page = written.page.clone();
                match &judged {
                    // Told once, however many runs it is so.
                    Judged::Blind(why) => {
                        if state.blind.is_none() {
                            let what = format!("{name}: nothing could be said of {}: {why}", told_period(run));
                            let about = format!("{name}-blind-{}", run.to.timestamp());
                            state.untold.extend(self.to_all(schedule, Kind::Trouble, &about, &what, now));
                            state.blind = Some(Moment(run.to.timestamp()));
                        }
                    }
                    Judged::Found(found) => {
                        if let Some(since) = state.blind.take() {
                            let what = format!(
                                "{name}: there is something to look at again; the period until {since} was the first without"
                            );
                            let about = format!("{name}-blind-{}", since.0);
                            state.untold.extend(self.to_all(schedule, Kind::Recovered, &about, &what, now));
                        }
                        let told = Told {
                            schedule: name,
                            run,
                            outcome: &found.outcome,
                            news: &news,
                            report: written.address.as_deref(),
                            verdict: &ran.verdict,
                        };
                        state.untold.extend(self.receivers(schedule).filter_map(|receiver| told.to(receiver, now)));
                        state.known = news.known;
                    }
                }
                looked.is_partial |= ran.is_partial;
                (state.done, state.begun) = (Some(Moment(run.fire.timestamp())), None);
                state.runs.push(ran);
                self.drop_spare(name, state);
            }
        }
        remembered.write().await?;
        if let Some(ran) = remembered.state.runs.last().filter(|_| !looked.has_failed) {
            self.tell(name, What::Done(Box::new(ran.clone())));
            // Where the index can't be written now, the next run writes it.
            for warning in reports::write_index(self.config, schedule, &remembered.state.runs).await {
                self.tell(name, What::Warning(warning));
            }
        }
        Ok(())
    }

    async fn judge_and_write(&self, schedule: &Schedule, run: &Run, remembered: &Remembered) -> Result<Done, RunError> {
        let judged_until = remembered
            .state
            .runs
            .last()
            .and_then(|ran| DateTime::from_timestamp(ran.to.0, 0))
            .map(|to| to.min(run.from));
        let judged = judge(self.config, schedule, run, judged_until).await?;
        let Judged::Found(found) = &judged else {
            return Ok(Done { judged, written: Written::default(), news: News::default() });
        };
        for warning in &found.warnings {
            self.tell(&schedule.name.value, What::Warning(warning.clone()));
        }
        let suppressed = found.outcome.suppressed.iter().flat_map(|entry| &entry.keys).map(String::as_str).collect();
        let news = News::of(&found.outcome.findings, &suppressed, &remembered.state.known, run);
        let written = reports::write(self.config, schedule, run, found, &news).await?;
        found.keep().await?;
        Ok(Done { judged, written, news })
    }

    fn receivers<'s>(&'s self, schedule: &'s Schedule) -> impl Iterator<Item = &'s Receiver> {
        let named = move |receiver: &&Receiver| schedule.notify.iter().any(|name| name.value == receiver.name.value);
        self.config.receivers.iter().filter(named)
    }

    /// A word of trouble, or that it is over, to all receivers of a schedule.
    fn to_all(&self, schedule: &Schedule, kind: Kind, about: &str, what: &str, now: DateTime<Utc>) -> Vec<Message> {
        let to = |receiver: &Receiver| {
            Message::of_trouble(&schedule.name.value, &receiver.name.value, kind, about, what, now)
        };
        self.receivers(schedule).map(to).collect()
    }

    /// Where nobody takes messages for weeks, the oldest are given up.
    fn drop_spare(&self, name: &str, state: &mut State) {
        let spare = state.untold.len().saturating_sub(UNTOLD_MESSAGES);
        for message in state.untold.drain(..spare) {
            self.tell(name, What::Dropped(Box::new(message), "too many wait for their receivers".to_owned()));
        }
    }

    /// Sends what waits, to each receiver in order, until he refuses. One that he will never take, as it seems, keeps no other
    /// from him.
    async fn send(
        &self,
        schedule: &Schedule,
        remembered: &mut Remembered,
        failed: &mut Failed,
        looked: &mut Looked,
    ) -> Result<(), ServiceError> {
        let name = &schedule.name.value;
        let refusals = remembered.state.refusals.clone();
        let mut refusing: BTreeMap<String, Moment> = BTreeMap::new();
        for message in remembered.state.untold.clone() {
            let (to, now) = (&message.to, Moment(Utc::now().timestamp()));
            let Some(receiver) = self.config.receivers.iter().find(|receiver| receiver.name.value == *to) else {
                let why = "there is no receiver of that name any more".to_owned();
                self.tell(name, What::Dropped(Box::new(message.clone()), why));
                remembered.state.untold.retain(|other| other.id != message.id);
                remembered.write().await?;
                continue;
            };
            let is_asked = |refusal: &Refusal| refusal.asked_until.is_some_and(|until| until > now);
            let is_waited_for = !self.is_once || failed.receivers.contains(to);
            let is_early = |refusal: &&Refusal| is_asked(refusal) || (refusal.until > now && is_waited_for);
            let until = refusing.get(to).copied();
            if let Some(until) = until.or(refusals.get(to).filter(is_early).map(|refusal| refusal.until)) {
                // A service comes back then; who runs it by hand must know that something is left.
                if self.is_once && failed.receivers.insert(to.clone()) {
                    looked.has_failed = true;
                    self.tell(name, What::Warning(format!("{to} asked not to be told anything before {until}")));
                }
                looked.wait_until(until);
                continue;
            }
            match self.notifier.send(receiver, &message).await {
                Ok(warning) => {
                    if let Some(warning) = warning {
                        self.tell(name, What::Warning(format!("{to}: {warning}")));
                    }
                    remembered.state.untold.retain(|other| other.id != message.id);
                    remembered.state.refusals.remove(to);
                    remembered.write().await?;
                    self.tell(name, What::Sent(Box::new(message)));
                }
                Err(error) => {
                    let before = refusals.get(to);
                    let tries = before.map_or(0, |before| before.tries).saturating_add(1);
                    // What waits for weeks because a server says so would be lost.
                    let asked = error.retry_after().map(|after| after.min(LONGEST_RETRY).as_secs() as i64);
                    let refusal = Refusal {
                        since: before.map_or(now, |before| before.since),
                        until: Moment(now.0 + asked.unwrap_or(0).max(backoff(tries).as_secs() as i64)),
                        asked_until: asked.map(|asked| Moment(now.0 + asked)),
                        tries,
                        error: in_a_line(&error),
                    };
                    self.tell(name, What::Kept(Box::new(message.clone()), refusal.clone()));
                    looked.has_failed = true;
                    looked.wait_until(refusal.until);
                    remembered.state.refusals.insert(to.clone(), refusal);
                    remembered.write().await?;
                    failed.receivers.insert(to.clone());
                    if !error.is_of_message() {
                        refusing.insert(to.clone(), remembered.state.refusals[to].until);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A run that is done, before it is remembered.
struct Done {
    judged: Judged,
    written: Written,
    news: News,
}

/// Why a run is not done.
#[derive(Debug, Error)]
enum RunError {
    #[error(transparent)]
    Judge(#[from] JudgeError),
    #[error(transparent)]
    Reports(#[from] ReportsError),
}

impl RunError {
    /// What was not done.
    fn undone(&self) -> &'static str {
        match self {
            RunError::Judge(_) => "judged",
            RunError::Reports(_) => "reported (what was found is told when it can be)",
        }
    }
}

/// How long until what failed so often is tried again: twice as long each time.
pub fn backoff(tries: u32) -> Duration {
    FIRST_RETRY.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST_RETRY)
}

/// An error in one line of text.
fn in_a_line(error: &dyn std::error::Error) -> String {
    let told = error.to_string();
    let lines = told.lines().map(str::trim).filter(|line| !line.is_empty());
    report::printable(&lines.collect::<Vec<_>>().join(" / "))
}
