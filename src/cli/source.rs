//! The arguments that say what is read, common to every command that reads flow logs.

use anyhow::{Context, Result, bail};
use bytesize::ByteSize;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use clap::Args;

use vpcflow::format::{Layout, field::field};
use vpcflow::limits::{LEAST_MEMORY_BYTES, MAX_OBJECT_BYTES, MEMORY_LIMIT_BYTES, MOST_THREADS};
use vpcflow::opened::{Opened, Opening, lake_in_bucket};
use vpcflow::scan::{ReadOptions, Selection};
use vpcflow::session::{Session, SessionOptions};
use vpcflow::store::{Sources, parse_account, parse_region};

use super::aws::AwsArgs;

use super::tell;

/// What is read, and with how much of the machine.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// Files, folders, quoted globs, s3://bucket/prefix or - for standard input; several are one table
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,

    /// Format of lines without a header, as in the flow log's settings: '${version} ${account-id} ...'
    #[arg(long, value_name = "FORMAT", help_heading = "Reading")]
    pub log_format: Option<String>,

    /// Read the records that start on this day, UTC (2026-03-11)
    #[arg(long, value_name = "DAY", value_parser = parse_day, conflicts_with_all = ["since", "from", "to"], help_heading = "Reading")]
    pub date: Option<NaiveDate>,

    /// Read the records that start within this time before now (24h, 7days)
    #[arg(long, value_name = "SPAN", conflicts_with_all = ["from", "to"], help_heading = "Reading")]
    pub since: Option<humantime::Duration>,

    /// Read the records that start at this time or later (2026-03-11T14:00, UTC unless it has an offset)
    #[arg(long, value_name = "TIME", value_parser = parse_time, help_heading = "Reading")]
    pub from: Option<DateTime<Utc>>,

    /// Read the records that start before this time
    #[arg(long, value_name = "TIME", value_parser = parse_time, help_heading = "Reading")]
    pub to: Option<DateTime<Utc>>,

    /// Read the objects of this account, as their keys name it; several between commas
    #[arg(long = "account", value_name = "ID", value_delimiter = ',', value_parser = parse_account, help_heading = "Reading")]
    pub accounts: Vec<String>,

    /// Read the objects of this region, as their keys name it; several between commas
    #[arg(long = "log-region", value_name = "REGION", value_delimiter = ',', value_parser = parse_region, help_heading = "Reading")]
    pub log_regions: Vec<String>,

    /// Read the objects of this flow log (fl-...); several between commas
    #[arg(long = "flow-log-id", value_name = "ID", value_delimiter = ',', help_heading = "Reading")]
    pub flow_log_ids: Vec<String>,

    /// Make malformed lines and values, and objects that can't be read, errors
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,

    /// The largest object that is read, after decompression; at most 2GiB
    #[arg(long, value_name = "SIZE", default_value_t = ByteSize::b(MAX_OBJECT_BYTES as u64), hide_default_value = true, help_heading = "Limits")]
    pub max_object_size: ByteSize,

    #[command(flatten)]
    pub limits: LimitArgs,

    #[command(flatten)]
    pub aws: AwsArgs,
}

/// How much of the machine may be used.
#[derive(Debug, Clone, Args)]
pub struct LimitArgs {
    /// Threads to use, at most 256; 0 is one for each processor
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=i64::from(MOST_THREADS)), help_heading = "Limits")]
    pub threads: u16,

    /// Memory that queries may hold before they spill to disk
    #[arg(long, value_name = "SIZE", default_value_t = ByteSize::b(MEMORY_LIMIT_BYTES as u64), help_heading = "Limits")]
    pub memory_limit: ByteSize,
}

impl LimitArgs {
    /// A session within the limits.
    ///
    /// # Errors
    /// When a limit makes no sense, or the temporary folder can't be used.
    pub fn session(&self) -> Result<Session> {
        let options = self.options()?;
        Ok(Session::new(&options, options.runtime()?)?)
    }

    /// The limits, checked.
    ///
    /// # Errors
    /// When a limit makes no sense.
    pub fn options(&self) -> Result<SessionOptions> {
        if self.memory_limit < ByteSize::b(LEAST_MEMORY_BYTES) {
            bail!("--memory-limit is 1MB at least, not {}", self.memory_limit);
        }
        Ok(SessionOptions {
            threads: usize::from(self.threads),
            memory_limit_bytes: self.memory_limit.as_u64() as usize,
        })
    }
}

impl SourceArgs {
    /// Lists the sources and opens a session over them.
    ///
    /// # Errors
    /// When an argument makes no sense, a source can't be listed, or holds no flow logs.
    pub async fn open(&self) -> Result<Opened> {
        self.open_as(false).await
    }

