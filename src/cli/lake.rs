//! `vpcflow lake`: what a lake has, whether it is right, and its upkeep.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, Result, bail};
use bytesize::ByteSize;
use chrono::{NaiveDate, TimeDelta, Utc};
use clap::{Args, Subcommand};
use vpcflow::lake::{Found, IngestOptions, Lake, Place, Status, Verified};
use vpcflow::limits::INGEST_BYTES;
use vpcflow::opened::{Flows, Opened};
use vpcflow::report::{RowFormat, Sink, printable, row_writer};
use vpcflow::scan::Coverage;
use vpcflow::session::Session;

use super::source::SourceArgs;
use super::{Outcome, coverage, print, progress, tell};

/// Tells what a lake has, checks it, and keeps it small and quick.
#[derive(Debug, Args)]
pub struct LakeArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Status(StatusArgs),
    Verify(Box<VerifyArgs>),
    Compact(CompactArgs),
    Expire(ExpireArgs),
}

/// Lists the days of a lake: objects, records, files and bytes, and the holes in its flow logs.
#[derive(Debug, Args)]
struct StatusArgs {
    #[command(flatten)]
    lake: LakePlace,

    /// How the days are written
    #[arg(long, value_enum, default_value = "table")]
    format: RowFormat,
}

/// Checks that each object's records are in the lake once, and that all files are there; with a SOURCE also that the objects are
/// as they were when they came in, by reading them again.
///
/// Exit code 1 says that something is wrong: that an object of the source is another than when it came in, too. It is no fault
/// that some are new, and come in with the next ingest, nor that the source no longer has some that came in.
#[derive(Debug, Args)]
struct VerifyArgs {
    /// The lake
    #[arg(value_name = "LAKE")]
    lake: String,

    #[command(flatten)]
    source: SourceArgs,
}

/// Merges small files, as many ingests leave them, and removes files that the tables have not named for a week.
#[derive(Debug, Args)]
struct CompactArgs {
    #[command(flatten)]
    lake: LakePlace,
}

/// Drops old days. What became of their objects stays on record, so that they do not come in again.
///
/// The files go with `vpcflow lake compact`, a week later, when nobody can be reading them any more.
#[derive(Debug, Args)]
struct ExpireArgs {
    #[command(flatten)]
    lake: LakePlace,

    /// Keep the records of this time before today (90d)
    #[arg(long, value_name = "SPAN")]
    keep: Option<humantime::Duration>,

    /// Keep the conversations, which are the history, of this time before today (400d)
    #[arg(long, value_name = "SPAN")]
    keep_conversations: Option<humantime::Duration>,

    /// Drop also what would leave the lake without a day
    #[arg(long)]
    every_day: bool,
}

/// A lake by itself.
#[derive(Debug, Args)]
struct LakePlace {
    /// The lake: a folder or s3://bucket/prefix
    #[arg(value_name = "LAKE")]
    lake: String,

    #[command(flatten)]
    limits: super::source::LimitArgs,

    #[command(flatten)]
    aws: super::aws::AwsArgs,
}

impl LakePlace {
    async fn open(&self) -> Result<(Lake, Session)> {
        let session = self.limits.session()?;
        Ok((Lake::open(Place::find(&self.lake, &self.aws.options()?).await?).await?, session))
    }
}

impl LakeArgs {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When there is no lake, or it can't be read or written.
    pub async fn run(&self) -> Result<Outcome> {
        match &self.what {
            What::Status(args) => args.run().await,
            What::Verify(args) => args.run().await,
            What::Compact(args) => args.run().await,
            What::Expire(args) => args.run().await,
        }
    }
}

impl StatusArgs {
    async fn run(&self) -> Result<Outcome> {
        let (lake, session) = self.lake.open().await?;
        let status = lake.status(&session).await?;
        let rows = status.rows()?;
        let mut writer = row_writer(self.format, Sink::stdout(Arc::new(AtomicBool::new(false))), rows.schema())?;
        writer.write(&rows)?;
        writer.finish()?;
        told(&status).iter().for_each(|line| tell(format_args!("{}", printable(line))));
        Ok(Outcome::Done)
    }
}

/// `1 day`, `2 days`.
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Gaps that are named.
const NAMED_GAPS: usize = 10;

/// What the days don't say.
fn told(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    let objects: Vec<String> = status.objects.iter().map(|(status, number)| format!("{number} {status}")).collect();
    if !objects.is_empty() {
        lines.push(format!("objects: {}", objects.join(", ")));
    }
    if let Some(first) = status.expired {
        lines.push(format!("records of days before {first} were dropped"));
    }
    let missing: i64 = status.gaps.iter().map(vpcflow::lake::Gap::slots).sum();
    if missing > 0 {
        let (slots, gaps) = (counted(missing as usize, "slot"), counted(status.gaps.len(), "gap"));
        lines.push(format!("without an object: {slots} of five minutes, in {gaps}:"));
    }
    for gap in status.gaps.iter().take(NAMED_GAPS) {
        let (from, to) = (gap.from.format("%FT%H:%MZ"), gap.to.format("%FT%H:%MZ"));
        lines.push(format!("  {} from {from} to {to}", gap.flow_log_id));
    }
    if status.gaps.len() > NAMED_GAPS {
        lines.push("  ...".to_owned());
    }
    lines
}

