//! How large a statement is, before it is parsed and planned.
//!
//! sqlparser 0.62 reads `CAST(` as a cast, and where it comes to grief in it, once more as a call of a function, and all that
//! is within it again: a mistake in 12 casts, one within another, takes a second, in 20 half a day.
//!
//! What a name of WITH stands for is planned as often as it is named: twenty names, each of which names the one before it
//! twice, are a million SELECTs in a thousand characters. Planning takes memory from no pool, and nobody can stop it. And
//! `a + b + c` is one term within another, of which each is asked for its type at every step, which asks its parts: 20,000
//! terms take minutes.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Result};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, GroupByWithModifier, ObjectName, Query, SetExpr, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::Session;
use crate::limits::{SELECT_COLUMNS, SELECT_GROUPINGS, SQL_NAME_BYTES, STATEMENT_TERMS};

/// What is said of an expression that is too deep, before how deep one may be.
pub const TOO_DEEP: &str = "an expression has too many terms, one within another: ";

/// What is said of a statement that is too large, before how large one may be.
pub const TOO_LARGE: &str = "the statement is too large to be planned: ";

/// Terms that a SELECT is worth.
const SELECT_TERMS: u64 = 50;

/// Terms that a table is worth: of its objects each is named in each plan.
const TABLE_TERMS: u64 = 1000;

/// What the readings of calls within one another may weigh, of which each is a tenth of a doubling.
const READINGS: u32 = 220;

impl Session {
    /// Checks that no expression of a statement has more terms than this, one within another. What is wrong with it else is
    /// told when it is planned.
    ///
    /// # Errors
    /// When one has.
    pub fn check_depth(&self, sql: &str, most: usize) -> Result<()> {
        match self.parse_as_is(sql) {
            Ok(statement) if Size::of(&statement).depth > most => Err(DataFusionError::Plan(format!(
                "{TOO_DEEP}{most} are taken; write a OR b OR c as a list, x IN (...), and long sums as sum()"
            ))),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Checks that a statement of a user can be planned. Those that ship have hundreds of thousands of terms, and are planned
    /// in a moment.
    ///
    /// # Errors
    /// When it is too large.
    pub fn check_size(&self, sql: &str) -> Result<()> {
        let Ok(statement) = self.parse_as_is(sql) else { return Ok(()) };
        let size = Size::of(&statement);
        let too = |told: String| Err(DataFusionError::Plan(format!("{TOO_LARGE}{told}")));
        if size.columns > SELECT_COLUMNS {
            return too(format!("a SELECT has {SELECT_COLUMNS} columns at most"));
        }
        if size.groupings > SELECT_GROUPINGS {
            return too(format!("rows are grouped in {SELECT_GROUPINGS} ways at most"));
        }
        if size.terms() > STATEMENT_TERMS {
            return too(format!(
                "it has {} terms, of which a SELECT is {SELECT_TERMS} and a table {TABLE_TERMS} each time that they are \
                 named, and {STATEMENT_TERMS} are taken; name what WITH defines less often",
                size.terms()
            ));
        }
        Ok(())
    }
}

/// Checks that a text can be parsed, whether it is right or wrong. What can't even be cut into words is told by the parser.
///
/// # Errors
/// When it is too deep.
pub(super) fn check_text(sql: &str) -> Result<()> {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else { return Ok(()) };
    let (mut open, mut weight, mut before) = (Vec::new(), 0, 0);
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket => {
                open.push(before);
                weight += before;
                if weight > READINGS {
                    return Err(DataFusionError::Plan(format!(
                        "{TOO_DEEP}calls of functions stand within one another too often; write a part of them in WITH"
                    )));
                }
                before = 0;
            }
            Token::RParen | Token::RBracket => {
                weight -= open.pop().unwrap_or(0);
                before = 0;
            }
            Token::Word(word) if word.value.len() > SQL_NAME_BYTES => {
                return Err(DataFusionError::Plan(format!("{TOO_LARGE}a name has {SQL_NAME_BYTES} bytes at most")));
            }
            Token::Word(word) => before = readings(word.keyword),
            Token::Whitespace(_) => {}
            _ => before = 0,
        }
    }
    Ok(())
}

