//! The days on which clocks jump, what is caught up and what is told.

mod always;

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").expect(text);
    parsed.and_utc()
}

fn written(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%MZ").to_string()
}

fn zone(name: &str) -> Tz {
    name.parse().expect(name)
}

fn calendar(fires: Fires) -> Calendar {
    Calendar { fires, grace: TimeDelta::minutes(15), period: Period::BetweenFires, ends: PeriodEnd::Fire, catch_up: 7 }
}

fn cron(pattern: &str, name: &str) -> Calendar {
    calendar(Fires::cron(pattern, zone(name)).expect(pattern))
}

fn every(hours: u32, name: &str) -> Calendar {
    calendar(Fires::every(hours, zone(name)).expect("a multiple"))
}

/// The next fires.
fn fires(calendar: &Calendar, after: &str, count: usize) -> Vec<String> {
    calendar.runs_after(at(after)).take(count).map(|run| written(run.fire)).collect()
}

/// Runs as texts: the fire, and the period it judges.
fn told(runs: &[Run]) -> Vec<String> {
    runs.iter().map(|run| format!("{}: {} - {}", written(run.fire), written(run.from), written(run.to))).collect()
}

#[test]
fn a_time_that_the_clock_passes_over_fires_right_after() {
    // 2026-03-29, 02:00 CET is 03:00 CEST.
    let calendar = cron("30 2 * * *", "Europe/Berlin");
    let expected = [
        "2026-03-28T01:30Z: 2026-03-27T01:30Z - 2026-03-28T01:30Z",
        "2026-03-29T01:00Z: 2026-03-28T01:30Z - 2026-03-29T01:00Z",
        "2026-03-30T00:30Z: 2026-03-29T01:00Z - 2026-03-30T00:30Z",
    ];
    assert_eq!(told(&calendar.runs_after(at("2026-03-27T12:00Z")).take(3).collect::<Vec<_>>()), expected);
    // 2026-03-08, 02:00 EST is 03:00 EDT.
    let calendar = cron("0 2 * * *", "America/New_York");
    assert_eq!(
        fires(&calendar, "2026-03-07T00:00Z", 3),
        ["2026-03-07T07:00Z", "2026-03-08T07:00Z", "2026-03-09T06:00Z"]
    );
}

#[test]
fn times_that_the_clock_passes_over_together_are_one_fire() {
    let calendar = cron("*/30 * * * *", "Europe/Berlin");
    let expected = ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"];
    assert_eq!(fires(&calendar, "2026-03-29T00:00Z", 3), expected);
}

#[test]
fn a_time_that_the_clock_shows_twice_fires_once() {
    // 2026-10-25, 03:00 CEST is 02:00 CET.
    let calendar = cron("30 2 * * *", "Europe/Berlin");
    let expected = [
        "2026-10-24T00:30Z: 2026-10-23T00:30Z - 2026-10-24T00:30Z",
        "2026-10-25T00:30Z: 2026-10-24T00:30Z - 2026-10-25T00:30Z",
        "2026-10-26T01:30Z: 2026-10-25T00:30Z - 2026-10-26T01:30Z",
    ];
    assert_eq!(told(&calendar.runs_after(at("2026-10-23T12:00Z")).take(3).collect::<Vec<_>>()), expected);
    // What it is yet to show again has fired.
    assert_eq!(calendar.fires.last_until(at("2026-10-25T01:15Z")), Some(at("2026-10-25T00:30Z")));
    assert_eq!(calendar.due(Some(at("2026-10-24T00:30Z")), at("2026-10-25T01:15Z")).runs.len(), 1);
    // While it shows them the second time nothing more is due.
    let done = at("2026-10-25T00:30Z");
    for now in ["2026-10-25T01:29Z", "2026-10-25T01:30Z", "2026-10-25T01:46Z", "2026-10-26T01:44Z"] {
        assert_eq!(calendar.due(Some(done), at(now)).runs, [], "{now}");
    }
    assert_eq!(calendar.due(Some(done), at("2026-10-26T01:45Z")).runs.len(), 1);
    // 2026-11-01, 02:00 EDT is 01:00 EST.
    let calendar = cron("15 1 * * *", "America/New_York");
    assert_eq!(fires(&calendar, "2026-10-31T12:00Z", 2), ["2026-11-01T05:15Z", "2026-11-02T06:15Z"]);
}

#[test]
fn hours_are_counted_from_the_time_zones_midnight() {
    assert_eq!(
        fires(&every(6, "UTC"), "2026-03-11T00:00Z", 3),
        ["2026-03-11T06:00Z", "2026-03-11T12:00Z", "2026-03-11T18:00Z"]
    );
    let berlin = every(12, "Europe/Berlin");
    let expected = ["2026-03-28T23:00Z", "2026-03-29T10:00Z", "2026-03-29T22:00Z"];
    assert_eq!(fires(&berlin, "2026-03-28T12:00Z", 3), expected);
    // The hour that is shown twice belongs to the run after it.
    let hourly: Vec<Run> = every(1, "Europe/Berlin").runs_after(at("2026-10-24T23:00Z")).take(2).collect();
    let expected = [
        "2026-10-25T00:00Z: 2026-10-24T23:00Z - 2026-10-25T00:00Z",
        "2026-10-25T02:00Z: 2026-10-25T00:00Z - 2026-10-25T02:00Z",
    ];
    assert_eq!(told(&hourly), expected);
    assert_eq!(fires(&every(24, "Asia/Kolkata"), "2026-03-11T00:00Z", 1), ["2026-03-11T18:30Z"]);
    assert!(Fires::every(5, Tz::UTC).is_err() && Fires::every(0, Tz::UTC).is_err());
}

