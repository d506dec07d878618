//! What the parser says of a text that is no SQL: in words, with the keyword that was probably meant.

use super::{Span, Trouble};
use crate::near::nearest;

/// Words that statements are made of.
const KEYWORDS: [&str; 19] = [
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "JOIN", "UNION", "BETWEEN", "DISTINCT",
    "WITH", "EXPLAIN", "LIKE", "CASE", "WHEN", "THEN", "QUALIFY",
];

/// The clauses of a SELECT, of which each has its place.
const CLAUSES: [&str; 5] = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER"];

/// What is said of a statement that this error of the parser is of.
pub fn told(sql: &str, error: &str) -> Trouble {
    let text = error.split(" at Line: ").next().unwrap_or_default();
    let text = text.trim_start_matches("sql parser error: ");
    let trouble = Trouble::of(text.replace("found: EOF", "found: the end of the statement"));
    let Some((_, found)) = text.rsplit_once("found: ") else { return trouble };
    let place = of_parser(error).and_then(|span| byte_of(sql, span));
    if let Some(address) = place.and_then(|place| address_around(sql, place)) {
        return Trouble { remedy: Some(format!("an address is text: '{address}'")), ..trouble };
    }
    if text.starts_with("Expected: end of statement") && CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(found))
    {
        let remedy = "a SELECT is written SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... ORDER BY ... LIMIT ...";
        return Trouble { remedy: Some(remedy.to_owned()), ..trouble };
    }
    // A word that is no keyword was taken for the name of what stands before it.
    let before = place.map_or("", |place| last_word(&sql[..place]));
    let is_unknown = |word: &&str| !KEYWORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    let near = |word: &str| nearest(&word.to_uppercase(), KEYWORDS);
    let meant = [found, before].into_iter().filter(is_unknown).find_map(near);
    Trouble { meant: meant.map(str::to_owned), ..trouble }
}

/// Where the error is; where it tells no place, at the end of the text.
pub fn span(sql: &str, error: &str) -> Span {
    of_parser(error).unwrap_or_else(|| {
        let line = sql.trim_end().split('\n').count();
        let last = sql.trim_end().split('\n').next_back().unwrap_or_default();
        Span { line, column: last.chars().count() + 1, length: 1 }
    })
}

/// The place that the parser's error tells: `... at Line: 1, Column: 8`.
fn of_parser(error: &str) -> Option<Span> {
    let (line, column) = error.split(" at Line: ").nth(1)?.split_once(", Column: ")?;
    let digits = column.find(|c: char| !c.is_ascii_digit()).unwrap_or(column.len());
    Some(Span { line: line.parse().ok()?, column: column[..digits].parse().ok()?, length: 1 })
}

fn byte_of(sql: &str, span: Span) -> Option<usize> {
    let before: usize = sql.split('\n').take(span.line.checked_sub(1)?).map(|line| line.len() + 1).sum();
    let line = sql.get(before..)?;
    Some(before + line.char_indices().nth(span.column.checked_sub(1)?).map_or(line.len(), |(at, _)| at))
}

/// The address or network without quotes that stands around a place.
fn address_around(sql: &str, place: usize) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
    let begin =
        sql[..place].rfind(|c| !is_part(c)).map_or(0, |at| at + sql[at..].chars().next().map_or(1, char::len_utf8));
    let end = sql[place..].find(|c| !is_part(c)).map_or(sql.len(), |at| place + at);
    let address = &sql[begin..end];
    let alone = address.split('/').next().unwrap_or_default();
    alone.parse::<std::net::IpAddr>().is_ok().then_some(address)
}

fn last_word(text: &str) -> &str {
    text.trim_end().rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Session, SessionOptions};

    #[test]
    fn what_is_no_sql_is_told_with_what_was_meant() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        for (sql, told, column) in [
            ("SELECT * FORM flows", "Expected: end of statement, found: FORM (did you mean FROM?)", 10),
            ("SELEC 1", "Expected: an SQL statement, found: SELEC (did you mean SELECT?)", 1),
            ("SELECT 1 FROM t WERE a = 1", "Expected: end of statement, found: a (did you mean WHERE?)", 22),
            ("SELECT 'é', 10.0.0.1", "Expected: end of statement, found: .0; an address is text: '10.0.0.1'", 17),
            ("SELECT count(*", "Expected: ), found: the end of the statement", 15),
            (
                "SELECT 1 FROM t LIMIT 1 WHERE a",
                "Expected: end of statement, found: WHERE; a SELECT is written SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... ORDER BY ... LIMIT ...",
                25,
            ),
        ] {
            let error = session.references(sql).expect_err(sql);
            let datafusion::common::DataFusionError::SQL(problem, _) = error.find_root() else {
                panic!("{sql}: {error}")
            };
            let problem = problem.to_string();
            assert_eq!(
                (super::told(sql, &problem).sentence().as_str(), span(sql, &problem).column),
                (told, column),
                "{sql}"
            );
        }
    }

    #[test]
    fn the_parser_tells_the_place() {
        let error = "SQL error: ParserError(\"Expected: an expression, found: FROM at Line: 2, Column: 10\")";
        assert_eq!(of_parser(error), Some(Span { line: 2, column: 10, length: 1 }));
        assert_eq!(of_parser("Schema error: No field named x."), None);
    }
}
