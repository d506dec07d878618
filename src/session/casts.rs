//! CAST and intervals, where DataFusion 55.2 takes them otherwise than they are meant, or not.
//!
//! `float` is of double precision, as in PostgreSQL; seven digits are few for bytes. And an aggregate of a column and one of
//! its cast, `sum(bytes), sum(bytes::double)`, have one name there, and are refused: here what is cast is written
//! `coalesce(bytes)`, which is the same.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, Interval, ObjectName, Value, ValueWithSpan, visit_expressions, visit_expressions_mut,
};

/// The most bits of a fraction that a number of single precision has.
const SINGLE_BITS: u64 = 24;

/// Amends the casts of a statement; it must be said which functions are aggregates.
pub(super) fn amend(statement: &mut Statement, is_aggregate: &impl Fn(&str) -> bool) {
    let statement = match statement {
        Statement::Statement(statement) => statement.as_mut(),
        Statement::Explain(explained) => return amend(&mut explained.statement, is_aggregate),
        _ => return,
    };
    let _ = visit_expressions_mut(statement, |expr| {
        if let Expr::Cast { data_type, .. } = expr
            && matches!(data_type, DataType::Float(precision) if !is_single(precision))
        {
            *data_type = DataType::DoublePrecision;
        }
        let span = match expr {
            Expr::Interval(Interval { value, .. }) => Some(value),
            Expr::Cast { data_type: DataType::Interval { .. }, expr, .. } => Some(expr),
            _ => None,
        };
        if let Some(Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. })) = span.map(Box::as_mut) {
            *text = in_words(text);
        }
        ControlFlow::<()>::Continue(())
    });
    let has_cast = |expr: &Expr| {
        visit_expressions(expr, |expr| match expr {
            Expr::Cast { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .is_break()
    };
    let is_amended = visit_expressions(statement, |expr| match is_call(expr, is_aggregate) && has_cast(expr) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    });
    if is_amended.is_continue() {
        return;
    }
    let mut variants: HashMap<String, Vec<String>> = HashMap::new();
    let _ = visit_expressions(statement, |expr| {
        if is_call(expr, is_aggregate) {
            let of_one = variants.entry(without_casts(expr)).or_default();
            let written = key(expr);
            if !of_one.contains(&written) {
                of_one.push(written);
            }
        }
        ControlFlow::<()>::Continue(())
    });
    variants.retain(|_, of_one| of_one.len() > 1);
    if variants.is_empty() {
        return;
    }
    // The first stays as it is, as one without a cast has to.
    for (plain, of_one) in &mut variants {
        of_one.sort_by_key(|variant| variant != plain);
    }
    let _ = visit_expressions_mut(statement, |expr| {
        if is_call(expr, is_aggregate)
            && let Some(of_one) = variants.get(&without_casts(expr))
            && let Some(number) = of_one.iter().position(|variant| *variant == key(expr))
        {
            let _ = visit_expressions_mut(expr, |expr| {
                if let Expr::Cast { expr: of, .. } = expr {
                    for _ in 0..number {
                        **of = coalesce(of);
                    }
                }
                ControlFlow::<()>::Continue(())
            });
        }
        ControlFlow::<()>::Continue(())
    });
}

/// A span of time as PostgreSQL and its drivers write it, `1 day 02:30:00`, as the engine reads it.
fn in_words(span: &str) -> String {
    let in_words = |part: &str| {
        let (sign, time) = part.strip_prefix('-').map_or(("", part), |time| ("-", time));
        let mut parts = time.split(':');
        let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
        let is_number = |part: &str| part.starts_with(|c: char| c.is_ascii_digit()) && part.parse::<f64>().is_ok();
        let is_time = parts.next().is_none() && [hours, minutes, seconds].into_iter().all(is_number);
        is_time.then(|| format!("{sign}{hours} hours {sign}{minutes} minutes {sign}{seconds} seconds"))
    };
    let words = span.split(' ').map(|part| in_words(part).unwrap_or_else(|| part.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

fn is_single(precision: &ExactNumberInfo) -> bool {
    match precision {
        ExactNumberInfo::None => false,
        ExactNumberInfo::Precision(bits) | ExactNumberInfo::PrecisionAndScale(bits, _) => *bits <= SINGLE_BITS,
    }
}

fn is_call(expr: &Expr, is_aggregate: impl Fn(&str) -> bool) -> bool {
    matches!(expr, Expr::Function(call) if is_aggregate(&call.name.to_string().to_lowercase()))
}

fn key(expr: &Expr) -> String {
    expr.to_string().to_lowercase()
}

fn without_casts(expr: &Expr) -> String {
    let mut expr = expr.clone();
    let _ = visit_expressions_mut(&mut expr, |expr| {
        if let Expr::Cast { expr: of, .. } = expr {
            *expr = std::mem::replace(of, Expr::value(Value::Null));
        }
        ControlFlow::<()>::Continue(())
    });
    key(&expr)
}

fn coalesce(of: &Expr) -> Expr {
    let argument = FunctionArg::Unnamed(FunctionArgExpr::Expr(of.clone()));
    let args = FunctionArgumentList { duplicate_treatment: None, args: vec![argument], clauses: Vec::new() };
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new("coalesce")]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(args),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;

    use super::super::{Session, SessionOptions};

    #[tokio::test]
    async fn casts_are_what_they_are_meant_to_be() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        for (sql, row) in [
            (
                "SELECT INTERVAL '1 day 02:00:01.5' AS a, '-0:30:00'::interval AS b, INTERVAL '5 minutes' AS c",
                "1 days 2 hours 1.500000000 secs | -30 mins | 5 mins",
            ),
            (
                "SELECT sum(v), sum(v::double) AS d, sum(CAST(v AS decimal(10, 2))) AS e, max(v), max(v::text) AS m FROM t",
                "3 | 3.0 | 3.00 | 2 | 2",
            ),
            ("SELECT sum(v::double), sum(v) FROM t HAVING sum(v) < 4 ORDER BY sum(v::double) / 2, sum(v)", "3.0 | 3"),
            ("SELECT sum(v) OVER () AS a, sum(v::double) OVER () AS b FROM t LIMIT 1", "3 | 3.0"),
            (
                "SELECT CAST(6919965352154 AS float) AS a, 0.1::float + 0.2 AS b, arrow_typeof(1::float(24)) AS c",
                "6919965352154.0 | 0.30000000000000004 | Float32",
            ),
        ] {
            let sql = format!("WITH t AS (SELECT * FROM (VALUES (1), (2), (NULL)) AS t (v)) {sql}");
            let rows = session.sql(&sql).await.expect(&sql).collect().await.expect(&sql);
            let table = pretty_format_batches(&rows).expect("a table").to_string();
            let told = table.lines().nth(3).expect("a row").trim_matches('|').split('|').map(str::trim);
            assert_eq!(told.collect::<Vec<_>>().join(" | "), row, "{sql}");
        }
    }
}
