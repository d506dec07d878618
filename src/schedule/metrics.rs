//! How the schedules are, for Prometheus and for who asks whether all is well.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use serde_json::{Value, json};

use super::config::{Config, Schedule};
use super::event::{Event, What};
use super::service::Before;
use super::state::Failing;
use crate::detect::{Moment, Severity};
use crate::limits::OVERDUE_RUNS;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    schedule: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    schedule: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Found {
    schedule: String,
    severity: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Told {
    schedule: String,
    receiver: String,
    outcome: &'static str,
}

type Number = Gauge<f64, AtomicU64>;

/// A fire that is done may be so far ahead of the clock, which is set now and then.
const CLOCK_AHEAD: TimeDelta = TimeDelta::hours(1);

/// The numbers of a service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    runs: Family<Outcome, Counter>,
    missed: Family<Of, Counter>,
    seconds: Family<Of, Number>,
    objects: Family<Of, Counter>,
    unreadable: Family<Of, Counter>,
    records: Family<Of, Counter>,
    malformed: Family<Of, Counter>,
    findings: Family<Found, Gauge>,
    new: Family<Of, Counter>,
    messages: Family<Told, Counter>,
    judged_until: Family<Of, Gauge>,
    lag: Family<Of, Number>,
    overdue: Family<Of, Gauge>,
    health: Mutex<BTreeMap<String, Health>>,
    began: DateTime<Utc>,
}

/// How a schedule is.
#[derive(Debug, Clone, Default)]
struct Health {
    /// The last fire that is done, and the end of what it judged.
    done: Option<(DateTime<Utc>, DateTime<Utc>)>,
    error: Option<String>,
}

const SEVERITIES: [Severity; 5] = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

