//! A JSON file with its place kept at every step, so that an error names the file and the path in it.

use serde_json::Value;
use serde_json::error::Category;

use super::ContextError;
use super::file::ContextFile;
use super::page::{ITEMS, Page};

/// A value of a document and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    document: &'a Document,
    value: &'a Value,
    path: String,
}

/// A file, and what to give where it is another.
pub(super) struct Document {
    file: String,
    remedy: &'static str,
    /// One for each page: the CLI prints several when it is called in a loop.
    pages: Vec<Value>,
    /// Whether it is of AWS Config, which writes the names of the CLI with a small first letter.
    is_snapshot: bool,
}

/// What a page is.
const OBJECT: &str = "a JSON object";

impl Document {
    /// Reads a file of one or more JSON objects.
    pub(super) fn read(file: ContextFile, remedy: &'static str) -> Result<Self, ContextError> {
        let ContextFile { name: file, content } = file;
        let pages: Result<Vec<Page>, _> = serde_json::Deserializer::from_slice(&content).into_iter().collect();
        match pages {
            Ok(pages) => {
                let pages: Vec<Value> = pages.into_iter().map(|Page(value)| value).collect();
                let is_snapshot = pages.iter().any(|page| page.get(ITEMS).is_some());
                Ok(Document { file, remedy, pages, is_snapshot })
            }
            Err(error) if error.classify() == Category::Data => {
                Err(ContextError::Shape { file, path: "$".to_owned(), expected: OBJECT, remedy })
            }
            Err(error) => Err(ContextError::Json { file, error, remedy }),
        }
    }

    /// Whether a page has the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.pages.iter().any(|page| page.get(key).is_some())
    }

    /// The error that a document of this shape is given elsewhere.
    pub(super) fn meant_for(&self, expected: &'static str, remedy: &'static str) -> ContextError {
        ContextError::Shape { file: self.file.clone(), path: "$".to_owned(), expected, remedy }
    }

    /// The entries of the list `key` of every page.
    pub(super) fn entries(&self, key: &str) -> Result<Vec<Node<'_>>, ContextError> {
        let mut entries = Vec::new();
        for (index, value) in self.pages.iter().enumerate() {
            let path = if self.pages.len() == 1 { "$".to_owned() } else { format!("$({})", index + 1) };
            entries.extend(Node { document: self, value, path }.list(key)?);
        }
        if self.pages.is_empty() {
            let empty = Node { document: self, value: &Value::Null, path: "$".to_owned() };
            return Err(empty.wrong(OBJECT));
        }
        Ok(entries)
    }
}

impl<'a> Node<'a> {
    /// Whether nothing is here: an item of a snapshot that is not of interest.
    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// A key as this document spells it.
    fn spelled(&self, key: &str) -> String {
        match key.split_at_checked(1) {
            Some((first, rest)) if self.document.is_snapshot => format!("{}{rest}", first.to_ascii_lowercase()),
            _ => key.to_owned(),
        }
    }

    fn member(&self, key: &str) -> Option<Node<'a>> {
        let node = self.at(key);
        let value = self.value.get(self.spelled(key)).filter(|value| !value.is_null())?;
        Some(Node { value, ..node })
    }

    fn required(&self, key: &str, expected: &'static str) -> Result<Node<'a>, ContextError> {
        self.member(key).ok_or_else(|| self.at(key).wrong(expected))
    }

    fn at(&self, key: &str) -> Node<'a> {
        Node { path: format!("{}.{}", self.path, self.spelled(key)), ..self.clone() }
    }

    /// The entries of a list that must be there.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Node<'a>>, ContextError> {
        let list = self.required(key, "a list")?;
        let values = list.value.as_array().ok_or_else(|| list.wrong("a list"))?;
        let node = |(index, value)| Node { document: self.document, value, path: format!("{}[{index}]", list.path) };
        Ok(values.iter().enumerate().map(node).collect())
    }

    /// The entries of a list; none when it is not there.
    pub(super) fn optional_list(&self, key: &str) -> Result<Vec<Node<'a>>, ContextError> {
        if self.member(key).is_none() { Ok(Vec::new()) } else { self.list(key) }
    }

    /// An object that need not be there.
    pub(super) fn object(&self, key: &str) -> Result<Option<Node<'a>>, ContextError> {
        match self.member(key) {
            Some(node) if node.value.is_object() => Ok(Some(node)),
            Some(node) => Err(node.wrong("an object")),
            None => Ok(None),
        }
    }

    /// Text that must be there.
    pub(super) fn text(&self, key: &str) -> Result<String, ContextError> {
        let node = self.required(key, "text")?;
        node.value.as_str().map(str::to_owned).ok_or_else(|| node.wrong("text"))
    }

    /// Text that need not be there.
    pub(super) fn optional_text(&self, key: &str) -> Result<Option<String>, ContextError> {
        if self.member(key).is_none() { Ok(None) } else { self.text(key).map(Some) }
    }

    /// The text of a key that somebody chose, as it is spelled.
    pub(super) fn tag(&self, key: &str) -> Result<Option<String>, ContextError> {
        match self.value.get(key) {
            Some(Value::String(text)) => Ok(Some(text.clone())),
            None | Some(Value::Null) => Ok(None),
            Some(_) => Err(self.wrong("tags of text")),
        }
    }

    /// Whether a switch that must be there is on.
    pub(super) fn switch(&self, key: &str) -> Result<bool, ContextError> {
        let node = self.required(key, "true or false")?;
        node.value.as_bool().ok_or_else(|| node.wrong("true or false"))
    }

    /// A number that need not be there, between -1 and 65535.
    pub(super) fn port(&self, key: &str) -> Result<Option<i32>, ContextError> {
        const EXPECTED: &str = "a number from -1 to 65535";
        let Some(node) = self.member(key) else { return Ok(None) };
        let number = node.value.as_i64().filter(|number| (-1..=65_535).contains(number));
        number.map(|number| Some(number as i32)).ok_or_else(|| node.wrong(EXPECTED))
    }

    /// Text that must be there and can be read as something; an entry that is text itself stands for its only member.
    pub(super) fn parsed<T: std::str::FromStr>(&self, key: &str, expected: &'static str) -> Result<T, ContextError> {
        match self.value.as_str() {
            Some(text) => text.parse().map_err(|_| self.wrong(expected)),
            None => self.text(key)?.parse().map_err(|_| self.at(key).wrong(expected)),
        }
    }

    /// The error that something else should be here.
    pub(super) fn wrong(&self, expected: &'static str) -> ContextError {
        let Document { file, remedy, .. } = self.document;
        ContextError::Shape { file: file.clone(), path: self.path.clone(), expected, remedy }
    }
}
