//! What receivers are told: one message of a run, in words that no channel owns. Channels give it their form.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Run;
use super::config::Receiver;
use super::news::{Change, News};
use crate::detect::{Finding, Moment, Outcome, Severity};
use crate::limits::TOLD_ALERTS;

/// A message to one receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The same when it is sent again: who has it already can tell.
    pub id: String,
    /// What it is.
    #[serde(default)]
    pub kind: Kind,
    /// The same in word of trouble and in that it is over, for who opens and resolves; of others the id.
    #[serde(default)]
    pub about: String,
    /// The receiver, by his name.
    pub to: String,
    /// The schedule.
    pub schedule: String,
    /// When it was made.
    pub made: Moment,
    /// The worst of it.
    pub severity: Severity,
    /// What must be known before all else, in one sentence.
    pub subject: String,
    /// From when the records were that were judged; none where nothing was.
    pub period: Option<(Moment, Moment)>,
    /// The findings that are news, the worst first.
    pub alerts: Vec<Alert>,
    /// How many more there are, which only the report names.
    pub more_alerts: u64,
    /// The rest, in lines: what goes on, what ended, what was not read.
    pub rest: Vec<String>,
    /// Where the report is.
    pub report: Option<String>,
}

/// What a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What a run found.
    #[default]
    Findings,
    /// That a schedule can't do what it is to do.
    Trouble,
    /// That it can again.
    Recovered,
    /// That messages arrive.
    Test,
}

/// A finding that is news.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The finding's id in the report.
    pub id: String,
    /// The detection.
    pub detection: String,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is told: `new`, `worse: was medium`, `ten times what it was`.
    pub reason: String,
    /// What happened, in one sentence.
    pub what: String,
    /// The account of the logs.
    pub account_id: Option<String>,
    /// The region of the logs.
    pub region: Option<String>,
    /// The interface.
    pub interface_id: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// To whom.
    pub target: Option<String>,
    /// The port.
    pub port: Option<i64>,
    /// The first record behind it.
    pub first_seen: Moment,
    /// The last one.
    pub last_seen: Moment,
    /// What to do.
    pub advice: String,
    /// SQL that shows the records.
    pub query: String,
}

/// What a run came to, for who is to be told.
pub struct Told<'a> {
    /// The schedule.
    pub schedule: &'a str,
    /// The run.
    pub run: &'a Run,
    /// What it found.
    pub outcome: &'a Outcome,
    /// What of it is news.
    pub news: &'a News,
    /// Where the report is.
    pub report: Option<&'a str>,
    /// What must be known before all else.
    pub verdict: &'a str,
}

impl Told<'_> {
    /// The message for a receiver; none where nothing is news for him, unless he wants to hear of every run.
    pub fn to(&self, receiver: &Receiver, now: DateTime<Utc>) -> Option<Message> {
        let told = |finding: &Finding| finding.severity >= receiver.from_severity;
        let all = self.outcome.findings.iter().zip(&self.news.changes);
        let news: Vec<_> = all.clone().filter(|(finding, change)| change.is_news() && told(finding)).collect();
        let is_partial = self.outcome.is_partial();
        if news.is_empty() && !receiver.is_told_of_all {
            return None;
        }
        let going_on = all.filter(|(finding, change)| !change.is_news() && told(finding)).count();
        let below = self.outcome.findings.iter().filter(|finding| !told(finding)).count();
        let ended = self.news.ended.iter().filter(|known| known.severity >= receiver.from_severity);
        let mut rest = Vec::new();
        if going_on > 0 {
            rest.push(format!("{} as before", counted(going_on, "finding")));
        }
        let ended: Vec<_> = ended.map(|known| known.what.as_str()).collect();
        if !ended.is_empty() {
            rest.push(format!("{} ended: {}", counted(ended.len(), "finding"), some(&ended)));
        }
        if below > 0 {
            rest.push(format!("{} below {}", counted(below, "finding"), receiver.from_severity));
        }
        if is_partial {
            rest.push("part of the input could not be read: the report says which".to_owned());
        }
        let alerts: Vec<Alert> =
            news.iter().take(TOLD_ALERTS).map(|(finding, change)| Alert::of(finding, **change)).collect();
        let worst = news.iter().map(|(finding, _)| finding.severity).max().unwrap_or(Severity::Info);
        let subject = match alerts.first() {
            None => format!("nothing new; {}", self.verdict),
            Some(first) if news.len() == 1 => first.what.clone(),
            Some(first) => format!("{} new or worse, the worst: {}", counted(news.len(), "finding"), first.what),
        };
        let id = message_id(self.schedule, self.run, &receiver.name.value);
        Some(Message {
            kind: Kind::Findings,
            about: id.clone(),
            id,
            to: receiver.name.value.clone(),
            schedule: self.schedule.to_owned(),
            made: Moment(now.timestamp()),
            severity: worst,
            subject,
            period: Some((Moment(self.run.from.timestamp()), Moment(self.run.to.timestamp()))),
            more_alerts: (news.len() - alerts.len()) as u64,
            alerts,
            rest,
            report: self.report.map(str::to_owned),
        })
    }
}

