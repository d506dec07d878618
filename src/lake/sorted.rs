//! Records in the order in which a lake keeps them: by day, by interface and by time. What an investigation asks for lies
//! together then, and columns that an interface decides repeat themselves, which is what compresses.

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, UInt32Array};
use arrow::datatypes::{Int64Type, SchemaRef};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate};

use super::coded::Coded;
use crate::limits::{LAKE_TAKEN_ROWS, LAST_SECOND};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The rows of one day.
pub(super) struct OfDay {
    /// The day (UTC) in which they start; none where they say no time that can be true.
    pub(super) date: Option<NaiveDate>,
    /// Their columns.
    pub(super) schema: SchemaRef,
    pub(super) rows: Vec<RecordBatch>,
}

/// The day of a time, if it can be true.
pub(super) fn date_of(seconds: i64) -> Option<NaiveDate> {
    let time = (0..=LAST_SECOND).contains(&seconds).then(|| DateTime::from_timestamp(seconds, 0));
    time.flatten().map(|time| time.date_naive())
}

/// All rows by day, those of each in the order of the columns `place`, a text, and `time`, in seconds; `each` gets one day
/// after the other.
///
/// # Errors
/// What `each` says.
pub(super) fn by_day<E: From<ArrowError>>(
    rows: Coded,
    [place, time]: [&str; 2],
    mut each: impl FnMut(OfDay) -> Result<(), E>,
) -> Result<(), E> {
    let times = rows.whole(time)?;
    let times: Option<&Int64Array> = times.as_ref().and_then(|times| times.as_primitive_opt::<Int64Type>());
    let time = |row: usize| times.filter(|times| times.is_valid(row)).map_or(i64::MIN, |times| times.value(row));
    let day = |time: i64| if (0..=LAST_SECOND).contains(&time) { time / DAY } else { i64::MIN };
    let ranks = rows.ranks(place);
    let of_row = |(row, rank): (usize, u32)| {
        let time = time(row);
        (day(time), rank, time, row as u32)
    };
    let mut order: Vec<(i64, u32, i64, u32)> = ranks.into_iter().enumerate().map(of_row).collect();
    order.sort_unstable();
    let taken = rows.finish()?;
    for of_day in order.chunk_by(|one, next| one.0 == next.0) {
        let date = of_day.first().and_then(|(day, ..)| date_of(day.checked_mul(DAY)?));
        let take =
            |rows: &[(i64, u32, i64, u32)]| taken.take(&rows.iter().map(|(.., row)| *row).collect::<UInt32Array>());
        let rows = of_day.chunks(LAKE_TAKEN_ROWS).map(take).collect::<Result<_, _>>()?;
        each(OfDay { date, schema: taken.schema().clone(), rows })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringViewArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::util::pretty::pretty_format_batches;

    use super::*;

    #[test]
    fn rows_come_by_day_interface_and_time() {
        let schema = Schema::new(vec![
            Field::new("interface_id", DataType::Utf8View, true),
            Field::new("start", DataType::Int64, true),
        ]);
        let mut rows = Coded::new(&schema);
        let mut add = |interfaces: Vec<Option<&str>>, starts: Vec<Option<i64>>| {
            let count = starts.len();
            let columns: [ArrayRef; 2] = [
                Arc::new(interfaces.into_iter().collect::<StringViewArray>()),
                Arc::new(starts.into_iter().collect::<Int64Array>()),
            ];
            rows.add(&columns, count);
        };
        let midnight = 1_773_187_200;
        let [a, b, c] = ["eni-a0a0a0a0a0a0a0a0", "eni-b", "eni-c"].map(Some);
        add(vec![b, a, None], vec![Some(midnight + 2), Some(midnight + 9), Some(midnight)]);
        add(vec![b, a, b], vec![Some(midnight - 1), None, Some(midnight + 1)]);
        add(vec![c], vec![Some(i64::MAX)]);
        let mut shown = Vec::new();
        by_day(rows, ["interface_id", "start"], |day| {
            let table = pretty_format_batches(&day.rows)?.to_string();
            let rows: Vec<String> = table.lines().skip(3).map(|line| line.replace([' ', '+', '-'], "")).collect();
            shown.push(format!("{:?} {}", day.date.map(|date| date.to_string()), rows.join("")));
            Ok::<_, ArrowError>(())
        })
        .expect("sorted");
        assert_eq!(
            shown,
            [
                "None |enia0a0a0a0a0a0a0a0|||enic|9223372036854775807|",
                "Some(\"2026-03-10\") |enib|1773187199|",
                "Some(\"2026-03-11\") ||1773187200||enia0a0a0a0a0a0a0a0|1773187209||enib|1773187201||enib|1773187202|",
            ]
        );
    }
}
