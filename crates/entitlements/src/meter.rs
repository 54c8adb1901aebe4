//! What has been used of one feature in the window that is open.

use crate::aggregation::Aggregation;
use crate::reset::Window;
use crate::tally::Tally;
use mainstay_kernel::Timestamp;

/// Most that is counted in one window: the greatest number that every reader of JSON holds exactly (RFC 8259 section 6).
pub(crate) const MOST_USED: u64 = (1 << 53) - 1;

/// What has been used of one feature by one workspace in the window that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meter {
    /// Where the window begins that it was opened for; none for one that never was.
    pub opened_at: Option<Timestamp>,
    /// What has been used.
    pub used: u64,
    /// When the use that was told of last took place.
    pub latest_at: Option<Timestamp>,
    /// How often it was changed.
    pub version: u64,
}

impl Meter {
    /// Whether its numbers are those of this window.
    pub fn shows(&self, window: &Window) -> bool {
        self.opened_at == Some(window.from)
    }

    /// Begins another window, with what was used in it before.
    pub fn open(&mut self, window: &Window, used: Tally, number: u64) {
        self.opened_at = Some(window.from);
        self.used = number.min(MOST_USED);
        self.latest_at = used.latest.map(|(_, at)| at);
    }

    /// By how much it grows with a use. `is_new` tells of a value whether it is the first of its kind in the window.
    pub fn growth(&self, aggregation: Aggregation, quantity: u64, is_new: bool) -> u64 {
        match aggregation {
            Aggregation::Count => 1,
            Aggregation::Unique => u64::from(is_new),
            way => way.growth(self.used, quantity),
        }
    }

    /// Counts a use.
    pub fn count(&mut self, aggregation: Aggregation, quantity: u64, at: Timestamp, is_new: bool) {
        let is_latest = self.latest_at.is_none_or(|latest| latest <= at);
        self.used = match aggregation {
            Aggregation::Latest if is_latest => quantity,
            Aggregation::Latest => self.used,
            way => self.used.saturating_add(self.growth(way, quantity, is_new)).min(MOST_USED),
        };
        self.latest_at = self.latest_at.max(Some(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Timestamp = Timestamp::from_seconds(20);

    fn used(aggregation: Aggregation, uses: &[(u64, i64, bool)]) -> u64 {
        let mut meter = Meter::default();
        for (quantity, at, is_new) in uses {
            meter.count(aggregation, *quantity, Timestamp::from_seconds(*at), *is_new);
        }
        meter.used
    }

    #[test]
    fn each_aggregation_counts_in_its_way() {
        let uses = [(5, 10, true), (9, 30, false), (2, 20, true)];
        let ways = [Aggregation::Sum, Aggregation::Count, Aggregation::Max, Aggregation::Latest, Aggregation::Unique];
        assert_eq!(ways.map(|way| used(way, &uses)), [16, 3, 9, 9, 2]);
    }

    #[test]
    fn it_shows_the_window_that_it_was_opened_for() {
        let mut meter = Meter::default();
        let window = Window { from: Timestamp::from_seconds(10), until: None };
        assert!(!meter.shows(&window), "it was never opened");
        meter.open(&window, Tally::one(4, LATER), 4);
        assert_eq!((meter.shows(&window), meter.used), (true, 4));
        assert!(!meter.shows(&Window { from: LATER, ..window }));
    }
}
