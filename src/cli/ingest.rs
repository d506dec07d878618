//! `vpcflow ingest`: flow logs into a lake.

mod queue;

use std::sync::Arc;

use anyhow::{Result, bail};
use bytesize::ByteSize;
use clap::Args;
use vpcflow::context::{Context, ContextFiles};
use vpcflow::conversation::Wanted;
use vpcflow::lake::{self, IngestOptions, Ingested, Lake, Place};
use vpcflow::limits::{INGEST_BYTES, WATCH_PERIOD};
use vpcflow::opened::Flows;
use vpcflow::report::printable;
use vpcflow::scan::{Coverage, CoverageReport, FlowTable};
use vpcflow::session::Session;
use vpcflow::store::Sources;

use super::context::OwnArgs;
use super::source::SourceArgs;
use super::{Outcome, coverage, message, print, progress, tell};

/// Keeps flow logs in a lake: sorted, compressed, and read many times as fast.
///
/// A lake is a folder or a prefix of a bucket with tables of Delta Lake. Run it again for what is new or late: each object
/// comes in once, whole, one that was replaced under its name replaces what the lake had of it, and one whose content the lake has
/// under another name, as in a copy of a folder, stays out. --date, --since and their
/// like choose objects by their names, not records.
#[derive(Debug, Args)]
#[command(mut_arg("date", |arg| arg.help("Bring the objects that may have records of this day, UTC (2026-03-11)")))]
#[command(mut_arg("since", |arg| arg.help("Bring the objects that may have records of this time before now (24h, 7days)")))]
#[command(mut_arg("from", |arg| arg.help("Bring the objects that may have records of this time or later (2026-03-11T14:00)")))]
#[command(mut_arg("to", |arg| arg.long("until").help("Bring the objects that may have records of before this time")))]
pub struct IngestArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// The lake: a folder or s3://bucket/prefix, which is made where there is none
    #[arg(id = "lake", long = "to", value_name = "LAKE")]
    lake: String,

    /// Go on: look for new objects again and again, until Ctrl-C; with --since 2d among those of the last two days
    #[arg(long, conflicts_with_all = ["date", "from", "to"])]
    watch: bool,

    /// Take what is new from this queue of SQS, in which S3 tells of new objects, and look at the SOURCE only at the start and
    /// once a day; without --watch take what the queue has, and end
    ///
    /// The region is that of the URL; --endpoint-url and AWS_ENDPOINT_URL_SQS name another server. The queue's policy, or yours,
    /// allows sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility.
    #[arg(long, value_name = "URL", conflicts_with_all = ["date", "from", "to", "no_sign_request"])]
    queue: Option<String>,

    /// How long to wait between two looks; with --queue how long at most to gather messages for a commit
    #[arg(long, value_name = "SPAN", requires = "watch", default_value_t = WATCH_PERIOD.into(), value_parser = parse_pause)]
    every: humantime::Duration,

    #[command(flatten)]
    own: OwnArgs,

    /// Bytes of objects, as stored, that come in with one commit: what an ingest that is killed has to read again
    #[arg(long, value_name = "SIZE", default_value_t = ByteSize::b(INGEST_BYTES), help_heading = "Limits")]
    commit_size: ByteSize,
}

impl IngestArgs {
    /// Brings what is new into the lake.
    ///
    /// # Errors
    /// When the sources or the lake are wrong, or the lake can't be written to; while watching, at the first look only.
    pub async fn run(&self) -> Result<Outcome> {
        if self.source.sources.iter().any(|source| source == "-") {
            bail!("standard input has no name by which the lake could know it again; write it to a file");
        }
        if let Some(url) = &self.queue {
            return queue::Notified::open(self, url).await?.run().await;
        }
        let mut is_first = true;
        loop {
            match self.look().await {
                Ok((ingested, report)) => {
                    let is_news = ingested.objects > 0 || ingested.copies > 0 || report.failed > 0;
                    if is_first || is_news {
                        coverage::warn(&report, std::iter::empty());
                        tell_copies(&ingested);
                        print(&told(&ingested))?;
                    }
                    if !self.watch {
                        return Ok(if report.is_partial() { Outcome::Partial } else { Outcome::Done });
                    }
                }
                // What is wrong with the command line is so at once; what fails later may pass.
                Err(error) if is_first => return Err(error),
                Err(error) => tell(format_args!("warning: {}; another look in {}", message(&error), self.every)),
            }
            is_first = false;
            tokio::time::sleep(*self.every).await;
        }
    }

