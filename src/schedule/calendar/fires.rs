//! When a schedule fires, on the clocks of its time zone.
//!
//! A pattern names times as a clock on the wall shows them, and twice a year that clock jumps. A time that the clock
//! passes over fires when it has jumped; a time that it shows twice fires the first time. So every time of the pattern
//! fires exactly once, in order, and what falls together (all times within a jump) is one fire.

use chrono::{DateTime, LocalResult, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};

/// How patterns are written.
const FORM: &str = "write minute, hour, day of the month, month and day of the week: \"15 6 * * *\"";

/// What the fields are, in their order.
const FIELDS: [&str; 5] = ["the minute", "the hour", "the day of the month", "the month", "the day of the week"];

/// A second, the smallest step of a time zone's clock.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// Longer than any clock has been set forward or back at once.
const LONGEST_JUMP: TimeDelta = TimeDelta::days(2);

/// The times of a pattern in a time zone.
#[derive(Debug, Clone)]
pub struct Fires {
    pattern: Cron,
    zone: Tz,
}

impl Fires {
    /// The times of a pattern of cron, in five fields.
    ///
    /// # Errors
    /// When it is none, or names a day that never comes; with the remedy.
    pub fn cron(pattern: &str, zone: Tz) -> Result<Self, String> {
        let fields = pattern.split_whitespace().count();
        if fields != 5 && !pattern.starts_with('@') {
            return Err(format!("{pattern:?} has not five fields but {fields}; {FORM}"));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let pattern = parser.parse(pattern).map_err(|error| {
            let alone = |index| parser.parse(&alone(pattern, index)).err().map(|error| (FIELDS[index], error));
            match (0..fields.min(FIELDS.len())).find_map(alone) {
                Some((field, error)) => format!("{field}: {}; {FORM}", told(&error)),
                None => format!("{}; {FORM}", told(&error)),
            }
        })?;
        let fires = Fires { pattern, zone };
        match fires.next_shown(NaiveDateTime::default()) {
            Some(_) => Ok(fires),
            None => Err(format!("no such day ever comes; {FORM}")),
        }
    }

    /// Every so many hours, counted from midnight.
    ///
    /// # Errors
    /// When a day is no multiple of it.
    pub fn every(hours: u32, zone: Tz) -> Result<Self, String> {
        match hours {
            24 => Fires::cron("0 0 * * *", zone),
            1 | 2 | 3 | 4 | 6 | 8 | 12 => Fires::cron(&format!("0 */{hours} * * *"), zone),
            _ => {
                Err("write 1h, 3h, 6h, 12h or 24h, of which a day is a multiple; for other times write cron".to_owned())
            }
        }
    }

    /// The time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first fire after `time`.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut shown = self.shown(time);
        loop {
            shown = self.next_shown(shown)?;
            // A time that the clock shows once more has fired already.
            let fire = self.at(shown);
            if fire > time {
                return Some(fire);
            }
        }
    }

    /// The last fire until `time`, or at it.
    pub fn last_until(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Until a day after the clock was set back, times that it is yet to show again have fired already.
        let offset = |time: DateTime<Utc>| self.zone.offset_from_utc_datetime(&time.naive_utc()).fix();
        let ahead = offset(time).local_minus_utc().max(offset(time - LONGEST_JUMP).local_minus_utc());
        let shown = time.naive_utc().checked_add_signed(TimeDelta::seconds(ahead.into()))?;
        let mut found = self.pattern.find_previous_occurrence(&shown.and_utc(), true).ok()?;
        loop {
            let fire = self.at(found.naive_utc());
            if fire <= time {
                return Some(fire);
            }
            found = self.pattern.find_previous_occurrence(&found, false).ok()?;
        }
    }

    /// The time of the pattern that made this fire: another than the clock shows, where that was passed over.
    pub fn meant(&self, fire: DateTime<Utc>) -> Option<NaiveDateTime> {
        self.next_shown(self.shown(fire - SECOND))
    }

    /// When the day begins that it is on the clock.
    pub fn midnight(&self, time: DateTime<Utc>) -> DateTime<Utc> {
        self.at(self.shown(time).date().and_time(NaiveTime::MIN))
    }

    /// When the clock shows a time: the first time that it does, or right after it passed it over.
    pub fn at(&self, shown: NaiveDateTime) -> DateTime<Utc> {
        match self.zone.from_local_datetime(&shown) {
            LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.to_utc(),
            LocalResult::None => self.first_past(shown),
        }
    }

    /// The first second that the clock shows as a later time.
    fn first_past(&self, shown: NaiveDateTime) -> DateTime<Utc> {
        let (mut before, mut past) = (shown.and_utc() - LONGEST_JUMP, shown.and_utc() + LONGEST_JUMP);
        while past - before > SECOND {
            let middle = before + TimeDelta::seconds((past - before).num_seconds() / 2);
            *(if self.shown(middle) > shown { &mut past } else { &mut before }) = middle;
        }
        past
    }

    /// What the clock shows.
    fn shown(&self, time: DateTime<Utc>) -> NaiveDateTime {
        time.with_timezone(&self.zone).naive_local()
    }

    /// The pattern's next time, on a clock that never jumps.
    fn next_shown(&self, shown: NaiveDateTime) -> Option<NaiveDateTime> {
        self.pattern.find_next_occurrence(&shown.and_utc(), false).ok().map(|time| time.naive_utc())
    }
}

/// One field of a pattern, and any time of the others.
fn alone(pattern: &str, index: usize) -> String {
    let fields = pattern.split_whitespace().enumerate().map(|(at, field)| if at == index { field } else { "*" });
    fields.collect::<Vec<_>>().join(" ")
}

/// What is wrong with a pattern, without the crate's headings.
fn told(error: &CronError) -> String {
    match error {
        CronError::InvalidPattern(text) | CronError::IllegalCharacters(text) | CronError::ComponentError(text) => {
            text.trim_end_matches('.').to_owned()
        }
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}