/// In how many ways what follows a word in brackets is read, as measured.
fn readings(word: Keyword) -> u32 {
    match word {
        Keyword::POSITION => 24,
        Keyword::CAST
        | Keyword::TRY_CAST
        | Keyword::SAFE_CAST
        | Keyword::CONVERT
        | Keyword::TRY_CONVERT
        | Keyword::SUBSTR
        | Keyword::SUBSTRING
        | Keyword::CEIL
        | Keyword::FLOOR
        | Keyword::OVERLAY => 17,
        Keyword::ARRAY | Keyword::STRUCT => 9,
        _ => 7,
    }
}

/// The size of what was visited so far.
#[derive(Default)]
struct Size {
    /// Terms of the queries that are open, one within another, below those of the statement itself.
    open: Vec<u64>,
    /// Terms of what a name of WITH stands for. Of several that are called so, the most.
    named: HashMap<String, u64>,
    /// Queries that have a name, by where they stand in memory.
    definitions: HashMap<*const Query, String>,
    /// Terms that are open, one within another.
    within: usize,
    /// The most of them.
    depth: usize,
    /// The columns of the SELECT that has most.
    columns: usize,
    /// In how many ways the SELECT groups its rows that does so in most.
    groupings: u64,
}

impl Size {
    fn of(statement: &Statement) -> Self {
        let mut size = Size { open: vec![0], ..Size::default() };
        match statement {
            Statement::Statement(statement) => drop(statement.visit(&mut size)),
            Statement::Explain(explained) => return Size::of(&explained.statement),
            _ => {}
        }
        size
    }

    fn terms(&self) -> u64 {
        self.open.iter().fold(0, |sum, terms| sum.saturating_add(*terms))
    }

    fn add(&mut self, terms: u64) {
        if let Some(open) = self.open.last_mut() {
            *open = open.saturating_add(terms);
        }
    }

    /// The SELECTs of a query, but for those within others.
    fn add_selects(&mut self, body: &SetExpr) {
        match body {
            SetExpr::SetOperation { left, right, .. } => {
                self.add_selects(left);
                self.add_selects(right);
            }
            SetExpr::Select(select) => {
                self.columns = self.columns.max(select.projection.len());
                self.groupings = self.groupings.max(groupings(&select.group_by));
                self.add(SELECT_TERMS);
            }
            _ => {}
        }
    }
}

/// How often rows are grouped.
fn groupings(group_by: &GroupByExpr) -> u64 {
    let subsets = |columns: usize| 2_u64.saturating_pow(u32::try_from(columns).unwrap_or(u32::MAX));
    let (columns, modifiers) = match group_by {
        GroupByExpr::All(modifiers) => return if modifiers.is_empty() { 1 } else { subsets(10) },
        GroupByExpr::Expressions(columns, modifiers) => (columns, modifiers),
    };
    let of_columns = columns.iter().map(|column| match column {
        Expr::Cube(sets) => subsets(sets.len()),
        Expr::Rollup(sets) | Expr::GroupingSets(sets) => sets.len() as u64 + 1,
        _ => 1,
    });
    let of_modifiers = modifiers.iter().map(|modifier| match modifier {
        GroupByWithModifier::Cube => subsets(columns.len()),
        GroupByWithModifier::Rollup => columns.len() as u64 + 1,
        _ => 1,
    });
    of_columns.chain(of_modifiers).fold(1, u64::saturating_mul)
}