#[test]
fn a_leap_day_is_a_day() {
    let calendar = cron("15 6 29 2 *", "UTC");
    assert_eq!(fires(&calendar, "2026-01-01T00:00Z", 2), ["2028-02-29T06:15Z", "2032-02-29T06:15Z"]);
    let daily = cron("15 6 * * *", "UTC");
    assert_eq!(fires(&daily, "2028-02-28T12:00Z", 2), ["2028-02-29T06:15Z", "2028-03-01T06:15Z"]);
    assert!(
        Fires::cron("0 0 30 2 *", Tz::UTC)
            .expect_err("no such day")
            .starts_with("no such day ever comes; write minute")
    );
}

#[test]
fn days_of_the_month_and_of_the_week_are_told_apart_as_cron_does() {
    // Either is enough where both are named.
    let expected = ["2026-03-13T06:00Z", "2026-03-15T06:00Z", "2026-03-20T06:00Z"];
    assert_eq!(fires(&cron("0 6 15 * FRI", "UTC"), "2026-03-11T00:00Z", 3), expected);
    assert_eq!(fires(&cron("0 6 * * 1-5", "UTC"), "2026-03-13T12:00Z", 1), ["2026-03-16T06:00Z"]);
    assert_eq!(fires(&cron("0 6 * * 7", "UTC"), "2026-03-13T12:00Z", 1), ["2026-03-15T06:00Z"]);
    let error = Fires::cron("15 24 * * *", Tz::UTC).expect_err("no hour");
    assert!(error.starts_with("the hour: Number out of bounds; write minute, hour,"), "{error}");
    for wrong in ["", "15 6 * *", "0 15 6 * * *", "0 15 6 * * * 2026", "60 6 * * *", "15 24 * * *", "every day"] {
        let error = Fires::cron(wrong, Tz::UTC).expect_err(wrong);
        assert!(
            error.ends_with("write minute, hour, day of the month, month and day of the week: \"15 6 * * *\""),
            "{error}"
        );
    }
}

#[test]
fn a_run_waits_for_what_comes_late() {
    let calendar = cron("0 6 * * *", "UTC");
    let done = Some(at("2026-03-10T06:00Z"));
    assert_eq!(calendar.due(done, at("2026-03-11T06:14Z")).runs, []);
    let due = calendar.due(done, at("2026-03-11T06:15Z"));
    assert_eq!(told(&due.runs), ["2026-03-11T06:00Z: 2026-03-10T06:00Z - 2026-03-11T06:00Z"]);
    assert_eq!(due.runs[0].ready, at("2026-03-11T06:15Z"));
    assert_eq!(due.next.map(|run| run.ready), Some(at("2026-03-12T06:15Z")));
}

#[test]
fn a_period_may_end_at_midnight() {
    let mut calendar = cron("15 6 * * *", "Europe/Berlin");
    calendar.ends = PeriodEnd::Midnight;
    let expected = [
        // The day has 23 hours.
        "2026-03-30T04:15Z: 2026-03-28T23:00Z - 2026-03-29T22:00Z",
        "2026-03-31T04:15Z: 2026-03-29T22:00Z - 2026-03-30T22:00Z",
    ];
    assert_eq!(told(&calendar.runs_after(at("2026-03-29T12:00Z")).take(2).collect::<Vec<_>>()), expected);
    // Midnight is long over, and the run needs not wait.
    let run = calendar.runs_after(at("2026-03-29T12:00Z")).next().expect("a run");
    assert_eq!(run.ready, run.fire);
    // But it does where that is not so.
    calendar.grace = TimeDelta::hours(8);
    let due = |now| told(&calendar.due(Some(at("2026-03-29T04:15Z")), at(now)).runs);
    assert_eq!(due("2026-03-30T05:59Z"), Vec::<String>::new());
    assert_eq!(due("2026-03-30T06:00Z"), [expected[0]]);
    // Of several fires a day the first judges the day before; nothing is left for the others.
    let mut hourly = every(6, "UTC");
    hourly.ends = PeriodEnd::Midnight;
    assert_eq!(fires(&hourly, "2026-03-11T01:00Z", 2), ["2026-03-12T00:00Z", "2026-03-13T00:00Z"]);
    let due = hourly.due(Some(at("2026-03-10T00:00Z")), at("2026-03-12T20:00Z"));
    assert_eq!(
        due.runs.iter().map(|run| written(run.fire)).collect::<Vec<_>>(),
        ["2026-03-11T00:00Z", "2026-03-12T00:00Z"]
    );
    assert_eq!(due.next.map(|run| written(run.fire)), Some("2026-03-13T00:00Z".to_owned()));
}

