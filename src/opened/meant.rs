//! What a statement can't have been meant to say, though the engine takes it and finds nothing.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator};

/// Checks a plan as it was written.
///
/// # Errors
/// When it compares a date with a number, adds hours to one, looks in a time for text that none has, or has a format or a list
/// of PostgreSQL's.
pub fn check(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        let inputs = node.inputs();
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                formats(expression)?;
                lists(expression)?;
                if let [input] = inputs.as_slice() {
                    dates(expression, input.schema())?;
                    hours(expression, input.schema())?;
                    times(expression, input.schema())?;
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

/// `_date = 2026-03-12` is a comparison with 2011.
fn dates(expression: &Expr, schema: &DFSchema) -> Result<()> {
    let is_date =
        |one: &Expr| one.get_type(schema).is_ok_and(|kind| kind.is_temporal() && kind.primitive_width() == Some(4));
    let is_number = |one: &Expr| one.get_type(schema).is_ok_and(|kind| kind.is_integer());
    let is_wrong = match expression {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
            (is_date(left) && is_number(right)) || (is_number(left) && is_date(right))
        }
        Expr::Between(between) => is_date(&between.expr) && (is_number(&between.low) || is_number(&between.high)),
        Expr::InList(list) => is_date(&list.expr) && list.list.iter().any(is_number),
        _ => false,
    };
    match is_wrong {
        true => plan_err!("a date is compared with a number; a date is written in quotes: '2026-03-11'"),
        false => Ok(()),
    }
}

/// A date and some hours is a date.
fn hours(expression: &Expr, schema: &DFSchema) -> Result<()> {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus | Operator::Minus, right }) = expression else {
        return Ok(());
    };
    let is_date = |one: &Expr| one.get_type(schema).is_ok_and(|kind| kind == DataType::Date32);
    let has_hours = |one: &Expr| match one {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(span)), _) => span.nanoseconds != 0,
        Expr::Literal(ScalarValue::IntervalDayTime(Some(span)), _) => span.milliseconds != 0,
        _ => false,
    };
    match (is_date(left) && has_hours(right)) || (has_hours(left) && is_date(right)) {
        true => plan_err!(
            "a date has no hours: write timestamp '2026-03-11T00:00:00' + INTERVAL '12 hours', CAST(day AS timestamp), or \
             now() for current_date"
        ),
        false => Ok(()),
    }
}

/// A time as text has a T.
fn times(expression: &Expr, schema: &DFSchema) -> Result<()> {
    let is_text = |one: &Expr| {
        let Expr::Cast(cast) = one else { return false };
        cast.field.data_type().is_string()
            && cast.expr.get_type(schema).is_ok_and(|kind| matches!(kind, DataType::Timestamp(..)))
    };
    let has_blank = |one: &Expr| matches!(one, Expr::Literal(ScalarValue::Utf8(Some(text)), _) if text.trim_end().contains(' ') || text == " ");
    let is_wrong = match expression {
        Expr::Like(like) => is_text(&like.expr) && has_blank(&like.pattern),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
            (is_text(left) && has_blank(right)) || (is_text(right) && has_blank(left))
        }
        Expr::Between(of) => is_text(&of.expr) && (has_blank(&of.low) || has_blank(&of.high)),
        Expr::InList(of) => is_text(&of.expr) && of.list.iter().any(has_blank),
        Expr::ScalarFunction(call) => call.args.first().is_some_and(is_text) && call.args.iter().skip(1).any(has_blank),
        _ => false,
    };
    if is_wrong {
        return plan_err!(
            "a time as text is written 2026-03-11T12:00:00; better compare times: start_time >= '2026-03-11T12:00:00'"
        );
    }
    Ok(())
}

