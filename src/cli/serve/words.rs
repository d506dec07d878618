//! What clients say to a session of PostgreSQL beside queries: settings, transactions, what is prepared.
//!
//! Nothing of it changes anything but the connection: what is set is remembered for who asks for it, and of the engine's
//! own settings none is taken. A transaction is a frame around statements that only read.

use std::collections::HashMap;
use std::time::Duration;

use pgwire::error::PgWireResult;
use pgwire::messages::response::TransactionStatus;
use vpcflow::limits::SERVE_SETTINGS;
use vpcflow::session::postgres::SETTINGS;

use super::trouble::{error, fatal};
use crate::cli::shell::lex::{self, Kind};

/// Settings that a client is told of when they change, as they are written then.
pub const REPORTED: [&str; 5] = ["application_name", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone"];

/// The longest statement of this kind.
const WORDS_BYTES: usize = 10_000;

/// What a client says to its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    Begin,
    Commit,
    Rollback,
    /// To a savepoint; with nothing to undo it makes a failed transaction whole again.
    RollbackTo,
    Set(String, String),
    Reset(Option<String>),
    Show(String),
    /// `DISCARD ALL`, or a part of it.
    Discard(bool),
    Deallocate(Option<String>),
    /// Done by saying so, with this word.
    Nothing(&'static str),
}

impl Words {
    /// What is answered when it is done, in a transaction or beside one.
    pub fn tag(&self, transaction: TransactionStatus) -> &'static str {
        match self {
            Words::Begin => "BEGIN",
            Words::Commit if matches!(transaction, TransactionStatus::Error) => "ROLLBACK",
            Words::Commit => "COMMIT",
            Words::Rollback | Words::RollbackTo => "ROLLBACK",
            Words::Set(..) => "SET",
            Words::Reset(_) => "RESET",
            Words::Show(_) => "SHOW",
            Words::Discard(true) => "DISCARD ALL",
            Words::Discard(false) => "DISCARD",
            Words::Deallocate(None) => "DEALLOCATE ALL",
            Words::Deallocate(Some(_)) => "DEALLOCATE",
            Words::Nothing(tag) => tag,
        }
    }

    /// Reads a statement, if it is of this kind.
    pub fn read(sql: &str) -> Option<Words> {
        // What is remembered of it is bounded by being short.
        if sql.len() > WORDS_BYTES {
            return None;
        }
        let tokens = lex::tokens(sql);
        let pieces: Vec<&str> = tokens
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Comment | Kind::Space))
            .map(|token| token.of(sql))
            .collect();
        let lower: Vec<String> = pieces.iter().map(|piece| piece.to_lowercase()).collect();
        let words: Vec<&str> = lower.iter().map(String::as_str).collect();
        Some(match words.as_slice() {
            ["begin", ..] | ["start", "transaction", ..] => Words::Begin,
            ["rollback", "to", ..] | ["rollback", "work" | "transaction", "to", ..] => Words::RollbackTo,
            ["commit", ..] | ["end"] | ["end", "work" | "transaction"] => Words::Commit,
            ["rollback" | "abort", ..] => Words::Rollback,
            ["savepoint", _] => Words::Nothing("SAVEPOINT"),
            ["release", ..] => Words::Nothing("RELEASE"),
            ["unlisten", ..] => Words::Nothing("UNLISTEN"),
            ["close", _] => Words::Nothing("CLOSE CURSOR"),
            ["discard", "all"] => Words::Discard(true),
            ["discard", "plans" | "sequences" | "temp" | "temporary"] => Words::Discard(false),
            ["deallocate", "all"] | ["deallocate", "prepare", "all"] => Words::Deallocate(None),
            ["deallocate", "prepare", _] | ["deallocate", _] => {
                Words::Deallocate(pieces.last().map(|name| unquoted(name)))
            }
            ["reset", "all"] => Words::Reset(None),
            ["reset", "time", "zone"] => Words::Reset(Some("timezone".to_owned())),
            ["reset", name] => Words::Reset(Some((*name).to_owned())),
            ["show", "time", "zone"] => Words::Show("timezone".to_owned()),
            ["show", "transaction", "isolation", "level"] => Words::Show("transaction_isolation".to_owned()),
            // Any other is one of the engine's, or none: SHOW TABLES.
            ["show", name] if SETTINGS.iter().any(|(known, _)| known == name) => Words::Show((*name).to_owned()),
            ["set", "session", "characteristics", ..] | ["set", "transaction", ..] => Words::Nothing("SET"),
            ["set", "session" | "local", ..] => setting(&words[2..], &pieces[2..])?,
            ["set", ..] => setting(&words[1..], &pieces[1..])?,
            _ => return None,
        })
    }
}

