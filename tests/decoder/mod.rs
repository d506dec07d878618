//! The decoder: what a line is, at the border where data turns invalid, and the fast decoder against the plain one.

mod plain;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use plain::Plain;
use proptest::prelude::*;
use vpcflow::format::field::{FIELDS, column_name};
use vpcflow::format::{Block, Column, Decoder, Layout, MAX_LINE_BYTES, Tally};

/// Decodes `text` with the fast decoder, `max_rows` at a time, into the plain decoder's form.
pub fn decode_fast(text: &[u8], format: &str, max_rows: usize, every: usize) -> (Plain, Tally) {
    let layout = Layout::from_format(format).expect("a format");
    let mut wanted: Vec<String> = layout.columns().map(|place| place.column.clone()).collect();
    wanted.extend(FIELDS.iter().map(|field| column_name(field.name).into_owned()));
    // Whatever a header in the text may name.
    wanted.extend(
        text.split(|byte| b" \n".contains(byte))
            .filter_map(|word| std::str::from_utf8(word).ok())
            .map(column_name)
            .map(Into::into),
    );
    // A filter's decoder looks for few fields; the others are found of the rows it selects.
    let first: Vec<String> = if every > 1 { wanted[..1].to_vec() } else { wanted.clone() };
    let mut decoder = Decoder::new(Block::new(text.to_vec()), Arc::new(layout), 0, first.into());
    let (mut tally, mut rows) = (Tally::default(), Vec::new());
    while let Some(found) = decoder.next_rows(max_rows, &mut tally) {
        let numbers: Vec<u32> = (0..found.len() as u32).step_by(every).collect();
        let selected = (every > 1).then(|| found.select(&numbers, &wanted));
        let wanted_rows = selected.as_ref().unwrap_or(&found);
        let first = rows.len();
        rows.resize(first + wanted_rows.len(), BTreeMap::new());
        for place in found.layout().columns() {
            let column = Column::Field(place.column.clone(), place.field_type);
            let values = wanted_rows.column(&column, &mut tally);
            for (row, value) in rows[first..].iter_mut().zip(texts(&values)) {
                if let Some(value) = value {
                    row.insert(place.column.clone(), value);
                }
            }
        }
        decoder.recycle(found);
    }
    let plain = Plain {
        rows,
        lines: tally.lines,
        headers: tally.headers,
        blank: tally.blank,
        malformed: tally.malformed.iter().map(|(reason, count)| (reason.name(), *count)).collect(),
        bad_values: tally
            .bad_values
            .iter()
            .map(|((column, reason), count)| ((column.clone(), reason.name()), *count))
            .collect(),
    };
    (plain, tally)
}

fn texts(values: &ArrayRef) -> Vec<Option<String>> {
    match values.data_type() {
        DataType::Utf8View => values.as_string_view().iter().map(|value| value.map(str::to_owned)).collect(),
        DataType::Int32 => values.as_primitive::<Int32Type>().iter().map(|v| v.map(|v| v.to_string())).collect(),
        DataType::Int64 => values.as_primitive::<Int64Type>().iter().map(|v| v.map(|v| v.to_string())).collect(),
        other => panic!("no column is {other}"),
    }
}

fn assert_equal(text: &[u8], format: &str, max_rows: usize) {
    let names: Vec<&str> = format.split(' ').collect();
    let plain = plain::decode(text, &names);
    let (fast, tally) = decode_fast(text, format, max_rows, 1);
    assert_eq!(fast, plain);
    assert_eq!(tally.lines, tally.records + tally.headers + tally.blank + tally.malformed_lines());
    assert_eq!(tally.records as usize, plain.rows.len());

    let layout = Arc::new(Layout::from_format(format).expect("a format"));
    let mut decoder = Decoder::new(Block::new(text.to_vec()), layout, 0, [].into());
    let mut counted = Tally::default();
    let mut records = 0;
    while let Some(rows) = decoder.next_rows(max_rows, &mut counted) {
        records += rows.len();
    }
    assert_eq!(records, plain.rows.len(), "rows when only counted");
    assert_eq!((counted.lines, &counted.malformed), (tally.lines, &tally.malformed));
}

