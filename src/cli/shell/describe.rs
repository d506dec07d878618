//! What there is to ask: tables, columns, functions, named queries.

use std::sync::Arc;

use anyhow::{Result, bail};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::Documentation;
use vpcflow::format::field::field;
use vpcflow::near::did_you_mean;
use vpcflow::opened::FOUND;
use vpcflow::report::Rows;

use crate::cli::ready::Ready;

/// What the tables hold, those whose names don't say.
const TABLES: &[(&str, &str)] = &[
    ("flows", "the records, as AWS wrote them"),
    ("vpc_flow_logs", "flows, as AWS' own queries call it"),
    (
        "connections",
        "who opened a connection to whom, every five minutes; what several interfaces recorded counts once",
    ),
    ("conversations", "the same for each interface that recorded it"),
    ("every_connection", "connections with those of trusted addresses"),
    ("interface_spans", "what each interface logged, every five minutes"),
    ("security_group_rules", "the rules of --security-groups"),
    ("interfaces", "the interfaces of --interfaces"),
    ("world_open_ports", "ports that security groups open to the world, by interface"),
    ("threat_lists", "the lists of --threat-list"),
    ("objects", "the objects that the lake has"),
    ("findings", "the findings that the lake keeps"),
    ("history_hours", "what the lake knows of earlier hours"),
    ("history_edges", "who talked to whom on earlier days, as the lake knows it"),
    ("history_uploads", "what was sent out on earlier days, as the lake knows it"),
    (FOUND, "what the last \\run found"),
];

/// Columns that no field of a log is.
const COLUMNS: &[(&str, &str)] = &[
    ("start_time", "start as a time, UTC"),
    ("end_time", "end as a time, UTC"),
    ("_account", "the account that the object's key names"),
    ("_region", "the region that the object's key names"),
    ("_date", "the day that the object's key names"),
    ("_flow_log_id", "the flow log that the object's key names"),
    ("_object", "the object the record is from"),
    ("bucket", "the beginning of the five minutes, Unix seconds"),
    ("bucket_time", "the beginning of the five minutes, UTC"),
    ("initiator", "who opened the connection"),
    ("responder", "who was asked"),
    ("service_port", "the port that was asked for"),
    ("direction", "inbound, outbound, internal or transit, as seen from our networks"),
    ("outcome", "accepted, rejected or unanswered"),
    ("flows", "records"),
    ("attempts", "connections begun"),
    ("answers", "records that answer"),
    ("rejected", "connections that were refused"),
    ("request_bytes", "bytes from the initiator"),
    ("request_packets", "packets from the initiator"),
    ("reply_bytes", "bytes to the initiator"),
    ("reply_packets", "packets to the initiator"),
    ("first_start", "the first start of its records, Unix seconds"),
    ("last_end", "the last end of its records, Unix seconds"),
    ("orientation", "what told who opened it: flags, ports or addresses"),
    ("is_gateway_leg", "whether a NAT gateway opened it for somebody"),
];

/// What a column means, as far as we know.
pub fn meaning(column: &str) -> &'static str {
    let own = COLUMNS.iter().find(|(name, _)| *name == column).map(|(_, meaning)| *meaning);
    own.or_else(|| field(column).map(|field| field.meaning)).unwrap_or_default()
}

fn about(table: &str) -> &'static str {
    TABLES.iter().find(|(name, _)| *name == table).map_or("", |(_, meaning)| meaning)
}

/// Rows of text.
pub fn rows<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> Result<Rows> {
    let column = |index: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row[index].as_str())))
    };
    let columns = names.iter().enumerate().map(|(index, name)| (*name, column(index)));
    let batch = RecordBatch::try_from_iter(columns)?;
    Ok(Rows { schema: batch.schema(), batches: vec![batch] })
}

/// The tables.
pub async fn tables(ready: &Ready) -> Result<Rows> {
    let tables = ready.opened.tables().await;
    let row = |(name, schema): &(String, arrow::datatypes::SchemaRef)| {
        [name.clone(), schema.fields().len().to_string(), about(name).to_owned()]
    };
    rows(["table", "columns", "what it holds"], &tables.iter().map(row).collect::<Vec<_>>())
}

