//! Functions of the engine that are answered otherwise than they are asked, and what is asked in their place.
//!
//! `avg` of spans of time is cut off at a whole second where the times have whole seconds. `to_timestamp(start)` and
//! `from_unixtime(start)` fail a statement for one record with a number that is no time: here it has none.
//! `round(1.5, 400)` is 1.5.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, WindowFunctionDefinition, cast, lit, when};

/// The seconds of the years 1 to 9999.
const SECONDS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Digits behind the point that a float can be rounded to, or before it.
const DIGITS: RangeInclusive<i64> = -300..=200;

/// Asks the others.
#[derive(Debug)]
pub(super) struct Rewrites {
    /// A time of Unix seconds.
    pub(super) from_unixtime: Arc<ScalarUDF>,
}

impl FunctionRewrite for Rewrites {
    fn name(&self) -> &str {
        "rewrites"
    }

    fn rewrite(&self, mut expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let kind = |expr: &Expr| expr.get_type(schema).ok();
        match &mut expr {
            Expr::ScalarFunction(ScalarFunction { func, args })
                if ["to_timestamp", "from_unixtime"].contains(&func.name()) =>
            {
                if let [seconds] = args.as_mut_slice()
                    && kind(seconds).is_some_and(|kind| kind.is_integer())
                {
                    let seconds = std::mem::take(seconds);
                    let is_time = seconds.clone().between(lit(*SECONDS.start()), lit(*SECONDS.end()));
                    return Ok(Transformed::yes(when(is_time, self.from_unixtime.call(vec![seconds])).end()?));
                }
            }
            // A power of ten that is no number makes of each number none.
            Expr::ScalarFunction(ScalarFunction { func, args }) if ["round", "trunc"].contains(&func.name()) => {
                if let [_, Expr::Literal(ScalarValue::Int64(Some(digits)), _)] = args.as_mut_slice()
                    && !DIGITS.contains(digits)
                {
                    *digits = (*digits).clamp(*DIGITS.start(), *DIGITS.end());
                    return Ok(Transformed::yes(expr));
                }
            }
            Expr::AggregateFunction(AggregateFunction { func, params }) if func.name() == "avg" => {
                if let [span] = params.args.as_mut_slice()
                    && kind(span) == Some(DataType::Duration(TimeUnit::Second))
                {
                    finer(span);
                    return Ok(Transformed::yes(expr));
                }
            }
            Expr::WindowFunction(of) => {
                let WindowFunction { fun, params } = of.as_mut();
                if let (WindowFunctionDefinition::AggregateUDF(func), [span]) = (fun, params.args.as_mut_slice())
                    && func.name() == "avg"
                    && kind(span) == Some(DataType::Duration(TimeUnit::Second))
                {
                    finer(span);
                    return Ok(Transformed::yes(expr));
                }
            }
            _ => {}
        }
        Ok(Transformed::no(expr))
    }
}

/// Of a billion records of a day each the average is exact in microseconds.
fn finer(span: &mut Expr) {
    *span = cast(std::mem::take(span), DataType::Duration(TimeUnit::Microsecond));
}
