//! Days and hours, in UTC.

use mainstay_kernel::Timestamp;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// A day in UTC, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day that an instant is in.
    pub fn of(at: Timestamp) -> Self {
        Self(i32::try_from(at.seconds().div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX))
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.0) * DAY_SECONDS)
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        self.start().plus(DAY)
    }

    /// So many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// So many days earlier.
    #[must_use]
    pub const fn minus(self, days: i32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// As ISO 8601 has it.
    pub fn to_iso(self) -> String {
        let mut text = self.start().to_iso_seconds();
        text.truncate("2026-01-15".len());
        text
    }
}

/// Which hour of its day an instant is in, from 0.
pub(crate) fn hour_of(at: Timestamp) -> i64 {
    at.seconds().rem_euclid(DAY_SECONDS) / HOUR_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_first_instant_and_not_that_of_the_next() {
        let noon = Timestamp::parse("2028-02-29T12:30:00Z").expect("a time");
        let day = Day::of(noon);
        assert_eq!((day.to_iso(), hour_of(noon)), ("2028-02-29".to_owned(), 12));
        assert_eq!((Day::of(day.start()), Day::of(day.end())), (day, day.plus(1)));
        assert_eq!(day.plus(1).to_iso(), "2028-03-01");
    }
}
