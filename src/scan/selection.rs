//! What of the sources is read at all, whatever is asked of it then: a period, accounts, regions, flow logs.

use std::collections::HashSet;
use std::fmt;

use chrono::DateTime;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::{conjunction, disjunction};
use datafusion::logical_expr::{Expr, col, lit};

use crate::store::{FlowObject, ObjectKey};

/// Values of an option that no object's key has.
#[derive(Debug)]
pub struct Unmatched {
    /// The option: `--account`.
    pub(super) option: &'static str,
    values: Vec<String>,
    /// Whether these are all values that were given.
    pub(super) is_all: bool,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.option, self.values.join(", "))
    }
}

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

impl fmt::Display for Selection {
    /// What is asked for, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |seconds: i64| DateTime::from_timestamp(seconds, 0).map(|time| time.format("%FT%TZ").to_string());
        let time = |edge: Option<i64>| edge.and_then(time);
        let parts = [
            time(self.from).map(|from| format!("from {from}")),
            time(self.to).map(|to| format!("to {to}")),
            listed("--account", &self.accounts),
            listed("--log-region", &self.regions),
            listed("--flow-log-id", &self.flow_log_ids),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

fn listed(option: &str, values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| format!("{option} {}", values.join(",")))
}

impl Selection {
    /// Whether records are selected by time.
    pub fn has_times(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether records are selected by the keys of their objects.
    pub(crate) fn has_keys(&self) -> bool {
        !(self.accounts.is_empty() && self.regions.is_empty() && self.flow_log_ids.is_empty())
    }

    /// Whether an object is of the accounts, regions and flow logs that are read, as far as its key says; times don't count.
    pub fn has(&self, key: &ObjectKey) -> bool {
        let is_one = |values: &[String], value: &Option<String>| {
            values.is_empty() || value.as_ref().is_some_and(|value| values.contains(value))
        };
        is_one(&self.accounts, &key.account)
            && is_one(&self.regions, &key.region)
            && is_one(&self.flow_log_ids, &key.flow_log_id)
    }

    /// Whether the key of an object leaves open what is selected by keys: nothing of it is in the answer.
    pub(super) fn is_open(&self, key: &ObjectKey) -> bool {
        (!self.accounts.is_empty() && key.account.is_none())
            || (!self.regions.is_empty() && key.region.is_none())
            || (!self.flow_log_ids.is_empty() && key.flow_log_id.is_none())
    }

    /// Whether the key of an object says something of what is selected by keys.
    pub(super) fn is_named(&self, key: &ObjectKey) -> bool {
        key.account.is_some() || key.region.is_some() || key.flow_log_id.is_some()
    }

    /// What of the selection by keys no object's key has, for each option.
    pub(super) fn unmatched(&self, objects: &[FlowObject]) -> Vec<Unmatched> {
        let unmatched = |option, values: &[String], of_key: fn(&ObjectKey) -> &Option<String>| {
            let named: HashSet<&str> = objects.iter().filter_map(|object| of_key(&object.key).as_deref()).collect();
            let missing: Vec<String> = values.iter().filter(|value| !named.contains(value.as_str())).cloned().collect();
            let is_all = missing.len() == values.len();
            (!missing.is_empty()).then_some(Unmatched { option, is_all, values: missing })
        };
        let parts = [
            unmatched("--account", &self.accounts, |key| &key.account),
            unmatched("--log-region", &self.regions, |key| &key.region),
            unmatched("--flow-log-id", &self.flow_log_ids, |key| &key.flow_log_id),
        ];
        parts.into_iter().flatten().collect()
    }

    /// The selection as a condition on `start` and the columns of keys; `None` when it leaves nothing out.
    pub(crate) fn condition(&self) -> Option<Expr> {
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
