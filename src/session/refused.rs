//! What DataFusion 55.2 takes and answers wrongly: it is refused, with what to write instead. A wrong answer without a word
//! is worse than none.

use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, JoinConstraint, JoinOperator, Query, SetExpr, SetOperator, SetQuantifier,
    TableFactor, TableWithJoins, UnaryOperator, Value, Visit, Visitor, WindowFrame, WindowFrameBound, WindowFrameUnits,
    WindowType,
};

use crate::limits::LISTED_WINDOW_ROWS;

const QUANTIFIED: &str =
    "ANY and ALL of a SELECT are not taken; write IN (SELECT ...), or compare with (SELECT max(...) ...)";
const SIMILAR: &str = "SIMILAR TO is not taken; write ~ '^...$', a regular expression";
const DISTINCT: &str =
    "IS [NOT] DISTINCT FROM binds what follows it here; put it in parentheses: (a IS NOT DISTINCT FROM b) AND c";
const NOT_IN: &str =
    "NOT IN (SELECT ...) stands alone or beside AND; elsewhere write NOT EXISTS (SELECT 1 FROM ... WHERE ...)";
const MULTISET: &str =
    "INTERSECT ALL and EXCEPT ALL are not taken; count the rows of each side with GROUP BY and join them";
const LISTED: &str = "array_agg() and string_agg() over a window make a list of all rows for each row; write ROWS BETWEEN 10 \
                      PRECEDING AND CURRENT ROW, or GROUP BY and join the rows";
const POWER: &str = "^ is not taken, which is a power elsewhere and XOR to the engine; write power(1024, 3)";
const SAMPLED: &str = "TABLESAMPLE is not taken; write WHERE random() < 0.01";
const REMOVED: &str = "array_remove() takes the first alone away here, and all of them elsewhere; write array_remove_all(), or array_remove_n()";
const ZONED: &str =
    "AT TIME ZONE is not taken: times are UTC; write start_time + INTERVAL '1 hour' for those of another zone";
const MERGED: &str =
    "RIGHT and FULL JOIN take no USING, and are not NATURAL; write ON a.k = b.k and coalesce(a.k, b.k)";

/// Checks that a statement has nothing of it.
///
/// # Errors
/// When it has.
pub(super) fn check(statement: &Statement) -> Result<()> {
    let found = match statement {
        Statement::Statement(statement) => statement.visit(&mut Wrong),
        Statement::Explain(explained) => return check(&explained.statement),
        _ => return Ok(()),
    };
    match found {
        ControlFlow::Break(remedy) => Err(DataFusionError::Plan(remedy.to_owned())),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Wrong;

impl Visitor for Wrong {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<&'static str> {
        of_body(&query.body)
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<&'static str> {
        match table {
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                ControlFlow::Break(SAMPLED)
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<&'static str> {
        let is_joined = |expr: &Expr| match expr {
            Expr::BinaryOp { op, .. } => matches!(op, BinaryOperator::And | BinaryOperator::Or),
            _ => false,
        };
        let wrong = match expr {
            Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } if matches!(**right, Expr::Subquery(_)) => QUANTIFIED,
            Expr::SimilarTo { .. } => SIMILAR,
            Expr::BinaryOp { op: BinaryOperator::BitwiseXor, .. } => POWER,
            Expr::AtTimeZone { time_zone, .. } if !is_utc(time_zone) => ZONED,
            Expr::Function(function) if makes_lists(function) => LISTED,
            Expr::Function(function) if is_removal(function) => REMOVED,
            Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) if is_joined(right) => DISTINCT,
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } if has(left, true) || has(right, true) => NOT_IN,
            Expr::UnaryOp { op: UnaryOperator::Not, expr } if !is_membership(expr) && has(expr, false) => NOT_IN,
            Expr::IsNull(of) | Expr::IsNotNull(of) | Expr::IsUnknown(of) | Expr::IsNotUnknown(of) if has(of, false) => {
                NOT_IN
            }
            _ => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(wrong)
    }
}

fn is_utc(zone: &Expr) -> bool {
    match zone {
        Expr::Value(zone) => match &zone.value {
            Value::SingleQuotedString(zone) => ["utc", "z", "+00:00"].contains(&zone.to_lowercase().as_str()),
            _ => false,
        },
        _ => false,
    }
}

fn is_removal(function: &Function) -> bool {
    ["array_remove", "list_remove"].contains(&function.name.to_string().to_ascii_lowercase().as_str())
}

/// Whether a window function makes a list of many rows for each row: they are made at once, as large as the square of the
/// rows, and nobody can stop it.
fn makes_lists(function: &Function) -> bool {
    let name = function.name.to_string().to_ascii_lowercase();
    if !["array_agg", "string_agg"].contains(&name.as_str()) {
        return false;
    }
    match &function.over {
        None => false,
        Some(WindowType::WindowSpec(window)) => !window.window_frame.as_ref().is_some_and(is_small),
        Some(WindowType::NamedWindow(_)) => true,
    }
}

fn is_small(frame: &WindowFrame) -> bool {
    let is_near = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::CurrentRow => true,
        WindowFrameBound::Preceding(Some(rows)) | WindowFrameBound::Following(Some(rows)) => match &**rows {
            Expr::Value(rows) => match &rows.value {
                Value::Number(rows, _) => rows.parse().is_ok_and(|rows: u64| rows <= LISTED_WINDOW_ROWS),
                _ => false,
            },
            _ => false,
        },
        WindowFrameBound::Preceding(None) | WindowFrameBound::Following(None) => false,
    };
    frame.units == WindowFrameUnits::Rows && is_near(&frame.start_bound) && frame.end_bound.as_ref().is_none_or(is_near)
}

