//! Any bytes through both decoders: the fast one must give what the plain one gives, and never panic.
#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use libfuzzer_sys::fuzz_target;
use vpcflow::format::field::{FIELDS, column_name};
use vpcflow::format::{Block, Column, Decoder, Layout, Tally, recognise};

#[path = "../decoder/plain.rs"]
mod plain;

const FORMAT: [&str; 3] = ["srcaddr", "dstport", "interface-id"];

fuzz_target!(|text: &[u8]| {
    // Recognising and unwrapping may fail, but not panic.
    let _ = recognise(text, None).into_text(text.to_vec());

    let expected = plain::decode(text, &FORMAT);
    let layout = Layout::from_format(&FORMAT.join(" ")).expect("three fields");
    let columns: Vec<Column> = FIELDS
        .iter()
        .map(|field| Column::Field(column_name(field.name).into_owned(), field.field_type))
        .collect();
    let wanted = columns.iter().map(|column| column.source().to_owned()).collect();
    let mut decoder = Decoder::new(Block::new(text.to_vec()), Arc::new(layout), 0, wanted);
    let mut tally = Tally::default();
    let mut rows: Vec<BTreeMap<String, String>> = Vec::new();
    while let Some(found) = decoder.next_rows(1 + text.len() % 7, &mut tally) {
        let first = rows.len();
        rows.resize(first + found.len(), BTreeMap::new());
        for column in &columns {
            let values = found.column(column, &mut tally);
            for (row, values_row) in rows[first..].iter_mut().zip(0..) {
                if values.is_valid(values_row) {
                    let value = match values.data_type() {
                        DataType::Utf8View => values.as_string_view().value(values_row).to_owned(),
                        DataType::Int32 => values.as_primitive::<Int32Type>().value(values_row).to_string(),
                        _ => values.as_primitive::<Int64Type>().value(values_row).to_string(),
                    };
                    row.insert(column.source().to_owned(), value);
                }
            }
        }
        decoder.recycle(found);
    }
    assert_eq!(tally.lines, expected.lines);
    assert_eq!(tally.headers, expected.headers);
    assert_eq!(tally.blank, expected.blank);
    let malformed: BTreeMap<_, _> = tally.malformed.iter().map(|(reason, count)| (reason.name(), *count)).collect();
    assert_eq!(malformed, expected.malformed);
    assert_eq!(tally.lines, tally.records + tally.headers + tally.blank + tally.malformed_lines());
    // Columns of unknown names are not asked for here.
    let known = |row: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        let is_known = |name: &&String| columns.iter().any(|column| column.source() == name.as_str());
        row.iter().filter(|(name, _)| is_known(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    assert_eq!(rows, expected.rows.iter().map(known).collect::<Vec<_>>());
});
