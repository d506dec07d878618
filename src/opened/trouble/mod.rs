//! What is wrong with a statement: where it stands, what was probably meant, and what to do.

mod elsewhere;
mod parser;
mod remedies;
mod types;

use datafusion::common::{DataFusionError, SchemaError};

use super::Opened;
use crate::near::nearest;
use crate::session::{TOO_DEEP, TOO_LARGE};

pub use remedies::ONLY_READS;

/// A place in a statement: line and column, counted from 1, and how many characters it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The line.
    pub line: usize,
    /// The first character of it.
    pub column: usize,
    /// Characters, of that line.
    pub length: usize,
}

/// An error of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong, in a sentence.
    pub said: String,
    /// The name that was probably meant.
    pub meant: Option<String>,
    /// What to do, where we know better than the engine.
    pub remedy: Option<String>,
    /// Where it is, if that is known.
    pub span: Option<Span>,
}

impl Trouble {
    fn of(said: impl Into<String>) -> Self {
        Trouble { said: said.into(), meant: None, remedy: None, span: None }
    }

    fn or<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Trouble { meant: nearest(name, known).filter(|near| *near != name).map(str::to_owned), ..self }
    }

    /// All but the place, in one sentence.
    pub fn sentence(&self) -> String {
        match (&self.meant, &self.remedy) {
            (Some(meant), _) => format!("{} (did you mean {meant}?)", self.said),
            (None, Some(remedy)) => format!("{}; {remedy}", self.said.trim_end_matches('.')),
            (None, None) => self.said.clone(),
        }
    }
}

impl Opened {
    /// What an error says of a statement.
    pub async fn trouble(&self, sql: &str, error: &DataFusionError) -> Trouble {
        let mut trouble = self.told(sql, error).await;
        if trouble.meant.is_none() && trouble.remedy.is_none() {
            trouble.remedy = remedies::remedy(sql, &error.to_string());
        }
        trouble.span = self.span(sql, error).await;
        trouble
    }

    /// Where in a statement an error is, if it says so.
    async fn span(&self, sql: &str, error: &DataFusionError) -> Option<Span> {
        if let DataFusionError::SQL(problem, _) = error.find_root() {
            return Some(parser::span(sql, &problem.to_string()));
        }
        // To plan what is too large takes long.
        if matches!(error.find_root(), DataFusionError::Plan(text) if text.starts_with(TOO_DEEP) || text.starts_with(TOO_LARGE))
        {
            return None;
        }
        // Places are told only when they are asked for: to carry them through every plan takes time.
        let diagnosed = self.session.diagnose(sql).await?;
        let span = diagnosed.diagnostic()?.span?;
        let length = match span.start.line == span.end.line {
            true => span.end.column.saturating_sub(span.start.column),
            false => 1,
        };
        Some(Span {
            line: span.start.line as usize,
            column: span.start.column as usize,
            length: length.max(1) as usize,
        })
    }

    async fn told(&self, sql: &str, error: &DataFusionError) -> Trouble {
        match error.find_root() {
            DataFusionError::SchemaError(problem, _) => {
                let SchemaError::FieldNotFound { field, valid_fields } = &**problem else {
                    return Trouble::of(problem.to_string());
                };
                let name = &field.name;
                if let (Some(table), Some(other)) =
                    (&field.relation, valid_fields.iter().find(|known| known.name == *name))
                    && let Some(called) = &other.relation
                {
                    return Trouble::of(format!("there is no column {table}.{name} here, but {called}.{name}"));
                }
                let told = Trouble::of(format!("there is no column {name}"));
                let is_here = self.flows.as_ref().is_none_or(|flows| flows.flow_schema().has_field(name));
                if let Some(remedy) = remedies::of_field(name) {
                    let elsewhere = "what the SELECT is FROM does not pass it on";
                    let remedy = if is_here { elsewhere.to_owned() } else { remedy };
                    return Trouble { remedy: Some(remedies::of_unnest(sql).unwrap_or(remedy)), ..told };
                }
                match told.or(name, valid_fields.iter().map(|field| field.name.as_str())) {
                    told if told.meant.is_some() => told,
                    told => Trouble { remedy: Some(remedies::of_name(sql, name)), ..told },
                }
            }
            DataFusionError::SQL(problem, _) => parser::told(sql, &problem.to_string()),
            root => {
                let text = root.to_string();
                if let Some(name) = between(&text, "Invalid function '", "'") {
                    return self.no_function(&name.to_lowercase());
                }
                if let Some(name) = between(&text, "table 'datafusion.public.", "' not found") {
                    let tables = self.tables().await;
                    let told = Trouble::of(format!("there is no table {name}"));
                    return told.or(name, tables.iter().map(|(name, _)| name.as_str()));
                }
                types::told(&text).unwrap_or_else(|| Trouble::of(plain(&text)))
            }
        }
    }

    /// That there is no function of a name, and what to write for one of Athena, DuckDB or PostgreSQL. The engine names
    /// another, however unlike it is.
    fn no_function(&self, name: &str) -> Trouble {
        let told = Trouble::of(format!("there is no function {name}"));
        if let Some(here) = elsewhere::function(name) {
            return Trouble { said: format!("{}; write {here}", told.said), ..told };
        }
        let state = self.session.context().state();
        let known = state.scalar_functions().keys().chain(state.aggregate_functions().keys());
        told.or(name, known.chain(state.window_functions().keys()).map(String::as_str))
    }
}

/// What an error of the engine says, without how it came to it and to whom it wants it reported.
fn plain(error: &str) -> String {
    let mut error = error.split("\nThis issue was likely caused by a bug in DataFusion").next().unwrap_or(error);
    if let Some((_, statement)) = error.split_once("Unsupported SQL statement: ") {
        return format!(
            "{} is not taken: queries, EXPLAIN and SHOW are",
            statement.split(' ').next().unwrap_or_default()
        );
    }
    if let Some((_, syntax)) = error.split_once("Unsupported ast node ") {
        let syntax = syntax.trim_start_matches("in sqltorel: ");
        return format!("not taken: {}", syntax.split([' ', '(', '{']).next().unwrap_or_default());
    }
    if let Some((_, join)) = error.split_once("Unsupported JOIN operator ") {
        return format!("not taken: {} JOIN", join.split(['(', ' ']).next().unwrap_or_default().to_uppercase());
    }
    if let Some((_, of)) = error.split_once("retract_batch` is not implemented: ") {
        return format!("{} takes no frame of rows that moves", of.split('(').next().unwrap_or_default());
    }
    if error.contains("does not support logical expression ") {
        return "the engine can't run this as it is written".to_owned();
    }
    for before in ["Error during planning: ", "Execution error: ", "Arrow error: "] {
        error = error.trim_start_matches(before);
    }
    error.replace("This feature is not implemented: ", "not taken: ")
}

/// What stands in a text after `begin`, up to `end`.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(begin)?.1.split_once(end)?.0)
}
