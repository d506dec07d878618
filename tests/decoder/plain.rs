//! A second decoder, written for being obviously right: one line, one word, one map entry at a time. Nothing of it
//! is shared with the fast one but the catalogue; tests and the fuzz target hold the two equal.

use std::collections::BTreeMap;

use vpcflow::format::FieldType;
use vpcflow::format::field::{FIELDS, column_name};

/// What the plain decoder makes of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// For each record its values by column; a missing key is NULL.
    pub rows: Vec<BTreeMap<String, String>>,
    /// Lines in all.
    pub lines: u64,
    /// Header lines.
    pub headers: u64,
    /// Lines without a word.
    pub blank: u64,
    /// Lines that are no record, by reason.
    pub malformed: BTreeMap<&'static str, u64>,
    /// Numbers that can't be read, by column and reason.
    pub bad_values: BTreeMap<(String, &'static str), u64>,
}

/// Decodes `text`, whose lines have the fields `names` until a header says otherwise.
pub fn decode(text: &[u8], names: &[&str]) -> Plain {
    let mut plain = Plain::default();
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    for line in lines {
        plain.lines += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(|byte| *byte == b' ') {
            plain.blank += 1;
            continue;
        }
        if let Some(reason) = unreadable(line) {
            *plain.malformed.entry(reason).or_default() += 1;
            continue;
        }
        let line = std::str::from_utf8(line).expect("checked above");
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let same_header = names.join(" ") == line;
        if (known(words[0]).is_some() || same_header) && is_header(&words) {
            plain.headers += 1;
            names = words.iter().map(|word| (*word).to_owned()).collect();
        } else if words.len() < names.len() {
            *plain.malformed.entry("too_few_fields").or_default() += 1;
        } else if words.len() > names.len() {
            *plain.malformed.entry("too_many_fields").or_default() += 1;
        } else {
            let row = record(&names, &words, &mut plain.bad_values);
            plain.rows.push(row);
        }
    }
    plain
}

fn unreadable(line: &[u8]) -> Option<&'static str> {
    if line.len() > 1024 * 1024 {
        Some("line_too_long")
    } else if line.starts_with(b"\0no message\0") {
        Some("no_message")
    } else if line.iter().any(|byte| *byte < 0x20 || *byte == 0x7f) {
        Some("control_character")
    } else {
        match std::str::from_utf8(line) {
            Err(_) => Some("not_utf8"),
            // The second set of control characters, which a terminal obeys as well.
            Ok(text) if text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)) => Some("control_character"),
            Ok(_) => None,
        }
    }
}

fn record(
    names: &[String],
    words: &[&str],
    bad_values: &mut BTreeMap<(String, &'static str), u64>,
) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    for (name, word) in names.iter().zip(words) {
        if *word == "-" {
            continue;
        }
        let column = column_name(name).into_owned();
        let max: u128 = match known(name) {
            Some(FieldType::Int32) => 2_147_483_647,
            Some(FieldType::Int64) => 9_223_372_036_854_775_807,
            Some(FieldType::Text) | None => {
                row.insert(column, (*word).to_owned());
                continue;
            }
        };
        if word.chars().any(|c| !c.is_ascii_digit()) {
            *bad_values.entry((column, "not_a_number")).or_default() += 1;
            continue;
        }
        match word.trim_start_matches('0') {
            "" => drop(row.insert(column, "0".to_owned())),
            digits if digits.len() < 30 && digits.parse::<u128>().expect("at most 30 digits") <= max => {
                row.insert(column, digits.to_owned());
            }
            _ => *bad_values.entry((column, "out_of_range")).or_default() += 1,
        }
    }
    row
}

fn known(name: &str) -> Option<FieldType> {
    FIELDS.iter().find(|field| field.name == name).map(|field| field.field_type)
}

fn is_header(words: &[&str]) -> bool {
    let name = |word: &&str| {
        word.len() <= 64
            && word.chars().next().is_some_and(|c| c.is_ascii_lowercase())
            && word.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
    };
    let mut sorted = words.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let known_words = words.iter().filter(|word| known(word).is_some()).count();
    words.len() <= 256
        && words.iter().all(name)
        && sorted.len() == words.len()
        && known_words > 0
        && 2 * known_words >= words.len()
}
