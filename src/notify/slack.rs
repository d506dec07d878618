//! Slack's incoming webhooks, and those of its like: Mattermost, Rocket.Chat, Discord with /slack.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::webhook::post;
use super::{NotifyError, cut};
use crate::detect::Severity;
use crate::report::printable;
use crate::schedule::{Alert, Message, SecretSource};

/// The longest text of a block.
const BLOCK_BYTES: usize = 2900;

/// The longest heading.
const HEADING_CHARACTERS: usize = 150;

/// Sends a message.
pub(super) async fn send(
    http: &reqwest::Client,
    url: &SecretSource,
    message: &Message,
    text: Option<String>,
) -> Result<(), NotifyError> {
    post(http, url, None, HeaderMap::new(), text.unwrap_or_else(|| payload(message).to_string())).await
}

fn payload(message: &Message) -> Value {
    let heading: String = printable(&message.subject).chars().take(HEADING_CHARACTERS).collect();
    let mut blocks = vec![json!({"type": "header", "text": {"type": "plain_text", "text": heading}})];
    let mut section = |text: String| {
        blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": cut(&text, BLOCK_BYTES)}}))
    };
    if let Some((from, to)) = message.period {
        section(format!("*{}*: {from} to {to}", escaped(&message.schedule)));
    }
    for alert in &message.alerts {
        section(told(alert));
    }
    let mut rest: Vec<String> = message.rest.iter().map(|line| escaped(line)).collect();
    if message.more_alerts > 0 {
        rest.insert(0, format!("{} more; the report has them all", message.more_alerts));
    }
    rest.extend(message.report.iter().map(|report| format!("Report: {}", escaped(report))));
    if !rest.is_empty() {
        section(rest.join("\n"));
    }
    // What notifications show, and what has no blocks.
    json!({"text": escaped(&message.subject), "blocks": blocks})
}

fn told(alert: &Alert) -> String {
    let names = [&alert.account_id, &alert.region, &alert.interface_id].into_iter().flatten();
    let names: Vec<String> = names.map(|name| escaped(name)).collect();
    let names = if names.is_empty() { String::new() } else { format!("\n{}", names.join(" · ")) };
    format!(
        "{} *{}* {}\n`{}` · {} · {} to {}{names}\n{}",
        mark(alert.severity),
        alert.severity,
        escaped(&alert.what),
        escaped(&alert.detection),
        escaped(&alert.reason),
        alert.first_seen,
        alert.last_seen,
        escaped(&alert.advice),
    )
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => ":red_circle:",
        Severity::Medium => ":large_orange_circle:",
        Severity::Low => ":large_yellow_circle:",
        Severity::Info => ":white_circle:",
    }
}

/// Text that Slack shows as it is: no link, no mention, no mark-up of somebody else's making.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Before a character that would mark text up stands one that nobody sees.
            '*' | '_' | '~' | '`' => escaped.extend(['\u{200b}', c]),
            c => escaped.push(c),
        }
    }
    escaped
}