/// Whether an expression is x IN (SELECT ...).
fn is_membership(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(expr) => is_membership(expr),
        Expr::InSubquery { .. } => true,
        _ => false,
    }
}

/// Whether there is an IN (SELECT ...) among the terms of a condition, or one with NOT.
fn has(expr: &Expr, is_negated: bool) -> bool {
    match expr {
        Expr::InSubquery { negated, .. } => *negated || !is_negated,
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => has(expr, false),
        Expr::Nested(expr) => has(expr, is_negated),
        Expr::BinaryOp { left, right, .. } => has(left, is_negated) || has(right, is_negated),
        _ => false,
    }
}

fn of_body(body: &SetExpr) -> ControlFlow<&'static str> {
    match body {
        SetExpr::SetOperation { op, set_quantifier, left, right } => {
            if matches!(op, SetOperator::Intersect | SetOperator::Except) && *set_quantifier == SetQuantifier::All {
                return ControlFlow::Break(MULTISET);
            }
            of_body(left)?;
            of_body(right)
        }
        SetExpr::Select(select) => select.from.iter().try_for_each(of_joins),
        _ => ControlFlow::Continue(()),
    }
}

fn of_joins(table: &TableWithJoins) -> ControlFlow<&'static str> {
    let is_merged = |join: &JoinConstraint| matches!(join, JoinConstraint::Using(_) | JoinConstraint::Natural);
    let is_wrong = table.joins.iter().any(|join| match &join.join_operator {
        JoinOperator::Right(on) | JoinOperator::RightOuter(on) | JoinOperator::FullOuter(on) => is_merged(on),
        _ => false,
    });
    if is_wrong { ControlFlow::Break(MERGED) } else { ControlFlow::Continue(()) }
}

#[cfg(test)]
mod tests {
    use super::super::{Session, SessionOptions};
    use super::*;

    #[test]
    fn what_would_be_answered_wrongly_is_refused() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let refused = |condition: &str| {
            let sql = format!("SELECT 1 FROM (SELECT 1 AS a, 2 AS b) AS t {condition}");
            let parsed = session.parse_as_is(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            check(&parsed).err().map(|error| error.to_string().replace("Error during planning: ", ""))
        };
        for (condition, remedy) in [
            ("WHERE a = ANY (SELECT 1)", QUANTIFIED),
            ("WHERE a > ALL (SELECT 1)", QUANTIFIED),
            ("WHERE 'a' SIMILAR TO '%b%'", SIMILAR),
            ("WHERE a IS DISTINCT FROM 1 AND b = 2", DISTINCT),
            ("WHERE a = 1 OR b NOT IN (SELECT 2)", NOT_IN),
            ("WHERE a = 1 OR (b > 1 AND NOT b IN (SELECT 2))", NOT_IN),
            ("WHERE NOT (a = 1 AND b IN (SELECT 2))", NOT_IN),
            ("WHERE (b IN (SELECT 2)) IS NULL", NOT_IN),
            ("INTERSECT ALL SELECT 1", MULTISET),
            ("UNION SELECT 1 EXCEPT ALL SELECT 1", MULTISET),
            ("FULL JOIN (SELECT 1 AS a) AS u USING (a)", MERGED),
            ("NATURAL RIGHT JOIN (SELECT 1 AS a) AS u", MERGED),
            ("WHERE EXISTS (SELECT 1 WHERE a = ANY (SELECT 1))", QUANTIFIED),
            ("ORDER BY array_agg(a) OVER ()", LISTED),
            ("WHERE a < 1024 ^ 3", POWER),
            ("TABLESAMPLE SYSTEM (1)", SAMPLED),
            ("WHERE now() AT TIME ZONE 'Europe/Berlin' > now()", ZONED),
            ("ORDER BY array_agg(a) OVER (ORDER BY b ROWS BETWEEN 10 PRECEDING AND UNBOUNDED FOLLOWING)", LISTED),
            ("WHERE string_agg(a, ',') OVER w <> '' WINDOW w AS (ORDER BY b)", LISTED),
        ] {
            assert_eq!(refused(condition).as_deref(), Some(remedy), "{condition}");
        }
        for condition in [
            "WHERE a = ANY ([1, 2])",
            "WHERE (a IS DISTINCT FROM 1) AND b = 2",
            "WHERE a NOT IN (SELECT 1) AND b = 2",
            "WHERE NOT a IN (SELECT 1)",
            "WHERE a = 1 OR b IN (SELECT 2)",
            "WHERE a = 1 OR NOT EXISTS (SELECT 2)",
            "EXCEPT SELECT 1",
            "ORDER BY array_agg(a) OVER (ORDER BY b ROWS BETWEEN 10 PRECEDING AND CURRENT ROW)",
            "ORDER BY sum(a) OVER ()",
            "WHERE now() AT TIME ZONE 'UTC' > now()",
            "JOIN (SELECT 1 AS a) AS u USING (a)",
            "FULL JOIN (SELECT 1 AS a) AS u ON t.a = u.a",
        ] {
            assert_eq!(refused(condition), None, "{condition}");
        }
    }
}
