//! What earlier days were like, in three small tables that are made of each day's `connections` by `queries/history/*.sql`.
//!
//! | table | has a row for |
//! |---|---|
//! | `history_hours` | an hour of an interface: what was accepted and rejected, what went out and in |
//! | `history_edges` | a client, a server and a port of a day; strangers who came to us are one client |
//! | `history_uploads` | what a host sent to the internet in an hour; who got a megabyte or more is named |
//!
//! `day` counts days since 1970 (UTC), `hour` is 0 to 23. A lake keeps the tables of its days; those of a run of several
//! days are made on the way. A detection sees the days before the one that it judges.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan, ident};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{DataFrame, col, lit};
use futures::StreamExt;

use crate::conversation::{Kept, Rows};
use crate::limits::HISTORY_DAYS;
use crate::session::Session;

/// What the names of the tables begin with.
const PREFIX: &str = "history_";

/// The tables.
pub const TABLES: [&str; 3] = ["history_hours", "history_edges", "history_uploads"];

/// The queries of which they are made.
const QUERIES: [&str; 3] = [
    include_str!("../queries/history/hours.sql"),
    include_str!("../queries/history/edges.sql"),
    include_str!("../queries/history/uploads.sql"),
];

/// The columns of [`TABLES`].
pub(crate) static COLUMNS: LazyLock<[SchemaRef; 3]> = LazyLock::new(|| {
    const TEXT: DataType = DataType::Utf8View;
    const NUMBER: DataType = DataType::Int64;
    const SMALL: DataType = DataType::Int32;
    let columns: [&[(&str, DataType)]; 3] = [
        &[
            ("day", NUMBER),
            ("hour", NUMBER),
            ("account_id", TEXT),
            ("region", TEXT),
            ("interface_id", TEXT),
            ("accepted", NUMBER),
            ("rejected", NUMBER),
            ("peak_rejected", NUMBER),
            ("bytes_out", NUMBER),
            ("bytes_in", NUMBER),
        ],
        &[
            ("day", NUMBER),
            ("account_id", TEXT),
            ("region", TEXT),
            ("interface_id", TEXT),
            ("direction", TEXT),
            ("initiator", TEXT),
            ("responder", TEXT),
            ("service_port", SMALL),
            ("protocol", SMALL),
            ("traffic_path", SMALL),
            ("spans", NUMBER),
            ("hours", NUMBER),
            ("attempts", NUMBER),
            ("answers", NUMBER),
            ("request_bytes", NUMBER),
            ("reply_bytes", NUMBER),
            ("first_start", NUMBER),
            ("last_end", NUMBER),
        ],
        &[
            ("day", NUMBER),
            ("hour", NUMBER),
            ("account_id", TEXT),
            ("region", TEXT),
            ("interface_id", TEXT),
            ("initiator", TEXT),
            ("responder", TEXT),
            ("traffic_path", SMALL),
            ("bytes", NUMBER),
        ],
    ];
    columns.map(|columns| {
        let fields = columns.iter().map(|(name, of)| Field::new(*name, of.clone(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    })
});

/// Whether a query may read one of the tables.
pub(crate) fn is_read_by(sql: &str) -> bool {
    sql.to_ascii_lowercase().contains(PREFIX)
}

/// The rows of one of [`TABLES`] that the session's `connections` make.
///
/// # Errors
/// The engine's.
pub(crate) async fn made(session: &Session, table: usize) -> Result<SendableRecordBatchStream> {
    session.sql(QUERIES[table]).await?.execute_stream().await
}

/// A table without rows. The engine knows what comes of it, and leaves out the steps that it would go through.
pub(crate) fn empty(schema: &SchemaRef) -> Result<Arc<dyn TableProvider>> {
    let schema = Arc::new(DFSchema::try_from(Arc::clone(schema))?);
    let plan = LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// Registers [`TABLES`] without a row.
///
/// # Errors
/// When there is a table of that name.
pub(crate) fn register_empty(session: &Session) -> Result<()> {
    for (name, columns) in TABLES.iter().zip(COLUMNS.iter()) {
        session.context().register_table(*name, empty(columns)?)?;
    }
    Ok(())
}

/// The history that somebody keeps.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// [`TABLES`]; none where there is no history.
    tables: Vec<Arc<dyn TableProvider>>,
    days: BTreeSet<i64>,
}

impl History {
    /// Of tables with the columns of [`TABLES`], which have rows of these days.
    pub(crate) fn new(tables: [Arc<dyn TableProvider>; 3], days: BTreeSet<i64>) -> Self {
        History { tables: tables.into(), days }
    }
}

/// The days before the one that is judged.
pub(crate) struct Past<'a> {
    session: &'a Session,
    /// The rows of all days, as [`TABLES`].
    frames: Vec<DataFrame>,
    days: BTreeSet<i64>,
    /// The rows of a run's own days.
    _kept: Vec<Kept>,
}

impl<'a> Past<'a> {
    /// What `kept` has of the days before the first of `days`, and what the tables of the session make of these, if they
    /// are several.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn of(session: &'a Session, history: &History, days: &[i64]) -> Result<Self> {
        let first = days.first().copied().unwrap_or(0);
        let is_earlier = col("day").lt(lit(first));
        let mut past = Past { session, frames: Vec::new(), days: BTreeSet::new(), _kept: Vec::new() };
        past.days.extend(history.days.iter().filter(|day| **day < first));
        past.days.extend(days);
        for (table, (name, columns)) in TABLES.iter().zip(COLUMNS.iter()).enumerate() {
            let of_history = match history.tables.get(table) {
                None => empty(columns)?,
                Some(table) => Arc::clone(table),
            };
            let frame = session.context().read_table(of_history)?;
            // A lake of an earlier version may lack some.
            let column = |field: &Arc<Field>| match frame.schema().has_column_with_unqualified_name(field.name()) {
                true => Ok(ident(field.name())),
                false => Ok(lit(ScalarValue::try_from(field.data_type())?).alias(field.name())),
            };
            let of_all = columns.fields().iter().map(column).collect::<Result<Vec<_>>>()?;
            let frame = frame.select(of_all)?.filter(is_earlier.clone())?;
            let frame = match days {
                [] | [_] => frame,
                _ => {
                    let mut rows = Rows::new(session, name, columns);
                    let mut batches = made(session, table).await?;
                    while let Some(batch) = batches.next().await {
                        rows.push(batch?)?;
                    }
                    let (own, kept) = rows.finish()?;
                    past._kept.push(kept);
                    frame.union(session.context().read_table(own)?)?
                }
            };
            past.frames.push(frame);
        }
        Ok(past)
    }

    /// How many days there are before one.
    pub(crate) fn days_before(&self, day: i64) -> usize {
        self.days.range(day.saturating_sub(HISTORY_DAYS)..day).count()
    }

    /// Registers [`TABLES`] with the days before one.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) fn choose(&self, day: i64) -> Result<()> {
        let before = col("day").between(lit(day.saturating_sub(HISTORY_DAYS)), lit(day - 1));
        let context = self.session.context();
        for (table, (name, columns)) in TABLES.iter().zip(COLUMNS.iter()).enumerate() {
            context.deregister_table(*name)?;
            let rows = match self.days_before(day) {
                0 => empty(columns)?,
                _ => self.frames[table].clone().filter(before.clone())?.into_view(),
            };
            context.register_table(*name, rows)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation;
    use crate::session::SessionOptions;

    #[tokio::test]
    async fn the_queries_make_the_columns() {
        let options = SessionOptions { threads: 1, ..SessionOptions::default() };
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        conversation::register_empty(&session).expect("no such tables");
        for (table, columns) in COLUMNS.iter().enumerate() {
            let of = |schema: &Schema| {
                schema
                    .fields()
                    .iter()
                    .map(|field| (field.name().clone(), field.data_type().clone()))
                    .collect::<Vec<_>>()
            };
            let rows = made(&session, table).await.expect(TABLES[table]);
            assert_eq!(of(&rows.schema()), of(columns), "{}", TABLES[table]);
        }
    }
}
