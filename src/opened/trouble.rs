//! What is wrong with a statement: where it stands, what was probably meant, and what to do.

use datafusion::common::{DataFusionError, SchemaError};

use super::Opened;
use crate::conversation::TABLES;
use crate::format::field::{column_name, field};
use crate::near::did_you_mean;
use crate::session::TABLE_NAMES;

/// What is said to who wants to write.
pub const ONLY_READS: &str =
    "vpcflow only reads: queries, EXPLAIN and SHOW are taken, nothing that creates, sets or writes";

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

impl Opened {
    /// Where in a statement an error is, if it says so.
    pub async fn span(&self, sql: &str, error: &DataFusionError) -> Option<Span> {
        if let Some(of_parser) = of_parser(&error.to_string()) {
            return Some(of_parser);
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

    /// What an error says of a statement, in a sentence: of a column or a table that there is not also which one was
    /// probably meant.
    pub async fn told(&self, error: &DataFusionError) -> String {
        match error.find_root() {
            DataFusionError::SchemaError(problem, _) => {
                let SchemaError::FieldNotFound { field, valid_fields } = &**problem else { return problem.to_string() };
                let near = did_you_mean(&field.name, valid_fields.iter().map(|field| field.name.as_str()));
                format!("there is no column {}{near}", field.name)
            }
            DataFusionError::SQL(problem, _) => {
                let text = problem.to_string();
                let text = text.split(" at Line: ").next().unwrap_or_default();
                text.trim_start_matches("sql parser error: ").to_owned()
            }
            root => {
                let text = root.to_string();
                let missing = text.split("table 'datafusion.public.").nth(1);
                let Some(missing) = missing.and_then(|text| text.split("' not found").next()) else {
                    return text.trim_start_matches("Error during planning: ").to_owned();
                };
                let tables = self.tables().await;
                let near = did_you_mean(missing, tables.iter().map(|(name, _)| name.as_str()));
                format!("there is no table {missing}{near}")
            }
        }
    }

    /// What is to be said in our words before an error of a query, where we know better than the engine.
    pub fn remedy(&self, error: &str) -> Option<String> {
        if ["DDL", "DML", "Statement"].iter().any(|kind| error.contains(&format!("{kind} not supported: "))) {
            return Some(ONLY_READS.to_owned());
        }
        if error.contains("table 'datafusion.") && error.contains("' not found") {
            let names = TABLE_NAMES.join(", and ");
            return Some(format!("the table is called {names}; detections read {}", TABLES.join(", ")));
        }
        const REMEDIES: [(&str, &str); 10] = [
            ("Error parsing timestamp from", "a time in SQL has seconds: '2026-03-11T14:00:00'"),
            ("to value of Date32 type", "a date is written '2026-03-11'"),
            (
                "to value of Int64 type",
                "a number is compared with text; start_time and end_time are the times of start and end",
            ),
            ("to value of Int32 type", "a number is compared with text"),
            (
                "Resources exhausted",
                "the query needs more than --memory-limit; raise it, or sort and group less at a time",
            ),
            ("only supports a single SQL statement", "one statement at a time"),
            (
                "does not support logical expression Exists",
                "EXISTS stands in WHERE; as a value write (SELECT count(*) > 0 FROM ...)",
            ),
            (
                "does not support logical expression InSubquery",
                "x IN (SELECT ...) stands in WHERE; as a value LEFT JOIN the SELECT, and see whether its column is NULL",
            ),
            (
                "does not support logical expression OuterReferenceColumn",
                "a SELECT within another takes the other's columns in WHERE alone, and without LIMIT; number rows with \
                 row_number() OVER (PARTITION BY ...) and join them",
            ),
            (
                "null_aware anti join",
                "NOT IN (SELECT ...) takes no column of the SELECT around it; write NOT EXISTS (SELECT 1 FROM ... WHERE ...)",
            ),
        ];
        if let Some((_, remedy)) = REMEDIES.iter().find(|(symptom, _)| error.contains(symptom)) {
            return Some((*remedy).to_owned());
        }
        let missing = error.split("No field named ").nth(1)?;
        let missing = missing.split(['.', ' ', '\n']).find(|word| !TABLE_NAMES.contains(word)).unwrap_or_default();
        match field(missing) {
            Some(field) => Some(format!(
                "the objects that were looked at don't have the field {} (version {}); where those of other days do, choose \
                 them with --date",
                column_name(field.name),
                field.version
            )),
            None if missing.starts_with('"') => {
                Some("double quotes name a column; text is written in single quotes".to_owned())
            }
            None => None,
        }
    }
}

/// The place that the parser's error tells: `... at Line: 1, Column: 8`.
fn of_parser(error: &str) -> Option<Span> {
    let (line, column) = error.split(" at Line: ").nth(1)?.split_once(", Column: ")?;
    let digits = column.find(|c: char| !c.is_ascii_digit()).unwrap_or(column.len());
    Some(Span { line: line.parse().ok()?, column: column[..digits].parse().ok()?, length: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_tells_the_place() {
        let error = "SQL error: ParserError(\"Expected: an expression, found: FROM at Line: 2, Column: 10\")";
        assert_eq!(of_parser(error), Some(Span { line: 2, column: 10, length: 1 }));
        assert_eq!(of_parser("Schema error: No field named x."), None);
    }
}
