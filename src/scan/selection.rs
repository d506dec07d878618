//! What of the sources is read at all, whatever is asked of it then: a period, accounts, regions, flow logs.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::{conjunction, disjunction};
use datafusion::logical_expr::{Expr, col, lit};

/// What is read. Each part that is empty leaves nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The first second of the period in which records start, Unix time.
    pub from: Option<i64>,
    /// The first second after it.
    pub to: Option<i64>,
    /// Twelve-digit account ids, as objects' keys name them.
    pub accounts: Vec<String>,
    /// Region codes, as objects' keys name them.
    pub regions: Vec<String>,
    /// Flow logs (`fl-...`), as objects' keys name them.
    pub flow_log_ids: Vec<String>,
}

impl Selection {
    /// Whether records are selected by time.
    pub fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// The selection as a condition on `start` and the columns of keys; `None` when it leaves nothing out.
    pub(super) fn condition(&self) -> Option<Expr> {
        let one_of = |column: &str, values: &[String]| {
            let value = |value: &String| lit(ScalarValue::Utf8View(Some(value.clone())));
            disjunction(values.iter().map(|text| col(column).eq(value(text))))
        };
        let parts = [
            self.from.map(|from| col("start").gt_eq(lit(from))),
            self.to.map(|to| col("start").lt(lit(to))),
            one_of("_account", &self.accounts),
            one_of("_region", &self.regions),
            one_of("_flow_log_id", &self.flow_log_ids),
        ];
        conjunction(parts.into_iter().flatten())
    }
}
