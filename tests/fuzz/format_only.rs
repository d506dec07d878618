//! The library as far as the decoder goes.

#[path = "../../src/format/mod.rs"]
pub mod format;
