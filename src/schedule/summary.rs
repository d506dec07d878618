//! What a configuration comes to, for who wrote it: what is read and who is told, and when each schedule runs next.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::config::{Channel, Config, Schedule};

/// Runs of each schedule that are shown.
const SHOWN_RUNS: usize = 5;

impl Config {
    /// The configuration in words, with the next runs of each schedule after `now`.
    pub fn summary(&self, now: DateTime<Utc>) -> String {
        let mut text = format!("{}: nothing is wrong\n\n", self.file.display());
        let mut line = |name: &str, value: String| {
            // Writing to a text can't fail.
            let _ = writeln!(text, "{name:<9} {value}");
        };
        let sources: Vec<&str> = self.logs.sources.iter().map(|source| source.value.as_str()).collect();
        line("reads", sources.join(", "));
        if let Some(lake) = &self.lake {
            line("lake", lake.value.clone());
        }
        line("remembers", self.state.as_ref().map_or("in the lake".to_owned(), |state| format!("in {}", state.value)));
        if let Some(listen) = self.listen {
            line("serves", format!("http://{listen}/metrics and /healthz"));
        }
        for receiver in &self.receivers {
            let kind = match receiver.channel {
                Channel::Sns { .. } => "sns",
                Channel::Slack { .. } => "slack",
                Channel::Webhook { .. } => "webhook",
                Channel::Email(_) => "email",
            };
            line(
                "tells",
                format!("{} ({kind}) of findings from {} on", receiver.name.value, receiver.from_severity.name()),
            );
        }
        for schedule in &self.schedules {
            text += &shown(schedule, now);
        }
        text
    }
}

/// A schedule and its next runs, on the clocks of its time zone.
fn shown(schedule: &Schedule, now: DateTime<Utc>) -> String {
    let zone = schedule.calendar.fires.zone();
    let mut text = format!("\n{}: {}, {}\n", schedule.name.value, schedule.rule, zone.name());
    for report in &schedule.reports {
        let _ = writeln!(text, "  writes to {}", report.to.value);
    }
    if !schedule.notify.is_empty() {
        let names: Vec<&str> = schedule.notify.iter().map(|name| name.value.as_str()).collect();
        let _ = writeln!(text, "  tells {}", names.join(", "));
    }
    for run in schedule.calendar.runs_after(now).take(SHOWN_RUNS) {
        let [fire, from, to, ready] = [run.fire, run.from, run.to, run.ready].map(|time| on_clock(time, zone));
        let begins = if run.ready > run.fire { format!("begins {ready}, ") } else { String::new() };
        let _ = writeln!(text, "  {fire}: {begins}judges {from} to {to}");
    }
    text
}

fn on_clock(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn who_wrote_a_configuration_sees_what_it_comes_to() {
        let text = r#"
source = ["s3://logs/AWSLogs/", "old"]
lake = "s3://lake/vpcflow"
[http]
listen = "127.0.0.1:9464"
[notify.oncall]
kind = "slack"
url = { env = "SLACK_URL" }
[[schedule]]
name = "daily"
cron = "30 2 * * *"
time-zone = "Europe/Berlin"
notify = "oncall"
[[schedule.report]]
to = "s3://reports/vpcflow/"
[[schedule]]
name = "yesterday"
every = "24h"
grace = "0s"
period-end = "midnight"
"#;
        let config = Config::parse(text, Path::new("conf/schedule.toml")).expect("a configuration");
        let now: DateTime<Utc> = "2026-10-23T12:00:00Z".parse().expect("a time");
        let expected = "\
conf/schedule.toml: nothing is wrong

reads     s3://logs/AWSLogs/, conf/old
lake      s3://lake/vpcflow
remembers in the lake
serves    http://127.0.0.1:9464/metrics and /healthz
tells     oncall (slack) of findings from high on

daily: cron = \"30 2 * * *\", Europe/Berlin
  writes to s3://reports/vpcflow/
  tells oncall
  2026-10-24 02:30 CEST: begins 2026-10-24 02:45 CEST, judges 2026-10-23 02:30 CEST to 2026-10-24 02:30 CEST
  2026-10-25 02:30 CEST: begins 2026-10-25 02:45 CEST, judges 2026-10-24 02:30 CEST to 2026-10-25 02:30 CEST
  2026-10-26 02:30 CET: begins 2026-10-26 02:45 CET, judges 2026-10-25 02:30 CEST to 2026-10-26 02:30 CET
  2026-10-27 02:30 CET: begins 2026-10-27 02:45 CET, judges 2026-10-26 02:30 CET to 2026-10-27 02:30 CET
  2026-10-28 02:30 CET: begins 2026-10-28 02:45 CET, judges 2026-10-27 02:30 CET to 2026-10-28 02:30 CET

yesterday: every = \"24h\", UTC
  2026-10-24 00:00 UTC: judges 2026-10-23 00:00 UTC to 2026-10-24 00:00 UTC
  2026-10-25 00:00 UTC: judges 2026-10-24 00:00 UTC to 2026-10-25 00:00 UTC
  2026-10-26 00:00 UTC: judges 2026-10-25 00:00 UTC to 2026-10-26 00:00 UTC
  2026-10-27 00:00 UTC: judges 2026-10-26 00:00 UTC to 2026-10-27 00:00 UTC
  2026-10-28 00:00 UTC: judges 2026-10-27 00:00 UTC to 2026-10-28 00:00 UTC
";
        assert_eq!(config.summary(now), expected);
    }
}
