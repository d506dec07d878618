//! The integration tests, one binary for all of them: a second would be linked with DataFusion once more.

/// SQL as users write it, with its answers.
mod slt;

/// The queries that ship with the program.
mod queries;
