//! One entity, looked at from all sides: whom it talked to, what it was refused, and how that compares with its earlier days.
//!
//! The roll-up of the records that name the entity is made for itself, from the records or from what a lake keeps, so that
//! its page costs what its traffic costs.

mod entity;
mod findings;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use chrono::NaiveDate;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, ParamValues, Result, ScalarValue};
use datafusion::logical_expr::{ident, lit};
use thiserror::Error;

use crate::context::{Context, ContextError, Seen};
use crate::conversation::hosts::Hosts;
use crate::conversation::{self, KEPT, Wanted};
use crate::detect::Finding;
use crate::functions::ip;
use crate::history;
use crate::lake::Lake;
use crate::report::{Page, Section};
use crate::session::{Session, TABLE_NAMES};
use entity::{condition, hint};

pub use entity::{Entity, NoEntity};

/// What a lake knows of earlier days.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    /// Their conversations, as they are kept.
    pub(crate) conversations: Arc<dyn TableProvider>,
    /// The days, counted since 1970.
    pub(crate) days: BTreeSet<i64>,
}

/// Why an entity can't be looked at.
#[derive(Debug, Error)]
pub enum InvestigateError {
    /// Nothing is known of it.
    #[error("{entity}: is in none of these records{}", hint(.entity))]
    Unseen {
        /// The entity.
        entity: Entity,
    },
    /// A file of context.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

const OVERVIEW: &str = include_str!("../queries/entity/overview.sql");
const PORTS: &str = include_str!("../queries/entity/ports.sql");
const CLIENT: &str = include_str!("../queries/entity/client.sql");
const SERVER: &str = include_str!("../queries/entity/server.sql");
const REJECTED: &str = include_str!("../queries/entity/rejected.sql");
const HOURS: &str = include_str!("../queries/entity/hours.sql");
const DAYS: &str = include_str!("../queries/entity/days.sql");
const FINDINGS: &str = include_str!("../queries/entity/findings.sql");

/// Looks at an entity in the session's `flows`, or in the roll-up of them that is kept; `lake` has the days before, and
/// `found` is what detections say of the same records, beside the findings that are kept.
///
/// # Errors
/// When there is nothing of it, or the engine's.
pub async fn investigate(
    session: &Session,
    entity: &Entity,
    context: &Context,
    lake: Option<&Lake>,
    found: Option<&[Finding]>,
) -> Result<Page, InvestigateError> {
    let interfaces = interfaces(session, entity, context).await?;
    let own = session.bare()?;
    context.register(&own)?;
    let source = match session.context().table_exist(KEPT)? {
        true => KEPT,
        false => TABLE_NAMES[0],
    };
    let table = session.context().table(source).await?;
    let condition = condition(session, entity, context, &interfaces, &table)?;
    own.context().register_table(source, table.filter(condition)?.into_view())?;
    let wanted = Wanted { is_sound: true, ..Wanted::new(context, false) };
    let tables = conversation::build(&own, wanted).await?;
    let mut hosts = hosts(&own, entity, context, &interfaces).await?;
    // One that is named twice would have each of its rows twice.
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.is_empty() || tables.conversations == 0 {
        return Err(InvestigateError::Unseen { entity: entity.clone() });
    }
    let addresses: ArrayRef = Arc::new(StringArray::from_iter_values(&hosts));
    let addresses = cast(&addresses, &DataType::Utf8View).map_err(DataFusionError::from)?;
    own.context().register_batch("hosts", batch([("address", addresses)])?)?;
    own.context().register_table("seen", own.sql(&sided("connections")).await?.into_view())?;
    // Records may be of others who share an interface with it.
    let unseen = || InvestigateError::Unseen { entity: entity.clone() };
    let first = first_day(&own).await?.ok_or_else(unseen)?;
    let earlier = lake.map(|lake| lake.earlier(first));
    let days = register_earlier(&own, entity, context, &interfaces, earlier.as_ref(), &tables.hosts).await?;
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(&interfaces));
    own.context().register_batch("meant", batch([("interface_id", ids)])?)?;
    let network = findings::network(&own, entity).await?;
    let has_findings = findings::register(session, &own, found, network).await?;
    let mut page = Page {
        title: entity.to_string(),
        facts: facts(&own, entity, context, &hosts, &interfaces, days).await?,
        sections: Vec::new(),
    };
    // What one of several hosts did before says nothing of the others.
    let compared = match namesakes(&own, entity).await? {
        names if names.len() > 1 => {
            let told = format!("{}; what is new, and usual, is told on the page of one of them", listed(&names));
            page.facts.push((format!("{} hosts have this address", names.len()), told));
            0
        }
        _ => days,
    };
    let asker = Asker { session: &own, days: compared };
    for (title, sql) in [
        ("What it did", OVERVIEW),
        ("Findings", FINDINGS),
        ("Ports that it opened connections to", PORTS),
        ("Whom it opened connections to", CLIENT),
        ("Who opened connections to it", SERVER),
        ("What was rejected", REJECTED),
        ("Its hours", HOURS),
        ("Its earlier days", DAYS),
    ] {
        let is_there = match title {
            "Findings" => has_findings,
            "Its earlier days" => days > 0,
            _ => true,
        };
        if is_there {
            page.sections.push(asker.section(title, sql).await?);
        }
    }
    Ok(page)
}

