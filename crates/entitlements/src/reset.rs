//! When usage starts anew, and which span of time counts until then.

use chrono::{DateTime, Datelike as _, Months, Utc};
use mainstay_kernel::Timestamp;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// From the first instant that chrono counts from, a Thursday, back to the Monday before it.
const MONDAY: Duration = Duration::from_hours(3 * 24);

const MONTHS_A_YEAR: i32 = 12;

/// When usage of a feature starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// It does not: all usage ever counts.
    Never,
    /// With each hour of UTC.
    Hourly,
    /// With each day of UTC.
    Daily,
    /// With each Monday of UTC.
    Weekly,
    /// Each month, counted from the anchor.
    Monthly,
    /// Each year, counted from the anchor.
    Yearly,
    /// Never at once: what is older than so many days no longer counts, from the next full hour on.
    Rolling {
        /// How many days count.
        days: u16,
    },
}

/// A span of time, with its beginning and without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant that counts.
    pub from: Timestamp,
    /// The first that no longer does, and with which usage starts anew; none where that is no one instant.
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether what happened at that instant counts.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Reset {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "none",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Yearly => "yearly",
            Self::Rolling { .. } => "rolling",
        }
    }

    /// How many days count, where they roll.
    pub const fn rolling_days(self) -> Option<u16> {
        if let Self::Rolling { days } = self { Some(days) } else { None }
    }

    /// The window in which `now` lies. `anchor` is any instant at which a window begins; only months and years ask for it.
    pub fn window(self, anchor: Timestamp, now: Timestamp) -> Window {
        match self {
            Self::Never => Window { from: Timestamp::default(), until: None },
            Self::Hourly => recurring(HOUR, Duration::ZERO, now),
            Self::Daily => recurring(DAY, Duration::ZERO, now),
            Self::Weekly => recurring(7 * DAY, MONDAY, now),
            Self::Monthly => in_months(1, anchor.utc(), now.utc()),
            Self::Yearly => in_months(MONTHS_A_YEAR, anchor.utc(), now.utc()),
            Self::Rolling { days } => rolling(days, now),
        }
    }
}

/// The last days, and the part of an hour before them: usage is kept by the hour.
fn rolling(days: u16, now: Timestamp) -> Window {
    let from = recurring(HOUR, Duration::ZERO, now.minus(u32::from(days) * DAY)).from;
    Window { from, until: None }
}

/// The window of windows that are all of one length; one of them began so long before 1970.
fn recurring(length: Duration, ahead: Duration, now: Timestamp) -> Window {
    let (length, ahead) = (micros(length), micros(ahead));
    let from = (now.micros() + ahead).div_euclid(length) * length - ahead;
    Window { from: Timestamp::from_micros(from), until: Some(Timestamp::from_micros(from + length)) }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).expect("a week is short")
}

/// The window of windows that are so many months long.
fn in_months(length: i32, anchor: DateTime<Utc>, now: DateTime<Utc>) -> Window {
    let apart = (now.year() - anchor.year()) * MONTHS_A_YEAR + month(now) - month(anchor);
    let nearest = apart.div_euclid(length) * length;
    let begun = if later(anchor, nearest) <= now { nearest } else { nearest - length };
    let instant = |months| Timestamp::from_micros(later(anchor, months).timestamp_micros());
    Window { from: instant(begun), until: Some(instant(begun + length)) }
}

fn month(at: DateTime<Utc>) -> i32 {
    i32::try_from(at.month()).expect("there are twelve")
}

