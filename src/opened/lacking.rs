//! What a statement asks that nothing can answer: a table without a row, or a function that knows nothing, because the file
//! that would fill it was not given.

use std::collections::BTreeSet;

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::context::Context;
use crate::session::is_catalog;

/// A sentence for each table and function of a plan that has nothing to answer from, with the options that would give it.
///
/// # Errors
/// None, but a walk over a plan has one.
pub fn lacking(plan: &LogicalPlan, context: &Context) -> Result<BTreeSet<String>> {
    let mut told = BTreeSet::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && !scan.table_name.schema().is_some_and(is_catalog)
            && let Some(options) = context.lacks(scan.table_name.table())
        {
            told.insert(format!("{} has no row without {options}", scan.table_name.table()));
        }
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::ScalarFunction(call) = expression
                    && let Some(options) = context.lacks(call.func.name())
                {
                    told.insert(format!("{}() knows no address without {options}", call.func.name()));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(told)
}