    /// The same, but of a lake the last day, where no period is given.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_last_day(&self) -> Result<Opened> {
        self.open_as(true).await
    }

    async fn open_as(&self, is_of_last_day: bool) -> Result<Opened> {
        let opening = Opening { is_of_last_day, ..self.opening()? };
        Ok(opening.open(self.limits.session()?).await?)
    }

    /// What is to be opened.
    ///
    /// # Errors
    /// When an argument makes no sense.
    pub fn opening(&self) -> Result<Opening> {
        Ok(Opening {
            sources: self.sources.clone(),
            read: self.read_options()?,
            selection: self.selection(Utc::now())?,
            is_of_last_day: false,
            aws: self.aws.options()?,
        })
    }

    /// The prefixes in S3 that are the sources, of which nothing is listed yet.
    ///
    /// # Errors
    /// When an argument makes no sense, a source is none in S3, or a bucket can't be reached.
    pub async fn buckets(&self) -> Result<Sources> {
        if self.sources.is_empty() {
            bail!("no SOURCE was given: vpcflow ingest s3://bucket/prefix --to LAKE --queue URL");
        }
        let log_format = self.read_options()?.log_format;
        let sources = Sources::open(&self.sources, log_format.as_ref(), &self.aws.options()?).await?;
        if sources.buckets().count() < self.sources.len() {
            bail!("S3 tells a queue of objects in buckets: write every SOURCE as s3://bucket/prefix");
        }
        if let Some(point) = sources.buckets().find(|address| address.region().is_some()) {
            bail!("{}: notifications name buckets, not access points: write s3://bucket/prefix", point.of_key(""));
        }
        if let Ok(Some(_)) = lake_in_bucket(&sources).await {
            bail!("a lake is no SOURCE of another; name the logs");
        }
        Ok(sources)
    }

    /// How objects are read.
    ///
    /// # Errors
    /// When an argument makes no sense.
    pub fn read_options(&self) -> Result<ReadOptions> {
        let log_format = self.log_format.as_deref().map(Layout::from_format).transpose().context("--log-format")?;
        for place in log_format.iter().flat_map(Layout::columns).filter(|place| field(&place.column).is_none()) {
            tell(format_args!(
                "note: --log-format: {} is no field that AWS documents; its column is text",
                place.column
            ));
        }
        let max_object_bytes = self.max_object_size.as_u64();
        if max_object_bytes == 0 || max_object_bytes > MAX_OBJECT_BYTES.next_power_of_two() as u64 {
            bail!("--max-object-size is 1B to 2GiB, not {}", self.max_object_size);
        }
        let max_object_bytes = (max_object_bytes as usize).min(MAX_OBJECT_BYTES);
        Ok(ReadOptions { log_format, max_object_bytes, strict: self.strict, ..ReadOptions::default() })
    }

    /// What of the sources is read.
    ///
    /// # Errors
    /// When the period is none.
    pub fn selection(&self, now: DateTime<Utc>) -> Result<Selection> {
        Ok(Selection {
            accounts: self.accounts.clone(),
            regions: self.log_regions.clone(),
            flow_log_ids: self.flow_log_ids.clone(),
            ..self.period(now)?
        })
    }

    /// The selection by time alone.
    fn period(&self, now: DateTime<Utc>) -> Result<Selection> {
        let seconds = |time: Option<DateTime<Utc>>| time.map(|time| time.timestamp());
        let (from, to) = if let Some(date) = self.date {
            let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
            let next = date.checked_add_days(Days::new(1)).context("--date: no day follows that one")?;
            (Some(midnight(date)), Some(midnight(next)))
        } else if let Some(since) = self.since {
            let from = chrono::TimeDelta::from_std(*since).ok().and_then(|since| now.checked_sub_signed(since));
            (Some(from.with_context(|| format!("--since {since}: longer than time itself"))?), None)
        } else {
            (self.from, self.to)
        };
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            bail!("--from {from} is not before --to {to}");
        }
        Ok(Selection { from: seconds(from), to: seconds(to), ..Selection::default() })
    }
}

/// A day of the command line.
pub fn parse_day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "a day is written 2026-03-11".to_owned())
}

/// A time of the command line: RFC 3339, or without an offset in UTC, to the second, minute or day.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    if let Ok(time) = DateTime::parse_from_str(&text.replace('Z', "+00:00"), "%Y-%m-%dT%H:%M%:z") {
        return Ok(time.to_utc());
    }
    for format in ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
            return Ok(time.and_utc());
        }
    }
    match text.parse::<NaiveDate>() {
        Ok(date) => Ok(date.and_time(NaiveTime::MIN).and_utc()),
        Err(_) => Err("a time is written 2026-03-11T14:00 (UTC), 2026-03-11T14:00:00+02:00 or 2026-03-11".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_unless_they_say_otherwise() {
        let time = |text| parse_time(text).map(|time| time.to_rfc3339());
        assert_eq!(time("2026-03-11T14:00"), Ok("2026-03-11T14:00:00+00:00".into()));
        assert_eq!(time("2026-03-11T14:00:05+02:00"), Ok("2026-03-11T12:00:05+00:00".into()));
        assert_eq!(time("2026-03-11T14:00+02:00"), Ok("2026-03-11T12:00:00+00:00".into()));
        assert_eq!(time("2026-03-11T14:00Z"), Ok("2026-03-11T14:00:00+00:00".into()));
        assert_eq!(time("2026-03-11"), Ok("2026-03-11T00:00:00+00:00".into()));
        assert!(time("yesterday").is_err());
    }
}
