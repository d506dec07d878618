//! A schedule of the file: when it runs, what it judges, and where its reports go.

use std::num::NonZeroU16;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::{TZ_VARIANTS, Tz};

use super::detections::Chosen;
use super::forms::{as_is, name, span};
use super::problem::Placed;
use super::table::Table;
use crate::limits::{CATCH_UP, DAYS, GRACE, LONGEST_GRACE, MOST_CATCH_UP, SHORTEST_PERIOD};
use crate::near::did_you_mean;
use crate::report::FindingFormat;
use crate::schedule::{Calendar, Fires, Period, PeriodEnd};
use crate::store::{Encryption, S3Address};

/// The formats of reports.
const FORMATS: [(&str, FindingFormat); 8] = [
    ("html", FindingFormat::Html),
    ("json", FindingFormat::Json),
    ("csv", FindingFormat::Csv),
    ("markdown", FindingFormat::Markdown),
    ("ocsf", FindingFormat::Ocsf),
    ("asff", FindingFormat::Asff),
    ("ndjson", FindingFormat::Ndjson),
    ("parquet", FindingFormat::Parquet),
];

/// A day, where it is a span.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A schedule.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Its name, of which there is one.
    pub name: Placed<String>,
    /// When it runs, as the file says it: `cron = "15 6 * * *"`.
    pub rule: String,
    /// When it runs.
    pub calendar: Calendar,
    /// The detections that run.
    pub chosen: Chosen,
    /// The receivers who are told.
    pub notify: Vec<Placed<String>>,
    /// What is written.
    pub reports: Vec<Report>,
}

/// A report, in some formats, at a place.
#[derive(Debug, Clone)]
pub struct Report {
    /// A folder or a prefix of a bucket.
    pub to: Placed<String>,
    /// The formats, each once.
    pub formats: Vec<FindingFormat>,
    /// How objects are encrypted; without it as the bucket's settings say.
    pub encryption: Option<Encryption>,
}

/// What was read of a schedule: names also of one that can't be, for others to be compared with.
pub(super) struct Entry {
    pub name: Option<Placed<String>>,
    pub notify: Vec<Placed<String>>,
    /// None where something that must be there is not.
    pub schedule: Option<Schedule>,
}

impl Entry {
    pub(super) fn read(table: &Table<'_>, otherwise: &Chosen) -> Self {
        let named =
            table.required().text("name", "the name of the schedule, in names of files, metrics and messages", name);
        let timed = calendar(table);
        let chosen = Chosen::read(table, otherwise);
        let notify = table.texts("notify", "the receivers of [notify] who are told of what is found", as_is);
        let reports = table.tables("report", "what is written where", Report::read);
        let schedule = named.clone().zip(timed).map(|(name, (rule, calendar))| {
            let reports = reports.into_iter().flatten().collect();
            Schedule { name, rule, calendar, chosen, notify: notify.clone(), reports }
        });
        Entry { name: named, notify, schedule }
    }
}

impl Report {
    fn read(table: &Table<'_>) -> Option<Self> {
        let to = table.required().text("to", "a folder or s3://bucket/prefix", |text| table.location(text));
        let mut formats =
            super::reading::values(table.choices("formats", "html and json, if nothing is said", &FORMATS));
        if !table.has("formats") {
            formats = vec![FindingFormat::Html, FindingFormat::Json];
        } else if formats.is_empty() {
            table
                .wrong(table.place_of("formats"), "formats: name one at least, or leave the key out for html and json");
        }
        let mut once = Vec::new();
        formats.retain(|format| {
            !once.contains(format) && {
                once.push(*format);
                true
            }
        });
        let methods = [("AES256", Encryption::S3), ("aws:kms", Encryption::Kms(None))];
        let sse = table.choice("sse", "encrypt objects with this method, instead of as the bucket is set", &methods);
        let key = table.text(
            "kms-key-id",
            "the key of KMS, for sse = \"aws:kms\"; without it the account's own for S3",
            as_is,
        );
        let is_kms = sse.as_ref().is_some_and(|sse| sse.value != Encryption::S3);
        if table.has("kms-key-id") && !is_kms {
            table.wrong(
                table.place_of("kms-key-id"),
                "kms-key-id: is for sse = \"aws:kms\"; write that too, or leave kms-key-id out",
            );
        }
        let to = to?;
        if table.has("sse") && !S3Address::is_meant(&to.value) {
            table.wrong(
                table.place_of("sse"),
                "sse: is for reports in S3; leave it out, or write to = \"s3://bucket/prefix\"",
            );
        }
        let encryption =
            if is_kms { Some(Encryption::Kms(key.map(|key| key.value))) } else { sse.map(|sse| sse.value) };
        Some(Report { to, formats, encryption })
    }
}

