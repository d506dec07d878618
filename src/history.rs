//! What earlier days were like, in three small tables that are made of each day's `connections` by `queries/history/*.sql`.
//!
//! | table | has a row for |
//! |---|---|
//! | `history_hours` | an hour of an interface: what was accepted and rejected, what went out and in |
//! | `history_edges` | a client, a server and a port of a day; strangers who came to us are one client |
//! | `history_uploads` | what a host sent to the internet in an hour; who got a megabyte or more is named |
//!
//! `day` counts days since 1970 (UTC), `hour` is 0 to 23. A lake keeps the tables of its days; those of a run of several
//! days are made on the way. A detection sees the days before the one that it judges, and in `history_hosts` our hosts of
//! that day, with the number of days before it that each was there.
//!
//! A host has its address in a network: the tables name the network, a VPC or an account, of each of ours whose address is
//! private, and a detection sees each by the name that it has on the day that is judged.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, AsArray, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{
    ColumnarValue, EmptyRelation, Expr, LogicalPlan, ScalarUDF, Volatility, create_udf, ident,
};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{DataFrame, col, lit};

use crate::conversation::hosts::{self, Hosts};
use crate::conversation::{Kept, Rows};
use crate::limits::HISTORY_DAYS;
use crate::session::Session;

/// What the names of the tables begin with.
const PREFIX: &str = "history_";

/// The tables.
pub const TABLES: [&str; 3] = ["history_hours", "history_edges", "history_uploads"];

/// The table of who talked to whom, by far the largest.
const EDGES: &str = TABLES[1];

/// Columns of it that no query of ours reads; it has them where others ask.
const FOR_OTHERS: [&str; 7] =
    ["account_id", "region", "initiator_network", "responder_network", "hours", "first_start", "last_end"];

/// What stands behind the name of a column of hosts in the name of the column of their networks.
const NETWORK: &str = "_network";

/// Who was there before, made of [`TABLES`] for the day that is judged.
pub(crate) const HOSTS: &str = "history_hosts";

/// The columns of [`HOSTS`].
static COLUMNS_OF_HOSTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let columns = [
        ("address", DataType::Utf8View),
        ("interface_id", DataType::Utf8View),
        ("days", DataType::Int64),
        ("interface_days", DataType::Int64),
        ("first_day", DataType::Int64),
    ];
    Arc::new(Schema::new(columns.map(|(name, of)| Field::new(name, of, true)).to_vec()))
});

/// The query of which [`HOSTS`] is made.
const QUERY_OF_HOSTS: &str = include_str!("../queries/history/hosts.sql");

/// The queries of which [`TABLES`] are made.
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
            ("initiator_network", TEXT),
            ("responder", TEXT),
            ("responder_network", TEXT),
            ("service_port", SMALL),
            ("protocol", SMALL),
            ("traffic_path", SMALL),
            ("spans", NUMBER),
            ("hours", NUMBER),
            ("attempts", NUMBER),
            ("answers", NUMBER),
            ("request_packets", NUMBER),
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
            ("initiator_network", TEXT),
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

/// The rows of one of [`TABLES`] that the session's `connections` make, whose hosts are `hosts`.
///
/// # Errors
/// The engine's.
pub(crate) async fn made(session: &Session, table: usize, hosts: &Arc<Hosts>) -> Result<SendableRecordBatchStream> {
    let rows = session.sql(QUERIES[table]).await?;
    let address = text_function("address", 1, |name| Some(Cow::Borrowed(hosts::parts(name[0]?).0)));
    let hosts = Arc::clone(hosts);
    let network = text_function("network", 1, move |name| Some(hosts.network(name[0]?)?.to_owned().into()));
    let column = |field: &Arc<Field>| match (is_host(field.name()), field.name().strip_suffix(NETWORK)) {
        (true, _) => address.call(vec![ident(field.name())]).alias(field.name()),
        (_, Some(host)) => network.call(vec![ident(host)]).alias(field.name()),
        (false, None) => ident(field.name()),
    };
    rows.select(COLUMNS[table].fields().iter().map(column).collect::<Vec<_>>())?.execute_stream().await
}

