//! Times that are written without seconds: `start_time >= '2026-03-11 14:00'`. The engine's reader of times wants them.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// Adds the seconds to a text that is made a timestamp.
#[derive(Debug)]
pub struct Minutes;

impl OptimizerRule for Minutes {
    fn name(&self) -> &str {
        "minutes"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let rewrite =
            |expr: Expr, _: &DFSchema| Ok(with_seconds(&expr).map_or_else(|| Transformed::no(expr), Transformed::yes));
        super::rewritten(plan, |expr| with_seconds(expr).is_some(), rewrite)
    }
}

fn with_seconds(expr: &Expr) -> Option<Expr> {
    let complete = |of: &Expr| {
        let Expr::Literal(value, metadata) = of else { return None };
        let text = value.try_as_str()?.filter(|text| is_to_the_minute(text))?;
        Some(Expr::Literal(ScalarValue::Utf8(Some(format!("{text}:00"))), metadata.clone()))
    };
    let is_time = |kind: &DataType| matches!(kind, DataType::Timestamp(..));
    match expr {
        Expr::Cast(Cast { expr: of, field }) if is_time(field.data_type()) => {
            Some(Expr::Cast(Cast { expr: Box::new(complete(of)?), field: field.clone() }))
        }
        Expr::TryCast(TryCast { expr: of, field }) if is_time(field.data_type()) => {
            Some(Expr::TryCast(TryCast { expr: Box::new(complete(of)?), field: field.clone() }))
        }
        Expr::ScalarFunction(call) if ["to_timestamp", "to_unixtime"].contains(&call.func.name()) => {
            let [of] = call.args.as_slice() else { return None };
            Some(Expr::ScalarFunction(ScalarFunction { func: call.func.clone(), args: vec![complete(of)?] }))
        }
        _ => None,
    }
}

/// Whether a text is like `2026-03-11 14:00`.
fn is_to_the_minute(text: &str) -> bool {
    text.len() == 16
        && text.bytes().zip(b"0000-00-00 00:00").all(|(is, like)| match like {
            b'0' => is.is_ascii_digit(),
            b' ' => is == b' ' || is == b'T',
            _ => is == *like,
        })
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;

    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn a_time_needs_no_seconds() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let sql = "SELECT count(*) FILTER (WHERE t >= '2026-03-11 14:00') AS a, count(*) FILTER (WHERE t BETWEEN \
                   '2026-03-11T13:59' AND TIMESTAMP '2026-03-11 13:59') AS b, max(CASE WHEN t::text = '2026-03-11 14:00' THEN \
                   1 ELSE 0 END) AS c FROM (SELECT arrow_cast(1773237600 + 60 * v, 'Timestamp(s)') AS t FROM (VALUES (-1), \
                   (0), (1)) AS v (v)) AS t";
        let rows = session.sql(sql).await.expect("SQL").collect().await.expect("rows");
        let table = pretty_format_batches(&rows).expect("a table").to_string();
        assert!(table.contains("| 2 | 1 | 0 |"), "{table}");
        for sql in [
            "SELECT CASE WHEN t > '2026-03-11 14:00' THEN 'a' ELSE 'b' END AS x, count(*) FROM t GROUP BY x",
            "SELECT t > '2026-03-11 14:00', count(*) FROM t GROUP BY 1",
            "SELECT sum(CASE WHEN t > '2026-03-11 14:00' THEN 1 END), count(DISTINCT t > '2026-03-11 14:00') FROM t",
            "SELECT count(*) OVER (PARTITION BY t > '2026-03-11 14:00') FROM t",
            "SELECT to_timestamp('2026-03-11 14:00'), to_unixtime('2026-03-11T14:00')",
        ] {
            let sql = format!("WITH t AS (SELECT from_unixtime(1773237660) AS t) {sql}");
            session.sql(&sql).await.expect("SQL").collect().await.expect(&sql);
        }
        assert!(session.sql("SELECT '2026-03-11 14'::timestamp").await.expect("SQL").collect().await.is_err());
    }
}
