//! What a detection's query must give, and how its rows are read.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, cast, ident, lit};
use datafusion::prelude::DataFrame;
use serde_json::Value;

/// The columns of a detection's result with their types. Times are Unix seconds. Those of `REQUIRED` must be there;
/// another that is not is NULL. `records` is a condition over `flows` that narrows the finding's `query`.
pub const COLUMNS: [(&str, DataType); 16] = [
    ("account_id", DataType::Utf8),
    ("region", DataType::Utf8),
    ("interface_id", DataType::Utf8),
    ("actor", DataType::Utf8),
    ("target", DataType::Utf8),
    ("port", DataType::Int64),
    ("protocol", DataType::Int64),
    ("direction", DataType::Utf8),
    ("window_start", DataType::Int64),
    ("window_end", DataType::Int64),
    ("first_seen", DataType::Int64),
    ("last_seen", DataType::Int64),
    ("severity", DataType::Utf8),
    ("description", DataType::Utf8),
    ("records", DataType::Utf8),
    ("remediation", DataType::Utf8),
];

/// The columns that no detection may leave out.
const REQUIRED: [&str; 6] = ["window_start", "window_end", "first_seen", "last_seen", "severity", "description"];

/// Brings a result's columns into the order and types of [`COLUMNS`], evidence behind them.
pub(super) fn shape(frame: DataFrame) -> Result<DataFrame> {
    let given = frame.schema().clone();
    let has = |name: &str| given.has_column_with_unqualified_name(name);
    if let Some(missing) = REQUIRED.iter().find(|name| !has(name)) {
        return plan_err!("the result has no column {missing}; it must have {}", REQUIRED.join(", "));
    }
    let mut columns: Vec<Expr> = Vec::new();
    for (name, data_type) in COLUMNS {
        let value = if has(name) { cast(ident(name), data_type) } else { lit(ScalarValue::try_from(&data_type)?) };
        columns.push(value.alias(name));
    }
    for field in given.fields() {
        let name = field.name();
        if COLUMNS.iter().any(|(column, _)| column == name) {
            continue;
        }
        let data_type = match field.data_type() {
            integer if integer.is_integer() => DataType::Int64,
            number if number.is_numeric() => DataType::Float64,
            _ => DataType::Utf8,
        };
        columns.push(cast(ident(name), data_type).alias(name));
    }
    frame.select(columns)
}

/// One row of a shaped result.
pub(super) struct Row<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl<'a> Row<'a> {
    pub(super) fn all(batch: &'a RecordBatch) -> impl Iterator<Item = Row<'a>> {
        (0..batch.num_rows()).map(move |row| Row { batch, row })
    }

    /// A text column of [`COLUMNS`].
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let column = self.batch.column_by_name(name)?.as_string_opt::<i32>()?;
        column.is_valid(self.row).then(|| column.value(self.row).to_owned())
    }

    /// A number column of [`COLUMNS`].
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        let column = self.batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        column.is_valid(self.row).then(|| column.value(self.row))
    }

    /// The other columns that are not NULL.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (String, Value)> {
        let schema = self.batch.schema();
        (COLUMNS.len()..self.batch.num_columns()).filter_map(move |index| {
            let column = self.batch.column(index);
            if column.is_null(self.row) {
                return None;
            }
            let value = match column.data_type() {
                DataType::Int64 => Value::from(column.as_primitive::<Int64Type>().value(self.row)),
                DataType::Float64 => Value::from(column.as_primitive::<Float64Type>().value(self.row)),
                DataType::Utf8 => Value::from(column.as_string::<i32>().value(self.row)),
                _ => return None,
            };
            Some((schema.field(index).name().clone(), value))
        })
    }
}
