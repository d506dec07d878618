//! `-(a & b)`: DataFusion 55.2 simplifies a minus as if it turned every bit, and takes `a & -a` for 0.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Writes `-a` as `0 - a`, of integers: no others have bits.
#[derive(Debug)]
pub(super) struct Negated;

impl OptimizerRule for Negated {
    fn name(&self) -> &str {
        "negated"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        super::rewritten(plan, is_negated, subtracted)
    }
}

fn is_negated(expr: &Expr) -> bool {
    matches!(expr, Expr::Negative(of) if !matches!(**of, Expr::Literal(..)))
}

fn subtracted(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::Negative(of) if !matches!(*of, Expr::Literal(..)) => match of.get_type(schema) {
            Ok(kind) if kind.is_integer() => {
                let zero = Box::new(Expr::Literal(ScalarValue::new_zero(&kind)?, None));
                Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(zero, Operator::Minus, of))))
            }
            _ => Ok(Transformed::no(Expr::Negative(of))),
        },
        other => Ok(Transformed::no(other)),
    }
}
