//! What programs that speak to PostgreSQL look for beside the tables: its catalog, its functions, its ways to write SQL.
//!
//! The catalog and the rewriting of their statements are datafusion-pg-catalog's. What the engine can't do it leaves out of
//! a statement, which is well enough for a catalog; of a statement about our tables nothing may be missing.
//!
//! Invariant: a statement is rewritten only if it reads the catalog, or nothing, and none of our tables. Whatever else is
//! asked means what it means to `vpcflow query`.

mod absent;

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::common::{Result, ScalarValue, TableReference};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer, Whitespace};
use datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_pg_catalog::setup_pg_catalog;
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;

use super::is_catalog;

/// The version of PostgreSQL whose clients are understood.
pub const SERVER_VERSION: &str = "16.6";

/// The same as a number, in PostgreSQL's way.
const SERVER_VERSION_NUM: &str = "160006";

/// The name of whoever asks, in the catalog.
const USER: &str = "vpcflow";

/// The catalog in which the tables stand: to PostgreSQL, the database.
const DATABASE: &str = "datafusion";

/// Settings that clients ask for, whatever they mean to us.
pub const SETTINGS: &[(&str, &str)] = &[
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "1"),
    ("idle_in_transaction_session_timeout", "0"),
    ("in_hot_standby", "off"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("lock_timeout", "0"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("row_security", "on"),
    ("search_path", "public"),
    ("server_encoding", "UTF8"),
    ("server_version", SERVER_VERSION),
    ("server_version_num", SERVER_VERSION_NUM),
    ("session_authorization", USER),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
];

/// What stands in statements without a table that ask for what is PostgreSQL's.
const MARKS: [&str; 9] = [
    "pg_",
    "current_user",
    "current_role",
    "current_schema",
    "current_database",
    "session_user",
    "version()",
    "::reg",
    "operator(",
];

/// What asyncpg hears, which asks for the type of each array but text's, and of those that the answer to that has.
pub const NO_ARRAYS: &str = "asyncpg can't be told of this list's type; give it text: array_to_string(array_agg(x), ','), or a number for each row";

/// Whether a statement is that by which asyncpg asks for types that it does not know.
pub fn is_of_asyncpg(sql: &str) -> bool {
    sql.contains("typeinfo_tree")
}

/// Rewrites statements of PostgreSQL's clients.
#[derive(Default)]
pub struct Rewriter(PostgresCompatibilityParser);

impl Rewriter {
    /// A statement, rewritten; `None` where it is none, or more than one.
    pub fn rewrite(&self, sql: &str) -> Option<Statement> {
        let mut statements = self.0.parse(sql).ok()?;
        let mut statement = statements.pop().filter(|_| statements.is_empty())?;
        absent::take_out(&mut statement);
        Some(Statement::Statement(Box::new(statement)))
    }
}

/// Whether a statement that reads these tables asks for what is PostgreSQL's, where `is_ours` tells our tables.
pub fn is_of_clients(sql: &str, tables: &[TableReference], is_ours: impl Fn(&str) -> bool) -> bool {
    let is_of_catalog = |table: &TableReference| match table.schema() {
        Some(schema) => is_catalog(schema),
        None => table.table().starts_with("pg_"),
    };
    let is_ours = |table: &TableReference| !is_of_catalog(table) && is_ours(table.table());
    match tables {
        [] => {
            let sql = without_texts(sql).to_ascii_lowercase();
            MARKS.iter().any(|mark| sql.contains(mark))
        }
        tables => tables.iter().any(is_of_catalog) && !tables.iter().any(is_ours),
    }
}

/// A statement without its texts and comments.
fn without_texts(sql: &str) -> String {
    let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize() else { return sql.to_owned() };
    let is_text = |token: &Token| {
        matches!(
            token,
            Token::SingleQuotedString(_)
                | Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_))
        )
    };
    tokens.iter().filter(|token| !is_text(token)).map(Token::to_string).collect()
}

