//! From field positions to Arrow columns: only the columns a query reads, only the rows that are left.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBufferBuilder, Int32Array, Int64Array, TimestampSecondArray, new_null_array};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::{DataType, TimeUnit};

use super::audited::string_view_array;
use super::block::SHARED_BLOCK_BYTES;
use super::field::FieldType;
use super::lines::Rows;
use super::number;
use super::tally::{BadValue, Tally};

/// The last second that a nanosecond timestamp can express: SQL compares times in nanoseconds, so a later one (only
/// a damaged line has it) is NULL as a time, while `start` and `end` keep the number.
pub const MAX_TIME_SECONDS: i64 = i64::MAX / 1_000_000_000;

/// A column to be made from a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Column {
    /// The field of this SQL name, in its own type.
    Field(String, FieldType),
    /// The field of this SQL name, Unix seconds, as a timestamp.
    Time(String),
}

impl Column {
    /// The Arrow type of the column.
    pub fn data_type(&self) -> DataType {
        match self {
            Column::Field(_, field_type) => field_type.arrow_type(),
            Column::Time(_) => DataType::Timestamp(TimeUnit::Second, None),
        }
    }

    /// The SQL name of the field it is made from.
    pub fn source(&self) -> &str {
        match self {
            Column::Field(name, _) | Column::Time(name) => name,
        }
    }
}

impl Rows {
    /// Converts one column.
    ///
    /// A column that these rows' layout does not have is all NULL, and so is a field `-`. A number that can't be
    /// read is NULL and counted in `tally`.
    ///
    /// # Panics
    /// When the decoder was not told to find the column's field.
    pub fn column(&self, column: &Column, tally: &mut Tally) -> ArrayRef {
        let Some(position) = self.layout.position(column.source()) else {
            return new_null_array(&column.data_type(), self.len);
        };
        let index = self.boundaries.index(position).expect("the column is among those the decoder was told to find");
        let fields = Fields { rows: self, index, name: &self.layout.place(position).column };
        match column {
            Column::Field(_, FieldType::Text) => self.text(&fields),
            Column::Field(_, FieldType::Int32) => {
                let (values, nulls) = fields.numbers(i32::MAX as u64, tally, |value| value as i32);
                Arc::new(Int32Array::new(values.into(), nulls))
            }
            Column::Field(_, FieldType::Int64) => {
                let (values, nulls) = fields.numbers(i64::MAX as u64, tally, |value| value as i64);
                Arc::new(Int64Array::new(values.into(), nulls))
            }
            Column::Time(_) => {
                let name = format!("{}_time", fields.name);
                let fields = Fields { name: &name, ..fields };
                let (values, nulls) = fields.numbers(MAX_TIME_SECONDS as u64, tally, |value| value as i64);
                Arc::new(TimestampSecondArray::new(values.into(), nulls))
            }
        }
    }

    /// A text column. Few rows copy their long values, so that they don't keep the block in memory; many point into
    /// it, or into a copy of the rows' lines when the block is large.
    fn text(&self, fields: &Fields<'_>) -> ArrayRef {
        let padded = self.block.padded();
        let mut nulls = Nulls::new(self.len);
        let (views, text) = if self.sparse {
            let mut copied: Vec<u8> = Vec::new();
            let views = fields.map(|row, start, end| {
                let offset = copied.len();
                if end - start > INLINE_BYTES {
                    copied.extend_from_slice(&padded[start..end]);
                }
                view(padded, start, end, offset).unwrap_or_else(|| nulls.set(row))
            });
            (views, Buffer::from_vec(copied))
        } else {
            let (text, base) = self.shared_text.get_or_init(|| self.text_of_rows());
            let views =
                fields.map(|row, start, end| view(padded, start, end, start - base).unwrap_or_else(|| nulls.set(row)));
            (views, text.clone())
        };
        Arc::new(string_view_array(views, Some(text).filter(|text| !text.is_empty()), nulls.finish()))
    }

    /// The buffer that views of these rows point into, and the position in the block where it begins.
    fn text_of_rows(&self) -> (Buffer, usize) {
        if self.block.len() <= SHARED_BLOCK_BYTES || self.starts.is_empty() {
            return (self.block.buffer().clone(), 0);
        }
        let (begin, end) = (self.starts[0] as usize, self.starts[self.starts.len() - 1] as usize);
        let end = end.min(self.block.len());
        (Buffer::from(&self.block.text()[begin..end]), begin)
    }

