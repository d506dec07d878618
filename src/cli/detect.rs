//! `vpcflow detect`: the detections over a period.

pub(super) mod told;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::Utc;
use clap::Args;
use vpcflow::context::{Context, ContextFiles};
use vpcflow::detect::{self, Catalogue, Choice, Judged, Question, Severity, Stage, Suppressions};
use vpcflow::history::History;
use vpcflow::lake::{Asked, Lake, Place};
use vpcflow::opened::Flows;
use vpcflow::report::{FindingFormat, write_explanation, write_findings};
use vpcflow::scan::Days;

use super::aws::AwsArgs;
use super::context::ContextArgs;
use super::output::OutputArgs;
use super::source::SourceArgs;
use super::{Outcome, coverage, progress, tell};

/// Runs the detections over flow logs and says what they found.
///
/// Each object is read once, however many detections run. A detection that lacks a field or an input is named as
/// skipped. Files of context and of suppressions may be local or in S3 (s3://bucket/key), plain or gzip.
#[derive(Debug, Args)]
pub struct DetectArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// Run only these detections
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Detections")]
    only: Vec<String>,

    /// Leave these detections out
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Detections")]
    exclude: Vec<String>,

    /// Run only this detection and say why each finding was made: its parameters in force, and the numbers that passed
    #[arg(long, value_name = "ID", conflicts_with_all = ["only", "exclude", "format"], help_heading = "Detections")]
    explain: Option<String>,

    /// A value for a detection's parameter: port-scan.ports=30; += adds to a list
    #[arg(long = "param", value_name = "ID.NAME=VALUE", help_heading = "Detections")]
    params: Vec<String>,

    /// A folder of detections (*.sql) that add to those of vpcflow, or replace those of the same id
    #[arg(long, value_name = "DIR", help_heading = "Detections")]
    queries: Option<PathBuf>,

    /// Exit with 1 when there is a finding of this severity or above
    #[arg(long, value_name = "SEVERITY", value_enum, ignore_case = true, help_heading = "Detections")]
    fail_on: Option<Severity>,

    /// A lake whose earlier days are what these are compared with; a lake that is the SOURCE has its own
    #[arg(long, value_name = "LAKE", help_heading = "Detections")]
    history: Option<String>,

    /// Keep what is found in the table findings of the lake: that of --history, else the SOURCE
    #[arg(long, help_heading = "Detections")]
    keep_findings: bool,

    #[command(flatten)]
    context: ContextArgs,

    /// Findings to leave out, with reason and last day, in TOML: [[suppress]] detection, actor, target, port, ...
    #[arg(long, value_name = "FILE", help_heading = "Detections")]
    suppress: Vec<PathBuf>,

    /// Say on standard error how long each stage took
    #[arg(short, long)]
    verbose: bool,

    /// How findings are written; the default is by the ending of the output file, else table
    #[arg(long, value_enum)]
    format: Option<FindingFormat>,

    #[command(flatten)]
    output: OutputArgs,
}

