//! Which field stands at which place of a line: from a header line, a format string or the default format.

use std::collections::HashSet;

use thiserror::Error;

use super::field::{self, DEFAULT_FORMAT, FieldType, TRANSIT_GATEWAY_FORMAT, column_name};

/// The most fields a header may name: AWS documents 73, and a hostile header must not size our buffers.
pub const MAX_FIELDS: usize = 256;

/// The longest field name: AWS' longest has 27 characters.
const MAX_NAME_BYTES: usize = 64;

/// The name of a leading field that is no part of the record: the time CloudWatch puts before exported lines.
const TIMESTAMP: &str = "@timestamp";

/// Why a format string names no fields.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// A word of the format string is no field name.
    #[error(
        "'{0}' is no field name; write the format as in the flow log's settings: '${{version}} ${{account-id}} ...'"
    )]
    BadName(String),
    /// A field stands twice.
    #[error("field '{0}' is named twice in the format")]
    Repeated(String),
    /// No field, or more than [`MAX_FIELDS`].
    #[error("a format names 1 to {MAX_FIELDS} fields, not {0}")]
    BadCount(usize),
}

/// One place of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The SQL name of the field there.
    pub column: String,
    /// How its text is converted.
    pub field_type: FieldType,
}

/// The fields of a line in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    places: Vec<Place>,
    header: String,
}

impl Layout {
    /// The default, version-2 format.
    pub fn version_2() -> Self {
        Layout::of(DEFAULT_FORMAT.iter().copied())
    }

    /// The default Transit Gateway format.
    pub fn transit_gateway() -> Self {
        Layout::of(TRANSIT_GATEWAY_FORMAT.iter().copied())
    }

    /// Reads a format string as the AWS console and API show it, `${version} ${account-id} ...`; bare names do too.
    ///
    /// # Errors
    /// When a word is no field name, stands twice, or there are no words or too many.
    pub fn from_format(format: &str) -> Result<Self, LayoutError> {
        let mut names = Vec::new();
        for word in format.split_whitespace() {
            let name = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(word);
            if !is_name(name) {
                return Err(LayoutError::BadName(word.to_owned()));
            }
            if names.contains(&name) {
                return Err(LayoutError::Repeated(name.to_owned()));
            }
            names.push(name);
            if names.len() > MAX_FIELDS {
                break;
            }
        }
        if names.is_empty() || names.len() > MAX_FIELDS {
            return Err(LayoutError::BadCount(names.len()));
        }
        Ok(Layout::of(names.into_iter()))
    }

    /// Reads a header line; `None` when the line is none.
    ///
    /// A header's words all look like field names, none stands twice, and at least half of them are documented:
    /// a record has a number, an address or a status somewhere, and new fields come a few at a time.
    pub fn from_header(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let mut seen = HashSet::new();
        let mut known = 0;
        for word in words(line) {
            if !is_name(word) || seen.len() == MAX_FIELDS || !seen.insert(word) {
                return None;
            }
            known += usize::from(field::field(word).is_some());
        }
        (known > 0 && known * 2 >= seen.len()).then(|| Layout::of(words(line)))
    }

    /// The same fields behind a leading time stamp, which is passed over.
    pub fn after_timestamp(mut self) -> Self {
        self.places.insert(0, Place { column: TIMESTAMP.to_owned(), field_type: FieldType::Text });
        self.header.clear();
        self
    }

    /// Fields in a line, a leading time stamp included.
    pub fn width(&self) -> usize {
        self.places.len()
    }

    /// The columns a record of this layout has, in the order of the line.
    pub fn columns(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.column != TIMESTAMP)
    }

    /// Where in a line the column stands.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.places.iter().position(|place| place.column == column)
    }

    /// What stands at a place.
    pub(super) fn place(&self, position: usize) -> &Place {
        &self.places[position]
    }

    /// The layout's header line, names separated by one space; empty behind a time stamp, where none can stand.
    pub(super) fn header(&self) -> &str {
        &self.header
    }

    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut header = String::new();
        let mut places = Vec::new();
        for name in names {
            if !header.is_empty() {
                header.push(' ');
            }
            header.push_str(name);
            places.push(Place { column: column_name(name).into_owned(), field_type: field::field_type(name) });
        }
        Layout { places, header }
    }
}

/// Whether a line beginning with this word could be a header: a quick look before the thorough one.
pub(super) fn begins_like_header(first_word: &[u8]) -> bool {
    std::str::from_utf8(first_word).is_ok_and(|word| field::field(word).is_some())
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.trim_end_matches('\r').split(' ').filter(|word| !word.is_empty())
}

fn is_name(word: &str) -> bool {
    word.len() <= MAX_NAME_BYTES
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(layout: &Layout) -> Vec<&str> {
        layout.columns().map(|place| place.column.as_str()).collect()
    }

    #[test]
    fn a_header_may_name_fields_in_any_order_and_new_ones() {
        let layout = Layout::from_header(b"srcaddr brand-new bytes").expect("two of three are known");
        assert_eq!(columns(&layout), ["srcaddr", "brand_new", "bytes"]);
        assert_eq!(layout.place(1).field_type, FieldType::Text);
        assert_eq!(layout.place(2).field_type, FieldType::Int64);
        assert!(Layout::from_header(b"srcaddr").is_some(), "one field is a format");
        assert!(Layout::from_header(b"version  account-id\r").is_some(), "double space, CRLF");
    }

    #[test]
    fn records_and_other_texts_are_no_headers() {
        for line in [
            "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1 2 ACCEPT OK",
            "- - - -",
            "version version",
            "one two three srcaddr",
            "Version Account-Id",
            "",
        ] {
            assert_eq!(Layout::from_header(line.as_bytes()), None, "{line}");
        }
        let too_many = (0..=MAX_FIELDS).map(|i| format!("f{i}")).collect::<Vec<_>>().join(" ");
        assert_eq!(Layout::from_header(too_many.as_bytes()), None);
    }

    #[test]
    fn a_format_string_is_read_as_aws_prints_it() {
        let layout = Layout::from_format("${version} ${account-id}  ${pkt-srcaddr}").expect("three names");
        assert_eq!(columns(&layout), ["version", "account_id", "pkt_srcaddr"]);
        assert_eq!(Layout::from_format("version ${srcaddr"), Err(LayoutError::BadName("${srcaddr".into())));
        assert_eq!(Layout::from_format("bytes ${bytes}"), Err(LayoutError::Repeated("bytes".into())));
        assert_eq!(Layout::from_format(" "), Err(LayoutError::BadCount(0)));
    }

    #[test]
    fn a_leading_timestamp_is_a_place_but_no_column() {
        let layout = Layout::version_2().after_timestamp();
        assert_eq!((layout.width(), layout.columns().count()), (15, 14));
        assert_eq!(layout.position("version"), Some(1));
    }
}
