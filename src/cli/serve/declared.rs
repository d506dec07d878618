//! Parameters of which a client says what they are. The engine takes a parameter for what it stands beside: of `bytes * $1`
//! it makes a whole number of a half. Compared with something it may be what it likes.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::{Expr, LogicalPlan, Operator};
use pgwire::api::Type;

use crate::cli::shell::lex;

/// A plan whose parameters are of the types that were said.
///
/// # Errors
/// The engine's.
pub fn declared(plan: LogicalPlan, given: &[Option<Type>]) -> Result<LogicalPlan> {
    if given.iter().all(Option::is_none) {
        return Ok(plan);
    }
    plan.transform_up_with_subqueries(|node| {
        let rewritten = node.map_expressions(|expression| {
            let mut rewritten = expression.transform_up(|mut expression| {
                let is_set = within(&mut expression, given);
                Ok(if is_set { Transformed::yes(expression) } else { Transformed::no(expression) })
            })?;
            rewritten.transformed |= alone(&mut rewritten.data, given);
            Ok(rewritten)
        })?;
        match rewritten.transformed {
            true => rewritten.map_data(LogicalPlan::recompute_schema),
            false => Ok(rewritten),
        }
    })
    .data()
}

/// Sets the parameters that an expression computes with.
fn within(expression: &mut Expr, given: &[Option<Type>]) -> bool {
    use Operator::{Divide, Minus, Modulo, Multiply, Plus};
    let parts: Vec<&mut Expr> = match expression {
        Expr::BinaryExpr(of) if matches!(of.op, Plus | Minus | Multiply | Divide | Modulo) => {
            vec![of.left.as_mut(), of.right.as_mut()]
        }
        Expr::Negative(of) => vec![of.as_mut()],
        Expr::Case(of) => {
            let then = of.when_then_expr.iter_mut().map(|(_, then)| then.as_mut());
            then.chain(of.else_expr.as_deref_mut()).collect()
        }
        Expr::ScalarFunction(of) => of.args.iter_mut().collect(),
        _ => return false,
    };
    parts.into_iter().map(|part| set(part, given)).fold(false, |any, is_set| any | is_set)
}

/// Sets a parameter that stands alone; a decimal stays one there.
fn alone(expression: &mut Expr, given: &[Option<Type>]) -> bool {
    match expression {
        Expr::Alias(of) => alone(&mut of.expr, given),
        Expr::Placeholder(of) if said(of, given) == Some(&Type::NUMERIC) => false,
        expression => set(expression, given),
    }
}

fn set(expression: &mut Expr, given: &[Option<Type>]) -> bool {
    let Expr::Placeholder(placeholder) = expression else { return false };
    let Some(kind) = kind(placeholder, given) else { return false };
    placeholder.field = Some(Arc::new(Field::new("", kind, true)));
    true
}

fn said<'a>(placeholder: &Placeholder, given: &'a [Option<Type>]) -> Option<&'a Type> {
    let number = placeholder.id.strip_prefix('$')?.parse::<usize>().ok()?;
    given.get(number.checked_sub(1)?)?.as_ref()
}

/// The type that a parameter has, where it is another than the engine takes it for.
fn kind(placeholder: &Placeholder, given: &[Option<Type>]) -> Option<DataType> {
    let taken = placeholder.field.as_ref().map(|field| field.data_type());
    let is_free = taken.is_none_or(DataType::is_null);
    let is_whole = taken.is_some_and(DataType::is_integer);
    let kind = match *said(placeholder, given)? {
        Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC if is_free || is_whole => DataType::Float64,
        Type::INT2 | Type::INT4 if is_free => DataType::Int64,
        Type::INT8 if is_free || is_whole => DataType::Int64,
        Type::INTERVAL => DataType::Interval(IntervalUnit::MonthDayNano),
        _ => return None,
    };
    (taken != Some(&kind)).then_some(kind)
}

/// A statement in which spans of time that were said to be so are cast: added to a time, the engine takes them for another.
pub fn intervals(sql: &str, given: &[Option<Type>]) -> String {
    if !given.contains(&Some(Type::INTERVAL)) {
        return sql.to_owned();
    }
    let cast = |token: &lex::Token| {
        let token = token.of(sql);
        let number = token.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
        match number.and_then(|number| given.get(number.checked_sub(1)?)?.as_ref()) {
            Some(&Type::INTERVAL) => format!("{token}::interval"),
            _ => token.to_owned(),
        }
    };
    lex::tokens(sql).iter().map(cast).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_cast() {
        let given = [Some(Type::INTERVAL), Some(Type::TEXT)];
        assert_eq!(intervals("SELECT t + $1, '$1', $2, $11", &given), "SELECT t + $1::interval, '$1', $2, $11");
        assert_eq!(intervals("SELECT $1", &given[1..]), "SELECT $1");
    }
}
