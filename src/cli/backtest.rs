//! `vpcflow backtest`: what detections would have found on the days of a lake.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use vpcflow::context::{Context, ContextFiles};
use vpcflow::detect::{self, Backtest, Catalogue, Choice, Judged, Question};
use vpcflow::lake::{Lake, LakeFlows, Place};
use vpcflow::report::{RowFormat, Sink, printable, write_backtest};
use vpcflow::scan::Selection;

use super::aws::AwsArgs;
use super::context::ContextArgs;
use super::detect::{given_params, split_params, warn_of_stale};
use super::source::{LimitArgs, parse_time};
use super::{Outcome, progress, tell};

/// Counts what detections would have found on each day of a lake, so that a parameter is chosen by looking.
///
/// Each day is judged as vpcflow detect does, with the days before it as its history. The conversations that the lake keeps are
/// read, not the records. Below a row for each day and detection, table, markdown and json have the findings by day of what was tried,
/// a column for each value, and what all days come to.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// The lake: a folder or s3://bucket/prefix
    #[arg(value_name = "LAKE")]
    lake: String,

    /// The first day (2026-03-11, UTC); the default is 30 days before the last
    #[arg(long, value_name = "DAY", value_parser = parse_time)]
    from: Option<DateTime<Utc>>,

    /// The day before which to end; the default is after the lake's last
    #[arg(long, value_name = "DAY", value_parser = parse_time)]
    to: Option<DateTime<Utc>>,

    /// Run only these detections
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,

    /// Leave these detections out
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    exclude: Vec<String>,

    /// A value for a detection's parameter: port-scan.ports=30; += adds to a list
    #[arg(long = "param", value_name = "ID.NAME=VALUE")]
    params: Vec<String>,

    /// A value to try beside the one in force, in rows of its own; may be given several times
    #[arg(long = "try", value_name = "ID.NAME=VALUE")]
    variants: Vec<String>,

    /// A folder of detections (*.sql) that add to those of vpcflow, or replace those of the same id
    #[arg(long, value_name = "DIR")]
    queries: Option<std::path::PathBuf>,

    #[command(flatten)]
    context: ContextArgs,

    /// How the days are written
    #[arg(long, value_enum, default_value = "table")]
    format: RowFormat,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    aws: AwsArgs,
}

/// Days that are looked at where nobody says which.
const DEFAULT_DAYS: u64 = 30;

impl BacktestArgs {
    /// Judges the days.
    ///
    /// # Errors
    /// When the arguments, the lake, a detection or a file of context are wrong, or the result can't be written.
    pub async fn run(&self) -> Result<Outcome> {
        let choice = Choice {
            only: self.only.clone(),
            exclude: self.exclude.clone(),
            params: given_params(&self.params)?,
            variants: split_params("--try", &self.variants)?,
            queries: self.queries.clone(),
            ..Choice::default()
        };
        let (options, aws) = (self.context.options(), self.aws.options()?);
        let catalogue = Catalogue::load(&choice).await?;
        for (place, (id, name, value)) in choice.variants.iter().enumerate() {
            if choice.variants[..place].contains(&(id.clone(), name.clone(), value.clone())) {
                bail!("--try {id}.{name}={value}: is given twice");
            }
            if !catalogue.detections().iter().any(|detection| detection.id() == id) {
                bail!("--try {id}.{name}={value}: {id} does not run; look at --only and --exclude");
            }
        }
        let context = Context::load(&options, &ContextFiles::fetch(options.files(), &aws).await?)?;
        let lake = Lake::open(Place::find(&self.lake, &aws).await?).await?;
        let history = lake.history();
        warn_of_stale(&lake);
        let days = self.days(&lake)?;
        let (mut backtest, mut is_partial) = (Backtest::default(), false);
        for day in &days {
            let session = self.limits.session()?;
            let from = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            let selection = Selection { from: Some(from), to: Some(from + 86_400), ..Selection::default() };
            let flows = LakeFlows::register(&lake, &session, &selection)?;
            let question = Question {
                catalogue: &catalogue,
                context: &context,
                history: &history,
                judged: Judged::All,
                from: Some(from),
                has_panels: false,
            };
            let running = detect::run(&session, flows.flow_schema(), flows.coverage(), &question);
            let outcome = progress::shown(flows.coverage(), running).await.with_context(|| day.to_string())?;
            is_partial |= outcome.is_partial();
            backtest.add(*day, &catalogue, &outcome);
        }
        let closed = Arc::new(AtomicBool::new(false));
        let written = write_backtest(self.format, &backtest, || Sink::stdout(Arc::clone(&closed)));
        // Whoever closes the pipe has seen enough: no error.
        if !closed.load(Ordering::Relaxed) {
            written?;
        }
        if !self.format.has_summary() {
            for line in backtest.told() {
                tell(format_args!("{}", printable(&line)));
            }
        }
        Ok(if is_partial { Outcome::Partial } else { Outcome::Done })
    }

    /// The days of the lake that are asked for.
    fn days(&self, lake: &Lake) -> Result<Vec<NaiveDate>> {
        for (option, time) in [("--from", self.from), ("--to", self.to)] {
            if time.is_some_and(|time| time.timestamp().rem_euclid(86_400) != 0) {
                bail!("{option}: a day (UTC) is judged as a whole; leave the time of day out");
            }
        }
        let all = lake.days();
        let Some(last) = lake.last_day().as_ref().or(all.last()).copied() else {
            bail!("{}: the lake is empty: nothing has come into it yet", self.lake)
        };
        let from = match self.from {
            Some(from) => from.date_naive(),
            None => last.checked_sub_days(chrono::Days::new(DEFAULT_DAYS - 1)).unwrap_or(last),
        };
        let is_asked = |day: &NaiveDate| *day >= from && self.to.map_or(*day <= last, |to| *day < to.date_naive());
        let days: Vec<NaiveDate> = all.iter().copied().filter(is_asked).collect();
        if days.is_empty() {
            bail!("{}: the lake has no such day; it has {} to {last}", self.lake, all[0]);
        }
        Ok(days)
    }
}
