//! Time as every crate sees it: one type, and one place where now comes from.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use std::fmt;
use std::time::Duration;

/// An instant in UTC with the precision both databases keep: microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The last instant of the year 9999, in microseconds; later ones have no four-digit year.
const LAST_MICROS: i64 = 253_402_300_799_999_999;

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z, pulled into the years 1970 to 9999.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < 0 {
            Self(0)
        } else if micros > LAST_MICROS {
            Self(LAST_MICROS)
        } else {
            Self(micros)
        }
    }

    /// From seconds since 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Reads ISO 8601: a date and time with an offset, or a bare date (its first instant in UTC).
    /// `None` when the text is neither, or lies outside the years 1970 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let instant = DateTime::parse_from_rfc3339(text).map(|t| t.to_utc()).ok().or_else(|| {
            let date = text.parse::<NaiveDate>().ok()?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc())
        })?;
        let micros = instant.timestamp_micros();
        (0..=LAST_MICROS).contains(&micros).then_some(Self(micros))
    }

    /// ISO 8601 with whole seconds and `Z`: the platform's form.
    pub fn to_iso_seconds(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// ISO 8601 with milliseconds and `Z`: the identity API's form.
    pub fn to_iso_millis(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// The same instant as chrono has it.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// This instant moved later; stops at the end of the year 9999.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros_of(span)))
    }

    /// This instant moved earlier; stops at the start of 1970.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros_of(span)))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// Where now comes from. Rules never ask the machine directly, so that a test can move time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(Utc::now().timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_turned_into_utc() {
        let parsed = Timestamp::parse("2026-01-15T12:30:00+02:00").expect("a timestamp");
        assert_eq!(parsed.to_iso_seconds(), "2026-01-15T10:30:00Z");
    }

    #[test]
    fn a_bare_date_is_its_first_instant() {
        assert_eq!(Timestamp::parse("2026-01-15").expect("a date").to_iso_millis(), "2026-01-15T00:00:00.000Z");
    }

    #[test]
    fn nonsense_and_years_without_four_digits_are_refused() {
        for text in ["", "yesterday", "2026-13-01", "1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_time() {
        let last = Timestamp::from_micros(i64::MAX);
        assert_eq!(last.plus(Duration::from_secs(1)), last);
        assert_eq!(Timestamp::from_seconds(1).minus(Duration::from_secs(5)).micros(), 0);
    }
}
