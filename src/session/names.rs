//! What columns are called that a SELECT gives no name: as they are written, `sum(bytes)`, where DataFusion 55.2 says
//! `sum(flows.bytes)`, and of a span of time what it is made of. What is named twice, as in `SELECT *, bytes FROM flows`,
//! it refuses; here the second is `bytes_1`, as in DuckDB.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, OrderBy, OrderByKind, Query, SelectFlavor, SelectItem, SetExpr, TableFactor, TableWithJoins, VisitMut,
    VisitorMut, WildcardAdditionalOptions, visit_expressions_mut,
};

use crate::limits::COLUMN_NAME_CHARS;

/// Gives them names; it must be said which functions are aggregates.
pub(super) fn give(statement: &mut Statement, is_aggregate: &impl Fn(&str) -> bool) {
    match statement {
        Statement::Statement(statement) => drop(statement.visit(&mut Names(is_aggregate))),
        Statement::Explain(explained) => give(&mut explained.statement, is_aggregate),
        _ => {}
    }
}

struct Names<'a, F>(&'a F);

impl<F: Fn(&str) -> bool> VisitorMut for Names<'_, F> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let named = of_body(&mut query.body);
        let hidden = hidden(&query.body);
        // What is sorted by is then found by its name, also where only what is selected may be.
        if let Some(OrderBy { kind: OrderByKind::Expressions(sorted), .. }) = &mut query.order_by {
            for by in sorted {
                let sorted_by = key(&by.expr);
                if let Some((_, name)) = named.iter().find(|(expr, _)| *expr == sorted_by) {
                    by.expr = Expr::Identifier(name.clone());
                } else if let Some((table, names)) = &hidden {
                    let _ = by.expr.visit(&mut Hidden { table, names, is_aggregate: self.0 });
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The only table of a SELECT, and the names of its columns that a name given to another may hide.
fn hidden(body: &SetExpr) -> Option<(Ident, HashSet<String>)> {
    let SetExpr::Select(select) = body else { return None };
    let [TableWithJoins { relation, joins }] = select.from.as_slice() else { return None };
    let table = match relation {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => {
            alias.name.clone()
        }
        TableFactor::Table { name, .. } => name.0.last()?.as_ident()?.clone(),
        _ => return None,
    };
    let names = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(called(alias)),
        _ => None,
    });
    joins.is_empty().then(|| (table, names.collect()))
}

/// Within an aggregate that is sorted by a column is meant, and not what was made of it: in `SELECT sum(bytes) AS bytes ...
/// ORDER BY sum(bytes) / count(*)` DataFusion 55.2 takes the sum of the sums.
struct Hidden<'a, F> {
    table: &'a Ident,
    names: &'a HashSet<String>,
    is_aggregate: &'a F,
}

impl<F: Fn(&str) -> bool> VisitorMut for Hidden<'_, F> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(call) = expr
            && call.over.is_none()
            && (self.is_aggregate)(&call.name.to_string().to_lowercase())
        {
            let _ = visit_expressions_mut(&mut call.args, |expr| {
                if let Expr::Identifier(column) = expr
                    && self.names.contains(&called(column))
                {
                    *expr = Expr::CompoundIdentifier(vec![self.table.clone(), column.clone()]);
                }
                ControlFlow::<()>::Continue(())
            });
        }
        ControlFlow::Continue(())
    }
}

/// Names the columns of a SELECT, or of several that make one table; what is computed is told with its name, of the first.
fn of_body(body: &mut SetExpr) -> Vec<(String, Ident)> {
    match body {
        SetExpr::Select(select) => {
            // DuckDB's `FROM flows`, of which DataFusion 55.2 makes rows without a column.
            if select.flavor == SelectFlavor::FromFirstNoSelect {
                select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
            }
            of_items(&mut select.projection)
        }
        SetExpr::SetOperation { left, right, .. } => {
            of_body(right);
            of_body(left)
        }
        _ => Vec::new(),
    }
}

fn of_items(items: &mut [SelectItem]) -> Vec<(String, Ident)> {
    let mut given = Vec::new();
    // One that leaves some out has what is not told.
    let is_whole = |options: &WildcardAdditionalOptions| options.opt_exclude.is_none() && options.opt_except.is_none();
    let has_all = items.iter().any(|item| matches!(item, SelectItem::Wildcard(options) if is_whole(options)));
    let whole_tables: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            SelectItem::QualifiedWildcard(of, options) if is_whole(options) => Some(of.to_string().to_lowercase()),
            _ => None,
        })
        .collect();
    // What * has is there before, wherever it stands.
    let is_of_all = |expr: &Expr| match expr {
        Expr::Identifier(_) => has_all,
        Expr::CompoundIdentifier(parts) => {
            has_all
                || parts.split_last().is_some_and(|(_, table)| {
                    let table = table.iter().map(Ident::to_string).collect::<Vec<_>>().join(".").to_lowercase();
                    whole_tables.contains(&format!("{table}.*"))
                })
        }
        _ => false,
    };
    let (mut named, mut seen) = (HashSet::new(), HashSet::new());
    for item in items.iter() {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => named.insert(alias.value.clone()),
            SelectItem::UnnamedExpr(Expr::Identifier(column)) => named.insert(column.value.clone()),
            _ => false,
        };
    }
    let mut aliases = HashSet::new();
    for item in items {
        let (expr, alias) = match item {
            SelectItem::UnnamedExpr(expr) => (expr.clone(), None),
            SelectItem::ExprWithAlias { expr, alias } => (expr.clone(), Some(alias.clone())),
            _ => continue,
        };
        let is_column = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        let is_there = match &alias {
            Some(alias) => !aliases.insert(called(alias)),
            None => !seen.insert(key(&expr)) || is_of_all(&expr),
        };
        let name = match (&expr, &alias) {
            (_, Some(alias)) => alias.value.clone(),
            _ if is_column && !is_there => continue,
            (Expr::Identifier(column), _) => called(column),
            (Expr::CompoundIdentifier(parts), _) => parts.last().map_or(String::new(), called),
            (other, _) => written(other),
        };
        let own = if is_there { None } else { alias.or_else(|| named.insert(name.clone()).then(|| quoted(&name))) };
        let numbered = (1..).map(|number| format!("{name}_{number}"));
        let Some(alias) =
            own.or_else(|| numbered.into_iter().find(|name| named.insert(name.clone())).map(|name| quoted(&name)))
        else {
            continue;
        };
        // A number in ORDER BY is the place of a column.
        if !is_column && !matches!(expr, Expr::Value(_)) {
            given.push((key(&expr), alias.clone()));
        }
        *item = SelectItem::ExprWithAlias { expr, alias };
    }
    given
}

