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

/// Functions that others have, by their names there, and what they are here.
const FUNCTIONS_ELSEWHERE: [(&str, &str); 20] = [
    ("hour minute second day month year", "date_part('hour', start_time)"),
    ("mod", "a % b"),
    ("sign", "signum(x)"),
    ("if iff iif", "CASE WHEN a THEN b ELSE c END"),
    ("split", "string_to_array(text, ',')"),
    ("count_if countif", "count(*) FILTER (WHERE ...)"),
    ("epoch to_unix_timestamp epoch_s", "to_unixtime(start_time), or start"),
    ("strftime format_datetime date_format_str", "to_char(start_time, '%H:%M')"),
    ("time_bucket", "date_bin(INTERVAL '5 minutes', start_time)"),
    ("list", "array_agg(x)"),
    ("mode", "GROUP BY x ORDER BY count(*) DESC LIMIT 1"),
    ("age date_diff datediff date_sub timediff", "end_time - start_time, or \"end\" - start in seconds"),
    ("variance", "var(x)"),
    ("max_by arg_max argmax", "last_value(a ORDER BY b)"),
    ("min_by arg_min argmin", "first_value(a ORDER BY b)"),
    ("date_add dateadd", "start_time + INTERVAL '1 hour'"),
    ("approx_percentile percentile quantile quantile_cont", "approx_percentile_cont(x, 0.95)"),
    ("regexp_extract", "regexp_match(text, '...')[1]"),
    ("from_iso8601_timestamp parse_datetime strptime", "to_timestamp(text)"),
    ("listagg group_concat", "string_agg(x, ',')"),
];

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
                if let (Some(table), Some(other)) =
                    (&field.relation, valid_fields.iter().find(|known| known.name == field.name))
                    && let Some(called) = &other.relation
                {
                    return format!("there is no column {}.{} here, but {}.{}", table, field.name, called, field.name);
                }
                match did_you_mean(&field.name, valid_fields.iter().map(|field| field.name.as_str())) {
                    near if near.is_empty() => {
                        format!("there is no column {}; text is written in single quotes: '{}'", field.name, field.name)
                    }
                    near => format!("there is no column {}{near}", field.name),
                }
            }
            DataFusionError::SQL(problem, _) => {
                let text = problem.to_string();
                let text = text.split(" at Line: ").next().unwrap_or_default();
                text.trim_start_matches("sql parser error: ").to_owned()
            }
            root => {
                let text = root.to_string();
                if let Some(told) = self.no_function(&text) {
                    return told;
                }
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

    /// That there is no function of a name, and what to write for one of Athena, DuckDB or PostgreSQL. The engine names
    /// another, however unlike it is.
    fn no_function(&self, error: &str) -> Option<String> {
        let name = error.split("Invalid function '").nth(1)?.split('\'').next()?.to_lowercase();
        if let Some((_, here)) =
            FUNCTIONS_ELSEWHERE.iter().find(|(names, _)| names.split(' ').any(|known| known == name))
        {
            return Some(format!("there is no function {name}; write {here}"));
        }
        let state = self.session.context().state();
        let known = state.scalar_functions().keys().chain(state.aggregate_functions().keys());
        let near = did_you_mean(&name, known.chain(state.window_functions().keys()).map(String::as_str));
        Some(format!("there is no function {name}{near}"))
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
        const REMEDIES: [(&str, &str); 13] = [
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
                "does not support logical expression WindowFunction",
                "a window function stands in SELECT; QUALIFY row_number() OVER (...) = 1 chooses rows by it",
            ),
            (
                "does not support logical expression ScalarSubquery",
                "a SELECT within another takes the other's columns with = alone; LEFT JOIN and GROUP BY instead",
            ),
            (
                "Too many columns! The subquery should only return one column",
                "(a, b) IN (SELECT ...) is not taken; write EXISTS (SELECT 1 FROM ... WHERE ...)",
            ),
            (
                "null_aware anti join",
                "NOT IN (SELECT ...) takes no column of the SELECT around it; write NOT EXISTS (SELECT 1 FROM ... WHERE ...)",
            ),
        ];
        if error.contains("comparison operation Int64 ") && error.contains(" Timestamp") {
            return Some("start and end are seconds since 1970; start_time and end_time are the times".to_owned());
        }
        if let Some((_, remedy)) = REMEDIES.iter().find(|(symptom, _)| error.contains(symptom)) {
            return Some((*remedy).to_owned());
        }
        let missing = error.split("No field named ").nth(1)?;
        let missing = missing.split(['.', ' ', '\n']).find(|word| !TABLE_NAMES.contains(word)).unwrap_or_default();
        // A table that is called otherwise has it.
        let known = error.split("Valid fields are ").nth(1).unwrap_or_default();
        match field(missing).filter(|_| !known.split([',', '\n']).any(|known| known.ends_with(&format!(".{missing}"))))
        {
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
