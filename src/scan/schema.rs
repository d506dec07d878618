//! The columns of the table `flows`: the fields that its objects' headers name, times, and what the keys say.
//!
//! Objects of one flow log have one format for ever, so one object of each flow log is looked at; of objects whose
//! names don't tell the flow log, each one. A column that only appears deeper inside an object is not in the table;
//! the coverage report names it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::datasource::table_schema::TableSchema;

use crate::format::field::FIELDS;
use crate::format::{Column, FieldType, Layout};
use crate::store::ObjectKey;

/// The columns that come from an object's key, in the order of `key_values`.
pub const KEY_COLUMNS: [&str; 5] = ["_account", "_region", "_date", "_flow_log_id", "_object"];

/// The columns found so far, by name.
#[derive(Debug, Clone, Default)]
pub struct FoundColumns {
    types: BTreeMap<String, FieldType>,
    unknown: Vec<String>,
}

impl FoundColumns {
    /// Adds the columns of a layout.
    pub fn add(&mut self, layout: &Layout) {
        for place in layout.columns() {
            self.insert(&place.column, place.field_type);
        }
    }

    /// Those of the default format.
    pub fn of_version_2() -> Self {
        let mut found = FoundColumns::default();
        for field in FIELDS.iter().filter(|field| field.version == 2) {
            found.insert(&crate::format::field::column_name(field.name), field.field_type);
        }
        found
    }

    /// Adds one column. Those that the table makes itself are left out: a result of `SELECT *`, written as Parquet and
    /// read again, has them too.
    pub fn add_column(&mut self, name: &str, field_type: FieldType) {
        if !name.is_empty() && !is_made(name) {
            self.insert(name, field_type);
        }
    }

    fn insert(&mut self, name: &str, field_type: FieldType) {
        let known = FIELDS.iter().any(|field| crate::format::field::column_name(field.name) == name);
        if self.types.insert(name.to_owned(), field_type).is_none() && !known {
            self.unknown.push(name.to_owned());
        }
    }

    /// Adds what was found elsewhere.
    pub fn merge(&mut self, other: FoundColumns) {
        let known = other.types.keys().filter(|name| !other.unknown.contains(name));
        for name in known.chain(&other.unknown) {
            self.insert(name, other.types[name]);
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The columns of the table's records: known ones in the order of the catalogue, the times behind the seconds,
    /// then unknown ones as they were met.
    pub fn columns(&self) -> Vec<(String, Column)> {
        let mut columns = Vec::new();
        for field in FIELDS {
            let name = crate::format::field::column_name(field.name).into_owned();
            let Some(field_type) = self.types.get(&name) else { continue };
            columns.push((name.clone(), Column::Field(name.clone(), *field_type)));
        }
        let seconds = |(name, _): &(String, Column)| name == "start" || name == "end";
        let behind = columns.iter().rposition(seconds).map_or(0, |last| last + 1);
        let times = ["start", "end"].into_iter().filter(|time| self.types.contains_key(*time));
        let times: Vec<_> = times.map(|time| (format!("{time}_time"), Column::Time(time.to_owned()))).collect();
        columns.splice(behind..behind, times);
        let taken: HashSet<String> = columns.iter().map(|(name, _)| name.clone()).collect();
        for name in &self.unknown {
            // A new field of AWS' may be called like one of our times.
            let shown = if taken.contains(name) { format!("{name}_field") } else { name.clone() };
            columns.push((shown, Column::Field(name.clone(), FieldType::Text)));
        }
        columns
    }
}

/// Every column that a key has bounds for, for conditions that are asked before any object is looked at.
pub(super) fn key_schema() -> Schema {
    let keys = key_fields();
    let seconds = ["start", "end"].map(|name| Arc::new(Field::new(name, DataType::Int64, true)));
    Schema::new(keys.into_iter().chain(seconds).collect::<Vec<_>>())
}

fn key_fields() -> [Arc<Field>; 5] {
    KEY_COLUMNS.map(|name| {
        let data_type = if name == "_date" { DataType::Date32 } else { DataType::Utf8View };
        Arc::new(Field::new(name, data_type, true))
    })
}

/// How the table's columns are made, beside the schema that the engine sees.
#[derive(Debug, Clone)]
pub struct FlowSchema {
    /// For each file column of the schema the field it comes from.
    pub columns: Vec<Column>,
    /// File columns, then [`KEY_COLUMNS`].
    pub table: TableSchema,
}

impl FlowSchema {
    /// The schema of the found columns.
    pub fn new(found: &FoundColumns) -> Self {
        let (fields, columns): (Vec<Field>, Vec<Column>) = found
            .columns()
            .into_iter()
            .map(|(name, column)| (Field::new(name, column.data_type(), true), column))
            .unzip();
        let keys = key_fields().to_vec();
        let table = TableSchema::builder(Arc::new(Schema::new(fields))).with_table_partition_cols(keys).build();
        FlowSchema { columns, table }
    }

    /// Whether the table has a column made from the field of this SQL name.
    pub fn has_field(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.source() == name)
    }
}

/// Whether a column of this name is made by the table itself.
pub(super) fn is_made(name: &str) -> bool {
    KEY_COLUMNS.contains(&name) || matches!(name, "start_time" | "end_time")
}

/// What an object's key says, as values of the [`KEY_COLUMNS`].
pub fn key_values(key: &ObjectKey, object: &str) -> Vec<ScalarValue> {
    let days = key.date.map(|date| (date - chrono::NaiveDate::default()).num_days() as i32);
    vec![
        ScalarValue::Utf8View(key.account.clone()),
        ScalarValue::Utf8View(key.region.clone()),
        ScalarValue::Date32(days),
        ScalarValue::Utf8View(key.flow_log_id.clone()),
        ScalarValue::Utf8View(Some(object.to_owned())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_the_catalogue_and_times_their_seconds() {
        let mut found = FoundColumns::default();
        found.add(&Layout::from_header(b"end new-field start srcaddr end-time action").expect("a header"));
        let names: Vec<String> = found.columns().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["srcaddr", "start", "end", "start_time", "end_time", "action", "new_field", "end_time_field"]
        );
    }

    #[test]
    fn a_key_gives_values_or_nulls() {
        let key = ObjectKey::parse(
            "AWSLogs/012345678901/vpcflowlogs/eu-west-1/1970/01/03/012345678901_vpcflowlogs_eu-west-1_fl-1_19700103T0005Z_a.log.gz",
        );
        let shown: Vec<String> = key_values(&key, "x").iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["012345678901", "eu-west-1", "1970-01-03", "fl-1", "x"]);
        assert!(key_values(&ObjectKey::default(), "x")[..4].iter().all(ScalarValue::is_null));
    }
}
