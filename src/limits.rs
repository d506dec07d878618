//! Every limit and default in one place.

use std::time::Duration;

use crate::format::MAX_BLOCK_BYTES;

/// The largest object, inflated, that is read (`--max-object-size`): 2 GiB, which is also the most the decoder's
/// 32-bit positions reach.
pub const MAX_OBJECT_BYTES: usize = MAX_BLOCK_BYTES;

/// What is kept on disk of standard input or a pipe: 16 GiB.
pub const SPOOLED_BYTES: u64 = 16 << 30;

/// Rows in a batch.
pub const BATCH_ROWS: usize = 8192;

/// Plain text larger than this is read in pieces of this size.
pub const TEXT_PIECE_BYTES: u64 = 16 << 20;

/// How much earlier than the slot in its object's name a record may start or end. A slot names the records' end, an
/// aggregation interval is at most ten minutes, and `start` and `end` are exact to a minute; the rest of the hour is
/// caution.
pub const BEFORE_SLOT: Duration = Duration::from_secs(60 * 60);

/// How much later than the slot's beginning a record may start or end: the slot's five minutes, and ten of caution.
pub const AFTER_SLOT: Duration = Duration::from_secs(15 * 60);

/// Objects named in full in a coverage report, for each of: failed, passed over, sampled. The counts are complete.
pub const NAMED_OBJECTS: usize = 20;

/// The memory that operators may hold before they spill (`--memory-limit`), in bytes.
pub const MEMORY_LIMIT_BYTES: usize = 4 << 30;

/// What a table of conversations may take in memory, in bytes, and an eighth of the memory limit at most; a larger one
/// goes to a temporary file.
pub const CONVERSATIONS_IN_MEMORY_BYTES: usize = 512 << 20;

/// Findings of one detection that are reported; a run that has more says so.
pub const FINDINGS_OF_A_DETECTION: usize = 10_000;
