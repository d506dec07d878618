//! Functions of the engine that are answered otherwise than they are asked, and what is asked in their place.
//!
//! `avg` of spans of time is cut off at a whole second where the times have whole seconds. `to_timestamp(start)` and
//! `from_unixtime(start)` fail a statement for one record with a number that is no time, or make another time of it: here it
//! has none. Of such an average `extract(epoch FROM ...)` has its parts of a second, too.
//! `round(1.5, 400)` is 1.5.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction, WindowFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, WindowFunctionDefinition, cast, lit, when};

/// The seconds of the years 1 to 9999.
const SECONDS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// The seconds on either side of 1970 that have times in nanoseconds, as those of parts of a second are.
const NANOSECONDS: f64 = 9_223_372_036.0;

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
                let Some(is_whole) =
                    args.first().and_then(kind).filter(DataType::is_numeric).map(|kind| kind.is_integer())
                else {
                    return Ok(Transformed::no(expr));
                };
                if let [seconds] = args.as_mut_slice() {
                    let seconds = std::mem::take(seconds);
                    let (is_time, func) = match is_whole {
                        true => {
                            (seconds.clone().between(lit(*SECONDS.start()), lit(*SECONDS.end())), &self.from_unixtime)
                        }
                        false => (seconds.clone().between(lit(-NANOSECONDS), lit(NANOSECONDS)), &*func),
                    };
                    return Ok(Transformed::yes(when(is_time, func.call(vec![seconds])).end()?));
                }
            }
            Expr::ScalarFunction(ScalarFunction { func, args }) if func.name() == "date_part" => {
                if let [_, span] = args.as_mut_slice()
                    && matches!(kind(span), Some(DataType::Duration(_)))
                {
                    *span = cast(std::mem::take(span), DataType::Interval(IntervalUnit::MonthDayNano));
                    return Ok(Transformed::yes(expr));
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
