//! `-(a & b)`: DataFusion 55.2 simplifies a minus as if it turned every bit, and takes `a & -a` for 0.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};

/// Whether an expression has the minus of something else than a number.
pub(super) fn is_one(expr: &Expr) -> bool {
    matches!(expr, Expr::Negative(of) if !matches!(**of, Expr::Literal(..)))
}

/// Writes `-a` as `0 - a`, of integers: no others have bits.
///
/// # Errors
/// None, as integers have a zero.
pub(super) fn subtracted(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::Negative(of) => match of.get_type(schema) {
            Ok(kind) if kind.is_integer() => {
                let zero = Box::new(Expr::Literal(ScalarValue::new_zero(&kind)?, None));
                Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(zero, Operator::Minus, of))))
            }
            _ => Ok(Transformed::no(Expr::Negative(of))),
        },
        other => Ok(Transformed::no(other)),
    }
}
