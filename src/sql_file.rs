//! The SQL files that ship with the program or that users add: a query under a front matter of `-- key: value`
//! lines, which says what the query is for, which columns it needs and which parameters it takes.
//!
//! ```sql
//! -- id: port-scan
//! -- title: One host tries many ports of another
//! -- needs: srcaddr, dstaddr, dstport, action
//! -- why: A scan looks for a way in;
//! --   a line indented by two more spaces continues the one above
//! -- param: ports int 15 distinct ports that make a scan
//!
//! SELECT ...
//! ```
//!
//! The front matter ends at the first line that is no comment. Parameters stand in the SQL as `$name`; their values
//! are bound, never pasted, so no value can become SQL.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use bytesize::ByteSize;
use datafusion::common::ScalarValue;
use thiserror::Error;

use crate::limits::SQL_FILE_BYTES;
use crate::near::did_you_mean;

mod param;
use param::words;
pub use param::{Param, ParamError, ParamKind};

/// A query and its front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlFile {
    /// Its name; that of a shipped file is also the file's, without `.sql`.
    pub id: String,
    /// What it finds, as a headline.
    pub title: String,
    /// The columns of `flows` that it can't do without, by SQL name.
    pub needs: Vec<String>,
    /// What can be set from outside.
    pub params: Vec<Param>,
    /// Every other key; lines of one key are joined by a space.
    pub keys: BTreeMap<String, String>,
    /// The whole text, front matter included, so that lines in the engine's messages are those of the file.
    pub sql: String,
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}, line {line}: {problem}")]
pub struct SqlFileError {
    /// The file as it was named to us.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// A name in a front matter: lower case, with `joint` between its words.
fn is_name(text: &str, joint: char) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}

impl SqlFile {
    /// Whether a text has a front matter, complete or not.
    pub fn is_declared(text: &str) -> bool {
        let mut comments = text.lines().take_while(|line| line.starts_with("--"));
        comments.any(|line| ["-- id:", "-- param:"].iter().any(|key| line.starts_with(key)))
    }

    /// Reads a file's text; `file_name` is used in errors.
    ///
    /// # Errors
    /// When the front matter is incomplete or can't be understood.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, SqlFileError> {
        let error = |line, problem: String| SqlFileError { file: file_name.to_owned(), line, problem };
        let mut file = SqlFile {
            id: String::new(),
            title: String::new(),
            needs: Vec::new(),
            params: Vec::new(),
            keys: BTreeMap::new(),
            sql: text.to_owned(),
        };
        for (line, key, value) in front_matter(file_name, text)? {
            match key.as_str() {
                "id" if file.id.is_empty() => file.id = value,
                "title" if file.title.is_empty() => file.title = value,
                "id" | "title" => return Err(error(line, format!("a second {key}; keep one"))),
                "needs" => file.needs.extend(words(&value).map(str::to_owned)),
                "param" => {
                    let param = Param::parse(&value).map_err(|problem| error(line, problem))?;
                    if file.params.iter().any(|other| other.name == param.name) {
                        return Err(error(line, format!("a second parameter {}; rename one", param.name)));
                    }
                    file.params.push(param);
                }
                _ => match file.keys.get_mut(&key) {
                    Some(before) => *before = format!("{before} {value}"),
                    None => {
                        file.keys.insert(key, value);
                    }
                },
            }
        }
        if !file.id.is_empty() && !is_name(&file.id, '-') {
            return Err(error(1, format!("{:?} is no id; write lower-case letters, digits and -", file.id)));
        }
        if file.id.is_empty() {
            return Err(error(1, "no id; the first line is written: -- id: lower-case-name".to_owned()));
        }
        if file.title.is_empty() {
            return Err(error(1, "no title; add a line: -- title: what it finds".to_owned()));
        }
        Ok(file)
    }

    /// Refuses keys that are none of `known`: a typo would be a line without effect.
    ///
    /// # Errors
    /// Naming the line, and the key that was probably meant.
    pub fn has_only(&self, file_name: &str, known: &[&str]) -> Result<(), SqlFileError> {
        let Some(key) = self.keys.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let near = did_you_mean(key, known.iter().copied());
        let problem =
            format!("{key} is no key of a front matter{near}; an empty line ends it, and comments come behind");
        Err(SqlFileError { file: file_name.to_owned(), line: self.line_of(&format!("-- {key}:")), problem })
    }

    /// Refuses parameters that do not stand in the SQL, but for `other_use`.
    ///
    /// # Errors
    /// Naming the line, and the parameter that was probably meant.
    pub fn uses_its_params(&self, file_name: &str, other_use: Option<&str>) -> Result<(), SqlFileError> {
        let sql: Vec<&str> = self.sql.lines().skip_while(|line| line.starts_with("--")).collect();
        let sql = sql.join("\n");
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let used: BTreeSet<&str> =
            sql.split('$').skip(1).map(|rest| rest.split(|c| !is_word(c)).next().unwrap_or_default()).collect();
        let is_idle = |param: &&Param| !used.contains(param.name.as_str()) && other_use != Some(&param.name);
        let Some(Param { name, .. }) = self.params.iter().find(is_idle) else { return Ok(()) };
        let near = did_you_mean(name, used);
        let problem = format!("the SQL has no ${name}{near}");
        Err(SqlFileError { file: file_name.to_owned(), line: self.line_of(&format!("-- param: {name} ")), problem })
    }

    /// The first line that begins so, counted from 1.
    fn line_of(&self, beginning: &str) -> usize {
        self.sql.lines().position(|line| line.starts_with(beginning)).unwrap_or(0) + 1
    }

    /// The parameters' values: those given, as `(name, text)`, and the defaults of the others. `name+` adds to the default
    /// of a list.
    ///
    /// # Errors
    /// When a name is unknown, a value is not of its type, or one is missing.
    pub fn bind(&self, given: &[(String, String)]) -> Result<Vec<(String, ScalarValue)>, ParamError> {
        let is_known = |name: &str| {
            let (name, is_more) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
            self.params.iter().any(|param| param.name == name && (!is_more || param.kind.is_list()))
        };
        if let Some((name, _)) = given.iter().find(|(name, _)| !is_known(name)) {
            let known: Vec<&str> = self.params.iter().map(|param| param.name.as_str()).collect();
            let near = did_you_mean(name, known.iter().copied());
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(ParamError::Unknown { name: name.clone(), id: self.id.clone(), near, known });
        }
        let value = |param: &Param| {
            // The last of several counts, as with any option given twice.
            let text = given.iter().rev().find(|(name, _)| *name == param.name).map(|(_, text)| text.as_str());
            let text = text
                .or(param.default.as_deref())
                .ok_or_else(|| ParamError::Missing { name: param.name.clone(), meaning: param.meaning.clone() })?;
            let more = given.iter().filter(|(name, _)| name.strip_suffix('+') == Some(&param.name));
            let text = more.fold(text.to_owned(), |text, (_, more)| format!("{text},{more}"));
            Ok((param.name.clone(), param.bind(&text)?))
        };
        self.params.iter().map(value).collect()
    }
}