/// `name TO value`, and the two that are written otherwise.
fn setting(words: &[&str], pieces: &[&str]) -> Option<Words> {
    let (name, value) = match words {
        ["time", "zone", _, ..] => ("timezone", &pieces[2..]),
        ["names", _, ..] => ("client_encoding", &pieces[1..]),
        // A name with a dot is one of the engine's.
        [name, "to" | "=", _, ..] => (*name, &pieces[2..]),
        _ => return None,
    };
    let mut text = String::new();
    for piece in value {
        if *piece == "," {
            text += ", ";
        } else {
            text += &unquoted(piece);
        }
    }
    Some(Words::Set(name.to_owned(), text))
}

fn unquoted(piece: &str) -> String {
    for quote in ['\'', '"'] {
        if let Some(inner) = piece.strip_prefix(quote).and_then(|piece| piece.strip_suffix(quote)) {
            return inner.replace(&format!("{quote}{quote}"), &quote.to_string());
        }
    }
    piece.to_owned()
}

/// The settings in `options`, as PGOPTIONS has them: `-c name=value`, `-cname=value`, `--name=value`. A backslash makes a
/// blank, or another backslash, a part of a value.
///
/// # Errors
/// When there is something else.
pub fn options(text: &str) -> PgWireResult<Vec<(String, String)>> {
    let mut words = vec![String::new()];
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, words.last_mut()) {
            ('\\', Some(word)) => word.extend(characters.next()),
            (c, Some(word)) if !c.is_whitespace() => word.push(c),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    let mut words = words.into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--").or(word.strip_prefix("-c")) {
            Some("") if word == "-c" => words.next().unwrap_or_default(),
            Some(setting) => setting.to_owned(),
            None => String::new(),
        };
        let Some((name, value)) = setting.split_once('=') else {
            return Err(fatal("42601", &format!("options has {word}; write -c name=value")));
        };
        settings.push((name.replace('-', "_"), value.to_owned()));
    }
    Ok(settings)
}

/// The settings of a connection.
#[derive(Debug)]
pub struct Settings {
    set: HashMap<String, String>,
    /// The longest that a statement may take, whatever the client sets.
    longest: Duration,
    longest_told: String,
}

impl Settings {
    /// Settings of which none was set, where a statement may take so long.
    pub fn new(longest: Duration) -> Self {
        Settings { set: HashMap::new(), longest, longest_told: told(longest) }
    }

    /// Those that differ from what they are by themselves.
    pub fn all(&self) -> &HashMap<String, String> {
        &self.set
    }

    /// The value of one; nothing where there is none of this name.
    pub fn get(&self, name: &str) -> &str {
        if name == "statement_timeout" && self.wanted_timeout().is_none_or(|wanted| wanted > self.longest) {
            return &self.longest_told;
        }
        let by_itself = || SETTINGS.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        self.set.get(name).map_or_else(by_itself, String::as_str)
    }

    /// Sets one.
    ///
    /// # Errors
    /// When it can't have this value.
    pub fn set(&mut self, name: &str, value: &str) -> PgWireResult<()> {
        let is_known = match name {
            // What is sent is UTF-8, whatever the client would rather have.
            "client_encoding" => matches!(
                value.to_ascii_lowercase().replace(['-', '_'], "").as_str(),
                "utf8" | "unicode" | "sqlascii" | "default"
            ),
            "standard_conforming_strings" => {
                matches!(value.to_ascii_lowercase().as_str(), "on" | "true" | "1" | "default")
            }
            "statement_timeout" => value.eq_ignore_ascii_case("default") || timeout(value).is_some(),
            _ => true,
        };
        if !is_known || value.len() > 1000 {
            return Err(error("22023", &format!("invalid value for parameter \"{name}\": \"{value}\"")));
        }
        if name == "client_encoding" || value.eq_ignore_ascii_case("default") {
            self.set.remove(name);
        } else if self.set.len() < SERVE_SETTINGS || self.set.contains_key(name) {
            self.set.insert(name.to_owned(), value.to_owned());
        }
        Ok(())
    }

    /// Makes one, or all, what it is by itself.
    pub fn reset(&mut self, name: Option<&str>) {
        match name {
            Some(name) => drop(self.set.remove(name)),
            None => self.set.clear(),
        }
    }