/// The interfaces that are meant; of an address none.
async fn interfaces(session: &Session, entity: &Entity, context: &Context) -> Result<Vec<String>> {
    let instance = match entity {
        Entity::Address(..) => return Ok(Vec::new()),
        Entity::Interface(id) => return Ok(vec![id.clone()]),
        Entity::Instance(id) => id,
    };
    let known = context.interfaces_of_instance(instance);
    let flows = session.context().table(TABLE_NAMES[0]).await?;
    let has = |name: &str| flows.schema().has_column_with_unqualified_name(name);
    if !known.is_empty() || !has("instance_id") || !has("interface_id") {
        return Ok(known);
    }
    let of_it = flows.filter(ident("instance_id").eq(lit(instance)))?;
    let named = of_it.select_columns(&["interface_id"])?.distinct()?.collect().await?;
    Ok(texts(&named))
}

/// The hosts of several networks that have an address, if no network was named.
async fn namesakes(own: &Session, entity: &Entity) -> Result<Vec<String>> {
    const SQL: &str = "
        SELECT host
        FROM (SELECT CASE WHEN address IS NULL THEN responder ELSE initiator END AS host FROM seen)
        WHERE strpos(host, '%') > 0
        GROUP BY host
        ORDER BY host";
    match entity {
        Entity::Address(_, None) => Ok(texts(&own.sql(SQL).await?.collect().await?)),
        Entity::Address(_, Some(_)) | Entity::Interface(_) | Entity::Instance(_) => Ok(Vec::new()),
    }
}

/// The addresses of the entity.
async fn hosts(own: &Session, entity: &Entity, context: &Context, interfaces: &[String]) -> Result<Vec<String>> {
    if let Entity::Address(address, _) = entity {
        return Ok(context.with_private_of(*address).iter().map(IpAddr::to_string).collect());
    }
    // What has one end at home has the entity there; of what has both, it is the end that most rows have.
    const SQL: &str = "
        WITH edge AS (
            SELECT DISTINCT CASE direction WHEN 'inbound' THEN responder ELSE initiator END AS address
            FROM connections
            WHERE direction IN ('inbound', 'outbound')
        ),
        most AS (
            SELECT address
            FROM (
                SELECT address, count(*) AS n
                FROM (
                    SELECT initiator AS address FROM connections
                    UNION ALL
                    SELECT responder FROM connections
                )
                WHERE address IS NOT NULL
                GROUP BY address
            )
            ORDER BY n DESC, address
            LIMIT 1
        )
        SELECT DISTINCT split_part(address, '%', 1) AS address
        FROM (SELECT address FROM edge UNION SELECT address FROM most)
        WHERE address IS NOT NULL
        ORDER BY address";
    let known = context.addresses_of(interfaces);
    if !known.is_empty() {
        return Ok(known.iter().map(IpAddr::to_string).collect());
    }
    Ok(texts(&own.sql(SQL).await?.collect().await?))
}

/// Rows with two ends as rows of a host and its peer.
fn sided(table: &str) -> String {
    format!(
        "SELECT
            *,
            CASE WHEN address IS NULL THEN 'server' ELSE 'client' END AS side,
            CASE WHEN address IS NULL THEN initiator ELSE responder END AS peer,
            coalesce(CASE WHEN address IS NULL THEN reply_bytes ELSE request_bytes END, 0) AS sent,
            coalesce(CASE WHEN address IS NULL THEN request_bytes ELSE reply_bytes END, 0) AS received
        FROM {table}
        LEFT JOIN hosts ON address = split_part(initiator, '%', 1)
        LEFT JOIN (SELECT address AS server_address FROM hosts) ON server_address = split_part(responder, '%', 1)
        WHERE bucket IS NOT NULL AND coalesce(address, server_address) IS NOT NULL"
    )
}

/// The day of the first record that has one.
async fn first_day(own: &Session) -> Result<Option<NaiveDate>> {
    let first = own
        .sql("SELECT CAST(CAST(to_timestamp_seconds(min(bucket)) AS DATE) AS VARCHAR) FROM seen")
        .await?
        .collect()
        .await?;
    Ok(texts(&first).first().and_then(|first| first.parse().ok()))
}

/// Registers `earlier`, the entity's rows of earlier days with hosts called as they are among `hosts`, and tells how many
/// days these are.
async fn register_earlier(
    own: &Session,
    entity: &Entity,
    known: &Context,
    interfaces: &[String],
    earlier: Option<&Earlier>,
    hosts: &Arc<Hosts>,
) -> Result<usize> {
    let before = own.bare()?;
    let kept = match earlier {
        Some(earlier) => own.context().read_table(Arc::clone(&earlier.conversations))?,
        None => own.context().read_table(history::empty(&conversation::STORED)?)?,
    };
    let condition = condition(own, entity, known, interfaces, &kept)?;
    before.context().register_table(KEPT, kept.filter(condition)?.into_view())?;
    let tables = conversation::build(&before, Wanted { is_sound: true, ..Wanted::new(known, false) }).await?;
    let connections = history::renamed(before.context().table("connections").await?, &tables.hosts, hosts)?;
    own.context().register_table("connections_before", connections.into_view())?;
    // Asked by several sections.
    let rows = own.sql(&sided("connections_before")).await?.cache().await?;
    own.context().register_table("earlier", rows.into_view())?;
    let days = earlier.map(|earlier| earlier.days.clone()).unwrap_or_default();
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(days.iter().copied()));
    own.context().register_batch("earlier_days", batch([("day", column)])?)?;
    Ok(days.len())
}