fn is_comparison(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// A text in braces is no list, but a list of one text.
fn lists(expression: &Expr) -> Result<()> {
    if let Expr::Cast(cast) = expression
        && cast.field.data_type().is_list()
        && let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = cast.expr.as_ref()
        && text.trim_start().starts_with('{')
    {
        return plan_err!("a list is written ['203.0.113.7', '203.0.113.8'], not in braces");
    }
    Ok(())
}

/// A format without a percent sign says the same of all times.
fn formats(expression: &Expr) -> Result<()> {
    if let Expr::ScalarFunction(call) = expression
        && call.func.name() == "to_char"
        && let [_, Expr::Literal(ScalarValue::Utf8(Some(format)), _)] = call.args.as_slice()
        && !format.contains('%')
        && format.contains(char::is_alphabetic)
    {
        return plan_err!("to_char takes formats as '%Y-%m-%d %H:%M', not as PostgreSQL's '{format}'");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn what_postgresql_takes_otherwise_is_told() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let check = async |expression: &str| {
            let of = "(SELECT DATE '2026-03-12' AS day, TIMESTAMP '2026-03-12T01:02:03' AS time)";
            let frame = session.sql(&format!("SELECT {expression} FROM {of} AS t")).await.expect(expression);
            super::check(frame.logical_plan()).map_err(|error| error.to_string())
        };
        for (wrong, told) in [
            ("day + INTERVAL '12 hours'", "a date has no hours"),
            ("current_date - INTERVAL '30 minutes'", "a date has no hours"),
            ("time::text LIKE '2026-03-12 01%'", "2026-03-11T12:00:00"),
            ("CAST(time AS varchar) NOT LIKE '% 01:%'", "2026-03-11T12:00:00"),
            ("time::text > '2026-03-12 01:00'", "2026-03-11T12:00:00"),
            ("'2026-03-12 01:02:03' = CAST(time AS text)", "2026-03-11T12:00:00"),
            ("time::text BETWEEN '2026-03-12 01:00' AND '2026-03-12 02:00'", "2026-03-11T12:00:00"),
            ("time::text IN ('2026-03-12 01:02:03')", "2026-03-11T12:00:00"),
            ("split_part(time::text, ' ', 2)", "2026-03-11T12:00:00"),
            ("'{a,b}'::text[]", "['203.0.113.7', '203.0.113.8']"),
        ] {
            let error = check(wrong).await.expect_err(wrong);
            assert!(error.contains(told), "{wrong}: {error}");
        }
        for right in [
            "day + INTERVAL '2 days'",
            "CAST(day AS timestamp) + INTERVAL '12 hours'",
            "time + INTERVAL '12 hours'",
            "time::text LIKE '2026-03-12T01%'",
            "time::text > '2026-03-12T01'",
            "time > '2026-03-12 01:00'",
            "split_part(time::text, 'T', 2)",
            "['a', 'b']::text[]",
        ] {
            assert_eq!(check(right).await, Ok(()), "{right}");
        }
    }

    #[tokio::test]
    async fn a_date_is_no_number_and_a_format_has_percent_signs() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let check = async |sql: &str| {
            let frame = session.sql(sql).await.expect("a plan");
            super::check(frame.logical_plan()).map_err(|error| error.to_string())
        };
        let days = "(SELECT DATE '2026-03-12' AS day)";
        for wrong in ["day = 2026-03-12", "2026-03-12 <= day", "day BETWEEN 2026-03-11 AND 2026-03-12", "day IN (1, 2)"]
        {
            let told = check(&format!("SELECT * FROM {days} WHERE {wrong}")).await.expect_err(wrong);
            assert!(told.ends_with("a date is written in quotes: '2026-03-11'"), "{told}");
        }
        for right in ["day = '2026-03-12'", "day > DATE '2026-03-12'", "extract(day FROM day) = 12"] {
            assert_eq!(check(&format!("SELECT * FROM {days} WHERE {right}")).await, Ok(()), "{right}");
        }
        let told = check(&format!("SELECT to_char(day, 'YYYY-MM-DD') FROM {days}")).await.expect_err("a format");
        assert!(told.ends_with("'%Y-%m-%d %H:%M', not as PostgreSQL's 'YYYY-MM-DD'"), "{told}");
        assert_eq!(check(&format!("SELECT to_char(day, '%Y') FROM {days}")).await, Ok(()));
    }
}
