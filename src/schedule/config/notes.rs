//! What is noted while a file is read: what is wrong, what is to be looked at, and which keys there could be.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::problem::{Placed, Problem};
use crate::schedule::SecretSource;

/// What is noted while a file is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The text, for places.
    pub text: String,
    /// The folder of the file, which relative paths start from.
    pub folder: PathBuf,
    /// Whether the text is no whole TOML: what seems to be missing may be there.
    pub is_damaged: bool,
    /// Whether nothing is read, and every key there could be is noted.
    pub is_describing: bool,
    /// What is wrong.
    pub problems: RefCell<Vec<Problem>>,
    /// What is not wrong, but to be known.
    pub warnings: RefCell<Vec<Problem>>,
    /// The local files that are named and must be there.
    pub files: RefCell<Vec<Placed<PathBuf>>>,
    /// The secrets.
    pub secrets: RefCell<Vec<Placed<SecretSource>>>,
}

/// A key that may stand in a table.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub name: &'static str,
    pub form: Form,
    pub meaning: &'static str,
    pub is_required: bool,
}

/// What may stand behind a key.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Text,
    /// A text, or several in brackets.
    Texts,
    Choice(Vec<&'static str>),
    Choices(Vec<&'static str>),
    Flag,
    Count(RangeInclusive<i64>),
    Secret,
    /// Values by names that are not ours.
    Params,
    Table(Vec<Key>),
    Tables(Vec<Key>),
    /// Tables by names that the user gives.
    Named(Vec<Key>),
}
