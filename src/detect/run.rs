//! One run: read once, ask every detection, account for everything.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use serde::Serialize;
use thiserror::Error;

use super::ask::{Answer, Days, ask};
use super::catalogue::Catalogue;
use super::detection::{DetectError, Detection};
use super::finding::{Finding, Moment, Severity};
use super::incident::{self, Incident};
use super::panel::{self, Panel};
use super::parameter::Parameters;
use super::records::FlowColumns;
use super::suppress::{Suppressed, Suppressions};
use super::totals::{Totals, days};
use crate::context::{Context, Input};
use crate::conversation::{self, CONVERSATIONS, Conversations, Wanted};
use crate::format::field::column_name;
use crate::history::{self, History, Past};
use crate::limits::{self, FINDINGS_OF_A_DETECTION, HISTORY_LEAST_DAYS};
use crate::scan::{Coverage as ScanCoverage, CoverageReport, FlowSchema};
use crate::session::Session;

/// What was run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The program's version.
    pub version: &'static str,
    /// The detections that ran.
    pub detections: Vec<String>,
    /// Records that were examined: those of the period, NODATA and SKIPDATA among them.
    pub records: i64,
    /// Conversations: what one interface saw of two hosts, a service and five minutes.
    pub conversations: usize,
    /// Connections: the same, once, although several interfaces saw it.
    pub connections: usize,
    /// The start of the first record.
    pub first_record: Option<Moment>,
    /// The end of the last one.
    pub last_record: Option<Moment>,
    /// The days (UTC) that were judged each by itself; 0 where all was judged as one.
    pub days: usize,
    /// The days before the first that was judged of which a history was at hand, if a detection asked for it.
    pub history_days: usize,
    /// The values that the detections' parameters had.
    pub parameters: BTreeMap<String, Parameters>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// The scan's account.
    #[serde(flatten)]
    pub scan: CoverageReport,
    /// Records that say that an interface had no traffic.
    pub nodata: i64,
    /// Records that say that others were lost; one can stand for many.
    pub skipdata: i64,
    /// Interfaces that the logs name.
    pub interfaces: i64,
    /// Those of them that `--interfaces` does not know, if it was given: for detections that need it they are not there.
    pub interfaces_unknown: Option<i64>,
    /// Records without a start, which are in no finding.
    pub undated: i64,
    /// Records with an address that is none, which are in no finding.
    pub misaddressed: i64,
    /// Fields that tell connections apart and that these logs lack, as AWS names them.
    pub lacking: Vec<&'static str>,
    /// Connections with addresses on a trusted list, which are in no finding.
    pub trusted: usize,
    /// Why some findings lack what a file of context says of their addresses: a record of it is damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_problem: Option<String>,
}

/// Fields without which detections know less: who began a connection, on which side it was seen, whose it is behind a
/// gateway, and which way it went.
const TELLING: [&str; 4] = ["tcp-flags", "flow-direction", "pkt-srcaddr", "traffic-path"];

/// Those of [`TELLING`] that logs lack; the service tells of what goes to S3 as well as the path.
fn lacking(flows: &FlowSchema) -> Vec<&'static str> {
    let has = |field: &str| flows.has_field(&column_name(field));
    let is_told = |field: &str| has(field) || (field == "traffic-path" && has("pkt-dst-aws-service"));
    TELLING.into_iter().filter(|field| !is_told(field)).collect()
}

/// Logs that span more, in seconds, are judged day by day: detections are of a day.
const DAY_AND_A_HALF: i64 = 36 * 3600;

/// A detection that did not run or did not tell all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The detection.
    pub detection: String,
    /// Why.
    pub reason: String,
}

/// All that came of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// What was run.
    pub run: Run,
    /// What was read.
    pub coverage: Coverage,
    /// What could not run.
    pub skipped: Vec<Skipped>,
    /// The stories that the findings make, the worst first.
    pub incidents: Vec<Incident>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// Findings that were left out, because whom they name is on a trusted list although no conversation with them is.
    pub trusted: usize,
    /// Findings that suppressions left out.
    pub suppressed: Vec<Suppressed>,
    /// What the period was like, where that was asked.
    #[serde(skip)]
    pub panels: Vec<Panel>,
    /// Whether a detection failed on these records, or found more than is told; it is among the skipped.
    #[serde(skip)]
    pub is_failed: bool,
    /// How long each stage took, in order: the roll-up, its tables, each detection.
    #[serde(skip)]
    pub stages: Vec<Stage>,
}

