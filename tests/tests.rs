//! All integration tests, in one binary because each one links the engine again.

// The decoder, line by line, and the second decoder it is held against.
mod decoder;

// Objects as a table: forms, pruning, plans.
mod scan;

// The same from S3, over HTTP, in good times and bad.
mod s3;

// SQL as users write it, with its answers.
mod slt;

// The queries that ship with the program.
mod queries;

// What was read, kept.
mod lake;

// From text to findings: each detection with its attack and its look-alike.
mod detect;

// The binary as a user runs it.
mod cli;

// The shell: keys typed at a terminal, and what its screen shows.
mod shell;

// The server: what clients of PostgreSQL ask it, and what they should not.
mod serve;

// What is done by the clock: runs, reports, and who is told.
mod schedule;

// The README says what is so, and the tree is tidy.
mod tidy;
