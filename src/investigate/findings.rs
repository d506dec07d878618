//! The findings with an entity: those that a lake keeps, and those of now.

use datafusion::common::{ParamValues, Result, ScalarValue};
use datafusion::prelude::DataFrame;

use super::{Entity, texts};
use crate::detect::Finding;
use crate::report::finding_rows;
use crate::session::Session;

/// What of findings is asked for.
const COLUMNS: [&str; 13] = [
    "id",
    "key",
    "severity",
    "first_seen",
    "last_seen",
    "detection",
    "description",
    "actor",
    "target",
    "actor_network",
    "target_network",
    "interface_id",
    "account_id",
];

/// The network whose host, or whose interfaces, the page is about, if it is one.
pub(super) async fn network(own: &Session, entity: &Entity) -> Result<Option<String>> {
    // Where the host was seen at its own end.
    const HOME: &str = "
        SELECT DISTINCT coalesce(vpc_id, account_id) AS network
        FROM interface_spans
        WHERE interface_id IN (
            SELECT interface_id
            FROM seen
            WHERE (side = 'client' AND direction = 'outbound') OR (side = 'server' AND direction IN ('inbound', 'internal'))
        )";
    const ALL: &str = "SELECT DISTINCT coalesce(vpc_id, account_id) AS network FROM interface_spans";
    let sql = match entity {
        Entity::Address(_, Some(network)) => return Ok(Some(network.clone())),
        Entity::Address(_, None) => HOME,
        Entity::Interface(_) | Entity::Instance(_) => ALL,
    };
    let mut networks = texts(&own.sql(sql).await?.collect().await?);
    Ok(networks.pop().filter(|_| networks.is_empty()))
}

/// Registers `findings`: those that are kept, and those of now; tells whether there are any to ask. On a page of one network
/// another network's hosts are not called by their address.
pub(super) async fn register(
    session: &Session,
    own: &Session,
    found: Option<&[Finding]>,
    network: Option<String>,
) -> Result<bool> {
    let mut frames = Vec::new();
    if session.context().table_exist("findings")? {
        let kept = session.context().table("findings").await?;
        let select = selected(&kept);
        frames.push(session.sql(&format!("SELECT {select}, found FROM findings")).await?);
    }
    if let Some(found) = found {
        own.context().register_batch("found_now", finding_rows(found)?)?;
        let select = selected(&own.context().table("found_now").await?);
        let sql = format!("SELECT {select}, arrow_cast(now(), 'Timestamp(us, \"UTC\")') AS found FROM found_now");
        frames.push(own.sql(&sql).await?);
    }
    let Some(all) = frames.into_iter().map(Ok).reduce(|one, other| one?.union(other?)) else { return Ok(false) };
    own.context().register_table("all_findings", all?.into_view())?;
    let mut of_page = own.sql(&of_network()).await?;
    let network = ScalarValue::Utf8(network);
    of_page = of_page.with_param_values(ParamValues::Map([("network".to_owned(), network.into())].into()))?;
    own.context().register_table("findings", of_page.into_view())?;
    Ok(true)
}

/// The columns as the pages have them, NULL for those that a lake of an earlier version lacks.
fn selected(findings: &DataFrame) -> String {
    let column = |name: &str| match name {
        _ if !findings.schema().has_column_with_unqualified_name(name) => format!("CAST(NULL AS VARCHAR) AS {name}"),
        "first_seen" | "last_seen" => format!("arrow_cast({name}, 'Timestamp(s)') AS {name}"),
        name => format!("CAST({name} AS VARCHAR) AS {name}"),
    };
    COLUMNS.map(column).join(", ")
}

/// The findings, in which whoever is known to be of another network than `$network` is not named.
fn of_network() -> String {
    let column = |name: &'static str| match name {
        "actor" | "target" => {
            let network = format!("{name}_network");
            format!(
                "CASE
                    WHEN $network IS NULL OR {network} IS NULL THEN {name}
                    WHEN $network IN (split_part({network}, ' ', 1), split_part({network}, ' ', -1)) THEN {name}
                END AS {name}"
            )
        }
        name => name.to_owned(),
    };
    format!("SELECT {}, found FROM all_findings", COLUMNS.map(column).join(", "))
}
