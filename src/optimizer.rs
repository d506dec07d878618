//! Rules of the engine's optimiser, where they must be kept from losing rows.

mod late;
mod minutes;
mod negated;
mod once;
mod rounded;
mod unknown;

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{NullEquality, Result};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{merge_schema, split_conjunction};
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan};
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::{ApplyOrder, Optimizer, OptimizerConfig, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec};

/// The engine's rules, of which two are [`OfOneEquality`] and [`InPlace`], after [`Rewritten`].
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mended = |rule: Arc<dyn OptimizerRule + Send + Sync>| -> Arc<dyn OptimizerRule + Send + Sync> {
        match rule.name() {
            "eliminate_cross_join" => Arc::new(OfOneEquality),
            "push_down_filter" => Arc::new(InPlace(rule)),
            _ => rule,
        }
    };
    let rewritten = Arc::new(Rewritten) as Arc<dyn OptimizerRule + Send + Sync>;
    std::iter::once(rewritten).chain(Optimizer::new().rules.into_iter().map(mended)).collect()
}

/// The engine's rules for plans as they run, of which those that push conditions down are [`ByName`], after
/// [`unknown::Forgotten`] and [`once::Once`].
pub(crate) fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mended = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| -> Arc<dyn PhysicalOptimizerRule + Send + Sync> {
        if rule.name().starts_with("FilterPushdown") { Arc::new(ByName(rule)) } else { rule }
    };
    let first: [Arc<dyn PhysicalOptimizerRule + Send + Sync>; 2] = [Arc::new(unknown::Forgotten), Arc::new(once::Once)];
    first.into_iter().chain(PhysicalOptimizer::new().rules.into_iter().map(mended)).collect()
}

/// The same for queries of tables in memory: these take no conditions, and one that is pushed down as far as it goes is asked
/// of rows where it was to be asked of groups (see [`late`]).
pub(crate) fn physical_rules_in_memory() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    physical_rules().into_iter().filter(|rule| !rule.name().starts_with("FilterPushdown")).collect()
}

/// DataFusion 55.2 pushes a condition down by the names of its columns. Above a right join it finds the column of the right
/// side where one of the left side has the same name, and takes away rows: there conditions stay where they are. What the
/// tables can make use of themselves they have heard before.
#[derive(Debug)]
struct ByName(Arc<dyn PhysicalOptimizerRule + Send + Sync>);

impl PhysicalOptimizerRule for ByName {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if plan.exists(|node| Ok(is_ambiguous(node)))? { Ok(plan) } else { self.0.optimize(plan, config) }
    }
}

/// Whether a plan is a right join of which both sides have a column of the same name.
fn is_ambiguous(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let kind = None
        .or(plan.downcast_ref::<HashJoinExec>().map(|join| *join.join_type()))
        .or(plan.downcast_ref::<SortMergeJoinExec>().map(|join| join.join_type()))
        .or(plan.downcast_ref::<NestedLoopJoinExec>().map(|join| *join.join_type()));
    let names =
        |side: &Arc<dyn ExecutionPlan>| side.schema().fields().iter().map(|field| field.name().clone()).collect();
    match (kind, plan.children().as_slice()) {
        (Some(JoinType::Right), [left, right]) => {
            let [left, right]: [HashSet<String>; 2] = [names(left), names(right)];
            !left.is_disjoint(&right)
        }
        _ => false,
    }
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
/// of the other. And a condition without a column it asks of the rows before they are counted, so that there is a count of
/// none where there should be no row. Such filters stay where they are, and so does what is [`late`].
#[derive(Debug)]
struct InPlace(Arc<dyn OptimizerRule + Send + Sync>);

impl OptimizerRule for InPlace {
    fn name(&self) -> &str {
        "in_place"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        match &plan {
            LogicalPlan::Filter(filter) if stays(&filter.predicate, &filter.input) => Ok(Transformed::no(plan)),
            LogicalPlan::Filter(filter) => match late::parted(filter) {
                None => self.0.rewrite(plan, config),
                Some(parted) => {
                    let pushed = parted.pushed(|filter| self.0.rewrite(filter, config))?;
                    Ok(pushed.map_or_else(|| Transformed::no(plan), Transformed::yes))
                }
            },
            _ => self.0.rewrite(plan, config),
        }
    }
}

/// Whether a condition must stay above what it is asked of.
fn stays(condition: &Expr, input: &LogicalPlan) -> bool {
    match input {
        LogicalPlan::Window(window) => {
            window.window_expr.iter().any(|expr| !matches!(expr.clone().unalias(), Expr::WindowFunction(_)))
        }
        // Of no rows it makes one.
        LogicalPlan::Aggregate(aggregate) if matches!(aggregate.group_expr.as_slice(), [] | [Expr::GroupingSet(_)]) => {
            split_conjunction(condition).into_iter().any(|one| one.column_refs().is_empty())
        }
        _ => false,
    }
}

/// Expressions that the engine takes, and answers otherwise than they are meant, are written otherwise: see [`minutes`],
/// [`rounded`] and [`negated`]. Columns are called what they were. What is grouped in several ways stays as it is: its columns
/// can't be called anything.
#[derive(Debug)]
struct Rewritten;

impl OptimizerRule for Rewritten {
    fn name(&self) -> &str {
        "rewritten"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let mut is_found = false;
        plan.apply_expressions(|expr| {
            is_found |=
                expr.exists(|expr| Ok(minutes::is_one(expr) || rounded::is_one(expr) || negated::is_one(expr)))?;
            Ok(if is_found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })?;
        let is_several = |of: &LogicalPlan| matches!(of, LogicalPlan::Aggregate(of) if matches!(of.group_expr.as_slice(), [Expr::GroupingSet(_)]));
        if !is_found || is_several(&plan) {
            return Ok(Transformed::no(plan));
        }
        let (schema, names) = (merge_schema(&plan.inputs()), NamePreserver::new(&plan));
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            let rewritten = expr.transform_up(|expr| match expr {
                expr if negated::is_one(&expr) => negated::subtracted(expr, &schema),
                expr if minutes::is_one(&expr) => Ok(minutes::with_seconds(expr)),
                expr => Ok(rounded::rounded(expr, &schema)),
            });
            Ok(rewritten?.update_data(|expr| name.restore(expr)))
        })
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