    /// How long a statement may take.
    pub fn timeout(&self) -> Duration {
        self.wanted_timeout().map_or(self.longest, |wanted| wanted.min(self.longest))
    }

    /// How long it may take, if the client wants it ended.
    fn wanted_timeout(&self) -> Option<Duration> {
        timeout(self.set.get("statement_timeout")?).filter(|timeout| !timeout.is_zero())
    }
}

/// A span as PostgreSQL tells it.
fn told(span: Duration) -> String {
    match (span.as_millis(), span.as_secs()) {
        (milliseconds, _) if milliseconds % 1000 != 0 => format!("{milliseconds}ms"),
        (_, seconds) if seconds % 60 != 0 => format!("{seconds}s"),
        (_, seconds) => format!("{}min", seconds / 60),
    }
}

/// A span as PostgreSQL writes it: milliseconds, or with a unit.
fn timeout(value: &str) -> Option<Duration> {
    match value.parse::<u64>() {
        Ok(milliseconds) => Some(Duration::from_millis(milliseconds)),
        Err(_) => humantime::parse_duration(value).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_drivers_write_them() {
        let set = |name: &str, value: &str| Some(Words::Set(name.to_owned(), value.to_owned()));
        for (sql, words) in [
            ("SET client_encoding TO 'UTF8'", set("client_encoding", "UTF8")),
            ("set extra_float_digits = 3", set("extra_float_digits", "3")),
            ("SET SESSION TIMEZONE TO 'UTC'", set("timezone", "UTC")),
            ("SET TIME ZONE 'Europe/Berlin'", set("timezone", "Europe/Berlin")),
            ("SET search_path TO \"$user\", public", set("search_path", "$user, public")),
            ("SET NAMES 'utf8'", set("client_encoding", "utf8")),
            ("SET DateStyle=ISO; -- as ever".trim_end_matches("; -- as ever"), set("datestyle", "ISO")),
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", Some(Words::Nothing("SET"))),
            ("SET datafusion.execution.batch_size = 1", None),
            ("SET", None),
            ("BEGIN READ ONLY", Some(Words::Begin)),
            ("START TRANSACTION ISOLATION LEVEL REPEATABLE READ", Some(Words::Begin)),
            ("ROLLBACK TO SAVEPOINT a", Some(Words::RollbackTo)),
            ("DISCARD ALL", Some(Words::Discard(true))),
            ("DEALLOCATE \"_pg3_0\"", Some(Words::Deallocate(Some("_pg3_0".to_owned())))),
            ("SHOW transaction isolation level", Some(Words::Show("transaction_isolation".to_owned()))),
            ("SHOW server_version", Some(Words::Show("server_version".to_owned()))),
            ("SHOW TABLES", None),
            ("SELECT 1", None),
            ("", None),
        ] {
            assert_eq!(Words::read(sql), words, "{sql}");
        }
    }

    #[test]
    fn a_setting_has_a_value_that_it_can_have() {
        let mut settings = Settings::new(Duration::from_secs(60));
        assert_eq!(settings.get("statement_timeout"), "1min");
        assert!(settings.set("client_encoding", "LATIN1").is_err());
        assert!(settings.set("client_encoding", "utf-8").is_ok());
        assert!(settings.set("statement_timeout", "soon").is_err());
        assert!(settings.set("statement_timeout", "5s").is_ok());
        assert_eq!((settings.timeout(), settings.get("statement_timeout")), (Duration::from_secs(5), "5s"));
        assert!(settings.set("statement_timeout", "0").is_ok());
        assert_eq!((settings.timeout(), settings.get("statement_timeout")), (Duration::from_secs(60), "1min"));
        assert!(settings.set("search_path", "x").is_ok());
        assert_eq!(settings.get("search_path"), "x");
        settings.reset(None);
        assert_eq!(settings.get("search_path"), "public");
        for number in 0..2 * SERVE_SETTINGS {
            assert!(settings.set(&format!("s{number}"), "1").is_ok());
        }
        assert_eq!(settings.all().len(), SERVE_SETTINGS);
    }

    #[test]
    fn options_are_settings() {
        let read = |text: &str| options(text).map_err(|error| error.to_string());
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read("-c statement_timeout=1000 -cTimeZone=UTC  --search-path=a\\ b"),
            Ok(vec![set("statement_timeout", "1000"), set("TimeZone", "UTC"), set("search_path", "a b")])
        );
        assert_eq!(read(""), Ok(vec![]));
        assert!(read("-c").is_err() && read("statement_timeout=1").is_err() && read("-d 5").is_err());
    }
}
