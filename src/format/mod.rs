//! Bytes to record batches: the field catalogue, headers, inflating and the decoder. Knows nothing of the engine.
//!
//! The life of an object: [`Gunzip`] inflates it whole into a [`Block`]; its first lines tell which
//! [`Layout`] its records have; the [`Decoder`] finds the records' fields ([`Rows`]) and converts
//! the columns that are wanted ([`Column`]); the [`Tally`] says what became of every line.

mod audited;
mod block;
mod columns;
mod content;
mod decoder;
pub mod field;
mod gzip;
mod layout;
mod lines;
mod number;
mod tally;

pub use block::{BLOCK_PADDING_BYTES, Block, MAX_BLOCK_BYTES};
pub use columns::{Column, MAX_TIME_SECONDS};
pub use content::{EnvelopeError, Foreign, Form, HEAD_BYTES, Text, mark_bytes, recognise};
pub use decoder::Decoder;
pub use field::FieldType;
pub use gzip::{Gunzip, GzipError, is_gzip};
pub use layout::{Layout, LayoutError, MAX_FIELDS, Place};
pub use lines::{MAX_LINE_BYTES, Rows};
pub use tally::{BadValue, Malformed, Sample, Tally};
