//! The schema of the file, for editors that complete and check while one types. It comes from the code that reads the keys.

use serde_json::{Map, Value, json};

use super::Config;
use super::notes::{Form, Key, Notes};
use super::problem::Place;
use super::table::Table;

/// The JSON schema of the file.
pub fn schema() -> Value {
    let notes = Notes { is_describing: true, ..Notes::default() };
    let root = Table::new(&notes, None, Place::default());
    Config::read(&root, std::path::Path::new(""));
    let mut schema = table(&root.finish());
    let about = [
        ("$schema", "http://json-schema.org/draft-07/schema#"),
        ("title", "vpcflow schedule"),
        ("description", "What vpcflow does by the clock: vpcflow schedule CONFIG.toml"),
    ];
    schema.extend(about.map(|(name, text)| (name.to_owned(), json!(text))));
    Value::Object(schema)
}

/// A table: these keys, and no others.
fn table(keys: &[Key]) -> Map<String, Value> {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    let mut schema = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("additionalProperties".to_owned(), json!(false)),
        ("properties".to_owned(), Value::Object(properties)),
    ]);
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn property(key: &Key) -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let mut schema = match &key.form {
        Form::Text => text,
        Form::Texts => one_or_several(&text),
        Form::Choice(words) => json!({ "enum": words }),
        Form::Choices(words) => one_or_several(&json!({ "enum": words })),
        Form::Flag => json!({ "type": "boolean" }),
        Form::Count(bounds) => json!({ "type": "integer", "minimum": bounds.start(), "maximum": bounds.end() }),
        Form::Secret => json!({
            "type": "object",
            "properties": { "env": text, "file": text },
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        }),
        Form::Params => {
            let value = json!({ "type": ["string", "number", "array"], "items": { "type": ["string", "number"] } });
            let of_detection = json!({ "type": "object", "additionalProperties": value });
            json!({ "type": "object", "additionalProperties": { "anyOf": [value, of_detection] } })
        }
        Form::Table(keys) => Value::Object(table(keys)),
        Form::Tables(keys) => json!({ "type": "array", "items": Value::Object(table(keys)) }),
        Form::Named(keys) => json!({ "type": "object", "additionalProperties": Value::Object(table(keys)) }),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(key.meaning));
    }
    schema
}

fn one_or_several(one: &Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one }] })
}
