//! A statement on its way: planned and run on a task of its own, watched, and stopped where the user wants it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::physical_plan::execute_stream;
use futures::StreamExt;
use vpcflow::limits::{SHELL_CANCEL, SHELL_KEPT_BYTES, SHELL_KEPT_ROWS, SHELL_SHOWN_TOGETHER};
use vpcflow::opened::{FOUND, lacking, yielding};
use vpcflow::report::{RowFormat, RowWriter, Rows, Sink, row_writer};
use vpcflow::scan::{CoverageReport, Spent};

use super::Shell;
use super::describe::NOTHING_FOUND;
use super::settings::Expanded;
use super::show::{self, Screen, Showing};
use crate::cli::output::{OutputArgs, Pending};
use crate::cli::question::{Question, is_without};
use crate::cli::ready::Ready;
use crate::cli::{coverage, progress, tell};

/// What came of it.
pub struct Answer {
    /// The rows, or the first of them.
    pub rows: Rows,
    /// How many there are.
    pub all_rows: usize,
    took: Duration,
    /// What it had nothing to answer from.
    lacking: BTreeSet<String>,
}

impl Shell {
    /// Asks, and shows the answer.
    ///
    /// # Errors
    /// When the statement is wrong or fails, it was cancelled, or its result can't be written.
    pub async fn ask(&mut self, question: Question) -> Result<()> {
        let asked = self.ask_as_is(&question).await;
        match (asked, self.sources.at_hand()) {
            (Err(error), _) if is_without(&error.to_string(), FOUND) => {
                bail!("{NOTHING_FOUND}")
            }
            (Err(error), Some(ready)) => Err(question.explained(error, &ready.opened, "shell").await),
            (asked, _) => asked,
        }
    }

    async fn ask_as_is(&mut self, question: &Question) -> Result<()> {
        let ready = self.ready().await?;
        let closed = Arc::new(AtomicBool::new(false));
        let file = self.output.take();
        let output = file.as_ref().map(|path| OutputArgs::to(path.clone())).unwrap_or_default();
        let format = self.format_of(file.as_ref())?;
        let screen = Screen::of_stdout().filter(|_| file.is_none());
        // What people read at a terminal is shown when it is complete; the rest is written as it comes.
        let is_shown = file.is_none()
            && format == RowFormat::Table
            && (screen.is_some() || self.settings.expanded == Expanded::On || self.settings.human);
        let writer = match is_shown {
            true => None,
            false => {
                let (sink, pending) =
                    output.open(&ready.opened, self.sources.args().aws.options()?, Arc::clone(&closed)).await?;
                if format == RowFormat::Parquet && sink.is_terminal() {
                    bail!("Parquet is not for a terminal; name a file with \\o FILE");
                }
                Some(Writing { format, sink, pending, place: output.place() })
            }
        };
        let kept =
            if screen.is_some() { self.settings.rows.unwrap_or(usize::MAX).max(SHELL_KEPT_ROWS) } else { usize::MAX };
        let report = ready.opened.flows.as_ref().map(|flows| Arc::clone(flows.coverage()));
        report.iter().for_each(|report| drop(report.take()));
        let task = self.workers.spawn(answer(ready.clone(), question.clone(), kept, writer)).await?;
        let done = self
            .interrupts
            .unless_task(task, async |task| match &report {
                Some(report) => progress::shown_as(report, "answering", task).await,
                None => task.await,
            })
            .await;
        let read = report.as_ref().map(|report| report.report()).unwrap_or_default();
        let spent = report.as_ref().map(|report| report.spent()).unwrap_or_default();
        // Whoever closes the pipe has seen enough: no error.
        if closed.load(Ordering::Relaxed) {
            self.is_closed = true;
            return Ok(());
        }
        let answer = done?;
        self.warn(&read);
        for lacking in &answer.lacking {
            tell(format_args!("note: {lacking}"));
        }
        self.see(&answer.rows);
        if is_shown {
            self.show(&answer, screen).await?;
        } else if let Some(file) = &file {
            self.say(&format!("{} in {}", counted(answer.all_rows, "row"), file.display()));
        }
        self.tell_costs(&answer, &Costs { read, spent, threads: ready.opened.session.threads() });
        self.last = Some(answer.rows);
        Ok(())
    }

    /// Warns of what the reader of a result should know; once, and not below every statement.
    pub(super) fn warn(&mut self, read: &CoverageReport) {
        self.is_partial |= read.is_partial();
        let known = (read.failed_objects.clone(), read.not_flow_log_objects.clone(), read.samples.clone());
        if self.warned.as_ref() == Some(&known) && read.missing.is_empty() && read.notes.is_empty() {
            return;
        }
        coverage::warn(read, self.sources.context().files());
        // A statement that reads no flows leaves what was warned of as it was.
        if known != Default::default() {
            self.warned = Some(known);
        }
    }

    fn format_of(&self, file: Option<&PathBuf>) -> Result<RowFormat> {
        match file {
            None => Ok(self.settings.format),
            Some(file) => match file.to_str().and_then(RowFormat::of_file) {
                Some(format) => Ok(format),
                None => bail!("{}: the ending names no format; write .csv, .json, .parquet or .md", file.display()),
            },
        }
    }

