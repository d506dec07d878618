//! What is asked of a session in SQL, and what is wrong with it: where in the text, and what was probably meant.

use anyhow::{Error, Result};
use datafusion::common::DataFusionError;
use datafusion::prelude::DataFrame;

use vpcflow::context::Context;
use vpcflow::opened::{AskError, Opened, Span};
use vpcflow::session::TABLE_NAMES;
use vpcflow::sql_file::SqlFile;

/// What is asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// SQL as it was typed.
    Sql(String),
    /// A file that declares its parameters, and their values.
    File(Box<SqlFile>, Vec<(String, String)>),
}

impl Question {
    /// Its text.
    fn sql(&self) -> &str {
        match self {
            Question::Sql(sql) => sql,
            Question::File(file, _) => &file.sql,
        }
    }

    /// Plans it.
    ///
    /// # Errors
    /// When the SQL is wrong, a value is none of its parameter's, or the flows can't be read.
    pub async fn plan(&self, opened: &Opened, context: &Context) -> Result<DataFrame> {
        match self {
            Question::Sql(sql) => Ok(opened.plan(sql, context).await?),
            Question::File(file, given) => match opened.plan_file(file, given, context).await {
                Err(AskError::Engine(error)) => Err(error.into()),
                planned => Ok(planned?),
            },
        }
    }

    /// An error of it, with what we know better than the engine; `command` is the one that asks.
    pub async fn explained(&self, error: Error, opened: &Opened, command: &str) -> Error {
        let Some(of_engine) = error.downcast_ref::<DataFusionError>() else { return error };
        let text = of_engine.to_string();
        if opened.flows.is_none() && TABLE_NAMES.iter().any(|name| is_without(&text, name)) {
            return Error::msg(format!(
                "no SOURCE was given, so there is no table flows; write vpcflow {command} SOURCE"
            ));
        }
        let trouble = opened.trouble(self.sql(), of_engine).await;
        let said = super::message(&Error::msg(trouble.sentence()));
        match trouble.span.and_then(|span| pointed(self.sql(), span)) {
            Some(pointed) => Error::msg(format!("{said}\n{pointed}")),
            None => Error::msg(said),
        }
    }
}

/// Whether an error says that there is no table of this name.
pub fn is_without(error: &str, table: &str) -> bool {
    error.contains(&format!("table 'datafusion.public.{table}' not found"))
}

/// Characters of a line that are shown before a place, and from it on.
const POINTED_BEFORE: usize = 100;
const POINTED_AFTER: usize = 100;

/// The line of a place, with a mark below it.
fn pointed(sql: &str, span: Span) -> Option<String> {
    let line = sql.lines().nth(span.line.checked_sub(1)?)?;
    let number = if sql.lines().nth(1).is_some() { format!("{:>4} | ", span.line) } else { "  ".to_owned() };
    let column = span.column.checked_sub(1)?;
    // Of a long line what stands around the place.
    let (first, last) = (column.saturating_sub(POINTED_BEFORE), column + POINTED_AFTER);
    let (from, to) = (if first > 0 { "..." } else { "" }, if line.chars().count() > last { "..." } else { "" });
    let shown: String = line.chars().skip(first).take(last - first).collect();
    let before: String = line.chars().skip(first).take(column - first).collect();
    let indent = " ".repeat(textwrap::core::display_width(&before) + number.len() + from.len());
    Some(format!("{number}{from}{shown}{to}\n{indent}{}", "^".repeat(span.length.min(POINTED_AFTER))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_pointed_at() {
        let place = |line, column, length| Span { line, column, length };
        assert_eq!(
            pointed("SELECT srcadr FROM flows", place(1, 8, 6)).as_deref(),
            Some("  SELECT srcadr FROM flows\n         ^^^^^^")
        );
        assert_eq!(pointed("SELECT 1,\n  x\nFROM flows", place(2, 3, 1)).as_deref(), Some("   2 |   x\n         ^"));
        assert_eq!(pointed("SELECT 1", place(7, 1, 1)), None);
        let long = format!("SELECT '{}', byts FROM flows", "x".repeat(70_000));
        let shown = pointed(&long, place(1, 70_012, 4)).expect("a place");
        assert_eq!(shown.lines().map(|line| line.chars().count()).collect::<Vec<_>>(), [120, 109]);
        assert!(shown.ends_with(&format!("{}^^^^", " ".repeat(105))), "{shown}");
    }
}
