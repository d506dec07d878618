//! SQL cut into words while it is being typed: it never fails, for a line under the cursor is mostly unfinished.
//!
//! The editor's colours, the end of a statement, completion and the place of an error are all told by these words.

use std::ops::Range;

/// What a piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or a name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A text in single quotes.
    Text,
    /// A number.
    Number,
    /// `-- to the end of the line`, or `/* in between */`.
    Comment,
    /// Blanks.
    Space,
    /// Anything else, one character.
    Sign,
}

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Whether its closing quote or mark is missing.
    pub is_open: bool,
}

impl Token {
    /// Its text.
    pub fn of<'a>(&self, sql: &'a str) -> &'a str {
        &sql[self.range.clone()]
    }

    fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Comment | Kind::Space)
    }
}

/// The pieces of a text, one behind the other and without a gap.
pub fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let (kind, length, is_open) = match first {
            '\'' => quoted(rest, '\'', Kind::Text),
            '"' => quoted(rest, '"', Kind::Quoted),
            '-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) => (Kind::Comment, end + 2, false),
                None => (Kind::Comment, rest.len(), true),
            },
            c if c.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace), false),
            c if c.is_ascii_digit() => {
                (Kind::Number, run(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), false)
            }
            c if is_of_word(c) => (Kind::Word, run(rest, is_of_word), false),
            c => (Kind::Sign, c.len_utf8(), false),
        };
        tokens.push(Token { kind, range: start..start + length, is_open });
        start += length;
    }
    tokens
}

/// What a name may have, and the `$` of a parameter.
pub fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn run(text: &str, is_one: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_one(c)).unwrap_or(text.len())
}

/// A doubled quote ends one text and begins the next, which is one for our purposes.
fn quoted(text: &str, quote: char, kind: Kind) -> (Kind, usize, bool) {
    match text[1..].find(quote) {
        Some(end) => (kind, end + 2, false),
        None => (kind, text.len(), true),
    }
}

/// A statement, or a command of the shell's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// SQL, without the semicolon.
    Sql(String),
    /// `\command arguments`, without the backslash.
    Meta(String),
}

/// The statements of a text, the last of which may lack its semicolon; a command ends with its line.
pub fn statements(text: &str) -> Vec<Statement> {
    let (mut statements, rest) = cut(text);
    if !is_blank(rest) {
        statements.push(Statement::Sql(rest.trim().to_owned()));
    }
    statements
}

/// Whether nothing is missing at the end of a text.
pub fn is_complete(text: &str) -> bool {
    is_blank(cut(text).1)
}

fn is_blank(text: &str) -> bool {
    tokens(text).iter().all(|token| token.is_blank() && !token.is_open)
}

/// The statements that are complete, and what is left.
fn cut(text: &str) -> (Vec<Statement>, &str) {
    let mut statements = Vec::new();
    let mut rest = text;
    loop {
        let tokens = tokens(rest);
        let Some(first) = tokens.iter().find(|token| !token.is_blank()) else { return (statements, rest) };
        if first.of(rest) == "\\" {
            let line = &rest[first.range.end..];
            let end = line.find('\n').unwrap_or(line.len());
            statements.push(Statement::Meta(line[..end].trim().to_owned()));
            rest = &line[end..];
            continue;
        }
        let Some(end) = tokens.iter().find(|token| token.kind == Kind::Sign && token.of(rest) == ";") else {
            return (statements, rest);
        };
        let sql = rest[..end.range.start].trim();
        if !is_blank(sql) {
            statements.push(Statement::Sql(sql.to_owned()));
        }
        rest = &rest[end.range.end..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str) -> Statement {
        Statement::Sql(text.to_owned())
    }

    fn meta(text: &str) -> Statement {
        Statement::Meta(text.to_owned())
    }

    #[test]
    fn a_text_is_cut_where_its_statements_end() {
        assert_eq!(
            statements("SELECT 1; SELECT ';' -- ;\n, \"a;b\" /* ; */;"),
            [sql("SELECT 1"), sql("SELECT ';' -- ;\n, \"a;b\" /* ; */")]
        );
        assert_eq!(statements("\\timing\nSELECT 1"), [meta("timing"), sql("SELECT 1")]);
        assert_eq!(statements("-- a note\n\\d flows\n ;;"), [meta("d flows")]);
        assert_eq!(statements("SELECT 'it''s; so'"), [sql("SELECT 'it''s; so'")]);
        assert_eq!(statements(" \n"), []);
    }

    #[test]
    fn a_statement_ends_with_its_semicolon_and_a_command_with_its_line() {
        for complete in ["", "  ", "SELECT 1;", "SELECT 1; -- done", "\\d", "\\d flows", "-- a note", "SELECT ';';"] {
            assert!(is_complete(complete), "{complete:?}");
        }
        for open in ["SELECT 1", "SELECT ';", "SELECT 1 -- ;", "/* ;", "SELECT 1; SELECT", "SELECT \"a;"] {
            assert!(!is_complete(open), "{open:?}");
        }
    }

    #[test]
    fn pieces_leave_no_gap() {
        for text in ["SELECT é, 'ü", "a.b>=1.5e3--x\n/*", "\\run é"] {
            let tokens = tokens(text);
            assert_eq!(tokens.iter().map(|token| token.of(text)).collect::<String>(), text);
        }
    }
}