/// So many months later, or earlier: the same day at the same time, or the last day of a month that has no such day.
fn later(anchor: DateTime<Utc>, months: i32) -> DateTime<Utc> {
    let span = Months::new(months.unsigned_abs());
    let moved = if months < 0 { anchor.checked_sub_months(span) } else { anchor.checked_add_months(span) };
    moved.expect("a timestamp's year has four digits, and chrono's has six")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect(text)
    }

    /// The window as two texts, the second empty where there is no end.
    fn window(reset: Reset, anchor: &str, now: &str) -> (String, String) {
        let Window { from, until } = reset.window(at(anchor), at(now));
        (from.to_iso_seconds(), until.map(Timestamp::to_iso_seconds).unwrap_or_default())
    }

    /// Where each of some windows after the anchor begins, as dates.
    fn beginnings(reset: Reset, anchor: &str, count: usize) -> Vec<String> {
        let anchor = at(anchor);
        let mut window = reset.window(anchor, anchor);
        let next = || {
            let from = window.from;
            window = reset.window(anchor, window.until.expect("an end"));
            from.to_iso_seconds()[..10].to_owned()
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    #[test]
    fn hours_days_and_weeks_are_those_of_the_calendar() {
        let (anchor, now) = ("2026-01-15T10:30:00Z", "2026-11-29T13:45:10Z");
        let told = |reset| window(reset, anchor, now);
        assert_eq!(told(Reset::Hourly), ("2026-11-29T13:00:00Z".into(), "2026-11-29T14:00:00Z".into()));
        assert_eq!(told(Reset::Daily), ("2026-11-29T00:00:00Z".into(), "2026-11-30T00:00:00Z".into()));
        // A Sunday: the week began on the Monday before.
        assert_eq!(told(Reset::Weekly), ("2026-11-23T00:00:00Z".into(), "2026-11-30T00:00:00Z".into()));
        let monday = window(Reset::Weekly, anchor, "2026-11-30T00:00:00Z");
        assert_eq!(monday.0, "2026-11-30T00:00:00Z", "the instant in which a window ends is in the next one");
    }

    #[test]
    fn months_begin_at_the_day_and_time_of_the_anchor() {
        let told = |now| window(Reset::Monthly, "2026-01-15T10:30:00Z", now);
        let (december, january) = ("2026-12-15T10:30:00Z".to_owned(), "2027-01-15T10:30:00Z".to_owned());
        assert_eq!(told("2026-12-15T10:30:00Z"), (december.clone(), january.clone()));
        assert_eq!(told("2027-01-15T10:29:59Z"), (december, january.clone()));
        assert_eq!(told("2027-01-15T10:30:00Z").0, january);
        assert_eq!(told("2025-12-20T00:00:00Z").0, "2025-12-15T10:30:00Z", "before the anchor it goes on backwards");
    }

    #[test]
    fn an_anchor_at_the_end_of_a_month_clamps_to_shorter_months_and_comes_back() {
        let month_ends =
            ["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"];
        assert_eq!(beginnings(Reset::Monthly, "2027-10-31T08:00:00Z", 7), month_ends);
        let thirtieths = ["2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"];
        assert_eq!(beginnings(Reset::Monthly, "2026-12-30T08:00:00Z", 4), thirtieths);
    }

    #[test]
    fn a_year_from_a_leap_day_ends_on_the_28th_until_the_next_leap_day() {
        let expected = ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"];
        assert_eq!(beginnings(Reset::Yearly, "2028-02-29T12:00:00Z", 5), expected);
        // 2100 is no leap year.
        let (from, until) = window(Reset::Yearly, "2096-02-29T12:00:00Z", "2100-02-28T12:00:00Z");
        assert_eq!((from.as_str(), until.as_str()), ("2100-02-28T12:00:00Z", "2101-02-28T12:00:00Z"));
    }

    #[test]
    fn a_year_is_counted_from_its_month_and_day_whatever_the_month_of_now() {
        let told = |now| window(Reset::Yearly, "2024-09-10T00:00:00Z", now).0;
        assert_eq!(told("2026-03-01T00:00:00Z"), "2025-09-10T00:00:00Z");
        assert_eq!(told("2026-09-09T23:59:59Z"), "2025-09-10T00:00:00Z");
        assert_eq!(told("2026-09-10T00:00:00Z"), "2026-09-10T00:00:00Z");
    }

    #[test]
    fn what_never_starts_anew_counts_for_ever_and_what_rolls_counts_so_many_days() {
        let (anchor, now) = ("2026-01-15T10:30:00Z", "2026-03-01T06:00:00Z");
        assert_eq!(window(Reset::Never, anchor, now), ("1970-01-01T00:00:00Z".into(), String::new()));
        let rolling = Reset::Rolling { days: 30 };
        assert_eq!(window(rolling, anchor, now), ("2026-01-30T06:00:00Z".into(), String::new()));
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        let ends = [Timestamp::default(), Timestamp::from_micros(i64::MAX)];
        for reset in [Reset::Hourly, Reset::Weekly, Reset::Monthly, Reset::Yearly, Reset::Rolling { days: u16::MAX }] {
            for (anchor, now) in [(ends[0], ends[1]), (ends[1], ends[0]), (ends[0], ends[0]), (ends[1], ends[1])] {
                assert!(reset.window(anchor, now).from <= now, "{reset:?}");
            }
        }
    }

    fn recurring_resets() -> impl Strategy<Value = Reset> {
        let all = [Reset::Hourly, Reset::Daily, Reset::Weekly, Reset::Monthly, Reset::Yearly];
        proptest::sample::select(all.to_vec())
    }

    /// Any instant of the years 1980 to 2170.
    fn instants() -> impl Strategy<Value = Timestamp> {
        (315_532_800_000_000_i64..6_311_433_600_000_000).prop_map(Timestamp::from_micros)
    }

    proptest! {
        #[test]
        fn an_instant_lies_in_its_window_and_windows_follow_without_a_gap(
            reset in recurring_resets(), anchor in instants(), now in instants(),
        ) {
            let window = reset.window(anchor, now);
            prop_assert!(window.contains(now));
            let until = window.until.expect("an end");
            prop_assert_eq!(reset.window(anchor, until).from, until);
            let last = Timestamp::from_micros(until.micros() - 1);
            prop_assert_eq!(reset.window(anchor, last), window);
            prop_assert_eq!(reset.window(anchor, window.from), window);
        }

        #[test]
        fn a_window_of_months_begins_at_the_anchor(yearly in any::<bool>(), anchor in instants()) {
            let reset = if yearly { Reset::Yearly } else { Reset::Monthly };
            prop_assert_eq!(reset.window(anchor, anchor).from, anchor);
        }

        #[test]
        fn every_month_has_one_beginning_on_the_day_of_the_anchor_or_on_its_last(
            anchor in instants(), now in instants(),
        ) {
            let from = Reset::Monthly.window(anchor, now).from.utc();
            let day = anchor.utc().day();
            let is_last_of_month = (from + chrono::Days::new(1)).month() != from.month();
            prop_assert!(from.day() == day || from.day() < day && is_last_of_month);
            prop_assert_eq!(from.time(), anchor.utc().time());
        }
    }
}
