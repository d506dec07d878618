//! The decoder: a block of text and its layout in, rows and then columns out.

use std::sync::Arc;

use super::block::Block;
use super::layout::Layout;
use super::lines::{Lines, Rows};
use super::tally::Tally;

/// Decodes one block in two steps: rows (which lines are records, where their fields stand) and, of those, the
/// columns that are asked for ([`Rows::column`]).
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{AsArray, types::Int64Type};
/// use vpcflow::format::{Block, Column, Decoder, FieldType, Layout, Tally};
///
/// let layout = Layout::from_format("srcaddr bytes")?;
/// let mut decoder = Decoder::new(Block::new(b"10.0.0.1 336\n10.0.0.2 -\n".to_vec()), Arc::new(layout), 0, ["bytes".to_owned()].into());
/// let mut tally = Tally::default();
/// let rows = decoder.next_rows(8192, &mut tally).expect("two records");
/// let bytes = rows.column(&Column::Field("bytes".into(), FieldType::Int64), &mut tally);
/// assert_eq!(bytes.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(336), None]);
/// assert_eq!((tally.lines, tally.records), (2, 2));
/// # Ok::<(), vpcflow::format::LayoutError>(())
/// ```
pub struct Decoder {
    lines: Lines,
    spare: Vec<u32>,
}

impl Decoder {
    /// A decoder at the beginning of `block`, whose lines have `layout` until a header says otherwise.
    /// `lines_before` lines of the object, already accounted for, stood before the block. Columns can be made of the
    /// fields with the SQL names `wanted`; with none, lines are only judged and counted.
    pub fn new(block: Block, layout: Arc<Layout>, lines_before: u64, wanted: Arc<[String]>) -> Self {
        Decoder { lines: Lines::new(block, layout, lines_before, wanted), spare: Vec::new() }
    }

    /// The next rows, at most `max_rows` and all of one layout; `None` at the end. All lines passed are added to
    /// `tally`.
    pub fn next_rows(&mut self, max_rows: usize, tally: &mut Tally) -> Option<Rows> {
        let starts = std::mem::take(&mut self.spare);
        self.lines.next_rows(max_rows, starts, tally)
    }

    /// Takes back the memory of rows that are done with.
    pub fn recycle(&mut self, rows: Rows) {
        self.spare = rows.starts;
    }

    /// The layout in force behind the rows given out so far.
    pub fn layout(&self) -> &Arc<Layout> {
        self.lines.layout()
    }

    /// Gives up the block, so that its memory can be used for the next one.
    pub fn into_block(self) -> Block {
        self.lines.into_block()
    }
}
