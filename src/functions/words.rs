//! Numbers in words, for sentences that people read.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::error::Result;

use super::function::{Function, Kind, any_literal, map_text};

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "human_bytes",
        syntax: "human_bytes(bytes)",
        arguments: &[("bytes", Kind::Number, "A number of bytes.")],
        returns: DataType::Utf8View,
        meaning: "A number of bytes in the unit that suits it (kB, MB, GB, TB, PB of a thousand each), with one decimal.",
        example: "human_bytes(39922800) -- 39.9 MB",
        check: any_literal,
        evaluate: human_bytes,
    },
    Function {
        name: "counted",
        syntax: "counted(number, noun)",
        arguments: &[
            ("number", Kind::Integer, "How many there are."),
            ("noun", Kind::Text, "What there is, in the singular: 'port', 'public address'."),
        ],
        returns: DataType::Utf8View,
        meaning: "A number with its noun, in the plural unless it is one.",
        example: "counted(2, 'public address') -- 2 public addresses",
        check: any_literal,
        evaluate: counted,
    },
];

fn human_bytes(args: &[ArrayRef]) -> Result<ArrayRef> {
    let bytes = cast(&args[0], &DataType::Float64)?;
    let told = bytes.as_primitive::<Float64Type>().iter().map(|bytes| bytes.map(told));
    Ok(Arc::new(told.collect::<StringViewArray>()))
}

/// A number of bytes in the unit that suits it.
pub(crate) fn told(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes.abs().round() < 1000.0 {
        let bytes = bytes.round();
        return format!("{bytes} byte{}", if bytes == 1.0 { "" } else { "s" });
    }
    let mut number = bytes / 1000.0;
    let mut units = UNITS.iter().peekable();
    let mut unit = UNITS[0];
    while let Some(next) = units.next() {
        unit = next;
        // What would be rounded to a thousand is one of the next unit.
        if number.abs() < 999.95 || units.peek().is_none() {
            break;
        }
        number /= 1000.0;
    }
    format!("{number:.1} {unit}")
}

fn counted(args: &[ArrayRef]) -> Result<ArrayRef> {
    let numbers = cast(&args[0], &DataType::Int64)?;
    let nouns: Vec<Option<&str>> = map_text(&args[1], |noun| noun)?;
    let told = numbers.as_primitive::<Int64Type>().iter().zip(nouns).map(|(number, noun)| {
        let (number, noun) = (number?, noun?);
        let ending = match (number, noun.ends_with('s')) {
            (1, _) => "",
            (_, true) => "es",
            (_, false) => "s",
        };
        Some(format!("{number} {noun}{ending}"))
    });
    Ok(Arc::new(told.collect::<StringViewArray>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_unit_that_suits_them() {
        for (bytes, expected) in [
            (0.0, "0 bytes"),
            (1.0, "1 byte"),
            (416.4, "416 bytes"),
            (999.5, "1.0 kB"),
            (4_800.0, "4.8 kB"),
            (999_949.0, "999.9 kB"),
            (999_960.0, "1.0 MB"),
            (3_849_400_000.0, "3.8 GB"),
            (1.5846e12, "1.6 TB"),
            (9.2e18, "9200.0 PB"),
        ] {
            assert_eq!(told(bytes), expected);
        }
    }
}
