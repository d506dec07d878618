//! How many rows each five-minute slot gets: the daily curve, and the arithmetic that makes `--records` exact.

use std::ops::Range;

/// Length of a slot, which is also what one delivered object covers, in seconds.
pub(super) const SLOT_SECONDS: i64 = 300;

/// Slots of a day.
pub(super) const DAY_SLOTS: usize = 288;

/// Traffic at each full hour UTC, as a share of the day's peak in percent.
const CURVE: [u64; 24] =
    [46, 41, 38, 36, 37, 43, 55, 69, 84, 94, 99, 100, 97, 98, 100, 99, 96, 91, 86, 80, 73, 66, 59, 52];

/// The rows of background traffic, spread over slots by the daily curve.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Unix seconds of the first midnight.
    pub(super) first_midnight: i64,
    pub(super) days: usize,
    rows: u64,
    /// Sum of the curve up to each slot of a day.
    cumulative: Vec<u64>,
}

impl Plan {
    pub(super) fn new(first_midnight: i64, days: usize, rows: u64) -> Plan {
        let mut cumulative = vec![0];
        let mut sum = 0;
        for slot in 0..DAY_SLOTS {
            let (hour, part) = (slot / 12, (slot % 12) as u64);
            sum += CURVE[hour] * (12 - part) + CURVE[(hour + 1) % 24] * part;
            cumulative.push(sum);
        }
        Plan { first_midnight, days, rows, cumulative }
    }

    /// The slots in which traffic begins. One more follows, for records that end after the last midnight.
    pub(super) fn slots(&self) -> Range<usize> {
        0..self.days * DAY_SLOTS
    }

    /// Unix seconds at which a slot begins.
    pub(super) fn slot_start(&self, slot: usize) -> i64 {
        self.first_midnight + slot as i64 * SLOT_SECONDS
    }

    /// The slot a moment falls into; moments before the first one count to it.
    pub(super) fn slot_of(&self, second: i64) -> usize {
        ((second - self.first_midnight) / SLOT_SECONDS).max(0) as usize
    }

    /// Rows of background traffic that begin in a slot; all slots together have exactly the rows asked for.
    pub(super) fn quota(&self, slot: usize) -> u64 {
        self.until(slot + 1) - self.until(slot)
    }

    /// The quota of the quietest slot.
    pub(super) fn quietest(&self) -> u64 {
        (0..DAY_SLOTS).map(|slot| self.quota(slot)).min().unwrap_or(0)
    }

    fn until(&self, slot: usize) -> u64 {
        let day = self.cumulative[DAY_SLOTS];
        let weight = (slot / DAY_SLOTS) as u64 * day + self.cumulative[slot % DAY_SLOTS];
        (u128::from(self.rows) * u128::from(weight) / u128::from(day * self.days as u64)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_sum_to_the_rows_asked_for() {
        for (days, rows) in [(1, 0), (1, 1), (1, 1_000_003), (3, 77_777), (400, 1_999_999_999)] {
            let plan = Plan::new(0, days, rows);
            assert_eq!(plan.slots().map(|slot| plan.quota(slot)).sum::<u64>(), rows, "{days} days");
        }
    }

    #[test]
    fn the_day_is_busier_than_the_night() {
        let plan = Plan::new(0, 1, 1_000_000);
        assert_eq!((plan.quota(3 * 12), plan.quota(11 * 12)), (1725, 4792));
        assert_eq!(plan.quietest(), 1725);
    }

    #[test]
    fn a_moment_belongs_to_the_slot_it_begins() {
        let plan = Plan::new(86_400, 1, 0);
        assert_eq!((plan.slot_of(86_400), plan.slot_of(86_699), plan.slot_of(86_700)), (0, 0, 1));
        assert_eq!((plan.slot_of(86_399), plan.slot_of(172_800)), (0, 288));
        assert_eq!(plan.slot_start(288), 172_800);
    }
}
