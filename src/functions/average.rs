//! `avg` of spans of time, which the engine cuts off at a whole second where the times have whole seconds.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, WindowFunctionDefinition, cast};

/// Has the average made of microseconds: of a billion records of a day each it is exact.
#[derive(Debug)]
pub(super) struct Finer;

impl FunctionRewrite for Finer {
    fn name(&self) -> &str {
        "finer"
    }

    fn rewrite(&self, mut expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let args = match &mut expr {
            Expr::AggregateFunction(AggregateFunction { func, params }) if func.name() == "avg" => &mut params.args,
            Expr::WindowFunction(of) => match of.as_mut() {
                WindowFunction { fun: WindowFunctionDefinition::AggregateUDF(func), params }
                    if func.name() == "avg" =>
                {
                    &mut params.args
                }
                _ => return Ok(Transformed::no(expr)),
            },
            _ => return Ok(Transformed::no(expr)),
        };
        match args.as_mut_slice() {
            [span] if span.get_type(schema).is_ok_and(|kind| kind == DataType::Duration(TimeUnit::Second)) => {
                *span = cast(std::mem::take(span), DataType::Duration(TimeUnit::Microsecond));
                Ok(Transformed::yes(expr))
            }
            _ => Ok(Transformed::no(expr)),
        }
    }
}
