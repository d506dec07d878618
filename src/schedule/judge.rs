//! A run judged: what is new comes into the lake, and detections look at the period.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::calendar::Run;
use super::config::{Config, Schedule};
use crate::context::{Context, ContextError, ContextFiles};
use crate::conversation::Wanted;
use crate::detect::{self, Catalogue, DetectError, Judged as JudgedDays, Outcome, Question, Suppressions};
use crate::history::History;
use crate::lake::{Asked, IngestOptions, Ingested, Lake, LakeError, Place, ingest};
use crate::limits::{DAY_SECONDS, INGEST_BYTES, LOOK_BACK_SECONDS};
use crate::opened::{Flows, OpenError, Opened, Opening};
use crate::report::counted;
use crate::scan::{Coverage, CoverageReport, ReadOptions, Selection, TableError};
use crate::session::{Session, SessionOptions};

/// What came of a run.
#[derive(Debug)]
pub enum Judged {
    /// Records were looked at.
    Found(Box<Found>),
    /// There was nothing to look at, and why: that nothing is found means nothing.
    Blind(String),
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// It.
    pub outcome: Outcome,
    /// What came into the lake.
    pub ingested: Ingested,
    /// What is to be known of the configuration's files.
    pub warnings: Vec<String>,
    /// The lake that was asked, and what it is told of the run, when its findings are kept.
    lake: Option<Lake>,
    asked: Asked,
}

/// Why a run came to nothing: it is done again.
#[derive(Debug, Error)]
pub enum JudgeError {
    /// Detections.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Files of context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// The source.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The lake.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] datafusion::common::DataFusionError),
}

/// Judges the period of a run. What comes into the lake of the time before `judged_until` is late, and told.
///
/// # Errors
/// When the sources, the lake or a file can't be read: what is wrong may pass.
pub async fn judge(
    config: &Config,
    schedule: &Schedule,
    run: &Run,
    judged_until: Option<DateTime<Utc>>,
) -> Result<Judged, JudgeError> {
    let choice = config.choice(schedule);
    let catalogue = Catalogue::load(&choice).await?;
    let files = config.context.files().chain(&config.detections.suppress);
    let fetched = ContextFiles::fetch(files, &config.aws).await?;
    let context = Context::load(&config.context, &fetched)?;
    let (suppressions, today) = (Suppressions::load(&config.detections.suppress, &fetched)?, Utc::now().date_naive());
    drop(fetched);
    let selection = Selection {
        accounts: config.logs.accounts.clone(),
        regions: config.logs.regions.clone(),
        flow_log_ids: config.logs.flow_log_ids.clone(),
        from: Some(run.from.timestamp()),
        to: Some(run.to.timestamp()),
    };
    let mut brought = Brought::default();
    let sources = match &config.lake {
        None => names(config),
        Some(lake) => {
            // What came late of the days before is history.
            // A part of a day would be taken for one.
            let from = (run.from.timestamp() - LOOK_BACK_SECONDS).div_euclid(DAY_SECONDS) * DAY_SECONDS;
            let late = Selection { from: Some(from), ..selection.clone() };
            brought = bring(config, &lake.value, &late, &context, judged_until).await?;
            vec![lake.value.clone()]
        }
    };
    let asked = Asked::new(names(config), &selection, &choice, &config.context, &config.detections.suppress);
    let opened = match open(config, sources, selection).await {
        Ok(opened) => opened,
        Err(error) => return Ok(Judged::Blind(nothing(error)?)),
    };
    let Some(flows) = &opened.flows else { return Ok(Judged::Blind("no source is named".to_owned())) };
    let history = match flows {
        Flows::Lake(lake) if catalogue.reads_history() => lake.lake().history(),
        _ => History::default(),
    };
    let question = Question {
        catalogue: &catalogue,
        context: &context,
        history: &history,
        judged: JudgedDays::All,
        from: Some(run.from.timestamp()),
        has_panels: true,
    };
    let mut outcome = detect::run(&opened.session, flows.flow_schema(), flows.coverage(), &question).await?;
    outcome.suppress(&suppressions, today);
    if let Some(blind) = outcome.blind(flows.flow_schema()) {
        return Ok(Judged::Blind(blind.to_string()));
    }
    add(&mut outcome.coverage.scan, brought.report);
    let mut warnings = context.warnings();
    warnings.extend(brought.late);
    warnings.extend(suppressions.warnings(&catalogue, today));
    let lake = match flows {
        Flows::Lake(flows) => Some(flows.lake().clone()),
        _ => None,
    };
    Ok(Judged::Found(Box::new(Found { outcome, ingested: brought.ingested, warnings, lake, asked })))
}