fn malformed(text: &[u8], format: &str) -> Vec<(&'static str, u64)> {
    assert_equal(text, format, 8192);
    decode_fast(text, format, 8192, 1).0.malformed.into_iter().collect()
}

#[test]
fn the_default_format_gives_typed_columns_and_nulls() {
    let text = b"2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n\
        2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA\n";
    let format = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
    let (decoded, _) = decode_fast(text, format, 8192, 1);
    let row = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(
        decoded.rows,
        [
            row(&[
                ("version", "2"),
                ("account_id", "123456789010"),
                ("interface_id", "eni-1235b8ca123456789"),
                ("srcaddr", "172.31.16.139"),
                ("dstaddr", "172.31.16.21"),
                ("srcport", "20641"),
                ("dstport", "22"),
                ("protocol", "6"),
                ("packets", "20"),
                ("bytes", "4249"),
                ("start", "1418530010"),
                ("end", "1418530070"),
                ("action", "ACCEPT"),
                ("log_status", "OK"),
            ]),
            row(&[
                ("version", "2"),
                ("account_id", "123456789010"),
                ("interface_id", "eni-1235b8ca123456789"),
                ("start", "1431280876"),
                ("end", "1431280934"),
                ("log_status", "NODATA"),
            ]),
        ]
    );
}

#[test]
fn line_ends_and_runs_of_spaces_do_not_matter() {
    let expected = decode_fast(b"10.0.0.1 80\n10.0.0.2 443\n", "srcaddr dstport", 8192, 1).0.rows;
    for text in [
        "10.0.0.1 80\r\n10.0.0.2 443\r\n",
        "10.0.0.1 80\n10.0.0.2 443",
        "  10.0.0.1   80 \n\n   \n10.0.0.2 443  \r\n\r\n",
    ] {
        assert_equal(text.as_bytes(), "srcaddr dstport", 8192);
        assert_eq!(decode_fast(text.as_bytes(), "srcaddr dstport", 8192, 1).0.rows, expected, "{text:?}");
    }
}

#[test]
fn a_header_in_the_middle_changes_the_columns_from_there() {
    let text = b"10.0.0.1 80\nsrcaddr dstport\n10.0.0.2 81\nbytes srcaddr brand-new\n5 10.0.0.3 x\n6 10.0.0.4 -\n";
    assert_equal(text, "srcaddr dstport", 8192);
    let (decoded, _) = decode_fast(text, "srcaddr dstport", 8192, 1);
    assert_eq!((decoded.headers, decoded.rows.len()), (2, 4));
    assert_eq!(decoded.rows[2]["brand_new"], "x");
    assert_eq!(decoded.rows[3].get("brand_new"), None);
}

#[test]
fn each_kind_of_broken_line_has_its_reason() {
    let format = "srcaddr dstaddr dstport";
    assert_eq!(malformed(b"10.0.0.1 10.0.0.2\n", format), [("too_few_fields", 1)]);
    assert_eq!(malformed(b"10.0.0.1 10.0.0.2 80 81\n", format), [("too_many_fields", 1)]);
    assert_eq!(malformed(b"10.0.0.1 10.0\0.2 80\n", format), [("control_character", 1)]);
    assert_eq!(malformed(b"10.0.0.1\t10.0.0.2 80\n", format), [("control_character", 1)]);
    assert_eq!(malformed(b"10.0.0.1 10.0.0.2\x7f 80\n", format), [("control_character", 1)]);
    assert_eq!(malformed("10.0.0.1 10.0.0.2\u{9b} 80\n".as_bytes(), format), [("control_character", 1)]);
    assert_eq!(malformed(b"10.0.0.1 \xff 80\n", format), [("not_utf8", 1)]);
    assert_eq!(malformed("10.0.0.1 ä 80\n".as_bytes(), format), []);
    assert_eq!(malformed(b"10.0.0.1 10.0.0.2 80\n", format), []);
}

#[test]
fn the_longest_line_that_is_a_record() {
    let line = |len: usize| [b"10.0.0.1 ".as_slice(), &vec![b'x'; len - 9], b"\n"].concat();
    assert_eq!(malformed(&line(MAX_LINE_BYTES), "srcaddr instance-tag"), []);
    assert_eq!(malformed(&line(MAX_LINE_BYTES + 1), "srcaddr instance-tag"), [("line_too_long", 1)]);
    let many_fields = "x ".repeat(MAX_LINE_BYTES / 2 - 1) + "\n10.0.0.1 y\n";
    assert_eq!(malformed(many_fields.as_bytes(), "srcaddr instance-tag"), [("too_many_fields", 1)]);
}

