//! Leaving out objects by their names: an object whose key says that none of its records can match is never opened.
//!
//! Invariant: no object that holds a matching record is left out. Keys are turned into bounds for `start`, `end` and
//! the key columns, wide enough for every record AWS may put into the object (see [`crate::limits`]), and the
//! engine's own pruning decides whether a predicate can hold within them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use chrono::{NaiveDate, TimeDelta};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};

use super::schema::KEY_COLUMNS;
use crate::limits::{AFTER_SLOT, BEFORE_SLOT};
use crate::store::{Choose, FlowObject, KeyRange};

/// Says by their names which objects and folders may hold rows for which a predicate is true.
pub(super) struct Pruning(Option<PruningPredicate>);

impl Pruning {
    /// By `predicate`, over the table's `schema`; without one nothing is ruled out.
    pub(super) fn new(predicate: Option<Arc<dyn PhysicalExpr>>, schema: SchemaRef) -> Result<Self> {
        let build = |predicate| PruningPredicateBuilder::new().with_file_schema(schema).try_build(predicate);
        Ok(Pruning(predicate.map(build).transpose()?))
    }

    /// Leaves the objects that may hold such rows.
    pub(super) fn retain(&self, objects: &mut Vec<FlowObject>) {
        let ranges: Vec<_> = objects.iter().map(|object| object.key.range(&object.name)).collect();
        let mut keep = self.choose(&ranges).into_iter();
        objects.retain(|_| keep.next().unwrap_or(true));
    }
}

impl Choose for Pruning {
    fn choose(&self, ranges: &[KeyRange]) -> Vec<bool> {
        let all = || vec![true; ranges.len()];
        match &self.0 {
            Some(predicate) if !ranges.is_empty() => predicate.prune(&KeyBounds(ranges)).unwrap_or_else(|_| all()),
            _ => all(),
        }
    }

    fn is_all(&self) -> bool {
        self.0.is_none()
    }
}

/// The bounds that keys put on their objects' records.
struct KeyBounds<'a>(&'a [KeyRange]);

#[derive(Clone, Copy)]
enum Bound {
    Min,
    Max,
}

impl Bound {
    fn of<T: Copy>(self, (min, max): (T, T)) -> T {
        match self {
            Bound::Min => min,
            Bound::Max => max,
        }
    }
}

impl KeyBounds<'_> {
    fn values(&self, column: &Column, bound: Bound) -> Option<ArrayRef> {
        let name = column.name.as_str();
        let values = self.0.iter().map(|range| match name {
            "_account" => ScalarValue::Utf8View(range.account.clone()),
            "_region" => ScalarValue::Utf8View(range.region.clone()),
            "_flow_log_id" => ScalarValue::Utf8View(range.flow_log_id.clone()),
            "_object" => ScalarValue::Utf8View(range.object.clone()),
            "_date" => ScalarValue::Date32(range.dates.map(|dates| days(bound.of(dates)))),
            _ => {
                let seconds = range.slots.map(|slots| match bound {
                    Bound::Min => (slots.0 - TimeDelta::seconds(BEFORE_SLOT.as_secs() as i64)).timestamp(),
                    Bound::Max => (slots.1 + TimeDelta::seconds(AFTER_SLOT.as_secs() as i64)).timestamp(),
                });
                if name.ends_with("_time") {
                    ScalarValue::TimestampSecond(seconds, None)
                } else {
                    ScalarValue::Int64(seconds)
                }
            }
        });
        ScalarValue::iter_to_array(values).ok()
    }
}

/// Days since 1970, as Arrow counts them.
fn days(date: NaiveDate) -> i32 {
    (date - NaiveDate::default()).num_days() as i32
}

fn is_bounded(column: &Column) -> bool {
    KEY_COLUMNS.contains(&column.name.as_str())
        || matches!(column.name.as_str(), "start" | "end" | "start_time" | "end_time")
}

impl PruningStatistics for KeyBounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        is_bounded(column).then(|| self.values(column, Bound::Min)).flatten()
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        is_bounded(column).then(|| self.values(column, Bound::Max)).flatten()
    }

    fn num_containers(&self) -> usize {
        self.0.len()
    }

    /// What the key of an object does not say is NULL in all its rows; in a folder it may still be said.
    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let is_null = |range: &KeyRange| match column.name.as_str() {
            "_account" => range.account.is_none(),
            "_region" => range.region.is_none(),
            "_flow_log_id" => range.flow_log_id.is_none(),
            "_date" => range.dates.is_none(),
            _ => false,
        };
        let counts = self.0.iter().map(|range| range.object.as_ref().map(|_| u64::from(is_null(range))));
        KEY_COLUMNS.contains(&column.name.as_str()).then(|| Arc::new(counts.collect::<UInt64Array>()) as ArrayRef)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(self.0.iter().map(|range| range.object.as_ref().map(|_| 1)).collect::<UInt64Array>()))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
