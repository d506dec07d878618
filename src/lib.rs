//! vpcflow reads AWS VPC Flow Logs into Arrow batches and runs SQL detections over them.
#![deny(missing_docs)]

pub mod format;
pub mod generate;