/// Names of a list in which somebody wrote spaces behind the commas.
fn trimmed(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The files of a folder of detections; what is wrong with it is told when it is read.
fn sql_files(folder: Option<&Path>) -> Vec<PathBuf> {
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Values of parameters as they are written on the command line: detection, parameter, value.
pub fn split_params(option: &str, params: &[String]) -> Result<Vec<(String, String, String)>> {
    let split = |param: &String| {
        let parts = param.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
        let ((id, name), value) = parts.ok_or_else(|| anyhow!("{option} {param}: write ID.NAME=VALUE"))?;
        Ok((id.to_owned(), name.to_owned(), value.to_owned()))
    };
    params.iter().map(split).collect()
}

/// The values of `--param`: each once, but for those that add to a list.
pub fn given_params(params: &[String]) -> Result<Vec<(String, String, String)>> {
    let given = split_params("--param", params)?;
    for (place, (id, name, value)) in given.iter().enumerate() {
        let is_same = |other: &(String, String, String)| (&other.0, &other.1) == (id, name);
        if !name.ends_with('+') && given[..place].iter().any(is_same) {
            bail!("--param {id}.{name}={value}: was given another value before; give one");
        }
    }
    Ok(given)
}

/// The lake that has earlier days: the one that was named, else the SOURCE if it is one.
pub async fn earlier_lake(named: Option<&str>, flows: &Flows, aws: &AwsArgs) -> Result<Option<Lake>> {
    Ok(match (named, flows) {
        (Some(name), _) => Some(Lake::open(Place::find(name, &aws.options()?).await?).await?),
        (None, Flows::Lake(of_lake)) => Some(of_lake.lake().clone()),
        (None, Flows::Logs(_)) => None,
    })
}

/// Tells of days whose history is not that of their records.
pub fn warn_of_stale(lake: &Lake) {
    let stale = lake.stale_days();
    if let Some(first) = stale.first() {
        tell(format_args!(
            "warning: {}: records came in after the history of {} was made, the first of them {first}; vpcflow ingest makes \
             it anew",
            lake.name(),
            if stale.len() == 1 { "1 day".to_owned() } else { format!("{} days", stale.len()) },
        ));
    }
}

impl DetectArgs {
    /// Runs the detections.
    ///
    /// # Errors
    /// When the arguments, the sources, a detection or a file of context are wrong, or the result can't be written.
    pub async fn run(&self) -> Result<Outcome> {
        // Everything that can be wrong without a look at the logs comes first.
        let begun = Instant::now();
        self.output.address()?;
        let format = self.format()?;
        let (options, aws) = (self.context.options(), self.source.aws.options()?);
        self.output.check_spares(options.files().chain(&self.suppress))?;
        let choice = self.choice()?;
        self.output.check_spares(&sql_files(self.queries.as_deref()))?;
        let catalogue = Catalogue::load(&choice).await?;
        let files = ContextFiles::fetch(options.files().chain(&self.suppress), &aws).await?;
        let context = Context::load(&options, &files)?;
        let (suppressions, today) = (Suppressions::load(&self.suppress, &files)?, Utc::now().date_naive());
        drop(files);
        told::without_effect(&choice, &catalogue, &context, &suppressions, today);
        let mut stages = vec![Stage { name: "read the detections".to_owned(), took: begun.elapsed() }];
        let begun_listing = Instant::now();
        let opened = self.source.open().await?;
        stages.push(Stage { name: "list, look at columns".to_owned(), took: begun_listing.elapsed() });
        let Some(flows) = &opened.flows else { bail!("no SOURCE was given: vpcflow detect SOURCE") };
        let history = self.history(&catalogue, flows).await?;
        let mut kept_in = self.kept_in(flows).await?;
        let closed = Arc::new(AtomicBool::new(false));
        let (sink, pending) = self.output.open(&opened, aws, Arc::clone(&closed)).await?;
        let question = Question {
            catalogue: &catalogue,
            context: &context,
            history: &history,
            judged: Judged::All,
            from: opened.selection.from,
            has_panels: false,
        };
        let running = detect::run(&opened.session, flows.flow_schema(), flows.coverage(), &question);
        let mut outcome = progress::shown(flows.coverage(), running).await?;
        outcome.suppress(&suppressions, today);
        if self.verbose {
            told::stages(stages.iter().chain(&outcome.stages));
        }
        coverage::warn(&outcome.coverage.scan, options.files().chain(&self.suppress));
        told::idle(&suppressions, &outcome, today);
        told::records(&outcome);
        self.check_that_something_ran(&outcome, flows)?;
        if !format.tells_what_was_skipped() {
            told::skipped(&outcome);
        }
        if self.history.is_none() && matches!(flows, Flows::Logs(_)) {
            told::lack_of_history(&outcome);
        }
        let explained = catalogue.detections().first().filter(|_| self.explain.is_some());
        let written = match explained {
            Some(detection) => write_explanation(detection, &outcome, sink),
            None => write_findings(format, &outcome, sink.terminal_width(), sink),
        };
        // Whoever closes the pipe has seen enough: no error.
        if !closed.load(Ordering::Relaxed) {
            written.with_context(|| self.output.place())?;
            pending.keep().await.with_context(|| self.output.place())?;
        }
        if let Some(lake) = &mut kept_in {
            let sources = self.source.sources.clone();
            let asked = Asked::new(sources, &opened.selection, &choice, &options, &self.suppress);
            let run = lake.keep_findings(&outcome, &asked, Utc::now()).await?;
            tell(format_args!("note: {} findings are kept in {} as run {run}", outcome.findings.len(), lake.name()));
        }
        Ok(match self.fail_on {
            Some(severity) if outcome.reaches(severity) => Outcome::Findings,
            _ if outcome.is_partial() => Outcome::Partial,
            _ => Outcome::Done,
        })
    }

    /// The lake that keeps what is found, if one is to.
    async fn kept_in(&self, flows: &Flows) -> Result<Option<Lake>> {
        if !self.keep_findings {
            return Ok(None);
        }
        match earlier_lake(self.history.as_deref(), flows, &self.source.aws).await? {
            None => bail!("--keep-findings: in which lake? Name it with --history LAKE"),
            lake => Ok(lake),
        }
    }

    /// What is known of earlier days.
    async fn history(&self, catalogue: &Catalogue, flows: &Flows) -> Result<History> {
        let Some(lake) = earlier_lake(self.history.as_deref(), flows, &self.source.aws).await? else {
            return Ok(History::default());
        };
        if !catalogue.reads_history() {
            if self.history.is_some() && !self.keep_findings {
                tell(format_args!(
                    "warning: --history has no effect: no detection that runs compares with earlier days"
                ));
            }
            return Ok(History::default());
        }
        warn_of_stale(&lake);
        Ok(lake.history())
    }

    /// "No findings" must mean that there was something to look at and something that looked.
    fn check_that_something_ran(&self, outcome: &detect::Outcome, flows: &Flows) -> Result<()> {
        let scan = &outcome.coverage.scan;
        match outcome.blind(flows.flow_schema()) {
            None => Ok(()),
            Some(blind @ detect::Blind::NoRecords) => {
                let read = match flows {
                    Flows::Logs(_) => format!("{} objects read, {} left out by the period", scan.objects, scan.pruned),
                    Flows::Lake(_) => format!("{} files of the lake read", scan.files),
                };
                let days = flows.days().as_ref().map_or(String::new(), Days::told);
                bail!("{blind} ({read}): no finding means nothing; look at --date, --since, --from and --to{days}")
            }
            Some(blind @ detect::Blind::NoDetection(..)) => bail!("{blind}"),
            Some(blind) => bail!("{blind}: no finding means nothing"),
        }
    }

    fn format(&self) -> Result<FindingFormat> {
        match (self.format, self.output.path()) {
            // An explanation is text, whatever the file is called.
            _ if self.explain.is_some() => Ok(FindingFormat::Table),
            (Some(format), _) => Ok(format),
            (None, None) => Ok(FindingFormat::Table),
            (None, Some(path)) => match FindingFormat::of_file(path) {
                Some(format) => Ok(format),
                None => bail!("{}: the ending names no format of findings; add --format", path.display()),
            },
        }
    }

    fn choice(&self) -> Result<Choice> {
        if !self.only.is_empty() && trimmed(&self.only).is_empty() {
            bail!("--only names no detection; leave it out to run all, or see vpcflow detections list");
        }
        Ok(Choice {
            only: self.explain.as_ref().map_or_else(|| trimmed(&self.only), |id| vec![id.clone()]),
            exclude: trimmed(&self.exclude),
            params: given_params(&self.params)?,
            queries: self.queries.clone(),
            ..Choice::default()
        })
    }
}
