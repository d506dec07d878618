//! A table of the file, read key by key. Each key that is asked for is noted with its form and its meaning: from these notes
//! come the names that a mistyped key is compared with, and the schema for editors. So there is one list of keys, and it is
//! the code that reads them.
//!
//! Nothing fails here. What is wrong is noted, something is handed out in its stead, and whoever began the reading looks at the
//! notes at its end.

use std::cell::{Cell, RefCell};
use std::ops::RangeInclusive;

use toml::de::{DeTable, DeValue};

use super::notes::{Form, Key, Notes};
use super::problem::{Place, Placed, Problem};
use crate::near::did_you_mean;

/// A table, or what would stand in it if it were there.
pub(super) struct Table<'t> {
    pub notes: &'t Notes,
    /// Where it begins.
    pub place: Place,
    entries: Option<&'t DeTable<'t>>,
    keys: RefCell<Vec<Key>>,
    required: Cell<bool>,
}

impl<'t> Table<'t> {
    pub fn new(notes: &'t Notes, entries: Option<&'t DeTable<'t>>, place: Place) -> Self {
        Table { notes, place, entries, keys: RefCell::default(), required: Cell::new(false) }
    }

    /// Notes something wrong.
    pub fn wrong(&self, place: Place, text: impl Into<String>) {
        self.notes.problems.borrow_mut().push(Problem { place, text: text.into() });
    }

    /// Notes that something is missing, of a table that is there.
    pub fn missing(&self, text: impl Into<String>) {
        if !self.notes.is_damaged && self.is_there() {
            self.wrong(self.place, text);
        }
    }

    pub fn is_there(&self) -> bool {
        self.entries.is_some()
    }

