//! The reports of a run: where a schedule's reports go, and the page that lists them.

use bytes::Bytes;
use thiserror::Error;

use super::calendar::Run;
use super::config::{Config, Report, Schedule};
use super::judge::Found;
use super::news::News;
use super::state::Ran;
use crate::detect::Moment;
use crate::report::{FindingFormat, ReportError, RunOf, write_report, write_runs};
use crate::store::{AwsOptions, Prefix, PrefixError};

/// The page that lists the reports.
const INDEX: &str = "index.html";

/// What was written of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The page for browsers, by its name in the schedule's folder.
    pub page: Option<String>,
    /// Where that is, or else another form of the report.
    pub address: Option<String>,
}

/// Why a report is not written.
#[derive(Debug, Error)]
pub enum ReportsError {
    /// It can't be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// It can't be put in its place.
    #[error(transparent)]
    Place(#[from] PrefixError),
}

/// Writes the reports of a run, under names that it has again when it is done again.
///
/// # Errors
/// When one can't be written.
pub(super) async fn write(
    config: &Config,
    schedule: &Schedule,
    run: &Run,
    found: &Found,
    news: &News,
) -> Result<Written, ReportsError> {
    let mut written = Written::default();
    for report in &schedule.reports {
        let place = place(config, schedule, report).await?;
        let of = RunOf {
            schedule: &schedule.name.value,
            from: Moment(run.from.timestamp()),
            to: Moment(run.to.timestamp()),
            news,
            has_index: report.formats.contains(&FindingFormat::Html),
        };
        for format in &report.formats {
            let mut bytes = Vec::new();
            write_report(*format, &found.outcome, &of, &mut bytes)?;
            let name = format!("{}.{}", run.fire.format("%Y-%m-%dT%H%MZ"), ending(*format));
            place.write(&name, Bytes::from(bytes)).await?;
            let is_page = *format == FindingFormat::Html;
            if written.address.is_none() || (is_page && written.page.is_none()) {
                let of_machine = place.folder().map(|folder| folder.join(&name).display().to_string());
                written.address = Some(of_machine.unwrap_or_else(|| place.name_of(&name)));
            }
            if is_page {
                written.page = Some(name);
            }
        }
    }
    Ok(written)
}

/// Writes the page that lists the reports, beside each of them that is a page; gives what went wrong.
pub(super) async fn write_index(config: &Config, schedule: &Schedule, runs: &[Ran]) -> Vec<String> {
    let mut warnings = Vec::new();
    let with_pages = schedule.reports.iter().filter(|report| report.formats.contains(&FindingFormat::Html));
    for report in with_pages {
        let put = async {
            let mut bytes = Vec::new();
            write_runs(&schedule.name.value, runs, &mut bytes)?;
            place(config, schedule, report).await?.write(INDEX, Bytes::from(bytes)).await?;
            Ok::<_, ReportsError>(())
        };
        if let Err(error) = put.await {
            warnings.push(format!("the list of reports is not written: {error}"));
        }
    }
    warnings
}

/// The folder of a schedule's reports.
async fn place(config: &Config, schedule: &Schedule, report: &Report) -> Result<Prefix, PrefixError> {
    let aws = AwsOptions { encryption: report.encryption.clone(), ..config.aws.clone() };
    Ok(Prefix::find(&report.to.value, &aws).await?.under(&schedule.name.value))
}

/// What a report's name ends in.
fn ending(format: FindingFormat) -> &'static str {
    match format {
        FindingFormat::Table => "txt",
        FindingFormat::Json => "json",
        FindingFormat::Ndjson => "ndjson",
        FindingFormat::Csv => "csv",
        FindingFormat::Parquet => "parquet",
        FindingFormat::Markdown => "md",
        FindingFormat::Html => "html",
        FindingFormat::Ocsf => "ocsf.ndjson",
        FindingFormat::Asff => "asff.ndjson",
    }
}