/// What is said before all tables.
async fn facts(
    own: &Session,
    entity: &Entity,
    context: &Context,
    hosts: &[String],
    interfaces: &[String],
    days: usize,
) -> Result<Vec<(String, String)>, InvestigateError> {
    let mut facts = Vec::new();
    let period = own.sql("SELECT CAST(to_timestamp_seconds(min(first_start)) AS VARCHAR) || 'Z to ' || CAST(to_timestamp_seconds(max(last_end)) AS VARCHAR) || 'Z' FROM seen").await?;
    let period = texts(&period.collect().await?).concat();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push((name.to_owned(), value));
        }
    };
    fact("seen", period);
    if !matches!(entity, Entity::Address(..)) || hosts.len() > 1 {
        fact("addresses", listed(hosts));
        fact("interfaces", listed(interfaces));
    }
    let at = own.sql("
        SELECT DISTINCT coalesce(interface_id, '-') || ' (' || coalesce(account_id, '-') || ', ' || coalesce(region, '-') || ')'
        FROM seen
        WHERE (side = 'client' AND direction = 'outbound') OR (side = 'server' AND direction IN ('inbound', 'internal'))
        ORDER BY 1
        LIMIT 20");
    fact("seen at", listed(&texts(&at.await?.collect().await?)));
    if let [host] = hosts
        && let Some(address) = ip::parse(host)
        && let Some(about) = context.about(address, &Seen { interface_id: None, account_id: None, network: None })?
    {
        fact("name", about.name.unwrap_or_default());
        fact("country", about.country.unwrap_or_default());
        let number = about.asn.map(|asn| format!("AS{asn} ")).unwrap_or_default();
        fact("network", format!("{number}{}", about.as_name.unwrap_or_default()).trim().to_owned());
        fact("AWS service", about.aws_service.unwrap_or_default());
        fact("threat lists", about.threat_lists.join(", "));
        fact("trusted", if context.is_trusted(host) { "no finding is made of it".to_owned() } else { String::new() });
        fact("Tor", if about.is_tor { "a relay".to_owned() } else { String::new() });
    }
    let known = own.sql("
        SELECT count(DISTINCT bucket / 86400), CAST(CAST(to_timestamp_seconds(min(bucket)) AS DATE) AS VARCHAR) FROM earlier");
    let known = known.await?.collect().await?;
    let seen = known.first().map_or(0, |batch| batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0));
    fact(
        "earlier days",
        match (days, seen) {
            (0, _) => "none are known; name a lake with --history".to_owned(),
            (days, 0) => format!("in none of the {days} that are kept"),
            (days, seen) => {
                let first = known.first().map(|batch| text(batch.column(1), 0)).unwrap_or_default();
                format!("in {seen} of the {days} that are kept, first on {first}")
            }
        },
    );
    Ok(facts)
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}

/// Asks for the sections.
struct Asker<'a> {
    session: &'a Session,
    /// The earlier days with which is compared.
    days: usize,
}

impl Asker<'_> {
    async fn section(&self, title: &str, sql: &str) -> Result<Section> {
        let mut frame = self.session.sql(sql).await?;
        if sql.contains("$days") {
            let days = ("days".to_owned(), ScalarValue::Int64(Some(self.days as i64)).into());
            frame = frame.with_param_values(ParamValues::Map([days].into()))?;
        }
        let schema = Arc::clone(frame.schema().inner());
        let batches = frame.collect().await?;
        let schema = batches.first().map_or(schema, RecordBatch::schema);
        let rows = concat_batches(&schema, &batches)?;
        // What is not known of any row needs no column.
        let has_values = |column: &usize| rows.column(*column).null_count() < rows.num_rows();
        let columns: Vec<usize> = (0..rows.num_columns()).filter(has_values).collect();
        Ok(Section {
            title: title.to_owned(),
            rows: rows.project(&columns)?,
            is_of_times: [HOURS, DAYS].contains(&sql),
        })
    }
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch> {
    Ok(RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))?)
}

/// The first column as texts, NULL left out.
fn texts(batches: &[RecordBatch]) -> Vec<String> {
    let of_batch = |batch: &RecordBatch| {
        let column = Arc::clone(batch.column(0));
        (0..column.len()).filter(|row| column.is_valid(*row)).map(|row| text(&column, row)).collect::<Vec<_>>()
    };
    batches.iter().flat_map(of_batch).collect()
}

fn text(column: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(column, row).unwrap_or_default()
}
