//! The values that a detection's parameters had in a run: without them the numbers of a finding can't be judged.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::common::ScalarValue;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::detection::Detection;

/// A parameter and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The value in force; time spans are seconds.
    pub value: Value,
    /// The default as it is written, where the value is another.
    pub instead_of: Option<String>,
    /// What it means.
    pub meaning: String,
}

/// The parameters of a detection in the order of its file; in JSON an object of their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters(pub Vec<Parameter>);

impl Parameters {
    pub(super) fn of(detection: &Detection) -> Self {
        let parameter = |(name, value): &(String, ScalarValue)| {
            let declared = detection.file.params.iter().find(|param| param.name == *name)?;
            let default = declared.default.clone().unwrap_or_default();
            let is_default = declared.bind(&default).is_ok_and(|default| default == *value);
            Some(Parameter {
                name: name.clone(),
                value: plain(value),
                instead_of: (!is_default).then_some(default),
                meaning: declared.meaning.clone(),
            })
        };
        Parameters(detection.values.iter().filter_map(parameter).collect())
    }

    /// The parameter of this name, and those that say the same of another span (`ports`, `ports_per_hour`).
    pub fn about<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Parameter> {
        let is_it = move |rest: &str| rest.is_empty() || rest.starts_with("_per_");
        self.0.iter().filter(move |parameter| parameter.name.strip_prefix(name).is_some_and(is_it))
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|parameter| (&parameter.name, &parameter.value)))
    }
}

/// A value as JSON has it. Parameters are numbers, texts and lists of them, and nothing else.
fn plain(value: &ScalarValue) -> Value {
    match value {
        ScalarValue::Int64(number) => Value::from(*number),
        ScalarValue::Float64(number) => Value::from(*number),
        ScalarValue::List(list) => {
            let items = list.values();
            match (items.as_primitive_opt::<Int64Type>(), items.as_string_opt::<i32>()) {
                (Some(numbers), _) => numbers.iter().map(Value::from).collect(),
                (_, Some(texts)) => texts.iter().map(Value::from).collect(),
                _ => Value::Array(Vec::new()),
            }
        }
        ScalarValue::Utf8(text) => Value::from(text.as_deref()),
        other => Value::from(other.to_string()),
    }
}
