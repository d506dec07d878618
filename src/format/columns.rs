//! From field positions to Arrow columns: only the columns a query reads, only the rows that are left.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, NullBufferBuilder, TimestampSecondArray, new_null_array};
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Converts one column, of all rows or of the `selected` ones (ascending row numbers).
    ///
    /// A column that these rows' layout does not have is all NULL, and so is a field `-`. A number that can't be
    /// read is NULL and counted in `tally`.
    ///
    /// # Panics
    /// When the decoder was not told to find the column's field.
    pub fn column(&self, column: &Column, selected: Option<&[u32]>, tally: &mut Tally) -> ArrayRef {
        let len = selected.map_or(self.len, <[u32]>::len);
        let Some(position) = self.layout.position(column.source()) else {
            return new_null_array(&column.data_type(), len);
        };
        let index = self.boundaries.index(position).expect("the column is among those the decoder was told to find");
        let fields = Fields { rows: self, index, name: &self.layout.place(position).column, selected };
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
        let mut views = Vec::with_capacity(fields.len());
        let mut nulls = NullBufferBuilder::new(fields.len());
        let sparse = fields.selected.is_some_and(|selected| selected.len() * 2 < self.len);
        let text = if sparse {
            let mut copied: Vec<u8> = Vec::new();
            fields.for_each(|start, end| {
                let (start, end) = (start as usize, end as usize);
                push_view(padded, start, end, copied.len(), &mut views, &mut nulls);
                if end - start > INLINE_BYTES {
                    copied.extend_from_slice(&padded[start..end]);
                }
            });
            Buffer::from_vec(copied)
        } else {
            let (text, base) = self.shared_text();
            fields.for_each(|start, end| {
                let (start, end) = (start as usize, end as usize);
                push_view(padded, start, end, start - base, &mut views, &mut nulls);
            });
            text
        };
        Arc::new(string_view_array(views, Some(text).filter(|text| !text.is_empty()), nulls.finish()))
    }

    /// The buffer that views of these rows point into, and the position in the block where it begins.
    fn shared_text(&self) -> (Buffer, usize) {
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

/// Appends the view of `padded[start..end]`, whose text, if it is long, stands at `offset` of buffer 0; `-` is NULL.
#[inline(always)]
fn push_view(
    padded: &[u8],
    start: usize,
    end: usize,
    offset: usize,
    views: &mut Vec<u128>,
    nulls: &mut NullBufferBuilder,
) {
    let len = end - start;
    let bytes: [u8; 16] = padded[start..start + 16].try_into().expect("a slice of sixteen bytes");
    let word = u128::from_le_bytes(bytes);
    if len <= INLINE_BYTES {
        if len == 1 && bytes[0] == b'-' {
            views.push(0);
            nulls.append_null();
            return;
        }
        views.push(len as u128 | (word & INLINE_MASKS[len]) << 32);
    } else {
        views.push(len as u128 | (word & u32::MAX as u128) << 32 | (offset as u128) << 96);
    }
    nulls.append_non_null();
}

/// One field of each row.
struct Fields<'a> {
    rows: &'a Rows,
    /// Where among a row's starts the field's own stands.
    index: usize,
    name: &'a str,
    selected: Option<&'a [u32]>,
}

impl Fields<'_> {
    fn len(&self) -> usize {
        self.selected.map_or(self.rows.len, <[u32]>::len)
    }

    /// Calls `f` with the field's start and end in each row.
    #[inline(always)]
    fn for_each(&self, mut f: impl FnMut(u32, u32)) {
        let row_width = self.rows.boundaries.len();
        let padded = self.rows.block.padded();
        let trim = self.rows.trim;
        let mut visit = |row: &[u32]| {
            let (start, mut end) = (row[self.index], row[self.index + 1] - 1);
            if trim {
                while padded[end as usize - 1] == b' ' {
                    end -= 1;
                }
            }
            f(start, end);
        };
        match self.selected {
            None => self.rows.starts.chunks_exact(row_width).for_each(&mut visit),
            Some(selected) => {
                for &row in selected {
                    visit(&self.rows.starts[row as usize * row_width..][..row_width]);
                }
            }
        }
    }

    fn numbers<T: Default>(
        &self,
        max: u64,
        tally: &mut Tally,
        convert: impl Fn(u64) -> T,
    ) -> (Vec<T>, Option<NullBuffer>) {
        let padded = self.rows.block.padded();
        let mut values = Vec::with_capacity(self.len());
        let mut nulls = NullBufferBuilder::new(self.len());
        let mut bad: Vec<(usize, BadValue)> = Vec::new(); // where in the block, and why
        self.for_each(|start, end| {
            let (start, end) = (start as usize, end as usize);
            match number::parse(padded, start, end, max) {
                Ok(value) => {
                    values.push(convert(value));
                    nulls.append_non_null();
                }
                Err(problem) => {
                    if end - start != 1 || padded[start] != b'-' {
                        bad.push((start, problem));
                    }
                    values.push(T::default());
                    nulls.append_null();
                }
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
