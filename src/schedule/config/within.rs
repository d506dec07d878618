//! What lies within a table: further tables, references to secrets, and values by names that are not ours.

use toml::de::{DeTable, DeValue};

use super::notes::{Form, Key};
use super::problem::Placed;
use super::table::Table;
use crate::schedule::SecretSource;

impl<'t> Table<'t> {
    /// Where a secret is. A text is the secret itself, as like as not: it is refused, and not shown.
    pub fn secret(&self, name: &'static str, meaning: &'static str) -> Option<SecretSource> {
        const FORM: &str = "{ env = \"NAME\" } or { file = \"PATH\" }";
        let (place, value) = self.entry(name, Form::Secret, meaning)?;
        let DeValue::Table(entries) = value else {
            self.wrong(
                place,
                format!("{name}: is a secret, and no secret stands in this file; say where it is: {FORM}"),
            );
            return None;
        };
        let table = Table::new(self.notes, Some(entries), place);
        let env = table.text("env", "the variable of the environment that holds it", SecretSource::env);
        let file =
            table.text("file", "the file that holds it", |text| Ok(SecretSource::File(self.notes.folder.join(text))));
        if table.has("env") == table.has("file") {
            self.wrong(place, format!("{name}: say where it is, once: {FORM}"));
        }
        table.finish();
        let source = env.or(file)?.value;
        self.notes.secrets.borrow_mut().push(Placed { value: source.clone(), place });
        Some(source)
    }

    /// Values by names that are not ours, as texts; tables in it stand for the names' first parts.
    pub fn params(&self, name: &'static str, meaning: &'static str) -> Vec<Placed<(String, String)>> {
        let mut params = Vec::new();
        match self.entry(name, Form::Params, meaning) {
            Some((_, DeValue::Table(entries))) => self.gather(name, "", entries, &mut params),
            Some((place, other)) => self.wrong_kind(place, name, other, "a table: { \"port-scan.ports\" = 30 }"),
            None => {}
        }
        params
    }

    fn gather(&self, name: &str, before: &str, entries: &DeTable<'_>, params: &mut Vec<Placed<(String, String)>>) {
        for (key, value) in entries {
            let place = self.at(key.span().start);
            let param = format!("{before}{}", key.get_ref());
            let text = match value.get_ref() {
                DeValue::Table(entries) if before.is_empty() => {
                    self.gather(name, &format!("{param}."), entries, params);
                    continue;
                }
                DeValue::Array(values) => {
                    let texts = values.iter().map(|value| plain(value.get_ref()));
                    texts.collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
                }
                other => plain(other),
            };
            match text {
                Some(text) => params.push(Placed { value: (param, text), place }),
                None => self.wrong_kind(
                    place,
                    &format!("{name}: {param}"),
                    value.get_ref(),
                    "a number, a text or a list of them",
                ),
            }
        }
    }

    /// A table within; where there is none, what an empty one stands for.
    pub fn table<T>(&self, name: &'static str, meaning: &'static str, read: impl FnOnce(&Table<'t>) -> T) -> T {
        let entry = self.entry(name, Form::Table(Vec::new()), meaning);
        let (place, entries) = match entry {
            Some((place, DeValue::Table(entries))) => (place, Some(entries)),
            Some((place, other)) => {
                self.wrong_kind(place, name, other, &format!("a table: [{name}]"));
                (place, None)
            }
            None => (self.place, None),
        };
        let (value, keys) = finished(Table::new(self.notes, entries, place), read);
        self.describe(Form::Table(keys));
        value
    }

    /// Tables within, in the order of the file.
    pub fn tables<T>(&self, name: &'static str, meaning: &'static str, read: impl Fn(&Table<'t>) -> T) -> Vec<T> {
        let entry = self.entry(name, Form::Tables(Vec::new()), meaning);
        let mut all = Vec::new();
        match entry {
            Some((_, DeValue::Array(values))) if values.iter().all(|value| value.get_ref().is_table()) => {
                for value in values {
                    let place = self.at(value.span().start);
                    all.push(finished(Table::new(self.notes, value.get_ref().as_table(), place), &read).0);
                }
            }
            Some((place, other)) => self.wrong_kind(place, name, other, &format!("[[{name}]] before each")),
            None => {}
        }
        if self.notes.is_describing {
            self.describe(Form::Tables(finished(Table::new(self.notes, None, self.place), &read).1));
        }
        all
    }

    /// Tables by the names that the user gave them.
    pub fn named<T>(
        &self,
        name: &'static str,
        meaning: &'static str,
        read: impl Fn(&Table<'t>, Placed<String>) -> T,
    ) -> Vec<T> {
        let entry = self.entry(name, Form::Named(Vec::new()), meaning);
        let mut all = Vec::new();
        match entry {
            Some((_, DeValue::Table(entries))) => {
                for (key, value) in entries {
                    let placed = Placed { value: key.get_ref().to_string(), place: self.at(key.span().start) };
                    let DeValue::Table(entries) = value.get_ref() else {
                        self.wrong_kind(
                            placed.place,
                            name,
                            value.get_ref(),
                            &format!("a table with a name: [{name}.oncall]"),
                        );
                        continue;
                    };
                    let place = self.at(value.span().start);
                    all.push(finished(Table::new(self.notes, Some(entries), place), |table| read(table, placed)).0);
                }
            }
            Some((place, other)) => {
                self.wrong_kind(place, name, other, &format!("a table with a name: [{name}.oncall]"))
            }
            None => {}
        }
        if self.notes.is_describing {
            let nothing = Table::new(self.notes, None, self.place);
            self.describe(Form::Named(finished(nothing, |table| read(table, Placed::default())).1));
        }
        all
    }
}

/// What is read of a table, and its keys.
fn finished<'t, T>(table: Table<'t>, read: impl FnOnce(&Table<'t>) -> T) -> (T, Vec<Key>) {
    let value = read(&table);
    (value, table.finish())
}

/// A value as it is written on the command line.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        _ => None,
    }
}