/// When a schedule runs, and how it says so.
fn calendar(table: &Table<'_>) -> Option<(String, Calendar)> {
    let zone = table.text("time-zone", "the zone that times are of, as in Europe/Berlin; UTC", time_zone);
    let zone = zone.map_or(Tz::UTC, |zone| zone.value);
    let on = |fires: Result<Fires, String>, text: &str| fires.map(|fires| (text.to_owned(), fires));
    let cron = table.text("cron", "when it runs: minute, hour, day of the month, month, day of the week", |text| {
        on(Fires::cron(text, zone), text)
    });
    let every = |text: &str| {
        let span =
            humantime::parse_duration(text).ok().filter(|span| span.as_secs() % 3600 == 0 && span.subsec_nanos() == 0);
        let hours = span.and_then(|span| u32::try_from(span.as_secs() / 3600).ok());
        on(Fires::every(hours.unwrap_or_default(), zone), text)
    };
    let every = table.text("every", "when it runs: each 1h, 3h, 6h, 12h or 24h, from midnight on", every);
    match (table.has("cron"), table.has("every")) {
        (true, true) => table.wrong(
            table.place_of("cron").max(table.place_of("every")),
            "cron and every both say when it runs; leave one out",
        ),
        (false, false) => table.missing("when does it run? Write cron = \"15 6 * * *\" or every = \"24h\""),
        _ => {}
    }
    let grace = table.text("grace", "how long after a period's end records may still come; 15m", |text| {
        span(text, Duration::ZERO, LONGEST_GRACE)
    });
    let catch_up = table.count(
        "catch-up",
        "how many runs that were missed are caught up, beside the newest; 7",
        0..=MOST_CATCH_UP,
    );
    let longest = DAY.saturating_mul(DAYS as u32);
    let period = "what a run judges, where it is not the time between two fires: 1d";
    let period = table.text("period", period, |text| span(text, SHORTEST_PERIOD, longest));
    let ends = [("fire", PeriodEnd::Fire), ("midnight", PeriodEnd::Midnight)];
    let ends = table.choice("period-end", "when that ends: at the fire, or at the midnight before it; fire", &ends);
    let is_daily = every.as_ref().is_none_or(|every| every.value.0 == "24h" || every.value.0 == "1d");
    if table.has("period-end") && !is_daily && ends.as_ref().is_some_and(|ends| ends.value == PeriodEnd::Midnight) {
        let text = "period-end: only the first run after a midnight would have something new to judge; write every = \"24h\" or cron, or \
                    leave period-end out";
        table.wrong(table.place_of("period-end"), text);
    }
    let rule = if table.has("cron") { "cron" } else { "every" };
    let (text, fires) = cron.or(every)?.value;
    let calendar = Calendar {
        fires,
        grace: delta(grace.map_or(GRACE, |grace| grace.value)),
        period: period.map_or(Period::BetweenFires, |period| judged(period.value)),
        ends: ends.map_or(PeriodEnd::Fire, |ends| ends.value),
        catch_up: catch_up.and_then(|most| usize::try_from(most).ok()).unwrap_or(CATCH_UP),
    };
    Some((format!("{rule} = {text:?}"), calendar))
}

/// A span of whole days is one of the calendar.
fn judged(span: Duration) -> Period {
    let days = u16::try_from(span.as_secs() / DAY.as_secs()).ok().and_then(NonZeroU16::new);
    match days {
        Some(days) if span.as_secs().is_multiple_of(DAY.as_secs()) => Period::Days(days),
        _ => Period::Span(delta(span)),
    }
}

/// All spans here are bounded.
fn delta(span: Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}

fn time_zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| {
        let near = did_you_mean(text, TZ_VARIANTS.iter().map(|zone| zone.name()));
        format!("{text:?} is no time zone{near}; write one of the tz database, as in Europe/Berlin, or UTC")
    })
}
