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
            'e' | 'E' if rest[1..].starts_with('\'') => escaped(rest),
            '$' if dollar(rest).is_some() => dollar_quoted(rest),
            '-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => comment(rest),
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

/// `E'...'`, in which a backslash makes the next character a part of the text.
fn escaped(text: &str) -> (Kind, usize, bool) {
    let mut characters = text.char_indices().skip(2);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            '\'' => return (Kind::Text, at + 1, false),
            _ => {}
        }
    }
    (Kind::Text, text.len(), true)
}

/// The mark with which a text in dollars begins and ends: `$$`, or `$name$`. `$1` is a parameter.
fn dollar(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('$')?.split_once('$')?;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_numeric());
    is_name.then(|| &text[..name.len() + 2])
}

fn dollar_quoted(text: &str) -> (Kind, usize, bool) {
    let mark = dollar(text).unwrap_or("$$");
    match text[mark.len()..].find(mark) {
        Some(end) => (Kind::Text, end + 2 * mark.len(), false),
        None => (Kind::Text, text.len(), true),
    }
}

/// `/* ... */`, which may have others in it.
fn comment(text: &str) -> (Kind, usize, bool) {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = text[at..].find(['/', '*']) {
        at += next;
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return (Kind::Comment, at, false);
            }
        } else {
            at += 1;
        }
    }
    (Kind::Comment, text.len(), true)
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
    if !is_blank(&rest) {
        statements.push(Statement::Sql(rest.trim().to_owned()));
    }
    statements
}

impl Statement {
    /// What was typed of it, without its end.
    pub fn text(&self) -> &str {
        let (Statement::Sql(text) | Statement::Meta(text)) = self;
        text
    }
}

/// Where in a text something stands that is no comment.
pub fn begin(text: &str) -> usize {
    let tokens = tokens(text);
    let first = tokens.iter().find(|token| !matches!(token.kind, Kind::Comment | Kind::Space));
    first.map_or(0, |token| token.range.start)
}

/// What of a text is complete, and what of a statement is left that goes on with the next line.
pub fn typed(text: &str) -> (Vec<Statement>, String) {
    let (statements, rest) = cut(text);
    let rest = if is_blank(&rest) { String::new() } else { rest };
    (statements, rest)
}

/// Whether something can be done with what was typed: nothing is missing at its end, or its last line is a command.
pub fn is_complete(text: &str) -> bool {
    let (statements, rest) = cut(text);
    is_blank(&rest) || (matches!(statements.last(), Some(Statement::Meta(_))) && ends_with_command(text))
}

/// The sign of what a text leaves open: a quote, `$` of a quoted text, `*` of a comment.
pub fn open(text: &str) -> Option<u8> {
    let tokens = tokens(text);
    let last = tokens.last().filter(|token| token.is_open)?;
    let sign = last.of(text).bytes().find(|sign| b"'\"$/".contains(sign))?;
    Some(if sign == b'/' { b'*' } else { sign })
}

fn ends_with_command(text: &str) -> bool {
    text.trim_end()
        .lines()
        .next_back()
        .is_some_and(|line| command_of(line).is_some() || line.trim_end().ends_with("\\g"))
}

fn is_blank(text: &str) -> bool {
    tokens(text).iter().all(|token| token.is_blank() && !token.is_open)
}

/// The command that a line is: `\command arguments`, or a word by which one leaves or asks for help elsewhere.
fn command_of(line: &str) -> Option<&str> {
    let line = line.trim().trim_end_matches(';').trim_end();
    match line.to_ascii_lowercase().as_str() {
        "exit" | "quit" => Some("q"),
        "help" => Some("?"),
        _ => line.strip_prefix('\\').map(str::trim),
    }
}

/// The statements that are complete, and what is left. A command on a line of its own is obeyed before the statement that it
/// stands in, as in psql; `\g` ends one.
fn cut(text: &str) -> (Vec<Statement>, String) {
    let mut statements = Vec::new();
    let mut rest = text.to_owned();
    'statements: loop {
        let tokens = tokens(&rest);
        if !tokens.iter().any(|token| !token.is_blank()) {
            return (statements, rest);
        }
        let mut begins_line = true;
        for token in &tokens {
            let (start, of_token) = (token.range.start, token.of(&rest));
            let line_end = rest[start..].find('\n').map_or(rest.len(), |end| start + end);
            let is_end = token.kind == Kind::Sign && of_token == ";";
            let ends_here = is_end || (of_token == "\\" && rest[start..line_end].trim_end() == "\\g");
            if ends_here {
                let sql = rest[..start].trim();
                if !is_blank(sql) {
                    statements.push(Statement::Sql(sql.to_owned()));
                }
                rest = rest[if is_end { token.range.end } else { line_end }..].to_owned();
                continue 'statements;
            }
            if begins_line
                && !token.is_blank()
                && let Some(command) = command_of(&rest[start..line_end])
            {
                statements.push(Statement::Meta(command.to_owned()));
                rest.replace_range(start..line_end, "");
                continue 'statements;
            }
            begins_line = match token.kind {
                Kind::Space => begins_line || of_token.contains('\n'),
                Kind::Comment => begins_line,
                _ => false,
            };
        }
        return (statements, rest);
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
        // What a semicolon stands in is one text.
        for one in
            ["SELECT $$a;b$$", "SELECT $x$a;$$b$x$", "SELECT E'a\\'b;\\n'", "SELECT /* a /* b */ ; */ 1", "SELECT $1"]
        {
            assert_eq!(statements(&format!("{one};\nSELECT 2")), [sql(one), sql("SELECT 2")]);
        }
    }

    #[test]
    fn a_command_on_its_own_line_is_obeyed_in_the_middle_of_a_statement() {
        assert_eq!(typed("SELECT 1\n\\x on\n"), (vec![meta("x on")], "SELECT 1\n\n".to_owned()));
        assert_eq!(typed("SELECT 1\n\\x on\n;"), (vec![meta("x on"), sql("SELECT 1")], String::new()));
        assert_eq!(typed("SELECT 1\n\\g"), (vec![sql("SELECT 1")], String::new()));
        assert_eq!(typed("SELECT 1 \\g\n"), (vec![sql("SELECT 1")], String::new()));
        assert_eq!(typed("SELECT a\nexit"), (vec![meta("q")], "SELECT a\n".to_owned()));
        assert_eq!(typed("SELECT '\n\\q\n"), (vec![], "SELECT '\n\\q\n".to_owned()));
        assert_eq!(statements("exit;"), [meta("q")]);
        assert_eq!(statements("\\dt;\nhelp;"), [meta("dt"), meta("?")]);
        for complete in ["SELECT 1\n\\q", "SELECT 1\nquit", "SELECT 1\n\\g", "SELECT 1 \\g", "exit", "\\dt;"] {
            assert!(is_complete(complete), "{complete:?}");
        }
        assert!(!is_complete("\\x\nSELECT 1") && !is_complete("SELECT exit"));
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