/// Why it says nothing that nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Blind {
    /// There was nothing to look at.
    #[error("no records were examined")]
    NoRecords,
    /// The logs lack the time.
    #[error("the logs have no field start, and nothing can be said without times")]
    NoStart,
    /// Of so many records none tells the time.
    #[error(
        "none of {0} records says a time that can be true (start, in Unix seconds); look at them with vpcflow query"
    )]
    NoTimes(i64),
    /// Nothing looked: the first detection that was skipped, and why.
    #[error("no detection could run: {0}: {1}")]
    NoDetection(String, String),
}

/// A stage of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What was done.
    pub name: String,
    /// How long it took by the clock.
    pub took: Duration,
}

impl Outcome {
    /// Whether part of the input could not be read, or a detection failed on it or found more than is told.
    pub fn is_partial(&self) -> bool {
        self.coverage.scan.is_partial() || self.is_failed
    }

    /// Why it says nothing that nothing was found, if it does not.
    pub fn blind(&self, schema: &FlowSchema) -> Option<Blind> {
        match (self.run.records, self.skipped.first()) {
            (0, _) => Some(Blind::NoRecords),
            _ if !schema.has_field("start") => Some(Blind::NoStart),
            (records, _) if self.run.first_record.is_none() => Some(Blind::NoTimes(records)),
            (_, Some(skipped)) if self.run.detections.is_empty() => {
                Some(Blind::NoDetection(skipped.detection.clone(), skipped.reason.clone()))
            }
            _ => None,
        }
    }

    /// Leaves out what `suppressions` say, as they hold on `today`.
    pub fn suppress(&mut self, suppressions: &Suppressions, today: NaiveDate) {
        self.suppressed = suppressions.apply(&mut self.findings, today);
        // What is left may be another story.
        self.incidents = incident::group(&mut self.findings);
    }

    /// Whether there is a finding at or above `severity`.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }
}

/// What is asked of logs.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The detections.
    pub catalogue: &'a Catalogue,
    /// What is known beside the logs.
    pub context: &'a Context,
    /// What is known of earlier days.
    pub history: &'a History,
    /// Which days of the logs are judged.
    pub judged: Judged,
    /// From when the records are that were asked for, in Unix time: of the day before nothing is history that is judged.
    pub from: Option<i64>,
    /// Whether it is told, too, what the period was like.
    pub has_panels: bool,
}

/// Which days of logs of several are judged. To each, those before it are history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Each of them.
    All,
    /// The last of them.
    Last,
}

/// Reads the session's table `flows`, which has the columns of `schema`, once and asks a question of it; `read` is the
/// account of what is read.
///
/// # Errors
/// The engine's: a scan under `--strict`, a full disk, or a detection whose query fails on this data.
pub async fn run(
    session: &Session,
    schema: &FlowSchema,
    read: &ScanCoverage,
    question: &Question<'_>,
) -> Result<Outcome, DetectError> {
    let Question { catalogue, context, .. } = question;
    let Examined {
        detections,
        skipped,
        is_failed,
        mut findings,
        trusted,
        context_problem,
        tables,
        totals,
        days,
        stages,
        history_days,
        panels,
    } = examine(session, schema, question).await?;
    Ok(Outcome {
        run: Run {
            version: env!("CARGO_PKG_VERSION"),
            parameters: catalogue.parameters(&detections),
            detections,
            records: totals.records.unwrap_or(0),
            conversations: tables.conversations,
            connections: tables.tables[1].as_ref().map_or(0, |kept| kept.rows),
            first_record: totals.first_start.map(Moment),
            last_record: totals.last_end.map(Moment),
            days,
            history_days,
        },
        coverage: Coverage {
            scan: read.report().with_examined(totals.records.unwrap_or(0)),
            nodata: totals.nodata.unwrap_or(0),
            skipdata: totals.skipdata.unwrap_or(0),
            interfaces: totals.interfaces.unwrap_or(0),
            interfaces_unknown: context.has(Input::Interfaces).then(|| totals.unknown.unwrap_or(0)),
            undated: totals.undated.unwrap_or(0),
            misaddressed: totals.misaddressed.unwrap_or(0),
            lacking: lacking(schema),
            trusted: tables.left_out,
            context_problem,
        },
        skipped,
        incidents: incident::group(&mut findings),
        findings,
        trusted,
        suppressed: Vec::new(),
        panels,
        is_failed,
        stages,
    })
}