impl Message {
    /// Word that a schedule can't do what it is to do, or can again; `about` is the same in both.
    pub fn of_trouble(schedule: &str, to: &str, kind: Kind, about: &str, what: &str, now: DateTime<Utc>) -> Self {
        let about = format!("{about}-{to}");
        Message {
            id: if kind == Kind::Recovered { format!("{about}-over") } else { about.clone() },
            kind,
            about,
            to: to.to_owned(),
            schedule: schedule.to_owned(),
            made: Moment(now.timestamp()),
            severity: if kind == Kind::Trouble { Severity::High } else { Severity::Info },
            subject: what.to_owned(),
            period: None,
            alerts: Vec::new(),
            more_alerts: 0,
            rest: Vec::new(),
            report: None,
        }
    }
}

impl Message {
    /// A message that says that it is a test.
    pub fn of_test(to: &str, now: DateTime<Utc>) -> Self {
        let alert = Alert {
            id: "0000000000000000".to_owned(),
            detection: "test".to_owned(),
            severity: Severity::Info,
            reason: "new".to_owned(),
            what: "198.51.100.7 did nothing to 10.0.0.1: this is how a finding looks".to_owned(),
            account_id: None,
            region: None,
            interface_id: None,
            actor: Some("198.51.100.7".to_owned()),
            target: Some("10.0.0.1".to_owned()),
            port: Some(443),
            first_seen: Moment(now.timestamp() - 60),
            last_seen: Moment(now.timestamp()),
            advice: "Nothing is to be done.".to_owned(),
            query: "SELECT * FROM flows WHERE srcaddr = '198.51.100.7'".to_owned(),
        };
        let (about, subject) = (format!("test-{}", now.timestamp()), "This is a test of vpcflow: messages arrive");
        Message { alerts: vec![alert], ..Message::of_trouble("test", to, Kind::Test, &about, subject, now) }
    }
}

/// The id of a run's message.
fn message_id(schedule: &str, run: &Run, receiver: &str) -> String {
    format!("{schedule}-{}-{receiver}", run.fire.format("%Y%m%dT%H%M%SZ"))
}

impl Alert {
    fn of(finding: &Finding, change: Change) -> Self {
        Alert {
            id: finding.id.clone(),
            detection: finding.detection.clone(),
            severity: finding.severity,
            reason: change.to_string(),
            what: crate::report::what(finding),
            account_id: finding.account_id.clone(),
            region: finding.region.clone(),
            interface_id: finding.interface_id.clone(),
            actor: finding.actor.clone(),
            target: finding.target.clone(),
            port: finding.port,
            first_seen: finding.first_seen,
            last_seen: finding.last_seen,
            advice: finding.remediation.clone(),
            query: finding.query.clone(),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    crate::report::counted(count as u64, what)
}

/// The first few of many.
fn some(all: &[&str]) -> String {
    const FEW: usize = 3;
    let few = all.iter().take(FEW).copied().collect::<Vec<_>>().join("; ");
    if all.len() > FEW { format!("{few}; and {} more", all.len() - FEW) } else { few }
}