#[test]
fn a_period_of_days_is_one_of_the_calendar() {
    let mut calendar = cron("30 2 * * *", "Europe/Berlin");
    calendar.period = Period::Days(NonZeroU16::MIN);
    let expected = [
        "2026-03-29T01:00Z: 2026-03-28T01:30Z - 2026-03-29T01:00Z",
        "2026-03-30T00:30Z: 2026-03-29T01:00Z - 2026-03-30T00:30Z",
    ];
    assert_eq!(told(&calendar.runs_after(at("2026-03-28T12:00Z")).take(2).collect::<Vec<_>>()), expected);
    calendar.ends = PeriodEnd::Midnight;
    let run = calendar.runs_after(at("2026-10-25T12:00Z")).next().expect("a run");
    assert_eq!(told(&[run]), ["2026-10-26T01:30Z: 2026-10-24T22:00Z - 2026-10-25T23:00Z"]);
    let mut weekly = cron("0 6 * * MON", "UTC");
    weekly.period = Period::Span(TimeDelta::hours(36));
    let run = weekly.runs_after(at("2026-03-11T00:00Z")).next().expect("a run");
    assert_eq!(told(&[run]), ["2026-03-16T06:00Z: 2026-03-14T18:00Z - 2026-03-16T06:00Z"]);
}

#[test]
fn what_was_missed_is_caught_up_within_bounds_and_told_beyond() {
    let mut calendar = cron("0 6 * * *", "UTC");
    calendar.catch_up = 2;
    let now = at("2026-03-11T12:00Z");
    // The newest and two before it.
    let due = calendar.due(Some(at("2026-03-08T06:00Z")), now);
    assert_eq!((due.runs.len(), due.missed), (3, None));
    assert_eq!(written(due.runs[0].fire), "2026-03-09T06:00Z");
    let due = calendar.due(Some(at("2026-03-07T06:00Z")), now);
    let missed = due.missed.expect("one more");
    assert_eq!((due.runs.len(), missed.count, missed.is_more), (3, 1, false));
    assert_eq!(told(&[missed.first, missed.last]), ["2026-03-08T06:00Z: 2026-03-07T06:00Z - 2026-03-08T06:00Z"; 2]);
    let due = calendar.due(Some(at("2026-03-01T06:00Z")), now);
    let missed = due.missed.expect("seven more");
    assert_eq!(
        (written(missed.first.fire), written(missed.last.fire), missed.count),
        ("2026-03-02T06:00Z".to_owned(), "2026-03-08T06:00Z".to_owned(), 7)
    );
    calendar.catch_up = 0;
    let due = calendar.due(Some(at("2026-03-09T06:00Z")), now);
    assert_eq!(
        (told(&due.runs), due.missed.map(|missed| missed.count)),
        (vec!["2026-03-11T06:00Z: 2026-03-10T06:00Z - 2026-03-11T06:00Z".to_owned()], Some(1))
    );
}

#[test]
fn a_first_start_runs_the_newest_and_has_missed_nothing() {
    let due = cron("0 6 * * *", "UTC").due(None, at("2026-03-11T12:00Z"));
    assert_eq!(told(&due.runs), ["2026-03-11T06:00Z: 2026-03-10T06:00Z - 2026-03-11T06:00Z"]);
    assert_eq!((due.missed, due.is_set_back), (None, false));
}

#[test]
fn a_clock_that_is_set_back_runs_nothing_twice() {
    let calendar = cron("0 * * * *", "UTC");
    let done = Some(at("2026-03-11T12:00Z"));
    let due = calendar.due(done, at("2026-03-11T09:30Z"));
    assert_eq!((&due.runs[..], due.missed, due.is_set_back), (&[][..], None, true));
    assert_eq!(due.next.map(|run| written(run.fire)), Some("2026-03-11T13:00Z".to_owned()));
    assert!(!calendar.due(done, at("2026-03-11T12:00Z")).is_set_back);
}

#[test]
fn a_clock_that_is_far_ahead_ends() {
    let calendar = cron("* * * * *", "Europe/Berlin");
    for year in ["2126", "4999", "9999"] {
        let due = calendar.due(Some(at("2026-03-11T12:00Z")), at(&format!("{year}-10-25T02:00Z")));
        let missed = due.missed.expect("many");
        assert_eq!((due.runs.len(), missed.count, missed.is_more), (8, MISSED_COUNTED, true), "{year}");
    }
    for now in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
        assert_eq!(calendar.due(None, now).missed, None);
        assert_eq!(calendar.due(Some(now), at("2026-03-11T12:00Z")).is_set_back, now > at("2026-03-11T12:00Z"));
    }
    let mut yesterdays = calendar;
    yesterdays.ends = PeriodEnd::Midnight;
    let due = yesterdays.due(Some(at("2026-03-11T12:00Z")), at("2126-03-11T12:00Z"));
    assert_eq!(due.missed.map(|missed| (missed.count, missed.is_more)), Some((MISSED_COUNTED, true)));
}
