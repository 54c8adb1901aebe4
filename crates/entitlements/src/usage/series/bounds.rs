//! Which span of time a series shows.

use super::interval::Interval;
use super::model::SeriesQuery;
use crate::error::EntitlementError;
use mainstay_kernel::Timestamp;

/// Most intervals in one series.
pub const MOST_INTERVALS: usize = 1_000;

impl Interval {
    /// How many intervals are shown where nobody says since when: 30 days, or a year of months.
    const fn usual(self) -> usize {
        match self {
            Self::Hour => 30 * 24,
            Self::Day => 30,
            Self::Month => 12,
        }
    }
}

/// Where the intervals begin that are asked for, and the last of them ends. Each is whole: what lies in one of them asks for
/// all of it.
///
/// # Errors
/// [`EntitlementError::Invalid`] where that is no interval, or too many.
pub(super) fn bounds(asked: &SeriesQuery, now: Timestamp) -> Result<Vec<Timestamp>, EntitlementError> {
    let interval = asked.interval;
    let to = asked.to.unwrap_or_else(|| interval.after(now));
    let end = interval.end(to);
    let from = asked.from.unwrap_or_else(|| interval.back(end, interval.usual()));
    if from >= to {
        return Err(EntitlementError::field("from", "before", "The from must lie before the to."));
    }
    let bounds: Vec<_> = interval.bounds(interval.beginning(from), end).take(MOST_INTERVALS + 2).collect();
    if bounds.len() > MOST_INTERVALS + 1 {
        let text = format!(
            "A series has {MOST_INTERVALS} intervals at most, and from then on there are more: let it begin later, or \
             choose longer ones."
        );
        return Err(EntitlementError::field("from", "max", text));
    }
    Ok(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-31T10:30:00Z";

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect(text)
    }

    /// The first bound, the last, and how many intervals lie between; or the field that is wrong.
    fn span(interval: Interval, from: Option<&str>, to: Option<&str>) -> Result<(String, String, usize), String> {
        let asked = SeriesQuery { from: from.map(at), to: to.map(at), interval, ..SeriesQuery::default() };
        let bounds = bounds(&asked, at(NOW)).map_err(|error| match error {
            EntitlementError::Invalid(fields) => fields[0].field.clone(),
            other => panic!("{other}"),
        })?;
        let [first, last] = [bounds[0], bounds[bounds.len() - 1]].map(Timestamp::to_iso_seconds);
        Ok((first, last, bounds.len() - 1))
    }

    #[test]
    fn where_nothing_is_said_it_ends_with_the_interval_that_is_going_on() {
        let told = |interval| span(interval, None, None).expect("a span");
        assert_eq!(told(Interval::Hour), ("2026-03-01T11:00:00Z".into(), "2026-03-31T11:00:00Z".into(), 720));
        assert_eq!(told(Interval::Day), ("2026-03-02T00:00:00Z".into(), "2026-04-01T00:00:00Z".into(), 30));
        assert_eq!(told(Interval::Month), ("2025-04-01T00:00:00Z".into(), "2026-04-01T00:00:00Z".into(), 12));
        let today = ("2026-03-31T00:00:00Z".to_owned(), "2026-04-01T00:00:00Z".to_owned(), 1);
        assert_eq!(span(Interval::Day, Some(NOW), None), Ok(today));
    }

    #[test]
    fn intervals_are_whole_and_the_end_of_a_span_is_not_in_it() {
        let told = span(Interval::Day, Some("2026-03-01T23:59:59Z"), Some("2026-03-03")).expect("a span");
        assert_eq!(told, ("2026-03-01T00:00:00Z".into(), "2026-03-03T00:00:00Z".into(), 2));
        let told = span(Interval::Month, Some("2026-01-31"), Some("2026-02-01T00:00:01Z")).expect("a span");
        assert_eq!(told, ("2026-01-01T00:00:00Z".into(), "2026-03-01T00:00:00Z".into(), 2));
    }

    #[test]
    fn a_span_that_is_none_is_refused_and_so_is_one_of_too_many_intervals() {
        let wrong = Err("from".to_owned());
        for (from, to) in [(Some("2026-03-02"), Some("2026-03-02")), (Some("2026-03-02"), Some("2026-03-01"))] {
            assert_eq!(span(Interval::Day, from, to), wrong);
        }
        assert_eq!(span(Interval::Day, Some("2026-04-01"), None), wrong, "it would begin tomorrow");
        assert_eq!(span(Interval::Day, None, Some("1970-01-01")), wrong);
        let hours = |to| span(Interval::Hour, Some("2026-01-01"), Some(to)).map(|(.., count)| count);
        assert_eq!(hours("2026-02-11T16:00:00Z"), Ok(1_000));
        assert_eq!(hours("2026-02-11T16:00:01Z"), wrong.map(|(..)| 0));
        assert_eq!(span(Interval::Hour, Some("1970-01-01"), Some("9999-12-31")).map(|_| ()), Err("from".to_owned()));
    }
}