/// What came into the lake, and what was read of the source for it.
#[derive(Debug, Default)]
struct Brought {
    ingested: Ingested,
    report: CoverageReport,
    /// What came too late to be judged.
    late: Option<String>,
}

/// Brings what the lake lacks of the period.
async fn bring(
    config: &Config,
    name: &str,
    selection: &Selection,
    context: &Context,
    judged_until: Option<DateTime<Utc>>,
) -> Result<Brought, JudgeError> {
    let place = Place::find(name, &config.aws).await?;
    let opened = match open(config, names(config), selection.clone()).await {
        Ok(opened) => opened,
        Err(error) => {
            let note = nothing(error)?;
            let mut report = CoverageReport::default();
            report.notes.insert(format!("nothing came into the lake: {note}"));
            return Ok(Brought { report, ..Brought::default() });
        }
    };
    let Some(Flows::Logs(logs)) = &opened.flows else {
        return Err(LakeError::Place("a lake is no source of another; name the logs".to_owned()).into());
    };
    if place.is_under(logs.sources()) {
        let problem =
            format!("{name}: lies under a source, and would be read as logs the next time; put the lake elsewhere");
        return Err(LakeError::Place(problem).into());
    }
    let mut lake = Lake::open_or_create(place, logs).await?;
    let account = Arc::new(Coverage::of_each_object());
    let options = IngestOptions { read: read_options(config), commit_bytes: INGEST_BYTES, judged_until };
    let ingested = ingest(&mut lake, &opened.session, logs, &options, &account).await?;
    lake.refresh(&opened.session, &Wanted::for_lake(context)).await?;
    let mut report = account.report();
    let late = ingested.first_late.map(|first| told_late(ingested.late, first, name));
    report.notes.extend(late.clone());
    Ok(Brought { ingested, report, late })
}

/// What is late is in no finding of a schedule.
fn told_late(objects: u64, first: DateTime<Utc>, lake: &str) -> String {
    let day = first.date_naive();
    format!(
        "{} of {} and later came after that time was judged: later days are compared with them, and no report of this schedule has what \
         they tell; vpcflow detect {lake} --date {day} judges the day again",
        counted(objects, "object"),
        first.format("%Y-%m-%d %H:%M UTC")
    )
}

async fn open(config: &Config, sources: Vec<String>, selection: Selection) -> Result<Opened, OpenError> {
    let options =
        SessionOptions { threads: config.limits.threads, memory_limit_bytes: config.limits.memory_limit_bytes };
    let session = Session::new(&options, options.runtime()?)?;
    let read = read_options(config);
    let opening = Opening { sources, read, selection, is_of_last_day: false, aws: config.aws.clone() };
    opening.open(session).await
}

fn names(config: &Config) -> Vec<String> {
    config.logs.sources.iter().map(|source| source.value.clone()).collect()
}

fn read_options(config: &Config) -> ReadOptions {
    ReadOptions {
        log_format: config.logs.log_format.clone(),
        max_object_bytes: config.limits.max_object_bytes,
        ..ReadOptions::default()
    }
}

/// That nothing is there, in words, where that is what the error says; others stay errors.
fn nothing(error: OpenError) -> Result<String, OpenError> {
    match error {
        OpenError::Table(TableError::NothingSelected(..))
        | OpenError::Lake(LakeError::NothingSelected { .. } | LakeError::NoLake { .. }) => Ok(error.to_string()),
        error => Err(error),
    }
}

/// Adds to what is told of a lake's records what was not read of their objects.
fn add(report: &mut CoverageReport, of_source: CoverageReport) {
    report.failed += of_source.failed;
    report.failed_objects.extend(of_source.failed_objects);
    report.malformed += of_source.malformed;
    for (reason, count) in of_source.malformed_by_reason {
        *report.malformed_by_reason.entry(reason).or_default() += count;
    }
    for (column, count) in of_source.malformed_values {
        *report.malformed_values.entry(column).or_default() += count;
    }
    report.samples.extend(of_source.samples);
    for (reason, count) in of_source.not_flow_logs {
        *report.not_flow_logs.entry(reason).or_default() += count;
    }
    report.not_flow_log_objects.extend(of_source.not_flow_log_objects);
    report.missing.extend(of_source.missing);
    report.notes.extend(of_source.notes);
}

impl Found {
    /// Keeps what was found in the lake, if there is one.
    ///
    /// # Errors
    /// When the lake can't be written.
    pub async fn keep(&self) -> Result<(), JudgeError> {
        let Some(mut lake) = self.lake.clone() else { return Ok(()) };
        lake.keep_findings(&self.outcome, &self.asked, Utc::now()).await?;
        Ok(())
    }
}
