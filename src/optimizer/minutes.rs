//! Times that are written without seconds: `start_time >= '2026-03-11 14:00'`. The engine's reader of times wants them.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::{Cast, TryCast};

/// Whether an expression makes a time of such a text.
pub(super) fn is_one(expr: &Expr) -> bool {
    text(expr).is_some_and(
        |text| matches!(text, Expr::Literal(value, _) if value.try_as_str().flatten().is_some_and(is_to_the_minute)),
    )
}

/// Adds the seconds.
pub(super) fn with_seconds(mut expr: Expr) -> Transformed<Expr> {
    let literal = match &mut expr {
        Expr::Cast(Cast { expr, .. }) | Expr::TryCast(TryCast { expr, .. }) => Some(expr.as_mut()),
        Expr::ScalarFunction(call) => call.args.first_mut(),
        _ => None,
    };
    if let Some(Expr::Literal(value, _)) = literal
        && let Some(Some(text)) = value.try_as_str()
    {
        *value = ScalarValue::Utf8(Some(format!("{text}:00")));
    }
    Transformed::yes(expr)
}

/// The text of which an expression makes a time.
fn text(expr: &Expr) -> Option<&Expr> {
    let is_time = |kind: &DataType| matches!(kind, DataType::Timestamp(..));
    match expr {
        Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) if is_time(field.data_type()) => {
            Some(expr)
        }
        Expr::ScalarFunction(call) if ["to_timestamp", "to_unixtime"].contains(&call.func.name()) => {
            match call.args.as_slice() {
                [text] => Some(text),
                _ => None,
            }
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
