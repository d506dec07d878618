//! Telling people: topics of SNS, Slack and its like, any server that takes JSON, and mail.
//!
//! A message that was taken has been sent; one that was not is kept by whoever sends it. Errors name the receiver and what he
//! answered, and never his address: that may be all that is needed to write to him.

mod email;
mod slack;
mod sns;
mod template;
mod webhook;

use std::time::Duration;

use thiserror::Error;

use crate::limits::{NOTIFY_PATIENCE, NOTIFY_TIMEOUT};
use crate::report::{printable, quoted};
use crate::schedule::{Channel, Message, Receiver, SecretError, SecretSource};
use crate::store::{Aws, AwsOptions};

/// Who carries messages to receivers.
#[derive(Debug)]
pub struct Notifier {
    http: reqwest::Client,
    aws: Aws,
}

/// Why a message was not taken.
#[derive(Debug, Error)]
pub enum NotifyError {
    /// A secret can't be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The secret is no address.
    #[error("{0} holds no address of a server; it is to be https://HOST/...")]
    NoAddress(SecretSource),
    /// The server can't be reached, or its answer not be had.
    #[error("the server can't be reached: {0}")]
    Unreached(String),
    /// The server refuses.
    #[error("the server answered {told}")]
    Refused {
        /// What it said.
        told: String,
        /// How long it asks to be left alone.
        after: Option<Duration>,
    },
    /// The server refuses this message, and would refuse it again.
    #[error("the server answered {0}")]
    Unfit(String),
    /// The message can't be given its form.
    #[error("{0}")]
    Form(String),
}

impl NotifyError {
    /// Whether another message may be taken.
    pub fn is_of_message(&self) -> bool {
        matches!(self, NotifyError::Unfit(_) | NotifyError::Form(_))
    }

    /// How long to wait before another try, if the server said it.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            NotifyError::Refused { after, .. } => *after,
            _ => None,
        }
    }
}

impl Notifier {
    /// Sends nothing yet.
    ///
    /// # Errors
    /// When this machine has no certificates to know servers by.
    pub async fn new(aws: &AwsOptions) -> Result<Self, NotifyError> {
        let http = reqwest::Client::builder()
            .timeout(NOTIFY_TIMEOUT)
            // Whoever is told is who was named: an answer that points elsewhere is none.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("vpcflow/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| NotifyError::Unreached(told(&error)))?;
        Ok(Notifier { http, aws: Aws::new(aws.clone()).await })
    }

    /// Sends a message to a receiver. Gives a warning, where it was not taken for all of those who are one receiver.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(&self, receiver: &Receiver, message: &Message) -> Result<Option<String>, NotifyError> {
        let fill = |file| template::filled(file, message, receiver.secret());
        let text = receiver.template.as_deref().map(fill).transpose()?;
        let sent = async {
            match &receiver.channel {
                Channel::Sns { topic_arn } => sns::send(&self.aws, topic_arn, message, text).await?,
                Channel::Slack { url } => slack::send(&self.http, url, message, text).await?,
                Channel::Webhook { url, secret } => {
                    webhook::send(&self.http, url, secret.as_ref(), message, text).await?;
                }
                Channel::Email(mail) => return email::send(mail, message, text).await,
            }
            Ok(None)
        };
        // A conversation with a server of mail may be as long as that one likes.
        let silent = |_| NotifyError::Unreached(format!("no answer within {} s", NOTIFY_PATIENCE.as_secs()));
        tokio::time::timeout(NOTIFY_PATIENCE, sent).await.map_err(silent)?
    }
}

/// Checks that a secret is the address of a server.
///
/// # Errors
/// When it can't be read, or is none.
pub fn check_address(url: &SecretSource) -> Result<(), NotifyError> {
    webhook::address(url, &url.read()?).map(drop)
}

/// Tries a template on a message, with the secret that it may name.
///
/// # Errors
/// When it can't be filled.
pub fn check_template(file: &std::path::Path, secret: Option<&SecretSource>) -> Result<(), NotifyError> {
    template::filled(file, &Message::of_test("test", chrono::Utc::now()), secret).map(drop)
}

/// The message as lines of text, for channels that have no form of their own.
fn text(message: &Message) -> String {
    let mut lines = vec![message.subject.clone(), String::new()];
    if let Some((from, to)) = message.period {
        lines.push(format!("{}: {from} to {to}", message.schedule));
    }
    for alert in &message.alerts {
        lines.push(String::new());
        lines.push(format!("[{}] {} ({}, {})", alert.severity, alert.what, alert.detection, alert.reason));
        let names = [&alert.account_id, &alert.region, &alert.interface_id];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        lines.push(format!(
            "  {} to {}{}{}",
            alert.first_seen,
            alert.last_seen,
            if names.is_empty() { "" } else { ", " },
            names.join(", ")
        ));
        lines.push(format!("  {}", alert.advice));
        lines.push(format!("  vpcflow query SOURCE -c {}", quoted(&alert.query.replace('\n', " "))));
    }
    lines.push(String::new());
    if message.more_alerts > 0 {
        lines.push(format!("{} more; the report has them all", message.more_alerts));
    }
    lines.extend(message.rest.iter().cloned());
    lines.extend(message.report.iter().map(|report| format!("Report: {report}")));
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// An error with what caused it, each said once: the first alone often says nothing.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            told += &format!(": {text}");
        }
        cause = error.source();
    }
    told
}

/// Text of at most so many bytes; what is cut is told.
fn cut(text: &str, most: usize) -> String {
    const REST: &str = "\n(cut)";
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most.saturating_sub(REST.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{REST}", &text[..end])
}