#[test]
fn a_number_that_cannot_be_read_is_null_and_counted_with_a_sample() {
    let text = b"10.0.0.1 80\n10.0.0.2 2147483647\n\n10.0.0.3 2147483648\n10.0.0.4 -1\n10.0.0.5 -\n";
    assert_equal(text, "srcaddr dstport", 8192);
    let (decoded, tally) = decode_fast(text, "srcaddr dstport", 8192, 1);
    let ports: Vec<_> = decoded.rows.iter().map(|row| row.get("dstport").map(String::as_str)).collect();
    assert_eq!(ports, [Some("80"), Some("2147483647"), None, None, None]);
    let samples: Vec<_> = tally.samples.iter().map(ToString::to_string).collect();
    assert_eq!(
        samples,
        ["line 4: out_of_range in dstport: 10.0.0.3 2147483648", "line 5: not_a_number in dstport: 10.0.0.4 -1",]
    );
}

#[test]
fn samples_name_the_line_and_are_few() {
    let text = "10.0.0.1 80\nbroken\n".repeat(100);
    let (_, tally) = decode_fast(text.as_bytes(), "srcaddr dstport", 7, 1);
    assert_eq!(tally.malformed_lines(), 100);
    let lines: Vec<u64> = tally.samples.iter().map(|sample| sample.line).collect();
    assert_eq!(lines, [2, 4, 6, 8, 10]);
}

/// Bytes that are mostly near the format: words that mean something, separators of all kinds, and noise.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![
            "10.0.0.1", "2001:db8::1", "443", "-", "0", "4294967296", "ACCEPT", "eni-1235b8ca123456789", "version",
            "srcaddr", "bytes", "dstport", "new-field", "-1", "i-0123456789abcdef0", "ä", "00000000000000000000007",
            "99999999999999999999", "NODATA", "twelve_bytes", "thirteen_byte",
        ]).prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    let separator = prop_oneof![
        12 => Just(b" ".to_vec()),
        6 => Just(b"\n".to_vec()),
        1 => prop::sample::select(vec!["  ", "\r\n", "\n\n", " \n", "\n ", "\r", "\t", "\0"])
            .prop_map(|separator| separator.as_bytes().to_vec()),
    ];
    prop::collection::vec((word, separator), 0..200)
        .prop_map(|pairs| pairs.into_iter().flat_map(|(word, separator)| [word, separator].concat()).collect())
}

/// Lines of three words, most of them whole.
fn records() -> impl Strategy<Value = Vec<u8>> {
    let value = prop::sample::select(vec![
        "10.0.0.1",
        "-",
        "443",
        "2147483648",
        "2001:db8:1234:a100:8d6e:3477:df66:f105",
        "x",
        "0",
        "00080",
        "é",
    ]);
    let end = prop_oneof![20 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n"), 1 => Just(" z\n")];
    prop::collection::vec((prop::collection::vec(value, 3), end), 0..80)
        .prop_map(|lines| lines.into_iter().map(|(words, end)| words.join(" ") + end).collect::<String>().into_bytes())
}

proptest! {
    #[test]
    fn both_decoders_agree_on_any_bytes(text in text(), max_rows in 1usize..40) {
        assert_equal(&text, "srcaddr dstport", max_rows);
    }

    #[test]
    fn both_decoders_agree_on_records(text in records(), max_rows in 1usize..40) {
        assert_equal(&text, "srcaddr dstport interface-id", max_rows);
    }

    #[test]
    fn selected_rows_are_the_same_rows(text in records(), every in 2usize..7) {
        let all = decode_fast(&text, "srcaddr dstport interface-id", 1 << 20, 1).0.rows;
        let some = decode_fast(&text, "srcaddr dstport interface-id", 1 << 20, every).0.rows;
        prop_assert_eq!(some, all.into_iter().step_by(every).collect::<Vec<_>>());
    }
}
