//! Rules of the engine's optimiser, where they must be kept from losing rows.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::{JoinType, LogicalPlan};
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};

/// The engine's rules, of which one is [`OfOneEquality`].
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mended = |rule: Arc<dyn OptimizerRule + Send + Sync>| -> Arc<dyn OptimizerRule + Send + Sync> {
        match rule.name() == EliminateCrossJoin.name() {
            true => Arc::new(OfOneEquality),
            false => rule,
        }
    };
    Optimizer::new().rules.into_iter().map(mended).collect()
}

/// DataFusion 55.2 puts a chain of inner joins together anew with one notion of equality, that of the last of them: a join
/// on `a IS NOT DISTINCT FROM b` before one on `c = d` loses the rows in which both are NULL, and the other way round rows
/// appear that were none. A plan with such a join is left as it was written.
#[derive(Debug)]
struct OfOneEquality;

impl OptimizerRule for OfOneEquality {
    fn name(&self) -> &str {
        "of_one_equality"
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        match equates_nulls(&plan)? {
            true => Ok(Transformed::no(plan)),
            false => EliminateCrossJoin.rewrite(plan, config),
        }
    }
}

fn equates_nulls(plan: &LogicalPlan) -> Result<bool> {
    let mut is_found = false;
    plan.apply_with_subqueries(|node| {
        is_found |= matches!(
            node,
            LogicalPlan::Join(join)
                if join.join_type == JoinType::Inner && join.null_equality == NullEquality::NullEqualsNull
        );
        Ok(if is_found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(is_found)
}
