//! Who is told of findings.

use std::path::PathBuf;

use super::forms::as_is;
use super::problem::Placed;
use super::table::Table;
use crate::detect::Severity;
use crate::schedule::SecretSource;

/// The severities by name.
const SEVERITIES: [(&str, Severity); 5] = [
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

/// Somebody who is told of findings.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// What schedules call him.
    pub name: Placed<String>,
    /// The least severity that he is told of.
    pub from_severity: Severity,
    /// Whether he is told of every run, also where nothing is news.
    pub is_told_of_all: bool,
    /// The form of what he is told, where it is another than that of the channel.
    pub template: Option<PathBuf>,
    /// How he is told.
    pub channel: Channel,
}

impl Receiver {
    /// Where the key of requests to a webhook is.
    pub fn secret(&self) -> Option<&SecretSource> {
        match &self.channel {
            Channel::Webhook { secret, .. } => secret.as_ref(),
            Channel::Sns { .. } | Channel::Slack { .. } | Channel::Email(_) => None,
        }
    }
}

/// How somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A topic of SNS.
    Sns {
        /// Its ARN.
        topic_arn: String,
    },
    /// An incoming webhook of Slack.
    Slack {
        /// Its address, which is all that is needed to write there.
        url: SecretSource,
    },
    /// Any server that takes JSON.
    Webhook {
        /// Its address, which may hold a key.
        url: SecretSource,
        /// What requests are signed with (HMAC), and a template may name.
        secret: Option<SecretSource>,
    },
    /// Mail.
    Email(Box<Mail>),
}

/// Mail, and the server that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Who sends, for the server; with the password.
    pub login: Option<(String, SecretSource)>,
    /// Who sends, for who reads.
    pub from: String,
    /// Who reads.
    pub to: Vec<String>,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// After a word in the open (port 587).
    Starttls,
    /// From the first byte on (port 465).
    Tls,
    /// Not at all (port 25).
    None,
}

/// The kinds of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sns,
    Slack,
    Webhook,
    Email,
}

const KINDS: [(&str, Kind); 4] =
    [("sns", Kind::Sns), ("slack", Kind::Slack), ("webhook", Kind::Webhook), ("email", Kind::Email)];

/// Which keys are for which kinds, and whether they must be there.
const KEYS: [(&str, &[Kind], bool); 10] = [
    ("topic-arn", &[Kind::Sns], true),
    ("url", &[Kind::Slack, Kind::Webhook], true),
    ("secret", &[Kind::Webhook], false),
    ("host", &[Kind::Email], true),
    ("port", &[Kind::Email], false),
    ("tls", &[Kind::Email], false),
    ("user", &[Kind::Email], false),
    ("password", &[Kind::Email], false),
    ("from", &[Kind::Email], true),
    ("to", &[Kind::Email], true),
];

impl Receiver {
    pub(super) fn read(table: &Table<'_>, name: Placed<String>) -> Option<Self> {
        let kind = table.required().choice("kind", "how he is told: sns, slack, webhook or email", &KINDS);
        let severity = "the least severity that he is told of; high";
        let from_severity =
            table.choice("from-severity", severity, &SEVERITIES).map_or(Severity::High, |from| from.value);
        let is_told_of_all = table.flag("every-run", "whether he is told of each run, also where nothing is new");
        let template = table.one_file(
            "template",
            "the form of messages: a template of Jinja; see the README for its fields. sns and email: the text; slack and \
             webhook: the JSON that is sent",
        );
        let topic_arn = table.text("topic-arn", "sns: the topic", topic);
        let url = table.secret("url", "slack, webhook: where the address is");
        let secret = table.secret(
            "secret",
            "webhook: where the key is that requests are signed with (HMAC-SHA256), and that a template may name",
        );
        let mail = mail(table);
        if let Err(problem) = super::forms::name(&name.value) {
            table.wrong(name.place, format!("{}: {problem}", name.value));
        }
        let kind = kind?.value;
        check_keys(table, kind);
        let channel = match kind {
            Kind::Sns => Channel::Sns { topic_arn: topic_arn?.value },
            Kind::Slack => Channel::Slack { url: url? },
            Kind::Webhook => Channel::Webhook { url: url?, secret },
            Kind::Email => Channel::Email(Box::new(mail?)),
        };
        Some(Receiver { name, from_severity, is_told_of_all, template, channel })
    }
}

/// The keys of mail; none where one that must be there is not.
fn mail(table: &Table<'_>) -> Option<Mail> {
    let host = table.text("host", "email: the server that takes the mail", as_is);
    let tls = [("starttls", Tls::Starttls), ("tls", Tls::Tls), ("none", Tls::None)];
    let tls = table
        .choice("tls", "email: how the connection is encrypted; starttls", &tls)
        .map_or(Tls::Starttls, |tls| tls.value);
    let port =
        table.count("port", "email: the server's port; 587 with starttls, 465 with tls, 25 with none", 1..=65_535);
    let user = table.text("user", "email: who sends, for the server", as_is);
    let password = table.secret("password", "email: where the user's password is");
    let from = table.text("from", "email: who sends, for who reads", address);
    let to = table.texts("to", "email: who reads", address);
    if table.has("user") != table.has("password") {
        let (there, other) = if table.has("user") { ("user", "password") } else { ("password", "user") };
        table.wrong(table.place_of(there), format!("{there}: a user has a password; write {other} too, or neither"));
    }
    if tls == Tls::None && table.has("password") {
        table.wrong(
            table.place_of("password"),
            "password: with tls = \"none\" everybody on the way could read it; write tls = \"starttls\" or \"tls\"",
        );
    }
    let default = match tls {
        Tls::Starttls => 587,
        Tls::Tls => 465,
        Tls::None => 25,
    };
    Some(Mail {
        host: host?.value,
        port: port.and_then(|port| u16::try_from(port).ok()).unwrap_or(default),
        tls,
        login: user.map(|user| user.value).zip(password),
        from: from?.value,
        to: super::reading::values(to),
    })
}

/// Keys of other kinds are wrong, and some of its own must be there.
fn check_keys(table: &Table<'_>, kind: Kind) {
    let word = |kind: Kind| KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| *word);
    for (key, kinds, is_required) in KEYS {
        let is_own = kinds.contains(&kind);
        if table.has(key) && !is_own {
            let kinds: Vec<&str> = kinds.iter().map(|kind| word(*kind)).collect();
            let place = table.place_of(key);
            table.wrong(
                place,
                format!("{key}: is for kind {}, and this is {}; leave it out", kinds.join(" and "), word(kind)),
            );
        } else if is_own && is_required && !table.has(key) {
            table.missing(format!("{key} is missing, which kind {} needs", word(kind)));
        }
    }
}

/// An ARN of a topic.
fn topic(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["arn", _, "sns", region, account, name] if ![region, account, name].contains(&"") => Ok(text.to_owned()),
        _ => Err("write arn:aws:sns:REGION:ACCOUNT:NAME".to_owned()),
    }
}

/// An address of mail.
fn address(text: &str) -> Result<String, String> {
    let is_address =
        text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    let is_address = is_address && !text.contains(char::is_control);
    is_address.then(|| text.to_owned()).ok_or_else(|| format!("{text:?} is no address of mail; write name@example.com"))
}
