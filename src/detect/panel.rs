//! What the period was like, beside what was found: `queries/panels/*.sql`, asked of the tables that detections read.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datafusion::common::DataFusionError;

use super::ask::side_by_side;
use crate::context::{Context, Input};
use crate::queries::{PANELS, Shipped};
use crate::scan::FlowSchema;
use crate::session::Session;
use crate::sql_file::{SqlFile, SqlFileError};

/// Rows about the period, and how they are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Its name.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// What the rows are, in a sentence or two.
    pub meaning: String,
    /// The rows; of each line, what is usual stands in columns of the names `usual_`, `least_` and `most_` and its own.
    pub rows: RecordBatch,
    /// How they are drawn, beside the table that they are.
    pub drawn: Drawn,
}

/// How the rows of a panel are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drawn {
    /// Each of these columns as a line over the first one, which is a time.
    Lines(Vec<String>),
    /// This column as a bar for each row, which the columns before it name.
    Bars(String),
}

/// A panel that is to be asked.
struct Asked {
    file: SqlFile,
    drawn: Drawn,
    /// Days of history that it needs.
    days: usize,
}

/// The order in which they stand.
const ORDER: [&str; 7] = ["hours", "new", "destinations", "open-ports", "rejected-ports", "rejected-sources", "costs"];

fn parse((name, text): &Shipped) -> Result<Asked, SqlFileError> {
    let file = SqlFile::parse(name, text)?;
    file.has_only(name, &["meaning", "lines", "bars", "inputs", "history"])?;
    let key = |key: &str| file.keys.get(key).map(String::as_str).unwrap_or_default();
    let words = |text: &str| text.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let drawn = match words(key("lines")) {
        lines if lines.is_empty() => Drawn::Bars(key("bars").to_owned()),
        lines => Drawn::Lines(lines),
    };
    let days = key("history").parse().unwrap_or(0);
    Ok(Asked { drawn, days, file })
}

/// Asks all panels that these logs, this context and so many days of history can answer.
///
/// # Errors
/// The engine's.
pub(super) async fn ask(
    session: &Session,
    flows: &FlowSchema,
    context: &Context,
    history_days: usize,
) -> Result<Vec<Panel>, DataFusionError> {
    let mut asked = Vec::new();
    let mut all: Vec<&Shipped> = PANELS.iter().collect();
    let place = |name: &str| ORDER.iter().position(|id| name.strip_suffix(".sql") == Some(id));
    all.sort_by_key(|(name, _)| place(name));
    for shipped in all {
        let Asked { file, drawn, days } = parse(shipped).map_err(|error| DataFusionError::External(error.into()))?;
        let inputs = file.keys.get("inputs").map(String::as_str).unwrap_or_default();
        let has_inputs =
            inputs.split_whitespace().all(|input| Input::named(input).is_some_and(|input| context.has(input)));
        if days > history_days || !has_inputs || !file.needs.iter().all(|field| flows.has_field(field)) {
            continue;
        }
        asked.push((file, drawn));
    }
    let queries = asked.iter().map(|(file, _)| file.sql.clone()).collect();
    let answers = side_by_side(session, queries, |session, sql| async move { rows(&session, &sql).await }).await?;
    let mut panels = Vec::new();
    for ((file, drawn), rows) in asked.into_iter().zip(answers) {
        let rows = rows?;
        if rows.num_rows() > 0 {
            let meaning = file.keys.get("meaning").cloned().unwrap_or_default();
            panels.push(Panel { id: file.id, title: file.title, meaning, rows, drawn });
        }
    }
    Ok(panels)
}

async fn rows(session: &Session, sql: &str) -> Result<RecordBatch, DataFusionError> {
    let frame = session.sql(sql).await?;
    let schema = Arc::clone(frame.schema().inner());
    Ok(concat_batches(&schema, &frame.collect().await?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_can_be_read_and_has_its_place() {
        let mut ids: Vec<String> = Vec::new();
        for shipped in PANELS {
            let asked = parse(shipped).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(shipped.0, format!("{}.sql", asked.file.id));
            assert!(
                asked.file.keys.contains_key("meaning") && asked.drawn != Drawn::Bars(String::new()),
                "{}",
                asked.file.id
            );
            ids.push(asked.file.id);
        }
        let mut order = ORDER.map(str::to_owned);
        order.sort();
        assert_eq!(ids, order);
    }
}
