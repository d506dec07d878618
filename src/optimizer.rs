//! Rules of the engine's optimiser, where they must be kept from losing rows.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan};
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::{ApplyOrder, Optimizer, OptimizerConfig, OptimizerRule};

/// The engine's rules, of which two are [`OfOneEquality`] and [`AboveWindows`].
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mended = |rule: Arc<dyn OptimizerRule + Send + Sync>| -> Arc<dyn OptimizerRule + Send + Sync> {
        match rule.name() {
            "eliminate_cross_join" => Arc::new(OfOneEquality),
            "push_down_filter" => Arc::new(AboveWindows(rule)),
            _ => rule,
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

/// DataFusion 55.2 panics where a filter stands above window functions of which two are the same, one of them by now a name
/// of the other. Such a filter stays where it is.
#[derive(Debug)]
struct AboveWindows(Arc<dyn OptimizerRule + Send + Sync>);

impl OptimizerRule for AboveWindows {
    fn name(&self) -> &str {
        "above_windows"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let is_named = |expr: &Expr| !matches!(expr.clone().unalias(), Expr::WindowFunction(_));
        match &plan {
            LogicalPlan::Filter(filter) if matches!(&*filter.input, LogicalPlan::Window(window) if window.window_expr.iter().any(is_named)) => {
                Ok(Transformed::no(plan))
            }
            _ => self.0.rewrite(plan, config),
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
