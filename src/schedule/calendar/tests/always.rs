//! What holds of every pattern, zone, and clock: no fire is lost, none comes twice.

use std::collections::BTreeSet;

use chrono::Timelike;
use proptest::prelude::*;

use super::*;

/// The zones of the property tests: half an hour's jump, an hour's at midnight and at others, and none.
const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Asia/Kathmandu"];

/// Minutes of the hour and hours of the day at which a pattern fires.
fn patterns() -> impl Strategy<Value = (BTreeSet<u32>, BTreeSet<u32>)> {
    (prop::collection::btree_set(0..60u32, 1..4), prop::collection::btree_set(0..24u32, 1..8))
}

fn pattern((minutes, hours): &(BTreeSet<u32>, BTreeSet<u32>)) -> String {
    let list = |all: &BTreeSet<u32>| all.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    format!("{} {} * * *", list(minutes), list(hours))
}

/// The fires between two times by another way: each minute is looked at, with what the clock showed the minute before.
fn by_the_minute(
    times: &(BTreeSet<u32>, BTreeSet<u32>),
    zone: Tz,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<DateTime<Utc>> {
    let minute = TimeDelta::minutes(1);
    let shown = |time: DateTime<Utc>| time.with_timezone(&zone).naive_local();
    let is_time = |time: NaiveDateTime| times.0.contains(&time.minute()) && times.1.contains(&time.hour());
    let mut latest = shown(from);
    let mut found = Vec::new();
    let mut time = from;
    while time < to {
        time += minute;
        let mut is_fire = false;
        // What it shows for the first time, and what it passed over.
        while latest < shown(time) {
            latest += minute;
            is_fire |= is_time(latest);
        }
        found.extend(is_fire.then_some(time));
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fires_are_those_that_a_clock_on_the_wall_shows(times in patterns(), name in prop::sample::select(&ZONES[..]), day in 0..365i64) {
        let calendar = cron(&pattern(&times), name);
        // Three days before, so that the clock's latest time is known.
        let from = at("2026-01-01T00:00Z") + TimeDelta::days(day);
        let (begun, to) = (from - TimeDelta::days(3), from + TimeDelta::days(3));
        let expected: Vec<_> = by_the_minute(&times, zone(name), begun, to).into_iter().filter(|fire| *fire > from).collect();
        let next: Vec<_> = calendar.runs_after(from).map(|run| run.fire).take_while(|fire| *fire <= to).collect();
        prop_assert_eq!(&next, &expected);
        let back = std::iter::successors(calendar.fires.last_until(to), |fire| calendar.fires.last_until(*fire - SECOND));
        let mut back: Vec<_> = back.take_while(|fire| *fire > from).collect();
        back.reverse();
        prop_assert_eq!(&back, &expected);
    }

    #[test]
    fn no_fire_is_lost_or_comes_twice(
        times in patterns(),
        name in prop::sample::select(&ZONES[..]),
        is_at_midnight: bool,
        is_of_a_day: bool,
        catch_up in 0..4usize,
        grace in 0..600i64,
        // Days on which clocks jump are among them; a clock may go back, or stand.
        first in 0..365i64,
        steps in prop::collection::vec((-600..3000i64, any::<bool>()), 1..20),
    ) {
        let mut calendar = cron(&pattern(&times), name);
        (calendar.catch_up, calendar.grace) = (catch_up, TimeDelta::minutes(grace));
        if is_at_midnight {
            calendar.ends = PeriodEnd::Midnight;
        }
        if is_of_a_day {
            calendar.period = Period::Days(NonZeroU16::MIN);
        }
        let mut now = at("2026-01-01T00:00Z") + TimeDelta::days(first);
        let begun = now - TimeDelta::days(2);
        let mut last_done = begun;
        let mut told: Vec<(DateTime<Utc>, usize)> = Vec::new();
        let mut latest = now;
        for (minutes, is_cut_short) in steps {
            now += TimeDelta::minutes(minutes);
            latest = latest.max(now);
            let due = calendar.due(Some(last_done), now);
            prop_assert_eq!(due.is_set_back, last_done > now);
            prop_assert!(due.runs.len() <= catch_up + 1);
            let ready: Vec<Run> = calendar.runs_after(last_done).take_while(|run| run.fire <= now).filter(|run| run.ready <= now).collect();
            prop_assert_eq!(ready.len(), due.runs.len() + due.missed.map_or(0, |missed| missed.count));
            prop_assert!(ready.ends_with(&due.runs));
            // A process may end between two runs; what was told of is told with the first.
            let done = if is_cut_short { due.runs.len().div_ceil(2) } else { due.runs.len() };
            for (index, run) in due.runs.iter().take(done).enumerate() {
                prop_assert!(run.ready <= now && run.from < run.to && run.to <= run.fire && run.fire > last_done);
                let missed = due.missed.filter(|_| index == 0).map_or(0, |missed| missed.count);
                told.push((run.fire, missed));
                last_done = run.fire;
            }
            if done == due.runs.len() {
                let next = due.next.expect("a day follows");
                prop_assert!(next.ready > now && next.fire > last_done);
            }
        }
        let all: Vec<Run> = calendar.runs_after(begun).take_while(|run| run.fire <= last_done).collect();
        prop_assert!(told.is_sorted_by(|one, other| one.0 < other.0));
        prop_assert_eq!(told.len() + told.iter().map(|(_, missed)| missed).sum::<usize>(), all.len());
        // Each is one of the schedule's, and as many lie between two as were told to be missed.
        let mut before = 0;
        for (fire, missed) in told {
            let place = all.iter().position(|run| run.fire == fire);
            prop_assert_eq!(place, Some(before + missed));
            before += missed + 1;
        }
        // One period follows the other.
        prop_assert!(is_of_a_day || all.windows(2).all(|pair| pair[0].to == pair[1].from));
        // What is ready at a time that the clock never showed is not run.
        prop_assert!(all.last().is_none_or(|run| run.ready <= latest));
    }
}
