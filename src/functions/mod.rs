//! The SQL functions an investigator of flow logs needs beside DataFusion's own: what an address is, which
//! network it lies in, what a protocol, port or flag number means, and the few time functions of Athena that
//! the published flow-log queries use.
//!
//! What an address or a network is stands in `ip` and `network`, which know nothing of SQL; every other file is
//! one family of functions: a table of `Function` entries and the code behind them. An entry holds name,
//! arguments, meaning and an example with its result, and everything a user reads is made of it: `SHOW FUNCTIONS`,
//! the shell's help and the README. A test runs every example.
//!
//! Two rules hold for all of them. NULL in gives NULL out, and data that cannot be understood (an address that
//! is none, a time out of range) gives NULL: a hostile line must not end a query. A mistake in the query itself
//! (a CIDR that is none, a format nobody knows) is an error, and is found before any data is read.

mod addresses;
mod bounded;
mod cidr;
mod count;
mod examples;
pub(crate) mod flags;
mod function;
pub(crate) mod ip;
pub(crate) mod network;
mod percentile;
pub(crate) mod protocols;
mod rewrites;
pub(crate) mod services;
mod sum;
mod time;
pub(crate) mod words;

use std::sync::Arc;

pub(crate) use addresses::ShortText;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::SessionContext;

/// Makes every function of [`all`] known to `ctx`. `date_format` takes the place of DataFusion's alias for
/// `to_char`, whose format letters are not Athena's; `count`, `sum` and `percentile_cont`
/// take the places of DataFusion's, some are asked otherwise, and what makes much of little is bounded.
///
/// # Errors
/// DataFusion's, if the session refuses a function.
pub fn register(ctx: &SessionContext) -> Result<()> {
    let mut registry = ctx.clone(); // the same session: its state is shared
    for function in all() {
        FunctionRegistry::register_udf(&mut registry, Arc::new(function))?;
    }
    for function in [count::function(), sum::function(), percentile::function(), examples::function()] {
        FunctionRegistry::register_udaf(&mut registry, Arc::new(function))?;
    }
    let from_unixtime = registry.udf("from_unixtime")?;
    registry.register_function_rewrite(Arc::new(rewrites::Rewrites { from_unixtime }))?;
    bounded::register(&mut registry)
}

/// Every SQL function of this project, by family.
pub fn all() -> Vec<ScalarUDF> {
    let tables = [
        addresses::FUNCTIONS,
        protocols::FUNCTIONS,
        services::FUNCTIONS,
        flags::FUNCTIONS,
        time::FUNCTIONS,
        words::FUNCTIONS,
    ];
    let mut functions: Vec<_> = tables.concat().into_iter().map(function::udf).collect();
    functions.extend(cidr::functions());
    functions
}

/// Whether a function takes addresses apart, which for each takes longer than to compare some numbers.
pub(crate) fn is_of_addresses(name: &str) -> bool {
    addresses::FUNCTIONS.iter().chain(cidr::FUNCTIONS).any(|function| function.name == name)
}

/// The functions as rows of a markdown table: syntax, example with result, meaning.
pub fn readme_table() -> String {
    let tables = [
        addresses::FUNCTIONS,
        cidr::FUNCTIONS,
        protocols::FUNCTIONS,
        services::FUNCTIONS,
        flags::FUNCTIONS,
        time::FUNCTIONS,
        words::FUNCTIONS,
        time::BUILT_IN,
    ];
    let mut table = String::from("| Function | Example | Meaning |\n|---|---|---|\n");
    for function in tables.concat() {
        table.push_str(&function.readme_row());
    }
    table
}

#[cfg(test)]
mod tests {
    use arrow::util::display::{ArrayFormatter, FormatOptions};

    use super::*;
    use crate::session::{Session, SessionOptions};

    fn session() -> SessionContext {
        let options = SessionOptions::default();
        let runtime = options.runtime().expect("a runtime");
        Session::new(&options, runtime).expect("every function registers").context().clone()
    }

    /// The first column of a query's result, as text.
    async fn column(ctx: &SessionContext, sql: &str) -> Vec<String> {
        let batches = ctx.sql(sql).await.expect(sql).collect().await.expect(sql);
        let mut values = vec![];
        for batch in batches {
            let options = FormatOptions::default().with_null("NULL");
            let values_of_batch = ArrayFormatter::try_new(batch.column(0), &options).expect(sql);
            values.extend((0..batch.num_rows()).map(|row| values_of_batch.value(row).to_string()));
        }
        values
    }

    #[tokio::test]
    async fn every_example_of_the_readme_gives_what_it_says() {
        let ctx = session();
        let table = readme_table();
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(rows.len(), all().len() + time::BUILT_IN.len());
        for row in rows {
            let example = row.split(" | ").nth(1).expect("three cells");
            let (call, result) = example.split_once("` → `").expect("a call and its result");
            let sql = format!("SELECT {}", call.trim_start_matches('`'));
            assert_eq!(column(&ctx, &sql).await, [result.trim_end_matches('`')], "{sql}");
        }
    }

    #[tokio::test]
    async fn show_functions_lists_and_describes_all_of_them() {
        let ctx = session();
        let described = "SELECT DISTINCT routine_name FROM information_schema.routines
                         WHERE description <> '' AND syntax_example <> ''";
        let described = column(&ctx, described).await;
        let shown = column(&ctx, "SHOW FUNCTIONS").await;
        for function in all() {
            assert!(described.iter().any(|name| name == function.name()), "{} has no description", function.name());
            assert!(shown.iter().any(|name| name == function.name()), "{} is not shown", function.name());
        }
    }

    #[tokio::test]
    async fn null_in_is_null_out_in_every_argument() {
        let ctx = session();
        for function in all() {
            let documentation = function.documentation().expect("documented");
            let arguments = documentation.arguments.as_ref().expect("all take arguments").len();
            let sql = format!("SELECT {}({})", function.name(), vec!["NULL"; arguments].join(", "));
            assert_eq!(column(&ctx, &sql).await, ["NULL"], "{sql}");
            let sql = format!(
                "SELECT {}({}) FROM (VALUES (NULL), (NULL)) AS t(x)",
                function.name(),
                vec!["x"; arguments].join(", ")
            );
            assert_eq!(column(&ctx, &sql).await, ["NULL", "NULL"], "{sql}");
        }
    }
}
