//! What some uses come to.

use crate::aggregation::Aggregation;
use mainstay_kernel::Timestamp;

/// What some uses come to, whichever way they are aggregated; values are counted elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many there are.
    pub records: u64,
    /// Their quantities together.
    pub total: u64,
    /// The greatest quantity.
    pub greatest: u64,
    /// The quantity of the latest, and when that was.
    pub latest: Option<(u64, Timestamp)>,
}

impl Tally {
    /// One use.
    pub const fn one(quantity: u64, at: Timestamp) -> Self {
        Self { records: 1, total: quantity, greatest: quantity, latest: Some((quantity, at)) }
    }

    /// Both together. Of two at the same instant the second is the later one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let is_later = |(_, at): (u64, Timestamp)| self.latest.is_none_or(|(_, own)| own <= at);
        Self {
            records: self.records.saturating_add(other.records),
            total: self.total.saturating_add(other.total),
            greatest: self.greatest.max(other.greatest),
            latest: other.latest.filter(|latest| is_later(*latest)).or(self.latest),
        }
    }

    /// The number that the aggregation asks for; of values, none.
    pub fn number(&self, aggregation: Aggregation) -> u64 {
        match aggregation {
            Aggregation::Sum => self.total,
            Aggregation::Count => self.records,
            Aggregation::Max => self.greatest,
            Aggregation::Latest => self.latest.map_or(0, |(quantity, _)| quantity),
            Aggregation::Unique => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_come_to_a_number_in_each_way() {
        let at = Timestamp::from_seconds;
        let uses = [(5, 10), (9, 30), (2, 20)];
        let tally =
            uses.into_iter().fold(Tally::default(), |all, (quantity, when)| all.and(Tally::one(quantity, at(when))));
        let ways = [Aggregation::Sum, Aggregation::Count, Aggregation::Max, Aggregation::Latest, Aggregation::Unique];
        assert_eq!(ways.map(|way| tally.number(way)), [16, 3, 9, 9, 0]);
        assert_eq!(ways.map(|way| Tally::default().number(way)), [0; 5]);
    }

    #[test]
    fn of_two_at_one_instant_the_second_is_the_latest() {
        let at = Timestamp::from_seconds;
        let (first, second) = (Tally::one(1, at(5)), Tally::one(2, at(5)));
        assert_eq!(first.and(second).number(Aggregation::Latest), 2);
        let earlier = Tally::one(7, at(4));
        assert_eq!(first.and(earlier).number(Aggregation::Latest), 1);
    }
}