    /// Shows the rows, a part of them at a time where there are many, until Ctrl-C.
    async fn show(&mut self, answer: &Answer, screen: Option<Screen>) -> Result<()> {
        let most = self.settings.rows.filter(|_| screen.is_some()).unwrap_or(usize::MAX);
        let shown = answer.rows.first(most);
        let mut below = Vec::new();
        if shown.len() < answer.all_rows {
            let left = counted(answer.all_rows - shown.len(), "row");
            below.push(match self.settings.rows {
                Some(most) => format!(
                    "... and {left} more; \\rows {} shows more of them, \\o FILE writes all",
                    most.saturating_mul(10)
                ),
                None => format!("... and {left} more than are kept; \\o FILE writes all"),
            });
        }
        if screen.is_none() {
            below.push(counted(answer.all_rows, "row"));
        }
        let showing = Arc::new(Showing::default());
        let (settings, to) = (self.settings.clone(), Arc::clone(&showing));
        let mut printing = tokio::task::spawn_blocking(move || {
            // A pager has them all at once, and so does a file, to be aligned.
            let is_whole = settings.pager || screen.is_none() || shown.len() <= SHELL_SHOWN_TOGETHER;
            let together = if is_whole { shown.len().max(1) } else { SHELL_SHOWN_TOGETHER };
            for first in (0..shown.len().max(1)).step_by(together) {
                let mut lines = show::lines(&shown.part(first, together), &settings, screen)?;
                if first + together >= shown.len() {
                    lines.append(&mut below);
                }
                show::print_some(&lines, &settings, screen, &to)?;
                if to.is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
            anyhow::Ok(())
        });
        loop {
            match self.interrupts.unless(&mut printing).await {
                Ok(printed) => return printed.context("the result could not be shown")?,
                // A pager heard it, too, and makes of it what it likes.
                Err(_) if showing.is_paged.load(Ordering::Relaxed) => {}
                Err(cancelled) => {
                    showing.is_over.store(true, Ordering::Relaxed);
                    let _ = tokio::time::timeout(SHELL_CANCEL, printing).await;
                    return Err(cancelled);
                }
            }
        }
    }

    /// Tells what an answer took: at a terminal always in a line, with `\timing` in full.
    fn tell_costs(&self, answer: &Answer, costs: &Costs) {
        let read = &costs.read;
        let mut line = format!("{} in {}", counted(answer.all_rows, "row"), seconds(answer.took));
        if read.objects > 0 {
            line += &format!(
                "; read {}, {}, {}",
                counted(read.objects as usize, "object"),
                vpcflow::report::told_bytes(read.bytes),
                counted(read.records as usize, "record")
            );
        }
        if read.failed > 0 {
            line += &format!("; {} could not be read", counted(read.failed as usize, "object"));
        }
        if self.is_interactive {
            self.say(&line);
        }
        if self.settings.timing {
            // Threads read at the same time: what they took is told as if each had its share.
            let share = |of_all: Duration| of_all / costs.threads.max(1) as u32;
            let Spent { listing, fetching, decoding } = costs.spent;
            let (fetching, decoding) = (share(fetching), share(decoding));
            let executing = answer.took.saturating_sub(listing + fetching + decoding);
            self.say(&format!(
                "list {}, fetch {}, scan {}, execute {}",
                seconds(listing),
                seconds(fetching),
                seconds(decoding),
                seconds(executing)
            ));
        }
    }
}

/// What was read for an answer.
struct Costs {
    read: CoverageReport,
    spent: Spent,
    threads: usize,
}

/// Where rows go while they come.
struct Writing {
    format: RowFormat,
    sink: Sink,
    pending: Pending,
    place: String,
}

async fn answer(ready: Ready, question: Question, kept: usize, writing: Option<Writing>) -> Result<Answer> {
    let begun = Instant::now();
    let Ready { opened, context } = ready;
    let frame = question.plan(&opened, &context).await?;
    let lacking = lacking(frame.logical_plan(), &context)?;
    let task = Arc::new(frame.task_ctx());
    let plan = yielding(frame.create_physical_plan().await?)?;
    let mut batches = execute_stream(plan, task)?;
    let mut keeping = Keeping { schema: batches.schema(), batches: Vec::new(), rows: 0, bytes: 0, most: kept };
    let mut all_rows = 0;
    let mut writer: Option<(Box<dyn RowWriter>, Pending, String)> = None;
    if let Some(Writing { format, sink, pending, place }) = writing {
        writer = Some((row_writer(format, sink, batches.schema()).with_context(|| place.clone())?, pending, place));
    }
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        all_rows += batch.num_rows();
        if let Some((writer, _, place)) = &mut writer {
            writer.write(&batch).with_context(|| place.clone())?;
        }
        keeping.keep(&batch)?;
    }
    if let Some((writer, pending, place)) = writer {
        writer.finish().with_context(|| place.clone())?;
        pending.keep().await.with_context(|| place)?;
    }
    let rows = Rows { schema: keeping.schema, batches: keeping.batches };
    Ok(Answer { rows, all_rows, took: begun.elapsed(), lacking })
}

/// The first rows of a result, as far as there is room.
struct Keeping {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    most: usize,
}

impl Keeping {
    fn keep(&mut self, batch: &RecordBatch) -> Result<()> {
        let wanted = self.most.saturating_sub(self.rows).min(batch.num_rows());
        if wanted == 0 || self.bytes > SHELL_KEPT_BYTES {
            return Ok(());
        }
        // Text points into whole objects, which would stay in memory for it.
        let columns = batch.slice(0, wanted).columns().iter().map(compact).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(wanted));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.rows += wanted;
        self.bytes += batch.get_array_memory_size();
        self.batches.push(batch);
        Ok(())
    }
}

fn compact(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()),
        _ => Arc::clone(column),
    }
}

/// `1 row`, `1,234 rows`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", indicatif::HumanCount(number as u64), if number == 1 { "" } else { "s" })
}

/// A span in seconds.
pub fn seconds(span: Duration) -> String {
    format!("{:.3} s", span.as_secs_f64())
}
