//! Plans that can be stopped, and whose joins hold no more than they may.
//!
//! A task is stopped where it yields. DataFusion 55.2 yields where batches come from a source; a join makes any number of
//! batches of one, and a cross join of two large tables would go on for minutes after nobody waits for it. A nested loop
//! that finds nothing gives no batch at all while it compares one with a whole table: it gets its rows a few at a time. So
//! does a hash join, in which all rows of a batch may be equal to all of the other side: as many as it is done with soon.
//!
//! What such a join holds of one side is counted by its columns; rows of which no column is wanted would cost nothing, and
//! `SELECT count(*) FROM flows a, flows b, flows c` holds the batches of a times b.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties, replace_children_if_necessary,
};
use futures::{Stream, StreamExt};

use crate::limits::{BATCH_OVERHEAD_BYTES, BATCH_ROWS, JOINED_FIRST, JOINED_PAIRS, JOINED_TIME};

/// Operators that give more batches than they take.
const GROWING: [&str; 6] = [
    "CrossJoinExec",
    "HashJoinExec",
    "NestedLoopJoinExec",
    "PiecewiseMergeJoinExec",
    "SortMergeJoinExec",
    "UnnestExec",
];

/// Those that hold all rows of their left side, whether these have columns or not.
const HOLDING: [&str; 2] = ["CrossJoinExec", "NestedLoopJoinExec"];

/// The same plan, which also yields where a join or a list makes many rows of few, or compares many, and in which rows
/// without columns count.
///
/// # Errors
/// The engine's.
pub fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|node| match GROWING.contains(&node.name()) {
        true => {
            let node = match node.name() {
                name if HOLDING.contains(&name) => watched(node)?,
                "HashJoinExec" => probed(node)?,
                _ => node,
            };
            Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>))
        }
        false => Ok(Transformed::no(node)),
    })
    .data()
}

/// A join whose left side is counted, and whose right side comes in pieces that suit that count.
fn watched(join: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let held = Arc::new(AtomicUsize::new(0));
    let compares = join.name() == "NestedLoopJoinExec";
    let sides = join.children();
    let [left, right] = sides.as_slice() else { return Ok(join) };
    let counted = Side { input: Arc::clone(left), held: Arc::clone(&held), role: Role::Held };
    let right = match compares {
        true => Arc::new(Side { input: Arc::clone(right), held, role: Role::Compared }) as Arc<dyn ExecutionPlan>,
        false => Arc::clone(right),
    };
    replace_children_if_necessary(Arc::clone(&join), vec![Arc::new(counted), right])
}

/// A join whose right side comes in pieces that it is done with soon.
fn probed(join: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let sides = join.children();
    let [left, right] = sides.as_slice() else { return Ok(join) };
    let right = Side { input: Arc::clone(right), held: Arc::default(), role: Role::Probed };
    let sides = vec![Arc::clone(left), Arc::new(right) as Arc<dyn ExecutionPlan>];
    replace_children_if_necessary(Arc::clone(&join), sides)
}

/// One side of a join.
#[derive(Debug)]
struct Side {
    input: Arc<dyn ExecutionPlan>,
    /// Rows that the left side has had.
    held: Arc<AtomicUsize>,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is held as a whole.
    Held,
    /// Each of its rows is compared with all that are held.
    Compared,
    /// Each of its rows is looked up, and may be equal to any number of them.
    Probed,
}

