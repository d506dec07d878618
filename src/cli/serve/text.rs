//! What a client sends as one text: its statements, each with its place.

use crate::cli::shell::lex::{self, Kind};

/// A statement of the engine, and where it stands in what the client sent.
#[derive(Debug, Clone)]
pub struct Sql {
    pub text: String,
    /// Characters before it.
    pub before: usize,
}

/// What is answered when a query is done.
pub fn tag(sql: &str) -> &'static str {
    let tokens = lex::tokens(sql);
    let first = tokens.iter().find(|token| token.kind == Kind::Word).map(|token| token.of(sql).to_lowercase());
    match first.as_deref() {
        Some("explain") => "EXPLAIN",
        Some("show" | "describe") => "SHOW",
        _ => "SELECT",
    }
}

/// The statements of a text.
pub fn statements(text: &str) -> Vec<Sql> {
    let mut statements = Vec::new();
    let (mut begin, mut end) = (None, 0);
    let (mut counted, mut characters) = (0, 0);
    for token in lex::tokens(text) {
        let is_end = token.kind == Kind::Sign && token.of(text) == ";";
        if !is_end && !matches!(token.kind, Kind::Comment | Kind::Space) {
            begin = begin.or(Some(token.range.start));
            end = token.range.end;
        }
        if (is_end || token.range.end == text.len())
            && let Some(begin) = begin.take()
        {
            characters += text[counted..begin].chars().count();
            counted = begin;
            statements.push(Sql { text: text[begin..end].to_owned(), before: characters });
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_and_places_stay() {
        let told = |text| statements(text).into_iter().map(|sql| (sql.text, sql.before)).collect::<Vec<_>>();
        assert_eq!(
            told(" SELECT 'é;' ; -- no\nSELECT 2 -- two"),
            [("SELECT 'é;'".to_owned(), 1), ("SELECT 2".to_owned(), 21)]
        );
        assert_eq!(told(" ; -- nothing\n;"), []);
    }

    #[test]
    fn a_tag_is_of_the_first_word() {
        assert_eq!(
            (tag("/* a */ explain SELECT 1"), tag("WITH a AS (SELECT 1) SELECT * FROM a")),
            ("EXPLAIN", "SELECT")
        );
    }
}
