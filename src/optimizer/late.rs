//! Conditions that look an address up stay above GROUP BY: there they are asked once of a group, and below once of each row. Plans
//! that run under all of the engine's rules are pushed together again later; those of detections are not, see
//! [`physical_rules_in_memory`](super::physical_rules_in_memory).

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan};

use crate::{context, functions};

/// Conditions on what a GROUP BY gives.
pub(super) struct Parted<'a> {
    /// That which may be asked of its rows, if there is one.
    early: Option<Expr>,
    /// That which looks addresses up.
    late: Expr,
    groups: &'a Arc<LogicalPlan>,
}

/// The conditions of filters above a GROUP BY, if some of them look addresses up.
pub(super) fn parted(filter: &Filter) -> Option<Parted<'_>> {
    let (mut conditions, mut filter) = (Vec::new(), filter);
    let groups = loop {
        conditions.extend(split_conjunction(&filter.predicate).into_iter().cloned());
        match &*filter.input {
            LogicalPlan::Filter(below) => filter = below,
            LogicalPlan::Aggregate(_) => break &filter.input,
            _ => return None,
        }
    };
    let (late, early): (Vec<Expr>, Vec<Expr>) = conditions.into_iter().partition(looks_up);
    Some(Parted { early: conjunction(early), late: conjunction(late)?, groups })
}

fn looks_up(condition: &Expr) -> bool {
    let is_such = |name: &str| functions::is_of_addresses(name) || context::is_of_addresses(name);
    let is_one = |expr: &Expr| Ok(matches!(expr, Expr::ScalarFunction(function) if is_such(function.name())));
    condition.exists(is_one).unwrap_or(false)
}

impl Parted<'_> {
    /// A filter of the late ones above what `push` makes of one of the others, if it makes something of it.
    ///
    /// # Errors
    /// What `push` says.
    pub(super) fn pushed(
        self,
        push: impl FnOnce(LogicalPlan) -> Result<Transformed<LogicalPlan>>,
    ) -> Result<Option<LogicalPlan>> {
        let Some(early) = self.early else { return Ok(None) };
        let below = push(LogicalPlan::Filter(Filter::try_new(early, Arc::clone(self.groups))?))?;
        if !below.transformed {
            return Ok(None);
        }
        Ok(Some(LogicalPlan::Filter(Filter::try_new(self.late, Arc::new(below.data))?)))
    }
}

#[cfg(test)]
mod tests {
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::physical_plan::displayable;

    use crate::session::{Session, SessionOptions};

    const NUMBERS: &str = "(SELECT '10.0.0.' || (value % 300) AS host, value FROM generate_series(1, 3000)) AS numbers";

    async fn plan_and_rows(sql: &str) -> (String, String) {
        let options = SessionOptions { threads: 1, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let session = session.for_steps(1).expect("a runtime");
        let frame = session.sql(sql).await.expect(sql);
        let plan = frame.clone().create_physical_plan().await.expect(sql);
        let rows = pretty_format_batches(&frame.collect().await.expect(sql)).expect("displayable").to_string();
        (displayable(plan.as_ref()).indent(false).to_string(), rows)
    }

    #[tokio::test]
    async fn addresses_are_looked_up_once_of_a_group() {
        // 44 hosts of 10.0.0.256 and above are none; 10.0.0.200 to 255 but one are 55, of 10 rows each.
        let conditions =
            "cidr_contains('10.0.0.192/26', host) AND host >= '10.0.0.200' AND n > 9 AND host <> '10.0.0.201'";
        for sql in [
            format!(
                "SELECT count(*), sum(n) FROM (SELECT host, count(*) AS n FROM {NUMBERS} GROUP BY host) WHERE {conditions}"
            ),
            format!(
                "SELECT count(*), sum(n) FROM (SELECT host, count(*) AS n FROM {NUMBERS} GROUP BY host HAVING {conditions})"
            ),
            format!(
                "SELECT count(*), sum(n) FROM (SELECT * FROM (SELECT host, count(*) AS n FROM {NUMBERS} GROUP BY host) \
                 WHERE host <> '10.0.0.201' AND cidr_contains('10.0.0.192/26', host)) WHERE n > 9 AND host >= '10.0.0.200'"
            ),
        ] {
            let (plan, rows) = plan_and_rows(&sql).await;
            let place = |of: &str| plan.find(of).unwrap_or_else(|| panic!("{of}: {plan}"));
            let groups = place("gby=[host");
            assert!(place("cidr_contains") < groups && groups < place("10.0.0.201"), "{plan}");
            assert!(rows.contains("| 55 ") && rows.contains("| 550 "), "{rows}");
        }
    }
}
