//! What to write instead, where we know better than the engine.

use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::between;
use crate::conversation::TABLES;
use crate::format::field::{column_name, field};
use crate::functions::{flags, protocols, services};
use crate::session::TABLE_NAMES;

/// What is said to who wants to write.
pub const ONLY_READS: &str =
    "vpcflow only reads: queries, EXPLAIN and SHOW are taken, nothing that creates, sets or writes";

const TIMES: &str = "start and end are seconds since 1970; start_time and end_time are the times";

/// What an error of the engine says in some place, and what to do.
const REMEDIES: [(&str, &str); 38] = [
    ("Error parsing timestamp from", "a time is written '2026-03-11T14:00:00' or '2026-03-11 14:00'"),
    ("to value of Date32 type", "a date is written '2026-03-11'"),
    (
        "to value of Int64 type",
        "TRY_CAST(x AS bigint) makes NULL of such text; start_time and end_time are the times of start and end",
    ),
    ("to value of Int32 type", "TRY_CAST(x AS int) makes NULL of such text"),
    ("JOIN operator Semi", "write LEFT SEMI JOIN, or WHERE EXISTS (SELECT 1 FROM ... WHERE ...)"),
    ("JOIN operator Anti", "write LEFT ANTI JOIN, or WHERE NOT EXISTS (SELECT 1 FROM ... WHERE ...)"),
    ("table function 'read_", "files are read as SOURCE: vpcflow query FILE ..."),
    ("to Nanosecond. The dates that can be", "times are of 1677 to 2262; write '2262-01-01' for one that never comes"),
    ("found: TABLE at", "write SELECT * FROM and the table's name"),
    ("Resources exhausted", "the query needs more than --memory-limit; raise it, or sort and group less at a time"),
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
    ("SQL statement: DECLARE", "rows come as they are read, without a cursor (psql: \\unset FETCH_COUNT)"),
    ("not implemented: TOP", "write LIMIT 10 at the end"),
    ("not implemented: FETCH", "write LIMIT 10 at the end"),
    ("ast node in sqltorel: RLike", "write srcaddr ~ '^10[.]'"),
    ("ast node Pivot", "write sum(bytes) FILTER (WHERE action = 'ACCEPT') for each column"),
    ("argument types 'sum(Boolean)'", "write count(*) FILTER (WHERE ...)"),
    ("argument types 'median(Duration", "a median of seconds is median(\"end\" - start)"),
    ("argument types 'percentile_cont(Duration", "spans as seconds are \"end\" - start"),
    ("SQL type inet", "addresses are text: ip_in_cidr(srcaddr, '10.0.0.0/8')"),
    ("SQL type cidr", "networks are text: ip_in_cidr(srcaddr, '10.0.0.0/8')"),
    ("bitwise operation Utf8", "whether a network has an address says ip_in_cidr(srcaddr, '10.0.0.0/8')"),
    ("temporal operation Interval", "a span of time is written as a whole: INTERVAL '2 days'"),
    ("arithmetic expression Interval", "a span of time is written as a whole: INTERVAL '2 days'"),
    ("COUNT DISTINCT with multiple arguments", "write count(DISTINCT concat(a, ' ', b))"),
    ("argument types 'map_extract(List", "the first of a list is list[1]"),
    ("argument types 'date_trunc(Timestamp", "the unit comes first: date_trunc('hour', start_time)"),
    ("comparison operation Timestamp", "a time is compared with a time: start_time >= '2026-03-11T14:00:00'"),
    ("arithmetic expression Timestamp", "a span of time is written INTERVAL '1 hour'"),
    ("argument types 'sum(Utf8", "CAST(x AS bigint) makes a number of text"),
    ("argument types 'avg(Utf8", "CAST(x AS bigint) makes a number of text"),
];

/// What is to be said before an error of a statement.
pub fn remedy(sql: &str, error: &str) -> Option<String> {
    if ["DDL", "DML", "Statement"].iter().any(|kind| error.contains(&format!("{kind} not supported: "))) {
        return Some(ONLY_READS.to_owned());
    }
    let words = sql.to_ascii_lowercase();
    if words.split_whitespace().any(|word| word == "insert") && words.split_whitespace().any(|word| word == "into") {
        return Some(ONLY_READS.to_owned());
    }
    if error.contains("table 'datafusion.") && error.contains("' not found") {
        let names = TABLE_NAMES.join(", and ");
        return Some(format!("the table is called {names}; detections read {}", TABLES.join(", ")));
    }
    if error.contains("OuterReferenceColumn") || error.contains("table function 'unnest' not found") {
        let of_unnest = of_unnest(sql);
        if of_unnest.is_some() {
            return of_unnest;
        }
    }
    if let Some(value) = between(error, "Cannot cast string '", "' to value of Int") {
        let named = number_named(value);
        if named.is_some() {
            return named;
        }
    }
    let is_of_time = ["date_trunc", "date_part", "date_bin", "to_char", "date_format"]
        .iter()
        .any(|name| error.contains(&format!("argument types '{name}(")));
    if (is_of_time && error.contains("Int64)'")) || (error.contains("operation Int64 ") && error.contains(" Timestamp"))
    {
        return Some(TIMES.to_owned());
    }
    let known = REMEDIES.iter().find(|(symptom, _)| error.contains(symptom));
    known.map(|(_, remedy)| (*remedy).to_owned())
}

