//! What stands at an axis: numbers and times as people write them, and marks where people count.

use crate::functions::words;

/// A number as it stands at an axis or a bar.
pub(super) fn told(number: f64, is_bytes: bool) -> String {
    match is_bytes {
        true => words::told(number),
        false if number.fract() == 0.0 && number.abs() < 1e15 => with_commas(number as i64),
        false if number.abs() >= 1000.0 => with_commas(number.round() as i64),
        false => format!("{number:.2}"),
    }
}

fn with_commas(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut told = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    if number < 0 { format!("-{told}") } else { told }
}

/// A time at an axis, as exact as the axis is long.
pub(super) fn told_time(seconds: f64, span: f64) -> String {
    let format = match span {
        ..=172_800.0 => "%H:%M",
        // Several labels are of one day.
        ..=691_200.0 => "%m-%d %H:%M",
        ..=5_184_000.0 => "%m-%d",
        _ => "%Y-%m-%d",
    };
    chrono::DateTime::from_timestamp(seconds as i64, 0).map_or(String::new(), |time| time.format(format).to_string())
}

/// Lengths of what lies between two marks of an axis of time, in seconds.
const MARKS: [f64; 22] = [
    1.0,
    5.0,
    10.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    14_400.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    1_209_600.0,
    2_419_200.0,
    7_776_000.0,
];

/// Where an axis of time begins that has as many parts of a length that people count in, and how long each is.
pub(super) fn parts_of_time([first, last]: [f64; 2], parts: usize) -> (f64, f64) {
    let begin = |length: f64| (first / length).floor() * length;
    let fits = |length: &f64| begin(*length) + length * parts as f64 >= last;
    match MARKS.into_iter().find(fits) {
        Some(length) => (begin(length), length),
        None => (first, (last - first) / parts as f64),
    }
}

/// The least and the greatest, apart from one another.
pub(super) fn bounds(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let (least, most) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
    if most > least { [least, most] } else { [least - 0.5, least + 0.5] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_some_days_tell_them_apart() {
        let days = 3.0 * 86_400.0;
        let labels = [0.0, 0.25, 0.5].map(|share| told_time(1_773_187_200.0 + days * share, days));
        assert_eq!(labels, ["03-11 00:00", "03-11 18:00", "03-12 12:00"]);
        assert_eq!(told_time(1_773_187_200.0, 10.0 * 86_400.0), "03-11");
    }

    #[test]
    fn an_axis_of_time_has_round_marks() {
        let day = 1_773_187_200.0;
        for (span, parts, begin, length) in [
            ([0.0, 23.0 * 3600.0], 4, 0.0, 21_600.0),
            ([17.0 * 3600.0 + 300.0, 18.0 * 3600.0 + 1200.0], 4, 17.0 * 3600.0, 1800.0),
            ([0.0, 300.0], 4, 0.0, 120.0),
            ([0.0, 40.0 * 365.0 * 86_400.0], 4, 0.0, 10.0 * 365.0 * 86_400.0),
        ] {
            let (at, of) = parts_of_time(span.map(|seconds| day + seconds), parts);
            assert!(at <= day + span[0] && at + of * parts as f64 >= day + span[1], "{span:?}");
            if length < MARKS[21] {
                assert_eq!((at, of), (day + begin, length), "{span:?}");
            }
        }
    }

    #[test]
    fn numbers_are_told_as_people_do() {
        assert_eq!(told(1_234_567.0, false), "1,234,567");
        assert_eq!(told(-1234.0, false), "-1,234");
        assert_eq!(told(0.5, false), "0.50");
        assert_eq!(told(1_500_000.0, true), "1.5 MB");
    }
}
