//! What became of every line: nothing is dropped without being counted.
//!
//! Invariant: `lines = records + headers + blank + malformed`, for every object and every sum of objects.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// Why a line is no record. Such a line is in no table, whichever columns a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Malformed {
    /// Fewer fields than the header names.
    TooFewFields,
    /// More fields than the header names.
    TooManyFields,
    /// A NUL, DEL or another control character, tab included.
    ControlCharacter,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Longer than [`MAX_LINE_BYTES`](super::MAX_LINE_BYTES).
    TooLong,
    /// An event of CloudWatch Logs or Firehose, or a row of CSV, that has no message.
    NoMessage,
}

impl Malformed {
    /// Every reason, in the order they are tested for.
    pub const ALL: [Malformed; 6] = [
        Malformed::TooLong,
        Malformed::NoMessage,
        Malformed::ControlCharacter,
        Malformed::NotUtf8,
        Malformed::TooFewFields,
        Malformed::TooManyFields,
    ];

    /// The reason's name in reports, for example `too_few_fields`.
    pub fn name(self) -> &'static str {
        match self {
            Malformed::TooFewFields => "too_few_fields",
            Malformed::TooManyFields => "too_many_fields",
            Malformed::ControlCharacter => "control_character",
            Malformed::NotUtf8 => "not_utf8",
            Malformed::TooLong => "line_too_long",
            Malformed::NoMessage => "no_message",
        }
    }
}

/// Why the text of a numeric field is no number. The record stays in the table; the field is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BadValue {
    /// Something other than decimal digits.
    NotANumber,
    /// More than the column's type holds.
    OutOfRange,
}

impl BadValue {
    /// The reason's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            BadValue::NotANumber => "not_a_number",
            BadValue::OutOfRange => "out_of_range",
        }
    }
}

/// One malformed line or value, kept to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The line's number in its object, counted from 1 over all lines, headers and blanks included.
    pub line: u64,
    /// What is wrong: a reason's name, with the column where it is a value.
    pub problem: String,
    /// The line's beginning, control characters and bytes that are not UTF-8 replaced.
    pub excerpt: String,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.problem, self.excerpt)
    }
}

/// Counts of the lines of one or more objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All lines read.
    pub lines: u64,
    /// Lines that became rows.
    pub records: u64,
    /// Header lines, wherever they stood.
    pub headers: u64,
    /// Lines without any field.
    pub blank: u64,
    /// Lines that are no record, by reason.
    pub malformed: BTreeMap<Malformed, u64>,
    /// Numbers that could not be read, by column and reason; only columns that a query reads are looked at.
    pub bad_values: BTreeMap<(String, BadValue), u64>,
    /// A few malformed lines and values, at most [`MAX_SAMPLES`](Self::MAX_SAMPLES) an object.
    pub samples: Vec<Sample>,
}

impl Tally {
    /// How many samples are kept of one object.
    pub const MAX_SAMPLES: usize = 5;

    /// Malformed lines of all reasons.
    pub fn malformed_lines(&self) -> u64 {
        self.malformed.values().sum()
    }

    /// Numeric fields that were not numbers, of all columns and reasons.
    pub fn bad_value_count(&self) -> u64 {
        self.bad_values.values().sum()
    }

    pub(super) fn add_malformed(&mut self, reason: Malformed, line_number: u64, line: &[u8]) {
        *self.malformed.entry(reason).or_default() += 1;
        self.sample(line_number, reason.name().to_owned(), line);
    }

    pub(super) fn add_bad_value(&mut self, reason: BadValue, column: &str, line_number: u64, line: &[u8]) {
        match self.bad_values.get_mut(&(column.to_owned(), reason)) {
            Some(count) => *count += 1,
            None => {
                self.bad_values.insert((column.to_owned(), reason), 1);
            }
        }
        if self.samples.len() < Self::MAX_SAMPLES {
            self.sample(line_number, format!("{} in {column}", reason.name()), line);
        }
    }

    fn sample(&mut self, line_number: u64, problem: String, line: &[u8]) {
        if self.samples.len() < Self::MAX_SAMPLES {
            self.samples.push(Sample { line: line_number, problem, excerpt: excerpt(line) });
        }
    }
}

impl AddAssign<&Tally> for Tally {
    /// Adds the counts; samples are an object's own and stay with it.
    fn add_assign(&mut self, other: &Tally) {
        self.lines += other.lines;
        self.records += other.records;
        self.headers += other.headers;
        self.blank += other.blank;
        for (reason, count) in &other.malformed {
            *self.malformed.entry(*reason).or_default() += count;
        }
        for (key, count) in &other.bad_values {
            *self.bad_values.entry(key.clone()).or_default() += count;
        }
    }
}

/// The first characters of a hostile line, fit for a terminal: nothing but printable characters.
fn excerpt(line: &[u8]) -> String {
    const SHOWN_CHARS: usize = 160;
    let head = String::from_utf8_lossy(&line[..line.len().min(SHOWN_CHARS * 4)]);
    let mut shown: String =
        head.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if head.chars().count() > SHOWN_CHARS || line.len() > SHOWN_CHARS * 4 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_cannot_steer_a_terminal() {
        assert_eq!(excerpt(b"2 \x1b[31m\0\xff ok"), "2 \u{fffd}[31m\u{fffd}\u{fffd} ok");
        assert_eq!(excerpt(&[b'x'; 1 << 20]).chars().count(), 161);
    }
}