    /// The line around a byte of the block and its number in the object, counted from 1; for samples only, because
    /// it counts line feeds.
    fn line_around(&self, at: usize) -> (u64, &[u8]) {
        let text = self.block.text();
        let begin = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |newline| at + newline);
        let before = text[..begin].iter().filter(|byte| **byte == b'\n').count();
        (self.lines_before + before as u64 + 1, &text[begin..end])
    }
}

/// Text of up to this size lies in the view itself.
const INLINE_BYTES: usize = 12;

/// Keeps the first `len` bytes of a little-endian word.
const INLINE_MASKS: [u128; INLINE_BYTES + 1] = {
    let mut masks = [0; INLINE_BYTES + 1];
    let mut len = 1;
    while len <= INLINE_BYTES {
        masks[len] = u128::MAX >> (128 - 8 * len);
        len += 1;
    }
    masks
};

/// The view of `padded[start..end]`, whose text, if it is long, stands at `offset` of buffer 0; `None` for `-`.
#[inline(always)]
fn view(padded: &[u8], start: usize, end: usize, offset: usize) -> Option<u128> {
    let len = end - start;
    let bytes: [u8; 16] = padded[start..start + 16].try_into().expect("a slice of sixteen bytes");
    let word = u128::from_le_bytes(bytes);
    if len > INLINE_BYTES {
        Some(len as u128 | (word & u32::MAX as u128) << 32 | (offset as u128) << 96)
    } else if len == 1 && bytes[0] == b'-' {
        None
    } else {
        Some(len as u128 | (word & INLINE_MASKS[len]) << 32)
    }
}

/// Which rows of a column are NULL: nothing is kept until one is.
struct Nulls {
    len: usize,
    valid: Option<BooleanBufferBuilder>,
}

impl Nulls {
    fn new(len: usize) -> Self {
        Nulls { len, valid: None }
    }

    /// Makes a row NULL and returns what stands in its place.
    #[inline(always)]
    fn set<T: Default>(&mut self, row: usize) -> T {
        let valid = self.valid.get_or_insert_with(|| {
            let mut valid = BooleanBufferBuilder::new(self.len);
            valid.append_n(self.len, true);
            valid
        });
        valid.set_bit(row, false);
        T::default()
    }

    fn finish(self) -> Option<NullBuffer> {
        self.valid.map(|mut valid| NullBuffer::new(valid.finish()))
    }
}

/// One field of each row.
struct Fields<'a> {
    rows: &'a Rows,
    /// Where among a row's starts the field's own stands.
    index: usize,
    name: &'a str,
}

impl Fields<'_> {
    /// The value that `f` makes of each row, given its number and the field's start and end.
    #[inline(always)]
    fn map<T>(&self, mut f: impl FnMut(usize, usize, usize) -> T) -> Vec<T> {
        let row_width = self.rows.boundaries.len();
        let padded = self.rows.block.padded();
        let (index, trim) = (self.index, self.rows.trim);
        let value = |(number, row): (usize, &[u32])| {
            let (start, mut end) = (row[index] as usize, row[index + 1] as usize - 1);
            if trim {
                while padded[end - 1] == b' ' {
                    end -= 1;
                }
            }
            f(number, start, end)
        };
        self.rows.starts.chunks_exact(row_width).enumerate().map(value).collect()
    }

    fn numbers<T: Default>(
        &self,
        max: u64,
        tally: &mut Tally,
        convert: impl Fn(u64) -> T,
    ) -> (Vec<T>, Option<NullBuffer>) {
        let padded = self.rows.block.padded();
        let mut nulls = Nulls::new(self.rows.len);
        let mut bad: Vec<(usize, BadValue)> = Vec::new(); // where in the block, and why
        let values = self.map(|row, start, end| match number::parse(padded, start, end, max) {
            Ok(value) => convert(value),
            Err(problem) => {
                if end - start != 1 || padded[start] != b'-' {
                    bad.push((start, problem));
                }
                nulls.set(row)
            }
        });
        for (at, problem) in bad {
            // A sample costs a walk over the block: only while more are wanted.
            let wanted = tally.samples.len() < Tally::MAX_SAMPLES;
            let (line_number, line) = if wanted { self.rows.line_around(at) } else { (0, &[][..]) };
            tally.add_bad_value(problem, self.name, line_number, line);
        }
        (values, nulls.finish())
    }
}
