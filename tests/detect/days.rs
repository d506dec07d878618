//! Logs of several days are judged day by day; those too short to compare anything are not judged at all.

use vpcflow::detect::{Catalogue, Choice, Judged, Outcome, Question, run};
use vpcflow::history::History;

use super::findings::context;
use super::logs::{Logs, MIDNIGHT};
use super::{Opened, nothing, only};

const FOUND_BY: [&str; 4] = ["beacon", "port-scan", "rejected-spike", "unusual-egress"];

/// A quiet day on which a host calls home by the clock, and another is tried and leaks.
fn day() -> String {
    let mut logs = Logs::v5();
    logs.quiet_day();
    for number in 0..700 {
        logs.session("10.0.0.7", "203.0.113.66", 443, 600 + 120 * number, (6, 1_200), (6, 1_800));
    }
    for host in 1..=4 {
        logs.session(&format!("10.0.1.{host}"), &format!("198.51.100.{host}"), 443, 36_000, (6, 1_200), (6, 1_800));
    }
    for port in 1..=60 {
        logs.rejected("203.0.113.9", "10.0.0.1", port, 7_200 + i64::from(port));
    }
    for minute in 0..30 {
        logs.session("10.0.0.1", "198.51.100.7", 443, 10_800 + 60 * minute, (9_000, 10_000_000), (300, 20_000));
    }
    logs.text()
}

/// A log some days later.
fn later(text: &str, days: i64) -> String {
    let shifted = |(at, field): (usize, &str)| match field.parse::<i64>() {
        Ok(time) if (10..=11).contains(&at) => (time + 86_400 * days).to_string(),
        _ => field.to_owned(),
    };
    let line = |line: &str| line.split(' ').enumerate().map(shifted).collect::<Vec<_>>().join(" ") + "\n";
    text.lines().map(line).collect()
}

async fn detect(texts: &[&str]) -> Outcome {
    let only = FOUND_BY.map(str::to_owned).to_vec();
    Opened::new(texts).await.detect(&Choice { only, ..Choice::default() }, &nothing()).await
}

fn told(outcome: &Outcome) -> Vec<String> {
    let told =
        |finding: &vpcflow::detect::Finding| format!("{} {} {}", finding.id, finding.first_seen, finding.description);
    let mut told: Vec<String> = outcome.findings.iter().map(told).collect();
    told.sort();
    told
}

#[tokio::test]
async fn what_is_found_in_three_days_is_what_each_of_them_has() {
    let days = [day(), later(&Logs::v5().quiet_day().text(), 1), later(&day(), 2)];
    let whole = detect(&days.each_ref().map(String::as_str)).await;
    assert_eq!(whole.run.days, 3);
    let mut of_each = Vec::new();
    for day in &days {
        let one = detect(&[day]).await;
        assert_eq!(one.run.days, 0, "one day is judged as it is");
        of_each.extend(told(&one));
    }
    of_each.sort();
    assert_eq!(told(&whole), of_each);
    let mut found: Vec<&str> = whole.findings.iter().map(|finding| finding.detection.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!((found.as_slice(), whole.findings.len()), (FOUND_BY.as_slice(), 8));
    assert_eq!(whole.run.first_record.map(|moment| moment.0), Some(MIDNIGHT));
}

#[tokio::test]
async fn a_rule_that_one_of_the_days_uses_is_in_use() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let context = context(folder.path());
    let quiet = Logs::v5().quiet_day().text();
    let used =
        Logs::v5().quiet_day().session("203.0.113.1", "10.0.0.1", 3_306, 7_200, (20, 3_000), (40, 60_000)).text();
    let detect = async |texts: [&str; 2]| {
        let texts = [texts[0].to_owned(), later(texts[1], 1)];
        let outcome =
            Opened::new(&texts.each_ref().map(String::as_str)).await.detect(&only("unused-open-rule"), &context).await;
        outcome.findings.iter().map(|finding| finding.port).collect::<Vec<_>>()
    };
    assert_eq!(detect([&quiet, &used]).await, []);
    assert_eq!(detect([&used, &quiet]).await, []);
    assert_eq!(detect([&quiet, &quiet]).await, [Some(3_306)], "once, and not for each day");
}

#[tokio::test]
async fn days_have_a_bound() {
    let lines: String =
        (0..500).map(|day| later(&Logs::v5().rejected("203.0.113.9", "10.0.0.1", 22, 0).text(), day)).collect();
    let opened = Opened::new(&[&lines]).await;
    let catalogue = Catalogue::load(&only("port-scan")).await.expect("shipped");
    let (history, context) = (History::default(), nothing());
    let question = Question {
        catalogue: &catalogue,
        context: &context,
        history: &history,
        judged: Judged::All,
        from: None,
        has_panels: false,
    };
    let error = run(&opened.session, opened.flows.flow_schema(), opened.flows.coverage(), &question)
        .await
        .expect_err("too many")
        .to_string();
    assert_eq!(
        error,
        "the records are of 500 days, and a run judges 400 at most; choose a period with --from and --to"
    );
}

#[tokio::test]
async fn too_few_hours_are_not_judged() {
    let morning: String = day()
        .lines()
        .filter(|line| !line.contains(" 1773") || starts_before(line, 4))
        .fold(String::new(), |text, line| text + line + "\n");
    let outcome = Opened::new(&[&morning]).await.detect(&only("unusual-egress"), &nothing()).await;
    let skipped: Vec<String> = outcome.skipped.iter().map(|skipped| skipped.reason.clone()).collect();
    assert_eq!(skipped, ["needs 6 hours of logs, these span 4.0 hours"]);
    assert!(outcome.run.detections.is_empty());
}

fn starts_before(line: &str, hours: i64) -> bool {
    line.split(' ')
        .nth(10)
        .and_then(|start| start.parse::<i64>().ok())
        .is_some_and(|start| start < MIDNIGHT + 3_600 * hours)
}
