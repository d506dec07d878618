//! `x IN (SELECT y ...)` and EXISTS, where many rows are alike on both sides: DataFusion 55.2 looks for each row of the one
//! side at all rows of the other that are equal to it, and asks of sixty thousand records sixty thousand times which of
//! them have been refused. To be asked once is enough.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{JoinType, Result};
use datafusion::config::ConfigOptions;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, replace_children_if_necessary};

/// Has rows that are only asked for left out where they were there before. It is the first half of an aggregate, which
/// lets rows pass where few of them are alike, or there is no memory.
#[derive(Debug)]
pub(super) struct Once;

impl PhysicalOptimizerRule for Once {
    fn name(&self) -> &str {
        "once"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(join) = node.downcast_ref::<HashJoinExec>() else { return Ok(Transformed::no(node)) };
            let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
            let sides = match join.join_type() {
                JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => vec![left, once(right)?],
                JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => vec![once(left)?, right],
                _ => return Ok(Transformed::no(node)),
            };
            Ok(Transformed::yes(replace_children_if_necessary(Arc::clone(&node), sides)?))
        })
        .data()
    }
}

fn once(rows: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = rows.schema();
    // Of an aggregate no two are alike.
    let is_once = rows.downcast_ref::<AggregateExec>().is_some();
    if is_once || schema.fields().is_empty() || schema.fields().iter().any(|field| field.data_type().is_nested()) {
        return Ok(rows);
    }
    let columns = schema.fields().iter().enumerate().map(|(place, field)| {
        (Arc::new(Column::new(field.name(), place)) as Arc<dyn PhysicalExpr>, field.name().clone())
    });
    let by = PhysicalGroupBy::new_single(columns.collect());
    Ok(Arc::new(AggregateExec::try_new(AggregateMode::Partial, by, Vec::new(), Vec::new(), rows, schema)?))
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::physical_plan::displayable;

    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn rows_that_are_alike_are_asked_for_once() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let tables = "WITH a AS (SELECT * FROM (VALUES (1, 1), (1, 2), (2, 3), (NULL, 4)) AS a (k, v)), \
                      b AS (SELECT * FROM (VALUES (1, 1), (1, 1), (1, 5), (3, 1)) AS b (k, v))";
        for (condition, rows, is_once) in [
            ("k IN (SELECT k FROM b)", "2", true),
            ("k NOT IN (SELECT k FROM b)", "1", true),
            ("NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k)", "2", true),
            ("EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v > a.v)", "2", true),
            ("EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v < a.v)", "1", true),
            ("k IN (SELECT k FROM b) OR v = 4", "3", true),
            ("k IN (SELECT k FROM b GROUP BY k)", "2", false),
        ] {
            let sql = format!("{tables} SELECT count(*) AS n FROM a WHERE {condition}");
            let frame = session.sql(&sql).await.expect("SQL");
            let plan = frame.clone().create_physical_plan().await.expect("a plan");
            let plan = displayable(plan.as_ref()).indent(false).to_string();
            let below = plan.split_once("HashJoinExec").expect("a join").1;
            let halves = below.matches("AggregateExec: mode=Partial").count();
            let wholes = below.matches("AggregateExec: mode=Final").count() + below.matches("mode=Single").count();
            assert_eq!(halves > wholes, is_once, "{condition}: {plan}");
            let table = pretty_format_batches(&frame.collect().await.expect("rows")).expect("a table").to_string();
            assert!(table.contains(&format!("| {rows} |")), "{condition}: {table}");
        }
    }
}
