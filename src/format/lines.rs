//! From text to rows of field positions, by bit masks.
//!
//! A regular line (fields separated by single spaces, as many as the layout has, printable ASCII) is settled here
//! with a few instructions per 64 bytes and per wanted field. Whatever is not regular — a double space, CRLF, a
//! blank line, UTF-8, a wrong number of fields, a header in the middle — takes one slow path per line,
//! [`LineScanner::irregular`], which reads the line again from its beginning; so there is one place that defines
//! what a line is, and speed elsewhere.
//!
//! Fields are counted as set bits, and only those a query wants are looked up: of a chunk's mask of field starts the
//! k-th set bit is found in two instructions. Noting the start of every field of every line took five times as long.
//!
//! Invariant: every line is counted in the [`Tally`] exactly once, as record, header, blank or malformed.

use std::sync::{Arc, OnceLock};

use arrow::buffer::Buffer;

use super::audited::{CHUNK_BYTES, MaskVisitor, Masks, SelectBit, TILE_BYTES, with_masks};
use super::block::Block;
use super::content::NO_MESSAGE;
use super::layout::{Layout, begins_like_header};
use super::tally::{Malformed, Tally};

/// The longest line, without its end, that can be a record.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// The field starts that are noted of each row: for a wanted field its own, and the next one's, before which it ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Boundaries {
    /// Places of the layout, ascending; `width` stands for the line's end.
    places: Vec<u32>,
}

impl Boundaries {
    /// The boundaries of the columns called `wanted`, as far as `layout` has them.
    fn of(layout: &Layout, wanted: &[String]) -> Self {
        let positions = wanted.iter().filter_map(|column| layout.position(column));
        let mut places: Vec<u32> = positions.flat_map(|at| [at as u32, at as u32 + 1]).collect();
        places.sort_unstable();
        places.dedup();
        if places.is_empty() && !wanted.is_empty() {
            // Rows without any of the fields can still be found again.
            places.push(0);
        }
        Boundaries { places }
    }

    /// How many starts are noted of each row.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where among a row's starts that of the field at `position` stands; its end's is the next.
    pub(super) fn index(&self, position: usize) -> Option<usize> {
        self.places.binary_search(&(position as u32)).ok().filter(|index| index + 1 < self.places.len())
    }
}

/// Rows of a block whose wanted fields have been found but not converted.
#[derive(Debug)]
pub struct Rows {
    pub(super) block: Block,
    pub(super) layout: Arc<Layout>,
    pub(super) boundaries: Arc<Boundaries>,
    /// Row by row the starts of the [`Boundaries`]; a field's text ends before the byte that precedes the next
    /// start, and for the last field one more than the end of its text stands as that start.
    pub(super) starts: Vec<u32>,
    /// Whether some field may be followed by more than one separator.
    pub(super) trim: bool,
    /// Whether most lines around these rows are not theirs.
    pub(super) sparse: bool,
    pub(super) len: usize,
    /// Lines of the object that stood before the block's text.
    pub(super) lines_before: u64,
    /// What text columns of these rows point into, and where in the block it begins, when the first is made.
    pub(super) shared_text: OnceLock<(Buffer, usize)>,
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

    /// The `selected` rows (ascending row numbers), of which other columns can be made: those called `wanted`.
    ///
    /// Their lines are read again. A filter finds but its own fields of every row, and this the others of the few
    /// that pass.
    ///
    /// # Panics
    /// When the decoder was told to find no column at all.
    pub fn select(&self, selected: &[u32], wanted: &[String]) -> Rows {
        let boundaries = Boundaries::of(&self.layout, wanted);
        let mut starts = Vec::with_capacity(selected.len() * boundaries.len());
        let mut found = Vec::with_capacity(self.layout.width() + 1);
        let text = self.block.text();
        for row in selected {
            let inside = self.starts[*row as usize * self.boundaries.len()] as usize;
            let begin = memchr::memrchr(b'\n', &text[..inside]).map_or(0, |newline| newline + 1);
            let end = memchr::memchr(b'\n', &text[inside..]).map_or(text.len(), |length| inside + length);
            find_starts(&text[begin..end], begin, &mut found);
            starts.extend(boundaries.places.iter().map(|place| found[*place as usize]));
        }
        Rows {
            block: self.block.clone(),
            layout: Arc::clone(&self.layout),
            boundaries: Arc::new(boundaries),
            starts,
            trim: self.trim,
            sparse: selected.len() * 2 < self.len,
            len: selected.len(),
            lines_before: self.lines_before,
            shared_text: OnceLock::new(),
        }
    }
}

