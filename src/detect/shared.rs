//! What several places of a query read is computed once.
//!
//! The engine writes a common table expression out at each place that names it, and computes it there anew: one that is
//! named twice by another that is named three times is computed six times, and detections are built of such steps. Here
//! the steps are taken in their order. One that makes few rows of many and is named more than once is computed, and its
//! rows stand in its place as a table; the others, which only filter and rename, are left to the engine, which reads
//! them again for less than it costs to keep them.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider,
};
use datafusion::common::{Result, plan_err};
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{JoinType, LogicalPlan};
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{self, Query, visit_relations};

use crate::conversation::{Kept, Rows};
use crate::history;
use crate::session::Session;

/// A query whose steps are computed. The rows are there for as long as `kept` is.
pub(super) struct Prepared {
    pub(super) frame: DataFrame,
    pub(super) kept: Vec<Kept>,
}

/// Plans a query, after computing what it reads in several places; `bind` gives a plan its parameters.
///
/// # Errors
/// The engine's.
pub(super) async fn prepare(
    session: &Session,
    sql: &str,
    bind: impl Fn(DataFrame) -> Result<DataFrame>,
) -> Result<Prepared> {
    let session = with_own_tables(session).await?;
    let mut query = parse(&session, sql)?;
    let mut kept = Vec::new();
    if !query.with.as_ref().is_some_and(|with| are_plain(&session, with)) {
        return Ok(Prepared { frame: bind(plan(&session, query).await?)?, kept });
    }
    let steps = query.with.take().map(|with| with.cte_tables).unwrap_or_default();
    let times = times_named(&steps, &query);
    let mut computed = HashSet::new();
    for step in steps {
        let name = name_of(&step);
        // Those before it are tables by now.
        let frame = plan(&session, *step.query).await?;
        let is_shared = times.get(&name).is_some_and(|times| *times > 1);
        if !is_shared || !makes_few(frame.logical_plan(), &computed) {
            let view = ViewTable::new(frame.logical_plan().clone(), None);
            session.context().register_table(&name, Arc::new(view))?;
            continue;
        }
        let frame = bind(frame)?;
        // What the plan says of its columns was said before the parameters had values, and types.
        let batches = frame.execute_stream().await?;
        let schema = batches.schema();
        let (table, rows) = Rows::of(&session, &name, &schema, batches).await?;
        session.context().register_table(&name, if rows.rows == 0 { history::empty(&schema)? } else { table })?;
        kept.push(rows);
        computed.insert(name);
    }
    Ok(Prepared { frame: bind(plan(&session, query).await?)?, kept })
}

fn name_of(step: &ast::Cte) -> String {
    step.alias.name.value.to_ascii_lowercase()
}

/// Whether steps can be tables: names in quotes tell upper and lower case apart, and those of tables here do not; nor can
/// they name the columns.
fn are_plain(session: &Session, with: &ast::With) -> bool {
    let is_table = |step: &ast::Cte| session.context().table_exist(name_of(step)).unwrap_or(true);
    let is_plain =
        |step: &ast::Cte| step.alias.name.quote_style.is_none() && step.alias.columns.is_empty() && !is_table(step);
    let names: HashSet<String> = with.cte_tables.iter().map(name_of).collect();
    !with.recursive && names.len() == with.cte_tables.len() && with.cte_tables.iter().all(is_plain)
}

/// How often each table is named, by the steps and by the rest of the query.
fn times_named(steps: &[ast::Cte], rest: &Query) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    let mut count = |name: &ast::ObjectName| {
        *times.entry(name.to_string().to_ascii_lowercase()).or_default() += 1;
        ControlFlow::<()>::Continue(())
    };
    for step in steps {
        let _ = visit_relations(&step.query, &mut count);
    }
    let _ = visit_relations(rest, &mut count);
    times
}

/// Whether a plan makes few rows of many, or picks them out of many by joining them with few.
fn makes_few(plan: &LogicalPlan, computed: &HashSet<String>) -> bool {
    match plan {
        LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) | LogicalPlan::Limit(_) => true,
        LogicalPlan::TableScan(scan) => computed.contains(scan.table_name.table()),
        LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => true,
        LogicalPlan::Join(join) => {
            let [left, right] = [&join.left, &join.right].map(|side| makes_few(side, computed));
            match join.join_type {
                JoinType::Inner if join.on.is_empty() && join.filter.is_none() => left && right,
                JoinType::Inner | JoinType::LeftSemi | JoinType::RightSemi => left || right,
                JoinType::Left | JoinType::LeftAnti | JoinType::LeftMark => left,
                JoinType::Right | JoinType::RightAnti | JoinType::RightMark => right,
                JoinType::Full => left && right,
            }
        }
        _ => {
            let inputs = plan.inputs();
            !inputs.is_empty() && inputs.into_iter().all(|input| makes_few(input, computed))
        }
    }
}

fn parse(session: &Session, sql: &str) -> Result<Query> {
    match session.parse(sql)? {
        Statement::Statement(statement) => match *statement {
            ast::Statement::Query(query) => Ok(*query),
            _ => plan_err!("a detection is one SELECT"),
        },
        _ => plan_err!("a detection is one SELECT"),
    }
}

async fn plan(session: &Session, query: Query) -> Result<DataFrame> {
    session.plan(Statement::Statement(Box::new(ast::Statement::Query(Box::new(query))))).await
}

