//! Plans that can be stopped.
//!
//! A task is stopped where it yields. DataFusion 55.2 yields where batches come from a source; a join makes any number of
//! batches of one, and a cross join of two large tables would go on for minutes after nobody waits for it.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;

/// Operators that give more batches than they take.
const GROWING: [&str; 6] = [
    "CrossJoinExec",
    "HashJoinExec",
    "NestedLoopJoinExec",
    "PiecewiseMergeJoinExec",
    "SortMergeJoinExec",
    "UnnestExec",
];

/// The same plan, which also yields where a join or a list makes many rows of few.
///
/// # Errors
/// The engine's.
pub fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let yielding = |node: Arc<dyn ExecutionPlan>| match GROWING.contains(&node.name()) {
        true => Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>)),
        false => Ok(Transformed::no(node)),
    };
    plan.transform_up(yielding).data()
}