/// Where the fields of a record's line start, which begins at `begin`, and behind them one more than where the last
/// one ends.
fn find_starts(line: &[u8], begin: usize, found: &mut Vec<u32>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
    found.clear();
    let mut at = 0;
    for space in memchr::memchr_iter(b' ', line).chain([line.len()]) {
        if space > at {
            found.push((begin + at) as u32);
        }
        at = space + 1;
    }
    found.push((begin + line.len()) as u32 + 1);
}

/// Walks over the lines of one block.
pub(super) struct Lines {
    masks: Box<Masks>,
    block: Block,
    layout: Arc<Layout>,
    wanted: Arc<[String]>,
    boundaries: Arc<Boundaries>,
    position: usize,
    /// Lines of the object that stood before the block, and of the block before `position`.
    lines_before: u64,
    lines_passed: u64,
}

impl Lines {
    /// Begins at the start of `block`; `lines_before` lines of the object are not in it. Of each row the fields
    /// called `wanted` are found.
    pub(super) fn new(block: Block, layout: Arc<Layout>, lines_before: u64, wanted: Arc<[String]>) -> Self {
        let boundaries = Arc::new(Boundaries::of(&layout, &wanted));
        Lines {
            masks: Box::new(Masks::new()),
            block,
            layout,
            wanted,
            boundaries,
            position: 0,
            lines_before,
            lines_passed: 0,
        }
    }

    /// The layout in force where the scan stands.
    pub(super) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    pub(super) fn into_block(self) -> Block {
        self.block
    }

    /// The next rows, at most `max_rows` and all of one layout; `None` at the end of the block. `starts` is a buffer
    /// to use again.
    pub(super) fn next_rows(&mut self, max_rows: usize, mut starts: Vec<u32>, tally: &mut Tally) -> Option<Rows> {
        while self.position < self.block.len() {
            let (layout, boundaries) = (Arc::clone(&self.layout), Arc::clone(&self.boundaries));
            let (len, trim) = if boundaries.len() == 0 {
                self.scan::<false>(max_rows, &mut starts, tally)
            } else {
                self.scan::<true>(max_rows, &mut starts, tally)
            };
            if len > 0 {
                let (block, lines_before) = (self.block.clone(), self.lines_before);
                let sparse = false;
                let shared_text = OnceLock::new();
                return Some(Rows { block, layout, boundaries, starts, trim, sparse, len, lines_before, shared_text });
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
        let width = self.boundaries.len();
        starts.resize(max_rows.min(self.block.len() - self.position) * width, 0);
        let counted = tally.lines;
        let mut scanner = LineScanner::<POSITIONS> {
            text: self.block.text(),
            layout: &self.layout,
            width: self.layout.width(),
            boundaries: &self.boundaries.places,
            starts,
            tally,
            counted,
            lines_before: self.lines_before + self.lines_passed,
            max_rows,
            line_begin: self.position,
            rows: 0,
            trim: false,
            new_layout: None,
        };
        scanner.run(&mut self.masks);
        let LineScanner { line_begin, rows, trim, new_layout, .. } = scanner;
        self.position = line_begin;
        self.lines_passed += tally.lines - counted;
        if let Some(layout) = new_layout {
            self.boundaries = Arc::new(Boundaries::of(&layout, &self.wanted));
            self.layout = Arc::new(layout);
        }
        starts.truncate(rows * width);
        (rows, trim)
    }
}

struct LineScanner<'a, const POSITIONS: bool> {
    text: &'a [u8],
    layout: &'a Layout,
    /// Fields of a record.
    width: usize,
    boundaries: &'a [u32],
    /// Room for the boundaries of `max_rows` rows.
    starts: &'a mut [u32],
    tally: &'a mut Tally,
    /// What the tally had counted, and how many lines of the object had been passed, when the scan began.
    counted: u64,
    lines_before: u64,
    max_rows: usize,
    /// Where in the text the line that is not yet ended begins.
    line_begin: usize,
    rows: usize,
    trim: bool,
    new_layout: Option<Layout>,
}

impl<const POSITIONS: bool> LineScanner<'_, POSITIONS> {
    fn run(&mut self, masks: &mut Masks) {
        while self.line_begin < self.text.len() && !self.is_done() {
            let begin = self.line_begin;
            let end = self.text.len().min(begin + TILE_BYTES);
            with_masks(&self.text[begin..end], masks, self);
            if self.line_begin == begin {
                // No line ends in this tile: it is the last, without a line feed, or a very long one.
                let end = memchr::memchr(b'\n', &self.text[begin..]).map_or(self.text.len(), |at| begin + at);
                self.line_begin = self.text.len().min(end + 1);
                self.tally.lines += 1;
                self.irregular(begin, end);
            }
        }
    }

    fn is_done(&self) -> bool {
        self.rows == self.max_rows || self.new_layout.is_some()
    }
}

