//! From text to rows of field positions, 64 bytes at a time.
//!
//! A regular line (fields separated by single spaces, as many as the layout has, printable ASCII) is settled here
//! with a few instructions per field. Whatever is not regular — a double space, CRLF, a blank line, UTF-8, a wrong
//! number of fields, a header in the middle — takes one slow path per line, [`LineScanner::irregular`], which
//! reads the line again from its beginning; so there is one place that defines what a line is, and speed elsewhere.
//!
//! Invariant: every line is counted in the [`Tally`] exactly once, as record, header, blank or malformed.

use std::sync::Arc;

use super::audited::{CHUNK_BYTES, ChunkVisitor, Masks, for_each_chunk};
use super::block::Block;
use super::layout::{Layout, begins_like_header};
use super::tally::{Malformed, Tally};

/// The longest line, without its end, that can be a record.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// Rows of a block whose fields have been found but not converted.
#[derive(Debug)]
pub struct Rows {
    pub(super) block: Block,
    pub(super) layout: Arc<Layout>,
    /// For each row the starts of its fields and, last, one more than the end of its text: `width + 1` numbers a
    /// row, so that field i ends before the byte that precedes start i + 1. Empty if no column is wanted.
    pub(super) starts: Vec<u32>,
    /// Whether some field may be followed by more than one separator.
    pub(super) trim: bool,
    pub(super) len: usize,
    /// Lines of the object that stood before the block's text.
    pub(super) lines_before: u64,
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The fields of the rows.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// Walks over the lines of one block.
#[derive(Debug)]
pub(super) struct Lines {
    block: Block,
    layout: Arc<Layout>,
    position: usize,
    lines_before: u64,
}

impl Lines {
    /// Begins at the start of `block`; `lines_before` lines of the object are not in it.
    pub(super) fn new(block: Block, layout: Arc<Layout>, lines_before: u64) -> Self {
        Lines { block, layout, position: 0, lines_before }
    }

    pub(super) fn into_block(self) -> Block {
        self.block
    }

    /// The next rows, at most `max_rows` and all of one layout; `None` at the end of the block. With `positions`
    /// unset the rows are only counted. `starts` is a buffer to use again.
    pub(super) fn next_rows(
        &mut self,
        max_rows: usize,
        positions: bool,
        starts: Vec<u32>,
        tally: &mut Tally,
    ) -> Option<Rows> {
        let mut starts = starts;
        while self.position < self.block.len() {
            let layout = Arc::clone(&self.layout);
            let (rows, trim) = if positions {
                self.scan::<true>(max_rows, &mut starts, tally)
            } else {
                self.scan::<false>(max_rows, &mut starts, tally)
            };
            if rows > 0 {
                let (block, lines_before) = (self.block.clone(), self.lines_before);
                return Some(Rows { block, layout, starts, trim, len: rows, lines_before });
            }
        }
        None
    }

    /// Scans until `max_rows` rows, a header that changes the layout, or the end; returns rows and their `trim`.
    fn scan<const POSITIONS: bool>(
        &mut self,
        max_rows: usize,
        starts: &mut Vec<u32>,
        tally: &mut Tally,
    ) -> (usize, bool) {
        let width = self.layout.width();
        if POSITIONS {
            // One line more than fits, and a chunk more, may be written before a line's end is seen.
            let most = max_rows.min(self.block.len() - self.position);
            starts.resize((most + 1) * (width + 1) + CHUNK_BYTES, 0);
        }
        let text = self.block.text();
        let mut scanner = LineScanner::<POSITIONS> {
            text,
            layout: &self.layout,
            width,
            starts,
            tally,
            max_rows,
            chunk_begin: self.position,
            line_begin: self.position,
            row_begin: 0,
            found: 0,
            rows: 0,
            after_separator: 1,
            unusual: false,
            trim: false,
            new_layout: None,
        };
        for_each_chunk(&text[self.position..], &mut scanner);
        if scanner.line_begin < text.len() && !scanner.is_done() {
            // The last line has no line feed.
            scanner.end_line(text.len(), true);
        }
        let LineScanner { line_begin, rows, found, trim, new_layout, .. } = scanner;
        self.position = line_begin;
        if let Some(layout) = new_layout {
            self.layout = Arc::new(layout);
        }
        if POSITIONS {
            starts.truncate(found);
        }
        (rows, trim)
    }
}

struct LineScanner<'a, const POSITIONS: bool> {
    text: &'a [u8],
    layout: &'a Layout,
    width: usize,
    starts: &'a mut [u32],
    tally: &'a mut Tally,
    max_rows: usize,
    /// Where in the text the chunk now visited begins.
    chunk_begin: usize,
    /// Where the line that is not yet ended begins.
    line_begin: usize,
    /// The place in `starts` of that line's first field (always 0 when rows are only counted).
    row_begin: usize,
    /// The place in `starts` behind the last field found.
    found: usize,
    rows: usize,
    /// 1 if the byte before the chunk is a separator.
    after_separator: u64,
    /// Whether something is irregular in the line so far.
    unusual: bool,
    trim: bool,
    new_layout: Option<Layout>,
}

