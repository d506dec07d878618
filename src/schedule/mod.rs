//! Reports by the clock: what `vpcflow schedule CONFIG.toml` is to do, and when.
//!
//! [`Config`] is the file, checked as a whole before anything runs: whoever mistypes a key at noon must not learn it at
//! midnight. [`Calendar`] says which runs are due, without a clock of its own. A [`Secret`] is read when it is needed, and
//! shows in no message.

mod calendar;
mod config;
mod secret;
mod summary;

pub use calendar::{Calendar, Due, Fires, Missed, Period, PeriodEnd, Run};
pub use config::{
    Channel, Chosen, Config, ConfigError, Detections, Limits, Logs, Mail, Param, Place, Placed, Problem, Receiver,
    Report, Schedule, Tls, schema,
};
pub use secret::{Secret, SecretError, SecretSource};