impl<const POSITIONS: bool> MaskVisitor for LineScanner<'_, POSITIONS> {
    /// Settles the lines that end in the tile.
    #[inline(always)]
    fn visit(&mut self, masks: &Masks, select: impl SelectBit) {
        let tile_begin = self.line_begin;
        let (mut line_begin, mut starts) = (0, 0);
        for &newline in masks.newlines() {
            let (begin, end) = (line_begin, usize::from(newline));
            let starts_before = starts;
            starts = masks.starts_before(end);
            line_begin = end + 1;
            self.line_begin = tile_begin + line_begin;
            self.tally.lines += 1;
            let fields = starts - starts_before;
            // The line feed belongs to the line here: behind a space it is the unusual byte.
            if fields == self.width && !masks.is_irregular(begin, line_begin) && !self.is_header(tile_begin + begin) {
                if POSITIONS {
                    self.note_starts(masks, tile_begin, begin, end, starts_before, select);
                }
                self.tally.records += 1;
                self.rows += 1;
            } else {
                self.irregular(tile_begin + begin, tile_begin + end);
            }
            if self.is_done() {
                return;
            }
        }
    }
}

impl<const POSITIONS: bool> LineScanner<'_, POSITIONS> {
    /// Whether the line at `begin`, which has at least a byte and ends with a line feed, may be a header.
    #[inline(always)]
    fn is_header(&self, begin: usize) -> bool {
        self.text[begin].is_ascii_lowercase() && self.may_be_header(begin)
    }

    /// Looks up the wanted field starts of the regular line from `begin` to `end` of the tile, before which
    /// `starts_before` fields start.
    #[inline(always)]
    fn note_starts(
        &mut self,
        masks: &Masks,
        tile_begin: usize,
        begin: usize,
        end: usize,
        starts_before: usize,
        select: impl SelectBit,
    ) {
        let mut chunk = begin / CHUNK_BYTES;
        let row = &mut self.starts[self.rows * self.boundaries.len()..][..self.boundaries.len()];
        for (&place, start) in self.boundaries.iter().zip(row) {
            if place as usize == self.width {
                *start = (tile_begin + end) as u32 + 1;
                break;
            }
            let target = starts_before as u32 + place;
            while masks.starts_before.get(chunk + 1).is_some_and(|before| *before <= target)
                && chunk < end / CHUNK_BYTES
            {
                chunk += 1;
            }
            let rank = target - masks.starts_before[chunk];
            *start = (tile_begin + chunk * CHUNK_BYTES) as u32 + select(masks.start[chunk], rank);
        }
    }

    #[inline(never)]
    fn may_be_header(&self, begin: usize) -> bool {
        let end = memchr::memchr(b'\n', &self.text[begin..]).map_or(self.text.len(), |length| begin + length);
        let line = &self.text[begin..end];
        let first = line.split(|byte| *byte == b' ').next().unwrap_or(line);
        begins_like_header(first) || line == self.layout.header().as_bytes()
    }

    /// Decides what a line is that is not plainly a record.
    #[cold]
    #[inline(never)]
    fn irregular(&mut self, begin: usize, end: usize) {
        let line = &self.text[begin..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match read_line(line, self.layout) {
            Line::Blank => self.tally.blank += 1,
            Line::Malformed(reason) => {
                let line_number = self.lines_before + self.tally.lines - self.counted;
                let line = line.strip_prefix(NO_MESSAGE).unwrap_or(line);
                self.tally.add_malformed(reason, line_number, line);
            }
            Line::Header(layout) => {
                self.tally.headers += 1;
                if layout != *self.layout {
                    self.new_layout = Some(layout);
                }
            }
            Line::Record => {
                if POSITIONS {
                    self.note_irregular_starts(line, begin);
                }
                self.trim = true;
                self.tally.records += 1;
                self.rows += 1;
            }
        }
    }

    fn note_irregular_starts(&mut self, line: &[u8], begin: usize) {
        let mut found = Vec::with_capacity(self.width + 1);
        find_starts(line, begin, &mut found);
        let row = &mut self.starts[self.rows * self.boundaries.len()..][..self.boundaries.len()];
        for (start, place) in row.iter_mut().zip(self.boundaries) {
            *start = found[*place as usize];
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
    if line.starts_with(NO_MESSAGE) {
        return Line::Malformed(Malformed::NoMessage);
    }
    if line.iter().any(u8::is_ascii_control) {
        return Line::Malformed(Malformed::ControlCharacter);
    }
    match std::str::from_utf8(line) {
        Ok(text) if text.chars().any(char::is_control) => return Line::Malformed(Malformed::ControlCharacter),
        Ok(_) => {}
        Err(_) => return Line::Malformed(Malformed::NotUtf8),
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
