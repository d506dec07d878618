//! Reports by the clock: what `vpcflow schedule CONFIG.toml` is to do, and when, and how it does it.
//!
//! [`Config`] is the file, checked as a whole before anything runs: whoever mistypes a key at noon must not learn it at
//! midnight. [`Calendar`] says which runs are due, without a clock of its own. [`Service`] does what is due: it judges,
//! writes reports, remembers what is found ([`State`]) and sends each receiver what is news to him. A [`Secret`] is read
//! when it is needed, and shows in no message.

mod calendar;
mod config;
mod event;
mod judge;
mod lock;
mod message;
mod metrics;
mod news;
mod reports;
mod secret;
mod service;
mod state;
mod summary;

pub use calendar::{Calendar, Due, Fires, Missed, Period, PeriodEnd, Run};
pub use config::{
    Channel, Chosen, Config, ConfigError, Detections, Limits, Logs, Mail, Param, Place, Placed, Problem, Receiver,
    Report, Schedule, Tls, schema,
};
pub use event::{Event, Level, What};
pub use message::{Alert, Kind, Message};
pub use metrics::Metrics;
pub use news::{Change, News};
pub use secret::{Secret, SecretError, SecretSource};
pub use service::{Before, Looked, Service, ServiceError, backoff};
pub use state::{Failing, Known, Ran, Refusal, State, StateError};
