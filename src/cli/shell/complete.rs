//! What can stand at the cursor: keywords, tables, columns and functions of SQL, commands and their arguments, and the
//! addresses and interfaces that were seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reedline::{Completer, CompletionResult, Span, Suggestion};

use super::commands::{Argument, COMMANDS};
use super::lex::{self, Kind, Token, is_of_word};
use vpcflow::limits::SHELL_SEEN;

/// All that can be completed.
#[derive(Debug, Default)]
pub struct Known {
    /// Tables with their columns, and what these mean.
    pub tables: BTreeMap<String, Vec<(String, String)>>,
    /// Functions, and how a call is written.
    pub functions: BTreeMap<String, String>,
    /// Named queries, and what they find.
    pub named: BTreeMap<String, String>,
    /// Detections, and what they find.
    pub detections: BTreeMap<String, String>,
    /// Parameters of detections and named queries, and what they mean.
    pub params: BTreeMap<String, Vec<(String, String)>>,
    /// Addresses, interfaces and instances.
    seen: BTreeSet<String>,
}

impl Known {
    /// Notes a value of a result, if somebody might ask for it again.
    pub fn see(&mut self, value: &str) {
        let is_id = || {
            value.split_once('-').is_some_and(|(kind, id)| {
                matches!(kind, "eni" | "i" | "vpc" | "subnet" | "fl" | "sg")
                    && id.bytes().all(|b| b.is_ascii_hexdigit())
            })
        };
        let is_address = || value.parse::<std::net::IpAddr>().is_ok();
        if self.seen.len() < SHELL_SEEN && !self.seen.contains(value) && (is_address() || is_id()) {
            self.seen.insert(value.to_owned());
        }
    }
}

/// What is known, for the editor's parts.
#[derive(Debug, Default)]
pub struct Shared(Mutex<Known>);

impl Shared {
    /// What is known now.
    pub fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Words of SQL that are worth the Tab.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CROSS",
    "CURRENT",
    "DATE",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "ANALYZE",
    "FALSE",
    "FILTER",
    "FIRST",
    "FOLLOWING",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LAST",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "PRECEDING",
    "QUALIFY",
    "RANGE",
    "RECURSIVE",
    "RIGHT",
    "ROWS",
    "SELECT",
    "SHOW",
    "TABLES",
    "COLUMNS",
    "FUNCTIONS",
    "THEN",
    "TIMESTAMP",
    "TRUE",
    "UNBOUNDED",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
    "ROW",
];

/// Whether a word is one of SQL's; `end` and `start` are columns here.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) && word != "end"
}

/// Completion of what is typed.
pub struct Completion(Arc<Shared>);

impl Completion {
    /// Completion with what is known at the time.
    pub fn new(known: &Arc<Shared>) -> Self {
        Completion(Arc::clone(known))
    }
}

impl Completer for Completion {
    fn complete(&mut self, line: &str, pos: usize) -> CompletionResult {
        let known = self.0.lock();
        let before = &line[..pos];
        let suggestions = match before.strip_prefix('\\') {
            Some(command) => of_command(&known, command, pos),
            None => of_sql(&known, line, pos),
        };
        if suggestions.is_empty() {
            // What is typed stays as it is; of nothing at all reedline 0.52 says that there are no records.
            let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            return CompletionResult::fresh(vec![suggestion(word, "", pos - word.len(), pos, false)]);
        }
        CompletionResult::fresh(suggestions)
    }
}

/// One that replaces what stands between `start` and `pos`.
fn suggestion(value: &str, meaning: &str, start: usize, pos: usize, append_whitespace: bool) -> Suggestion {
    Suggestion {
        value: value.to_owned(),
        description: (!meaning.is_empty()).then(|| meaning.to_owned()),
        span: Span::new(start, pos),
        append_whitespace,
        ..Suggestion::default()
    }
}