/// What a column is called: without quotes in lower case.
fn called(column: &Ident) -> String {
    if column.quote_style.is_some() { column.value.clone() } else { column.value.to_lowercase() }
}

fn quoted(name: &str) -> Ident {
    Ident::with_quote('"', name)
}

/// What is the same in expressions that are the same: neither brackets around them nor, without texts, upper case.
fn key(expr: &Expr) -> String {
    match expr {
        Expr::Nested(expr) => key(expr),
        expr => {
            let text = expr.to_string();
            if text.contains(['\'', '"']) { text } else { text.to_lowercase() }
        }
    }
}

/// An expression as it was written, in one line and no longer than a name should be.
fn written(expr: &Expr) -> String {
    let written = expr.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    match written.char_indices().nth(COLUMN_NAME_CHARS) {
        None => written,
        Some(_) => written.chars().take(COLUMN_NAME_CHARS - 3).chain("...".chars()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;

    use super::super::{Session, SessionOptions};

    #[tokio::test]
    async fn a_column_has_a_name_and_may_be_named_twice() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        for (select, columns) in [
            ("a, a", "a, a_1"),
            ("*, b", "a, b, b_1"),
            ("b, *", "b_1, a, b"),
            ("a, a, b AS a_1", "a, a_2, a_1"),
            ("a + 1, b, a + 1", "a + 1, b, a + 1_1"),
            ("DISTINCT b, b", "b, b_1"),
            ("DISTINCT a + 1", "a + 1"),
            ("t.*, b AS c", "a, b, c"),
            ("t.*, t.b", "a, b, b_1"),
            ("*, t.b", "a, b, b_1"),
            ("a, A", "a, a_1"),
            ("a AS c, b AS c", "c, c_1"),
            ("a AS C, b AS c", "c, c_1"),
            ("a AS \"c\", b AS \"C\"", "c, C"),
            ("* EXCLUDE (b), b", "a, b"),
            ("count(*), SUM(b)", "count(*), SUM(b)"),
            ("a + 1, 3 AS \"a + 1\"", "a + 1_1, a + 1"),
            ("1, 'x', a::text", "1, 'x', a::TEXT"),
            (
                "CASE WHEN a > 1000000 THEN 'much'\n WHEN a > 1000 THEN 'some' ELSE 'little' END",
                "CASE WHEN a > 1000000 THEN 'much' WHEN a > 1000 THEN 'some' ...",
            ),
        ] {
            let sql = format!("SELECT {select} FROM (SELECT 1 AS a, 2 AS b) AS t");
            let told = match session.sql(&sql).await {
                Ok(frame) => {
                    frame.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ")
                }
                Err(problem) => problem.to_string(),
            };
            assert_eq!(told, columns, "{select}");
        }
        let sorted = "SELECT DISTINCT bytes + 1 FROM (SELECT 1 AS bytes) AS t ORDER BY bytes + 1 DESC";
        assert!(session.sql(sorted).await.is_ok());
        let all = session.sql("FROM (SELECT 1 AS a, 2 AS b) AS t LIMIT 1").await.expect("SQL");
        assert_eq!(all.schema().fields().len(), 2);
        for sorted in [
            "SELECT b, sum(a) AS a FROM t GROUP BY b ORDER BY sum(a) DESC",
            "SELECT b, SUM(a) FROM t GROUP BY b ORDER BY sum(a) DESC",
            "SELECT b, sum(-a) AS a FROM t GROUP BY b ORDER BY sum(a) / count(*) DESC",
            "SELECT b, min(-a) AS a FROM t AS u GROUP BY b ORDER BY max(u.a) + MAX(a) DESC",
            "SELECT b, -a AS a FROM t ORDER BY abs(a) DESC",
            "SELECT DISTINCT b, (a + b) FROM t ORDER BY A + b DESC",
        ] {
            let sql = format!("WITH t AS (SELECT * FROM (VALUES (1, 1), (2, 2)) AS t (a, b)) {sorted}");
            let rows = session.sql(&sql).await.expect(sorted).collect().await.expect(sorted);
            assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().values(), &[2, 1], "{sorted}");
        }
        let by_place = session.sql("SELECT a, 1 FROM (VALUES (3), (2)) AS t (a) ORDER BY 1").await.expect("SQL");
        let rows = by_place.collect().await.expect("rows");
        assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().values(), &[2, 3]);
        let within = "SELECT bytes_1 FROM (SELECT bytes, bytes FROM (SELECT 1 AS bytes) AS t) UNION SELECT 2";
        assert!(session.sql(within).await.is_ok());
    }
}