impl<const POSITIONS: bool> ChunkVisitor for LineScanner<'_, POSITIONS> {
    #[inline(always)]
    fn chunk(&mut self, masks: Masks) -> bool {
        let separator = masks.space | masks.newline;
        let behind_separator = separator << 1 | self.after_separator;
        self.after_separator = separator >> 63;
        let start = !separator & behind_separator;
        // Two separators in a row are irregular: double, leading and trailing spaces, and blank lines.
        let unusual = (separator & behind_separator) | (masks.unusual & !masks.newline);

        let mut newlines = masks.newline;
        let mut ahead = u64::MAX;
        while newlines != 0 {
            let to_newline = newlines ^ (newlines - 1);
            let line = ahead & to_newline;
            self.push_starts(start & line);
            let irregular = self.unusual | (unusual & line != 0);
            self.unusual = false;
            self.end_line(self.chunk_begin + newlines.trailing_zeros() as usize, irregular);
            if self.is_done() {
                return false;
            }
            ahead = !to_newline;
            newlines &= newlines - 1;
        }
        self.push_starts(start & ahead);
        self.unusual |= unusual & ahead != 0;
        self.chunk_begin += CHUNK_BYTES;
        true
    }
}

impl<const POSITIONS: bool> LineScanner<'_, POSITIONS> {
    fn is_done(&self) -> bool {
        self.rows == self.max_rows || self.new_layout.is_some()
    }

    /// Notes the field starts given as bits of the current chunk.
    #[inline(always)]
    fn push_starts(&mut self, bits: u64) {
        let count = bits.count_ones() as usize;
        if POSITIONS {
            // Whole groups of eight are written, most of them for nothing: cheaper than a branch on each bit. What
            // is written beyond `found` is overwritten next time; `starts` has room for a chunk more than it needs.
            let room: &mut [u32; CHUNK_BYTES] =
                (&mut self.starts[self.found..self.found + CHUNK_BYTES]).try_into().expect("as many as the slice has");
            let mut bits = bits;
            for group in room.chunks_exact_mut(8).take(count.div_ceil(8)) {
                for start in group {
                    *start = self.chunk_begin as u32 + bits.trailing_zeros();
                    bits &= bits.wrapping_sub(1);
                }
            }
        }
        // A line with too many fields is not followed beyond the first field too many.
        self.found = (self.found + count).min(self.row_begin + self.width + 1);
    }

    #[inline(always)]
    fn end_line(&mut self, end: usize, irregular: bool) {
        let begin = self.line_begin;
        self.line_begin = end + 1;
        self.tally.lines += 1;
        let is_record = !irregular
            && self.found - self.row_begin == self.width
            && end - begin <= MAX_LINE_BYTES
            && !(self.text[begin].is_ascii_lowercase() && self.may_be_header(begin, end));
        if is_record { self.end_row(end) } else { self.irregular(begin, end) }
    }

    #[inline(always)]
    fn end_row(&mut self, end: usize) {
        self.tally.records += 1;
        self.rows += 1;
        if POSITIONS {
            self.starts[self.found] = end as u32 + 1;
            self.found += 1;
            self.row_begin = self.found;
        } else {
            self.found = 0;
        }
    }

    #[inline(never)]
    fn may_be_header(&self, begin: usize, end: usize) -> bool {
        let line = &self.text[begin..end];
        let first = line.split(|byte| *byte == b' ').next().unwrap_or(line);
        begins_like_header(first) || line == self.layout.header().as_bytes()
    }

    /// Decides what a line is that is not plainly a record.
    #[cold]
    #[inline(never)]
    fn irregular(&mut self, begin: usize, end: usize) {
        self.found = self.row_begin;
        let line = &self.text[begin..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match read_line(line, self.layout) {
            Line::Blank => self.tally.blank += 1,
            Line::Malformed(reason) => self.tally.add_malformed(reason, line),
            Line::Header(layout) => {
                self.tally.headers += 1;
                if layout != *self.layout {
                    self.new_layout = Some(layout);
                }
            }
            Line::Record => {
                let mut at = begin;
                for field in line.split(|byte| *byte == b' ') {
                    if POSITIONS && !field.is_empty() {
                        self.starts[self.found] = at as u32;
                        self.found += 1;
                    }
                    at += field.len() + 1;
                }
                self.trim = true;
                self.end_row(begin + line.trim_ascii_end().len());
            }
        }
    }
}

enum Line {
    Blank,
    Header(Layout),
    Record,
    Malformed(Malformed),
}

/// What a line, without its end, is under `layout`. The tests' plain decoder states the same rules in other words.
fn read_line(line: &[u8], layout: &Layout) -> Line {
    if line.iter().all(|byte| *byte == b' ') {
        return Line::Blank;
    }
    if line.len() > MAX_LINE_BYTES {
        return Line::Malformed(Malformed::TooLong);
    }
    if line.iter().any(|byte| *byte < b' ') {
        return Line::Malformed(Malformed::ControlCharacter);
    }
    if std::str::from_utf8(line).is_err() {
        return Line::Malformed(Malformed::NotUtf8);
    }
    let mut fields = line.split(|byte| *byte == b' ').filter(|field| !field.is_empty());
    let first = fields.next().unwrap_or_default();
    if (begins_like_header(first) || line == layout.header().as_bytes())
        && let Some(layout) = Layout::from_header(line)
    {
        return Line::Header(layout);
    }
    match (1 + fields.count()).cmp(&layout.width()) {
        std::cmp::Ordering::Less => Line::Malformed(Malformed::TooFewFields),
        std::cmp::Ordering::Equal => Line::Record,
        std::cmp::Ordering::Greater => Line::Malformed(Malformed::TooManyFields),
    }
}
