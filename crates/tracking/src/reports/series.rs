//! Numbers as time goes by.

use super::model::{Interval, Point};
use crate::day::Day;
use crate::numbers::Numbers;
use mainstay_kernel::Timestamp;
use std::collections::BTreeMap;

/// What the visits of a day, or of an hour of it, come to.
pub(super) type Sum = ((Day, i64), Numbers);

/// A point for each interval, also for those in which nobody came.
pub(super) fn without_gaps(sums: &[Sum], (from, until): (Day, Day), interval: Interval) -> Vec<Point> {
    let mut points: BTreeMap<Timestamp, Numbers> = BTreeMap::new();
    for day in (from.0..=until.0).map(Day) {
        let hours = if interval == Interval::Hour { 24 } else { 1 };
        points.extend((0..hours).map(|hour| (start((day, hour), interval), Numbers::default())));
    }
    for (place, numbers) in sums {
        if let Some(point) = points.get_mut(&start(*place, interval)) {
            *point += *numbers;
        }
    }
    points.into_iter().map(|(at, numbers)| Point { at, numbers }).collect()
}

/// When the interval begins that an hour of a day is in.
fn start((day, hour): (Day, i64), interval: Interval) -> Timestamp {
    match interval {
        Interval::Hour => Timestamp::from_seconds(day.start().seconds() + hour * 3_600),
        Interval::Day => day.start(),
        Interval::Month => {
            let date = day.to_iso();
            Timestamp::parse(&format!("{}-01", date.get(.."2026-01".len()).unwrap_or_default())).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::of(Timestamp::parse(text).expect("a day"))
    }

    #[test]
    fn intervals_in_which_nobody_came_are_there_too() {
        let two = Numbers { visits: 2, ..Numbers::default() };
        let sums = [((day("2026-01-31"), 0), two), ((day("2026-02-02"), 0), two)];
        let days = without_gaps(&sums, (day("2026-01-30"), day("2026-02-02")), Interval::Day);
        assert_eq!(days.iter().map(|point| point.numbers.visits).collect::<Vec<_>>(), [0, 2, 0, 2]);
        let months = without_gaps(&sums, (day("2026-01-30"), day("2026-02-02")), Interval::Month);
        let seen: Vec<_> = months.iter().map(|point| (point.at.to_iso_seconds(), point.numbers.visits)).collect();
        assert_eq!(seen, [("2026-01-01T00:00:00Z".to_owned(), 2), ("2026-02-01T00:00:00Z".to_owned(), 2)]);
        assert_eq!(without_gaps(&[], (day("2026-01-30"), day("2026-01-31")), Interval::Hour).len(), 48);
    }
}
