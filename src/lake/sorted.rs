//! Records in the order in which a lake keeps them: by day, by interface and by time. What an investigation asks for lies
//! together then, and columns that an interface decides repeat themselves, which is what compresses.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, SchemaRef};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate};

use crate::limits::LAST_SECOND;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The rows of one day.
pub(super) struct OfDay {
    /// The day (UTC) in which they start; none where they say no time that can be true.
    pub(super) date: Option<NaiveDate>,
    pub(super) rows: RecordBatch,
}

/// The day of a time, if it can be true.
pub(super) fn date_of(seconds: i64) -> Option<NaiveDate> {
    (0..=LAST_SECOND)
        .contains(&seconds)
        .then(|| DateTime::from_timestamp(seconds, 0))
        .flatten()
        .map(|time| time.date_naive())
}

/// The rows of all batches by day, those of each in the order of the columns `place`, a text, and `time`, in seconds.
///
/// # Errors
/// When a batch has other columns than `schema`.
pub(super) fn by_day(
    batches: &[RecordBatch],
    schema: &SchemaRef,
    place: &str,
    time: &str,
) -> Result<Vec<OfDay>, ArrowError> {
    let whole = concat_batches(schema, batches)?;
    let times = whole.column_by_name(time).and_then(|column| column.as_primitive_opt::<Int64Type>());
    let ranks = ranks(whole.column_by_name(place).map(ArrayRef::as_string_view), whole.num_rows());
    let time = |row: usize| times.filter(|times: &&Int64Array| times.is_valid(row)).map(|times| times.value(row));
    let day =
        |row: usize| time(row).filter(|time| (0..=LAST_SECOND).contains(time)).map_or(i64::MIN, |time| time / DAY);
    let mut order: Vec<(i64, u32, i64, u32)> =
        (0..whole.num_rows()).map(|row| (day(row), ranks[row], time(row).unwrap_or(i64::MIN), row as u32)).collect();
    order.sort_unstable();
    let mut days = Vec::new();
    for of_day in order.chunk_by(|one, next| one.0 == next.0) {
        let rows: UInt32Array = of_day.iter().map(|(.., row)| *row).collect();
        let date = of_day.first().and_then(|(day, ..)| date_of(day.checked_mul(DAY)?));
        days.push(OfDay { date, rows: take_record_batch(&whole, &rows)? });
    }
    Ok(days)
}

/// The place of each row's text among all texts, in their order; NULL is the first.
fn ranks(texts: Option<&StringViewArray>, rows: usize) -> Vec<u32> {
    let Some(texts) = texts else { return vec![0; rows] };
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut of_rows = Vec::with_capacity(rows);
    // Neighbours are mostly of one interface.
    let mut last: Option<(&str, u32)> = None;
    for row in 0..rows {
        if !texts.is_valid(row) {
            of_rows.push(u32::MAX);
            continue;
        }
        let text = texts.value(row);
        let number = match last {
            Some((same, number)) if same == text => number,
            _ => {
                let next = numbers.len() as u32;
                *numbers.entry(text).or_insert(next)
            }
        };
        last = Some((text, number));
        of_rows.push(number);
    }
    let mut sorted: Vec<(&str, u32)> = numbers.into_iter().collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    for (rank, (_, number)) in sorted.into_iter().enumerate() {
        ranks[number as usize] = rank as u32 + 1;
    }
    of_rows.into_iter().map(|number| ranks.get(number as usize).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::util::pretty::pretty_format_batches;

    use super::*;

    #[test]
    fn rows_come_by_day_interface_and_time() {
        let schema = Arc::new(Schema::new(vec![
            Field::new("interface_id", DataType::Utf8View, true),
            Field::new("start", DataType::Int64, true),
        ]));
        let batch = |interfaces: Vec<Option<&str>>, starts: Vec<Option<i64>>| {
            let columns: Vec<ArrayRef> = vec![
                Arc::new(interfaces.into_iter().collect::<StringViewArray>()),
                Arc::new(starts.into_iter().collect::<Int64Array>()),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch")
        };
        let midnight = 1_773_187_200;
        let batches = [
            batch(
                vec![Some("eni-b"), Some("eni-a"), None],
                vec![Some(midnight + 2), Some(midnight + 9), Some(midnight)],
            ),
            batch(
                vec![Some("eni-b"), Some("eni-a"), Some("eni-b")],
                vec![Some(midnight - 1), None, Some(midnight + 1)],
            ),
            batch(vec![Some("eni-c")], vec![Some(i64::MAX)]),
        ];
        let days = by_day(&batches, &schema, "interface_id", "start").expect("sorted");
        let shown: Vec<String> = days
            .iter()
            .map(|day| {
                let rows = pretty_format_batches(std::slice::from_ref(&day.rows)).expect("a table").to_string();
                let rows: Vec<String> = rows.lines().skip(3).map(|line| line.replace([' ', '+', '-'], "")).collect();
                format!("{:?} {}", day.date.map(|date| date.to_string()), rows.join(""))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "None |enia|||enic|9223372036854775807|",
                "Some(\"2026-03-10\") |enib|1773187199|",
                "Some(\"2026-03-11\") ||1773187200||enia|1773187209||enib|1773187201||enib|1773187202|",
            ]
        );
    }
}
