//! vpcflow reads AWS VPC Flow Logs into Arrow batches and runs SQL detections over them.
//!
//! The tree reads as the life of a log line: [`mod@format`] turns bytes into columns, [`store`] knows where objects lie
//! and what their keys say, [`scan`] makes them a table of the engine, [`functions`] are what SQL can ask of
//! addresses and ports, [`session`] is where SQL runs, [`opened`] what it runs over, [`queries`] are the SQL files that ship with the program and
//! [`sql_file`] reads their front matter, [`report`] writes results, [`lake`] keeps what was read,
//! [`schedule`] says when all this is done again, and [`notify`] tells people of it. [`generate`] makes synthetic logs, and
//! [`temporary`] sees to it that nothing is left behind. The command line is the binary's own.
#![deny(missing_docs)]

pub mod context;
pub mod conversation;
pub mod detect;
pub mod format;
pub mod functions;
pub mod generate;
pub mod history;
pub mod investigate;
pub mod lake;
pub mod limits;
pub mod near;
pub mod notify;
pub mod opened;
mod optimizer;
pub mod queries;
pub mod report;
pub mod scan;
pub mod schedule;
pub mod session;
pub mod sql_file;
pub mod store;
pub mod temporary;
mod words;