impl Visitor for Size {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for definition in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = definition.alias.name.value.to_lowercase();
            self.definitions.insert(std::ptr::from_ref(&*definition.query), name);
        }
        self.open.push(0);
        self.add_selects(&query.body);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let terms = self.open.pop().unwrap_or(0);
        // Also where nobody names it, it is planned once.
        self.add(terms);
        if let Some(name) = self.definitions.get(&std::ptr::from_ref(query)) {
            let most = self.named.entry(name.clone()).or_default();
            *most = terms.max(*most);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let name = relation.to_string().replace('"', "").to_lowercase();
        self.add(self.named.get(&name).copied().unwrap_or(TABLE_TERMS));
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.add(1);
        self.within += 1;
        self.depth = self.depth.max(self.within);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.within = self.within.saturating_sub(1);
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::SessionOptions;
    use super::*;

    fn session() -> Session {
        let options = SessionOptions::default();
        Session::new(&options, options.runtime().expect("a runtime")).expect("a session")
    }

    #[test]
    fn terms_within_one_another_are_counted() {
        let session = session();
        let sum = |terms: usize| format!("SELECT {}", vec!["1"; terms].join(" + "));
        assert!(session.check_depth(&sum(10), 10).is_ok());
        let error = session.check_depth(&sum(11), 10).expect_err("too deep").to_string();
        assert!(error.contains("10 are taken"), "{error}");
        assert!(session.check_depth(&format!("EXPLAIN {}", sum(11)), 10).is_err());
        assert!(session.check_depth(&format!("SELECT 1 IN ({})", vec!["1"; 100].join(", ")), 10).is_ok());
        assert!(session.check_depth("SELEC", 10).is_ok());
    }

    #[test]
    fn a_mistake_within_calls_is_found_at_once() {
        let within = |call: &str, calls: usize| format!("SELECT {}1 1 1{}", call.repeat(calls), ")".repeat(calls));
        let session = session();
        for (call, calls) in [("CAST(", 200), ("position(", 12), ("abs(", 40), ("x(ARRAY[substring (", 60)] {
            let error = session.parse_as_is(&within(call, calls)).expect_err("too deep").to_string();
            assert!(error.contains(TOO_DEEP), "{call}: {error}");
        }
        // Those that people write.
        assert!(check_text(&within("replace(", 31)).is_ok());
        assert!(check_text(&within("CAST(abs(", 9)).is_ok());
        assert!(check_text(&"cast(1 AS int), ".repeat(1000)).is_ok());
        assert!(check_text(&")".repeat(1000)).is_ok());
    }

    #[test]
    fn what_a_name_stands_for_counts_as_often_as_it_is_named() {
        let session = session();
        let terms =
            |sql: &str| Size::of(&session.parse_as_is(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))).terms();
        assert_eq!(terms("SELECT a FROM t"), 1051);
        assert_eq!(terms("SELECT a FROM t UNION ALL SELECT a FROM t"), 2 * 1051);
        // Once where it is defined, and once each time that it is named, with what it is named in.
        assert_eq!(terms("WITH x AS (SELECT a FROM t) SELECT a FROM X"), 1051 + 1051 + 51);
        assert_eq!(terms("WITH x AS (SELECT a FROM t) SELECT a FROM x, \"x\" AS y"), 1051 + 2 * 1051 + 51);
        let chain = |names: usize| {
            let name = |n: usize| format!("x{} AS (SELECT a FROM x{n} AS l, x{n} AS r)", n + 1);
            let names: Vec<_> = (0..names).map(name).collect();
            format!("WITH x0 AS (SELECT 1 AS a), {} SELECT a FROM x{}", names.join(", "), names.len())
        };
        let columns = |columns: usize| format!("SELECT {}", vec!["1"; columns].join(", "));
        let cube = |columns: usize| format!("SELECT 1 FROM t GROUP BY CUBE ({})", vec!["a"; columns].join(", "));
        for (right, wrong) in [
            (chain(5), chain(20)),
            (chain(5), chain(100)),
            (columns(SELECT_COLUMNS), columns(SELECT_COLUMNS + 1)),
            (cube(8), cube(9)),
            (cube(8), "SELECT 1 FROM t GROUP BY CUBE (a, b, c, d, e), CUBE (f, g, h, i, j)".to_owned()),
            (vec!["SELECT a FROM t"; 900].join(" UNION ALL "), vec!["SELECT a FROM t"; 1000].join(" UNION ALL ")),
        ] {
            assert!(session.check_size(&right).is_ok(), "{right}");
            let error = session.check_size(&wrong).expect_err("too large").to_string();
            assert!(error.contains(TOO_LARGE), "{error}");
        }
    }
}
