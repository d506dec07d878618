//! Takes out of a statement about PostgreSQL's catalog what there is nothing of: no comments, sizes, sequences, constraints,
//! indexes, functions and privileges. Their values are NULL, as in a database that has none.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName, Query, SelectItem, SetExpr, Statement, Value, VisitMut, VisitorMut,
};

/// Functions that say nothing.
const SAYING_NOTHING: [&str; 18] = [
    "array",
    "col_description",
    "generate_subscripts",
    "json_build_object",
    "obj_description",
    "pg_get_expr",
    "pg_get_function_arguments",
    "pg_get_function_identity_arguments",
    "pg_get_function_result",
    "pg_get_functiondef",
    "pg_get_indexdef",
    "pg_get_ruledef",
    "pg_get_serial_sequence",
    "pg_get_triggerdef",
    "pg_size_pretty",
    "pg_tablespace_location",
    "shobj_description",
    "unnest",
];

/// Functions that say yes of whatever there is.
const SAYING_YES: [&str; 2] = ["pg_function_is_visible", "pg_type_is_visible"];

/// Columns that the catalog lacks.
const COLUMNS: [&str; 3] = ["nspacl", "relacl", "reloptions"];

/// Functions that make one value of many.
const AGGREGATES: [&str; 7] = ["array_agg", "bool_and", "bool_or", "count", "max", "min", "string_agg"];

/// Takes it out.
pub fn take_out(statement: &mut Statement) {
    let ControlFlow::Continue(()) = statement.visit(&mut Absent) else { return };
}

struct Absent;

impl VisitorMut for Absent {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let value = match expr {
            Expr::Like { escape_char, .. } => {
                *escape_char = None;
                None
            }
            Expr::CompoundIdentifier(parts) => {
                let is_absent = parts.last().is_some_and(|column| COLUMNS.contains(&column.value.as_str()));
                is_absent.then_some(Value::Null)
            }
            Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } => {
                (is_null(left) || is_null(right)).then_some(Value::Null)
            }
            Expr::Subquery(query) => aggregate(query),
            Expr::Function(function) => of_function(function),
            _ => None,
        };
        if let Some(value) = value {
            *expr = Expr::Value(value.into());
        }
        ControlFlow::Continue(())
    }
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

fn name_of(function: &Function) -> String {
    function.name.0.last().map(|part| part.to_string().to_ascii_lowercase()).unwrap_or_default()
}

fn of_function(function: &mut Function) -> Option<Value> {
    let name = name_of(function);
    if SAYING_NOTHING.contains(&name.as_str()) {
        return Some(Value::Null);
    }
    if SAYING_YES.contains(&name.as_str()) {
        return Some(Value::Boolean(true));
    }
    let FunctionArguments::List(arguments) = &mut function.args else { return None };
    match name.as_str() {
        // The places of columns in what there is not.
        "array_agg" => arguments.clauses.retain(|clause| !matches!(clause, FunctionArgumentClause::OrderBy(_))),
        "array_to_string" => match arguments.args.first() {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(list))) if is_null(list) => return Some(Value::Null),
            _ => {}
        },
        _ => {}
    }
    None
}

/// Of a SELECT that has one row at most the engine wants to see that it has: the largest of one is that one.
fn aggregate(query: &mut Query) -> Option<Value> {
    let SetExpr::Select(select) = &mut *query.body else { return None };
    let [SelectItem::UnnamedExpr(of) | SelectItem::ExprWithAlias { expr: of, .. }] = select.projection.as_mut_slice()
    else {
        return None;
    };
    if is_null(of) {
        return Some(Value::Null);
    }
    let is_aggregate =
        |expr: &Expr| matches!(expr, Expr::Function(call) if AGGREGATES.contains(&name_of(call).as_str()));
    if select.from.is_empty() || is_aggregate(of) {
        return None;
    }
    (query.order_by, query.limit_clause) = (None, None);
    let of = std::mem::replace(of, Expr::Value(Value::Null.into()));
    let most = Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new("max")]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(of))],
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    });
    select.projection = vec![SelectItem::UnnamedExpr(most)];
    None
}
