//! The example in `deploy` and the schema beside it say what the program reads.
//!
//! `UPDATE_SCHEMA=1 cargo test schema` writes the schema.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const EXAMPLE: &str = include_str!("../../../../deploy/schedule.toml");

fn example() -> Value {
    toml::from_str(EXAMPLE).expect("TOML")
}

#[test]
fn the_schema_is_that_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/schedule.schema.json");
    let expected = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        write(&path, &expected).expect("the schema");
    }
    let found = std::fs::read_to_string(&path).expect("the schema");
    assert_eq!(found, expected, "UPDATE_SCHEMA=1 cargo test schema brings it up to date");
}

#[test]
fn the_example_is_right() {
    let config = Config::parse(EXAMPLE, Path::new("deploy/schedule.toml")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.warnings, []);
    let names: Vec<&str> = config.schedules.iter().map(|schedule| schedule.name.value.as_str()).collect();
    assert_eq!(names, ["daily", "hourly-scans"]);
    assert_eq!(config.schedules[0].calendar.ends, PeriodEnd::Midnight);
    let channels: Vec<_> =
        config.receivers.iter().map(|receiver| (receiver.name.value.as_str(), &receiver.channel)).collect();
    let file = |path: &str| SecretSource::File(path.into());
    let mail = Mail {
        host: "email-smtp.eu-west-1.amazonaws.com".to_owned(),
        port: 587,
        tls: Tls::Starttls,
        login: Some(("vpcflow".to_owned(), SecretSource::Env("SMTP_PASSWORD".to_owned()))),
        from: "vpcflow@example.com".to_owned(),
        to: vec!["security@example.com".to_owned()],
    };
    let expected = [
        ("mail", &Channel::Email(Box::new(mail))),
        ("oncall", &Channel::Slack { url: SecretSource::Env("SLACK_URL".to_owned()) }),
        ("security", &Channel::Sns { topic_arn: "arn:aws:sns:eu-west-1:123456789012:vpcflow".to_owned() }),
        ("soar", &Channel::Webhook { url: file("/run/secrets/soar-url"), secret: Some(file("/run/secrets/soar-key")) }),
    ];
    assert_eq!(channels, expected);
}

#[test]
fn every_key_there_is_stands_in_the_example() {
    let mut lacking = Vec::new();
    lacks("", &schema(), &[&example()], &mut lacking);
    assert_eq!(lacking, Vec::<String>::new());
}

/// The keys of a schema's table that none of some tables has.
fn lacks(path: &str, schema: &Value, tables: &[&Value], lacking: &mut Vec<String>) {
    for (key, of_key) in schema["properties"].as_object().into_iter().flatten() {
        let found: Vec<&Value> = tables.iter().filter_map(|table| table.get(key)).collect();
        let path = format!("{path}/{key}");
        if found.is_empty() && !path.ends_with("/url/file") {
            lacking.push(path.clone());
        }
        match (&of_key["items"], &of_key["additionalProperties"]) {
            (Value::Object(_), _) => {
                let items: Vec<&Value> = found.iter().filter_map(|value| value.as_array()).flatten().collect();
                lacks(&path, &of_key["items"], &items, lacking);
            }
            (_, of_named @ Value::Object(_)) => {
                let named: Vec<&Value> =
                    found.iter().filter_map(|value| value.as_object()).flat_map(Map::values).collect();
                lacks(&path, of_named, &named, lacking);
            }
            // Of a secret one way is enough.
            _ if of_key["maxProperties"] == 1 => {}
            _ => lacks(&path, of_key, &found, lacking),
        }
    }
}

#[test]
fn the_schema_takes_what_is_right_and_nothing_else() {
    let schema = schema();
    assert_eq!(problem(&schema, &example()), None);
    let spoiled: [(&str, Value, &str); 9] = [
        ("/lake", json!(5), "/lake: 5"),
        ("/source", json!(["a", 5]), "/source: [\"a\",5]"),
        ("/limits/threads", json!(257), "/limits/threads: 257"),
        ("/notify/oncall/kind", json!("slak"), "/notify/oncall/kind: \"slak\""),
        ("/notify/oncall/url", json!("https://x"), "/notify/oncall/url: \"https://x\""),
        (
            "/notify/oncall/url",
            json!({ "env": "A", "file": "b" }),
            "/notify/oncall/url: {\"env\":\"A\",\"file\":\"b\"}",
        ),
        ("/schedule/0/report/0/formats", json!(["html", "xml"]), "/schedule/0/report/0/formats: [\"html\",\"xml\"]"),
        ("/http", json!({ "listem": "x" }), "/http/listem: no such key"),
        ("/schedule/1", json!({ "every": "1h" }), "/schedule/1: lacks name"),
    ];
    for (path, value, told) in spoiled {
        let mut document = example();
        *document.pointer_mut(path).expect(path) = value;
        assert_eq!(problem(&schema, &document).as_deref(), Some(told));
    }
}

/// The first problem of a value, by the words of JSON schema that ours has.
fn problem(schema: &Value, value: &Value) -> Option<String> {
    let wrong = || Some(format!(": {value}"));
    let words = |word: &str| match &schema[word] {
        Value::Array(words) => words.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(_) if words("type").contains(&json!("integer")) && value.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::Null => "null",
    };
    let any = words("anyOf");
    if (!words("type").is_empty() && !words("type").contains(&json!(kind)))
        || (!words("enum").is_empty() && !words("enum").contains(value))
        || (!any.is_empty() && any.iter().all(|schema| problem(schema, value).is_some()))
        || value.as_i64().zip(schema["minimum"].as_i64()).is_some_and(|(value, least)| value < least)
        || value.as_i64().zip(schema["maximum"].as_i64()).is_some_and(|(value, most)| value > most)
        || value.as_str().is_some_and(|text| schema["minLength"] == 1 && text.is_empty())
    {
        return wrong();
    }
    if let Value::Object(table) = value {
        let count = Some(table.len() as u64);
        if schema["minProperties"].as_u64() > count
            || schema["maxProperties"].as_u64().is_some_and(|most| Some(most) < count)
        {
            return wrong();
        }
        if let Some(lacking) =
            words("required").iter().find(|key| !table.contains_key(key.as_str().unwrap_or_default()))
        {
            return Some(format!(": lacks {}", lacking.as_str().unwrap_or_default()));
        }
        for (key, value) in table {
            let of_key = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
            let within =
                if *of_key == json!(false) { Some(": no such key".to_owned()) } else { problem(of_key, value) };
            if let Some(within) = within {
                return Some(format!("/{key}{within}"));
            }
        }
    }
    if let Value::Array(values) = value {
        let within = |(index, value)| problem(&schema["items"], value).map(|within| format!("/{index}{within}"));
        return values.iter().enumerate().find_map(within);
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_is_spoiled_anywhere_is_told_of_with_places_in_it(at in 0..EXAMPLE.len(), count in 0..40usize, put in "[\"'={}\\[\\]#ä\n5a.-]{0,3}") {
        // The example has one byte a character.
        let text = format!("{}{put}{}", &EXAMPLE[..at], &EXAMPLE[(at + count).min(EXAMPLE.len())..]);
        if let Err(ConfigError::Wrong { problems, .. }) = Config::parse(&text, Path::new("x.toml")) {
            prop_assert!(!problems.is_empty());
            // A place may be the end of the last line.
            let lines: Vec<&str> = text.split('\n').collect();
            for problem in problems {
                let line = lines.get(problem.place.line.saturating_sub(1));
                prop_assert!(line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&problem.place.column)), "{problem:?}");
            }
        }
    }
}
