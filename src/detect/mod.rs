//! Detections: SQL files over conversations, what they find, and how sure the reader may be.
//!
//! A detection is a file of `queries/detections/` (or of a folder of the user's): a front matter that explains it and
//! one `SELECT` over `conversations`, `connections` and the tables of [`context`](crate::context). Everything about the
//! files is checked before an object is read ([`Catalogue`]); then the flows are read once, and every detection runs on
//! the roll-up ([`run()`]).
//!
//! Findings that are one story are grouped into [`Incident`]s, by the rule that stands there.
//!
//! What a detection's `SELECT` must give is in [`COLUMNS`]; every other column becomes evidence. Invariant: a detection
//! that could not run is named in the outcome with the reason; "no findings" is only said of what was looked at.

mod ask;
mod backtest;
mod case;
mod catalogue;
mod detection;
mod finding;
mod headline;
mod incident;
mod panel;
mod parameter;
mod records;
mod rows;
mod run;
mod shared;
mod suppress;
mod totals;

pub use backtest::Backtest;
pub use case::{Case, CaseError, Verdict, write_shipped};
pub use catalogue::{Catalogue, Choice};
pub use detection::{DetectError, Detection};
pub use finding::{Finding, Moment, Severity};
pub use incident::Incident;
pub use panel::{Drawn, Panel};
pub use parameter::{Parameter, Parameters};
pub use rows::COLUMNS;
pub use run::{Blind, Coverage, Judged, Outcome, Question, Run, Skipped, Stage, run};
pub use suppress::{SuppressError, Suppressed, Suppression, Suppressions};