/// What the detections said.
pub(super) struct Examined {
    /// Those that ran.
    pub(super) detections: Vec<String>,
    pub(super) skipped: Vec<Skipped>,
    is_failed: bool,
    context_problem: Option<String>,
    /// The worst first.
    pub(super) findings: Vec<Finding>,
    /// Findings that were left out.
    pub(super) trusted: usize,
    pub(super) tables: Conversations,
    totals: Totals,
    days: usize,
    history_days: usize,
    panels: Vec<Panel>,
    pub(super) stages: Vec<Stage>,
}

impl Examined {
    /// Records that were examined.
    pub(super) fn records(&self) -> i64 {
        self.totals.records.unwrap_or(0)
    }
}

/// Asks the session's table `flows`, which has the columns of `schema`.
pub(super) async fn examine(
    session: &Session,
    schema: &FlowSchema,
    question: &Question<'_>,
) -> Result<Examined, DetectError> {
    let Question { catalogue, context, history, judged, from, has_panels } = question;
    let mut skipped = Vec::new();
    let mut chosen = Vec::new();
    for detection in catalogue.detections() {
        match detection.skip_reason(schema, context) {
            Some(reason) => skipped.push(Skipped { detection: detection.id().to_owned(), reason }),
            None => chosen.push(detection.clone()),
        }
    }
    context.register(session)?;
    let reads_conversations = chosen.iter().any(|detection| detection.reads(CONVERSATIONS));
    // Who is trusted counts in no number, also of findings that put several together.
    let left_out = context.trusted().to_vec();
    let wanted = Wanted { is_sound: true, left_out, ..Wanted::new(context, reads_conversations) };
    let tables = conversation::build(session, wanted).await?;
    let took = |name: &str, took: Duration| Stage { name: name.to_owned(), took };
    let mut stages =
        vec![took("fetch, inflate, decode, roll up", tables.roll_up_took), took("tables", tables.tables_took)];
    let columns = FlowColumns::new(schema);
    let totals = Totals::of(session).await?;
    let days = match totals.seconds() {
        0..=DAY_AND_A_HALF => Vec::new(),
        _ => days(session).await?,
    };
    let longest_day = days.iter().map(|(_, seconds)| *seconds).max();
    let days: Vec<i64> = days.into_iter().map(|(day, _)| day).collect();
    if days.len() > limits::DAYS {
        return Err(DetectError::TooManyDays { days: days.len() });
    }
    let days_of_past = if days.is_empty() { vec![totals.day(*from)] } else { days.clone() };
    let judged_days = match judged {
        Judged::All => days_of_past.as_slice(),
        Judged::Last => &days_of_past[days_of_past.len() - 1..],
    };
    let past = match *has_panels || chosen.iter().any(Detection::reads_history) {
        true => {
            // Those of the hosts are made of the others.
            let is_read = |table: &str| {
                let reads = |detection: &Detection| detection.reads(table) || detection.reads(history::HOSTS);
                *has_panels || chosen.iter().any(reads)
            };
            let begun = Instant::now();
            let is_read_by_others = chosen.iter().any(|detection| !detection.is_shipped() && detection.reads_history());
            let past = Past::of(session, history, &days_of_past, &tables.hosts, is_read, is_read_by_others).await?;
            stages.push(took("history", begun.elapsed()));
            Some(past)
        }
        false => None,
    };
    let days_before = |day: i64| past.as_ref().map_or(0, |past| past.days_before(day));
    let has_history = |least: usize| judged_days.iter().any(|day| days_before(*day) >= least);
    chosen.retain(|detection| {
        let longest_day = longest_day.filter(|_| !detection.is_of_all_days);
        let reason = match detection.history_days {
            Some(least) if !has_history(least) => {
                let most = judged_days.iter().map(|day| days_before(*day)).max();
                Some(format!("needs {least} days of history, and has {}", most.unwrap_or(0)))
            }
            None if detection.reads_history() && has_history(HISTORY_LEAST_DAYS) => None,
            _ => match longest_day {
                Some(seconds) => detection.too_short(seconds, "the longest day of these spans"),
                None => detection.too_short(totals.seconds(), "these span"),
            },
        };
        let is_asked = reason.is_none();
        skipped.extend(reason.map(|reason| Skipped { detection: detection.id().to_owned(), reason }));
        is_asked
    });
    // Those of all days first, and with them the others where there is but one.
    chosen.sort_by_key(|detection| !detection.is_of_all_days);
    let of_all_days = match days.is_empty() {
        true => chosen.len(),
        false => chosen.iter().take_while(|detection| detection.is_of_all_days).count(),
    };
    let (together, each_day) = chosen.split_at(of_all_days);
    let read_hosts = |asked: &[Detection]| asked.iter().any(|detection| detection.reads(history::HOSTS));
    let mut _hosts = match &past {
        Some(past) => past.choose(judged_days[0], read_hosts(together)).await?,
        None => None,
    };
    let mut answers = ask(session, together, &columns, &tables.hosts).await?;
    let panels = match has_panels {
        true => panel::ask(session, schema, context, days_before(judged_days[0])).await?,
        false => Vec::new(),
    };
    let by_day = Days::begin(session, &days)?;
    let mut of_days = vec![Answer::default(); each_day.len()];
    for day in judged_days.iter().filter(|_| !days.is_empty()) {
        by_day.choose(*day).await?;
        if let Some(past) = &past {
            _hosts = past.choose(*day, read_hosts(each_day)).await?;
        }
        let has_enough = |detection: &Detection| days_before(*day) >= detection.history_days.unwrap_or(0);
        let (asked, of_asked): (Vec<_>, Vec<_>) =
            each_day.iter().cloned().zip(&mut of_days).filter(|(detection, _)| has_enough(detection)).unzip();
        for (answer, more) in of_asked.into_iter().zip(ask(session, &asked, &columns, &tables.hosts).await?) {
            answer.findings.extend(more.findings);
            answer.took += more.took;
            answer.failure = answer.failure.take().or(more.failure);
        }
    }
    for detection in each_day {
        let least = detection.history_days.unwrap_or(0);
        let without = judged_days.iter().filter(|day| days_before(**day) < least).count();
        if without > 0 {
            let reason = format!("needs {least} days of history, which the first {without} of these days do not have");
            skipped.push(Skipped { detection: detection.id().to_owned(), reason });
        }
    }
    let history_days = days_before(judged_days[0]);
    by_day.end()?;
    answers.append(&mut of_days);
    let mut findings = Vec::new();
    let asked = chosen.iter().zip(&answers).filter(|(_, answer)| answer.failure.is_none());
    let mut detections: Vec<String> = asked.map(|(detection, _)| detection.id().to_owned()).collect();
    detections.sort_unstable();
    let mut is_failed = detections.len() < chosen.len();
    for (detection, Answer { findings: mut found, took: of_all, failure }) in chosen.iter().zip(answers) {
        skipped.extend(failure.map(|reason| Skipped { detection: detection.id().to_owned(), reason }));
        if found.len() > FINDINGS_OF_A_DETECTION {
            // Those of several days come one behind the other.
            found.sort_by_key(|finding| Reverse(finding.severity));
            found.truncate(FINDINGS_OF_A_DETECTION);
            is_failed = true;
            let reason = format!("more than {FINDINGS_OF_A_DETECTION} findings; the worst of them are told");
            skipped.push(Skipped { detection: detection.id().to_owned(), reason });
        }
        findings.append(&mut found);
        stages.push(took(detection.id(), of_all));
    }
    let found = findings.len();
    let is_trusted = |address: &Option<String>| address.as_deref().is_some_and(|address| context.is_trusted(address));
    findings.retain(|finding| !is_trusted(&finding.actor) && !is_trusted(&finding.target));
    let trusted = found - findings.len();
    // What was found counts, and it is no less true for a damaged record of a database.
    let mut context_problem = None;
    for finding in &mut findings {
        if let Err(problem) = finding.annotate(context) {
            context_problem.get_or_insert_with(|| problem.to_string());
        }
    }
    findings.sort_by(|a, b| (b.severity, a.first_seen, &a.id).cmp(&(a.severity, b.first_seen, &b.id)));
    let mut times: HashMap<String, usize> = HashMap::new();
    for finding in &mut findings {
        let before = times.entry(finding.id.clone()).or_default();
        if *before > 0 {
            finding.tell_apart(*before);
        }
        *before += 1;
    }
    let days = if days.is_empty() { 0 } else { judged_days.len() };
    Ok(Examined {
        detections,
        skipped,
        is_failed,
        findings,
        trusted,
        context_problem,
        tables,
        totals,
        days,
        history_days,
        panels,
        stages,
    })
}
