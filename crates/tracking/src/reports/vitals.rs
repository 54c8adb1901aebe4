//! How fast pages were for those who saw them: [Core Web Vitals](https://web.dev/articles/vitals).

use super::model::Share;

/// Something that browsers measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vital {
    /// The property that tells of it.
    pub name: &'static str,
    /// Up to this it is good.
    pub good: f64,
    /// Above this it is poor.
    pub poor: f64,
}

/// Those that matter: the largest paint and the slowest interaction, in milliseconds, and how much the layout shifted.
pub const VITALS: [Vital; 3] = [
    Vital { name: "lcp", good: 2_500.0, poor: 4_000.0 },
    Vital { name: "inp", good: 200.0, poor: 500.0 },
    Vital { name: "cls", good: 0.1, poor: 0.25 },
];

/// What was measured of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Of which.
    pub vital: Vital,
    /// How often, in all.
    pub samples: i64,
    /// How often it was good, and how often poor.
    pub good: i64,
    /// See [`Measured::good`].
    pub poor: i64,
    /// Each value, the least first, and how often it was.
    values: Vec<(f64, i64)>,
}

impl Measured {
    /// From the values of the property. What is no number was not measured.
    pub(super) fn new(vital: Vital, shares: Vec<Share>) -> Self {
        let number = |share: Share| {
            let value: f64 = share.name.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0)?;
            Some((value, share.numbers.views + share.numbers.events))
        };
        let mut values: Vec<_> = shares.into_iter().filter_map(number).collect();
        values.sort_unstable_by(|(one, _), (other, _)| one.total_cmp(other));
        let count =
            |is: &dyn Fn(f64) -> bool| values.iter().filter(|(value, _)| is(*value)).map(|(_, count)| count).sum();
        let (samples, good, poor) =
            (count(&|_| true), count(&|value| value <= vital.good), count(&|value| value > vital.poor));
        Self { vital, samples, good, poor, values }
    }

    /// What so many percent of the measurements keep within (the nearest rank); none where there are none.
    pub fn percentile(&self, percent: i64) -> Option<f64> {
        let rank = (self.samples * percent + 99) / 100;
        let mut seen = 0;
        let reaches = |(_, count): &&(f64, i64)| {
            seen += count;
            seen >= rank
        };
        self.values.iter().find(reaches).map(|(value, _)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Numbers;

    fn measured(values: &[(&str, i64)]) -> Measured {
        let share = |(name, events): &(&str, i64)| Share {
            name: (*name).to_owned(),
            numbers: Numbers { events: *events, ..Numbers::default() },
        };
        Measured::new(VITALS[0], values.iter().map(share).collect())
    }

    #[test]
    fn a_percentile_is_the_value_that_so_many_keep_within() {
        let seen = measured(&[("5000", 1), ("900", 70), ("2600", 29)]);
        assert_eq!(
            [50, 70, 71, 99, 100].map(|percent| seen.percentile(percent)),
            [Some(900.0), Some(900.0), Some(2_600.0), Some(2_600.0), Some(5_000.0)]
        );
        assert_eq!((seen.samples, seen.good, seen.poor), (100, 70, 1));
    }

    #[test]
    fn what_is_no_number_was_not_measured() {
        let seen = measured(&[("fast", 3), ("NaN", 1), ("-1", 1), ("", 2), ("100", 1)]);
        assert_eq!((seen.samples, seen.percentile(75)), (1, Some(100.0)));
        assert_eq!(measured(&[]).percentile(75), None);
    }
}
