//! The time functions of Athena (Trino) that published flow-log queries use and DataFusion lacks.
//!
//! All times are UTC, as flow logs are. A time that no calendar holds gives NULL: `start` and `end` are numbers
//! from a file, and may be any.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Datelike, Utc};
use datafusion::common::{ScalarValue, exec_err, plan_datafusion_err, plan_err};
use datafusion::error::Result;

use super::function::{Argument, Function, Kind, Literals, any_literal, map_text};

const MOMENT: Argument = ("time", Kind::Moment, "A date or a timestamp.");

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "to_iso8601",
        syntax: "to_iso8601(time)",
        arguments: &[MOMENT],
        returns: DataType::Utf8View,
        meaning: "A timestamp as ISO 8601 text in UTC with milliseconds, a date as `2020-05-04`.",
        example: "to_iso8601(from_unixtime(1588584413)) -- 2020-05-04T09:26:53.000Z",
        check: any_literal,
        evaluate: to_iso8601,
    },
    Function {
        name: "day_of_week",
        syntax: "day_of_week(time)",
        arguments: &[MOMENT],
        returns: DataType::Int64,
        meaning: "The day of the week, 1 for Monday to 7 for Sunday.",
        example: "day_of_week(DATE '2020-05-04') -- 1",
        check: any_literal,
        evaluate: day_of_week,
    },
    Function {
        name: "date_format",
        syntax: "date_format(time, format)",
        arguments: &[
            MOMENT,
            ("format", Kind::Text, "%a %b %c %d %e %f %H %h %I %i %j %k %l %M %m %p %r %S %s %T %v %W %x %Y %y %%."),
        ],
        returns: DataType::Utf8View,
        meaning: "A date or timestamp as text, with the format letters of Athena (MySQL's: `%i` is minutes, `%M` \
                  the month's name). `to_char` takes DataFusion's letters.",
        example: "date_format(from_unixtime(1588584413), '%Y-%m-%d %H:%i') -- 2020-05-04 09:26",
        check: check_format,
        evaluate: date_format,
    },
    Function {
        name: "date",
        syntax: "date(time)",
        arguments: &[("time", Kind::MomentOrText, "A date, a timestamp, or text such as '2020-05-04'.")],
        returns: DataType::Date32,
        meaning: "The day of a time, or of text that holds one (`2020-05-04`, `2020-05-04 10:00:00`); text in data that holds none gives NULL, a literal that holds none is an error.",
        example: "date('2020-05-04') -- 2020-05-04",
        check: check_date,
        evaluate: date,
    },
];

/// Functions of DataFusion that the same queries use, for the README's table alone.
pub(super) static BUILT_IN: &[Function] = &[
    Function {
        name: "from_unixtime",
        syntax: "from_unixtime(seconds)",
        arguments: &[],
        returns: DataType::Timestamp(TimeUnit::Second, None),
        meaning: "The timestamp of a Unix time such as `start`. (DataFusion's own.)",
        example: "from_unixtime(1588584413) -- 2020-05-04T09:26:53",
        check: any_literal,
        evaluate: |_| exec_err!("from_unixtime is DataFusion's own"),
    },
    Function {
        name: "split_part",
        syntax: "split_part(text, separator, number)",
        arguments: &[],
        returns: DataType::Utf8View,
        meaning: "A part of a text, counted from 1. (DataFusion's own.)",
        example: "split_part('10.1.2.3', '.', 2) -- 1",
        check: any_literal,
        evaluate: |_| exec_err!("split_part is DataFusion's own"),
    },
];

