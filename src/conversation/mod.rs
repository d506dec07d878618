//! From raw rows to oriented conversations: who opened a connection, which port is the service, what became of it.
//!
//! The definition is SQL (`queries/views/`): one aggregate over one scan of `flows`. This module gives that SQL every
//! column it reads, runs it once and keeps the result as the tables `conversations` (a row for each vantage) and
//! `connections` (the same packets counted once). Invariant: however many detections read these tables, an object is
//! fetched and decoded once.

mod kept;
mod records;

use datafusion::common::{ParamValues, Result, ScalarValue};
use datafusion::prelude::DataFrame;

use crate::queries::VIEWS;
use crate::session::Session;
use kept::keep;

pub use kept::Kept;

/// The tables that detections read, in the order they are built.
pub const TABLES: [&str; 2] = ["conversations", "connections"];

/// The span that is rolled up into one row, in seconds.
pub const BUCKET_SECONDS: i64 = 300;

/// The tables, for as long as they are wanted: their memory or their files go with it.
#[derive(Debug)]
pub struct Conversations {
    /// What holds the rows of each of [`TABLES`].
    pub tables: [Kept; 2],
}

/// Reads `flows` once and registers [`TABLES`]. `own_networks` are CIDRs.
///
/// # Errors
/// The engine's: a scan under `--strict`, a full disk, or a table of that name.
pub async fn build(session: &Session, own_networks: &[String]) -> Result<Conversations> {
    records::register(session).await?;
    let conversations = keep(session, TABLES[0], plan(session, TABLES[0], own_networks).await?).await?;
    let connections = keep(session, TABLES[1], plan(session, TABLES[1], own_networks).await?).await?;
    Ok(Conversations { tables: [conversations, connections] })
}

/// Registers [`TABLES`] without a row, in a session without flows: detections can be planned before anything is read.
///
/// # Errors
/// The engine's, when a view is not valid SQL.
pub async fn register_empty(session: &Session) -> Result<()> {
    records::register_empty(session)?;
    for name in TABLES {
        let schema = plan(session, name, &[]).await?.schema().inner().clone();
        let table = datafusion::datasource::MemTable::try_new(schema, vec![vec![]])?;
        session.context().register_table(name, std::sync::Arc::new(table))?;
    }
    Ok(())
}

async fn plan(session: &Session, name: &str, own_networks: &[String]) -> Result<DataFrame> {
    let file = format!("{name}.sql");
    let (_, sql) = VIEWS.iter().find(|(shipped, _)| *shipped == file).expect("every table has its view");
    let networks: Vec<ScalarValue> = own_networks.iter().map(|network| ScalarValue::from(network.as_str())).collect();
    let networks = ScalarValue::new_list_nullable(&networks, &arrow::datatypes::DataType::Utf8);
    let value = ScalarValue::List(networks);
    let frame = session.sql(sql).await?;
    frame.with_param_values(ParamValues::Map([("own_networks".to_owned(), value.into())].into()))
}