/// The text of a file that somebody wrote, without a byte order mark. It may be a pipe.
///
/// # Errors
/// When it can't be read, is larger than [`SQL_FILE_BYTES`], or is not UTF-8.
pub fn read_text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    // A device may have no end.
    let read = File::open(path)?.take(SQL_FILE_BYTES + 1).read_to_string(&mut text);
    if text.len() as u64 > SQL_FILE_BYTES {
        return Err(std::io::Error::other(format!("it has more than {}", ByteSize::b(SQL_FILE_BYTES))));
    }
    read?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The lines of the front matter: line number, key, value with its continuations.
fn front_matter(file_name: &str, text: &str) -> Result<Vec<(usize, String, String)>, SqlFileError> {
    let mut entries: Vec<(usize, String, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(comment) = line.strip_prefix("--") else { break };
        let comment = comment.trim_end();
        if let (Some(more), Some((_, _, value))) = (comment.strip_prefix("   "), entries.last_mut()) {
            value.push(' ');
            value.push_str(more.trim());
            continue;
        }
        let entry = comment.strip_prefix(' ').and_then(|entry| entry.split_once(':'));
        let Some((key, value)) = entry.filter(|(key, _)| is_name(key, '-')) else {
            return Err(SqlFileError {
                file: file_name.to_owned(),
                line: index + 1,
                problem: "the front matter has lines `-- key: value`; end it with an empty line before other comments"
                    .to_owned(),
            });
        };
        entries.push((index + 1, key.to_owned(), value.trim().to_owned()));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
-- id: port-scan
-- title: One host tries many ports
-- needs: srcaddr, dstport
-- needs: action
-- why: a scan looks
--   for a way in
-- param: ports int 15 distinct ports
-- param: window duration 5m the span looked at
-- param: note text \"two words\" anything
-- param: addr text required an address

-- A comment that is no front matter: it comes after an empty line.
SELECT $ports
";

    #[test]
    fn a_front_matter_says_all() {
        let file = SqlFile::parse("queries/port-scan.sql", FILE).expect("a good file");
        assert_eq!((file.id.as_str(), file.title.as_str()), ("port-scan", "One host tries many ports"));
        assert_eq!(file.needs, ["srcaddr", "dstport", "action"]);
        assert_eq!(file.keys, BTreeMap::from([("why".to_owned(), "a scan looks for a way in".to_owned())]));
        let defaults: Vec<_> = file.params.iter().map(|param| param.default.as_deref()).collect();
        assert_eq!(defaults, [Some("15"), Some("5m"), Some("two words"), None]);
        assert_eq!(file.params[1].meaning, "the span looked at");
        assert_eq!(file.sql, FILE);
    }

    #[test]
    fn values_are_of_their_type() {
        let file = SqlFile::parse("port-scan.sql", FILE).expect("a good file");
        let given = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
            file.bind(&pairs).map_err(|error| error.to_string())
        };
        let bound = given(&[("addr", "' OR 1=1 --"), ("ports", "3")]).expect("good values");
        let values: Vec<_> = bound.into_iter().map(|(_, value)| value).collect();
        assert_eq!(
            values,
            [
                ScalarValue::from(3_i64),
                ScalarValue::from(300_i64),
                ScalarValue::from("two words"),
                ScalarValue::from("' OR 1=1 --")
            ]
        );
        assert_eq!(
            given(&[("addr", "x"), ("ports", "many")]),
            Err("parameter ports: \"many\" is no int; give for example 15: distinct ports".into())
        );
        assert_eq!(given(&[]), Err("parameter addr has no value; give addr=VALUE: an address".into()));
        assert_eq!(
            given(&[("port", "3")]),
            Err("there is no parameter port in port-scan (did you mean ports?); it has: ports, window, note, addr"
                .into())
        );
    }

    #[test]
    fn a_list_is_replaced_or_added_to() {
        let text = "-- id: x\n-- title: t\n-- param: ports ports 22,3389 ports\n-- param: n int 3 a number\nSELECT 1\n";
        let file = SqlFile::parse("x.sql", text).expect("a good file");
        let ports = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
            file.bind(&pairs).map(|values| values[0].1.to_string()).map_err(|error| error.to_string())
        };
        assert_eq!(ports(&[("ports", "80")]), Ok("[80]".into()));
        assert_eq!(ports(&[("ports+", "80"), ("ports+", "81,82")]), Ok("[22, 3389, 80, 81, 82]".into()));
        assert_eq!(ports(&[("ports+", "80"), ("ports", "81")]), Ok("[81, 80]".into()));
        let not_a_list = ports(&[("n+", "80")]).expect_err("a number has one value");
        assert!(not_a_list.starts_with("there is no parameter n+ in x"), "{not_a_list}");
    }

    #[test]
    fn lists_stand_between_commas() {
        let param = Param::parse("ports ints 22,3389 ports").expect("a parameter");
        assert_eq!(param.bind("22, 3389").map(|list| list.to_string()), Ok("[22, 3389]".into()));
        assert!(param.bind("22,ssh").is_err());
        let param = Param::parse("ports ports 22,3389 ports").expect("a parameter");
        let error = param.bind("22,65536").expect_err("no port").to_string();
        assert_eq!(error, "parameter ports: \"22,65536\" is no ports; give for example 22,3389: ports");
        let param = Param::parse("share share 0.5 a share").expect("a parameter");
        assert_eq!(param.bind("1"), Ok(ScalarValue::from(1.0)));
        let error = param.bind("80").expect_err("no share").to_string();
        assert_eq!(error, "parameter share: \"80\" is no share; give for example 0.5, from 0 to 1: a share");
        let param = Param::parse("colours texts red colours").expect("a parameter");
        assert_eq!(param.bind("red,yellow").map(|list| list.to_string()), Ok("[red, yellow]".into()));
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let problem = |text: &str| SqlFile::parse("q/x.sql", text).expect_err("a broken file").to_string();
        assert_eq!(problem("SELECT 1"), "q/x.sql, line 1: no id; the first line is written: -- id: lower-case-name");
        assert_eq!(problem("-- id: x\n"), "q/x.sql, line 1: no title; add a line: -- title: what it finds");
        assert_eq!(
            problem("-- id: x\n-- title: t\n-- param: n number 3 meaning\n"),
            "q/x.sql, line 3: \"number\" is no type of a parameter; use one of int, float, share, text, duration, ints, \
             ports, texts"
        );
        assert_eq!(
            problem("-- id: x\n-- title: t\n-- param: n int three meaning\n"),
            "q/x.sql, line 3: parameter n: \"three\" is no int; give for example 15: meaning"
        );
        assert_eq!(
            problem("-- id: x\n-- param: n\n"),
            "q/x.sql, line 2: a parameter is written: -- param: NAME TYPE DEFAULT meaning"
        );
        assert!(problem("-- id: x\n-- just words\n").starts_with("q/x.sql, line 2: the front matter has lines"));
        assert_eq!(problem("-- id: x\n-- id: x\n"), "q/x.sql, line 2: a second id; keep one");
    }
}
