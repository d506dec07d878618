//! An error as the user sees it: what is wrong, where in the statement, and what was probably meant.

use anyhow::Error;
use datafusion::common::DataFusionError;

use super::Shell;
use vpcflow::opened::{FOUND, Span};
use vpcflow::session::TABLE_NAMES;

impl Shell {
    /// The error of a statement with what we know better than the engine.
    pub(super) async fn explained(&mut self, error: Error, sql: &str) -> Error {
        let Some(of_engine) = error.downcast_ref::<DataFusionError>() else { return error };
        let Some(ready) = self.sources.at_hand() else { return error };
        let text = error.to_string();
        let no_table = |name: &&str| text.contains(&format!("table 'datafusion.public.{name}' not found"));
        if ready.opened.flows.is_none() && TABLE_NAMES.iter().any(no_table) {
            return Error::msg("no SOURCE was given, so there is no table flows; write vpcflow shell SOURCE");
        }
        if no_table(&FOUND) {
            return Error::msg("nothing was found yet: \\run makes the table found, \\run ID of one detection");
        }
        let span = ready.opened.span(sql, of_engine).await;
        let said = match span {
            // Who sees the place, and the name that was meant, needs no more words.
            Some(_) => ready.opened.told(of_engine).await,
            None => crate::cli::message(&error),
        };
        let is_answered = said.contains("did you mean") || said.contains("Did you mean");
        let said = match ready.opened.remedy(&text).filter(|_| !is_answered) {
            Some(remedy) => format!("{remedy}: {said}"),
            None => said,
        };
        match span.and_then(|span| pointed(sql, span)) {
            Some(pointed) => Error::msg(format!("{said}\n{pointed}")),
            None => Error::msg(said),
        }
    }
}

/// The line of a place, with a mark below it.
fn pointed(sql: &str, span: Span) -> Option<String> {
    let line = sql.lines().nth(span.line.checked_sub(1)?)?;
    let number = if sql.lines().nth(1).is_some() { format!("{:>4} | ", span.line) } else { "  ".to_owned() };
    let before: String = line.chars().take(span.column.checked_sub(1)?).collect();
    let width = textwrap::core::display_width(&before) + number.len();
    Some(format!("{number}{line}\n{:width$}{}", "", "^".repeat(span.length)))
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
    }
}