/// Makes the catalog and the functions known.
///
/// # Errors
/// The engine's.
pub fn register(context: &SessionContext) -> Result<()> {
    setup_pg_catalog(context, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
    // It makes the session's state anew, and with it all functions, in any order: ours go first again.
    crate::functions::register(context)?;
    let version = format!("PostgreSQL {SERVER_VERSION} (vpcflow {})", env!("CARGO_PKG_VERSION"));
    for function in [
        constant("version", Some(&version)),
        constant("session_user", Some(USER)),
        constant("pg_advisory_unlock_all", None),
        current_setting(),
        set_config(),
        to_regtype(),
    ] {
        context.register_udf(function);
    }
    Ok(())
}

/// A function that always gives the same text.
fn constant(name: &str, value: Option<&str>) -> ScalarUDF {
    let value = ScalarValue::Utf8(value.map(str::to_owned));
    let give = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(value.clone()));
    create_udf(name, vec![], DataType::Utf8, Volatility::Stable, Arc::new(give))
}

/// `to_regtype(name)`: drivers ask whether there are types of extensions, as hstore, and none has been installed.
fn to_regtype() -> ScalarUDF {
    let give = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Int32(None)));
    create_udf("to_regtype", vec![DataType::Utf8], DataType::Int32, Volatility::Stable, Arc::new(give))
}

/// `current_setting(name)`, of [`SETTINGS`]; of others NULL.
fn current_setting() -> ScalarUDF {
    let give = |arguments: &[ColumnarValue]| {
        let names = ColumnarValue::values_to_arrays(arguments)?;
        let setting = |name: &str| SETTINGS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        let values: StringArray =
            as_string_array(&names[0])?.iter().map(|name| name.and_then(setting).map(|(_, value)| *value)).collect();
        Ok(ColumnarValue::Array(Arc::new(values) as ArrayRef))
    };
    create_udf("current_setting", vec![DataType::Utf8], DataType::Utf8, Volatility::Stable, Arc::new(give))
}

/// `set_config(name, value, is_local)`, which sets nothing: what a connection sets is its own.
fn set_config() -> ScalarUDF {
    let give = |arguments: &[ColumnarValue]| Ok(arguments[1].clone());
    let takes = vec![DataType::Utf8, DataType::Utf8, DataType::Boolean];
    create_udf("set_config", takes, DataType::Utf8, Volatility::Volatile, Arc::new(give))
}

#[cfg(test)]
mod tests {
    use crate::session::{Session, SessionOptions};

    #[tokio::test]
    async fn what_is_asked_of_our_tables_is_not_rewritten() {
        let options = SessionOptions::default();
        let session = Session::new(&options, options.runtime().expect("a runtime")).expect("a session");
        let session = session.with_postgres().expect("a catalog");
        session.sql("SELECT 1").await.expect("a query");
        let context = session.context();
        let rows = context.sql("SELECT 'pg_' AS name, 7 AS bytes").await.expect("SQL").collect().await.expect("rows");
        context.register_batch("flows", rows[0].clone()).expect("a table");
        let answer = async |sql: &str| {
            let batches = session.sql(sql).await.expect("a plan").collect().await.expect("an answer");
            arrow::util::pretty::pretty_format_batches(&batches).expect("displayable").to_string()
        };
        // Rewriting makes a subquery of this kind NULL.
        let subquery =
            "SELECT (SELECT max(bytes) FROM flows f WHERE f.name = flows.name) AS most FROM flows WHERE name = 'pg_'";
        assert!(answer(subquery).await.contains("| 7    |"));
        let unnested = answer("SELECT unnest([1, 2]) AS one, 'pg_x' AS text").await;
        assert!(unnested.contains("| 2   | pg_x |"), "{unnested}");
        assert!(answer("SELECT count(*) AS n FROM pg_class WHERE relname = 'flows'").await.contains("| 1 |"));
        assert!(answer("SELECT current_user AS name").await.contains("| vpcflow |"));
        assert!(answer("SELECT version()").await.contains("| PostgreSQL 16.6 (vpcflow "));
        assert!(answer("SELECT 'flows'::regclass::oid > 0 AS is_one").await.contains("| true "));
        assert!(session.sql("SELECT nothing FROM flows").await.is_err());
        assert!(session.sql("CREATE TABLE pg_class (a INT)").await.is_err());
    }
}
