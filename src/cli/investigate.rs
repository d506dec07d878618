//! `vpcflow investigate`: one page on one entity.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use vpcflow::context::{Context, ContextFiles};
use vpcflow::detect::{self, Catalogue, Choice, Judged, Question};
use vpcflow::history::History;
use vpcflow::investigate::{Entity, investigate};
use vpcflow::opened::Flows;
use vpcflow::report::{PAGE_ROWS, PageFormat, printable, write_page};

use super::context::ContextArgs;
use super::detect::{earlier_lake, warn_of_stale};
use super::output::OutputArgs;
use super::source::{SourceArgs, parse_time};
use super::{Outcome, coverage, progress, tell};

/// One page on a host, an interface or an instance: whom it talked to, what was rejected, what was found, and how that compares
/// with its earlier days.
///
/// The last argument is the entity: an address, eni-... or i-...; those before it are the SOURCE. Where hosts of several networks have
/// an address, 10.0.0.5%vpc-1 is that of one. A lake is looked at on its
/// last day, unless a period is given.
#[derive(Debug, Args)]
#[command(override_usage = "vpcflow investigate [OPTIONS] SOURCE... ENTITY")]
pub struct InvestigateArgs {
    #[command(flatten)]
    source: SourceArgs,

    /// Look at the time around this one (2026-03-11T14:00, UTC unless it has an offset)
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with_all = ["date", "since", "from", "to"])]
    around: Option<DateTime<Utc>>,

    /// How much before --around, and how much after it
    #[arg(long, value_name = "SPAN", requires = "around", default_value = "1h")]
    window: humantime::Duration,

    /// A lake whose earlier days are what these are compared with; a lake that is the SOURCE has its own
    #[arg(long, value_name = "LAKE")]
    history: Option<String>,

    /// Do not run the detections; findings that a lake keeps are told
    #[arg(long)]
    no_detect: bool,

    #[command(flatten)]
    context: ContextArgs,

    /// How the page is written; the default is by the ending of the output file, else text
    #[arg(long, value_enum)]
    format: Option<PageFormat>,

    /// Rows of a table at most; json has all
    #[arg(long, value_name = "N", default_value_t = PAGE_ROWS)]
    rows: usize,

    #[command(flatten)]
    output: OutputArgs,
}

impl InvestigateArgs {
    /// Writes the page.
    ///
    /// # Errors
    /// When the arguments, the sources or a file of context are wrong, nothing is known of the entity, or the page can't be
    /// written.
    pub async fn run(&self) -> Result<Outcome> {
        let mut source = self.source.clone();
        let entity = match source.sources.pop() {
            Some(entity) if !source.sources.is_empty() => entity.parse::<Entity>()?,
            _ => bail!("a SOURCE and an ENTITY are needed: vpcflow investigate SOURCE 10.0.0.5"),
        };
        if let Some(around) = self.around {
            let window = TimeDelta::from_std(*self.window).context("--window: longer than time itself")?;
            (source.from, source.to) = (around.checked_sub_signed(window), around.checked_add_signed(window));
        }
        let (options, aws) = (self.context.options(), source.aws.options()?);
        self.output.check_spares(options.files())?;
        let files = ContextFiles::fetch(options.files(), &aws).await?;
        let context = Context::load(&options, &files)?;
        drop(files);
        for warning in context.warnings() {
            tell(format_args!("warning: {}", printable(&warning)));
        }
        let opened = source.open_last_day().await?;
        let Some(flows) = &opened.flows else { bail!("no SOURCE was given") };
        let lake = earlier_lake(self.history.as_deref(), flows, &source.aws).await?;
        let closed = Arc::new(AtomicBool::new(false));
        let (sink, pending) = self.output.open(&opened, aws, Arc::clone(&closed)).await?;
        let found = match self.no_detect {
            true => None,
            false => {
                let catalogue = Catalogue::load(&Choice::default()).await?;
                let history = lake.as_ref().map_or_else(History::default, |lake| lake.history());
                let question = Question {
                    catalogue: &catalogue,
                    context: &context,
                    history: &history,
                    judged: Judged::All,
                    from: opened.selection.from,
                    has_panels: false,
                };
                let running = detect::run(&opened.session, flows.flow_schema(), flows.coverage(), &question);
                Some(progress::shown(flows.coverage(), running).await?)
            }
        };
        if let Some(lake) = &lake {
            warn_of_stale(lake);
        }
        if let Some(skipped) = found.as_ref().map(|outcome| &outcome.skipped).filter(|skipped| !skipped.is_empty()) {
            let ids: Vec<&str> = skipped.iter().map(|skipped| skipped.detection.as_str()).collect();
            tell(format_args!("note: skipped {}; vpcflow detect tells why", ids.join(", ")));
        }
        let found = found.as_ref().map(|outcome| outcome.findings.as_slice());
        let running = investigate(&opened.session, &entity, &context, lake.as_ref(), found);
        let mut page = progress::shown(flows.coverage(), running).await?;
        if let Flows::Lake(of_lake) = flows
            && let Some(told) = of_lake.gone()
        {
            page.facts.push(("records".to_owned(), format!("those {told}")));
        }
        let report = opened.coverage();
        coverage::warn(&report, options.files());
        let of_file = self.output.path().and_then(PageFormat::of_file);
        let format = self.format.or(of_file).unwrap_or(PageFormat::Text);
        let written = write_page(format, &page, self.rows, sink);
        // Whoever closes the pipe has seen enough: no error.
        if !closed.load(Ordering::Relaxed) {
            written.with_context(|| self.output.place())?;
            pending.keep().await.with_context(|| self.output.place())?;
        }
        Ok(if report.is_partial() { Outcome::Partial } else { Outcome::Done })
    }
}
