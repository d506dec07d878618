//! Columns that a SELECT names twice: `SELECT *, bytes FROM flows`. DataFusion 55.2 refuses them; here the second is
//! `bytes_1`, as in DuckDB.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, SelectItem, SetExpr, VisitMut, VisitorMut};

/// Gives them names of their own.
pub(super) fn name_apart(statement: &mut Statement) {
    match statement {
        Statement::Statement(statement) => drop(statement.visit(&mut Names)),
        Statement::Explain(explained) => name_apart(&mut explained.statement),
        _ => {}
    }
}

struct Names;

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        of_body(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn of_body(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => of_items(&mut select.projection),
        SetExpr::SetOperation { left, right, .. } => {
            of_body(left);
            of_body(right);
        }
        _ => {}
    }
}

fn of_items(items: &mut [SelectItem]) {
    let has_all = items.iter().any(|item| matches!(item, SelectItem::Wildcard(_)));
    let (mut named, mut seen) = (HashSet::new(), HashSet::new());
    for item in items.iter() {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => named.insert(alias.value.clone()),
            SelectItem::UnnamedExpr(Expr::Identifier(column)) => named.insert(column.value.clone()),
            _ => false,
        };
    }
    for item in items {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        let (name, is_column) = match &*expr {
            Expr::Identifier(column) => (column.value.clone(), true),
            Expr::CompoundIdentifier(parts) => (parts.last().map_or(String::new(), |part| part.value.clone()), false),
            other => (other.to_string(), false),
        };
        // What * has is there before, wherever it stands.
        if seen.insert(expr.to_string()) && !(has_all && is_column) {
            continue;
        }
        let other = (1..).map(|number| format!("{name}_{number}")).find(|other| named.insert(other.clone()));
        if let Some(other) = other {
            *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::with_quote('"', other) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Session, SessionOptions};

    #[tokio::test]
    async fn a_column_may_be_named_twice() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        for (select, columns) in [
            ("a, a", "a, a_1"),
            ("*, b", "a, b, b_1"),
            ("b, *", "b_1, a, b"),
            ("a, a, b AS a_1", "a, a_2, a_1"),
            ("a + 1, b, a + 1", "t.a + Int64(1), b, a + 1_1"),
            ("DISTINCT b, b", "b, b_1"),
            ("t.*, b AS c", "a, b, c"),
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
        let within = "SELECT bytes_1 FROM (SELECT bytes, bytes FROM (SELECT 1 AS bytes) AS t) UNION SELECT 2";
        assert!(session.sql(within).await.is_ok());
    }
}
