//! Leaving out objects by their names: an object whose key says that none of its records can match is never opened.
//!
//! Invariant: no object that holds a matching record is left out. Keys are turned into bounds for `start`, `end` and
//! the key columns, wide enough for every record AWS may put into the object (see [`crate::limits`]), and the
//! engine's own pruning decides whether a predicate can hold within them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::SchemaRef;
use chrono::TimeDelta;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use super::schema::{KEY_COLUMNS, key_values};
use crate::limits::{AFTER_SLOT, BEFORE_SLOT};
use crate::store::FlowObject;

/// The objects that may hold rows for which `predicate`, over the table's `schema`, is true.
pub fn prune(objects: Vec<FlowObject>, predicate: Arc<dyn PhysicalExpr>, schema: SchemaRef) -> Result<Vec<FlowObject>> {
    if objects.is_empty() {
        return Ok(objects);
    }
    let pruning = PruningPredicateBuilder::new().with_file_schema(schema).try_build(predicate)?;
    let keep = pruning.prune(&KeyBounds(&objects))?;
    Ok(objects.into_iter().zip(keep).filter_map(|(object, keep)| keep.then_some(object)).collect())
}

/// The bounds that keys put on their objects' records.
struct KeyBounds<'a>(&'a [FlowObject]);

enum Bound {
    Min,
    Max,
}

impl KeyBounds<'_> {
    fn values(&self, column: &Column, bound: Bound) -> Option<ArrayRef> {
        let name = column.name.as_str();
        let key_column = KEY_COLUMNS.iter().position(|key| *key == name);
        let values = self.0.iter().map(|object| {
            if let Some(index) = key_column {
                return key_values(&object.key, &object.name).swap_remove(index);
            }
            let seconds = object.key.slot.map(|slot| match bound {
                Bound::Min => (slot - TimeDelta::seconds(BEFORE_SLOT.as_secs() as i64)).timestamp(),
                Bound::Max => (slot + TimeDelta::seconds(AFTER_SLOT.as_secs() as i64)).timestamp(),
            });
            if name.ends_with("_time") {
                ScalarValue::TimestampSecond(seconds, None)
            } else {
                ScalarValue::Int64(seconds)
            }
        });
        ScalarValue::iter_to_array(values).ok()
    }
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

    fn null_counts(&self, _column: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