/// The session with the same tables, to which more can be added without another query seeing them.
async fn with_own_tables(session: &Session) -> Result<Session> {
    let state = session.context().state();
    let options = &state.config().options().catalog;
    let (catalog, schema) = (options.default_catalog.clone(), options.default_schema.clone());
    let own = MemorySchemaProvider::new();
    if let Some(tables) = session.context().catalog(&catalog).and_then(|catalog| catalog.schema(&schema)) {
        for name in tables.table_names() {
            if let Some(table) = tables.table(&name).await? {
                own.register_table(name, table)?;
            }
        }
    }
    let own_catalog = MemoryCatalogProvider::new();
    own_catalog.register_schema(&schema, Arc::new(own))?;
    // Not by way of the state's builder, which registers all functions again: they are many, and DataFusion's to_char is
    // also called date_format.
    let context = SessionContext::new_with_state(state);
    context.register_catalog_list(Arc::new(MemoryCatalogProviderList::new()));
    context.register_catalog(catalog, Arc::new(own_catalog));
    Ok(Session::of(context))
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::common::ParamValues;
    use datafusion::common::ScalarValue;

    use super::*;
    use crate::session::SessionOptions;

    async fn session() -> Session {
        let options = SessionOptions { threads: 2, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let numbers = session.sql("SELECT value, value % 7 AS seventh FROM generate_series(1, 1000)").await;
        let numbers = numbers.expect("a query").into_view();
        session.context().register_table("numbers", numbers).expect("a table");
        session
    }

    fn bind(frame: DataFrame) -> Result<DataFrame> {
        frame.with_param_values(ParamValues::Map([("least".to_owned(), ScalarValue::from(3_i64).into())].into()))
    }

    /// The steps that were computed, after the answer was found to be the engine's own.
    async fn computed(session: &Session, sql: &str) -> usize {
        let Prepared { frame, kept } = prepare(session, sql, bind).await.expect(sql);
        let rows = async |frame: DataFrame| {
            let batches = frame.collect().await.expect(sql);
            pretty_format_batches(&batches).expect("displayable").to_string()
        };
        let plain = bind(session.sql(sql).await.expect(sql)).expect(sql);
        assert_eq!(rows(frame).await, rows(plain).await, "{sql}");
        kept.len()
    }

    #[tokio::test]
    async fn a_step_that_makes_few_rows_and_is_named_twice_is_computed_once() {
        let session = session().await;
        let counted =
            "WITH counted AS (SELECT seventh, count(*) AS n, sum(value) AS total FROM numbers GROUP BY seventh)";
        for (rest, expected) in [
            // The type of a column may be that of a parameter.
            (
                ", named AS (SELECT seventh, CASE WHEN n > 5 THEN $least END AS least FROM counted) \
                 SELECT a.least, b.seventh FROM named AS a JOIN named AS b ON a.seventh = b.seventh ORDER BY 2",
                1,
            ),
            ("SELECT * FROM counted WHERE seventh >= $least ORDER BY seventh", 0),
            ("SELECT a.seventh, b.n FROM counted AS a JOIN counted AS b ON a.n = b.n ORDER BY a.seventh, b.n", 1),
            // In a subquery of an expression too.
            ("SELECT seventh FROM counted WHERE total = (SELECT max(total) FROM Counted)", 1),
            // What is made of few rows is few rows; what filters and renames all is not kept.
            (
                ", late AS (SELECT * FROM counted WHERE seventh >= $least), again AS (SELECT value AS v FROM numbers) \
                 SELECT count(*) FROM late JOIN counted ON late.n = counted.n JOIN again AS x ON x.v = late.seventh \
                 JOIN again AS y ON y.v = x.v JOIN late AS z ON z.seventh = y.v",
                2,
            ),
        ] {
            assert_eq!(computed(&session, &format!("{counted} {rest}")).await, expected, "{rest}");
        }
        assert!(!session.context().table_exist("counted").expect("an answer"), "other queries don't see it");
    }

    #[tokio::test]
    async fn a_step_without_rows_is_a_table_without_rows() {
        let session = session().await;
        let none = "WITH none AS (SELECT seventh, max(value) AS m FROM numbers WHERE value > 5000 GROUP BY seventh), \
                    such AS (SELECT seventh, m + 1 AS n FROM none)";
        for rest in [
            "SELECT count(*), max(n) FROM such JOIN none USING (seventh)",
            "SELECT count(*), max(n), max(m) FROM numbers LEFT JOIN such ON n = value LEFT JOIN none ON m = value",
            "SELECT value FROM numbers WHERE NOT EXISTS (SELECT 1 FROM none) AND value < (SELECT 3 + count(*) FROM none)",
        ] {
            assert_eq!(computed(&session, &format!("{none} {rest}")).await, 1, "{rest}");
        }
    }

    #[tokio::test]
    async fn steps_in_quotes_are_the_engines() {
        let session = session().await;
        let sql = "WITH \"A\" AS (SELECT 1 AS v), a AS (SELECT max(value) AS v FROM numbers) \
                   SELECT q.v, x.v, y.v AS w FROM \"A\" AS q, a AS x, a AS y";
        assert_eq!(computed(&session, sql).await, 0);
        let sql = "WITH a(v) AS (SELECT max(value) FROM numbers) SELECT x.v, y.v AS w FROM a AS x, a AS y";
        assert_eq!(computed(&session, sql).await, 0);
    }

    #[tokio::test]
    async fn a_step_called_like_a_table_is_the_engines() {
        let session = session().await;
        let sql = "WITH numbers AS (SELECT max(value) AS m FROM numbers) SELECT a.m FROM numbers AS a, numbers AS b";
        assert_eq!(computed(&session, sql).await, 0);
    }
}
