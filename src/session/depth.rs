//! How deep the expressions of a statement are.
//!
//! `a + b + c` is one term within another, and at every step of planning an expression is asked for its type, which asks
//! its parts: 20,000 terms take minutes.

use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Expr, Visit, Visitor};

use super::Session;

/// What is said of an expression that is too deep, before how deep one may be.
pub const TOO_DEEP: &str = "an expression has too many terms, one within another: ";

impl Session {
    /// Checks that no expression of a statement has more terms than this, one within another. What is wrong with it else is
    /// told when it is planned.
    ///
    /// # Errors
    /// When one has.
    pub fn check_depth(&self, sql: &str, most: usize) -> Result<()> {
        match self.parse_as_is(sql) {
            Ok(statement) if is_deeper(&statement, most) => Err(DataFusionError::Plan(format!(
                "{TOO_DEEP}{most} are taken; write a OR b OR c as a list, x IN (...), and long sums as sum()"
            ))),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

fn is_deeper(statement: &Statement, most: usize) -> bool {
    match statement {
        Statement::Statement(statement) => statement.visit(&mut Depth { most, left: most }).is_break(),
        Statement::Explain(explained) => is_deeper(&explained.statement, most),
        _ => false,
    }
}

struct Depth {
    most: usize,
    left: usize,
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.left = (self.left + 1).min(self.most);
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::SessionOptions;
    use super::*;

    #[test]
    fn terms_within_one_another_are_counted() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let sum = |terms: usize| format!("SELECT {}", vec!["1"; terms].join(" + "));
        assert!(session.check_depth(&sum(10), 10).is_ok());
        let error = session.check_depth(&sum(11), 10).expect_err("too deep").to_string();
        assert!(error.contains("10 are taken"), "{error}");
        assert!(session.check_depth(&format!("EXPLAIN {}", sum(11)), 10).is_err());
        assert!(session.check_depth(&format!("SELECT 1 IN ({})", vec!["1"; 100].join(", ")), 10).is_ok());
        assert!(session.check_depth("SELEC", 10).is_ok());
    }
}