/// The instants of a date or timestamp column; `None` where NULL or beyond the calendar.
fn instants(array: &ArrayRef) -> Result<Vec<Option<DateTime<Utc>>>> {
    // Dates and timestamps are integers since 1970 in different units.
    let (seconds, per_second) = match array.data_type() {
        DataType::Date32 => (86_400, 1),
        DataType::Date64 | DataType::Timestamp(TimeUnit::Millisecond, _) => (1, 1_000),
        DataType::Timestamp(TimeUnit::Second, _) => (1, 1),
        DataType::Timestamp(TimeUnit::Microsecond, _) => (1, 1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => (1, 1_000_000_000),
        DataType::Null => (1, 1),
        other => return exec_err!("expected a date or a timestamp, got {other}"),
    };
    let numbers = match array.data_type() {
        DataType::Date32 => cast(&cast(array, &DataType::Int32)?, &DataType::Int64)?,
        _ => cast(array, &DataType::Int64)?,
    };
    let instant = |number: i64| {
        let nanoseconds = number.rem_euclid(per_second) * (1_000_000_000 / per_second);
        DateTime::from_timestamp(number.div_euclid(per_second).checked_mul(seconds)?, u32::try_from(nanoseconds).ok()?)
    };
    Ok(numbers.as_primitive::<Int64Type>().iter().map(|number| instant(number?)).collect())
}

fn day_of_week(args: &[ArrayRef]) -> Result<ArrayRef> {
    let day = |instant: DateTime<Utc>| i64::from(instant.weekday().number_from_monday());
    let days: Int64Array = instants(&args[0])?.into_iter().map(|instant| instant.map(day)).collect();
    Ok(Arc::new(days))
}

fn date(args: &[ArrayRef]) -> Result<ArrayRef> {
    if args[0].data_type().is_string() {
        return Ok(cast(&args[0], &DataType::Date32)?);
    }
    // Not a cast: that of a time beyond the calendar is an error.
    let day = |instant: DateTime<Utc>| i32::try_from(instant.timestamp().div_euclid(86_400)).ok();
    let days: Date32Array = instants(&args[0])?.into_iter().map(|instant| day(instant?)).collect();
    Ok(Arc::new(days))
}

fn to_iso8601(args: &[ArrayRef]) -> Result<ArrayRef> {
    let is_date = matches!(args[0].data_type(), DataType::Date32 | DataType::Date64);
    let format = StrftimeItems::new(if is_date { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" });
    let items = format.parse_to_owned().expect("both formats are chrono's");
    let mut texts = Texts::default();
    for instant in instants(&args[0])? {
        texts.push(instant, &items)?;
    }
    Ok(texts.finish())
}

fn date_format(args: &[ArrayRef]) -> Result<ArrayRef> {
    let formats: Vec<Option<&str>> = map_text(&args[1], |format| format)?;
    let mut texts = Texts::default();
    let mut parsed: Option<(&str, Vec<Item<'static>>)> = None;
    for (instant, format) in instants(&args[0])?.into_iter().zip(formats) {
        let Some(format) = format else {
            texts.push(None, &[])?;
            continue;
        };
        // Nearly always one literal for all rows.
        let items = match &mut parsed {
            Some((known, items)) if *known == format => items,
            other => &mut other.insert((format, translate(format)?)).1,
        };
        texts.push(instant, items)?;
    }
    Ok(texts.finish())
}

/// Builds a text column of formatted instants, with one buffer for all rows.
#[derive(Default)]
struct Texts {
    column: StringViewBuilder,
    buffer: String,
}

impl Texts {
    fn push(&mut self, instant: Option<DateTime<Utc>>, items: &[Item<'static>]) -> Result<()> {
        let Some(instant) = instant else {
            self.column.append_null();
            return Ok(());
        };
        self.buffer.clear();
        if instant.format_with_items(items.iter()).write_to(&mut self.buffer).is_err() {
            return exec_err!("cannot write {instant} in that format");
        }
        self.column.append_value(&self.buffer);
        Ok(())
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.column.finish())
    }
}

/// Athena's format letters as chrono's.
///
/// # Errors
/// A plan error for a letter that Athena does not print either.
fn translate(format: &str) -> Result<Vec<Item<'static>>> {
    let mut chrono_format = String::with_capacity(format.len() + 8);
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            chrono_format.push(letter);
            continue;
        }
        let letter =
            letters.next().ok_or_else(|| plan_datafusion_err!("date_format: {format:?} ends in a bare %; write %%"))?;
        chrono_format.push_str(match letter {
            'a' => "%a",
            'b' => "%b",
            'c' => "%-m",
            'd' => "%d",
            'e' => "%-d",
            'f' => "%6f",
            'H' => "%H",
            'h' | 'I' => "%I",
            'i' => "%M",
            'j' => "%j",
            'k' => "%-H",
            'l' => "%-I",
            'M' => "%B",
            'm' => "%m",
            'p' => "%p",
            'r' => "%I:%M:%S %p",
            'S' | 's' => "%S",
            'T' => "%H:%M:%S",
            'v' => "%V",
            'W' => "%A",
            'x' => "%G",
            'Y' => "%Y",
            'y' => "%y",
            '%' => "%%",
            other => {
                return plan_err!(
                    "date_format: {format:?} holds %{other}, which Athena does not print; to_char has more"
                );
            }
        });
    }
    StrftimeItems::new(&chrono_format)
        .parse_to_owned()
        .map_err(|error| plan_datafusion_err!("date_format: {format:?}: {error}"))
}

fn check_format(literals: &Literals<'_>) -> Result<()> {
    match literals[1].and_then(|format| format.try_as_str()).flatten() {
        Some(format) => translate(format).map(|_| ()),
        None => Ok(()),
    }
}

fn check_date(literals: &Literals<'_>) -> Result<()> {
    let Some(text) = literals[0].and_then(|literal| literal.try_as_str()).flatten() else { return Ok(()) };
    match ScalarValue::from(text).cast_to(&DataType::Date32) {
        Ok(day) if !day.is_null() => Ok(()),
        _ => plan_err!("date: {text:?} is no day; write it like '2020-05-04'"),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::TimestampSecondArray;

    use super::*;

    #[test]
    fn a_time_beyond_the_calendar_is_null() {
        let seconds = [Some(i64::MAX), Some(i64::MIN), Some(0), Some(-1), None];
        let times: ArrayRef = Arc::new(TimestampSecondArray::from_iter(seconds));
        let texts = to_iso8601(&[Arc::clone(&times)]).expect("no error");
        let texts: Vec<_> = texts.as_string_view().iter().collect();
        assert_eq!(texts, [None, None, Some("1970-01-01T00:00:00.000Z"), Some("1969-12-31T23:59:59.000Z"), None]);
        let days = day_of_week(&[times]).expect("no error");
        assert_eq!(days.as_primitive::<Int64Type>(), &Int64Array::from(vec![None, None, Some(4), Some(3), None]));
    }

    #[test]
    fn every_letter_prints_what_athena_prints() {
        let day: ArrayRef = Arc::new(Date32Array::from(vec![18_386])); // Monday, 2020-05-04
        for (format, expected) in [
            ("%a %W %b %M", "Mon Monday May May"),
            ("%Y %y %m %c %d %e %j", "2020 20 05 5 04 4 125"),
            ("%H %k %h %I %l %i %S %s %f %p", "00 0 12 12 12 00 00 00 000000 AM"),
            ("%r|%T|%x-%v|100%%", "12:00:00 AM|00:00:00|2020-19|100%"),
            ("", ""),
        ] {
            let format: ArrayRef = Arc::new(arrow::array::StringArray::from(vec![format]));
            let texts = date_format(&[Arc::clone(&day), format]).expect("known letters");
            assert_eq!(texts.as_string_view().value(0), expected);
        }
        for format in ["%D", "%U", "%", "abc%Q"] {
            assert!(translate(format).is_err(), "{format}");
        }
    }
}
