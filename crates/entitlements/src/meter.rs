//! What has been used of one feature in the window that is open.

use crate::aggregation::Aggregation;
use crate::reset::Window;
use crate::tally::Tally;
use crate::verdict::{Taken, Threshold};
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
    /// What reservations hold beside it.
    pub held: u64,
    /// When the first of these expires, and what is held must be looked up anew; none where nothing is held.
    pub held_until: Option<Timestamp>,
    /// When the use that was told of last took place.
    pub latest_at: Option<Timestamp>,
    /// The highest threshold that was told of.
    pub told: Option<Threshold>,
    /// How often it was changed.
    pub version: u64,
}

impl Meter {
    /// Whether its numbers are those of this window.
    pub fn shows(&self, window: &Window) -> bool {
        self.opened_at == Some(window.from)
    }

    /// Whether some of what is held has expired by then.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.held_until.is_some_and(|until| until <= now)
    }

    /// What is taken in the window.
    pub const fn taken(&self) -> Taken {
        Taken { used: self.used, held: self.held }
    }

    /// The threshold that is to be told of, since usage has come to it: once until it is below the lowest again, or the
    /// window ends.
    pub fn tell(&mut self, limit: Option<u64>) -> Option<Threshold> {
        let reached = Threshold::reached(self.used, limit);
        let is_new = reached > self.told;
        self.told = reached.and(reached.max(self.told));
        reached.filter(|_| is_new)
    }

    /// Begins another window, with what was used in it before.
    pub fn open(&mut self, window: &Window, used: Tally, number: u64) {
        self.opened_at = Some(window.from);
        self.used = number.min(MOST_USED);
        self.latest_at = used.latest.map(|(_, at)| at);
        // Windows that roll have no end: nothing starts anew with the next one.
        if window.until.is_some() {
            self.told = None;
        }
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
    fn a_threshold_is_told_once_until_usage_is_below_the_lowest_or_the_window_ends() {
        let told = |meter: &mut Meter, used, limit| {
            meter.used = used;
            meter.tell(Some(limit)).map(Threshold::percent)
        };
        let mut meter = Meter::default();
        let uses = [79, 80, 85, 90, 100, 101, 95].map(|used| told(&mut meter, used, 100));
        assert_eq!(uses, [None, Some(80), None, Some(90), Some(100), None, None]);
        assert_eq!((told(&mut meter, 101, 200), told(&mut meter, 180, 200)), (None, Some(90)), "a boost came");
        meter.open(&Window { from: LATER, until: None }, Tally::default(), 180);
        assert_eq!(told(&mut meter, 180, 200), None, "a window that rolls goes on");
        meter.open(&Window { from: LATER, until: Some(LATER) }, Tally::default(), 180);
        assert_eq!(told(&mut meter, 180, 200), Some(90));
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