/// The rows of one of [`TABLES`] with hosts called as they are among `hosts`.
fn among(rows: DataFrame, hosts: &Arc<Hosts>) -> Result<DataFrame> {
    let hosts = Arc::clone(hosts);
    let name = text_function("among", 2, move |host| Some(hosts.among(host[0]?, host[1])));
    let columns = rows.schema().clone();
    with_names(rows, |column| {
        let network = format!("{column}{NETWORK}");
        let has_network = columns.has_column_with_unqualified_name(&network);
        has_network.then(|| name.call(vec![ident(column), ident(network)]))
    })
}

/// Rows in which hosts are called as they are among `from`, with the names that they have among `to`.
pub(crate) fn renamed(rows: DataFrame, from: &Arc<Hosts>, to: &Arc<Hosts>) -> Result<DataFrame> {
    let (from, to) = (Arc::clone(from), Arc::clone(to));
    let name = text_function("renamed", 1, move |name| {
        let name = name[0]?;
        Some(to.among(hosts::parts(name).0, from.network(name)))
    });
    with_names(rows, |column| Some(name.call(vec![ident(column)])))
}

/// Rows with other names in the columns of hosts, where there are some.
fn with_names(rows: DataFrame, name: impl Fn(&str) -> Option<Expr>) -> Result<DataFrame> {
    let column = |field: &Arc<Field>| match name(field.name()).filter(|_| is_host(field.name())) {
        Some(name) => name.alias(field.name()),
        None => ident(field.name()),
    };
    let columns = rows.schema().fields().iter().map(column).collect::<Vec<_>>();
    rows.select(columns)
}

fn is_host(column: &str) -> bool {
    ["initiator", "responder"].contains(&column)
}

/// A function of texts that gives a text, which no SQL can name.
fn text_function(
    name: &str,
    arguments: usize,
    evaluate: impl for<'a> Fn(&[Option<&'a str>]) -> Option<Cow<'a, str>> + Send + Sync + 'static,
) -> ScalarUDF {
    let evaluate = move |columns: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(columns)?;
        let columns: Vec<&StringViewArray> = columns.iter().map(|column| column.as_string_view()).collect();
        let rows = 0..columns.first().map_or(0, |column| column.len());
        // The rows of a host stand together.
        let (mut texts, mut of_them) = (Vec::new(), None);
        let of_row = |row: usize| {
            let of_this = || columns.iter().map(|column| text_of(column, row));
            if row == 0 || !of_this().eq(texts.iter().copied()) {
                texts = of_this().collect();
                of_them = evaluate(&texts);
            }
            of_them.clone()
        };
        Ok(ColumnarValue::Array(Arc::new(rows.map(of_row).collect::<StringViewArray>())))
    };
    let text = DataType::Utf8View;
    create_udf(name, vec![text.clone(); arguments], text, Volatility::Immutable, Arc::new(evaluate))
}

