//! Asking: every detection of the tables of one day, as many at a time as there are threads.
//!
//! A detection's query runs on one thread while there are others to run beside it: what a query of many threads spends on
//! handing rows from one to the next is saved.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, exec_datafusion_err};
use datafusion::logical_expr::{ident, when};
use datafusion::prelude::{DataFrame, col, lit};
use futures::stream::{self, StreamExt};

use super::detection::{DetectError, Detection};
use super::finding::{Finding, Severity};
use super::records::FlowColumns;
use super::rows::Row;
use super::shared::Prepared;
use crate::conversation::TABLES;
use crate::conversation::hosts::Hosts;
use crate::limits::{DAY_SECONDS, DETECTIONS_AT_ONCE, FINDINGS_OF_A_DETECTION};
use crate::session::Session;

/// What a detection found, and how long it took by the clock, others beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) findings: Vec<Finding>,
    pub(super) took: Duration,
    /// Why it could not be asked.
    pub(super) failure: Option<String>,
}

/// Asks all detections; the answers are in their order. One whose query fails does not take away what others found.
///
/// # Errors
/// When the session can't be cut for them.
pub(super) async fn ask(
    session: &Session,
    detections: &[Detection],
    flows: &FlowColumns,
    hosts: &Arc<Hosts>,
) -> Result<Vec<Answer>, DetectError> {
    let (flows, hosts) = (flows.clone(), Arc::clone(hosts));
    // The longest first: who is last to be asked has nobody beside it.
    let mut order: Vec<_> = detections.iter().cloned().enumerate().collect();
    order.sort_by_key(|(_, detection)| Reverse(detection.file.sql.len()));
    let asked = side_by_side(session, order.clone(), move |session, (_, detection)| {
        let (flows, hosts) = (flows.clone(), Arc::clone(&hosts));
        async move { find(&session, &detection, &flows, &hosts).await }
    });
    let mut answers = vec![Answer::default(); detections.len()];
    for ((index, _), answer) in order.into_iter().zip(asked.await?) {
        answers[index] = answer.unwrap_or_else(|error| Answer { failure: Some(why(&error)), ..Answer::default() });
    }
    Ok(answers)
}

/// Asks about each of `all`, as many at a time as there are threads, each on its share of them. The answers are in their
/// order.
///
/// # Errors
/// When the session can't be cut for them.
pub(super) async fn side_by_side<T, R, F>(
    session: &Session,
    all: Vec<T>,
    ask: impl Fn(Session, T) -> F,
) -> Result<Vec<Result<R, DataFusionError>>, DataFusionError>
where
    T: Clone,
    R: Send + 'static,
    F: Future<Output = Result<R, DataFusionError>> + Send + 'static,
{
    let threads = session.threads();
    let at_once = threads.min(DETECTIONS_AT_ONCE).min(all.len()).max(1);
    let narrow = session.for_steps(threads / at_once)?;
    let asked = all.iter().cloned().enumerate().map(|(index, one)| {
        let asked = SpawnedTask::spawn(ask(narrow.clone(), one));
        async move { (index, asked.join().await) }
    });
    let mut asked: Vec<_> = stream::iter(asked).buffer_unordered(at_once).collect().await;
    asked.sort_unstable_by_key(|(index, _)| *index);
    let mut answers = Vec::new();
    for (one, (_, answer)) in all.into_iter().zip(asked) {
        answers.push(match answer.map_err(|error| exec_datafusion_err!("it stopped: {error}")).flatten() {
            // What memory did not hold beside others it may hold alone.
            Err(error) if is_exhausted(&error) => ask(session.for_steps(1)?, one).await,
            answer => answer,
        });
    }
    Ok(answers)
}

fn why(error: &DataFusionError) -> String {
    if is_exhausted(error) {
        return "it needs more than --memory-limit leaves; raise it".to_owned();
    }
    // Without the names of the steps around it.
    let text = error.strip_backtrace();
    let text = text.rsplit("\ncaused by\n").next().unwrap_or(&text);
    let remedy = crate::temporary::remedy(text).map_or(String::new(), |remedy| format!(": {remedy}"));
    format!("it failed: {}{remedy}", text.strip_prefix("Execution error: ").unwrap_or(text))
}

fn is_exhausted(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

async fn find(
    session: &Session,
    detection: &Detection,
    flows: &FlowColumns,
    hosts: &Hosts,
) -> Result<Answer, DataFusionError> {
    let begun = Instant::now();
    let Prepared { frame, kept } = detection.prepare(session).await?;
    let batches = worst_first(frame)?.limit(0, Some(FINDINGS_OF_A_DETECTION + 1))?.collect().await?;
    drop(kept);
    let findings = batches
        .iter()
        .flat_map(Row::all)
        .map(|row| Finding::read(detection, flows, &row, hosts))
        .collect::<Result<_, _>>();
    Ok(Answer { findings: findings?, took: begun.elapsed(), failure: None })
}

/// The findings in an order that does not change from run to run: of too many, the worst are told.
fn worst_first(frame: DataFrame) -> Result<DataFrame, DataFusionError> {
    let is = |severity: Severity| ident("severity").eq(lit(severity.to_string()));
    let mut rank = when(is(Severity::Critical), lit(Severity::Critical as i32));
    for severity in [Severity::High, Severity::Medium, Severity::Low] {
        rank = rank.when(is(severity), lit(severity as i32));
    }
    let mut order = vec![rank.otherwise(lit(Severity::Info as i32))?.sort(false, false)];
    let names = ["window_start", "actor", "target", "port", "description"];
    let present = names.into_iter().filter(|name| frame.schema().has_column_with_unqualified_name(name));
    order.extend(present.map(|name| ident(name).sort(true, false)));
    frame.sort(order)
}

/// The tables day by day (UTC).
pub(super) struct Days<'a> {
    session: &'a Session,
    /// In days since 1970; none where all is judged as one.
    days: &'a [i64],
}

impl<'a> Days<'a> {
    /// Puts the whole tables aside, unless all is one.
    pub(super) fn begin(session: &'a Session, days: &'a [i64]) -> Result<Self, DataFusionError> {
        let days = Days { session, days };
        if !days.are_one() {
            days.rename(|name| (name.to_owned(), format!("all_{name}")))?;
        }
        Ok(days)
    }

    fn are_one(&self) -> bool {
        self.days.is_empty()
    }

    /// Leaves the rows of one day in the tables.
    pub(super) async fn choose(&self, day: i64) -> Result<(), DataFusionError> {
        let context = self.session.context();
        for name in TABLES {
            let all = format!("all_{name}");
            if !context.table_exist(&*all)? {
                continue;
            }
            let of_day = col("bucket").between(lit(day * DAY_SECONDS), lit((day + 1) * DAY_SECONDS - 1));
            let view = context.table(all).await?.filter(of_day)?.into_view();
            context.deregister_table(name)?;
            context.register_table(name, view)?;
        }
        Ok(())
    }

    /// Puts the whole tables back.
    pub(super) fn end(self) -> Result<(), DataFusionError> {
        if self.are_one() {
            return Ok(());
        }
        self.rename(|name| (format!("all_{name}"), name.to_owned()))
    }

    fn rename(&self, names: impl Fn(&str) -> (String, String)) -> Result<(), DataFusionError> {
        let context = self.session.context();
        for name in TABLES {
            let (from, to) = names(name);
            context.deregister_table(&*to)?;
            if let Some(table) = context.deregister_table(&*from)? {
                context.register_table(&*to, table)?;
            }
        }
        Ok(())
    }
}
