//! What can be set of a query from outside, and how a value is understood.

use std::fmt;
use std::time::Duration;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use thiserror::Error;

use super::is_name;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A whole number (`BIGINT`).
    Int,
    /// A number (`DOUBLE`).
    Float,
    /// A number from 0 to 1 (`DOUBLE`).
    Share,
    /// Text.
    Text,
    /// A time span such as `5m`; in SQL whole seconds (`BIGINT`).
    Duration,
    /// Whole numbers between commas; in SQL a list of `BIGINT`.
    Ints,
    /// Ports between commas, from 0 to 65535; in SQL a list of `BIGINT`.
    Ports,
    /// Words between commas; in SQL a list of text.
    Texts,
}

impl ParamKind {
    const ALL: [ParamKind; 8] = [
        ParamKind::Int,
        ParamKind::Float,
        ParamKind::Share,
        ParamKind::Text,
        ParamKind::Duration,
        ParamKind::Ints,
        ParamKind::Ports,
        ParamKind::Texts,
    ];

    /// Its name in a front matter.
    pub fn name(self) -> &'static str {
        match self {
            ParamKind::Int => "int",
            ParamKind::Float => "float",
            ParamKind::Share => "share",
            ParamKind::Text => "text",
            ParamKind::Duration => "duration",
            ParamKind::Ints => "ints",
            ParamKind::Ports => "ports",
            ParamKind::Texts => "texts",
        }
    }

    /// Whether it holds several values, to which others can be added.
    pub fn is_list(self) -> bool {
        matches!(self, ParamKind::Ints | ParamKind::Ports | ParamKind::Texts)
    }

    fn example(self) -> &'static str {
        match self {
            ParamKind::Int => "15",
            ParamKind::Float => "0.8",
            ParamKind::Share => "0.8, from 0 to 1",
            ParamKind::Text => "any text",
            ParamKind::Duration => "90s, 5m or 1h",
            ParamKind::Ints => "6,17",
            ParamKind::Ports => "22,3389",
            ParamKind::Texts => "red,yellow",
        }
    }

    fn value(self, text: &str) -> Option<ScalarValue> {
        match self {
            ParamKind::Int => text.parse::<i64>().ok().map(ScalarValue::from),
            ParamKind::Float => float(text).map(ScalarValue::from),
            ParamKind::Share => float(text).filter(|share| (0.0..=1.0).contains(share)).map(ScalarValue::from),
            ParamKind::Text => Some(ScalarValue::from(text)),
            ParamKind::Duration => seconds(text).map(ScalarValue::from),
            ParamKind::Ints | ParamKind::Ports => {
                let is_taken = |number: &i64| self == ParamKind::Ints || (0..=65_535).contains(number);
                let number = |word: &str| word.parse::<i64>().ok().filter(is_taken).map(ScalarValue::from);
                let numbers: Option<Vec<ScalarValue>> = words(text).map(number).collect();
                Some(ScalarValue::List(ScalarValue::new_list_nullable(&numbers?, &DataType::Int64)))
            }
            ParamKind::Texts => {
                let words: Vec<ScalarValue> = words(text).map(ScalarValue::from).collect();
                Some(ScalarValue::List(ScalarValue::new_list_nullable(&words, &DataType::Utf8)))
            }
        }
    }
}

impl fmt::Display for ParamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn float(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn seconds(text: &str) -> Option<i64> {
    let span: Duration = humantime::parse_duration(text).ok()?;
    (span.subsec_nanos() == 0).then(|| i64::try_from(span.as_secs()).ok()).flatten()
}

/// Something that can be set from outside: `-- param: NAME TYPE DEFAULT meaning`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name, without the `$` it has in SQL.
    pub name: String,
    /// What its values are.
    pub kind: ParamKind,
    /// The value when none is given, as text; `None` where one must be given.
    pub default: Option<String>,
    /// What it means, in one line.
    pub meaning: String,
}

/// A value that its parameter doesn't take.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParamError {
    /// Not of the parameter's type.
    #[error("parameter {name}: {text:?} is no {kind}; give for example {fitting}")]
    WrongKind {
        /// The parameter.
        name: String,
        /// Its default, or a value of its type, and what it means.
        fitting: String,
        /// Its type.
        kind: ParamKind,
        /// What was given.
        text: String,
    },
    /// A number below zero, where none is meant.
    #[error("parameter {name}: {value} is below zero; give 0 or more: {meaning}")]
    Negative {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What it means.
        meaning: String,
    },
    /// No value, and no default.
    #[error("parameter {name} has no value; give {name}=VALUE: {meaning}")]
    Missing {
        /// The parameter.
        name: String,
        /// What it means.
        meaning: String,
    },
    /// A name the query doesn't know.
    #[error("there is no parameter {name} in {id}{near}; it has: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The query.
        id: String,
        /// The one that was probably meant, in brackets.
        near: String,
        /// What could be given instead.
        known: String,
    },
}

impl Param {
    /// A value as the engine takes it.
    ///
    /// # Errors
    /// When `text` is none of the parameter's type.
    pub fn bind(&self, text: &str) -> Result<ScalarValue, ParamError> {
        self.kind.value(text).ok_or_else(|| {
            let example = match self.default.as_ref().filter(|default| self.kind.value(default).is_some()) {
                Some(default) if self.kind == ParamKind::Share => format!("{default}, from 0 to 1"),
                Some(default) => default.clone(),
                None => self.kind.example().to_owned(),
            };
            ParamError::WrongKind {
                name: self.name.clone(),
                kind: self.kind,
                text: text.to_owned(),
                fitting: format!("{example}: {}", self.meaning),
            }
        })
    }

    /// `NAME TYPE DEFAULT meaning`; the default is `required` where there is none, and in double quotes where it has
    /// spaces.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "a parameter is written: -- param: NAME TYPE DEFAULT meaning";
        let (name, rest) = text.split_once(' ').ok_or(FORM)?;
        let (kind, rest) = rest.trim_start().split_once(' ').ok_or(FORM)?;
        let rest = rest.trim_start();
        let (default, meaning) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("a default in double quotes has no closing one")?,
            None => rest.split_once(' ').ok_or(FORM)?,
        };
        if !is_name(name, '_') {
            return Err(format!("{name:?} is no name for a parameter; use letters a-z, digits and _"));
        }
        let kind = ParamKind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(|| {
            format!("{kind:?} is no type of a parameter; use one of {}", ParamKind::ALL.map(ParamKind::name).join(", "))
        })?;
        let required = default == "required" && !rest.starts_with('"');
        let param = Param {
            name: name.to_owned(),
            kind,
            default: (!required).then(|| default.to_owned()),
            meaning: meaning.trim().to_owned(),
        };
        if let Some(default) = &param.default {
            param.bind(default).map_err(|error| error.to_string())?;
        }
        Ok(param)
    }
}