fn text_of(column: &StringViewArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// A table without rows. The engine knows what comes of it, and leaves out the steps that it would go through.
pub(crate) fn empty(schema: &SchemaRef) -> Result<Arc<dyn TableProvider>> {
    let schema = Arc::new(DFSchema::try_from(Arc::clone(schema))?);
    let plan = LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// Registers [`TABLES`] and [`HOSTS`] without a row.
///
/// # Errors
/// When there is a table of that name.
pub(crate) fn register_empty(session: &Session) -> Result<()> {
    for (name, columns) in TABLES.iter().zip(COLUMNS.iter()) {
        session.context().register_table(*name, empty(columns)?)?;
    }
    session.context().register_table(HOSTS, empty(&COLUMNS_OF_HOSTS)?)?;
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
    /// Whether there is but one day to judge: all rows are of days before it.
    is_of_one_day: bool,
    /// The rows of those that are read: each detection reads them several times.
    _kept: Vec<Kept>,
}

impl<'a> Past<'a> {
    /// What `history` has of the days before the first of `days`, and what the tables of the session, whose hosts are
    /// `hosts`, make of these, if they are several. Tables that are not read, as `is_read` says, have no rows; nor have they
    /// the columns that no query of ours reads, but where those of others do.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn of(
        session: &'a Session,
        history: &History,
        days: &[i64],
        hosts: &Arc<Hosts>,
        is_read: impl Fn(&str) -> bool,
        is_read_by_others: bool,
    ) -> Result<Self> {
        let first = days.first().copied().unwrap_or(0);
        let is_earlier = col("day").between(lit(first.saturating_sub(HISTORY_DAYS)), lit(first.saturating_sub(1)));
        let is_of_one_day = days.len() == 1;
        let mut past = Past { session, frames: Vec::new(), days: BTreeSet::new(), is_of_one_day, _kept: Vec::new() };
        past.days.extend(history.days.iter().filter(|day| **day < first));
        past.days.extend(days);
        for (table, (name, columns)) in TABLES.iter().zip(COLUMNS.iter()).enumerate() {
            if !is_read(name) {
                past.frames.push(session.context().read_table(empty(columns)?)?);
                continue;
            }
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
            let (frame, _kept) = match days {
                [] | [_] => (frame, None),
                _ => {
                    let made = made(session, table, hosts).await?;
                    let (own, kept) = Rows::of(session, name, columns, made).await?;
                    (frame.union(session.context().read_table(own)?)?, Some(kept))
                }
            };
            let all = among(frame, hosts)?;
            let all = match is_read_by_others || *name != EDGES {
                true => all,
                false => all.drop_columns(&FOR_OTHERS)?,
            };
            let columns = Arc::clone(all.schema().inner());
            let class: &[&str] = if *name == EDGES { &["direction"] } else { &[] };
            let rows = Rows::new(session, name, &columns).apart_by(class)?;
            let (all, kept) = rows.and_all(all.execute_stream().await?).await?.finish()?;
            past._kept.push(kept);
            past.frames.push(session.context().read_table(all)?);
        }
        Ok(past)
    }

    /// How many days there are before one.
    pub(crate) fn days_before(&self, day: i64) -> usize {
        self.days.range(day.saturating_sub(HISTORY_DAYS)..day).count()
    }

    /// Registers [`TABLES`] with the days before one, and [`HOSTS`] with the hosts of this day, if they are asked for:
    /// for as long as what it gives is kept.
    ///
    /// # Errors
    /// The engine's.
    pub(crate) async fn choose(&self, day: i64, are_hosts_asked: bool) -> Result<Option<Kept>> {
        let before = col("day").between(lit(day.saturating_sub(HISTORY_DAYS)), lit(day - 1));
        let context = self.session.context();
        for (table, (name, columns)) in TABLES.iter().zip(COLUMNS.iter()).enumerate() {
            context.deregister_table(*name)?;
            let rows = match self.days_before(day) {
                0 => empty(columns)?,
                _ if self.is_of_one_day => self.frames[table].clone().into_view(),
                _ => self.frames[table].clone().filter(before.clone())?.into_view(),
            };
            context.register_table(*name, rows)?;
        }
        context.deregister_table(HOSTS)?;
        if !are_hosts_asked || self.days_before(day) == 0 {
            context.register_table(HOSTS, empty(&COLUMNS_OF_HOSTS)?)?;
            return Ok(None);
        }
        let made = self.session.sql(QUERY_OF_HOSTS).await?.execute_stream().await?;
        let (hosts, kept) = Rows::of(self.session, HOSTS, &COLUMNS_OF_HOSTS, made).await?;
        context.register_table(HOSTS, hosts)?;
        Ok(Some(kept))
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
        register_empty(&session).expect("no such tables");
        let hosts = session.sql(QUERY_OF_HOSTS).await.expect(HOSTS).execute_stream().await.expect(HOSTS);
        let mut made_of = vec![(HOSTS, hosts.schema(), &*COLUMNS_OF_HOSTS)];
        for (table, columns) in COLUMNS.iter().enumerate() {
            let rows = made(&session, table, &Arc::default()).await.expect(TABLES[table]);
            made_of.push((TABLES[table], rows.schema(), columns));
        }
        for (table, made, columns) in made_of {
            let of = |schema: &Schema| {
                schema
                    .fields()
                    .iter()
                    .map(|field| (field.name().clone(), field.data_type().clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(of(&made), of(columns), "{table}");
        }
    }
}
