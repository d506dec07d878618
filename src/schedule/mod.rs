//! Reports by the clock: [`Calendar`] says which runs are due, without a clock of its own.

mod calendar;

pub use calendar::{Calendar, Due, Fires, Missed, Period, PeriodEnd, Run};
