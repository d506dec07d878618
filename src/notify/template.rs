//! A receiver's own form of messages: a template of Jinja, with the fields of a message.

use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::NotifyError;
use crate::limits::{TEMPLATE_BYTES, TEMPLATE_STEPS};
use crate::schedule::{Message, SecretSource};

/// Fills a template. Values in one that is called *.json or *.json.j2 are written as JSON, in one called *.html as HTML. The
/// receiver's secret is there as well: some want it within what they are told.
///
/// # Errors
/// When the file can't be read, is no template, or names what no message has, or makes no JSON where it is called that.
pub(super) fn filled(file: &Path, message: &Message, secret: Option<&SecretSource>) -> Result<String, NotifyError> {
    let name = file.display().to_string();
    let wrong = |problem: String| NotifyError::Form(format!("{name}: {problem}"));
    let size = std::fs::metadata(file).map_err(|error| wrong(error.to_string()))?.len();
    if size > TEMPLATE_BYTES {
        return Err(wrong(format!("larger than {TEMPLATE_BYTES} bytes: no template is")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(TEMPLATE_STEPS));
    environment.set_auto_escape_callback(|name| match name.trim_end_matches(".j2").ends_with(".html") {
        _ if is_json(name) => AutoEscape::Json,
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    let secret = secret.map(SecretSource::read).transpose()?;
    let fields = match &secret {
        Some(secret) => context! { secret => secret.reveal(), ..Value::from_serialize(message) },
        None => Value::from_serialize(message),
    };
    let filled = environment.add_template(&name, &text).and_then(|()| environment.get_template(&name)?.render(fields));
    let filled = filled.map_err(|error| wrong(told(&error)))?;
    if is_json(&name) {
        let parsed = serde_json::from_str::<serde::de::IgnoredAny>(&filled);
        parsed.map_err(|error| wrong(format!("what it makes is no JSON: {error}")))?;
    }
    Ok(filled)
}

fn is_json(name: &str) -> bool {
    name.trim_end_matches(".j2").ends_with(".json")
}

fn told(error: &minijinja::Error) -> String {
    let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    format!("{line}{}", error.detail().map_or_else(|| error.kind().to_string(), str::to_owned))
}
