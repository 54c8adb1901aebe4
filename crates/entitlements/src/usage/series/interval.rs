//! Hours, days and months of UTC.

use crate::reset::{Reset, Window};
use mainstay_kernel::Timestamp;
use std::time::Duration;

const INSTANT: Duration = Duration::from_micros(1);

/// How long the intervals of a series are. They are those of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// From one full hour to the next.
    Hour,
    /// From midnight to midnight.
    #[default]
    Day,
    /// From the first of a month to that of the next.
    Month,
}

impl Interval {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.name() == name)
    }

    /// The interval in which that instant lies: the window of what starts anew with each of them.
    fn around(self, at: Timestamp) -> Window {
        let reset = match self {
            Self::Hour => Reset::Hourly,
            Self::Day => Reset::Daily,
            Self::Month => Reset::Monthly,
        };
        reset.window(Timestamp::default(), at)
    }

    /// Where the interval begins in which that instant lies.
    pub(super) fn beginning(self, at: Timestamp) -> Timestamp {
        self.around(at).from
    }

    /// The first instant, that one or a later one, with which an interval is over.
    pub(super) fn end(self, at: Timestamp) -> Timestamp {
        let Window { from, until } = self.around(at);
        if from == at { at } else { until.unwrap_or(at) }
    }

    /// Where the interval ends in which that instant lies.
    pub(super) fn after(self, at: Timestamp) -> Timestamp {
        self.around(at).until.unwrap_or(at)
    }

    /// Where the interval began that came so many before the one that begins then; 1970 has none before it.
    pub(super) fn back(self, beginning: Timestamp, count: usize) -> Timestamp {
        (0..count).fold(beginning, |later, _| self.beginning(later.minus(INSTANT)))
    }

    /// Where the intervals of a span begin, and the last of them ends. Both ends of the span are such instants.
    pub(super) fn bounds(self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Timestamp> {
        let next = move |begun: &Timestamp| self.around(*begun).until.filter(|_| *begun < to);
        std::iter::successors(Some(from), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect(text)
    }

    fn bounds(interval: Interval, from: &str, to: &str) -> Vec<String> {
        interval.bounds(at(from), at(to)).map(Timestamp::to_iso_seconds).collect()
    }

    #[test]
    fn months_are_as_long_as_the_calendar_says() {
        let expected = ["2028-01-01T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", "2028-04-01T00:00:00Z"];
        assert_eq!(bounds(Interval::Month, "2028-01-01", "2028-04-01"), expected);
        assert_eq!(Interval::Month.back(at("2028-04-01"), 3), at("2028-01-01"));
        assert_eq!(Interval::Month.back(at("2028-01-01"), 12), at("2027-01-01"));
    }

    #[test]
    fn an_instant_lies_in_one_interval_and_where_one_ends_the_next_begins() {
        let noon = at("2026-01-15T12:00:00Z");
        assert_eq!((Interval::Hour.beginning(noon), Interval::Hour.end(noon)), (noon, noon));
        assert_eq!((Interval::Day.beginning(noon), Interval::Day.end(noon)), (at("2026-01-15"), at("2026-01-16")));
        assert_eq!(bounds(Interval::Hour, "2026-01-15", "2026-01-15").len(), 1, "an empty span has no interval");
        assert_eq!(bounds(Interval::Hour, "2026-01-15", "2026-01-16").len(), 25);
    }

    #[test]
    fn the_ends_of_time_are_no_panic_and_no_endless_loop() {
        let (first, last) = (Timestamp::default(), Timestamp::from_micros(i64::MAX));
        for interval in Interval::ALL {
            assert_eq!(interval.back(first, 3), first);
            assert_eq!(interval.end(last), last);
            let from = interval.beginning(last);
            assert_eq!(interval.bounds(from, last).collect::<Vec<_>>(), [from, last], "{interval:?}");
        }
    }

    proptest! {
        #[test]
        fn bounds_lead_from_one_end_to_the_other_and_going_back_undoes_them(
            index in 0..3_usize, micros in 315_532_800_000_000_i64..6_311_433_600_000_000, count in 0..40_usize,
        ) {
            let interval = Interval::ALL[index];
            let to = interval.end(Timestamp::from_micros(micros));
            let from = interval.back(to, count);
            let bounds: Vec<_> = interval.bounds(from, to).collect();
            prop_assert_eq!((bounds.len(), bounds[0], bounds[count]), (count + 1, from, to));
            prop_assert!(bounds.is_sorted());
        }
    }
}
