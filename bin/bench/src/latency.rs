//! Latencies and the figures drawn from them.

use std::time::Duration;

/// Every measured latency of one round, sorted; nothing is rounded into buckets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    /// Takes latencies in any order.
    pub(crate) fn new(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// Those of several rounds.
    pub(crate) fn together(rounds: impl IntoIterator<Item = Self>) -> Self {
        Self::new(rounds.into_iter().flat_map(|round| round.0).collect())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest latency that at least `per_mille` thousandths of all do not exceed (nearest
    /// rank); zero when there are none.
    pub(crate) fn percentile(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille.min(1000)).div_ceil(1000);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// The middle of some figures, or the mean of the two middle ones; not a number when there are none.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        None => f64::NAN,
        Some(upper) if sorted.len() % 2 == 1 => *upper,
        Some(upper) => f64::midpoint(sorted[middle - 1], *upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn millis(all: impl IntoIterator<Item = u64>) -> Latencies {
        Latencies::new(all.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn percentiles_of_one_to_a_hundred_are_themselves() {
        let all = millis((1..=100).rev());
        for (per_mille, expected) in [(0, 1), (10, 1), (500, 50), (990, 99), (991, 100), (1000, 100)] {
            assert_eq!(all.percentile(per_mille), Duration::from_millis(expected), "{per_mille}");
        }
    }

    #[test]
    fn one_latency_is_every_percentile_and_none_is_zero() {
        assert_eq!(millis([7]).percentile(500), millis([7]).percentile(990));
        assert_eq!(millis([]).percentile(990), Duration::ZERO);
    }

    #[test]
    fn the_median_is_not_moved_by_an_outlier() {
        assert!((median([1.0, 1_000.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0, 2.0, 100.0]) - 3.0).abs() < f64::EPSILON);
        assert!(median([]).is_nan());
    }

    proptest! {
        #[test]
        fn a_percentile_covers_its_share(all in prop::collection::vec(0u64..1000, 1..200), per_mille in 0usize..=1000) {
            let bound = millis(all.iter().copied()).percentile(per_mille);
            let within = all.iter().filter(|one| Duration::from_millis(**one) <= bound).count();
            prop_assert!(within * 1000 >= all.len() * per_mille);
        }
    }
}