fn of_command(known: &Known, command: &str, pos: usize) -> Vec<Suggestion> {
    let Some((name, arguments)) = command.split_once(char::is_whitespace) else {
        let fitting = COMMANDS.iter().filter(|one| one.name.starts_with(command));
        let suggest = |name: &str, meaning: &str, has_argument: bool| {
            suggestion(&format!("\\{name}"), meaning, 0, pos, has_argument)
        };
        return fitting.map(|one| suggest(one.name, one.meaning, one.takes != Argument::None)).collect();
    };
    let Some(known_command) = COMMANDS.iter().find(|one| one.name == name) else { return Vec::new() };
    let word = arguments.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_first = !arguments.trim_start().contains(char::is_whitespace);
    let params = arguments.split_whitespace().next().and_then(|first| known.params.get(first));
    let all: Vec<(&str, &str)> = match (known_command.takes, params) {
        (Argument::Detection | Argument::Named, Some(params)) if !is_first => {
            let fitting = params.iter().filter(|(name, _)| name.starts_with(word));
            let suggest = |(name, meaning): &(String, String)| {
                suggestion(&format!("{name}="), meaning, pos - word.len(), pos, false)
            };
            return fitting.map(suggest).collect();
        }
        _ if !is_first => Vec::new(),
        (Argument::Table, _) => known.tables.keys().map(|name| (name.as_str(), "")).collect(),
        (Argument::Function, _) => pairs(&known.functions),
        (Argument::Detection, _) => pairs(&known.detections),
        (Argument::Named, _) => pairs(&known.named),
        (Argument::Entity, _) => known.seen.iter().map(|value| (value.as_str(), "")).collect(),
        (Argument::OneOf(words), _) => words.iter().map(|word| (*word, "")).collect(),
        (Argument::File, _) => return files(word, pos),
        (Argument::None | Argument::Text, _) => Vec::new(),
    };
    let fitting = all.into_iter().filter(|(name, _)| name.starts_with(word));
    fitting.map(|(name, meaning)| suggestion(name, meaning, pos - word.len(), pos, false)).collect()
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    map.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str())).collect()
}

/// Files and folders that begin so.
fn files(word: &str, pos: usize) -> Vec<Suggestion> {
    let (folder, beginning) = word.rsplit_once('/').map_or(("", word), |(folder, rest)| (&word[..=folder.len()], rest));
    let Ok(entries) = std::fs::read_dir(if folder.is_empty() { "." } else { folder }) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let mark = if entry.path().is_dir() { "/" } else { "" };
            name.starts_with(beginning).then(|| format!("{folder}{name}{mark}"))
        })
        .collect();
    names.sort();
    names.iter().map(|name| suggestion(name, "", pos - word.len(), pos, false)).collect()
}

fn of_sql(known: &Known, line: &str, pos: usize) -> Vec<Suggestion> {
    let before = &line[..pos];
    let tokens = lex::tokens(before);
    if let Some(text) = tokens.last().filter(|token| token.kind == Kind::Text && token.is_open) {
        let typed = &text.of(before)[1..];
        let fitting = known.seen.iter().filter(|value| value.starts_with(typed));
        return fitting.map(|value| suggestion(&format!("{value}'"), "", pos - typed.len(), pos, false)).collect();
    }
    if tokens.last().is_some_and(|token| token.is_open || token.kind == Kind::Comment) {
        return Vec::new();
    }
    let word = before.rsplit(|c| !is_of_word(c)).next().unwrap_or_default();
    let start = pos - word.len();
    let beginning = word.to_lowercase();
    let earlier: Vec<&Token> =
        tokens.iter().filter(|token| token.kind != Kind::Space && token.range.end <= start).collect();
    if earlier.last().is_some_and(|token| token.of(before) == ".") {
        return of_qualified(known, line, &earlier, before, &beginning, start);
    }
    let mut found = Vec::new();
    if is_where_tables_stand(&earlier, before) {
        let fitting = known.tables.iter().filter(|(name, _)| name.starts_with(&beginning));
        found.extend(
            fitting.map(|(name, columns)| suggestion(name, &format!("{} columns", columns.len()), start, pos, true)),
        );
        return found;
    }
    for (name, meaning) in columns_of(known, line) {
        if name.starts_with(&beginning) {
            found.push(suggestion(name, meaning, start, pos, false));
        }
    }
    if beginning.is_empty() {
        return found;
    }
    let fitting = known.functions.iter().filter(|(name, _)| name.starts_with(&beginning));
    found.extend(fitting.map(|(name, syntax)| suggestion(&format!("{name}("), syntax, start, pos, false)));
    let is_lower = word.chars().all(|c| c.is_lowercase() || !c.is_alphabetic());
    for keyword in KEYWORDS.iter().filter(|keyword| keyword.to_lowercase().starts_with(&beginning)) {
        let keyword = if is_lower { keyword.to_lowercase() } else { (*keyword).to_owned() };
        found.push(suggestion(&keyword, "", start, pos, true));
    }
    found
}