/// The columns of a table.
pub async fn columns(ready: &Ready, table: &str) -> Result<Rows> {
    let tables = ready.opened.tables().await;
    let Some((_, schema)) = tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(table)) else {
        let near = did_you_mean(table, tables.iter().map(|(name, _)| name.as_str()));
        bail!("there is no table {table}{near}; \\dt lists them");
    };
    let row = |field: &Arc<arrow::datatypes::Field>| {
        [field.name().clone(), sql_type(field.data_type()), meaning(field.name()).to_owned()]
    };
    rows(["column", "type", "meaning"], &schema.fields().iter().map(row).collect::<Vec<_>>())
}

/// A type as SQL calls it.
fn sql_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Int32 => "int".to_owned(),
        DataType::Int64 => "bigint".to_owned(),
        DataType::UInt64 => "bigint unsigned".to_owned(),
        DataType::Float64 => "double".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::List(item) => format!("list of {}", sql_type(item.data_type())),
        other => other.to_string(),
    }
}

/// Functions with what is said of them, by name; ours first.
pub fn functions(ready: &Ready) -> Vec<(String, Option<Documentation>)> {
    let state = ready.opened.session.context().state();
    let ours: Vec<String> = vpcflow::functions::all().iter().map(|function| function.name().to_owned()).collect();
    let scalar = state.scalar_functions().iter().map(|(name, one)| (name.clone(), one.documentation().cloned()));
    let aggregate = state.aggregate_functions().iter().map(|(name, one)| (name.clone(), one.documentation().cloned()));
    let window = state.window_functions().iter().map(|(name, one)| (name.clone(), one.documentation().cloned()));
    let mut all: Vec<_> = scalar.chain(aggregate).chain(window).collect();
    all.sort_by_key(|(name, _)| (!ours.contains(name), name.clone()));
    all.dedup_by(|one, other| one.0 == other.0);
    all
}

/// How a call is written.
pub fn written(name: &str, documentation: Option<&Documentation>) -> String {
    documentation.map_or_else(|| format!("{name}(...)"), |documentation| documentation.syntax_example.clone())
}

/// All functions in a line each.
pub fn function_list(ready: &Ready) -> Result<Rows> {
    let row = |(name, documentation): &(String, Option<Documentation>)| {
        let meaning = documentation.as_ref().map(|documentation| documentation.description.as_str());
        let first = meaning.unwrap_or_default().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let first = first.split_inclusive(". ").next().unwrap_or_default().trim();
        [name.clone(), short(&written(name, documentation.as_ref())), short(first)]
    };
    rows(["function", "written", "meaning"], &functions(ready).iter().map(row).collect::<Vec<_>>())
}

/// So much of a text as there is room for in a list.
fn short(text: &str) -> String {
    match text.chars().count() {
        ..=60 => text.to_owned(),
        _ => text.chars().take(57).chain("...".chars()).collect(),
    }
}

/// All that is said of a function.
pub fn function(ready: &Ready, name: &str) -> Result<Vec<String>> {
    let all = functions(ready);
    let name = name.trim_end_matches("()").to_ascii_lowercase();
    let Some((_, documentation)) = all.iter().find(|(known, _)| *known == name) else {
        let near = did_you_mean(&name, all.iter().map(|(name, _)| name.as_str()));
        bail!("there is no function {name}{near}; \\df lists them");
    };
    let Some(said) = documentation else { return Ok(vec![format!("{name}: nothing is said of it")]) };
    let mut lines = vec![said.syntax_example.clone(), String::new()];
    lines.extend(said.description.trim().lines().map(str::to_owned));
    for (argument, meaning) in said.arguments.iter().flatten() {
        lines.push(format!("  {argument}: {meaning}"));
    }
    if let Some(example) = &said.sql_example {
        lines.push(String::new());
        lines.extend(example.trim().lines().filter(|line| !line.starts_with("```")).map(str::to_owned));
    }
    Ok(lines)
}