impl Metrics {
    /// Of the schedules of a file, before anything has happened.
    pub fn new(config: &Config, now: DateTime<Utc>) -> Self {
        let mut metrics = Metrics {
            registry: Registry::default(),
            runs: Family::default(),
            missed: Family::default(),
            seconds: Family::default(),
            objects: Family::default(),
            unreadable: Family::default(),
            records: Family::default(),
            malformed: Family::default(),
            findings: Family::default(),
            new: Family::default(),
            messages: Family::default(),
            judged_until: Family::default(),
            lag: Family::default(),
            overdue: Family::default(),
            health: Mutex::default(),
            began: now,
        };
        let mut registry = Registry::with_prefix("vpcflow");
        registry.register(
            "runs",
            "Runs by outcome: done, partial (part of the input could not be read), failed (tried again)",
            metrics.runs.clone(),
        );
        registry.register("runs_missed", "Runs that were missed and not made up for", metrics.missed.clone());
        registry.register_with_unit(
            "run_duration",
            "How long the last run took",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register("objects", "Objects that were read", metrics.objects.clone());
        registry.register("objects_unreadable", "Objects that could not be read", metrics.unreadable.clone());
        registry.register("records", "Records that were judged", metrics.records.clone());
        registry.register("lines_malformed", "Lines that are no record", metrics.malformed.clone());
        registry.register("findings", "Findings of the last run, by severity", metrics.findings.clone());
        registry.register("findings_new", "Findings that were new, or worse", metrics.new.clone());
        registry.register(
            "messages",
            "Messages by outcome: sent, kept (tried again), dropped",
            metrics.messages.clone(),
        );
        registry.register_with_unit(
            "judged_until_timestamp",
            "The end of what the last run judged, in Unix time",
            Unit::Seconds,
            metrics.judged_until.clone(),
        );
        registry.register_with_unit("lag", "How long ago that is", Unit::Seconds, metrics.lag.clone());
        registry.register(
            "overdue",
            "1 where two runs in a row should have been done and were not, else 0",
            metrics.overdue.clone(),
        );
        metrics.registry = registry;
        for schedule in &config.schedules {
            metrics.begin(&schedule.name.value);
        }
        metrics
    }

    /// A counter that is there from the beginning tells the first time from none.
    fn begin(&self, schedule: &str) {
        for outcome in ["done", "partial", "failed"] {
            self.runs.get_or_create(&Outcome { schedule: schedule.to_owned(), outcome }).inc_by(0);
        }
        for severity in SEVERITIES {
            self.findings.get_or_create(&Found { schedule: schedule.to_owned(), severity: severity.name() }).set(0);
        }
        let of = of(schedule);
        for counter in [&self.missed, &self.objects, &self.unreadable, &self.records, &self.malformed, &self.new] {
            counter.get_or_create(&of).inc_by(0);
        }
        self.lock().entry(schedule.to_owned()).or_default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Health>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what is known of a schedule from before.
    pub fn note_before(&self, Before { schedule, done, judged_until, findings }: &Before) {
        let time = |moment: Option<Moment>| moment.and_then(|Moment(seconds)| DateTime::from_timestamp(seconds, 0));
        if let Some(done) = time(*done) {
            let until = time(*judged_until).unwrap_or(done);
            self.lock().entry(schedule.clone()).or_default().done = Some((done, until));
        }
        for severity in SEVERITIES {
            let count = findings.get(&severity).copied().unwrap_or(0);
            let found = Found { schedule: schedule.clone(), severity: severity.name() };
            self.findings.get_or_create(&found).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// Counts what happened.
    pub fn count(&self, Event { schedule, what }: &Event) {
        let of = of(schedule);
        let run = |outcome| self.runs.get_or_create(&Outcome { schedule: schedule.clone(), outcome }).inc();
        let told = |receiver: &str, outcome| {
            let told = Told { schedule: schedule.clone(), receiver: receiver.to_owned(), outcome };
            self.messages.get_or_create(&told).inc()
        };
        match what {
            What::Done(ran) => {
                run(if ran.is_partial { "partial" } else { "done" });
                self.seconds.get_or_create(&of).set(ran.took_seconds);
                self.objects.get_or_create(&of).inc_by(ran.objects);
                self.unreadable.get_or_create(&of).inc_by(ran.unreadable);
                self.records.get_or_create(&of).inc_by(ran.records.unsigned_abs());
                self.malformed.get_or_create(&of).inc_by(ran.malformed);
                self.new.get_or_create(&of).inc_by(ran.new);
                self.note_before(&Before {
                    schedule: schedule.clone(),
                    done: Some(ran.fire),
                    judged_until: Some(ran.to),
                    findings: ran.findings.clone(),
                });
                self.lock().entry(schedule.clone()).or_default().error = None;
            }
            What::Failed(Failing { error, .. }) | What::Trouble(error) | What::Died(error) => {
                run("failed");
                self.lock().entry(schedule.clone()).or_default().error = Some(error.clone());
            }
            What::Missed(missed) => drop(self.missed.get_or_create(&of).inc_by(missed.count as u64)),
            What::Sent(message) => drop(told(&message.to, "sent")),
            What::Kept(message, _) => drop(told(&message.to, "kept")),
            What::Dropped(message, _) => drop(told(&message.to, "dropped")),
            What::SetBack => {
                let error = "the clock was set back: nothing is due before it is where it was".to_owned();
                self.lock().entry(schedule.clone()).or_default().error = Some(error);
            }
            What::Begun(_) | What::Locked(_) | What::Warning(_) => {}
        }
    }

    /// The numbers in the text format of OpenMetrics.
    pub fn text(&self, config: &Config, now: DateTime<Utc>) -> String {
        for schedule in &config.schedules {
            let of = of(&schedule.name.value);
            let health = self.lock().get(&of.schedule).cloned().unwrap_or_default();
            if let Some((_, until)) = health.done {
                self.judged_until.get_or_create(&of).set(until.timestamp());
                self.lag.get_or_create(&of).set((now - until).as_seconds_f64());
            }
            self.overdue.get_or_create(&of).set(i64::from(self.is_overdue(schedule, &health, now)));
        }
        let mut text = String::new();
        // Writing to a text can't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Whether all is well, and how each schedule is: not well is one of which two runs in a row should have been done.
    pub fn health(&self, config: &Config, now: DateTime<Utc>) -> (bool, Value) {
        let mut is_well = true;
        let mut schedules = serde_json::Map::new();
        for schedule in &config.schedules {
            let name = &schedule.name.value;
            let health = self.lock().get(name).cloned().unwrap_or_default();
            let is_overdue = self.is_overdue(schedule, &health, now);
            is_well &= !is_overdue;
            let time = |time: Option<DateTime<Utc>>| time.map(|time| Moment(time.timestamp()));
            schedules.insert(
                name.clone(),
                json!({
                    "overdue": is_overdue,
                    "last_done": time(health.done.map(|(fire, _)| fire)),
                    "judged_until": time(health.done.map(|(_, until)| until)),
                    "next": time(schedule.calendar.runs_after(health.done.map_or(now, |(fire, _)| fire)).next().map(|run| run.ready)),
                    "error": health.error,
                }),
            );
        }
        (is_well, json!({"status": if is_well { "ok" } else { "overdue" }, "schedules": schedules}))
    }

    fn is_overdue(&self, schedule: &Schedule, health: &Health, now: DateTime<Utc>) -> bool {
        let since = health.done.map_or(self.began, |(fire, _)| fire);
        // What was done in a future that a wrong clock told keeps all before it from being done.
        if since > now + CLOCK_AHEAD {
            return true;
        }
        let second = schedule.calendar.runs_after(since).nth(OVERDUE_RUNS - 1);
        second.is_some_and(|run| run.ready <= now)
    }
}

fn of(schedule: &str) -> Of {
    Of { schedule: schedule.to_owned() }
}