/// Whether a table's name comes next.
fn is_where_tables_stand(earlier: &[&Token], sql: &str) -> bool {
    let is_one = |token: &Token, words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(token.of(sql)));
    match earlier {
        [.., last] if is_one(last, &["FROM", "JOIN", "DESCRIBE", "TABLE"]) => true,
        // FROM a, b
        [.., from, _, comma] => comma.of(sql) == "," && is_one(from, &["FROM"]),
        _ => false,
    }
}

/// The columns of the tables that the statement names, or of `flows`.
fn columns_of<'a>(known: &'a Known, line: &str) -> Vec<(&'a str, &'a str)> {
    let tokens = lex::tokens(line);
    let words = tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| token.of(line).to_lowercase());
    let named: BTreeSet<String> = words.filter(|word| known.tables.contains_key(word)).collect();
    let named = if named.is_empty() { BTreeSet::from(["flows".to_owned()]) } else { named };
    let columns = named.iter().filter_map(|table| known.tables.get(table)).flatten();
    let mut seen = BTreeSet::new();
    columns.filter(|(name, _)| seen.insert(name)).map(|(name, meaning)| (name.as_str(), meaning.as_str())).collect()
}

/// Columns behind `table.` or `alias.`
fn of_qualified(
    known: &Known,
    line: &str,
    earlier: &[&Token],
    before: &str,
    beginning: &str,
    start: usize,
) -> Vec<Suggestion> {
    let [.., name, _dot] = earlier else { return Vec::new() };
    let name = name.of(before).to_lowercase();
    let columns: Vec<(&str, &str)> = match known.tables.get(&name) {
        Some(columns) => columns.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str())).collect(),
        None => columns_of(known, line),
    };
    let fitting = columns.into_iter().filter(|(name, _)| name.starts_with(beginning));
    fitting.map(|(name, meaning)| suggestion(name, meaning, start, start + beginning.len(), false)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let column = |name: &str| (name.to_owned(), "a meaning".to_owned());
        let mut known = Known {
            tables: BTreeMap::from([
                ("flows".to_owned(), vec![column("srcaddr"), column("srcport"), column("dstport")]),
                ("connections".to_owned(), vec![column("initiator")]),
            ]),
            functions: BTreeMap::from([("service_name".to_owned(), "service_name(port, protocol)".to_owned())]),
            named: BTreeMap::from([("top-talkers".to_owned(), "who talks most".to_owned())]),
            detections: BTreeMap::from([("port-scan".to_owned(), "a scan".to_owned())]),
            ..Known::default()
        };
        for value in ["10.0.0.5", "eni-0a1b", "a word", "10.0.0"] {
            known.see(value);
        }
        known
    }

    fn values(line: &str) -> Vec<String> {
        let known = known();
        let suggestions = match line.strip_prefix('\\') {
            Some(command) => of_command(&known, command, line.len()),
            None => of_sql(&known, line, line.len()),
        };
        suggestions.into_iter().map(|suggestion| suggestion.value).collect()
    }

    #[test]
    fn what_fits_at_the_cursor_is_offered() {
        assert_eq!(values("SELECT src"), ["srcaddr", "srcport"]);
        assert_eq!(values("SELECT count(*) FROM "), ["connections", "flows"]);
        assert_eq!(values("SELECT 1 FROM flows, c"), ["connections"]);
        assert_eq!(values("SELECT init"), Vec::<String>::new());
        assert_eq!(values("SELECT 1 FROM connections WHERE init"), ["initiator"]);
        assert_eq!(values("SELECT c.i FROM connections AS c WHERE c.i"), ["initiator"]);
        assert_eq!(values("SELECT service"), ["service_name("]);
        assert_eq!(values("sel"), ["select "].map(str::trim));
        assert_eq!(values("SEL"), ["SELECT"]);
    }

    #[test]
    fn what_was_seen_is_offered_in_a_text() {
        assert_eq!(values("SELECT 1 FROM flows WHERE srcaddr = '10"), ["10.0.0.5'"]);
        assert_eq!(values("SELECT 1 FROM flows WHERE interface_id = 'eni"), ["eni-0a1b'"]);
        assert_eq!(values("-- src"), Vec::<String>::new());
    }

    #[test]
    fn commands_and_their_arguments_are_offered() {
        assert_eq!(values("\\timi"), ["\\timing"]);
        assert_eq!(values("\\run po"), ["port-scan"]);
        assert_eq!(values("\\named "), ["top-talkers"]);
        assert_eq!(values("\\d con"), ["connections"]);
        assert_eq!(values("\\investigate 10"), ["10.0.0.5"]);
        assert_eq!(values("\\x o"), ["on", "off"]);
    }
}