impl DisplayAs for Side {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for Side {
    fn name(&self) -> &str {
        match self.role {
            Role::Held => "HeldSideExec",
            Role::Compared => "ComparedSideExec",
            Role::Probed => "ProbedSideExec",
        }
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop().filter(|_| children.is_empty()) else {
            return internal_err!("a side of a join is of one plan");
        };
        Ok(Arc::new(Side { input, held: Arc::clone(&self.held), role: self.role }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let reservation = MemoryConsumer::new("rows of a join").register(context.memory_pool());
        let input = self.input.execute(partition, context)?;
        let schema = input.schema();
        let held = Arc::clone(&self.held);
        Ok(match self.role {
            Role::Held => Box::pin(Held { input, schema, held, reservation }),
            Role::Compared => Box::pin(Pieces { input, schema, pace: Pace::Held(held), batch: None, is_next: false }),
            Role::Probed => {
                let pace = Pace::Timed { rows: JOINED_FIRST, given: None };
                Box::pin(Pieces { input, schema, pace, batch: None, is_next: false })
            }
        })
    }
}

/// Counts the batches and rows that are held.
struct Held {
    input: SendableRecordBatchStream,
    schema: SchemaRef,
    held: Arc<AtomicUsize>,
    reservation: MemoryReservation,
}

impl Stream for Held {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(batch) = ready!(self.input.poll_next_unpin(context)) else { return Poll::Ready(None) };
        let batch = batch?;
        self.reservation.try_grow(BATCH_OVERHEAD_BYTES)?;
        self.held.fetch_add(batch.num_rows(), Ordering::Relaxed);
        Poll::Ready(Some(Ok(batch)))
    }
}

impl RecordBatchStream for Held {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Gives as many rows at a time as are compared soon, and yields in between.
struct Pieces {
    input: SendableRecordBatchStream,
    schema: SchemaRef,
    pace: Pace,
    /// What is left of a batch.
    batch: Option<RecordBatch>,
    /// Whether others had the thread since the last piece.
    is_next: bool,
}

/// How many rows are given at a time.
enum Pace {
    /// By the rows that each is compared with.
    Held(Arc<AtomicUsize>),
    /// By the time that the last ones took, since they were given.
    Timed { rows: usize, given: Option<Instant> },
}

impl Pace {
    /// The join asks for more: it is done with what it was given.
    fn asked(&mut self) {
        if let Pace::Timed { rows, given } = self
            && let Some(given) = given.take()
        {
            *rows = match given.elapsed() > JOINED_TIME {
                true => (*rows / 4).max(1),
                false => (*rows * 2).min(BATCH_ROWS),
            };
        }
    }

    /// How many are given now.
    fn give(&mut self) -> usize {
        match self {
            Pace::Held(held) => (JOINED_PAIRS / held.load(Ordering::Relaxed).max(1)).max(1),
            Pace::Timed { rows, given } => {
                *given = Some(Instant::now());
                *rows
            }
        }
    }
}

impl Stream for Pieces {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pace.asked();
        let batch = match self.batch.take() {
            Some(batch) => batch,
            None => match ready!(self.input.poll_next_unpin(context)) {
                Some(Ok(batch)) => batch,
                end => return Poll::Ready(end),
            },
        };
        if !std::mem::replace(&mut self.is_next, false) && batch.num_rows() > 0 {
            self.is_next = true;
            self.batch = Some(batch);
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let rows = self.pace.give();
        if batch.num_rows() <= rows {
            return Poll::Ready(Some(Ok(batch)));
        }
        self.batch = Some(batch.slice(rows, batch.num_rows() - rows));
        Poll::Ready(Some(Ok(batch.slice(0, rows))))
    }
}

impl RecordBatchStream for Pieces {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;
    use datafusion::physical_plan::execute_stream;

    use super::*;
    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn a_join_of_rows_that_are_all_equal_lets_go_again_and_again() {
        let options = SessionOptions { threads: 1, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let alike = "(SELECT 7 AS k, unnest(range(0, 4000)) AS v)";
        let sql = format!("SELECT count(*) FROM {alike} AS a JOIN {alike} AS b ON a.k = b.k AND a.v + b.v = 7000");
        let frame = session.sql(&sql).await.expect("SQL");
        let task = Arc::new(frame.task_ctx());
        let plan = yielding(frame.create_physical_plan().await.expect("a plan")).expect("a plan");
        let mut rows = execute_stream(plan, task).expect("rows");
        let (mut left, mut context) = (0, Context::from_waker(Waker::noop()));
        let batch = loop {
            match rows.poll_next_unpin(&mut context) {
                Poll::Pending => {
                    left += 1;
                    // What runs on other tasks gets on.
                    tokio::task::yield_now().await;
                }
                Poll::Ready(batch) => break batch.expect("a row").expect("a row"),
            }
        };
        assert_eq!(batch.column(0).as_primitive::<Int64Type>().value(0), 999);
        // 64, 128, 256 ... rows at a time.
        assert!(left >= 6, "{left}");
    }
}