impl VerifyArgs {
    async fn run(&self) -> Result<Outcome> {
        let lake = Lake::open(Place::find(&self.lake, &self.source.aws.options()?).await?).await?;
        let opened = self.source.open().await?;
        let Opened { session, flows, .. } = &opened;
        let mut verified = lake.verify(session).await?;
        let account = Arc::new(Coverage::of_each_object());
        match flows {
            None => {}
            Some(Flows::Lake(_)) => bail!("a lake is no SOURCE of another; name the logs"),
            Some(Flows::Logs(listing)) => {
                let options =
                    IngestOptions { read: self.source.read_options()?, commit_bytes: INGEST_BYTES, judged_until: None };
                let reading = lake.verify_source(session, listing, &options, &account, &mut verified);
                progress::shown(&account, reading).await?;
                coverage::warn(&account.report(), std::iter::empty());
            }
        }
        let Verified { files, objects, read, new, replaced, gone, problems, named } = &verified;
        for problem in named {
            tell(format_args!("wrong: {}", printable(problem)));
        }
        if *problems > named.len() as u64 {
            tell(format_args!("... {problems} in all"));
        }
        tell_found(new, "not in the lake yet, and what the next ingest brings");
        tell_found(gone, "no longer in the source, and kept in the lake as they came in");
        let of_source = match flows {
            None => String::new(),
            Some(_) => format!(
                "; of the source's objects {read} were read again, {replaced} are replaced, {} new, and {} no longer there",
                new.number, gone.number
            ),
        };
        let wrong = match *problems {
            0 => "nothing is wrong".to_owned(),
            1 => "1 thing is wrong".to_owned(),
            problems => format!("{problems} things are wrong"),
        };
        print(&format!("{wrong}: {files} files, {objects} objects{of_source}\n"))?;
        Ok(if *problems == 0 { Outcome::Done } else { Outcome::Findings })
    }
}

/// Tells of objects of a source that are no fault.
fn tell_found(found: &Found, what: &str) {
    const SHOWN: usize = 3;
    if found.number > 0 {
        let mut named: Vec<String> = found.named.iter().take(SHOWN).map(|name| printable(name)).collect();
        if found.number > SHOWN as u64 {
            named.push("...".to_owned());
        }
        tell(format_args!("note: {what}: {}: {}", counted(found.number as usize, "object"), named.join(", ")));
    }
}

impl CompactArgs {
    async fn run(&self) -> Result<Outcome> {
        let (mut lake, session) = self.lake.open().await?;
        let done = lake.compact(&session).await?;
        let merged = match done.days {
            0 => "nothing to merge".to_owned(),
            days => format!("the {} files of {} are {} now", done.files, counted(days, "day"), done.into),
        };
        print(&format!("{merged}; removed {} that no table names\n", counted(done.removed, "file")))
    }
}

impl ExpireArgs {
    async fn run(&self) -> Result<Outcome> {
        if self.keep.is_none() && self.keep_conversations.is_none() {
            bail!("nothing to drop: give --keep 90d for records, --keep-conversations 400d, or both");
        }
        let from = |keep: Option<humantime::Duration>| -> Result<Option<NaiveDate>> {
            let Some(keep) = keep else { return Ok(None) };
            let days = TimeDelta::days((keep.as_secs() / 86_400) as i64);
            if days.num_days() == 0 {
                bail!("--keep {keep}: at least a day");
            }
            let from = Utc::now().date_naive().checked_sub_signed(days);
            Ok(Some(from.with_context(|| format!("--keep {keep}: longer than time itself"))?))
        };
        let (mut lake, _) = self.lake.open().await?;
        let (flows_from, conversations_from) = (from(self.keep)?, from(self.keep_conversations)?);
        // Both, and before the same last day: the earlier of the two decides.
        if let (Some(first), Some(last)) = (flows_from.zip(conversations_from), lake.days().last())
            && *last < first.0.min(first.1)
            && !self.every_day
        {
            bail!(
                "the last day of the lake is {last}, and days are counted back from today: no day would be left, and what is \
                 dropped does not come in again; add --every-day if that is meant"
            );
        }
        let done = lake.expire(flows_from, conversations_from).await?;
        print(&format!(
            "dropped {} of records ({}) and {} of conversations ({})\n",
            counted(done.flow_days, "day"),
            ByteSize::b(done.flows.bytes).display().si(),
            counted(done.conversation_days, "day"),
            ByteSize::b(done.conversations.bytes).display().si(),
        ))
    }
}
