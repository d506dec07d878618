//! What went wrong, as clients of PostgreSQL hear it: a code, a sentence, the place in the statement, and what was
//! probably meant.

use arrow::error::ArrowError;
use datafusion::common::{DataFusionError, SchemaError};
use pgwire::error::{ErrorInfo, PgWireError};
use vpcflow::limits::SERVE_ERROR_BYTES;
use vpcflow::opened::{ONLY_READS, Span, Trouble};
use vpcflow::report::printable;
use vpcflow::session::{TOO_DEEP, TOO_LARGE};

use crate::cli::ready::Ready;
use crate::cli::shell::lex;

/// The code of what only reads.
pub const READ_ONLY: &str = "25006";

/// The code of what was stopped.
const CANCELLED: &str = "57014";

/// The code of what would take too long to plan.
const TOO_COMPLEX: &str = "54001";

/// First words of statements that write, or would.
const WRITING: [&str; 24] = [
    "alter", "analyze", "call", "cluster", "comment", "copy", "create", "delete", "do", "drop", "execute", "grant",
    "import", "insert", "listen", "lock", "merge", "notify", "prepare", "reindex", "revoke", "truncate", "update",
    "vacuum",
];

/// An error of a statement.
pub fn error(code: &str, text: &str) -> PgWireError {
    PgWireError::UserError(Box::new(info("ERROR", code, text)))
}

/// An error of a statement, with what to do.
pub fn hinted(code: &str, text: &str, hint: Option<&str>) -> PgWireError {
    let mut info = info("ERROR", code, text);
    info.hint = hint.map(str::to_owned);
    PgWireError::UserError(Box::new(info))
}

/// An error that ends the connection.
pub fn fatal(code: &str, text: &str) -> PgWireError {
    PgWireError::UserError(Box::new(info("FATAL", code, text)))
}

/// What a warning says.
pub fn warning(text: &str, detail: Option<String>) -> ErrorInfo {
    let mut info = info("WARNING", "01000", text);
    info.detail = detail;
    info
}

/// What a client should know that is no fault.
pub fn notice(text: &str) -> ErrorInfo {
    info("NOTICE", "00000", text)
}

/// What a statement hears that was stopped.
pub fn cancelled(why: &str) -> PgWireError {
    error(CANCELLED, &format!("canceling statement due to {why}"))
}

fn info(severity: &str, code: &str, text: &str) -> ErrorInfo {
    let end = text.floor_char_boundary(SERVE_ERROR_BYTES);
    // Names of files and values of logs are in it.
    let text = text[..end].replace('\t', " ").split('\n').map(printable).collect::<Vec<_>>().join("\n");
    let mut info = ErrorInfo::new(severity.to_owned(), code.to_owned(), text);
    info.severity_nonlocalized = Some(severity.to_owned());
    info
}

/// An error of the command line's kind, as of sources that can't be opened.
pub fn of_us(problem: &anyhow::Error) -> PgWireError {
    error("58030", &crate::cli::message(problem))
}

/// An error of the engine in a statement that begins after so many characters of what the client sent.
pub async fn of_engine(ready: &Ready, sql: &str, before: usize, problem: &DataFusionError) -> PgWireError {
    let Trouble { said, meant, remedy, span } = ready.opened.trouble(sql, problem).await;
    let writing = writing(sql);
    if remedy.as_deref() == Some(ONLY_READS) || writing.is_some() {
        let copies = writing.is_some_and(|word| word.eq_ignore_ascii_case("copy"));
        return hinted(
            READ_ONLY,
            ONLY_READS,
            copies.then_some("psql writes rows to a file: psql --csv -c 'SELECT ...' -o FILE"),
        );
    }
    let said = crate::cli::message(&anyhow::Error::msg(said));
    let mut info = info("ERROR", code(problem), &said);
    info.hint = meant.map(|meant| format!("did you mean {meant}?")).or(remedy);
    info.position = span.and_then(|span| place(sql, span)).map(|place| (before + place).to_string());
    PgWireError::UserError(Box::new(info))
}

/// The first word of a statement that writes.
fn writing(sql: &str) -> Option<&str> {
    let tokens = lex::tokens(sql);
    let first = tokens.iter().find(|token| token.kind == lex::Kind::Word).map(|token| token.of(sql));
    first.filter(|first| WRITING.iter().any(|word| first.eq_ignore_ascii_case(word)))
}

/// The number of a character, from 1.
fn place(sql: &str, span: Span) -> Option<usize> {
    let mut lines = sql.split('\n');
    let before: usize = lines.by_ref().take(span.line.checked_sub(1)?).map(|line| line.chars().count() + 1).sum();
    lines.next().filter(|line| span.column <= line.chars().count() + 1)?;
    Some(before + span.column)
}

/// The code of an error, as PostgreSQL numbers them.
fn code(problem: &DataFusionError) -> &'static str {
    match problem.find_root() {
        DataFusionError::SQL(..) => "42601",
        DataFusionError::SchemaError(problem, _) => match &**problem {
            SchemaError::FieldNotFound { .. } => "42703",
            SchemaError::AmbiguousReference { .. } => "42702",
            SchemaError::DuplicateQualifiedField { .. } | SchemaError::DuplicateUnqualifiedField { .. } => "42701",
        },
        DataFusionError::ResourcesExhausted(_) => "53200",
        DataFusionError::NotImplemented(_) => "0A000",
        DataFusionError::IoError(_) | DataFusionError::ObjectStore(_) => "58030",
        DataFusionError::ArrowError(problem, _) => match &**problem {
            ArrowError::DivideByZero => "22012",
            ArrowError::ArithmeticOverflow(_) => "22003",
            ArrowError::CastError(_) | ArrowError::ParseError(_) | ArrowError::InvalidArgumentError(_) => "22P02",
            _ => "XX000",
        },
        DataFusionError::Plan(text) if text.contains("table '") && text.contains("' not found") => "42P01",
        DataFusionError::Plan(text) if text.starts_with("Invalid function '") => "42883",
        DataFusionError::Plan(text) if text.starts_with(TOO_DEEP) || text.starts_with(TOO_LARGE) => TOO_COMPLEX,
        DataFusionError::Plan(_) => "42000",
        DataFusionError::Execution(_) => "22000",
        _ => "XX000",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let span = |line, column| Span { line, column, length: 1 };
        assert_eq!(place("SELECT x", span(1, 8)), Some(8));
        assert_eq!(place("SELECT 'é',\n  x", span(2, 3)), Some(15));
        assert_eq!(place("SELECT 1", span(3, 1)), None);
    }

    #[test]
    fn statements_that_write_are_told_by_their_first_word() {
        assert_eq!(writing("COPY flows TO STDOUT"), Some("COPY"));
        assert_eq!(writing("-- a note\n drop table flows"), Some("drop"));
        for sql in ["SELECT 'drop'", "(SELECT 1)", ""] {
            assert_eq!(writing(sql), None);
        }
    }
}