    /// Looks for what is new, once.
    async fn look(&self) -> Result<(Ingested, CoverageReport)> {
        // What is wrong with a file of context is told before anything is read.
        let wanted = self.wanted().await?;
        let place = Place::find(&self.lake, &self.source.aws.options()?).await?;
        let opened = self.source.open().await?;
        let flows = match &opened.flows {
            Some(Flows::Logs(flows)) => flows,
            Some(Flows::Lake(_)) => bail!("a lake is no SOURCE of another; name the logs"),
            None => bail!("no SOURCE was given: vpcflow ingest SOURCE --to LAKE"),
        };
        self.check_place(&place, flows.sources())?;
        self.bring(place, flows, &opened.session, &wanted).await
    }

    fn check_place(&self, place: &Place, sources: &Sources) -> Result<()> {
        if place.is_under(sources) {
            bail!(
                "{}: lies under a SOURCE, and would be read as logs the next time; put the lake elsewhere",
                self.lake
            );
        }
        Ok(())
    }

    async fn bring(
        &self,
        place: Place,
        flows: &FlowTable,
        session: &Session,
        wanted: &Wanted,
    ) -> Result<(Ingested, CoverageReport)> {
        let mut lake = Lake::open_or_create(place, flows).await?;
        let account = Arc::new(Coverage::of_each_object());
        let options = self.options()?;
        let ingesting = lake::ingest(&mut lake, session, flows, &options, &account);
        let ingested = progress::shown(&account, ingesting).await?;
        lake.refresh(session, wanted).await?;
        Ok((ingested, account.report()))
    }

    fn options(&self) -> Result<IngestOptions> {
        let (read, commit_bytes) = (self.source.read_options()?, self.commit_size.as_u64());
        Ok(IngestOptions { read, commit_bytes, judged_until: None })
    }

    /// How days are rolled up.
    async fn wanted(&self) -> Result<Wanted> {
        let options = self.own.options();
        let files = ContextFiles::fetch(options.files(), &self.source.aws.options()?).await?;
        Ok(Wanted::for_lake(&Context::load(&options, &files)?))
    }
}

/// A pause between two looks; without one the machine would do nothing else.
fn parse_pause(text: &str) -> Result<humantime::Duration, String> {
    let pause: humantime::Duration = text.parse().map_err(|_| "a time span is written 60s or 5m".to_owned())?;
    if pause.as_millis() < 100 {
        return Err("100ms at least".to_owned());
    }
    Ok(pause)
}

/// Tells that objects were left out whose records the lake has.
fn tell_copies(ingested: &Ingested) {
    if let Some((copy, of)) = &ingested.first_copy {
        let others = match ingested.copies {
            1 => "it was left out".to_owned(),
            copies => format!("it was left out, and {} others that are copies", copies - 1),
        };
        tell(format_args!("note: {} has the content of {}: {others}", printable(copy), printable(of)));
    }
}

/// What came in, in a sentence or two.
fn told(ingested: &Ingested) -> String {
    let Ingested { listed, known, expired, copies, objects, replaced, records, bytes, files, files_bytes, .. } =
        ingested;
    let mut others = String::new();
    if *objects > 0 && *known > 0 {
        others += &format!("; it had {known} others");
    }
    if *copies > 0 {
        others += &format!("; {copies} have the content of others, and stay out");
    }
    if *expired > 0 {
        others += &format!("; {expired} are of days that were dropped, and stay out");
    }
    if *objects == 0 {
        return format!("nothing new: the lake has {known} of {listed} objects{others}\n");
    }
    let of_replaced = match replaced {
        0 => String::new(),
        replaced => format!(" ({replaced} of them in place of what it had under their names)"),
    };
    format!(
        "{records} records of {objects} objects{of_replaced}, {}, came in as {}, in {files} files{others}\n",
        ByteSize::b(*bytes).display().si(),
        ByteSize::b(*files_bytes).display().si(),
    )
}