    /// Whether a key stands there, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.entries.is_some_and(|entries| entries.contains_key(name))
    }

    /// Where a key stands.
    pub fn place_of(&self, name: &str) -> Place {
        let entry = self.entries.and_then(|entries| entries.get_key_value(name));
        entry.map_or(self.place, |(key, _)| self.at(key.span().start))
    }

    /// Makes the next key one that must be there.
    pub fn required(&self) -> &Self {
        self.required.set(true);
        self
    }

    /// All keys that were asked for. Those that nobody asked for are wrong.
    pub fn finish(self) -> Vec<Key> {
        let keys = self.keys.take();
        for (key, _) in self.entries.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if !keys.iter().any(|known| known.name == name) {
                let known = keys.iter().map(|known| known.name);
                let near = did_you_mean(name, known.clone());
                let all = if near.is_empty() {
                    format!("; there are {}", known.collect::<Vec<_>>().join(", "))
                } else {
                    near
                };
                self.wrong(self.at(key.span().start), format!("{name}: no such key here{all}"));
            }
        }
        keys
    }

    /// The value of a key, which is noted.
    pub(super) fn entry(
        &self,
        name: &'static str,
        form: Form,
        meaning: &'static str,
    ) -> Option<(Place, &'t DeValue<'t>)> {
        let is_required = self.required.replace(false);
        self.keys.borrow_mut().push(Key { name, form, meaning, is_required });
        if is_required && !self.has(name) {
            self.missing(format!("{name} is missing: {meaning}"));
        }
        let value = self.entries?.get(name)?;
        Some((self.at(value.span().start), value.get_ref()))
    }

    pub(super) fn at(&self, byte: usize) -> Place {
        Place::of(&self.notes.text, byte)
    }

    /// Notes a value of a wrong kind. The value itself may be a secret and is not shown.
    pub(super) fn wrong_kind(&self, place: Place, name: &str, value: &DeValue<'_>, remedy: &str) {
        self.wrong(place, format!("{name}: a value of the kind {} can't be here; write {remedy}", value.type_str()));
    }

    /// A text that stands for something.
    fn read<T>(
        &self,
        name: &str,
        place: Place,
        text: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Placed<T>> {
        let parsed = if text.trim().is_empty() {
            Err("is empty; leave the key out, or say what is meant".to_owned())
        } else {
            parse(text)
        };
        match parsed {
            Ok(value) => Some(Placed { value, place }),
            Err(problem) => {
                self.wrong(place, format!("{name}: {problem}"));
                None
            }
        }
    }

    /// A text that stands for something.
    pub fn text<T>(
        &self,
        name: &'static str,
        meaning: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Placed<T>> {
        self.one(name, Form::Text, meaning, parse)
    }

    /// One or several texts.
    pub fn texts<T>(
        &self,
        name: &'static str,
        meaning: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<Placed<T>> {
        self.several(name, Form::Texts, meaning, parse)
    }

    /// One of a few words.
    pub fn choice<T: Clone>(
        &self,
        name: &'static str,
        meaning: &'static str,
        all: &[(&'static str, T)],
    ) -> Option<Placed<T>> {
        self.one(name, Form::Choice(words(all)), meaning, |text| chosen(text, all))
    }

    /// Some of a few words.
    pub fn choices<T: Clone>(
        &self,
        name: &'static str,
        meaning: &'static str,
        all: &[(&'static str, T)],
    ) -> Vec<Placed<T>> {
        self.several(name, Form::Choices(words(all)), meaning, |text| chosen(text, all))
    }

    fn one<T>(
        &self,
        name: &'static str,
        form: Form,
        meaning: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Placed<T>> {
        let (place, value) = self.entry(name, form, meaning)?;
        match value {
            DeValue::String(text) => self.read(name, place, text, parse),
            other => {
                self.wrong_kind(place, name, other, "a text in quotes");
                None
            }
        }
    }

    fn several<T>(
        &self,
        name: &'static str,
        form: Form,
        meaning: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<Placed<T>> {
        let Some((place, value)) = self.entry(name, form, meaning) else { return Vec::new() };
        let mut all = Vec::new();
        match value {
            DeValue::String(text) => all.extend(self.read(name, place, text, parse)),
            DeValue::Array(values) => {
                for value in values {
                    let place = self.at(value.span().start);
                    match value.get_ref() {
                        DeValue::String(text) => all.extend(self.read(name, place, text, &parse)),
                        other => self.wrong_kind(place, name, other, "a text in quotes"),
                    }
                }
            }
            other => self.wrong_kind(place, name, other, "a text in quotes, or several in brackets"),
        }
        all
    }

    /// Yes or no; no where nothing is said.
    pub fn flag(&self, name: &'static str, meaning: &'static str) -> bool {
        match self.entry(name, Form::Flag, meaning) {
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((place, other)) => {
                self.wrong_kind(place, name, other, "true or false, without quotes");
                false
            }
            None => false,
        }
    }

    /// A number within bounds.
    pub fn count(&self, name: &'static str, meaning: &'static str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let (place, value) = self.entry(name, Form::Count(bounds.clone()), meaning)?;
        let remedy = format!("a number from {} to {}", bounds.start(), bounds.end());
        let DeValue::Integer(number) = value else {
            self.wrong_kind(place, name, value, &format!("{remedy}, without quotes"));
            return None;
        };
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| bounds.contains(number));
        if number.is_none() {
            self.wrong(place, format!("{name}: write {remedy}"));
        }
        number
    }

    /// Notes what may stand in the table that was asked for last.
    pub(super) fn describe(&self, form: Form) {
        if let Some(key) = self.keys.borrow_mut().last_mut() {
            key.form = form;
        }
    }
}

fn words<T>(all: &[(&'static str, T)]) -> Vec<&'static str> {
    all.iter().map(|(word, _)| *word).collect()
}

fn chosen<T: Clone>(text: &str, all: &[(&'static str, T)]) -> Result<T, String> {
    let found = all.iter().find(|(word, _)| *word == text).map(|(_, value)| value.clone());
    found.ok_or_else(|| format!("{text:?} is none of {}{}", words(all).join(", "), did_you_mean(text, words(all))))
}
