//! Bytes to record batches: the field catalogue, headers, inflating and the decoder. Knows nothing of the engine.

pub mod field;