/// What is to be written for what is a number here and has a name elsewhere.
fn number_named(value: &str) -> Option<String> {
    if let Some(number) = protocols::number(value) {
        return Some(format!(
            "a protocol is a number; write protocol = {number}, or protocol_name(protocol) = '{}'",
            value.to_uppercase()
        ));
    }
    if let Some(number) = flags::number(value) {
        return Some(format!(
            "flags are a number; write tcp_flags = {number}, or tcp_flag_names(tcp_flags) = '{}'",
            flags::names(number)
        ));
    }
    services::is_name(value)
        .then(|| format!("a port is a number; write service_name(dstport, protocol) = '{}'", value.to_lowercase()))
}

/// What is to be said of a list that is a table.
pub fn of_unnest(sql: &str) -> Option<String> {
    let has_one = sql.to_lowercase().contains("unnest(");
    has_one.then(|| "unnest stands in SELECT: SELECT srcaddr, unnest(list) AS one FROM ...".to_owned())
}

/// What is to be said of a field that these logs don't have.
pub fn of_field(name: &str) -> Option<String> {
    let field = field(name)?;
    Some(format!(
        "the objects that were looked at don't have the field {} (version {}); where those of other days do, choose them \
         with --date",
        column_name(field.name),
        field.version
    ))
}

/// What is to be said of a name that is no column's, nor like one.
pub fn of_name(sql: &str, name: &str) -> String {
    if is_alias(sql, name) {
        return format!(
            "WHERE comes before SELECT, and does not know the names that it gives; repeat what {name} is there, or SELECT * FROM \
             (SELECT ...) WHERE {name} ..."
        );
    }
    format!("text is written in single quotes: '{}'", written(sql, name))
}

/// Whether the outermost SELECT gives this name.
fn is_alias(sql: &str, name: &str) -> bool {
    let Ok(statements) = Parser::parse_sql(&GenericDialect {}, sql) else { return false };
    let Some(Statement::Query(query)) = statements.first() else { return false };
    let SetExpr::Select(select) = &*query.body else { return false };
    select
        .projection
        .iter()
        .any(|item| matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value.eq_ignore_ascii_case(name)))
}

/// A name as the statement has it: without quotes the engine makes it lower case.
fn written<'a>(sql: &'a str, name: &'a str) -> &'a str {
    let lower = sql.to_ascii_lowercase();
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole =
        |at: &usize| !is_part(sql[..*at].chars().next_back()) && !is_part(sql[at + name.len()..].chars().next());
    let at = lower.match_indices(name).map(|(at, _)| at).find(whole);
    at.map_or(name, |at| &sql[at..at + name.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_name_elsewhere_is_a_number_here() {
        let told = |value: &str| {
            remedy("", &format!("Cannot cast string '{value}' to value of Int32 type")).unwrap_or_default()
        };
        assert_eq!(told("tcp"), "a protocol is a number; write protocol = 6, or protocol_name(protocol) = 'TCP'");
        assert_eq!(
            told("ack-syn"),
            "flags are a number; write tcp_flags = 18, or tcp_flag_names(tcp_flags) = 'SYN ACK'"
        );
        assert_eq!(told("SSH"), "a port is a number; write service_name(dstport, protocol) = 'ssh'");
        assert_eq!(told("much"), "TRY_CAST(x AS int) makes NULL of such text");
    }

    #[test]
    fn a_name_without_quotes_is_told_as_it_was_written() {
        let told = |sql: &str, name: &str| of_name(sql, name);
        assert_eq!(told("SELECT 1 FROM t WHERE a = REJECT", "reject"), "text is written in single quotes: 'REJECT'");
        assert!(told("SELECT count(*) AS n FROM t WHERE n > 1", "n").ends_with("WHERE n ..."));
    }
}
