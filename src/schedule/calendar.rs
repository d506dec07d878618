//! Which runs are due: pure functions over a schedule, the last fire that is done, and the time.
//!
//! Whoever runs a schedule keeps one thing, the last fire that is done, and asks again after each run. From this follows
//! all else: runs never overlap, what comes due during a long run queues in order, what was missed while nothing ran is
//! caught up, and a clock that is set back runs nothing twice. What is further back than `catch-up` is told, not dropped in
//! silence.

mod fires;
#[cfg(test)]
mod tests;

use std::num::NonZeroU16;

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use fires::Fires;

use crate::limits::{LAST_SECOND, MISSED_COUNTED};

/// The least by which two fires differ.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// When runs are due, and what they judge.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The times.
    pub fires: Fires,
    /// How long after a period's end its records may still come: no run judges it earlier.
    pub grace: TimeDelta,
    /// How long the period is that a run judges.
    pub period: Period,
    /// When it ends.
    pub ends: PeriodEnd,
    /// How many runs before the newest are caught up.
    pub catch_up: usize,
}

/// How long the period is that a run judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From one fire to the next, so that nothing is left out and nothing judged twice.
    BetweenFires,
    /// Days of the time zone's calendar, which may have 23 or 25 hours.
    Days(NonZeroU16),
    /// A span of time.
    Span(TimeDelta),
}

/// When the period ends that a run judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodEnd {
    /// At the fire.
    Fire,
    /// At the midnight before it, of the time zone: a run in the morning judges yesterday.
    Midnight,
}

/// A run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The time of the schedule that it is for, by which it is known.
    pub fire: DateTime<Utc>,
    /// From when the records are that it judges.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// When it may begin: at the fire, and not before `to` is `grace` ago.
    pub ready: DateTime<Utc>,
}

/// Runs that are not caught up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// How many.
    pub count: usize,
    /// Whether there are more before them, which nobody counted.
    pub is_more: bool,
    /// The oldest that was counted.
    pub first: Run,
    /// The newest.
    pub last: Run,
}

/// What is to be done at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// The runs that may begin, the oldest first.
    pub runs: Vec<Run>,
    /// Those before them that are not caught up.
    pub missed: Option<Missed>,
    /// The next run, after all of these.
    pub next: Option<Run>,
    /// Whether the last fire that is done lies ahead: the clock was set back, and nothing is due before it is there again.
    pub is_set_back: bool,
}

impl Calendar {
    /// What is due at `now`, of the fires after `last_done`. Where none is done yet nothing was missed, and the newest is
    /// due: what a schedule does is seen when it is begun.
    pub fn due(&self, last_done: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Due {
        let is_set_back = last_done.is_some_and(|done| done > now);
        let mut due = Due { is_set_back, ..Due::default() };
        let wanted = last_done.map_or(1, |_| self.catch_up.saturating_add(1));
        let is_wanted = |run: &Run| last_done.is_none_or(|done| run.fire > done);
        for run in self.back_from(bounded(now)).take_while(is_wanted) {
            if due.runs.len() < wanted {
                due.runs.push(run);
            } else if last_done.is_none() {
                break;
            } else if let Some(missed) = due.missed.as_mut().filter(|missed| missed.count == MISSED_COUNTED) {
                missed.is_more = true;
                break;
            } else {
                let missed = due.missed.get_or_insert(Missed { count: 0, is_more: false, first: run, last: run });
                missed.count += 1;
                missed.first = run;
            }
        }
        due.runs.reverse();
        let newest = due.runs.last().map(|run| run.fire).max(last_done);
        due.next = self.runs_after(newest.unwrap_or(bounded(now))).next();
        due
    }

    /// The runs whose fires come after a time, in order.
    pub fn runs_after(&self, time: DateTime<Utc>) -> impl Iterator<Item = Run> {
        let next = |fire: &DateTime<Utc>| self.fires.next_after(*fire);
        let fires = std::iter::successors(self.fires.next_after(bounded(time)), next);
        fires.filter_map(|fire| self.run(fire))
    }

    /// The runs that may have begun at a time, the newest first.
    fn back_from(&self, now: DateTime<Utc>) -> impl Iterator<Item = Run> {
        let before = |fire: &DateTime<Utc>| self.last_until(*fire - SECOND);
        std::iter::successors(self.newest_ready(now), before).filter_map(|fire| self.run(fire))
    }

    /// The newest fire whose period ended long enough ago.
    fn newest_ready(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut fire = self.last_until(now)?;
        loop {
            let end = self.end(fire);
            if end + self.grace <= now {
                return Some(fire);
            }
            fire = self.last_until(match self.ends {
                PeriodEnd::Fire => now - self.grace,
                PeriodEnd::Midnight => end - SECOND,
            })?;
        }
    }

    /// The last fire until a time that may have something to judge: where a period ends at midnight and begins with that of
    /// the fire before, the first of each day has.
    fn last_until(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let fire = self.fires.last_until(time)?;
        match (self.ends, self.period) {
            (PeriodEnd::Midnight, Period::BetweenFires) => self.fires.next_after(self.fires.midnight(fire) - SECOND),
            _ => Some(fire),
        }
    }

    /// The run of a fire; none where its period is empty, because an earlier fire judged the same.
    fn run(&self, fire: DateTime<Utc>) -> Option<Run> {
        let to = self.end(fire);
        let from = match self.period {
            Period::BetweenFires => self.end(self.fires.last_until(fire - SECOND)?),
            Period::Span(span) => to - span,
            Period::Days(days) => {
                let shown = match self.ends {
                    PeriodEnd::Fire => self.fires.meant(fire)?,
                    PeriodEnd::Midnight => to.with_timezone(&self.fires.zone()).date_naive().into(),
                };
                self.fires.at(shown.checked_sub_days(Days::new(days.get().into()))?)
            }
        };
        (from < to).then(|| Run { fire, from, to, ready: fire.max(to + self.grace) })
    }

    /// When the period of a fire ends.
    fn end(&self, fire: DateTime<Utc>) -> DateTime<Utc> {
        match self.ends {
            PeriodEnd::Fire => fire,
            PeriodEnd::Midnight => self.fires.midnight(fire),
        }
    }
}

/// A time within the years that can be counted with, whatever a clock says.
fn bounded(time: DateTime<Utc>) -> DateTime<Utc> {
    let last = DateTime::from_timestamp(LAST_SECOND, 0).unwrap_or(DateTime::UNIX_EPOCH);
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(last).clamp(DateTime::UNIX_EPOCH, last)
}
