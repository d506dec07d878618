//! Flow-log objects as a table of the engine.
//!
//! [`FlowTable`] decides which objects a query must open (by what their names say), the scan takes the query's
//! columns, filters and limit, and each object becomes batches: text through the decoder, Parquet through its
//! reader, with the same columns and the same meaning of NULL. [`Coverage`] accounts for all of it.

mod cache;
mod coverage;
mod filter;
mod head;
mod lookahead;
mod opener;
mod parquet_object;
mod plan;
mod prune;
mod schema;
mod selection;
mod source;
mod table;
mod text;

pub use cache::{CacheState, DecodedObjects};
pub use coverage::{Coverage, CoverageReport, Fate, ObjectAccount, ObjectNote, Progress, Spent};
pub use plan::ReadOptions;
pub use schema::{FlowSchema, FoundColumns, KEY_COLUMNS};
pub use selection::Selection;
pub use table::{Days, FlowTable, TableError};
