//! Times with a part of a second beside `start_time`, which has whole ones.
//!
//! Of `start_time < now()` the engine makes a comparison of seconds, and cuts the part of the second off: what began in
//! that second is then not before it. Here the time is rounded up or down, as the comparison wants it.

use arrow::datatypes::{DataType, IntervalMonthDayNano, TimeUnit};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::{Between, Cast, InList};
use datafusion::logical_expr::{Expr, ExprSchemable, Operator, binary_expr, cast, lit, not};

const SECONDS: DataType = DataType::Timestamp(TimeUnit::Second, None);
const NANOSECONDS: DataType = DataType::Timestamp(TimeUnit::Nanosecond, None);

/// The most values of a list that are compared one by one.
const LISTED: usize = 100;

/// Whether an expression makes a finer time of whole seconds, perhaps.
pub(super) fn is_one(expr: &Expr) -> bool {
    matches!(expr, Expr::Cast(of) if is_finer(of.field.data_type()))
}

/// Rounds the times that are compared with whole seconds.
pub(super) fn rounded(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let compared = match &expr {
        Expr::BinaryExpr(of) => match (seconds(&of.left, schema), seconds(&of.right, schema)) {
            (Some(seconds), None) => comparison(seconds, of.op, &of.right, schema),
            (None, Some(seconds)) => of.op.swap().and_then(|op| comparison(seconds, op, &of.left, schema)),
            _ => None,
        },
        Expr::Between(Between { expr, negated, low, high }) => seconds(expr, schema).and_then(|seconds| {
            let from = comparison(seconds, Operator::GtEq, low, schema)?;
            let to = comparison(seconds, Operator::LtEq, high, schema)?;
            Some(if *negated { not(from.and(to)) } else { from.and(to) })
        }),
        Expr::InList(InList { expr, list, negated }) if list.len() <= LISTED => {
            seconds(expr, schema).and_then(|seconds| {
                let one = |time| comparison(seconds, Operator::Eq, time, schema);
                let any = list.iter().map(one).collect::<Option<Vec<_>>>()?.into_iter().reduce(Expr::or)?;
                Some(if *negated { not(any) } else { any })
            })
        }
        _ => None,
    };
    match compared {
        Some(compared) => Transformed::yes(compared),
        None => Transformed::no(expr),
    }
}

fn is_finer(kind: &DataType) -> bool {
    matches!(kind, DataType::Timestamp(unit, None) if *unit != TimeUnit::Second)
}

/// The whole seconds of which an expression makes a finer time.
fn seconds<'a>(expr: &'a Expr, schema: &DFSchema) -> Option<&'a Expr> {
    let Expr::Cast(Cast { expr, field }) = expr else { return None };
    let is_whole = || expr.get_type(schema).is_ok_and(|kind| kind == SECONDS);
    (is_finer(field.data_type()) && is_whole()).then_some(expr)
}

/// A comparison of whole seconds with one time.
fn comparison(seconds: &Expr, op: Operator, time: &Expr, schema: &DFSchema) -> Option<Expr> {
    let is_time = time.get_type(schema).is_ok_and(|kind| is_finer(&kind));
    if !is_time || !time.column_refs().is_empty() || time.is_volatile() {
        return None;
    }
    let time = cast(time.clone(), NANOSECONDS);
    let down = cast(time.clone(), SECONDS);
    let compare = |op, with: &Expr| binary_expr(seconds.clone(), op, with.clone());
    // Of a second that is NULL neither is true.
    let differs = || {
        let has_part = binary_expr(cast(down.clone(), NANOSECONDS), Operator::NotEq, time.clone());
        compare(Operator::NotEq, &down).or(compare(Operator::Eq, &down).and(has_part))
    };
    Some(match op {
        Operator::Gt | Operator::LtEq => compare(op, &down),
        Operator::GtEq | Operator::Lt => {
            let almost = IntervalMonthDayNano::new(0, 0, 999_999_999);
            let up = cast(time + lit(ScalarValue::IntervalMonthDayNano(Some(almost))), SECONDS);
            compare(op, &up)
        }
        Operator::Eq => not(differs()),
        Operator::NotEq => differs(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;

    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn a_part_of_a_second_counts() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        // The seconds 0, 1 and 2.
        let of = "(SELECT from_unixtime(v) AS t FROM (VALUES (0), (1), (2), (NULL)) AS v (v)) AS t";
        for (condition, rows) in [
            ("t = TIMESTAMP '1970-01-01 00:00:01.5'", "0"),
            ("t <> TIMESTAMP '1970-01-01 00:00:01.5'", "3"),
            ("t < TIMESTAMP '1970-01-01 00:00:01.5'", "2"),
            ("t <= TIMESTAMP '1970-01-01 00:00:01.5'", "2"),
            ("t > TIMESTAMP '1970-01-01 00:00:01.5'", "1"),
            ("t >= TIMESTAMP '1970-01-01 00:00:01.5'", "1"),
            ("TIMESTAMP '1970-01-01 00:00:01.5' <= t", "1"),
            ("TIMESTAMP '1970-01-01 00:00:01.5' > t", "2"),
            ("t BETWEEN TIMESTAMP '1970-01-01 00:00:00.5' AND TIMESTAMP '1970-01-01 00:00:01.5'", "1"),
            ("t NOT BETWEEN TIMESTAMP '1970-01-01 00:00:00.5' AND TIMESTAMP '1970-01-01 00:00:01.5'", "2"),
            ("t IN (TIMESTAMP '1970-01-01 00:00:01.5', TIMESTAMP '1970-01-01 00:00:02')", "1"),
            ("t NOT IN (TIMESTAMP '1970-01-01 00:00:01.5', TIMESTAMP '1970-01-01 00:00:02')", "2"),
            ("NOT t = TIMESTAMP '1970-01-01 00:00:01.5'", "3"),
            ("t = TIMESTAMP '1970-01-01 00:00:01'", "1"),
            ("t < TIMESTAMP '1970-01-01 00:00:01'", "1"),
            ("t >= TIMESTAMP '1970-01-01 00:00:01'", "2"),
            ("t >= '1970-01-01 00:00:00.000000001'", "2"),
            ("t >= TIMESTAMP '1970-01-01 00:00:02.5' - INTERVAL '1 second'", "1"),
            ("t < now()", "3"),
        ] {
            let sql = format!("SELECT count(*) AS n FROM {of} WHERE {condition}");
            let batches = session.sql(&sql).await.expect("SQL").collect().await.expect("rows");
            let table = pretty_format_batches(&batches).expect("a table").to_string();
            assert!(table.contains(&format!("| {rows} |")), "{condition}: {table}");
        }
    }
}
