//! What there is to ask: tables, columns, functions, named queries.

use std::sync::Arc;

use anyhow::{Result, bail};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::Documentation;
use vpcflow::near::did_you_mean;
use vpcflow::opened::FOUND;
use vpcflow::report::Rows;

use super::meanings;
use crate::cli::ready::Ready;

/// Why there is no table of findings.
pub const NOTHING_FOUND: &str = "nothing was found yet: \\run makes the table found, \\run ID of one detection";

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
        [name.clone(), schema.fields().len().to_string(), meanings::of_table(name).to_owned()]
    };
    rows(["table", "columns", "what it holds"], &tables.iter().map(row).collect::<Vec<_>>())
}

/// The columns of a table.
pub async fn columns(ready: &Ready, table: &str) -> Result<Rows> {
    let tables = ready.opened.tables().await;
    let Some((table, schema)) = tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(table)) else {
        if table.eq_ignore_ascii_case(FOUND) {
            bail!("{NOTHING_FOUND}");
        }
        let near = did_you_mean(table, tables.iter().map(|(name, _)| name.as_str()));
        bail!("there is no table {table}{near}; \\dt lists them");
    };
    let row = |field: &Arc<arrow::datatypes::Field>| {
        [field.name().clone(), sql_type(field.data_type()), meanings::of_column(table, field.name()).to_owned()]
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
