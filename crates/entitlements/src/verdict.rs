//! Whether so much more may be used.

use crate::allowance::Allowance;

/// Why something may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It would be more than the limit.
    LimitExceeded,
    /// The plan does not include it.
    NotInPlan,
    /// There is no such feature.
    FeatureNotFound,
}

impl Reason {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::NotInPlan => "NOT_IN_PLAN",
            Self::FeatureNotFound => "FEATURE_NOT_FOUND",
        }
    }
}

/// Whether so much more may be used, and how things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Why not; none where it may.
    pub reason: Option<Reason>,
    /// What has been used in the window.
    pub used: u64,
    /// The limit, where there is one.
    pub limit: Option<u64>,
    /// How much is left of it, less what reservations hold. Usage is recorded even beyond a limit, and then it is nothing.
    pub available: Option<u64>,
}

/// What is taken of a feature in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// What has been used.
    pub used: u64,
    /// What reservations hold.
    pub held: u64,
}

impl Taken {
    /// Both together.
    pub const fn total(self) -> u64 {
        self.used.saturating_add(self.held)
    }
}

impl Verdict {
    /// Judges a wish for `quantity` more.
    pub fn of(allowance: Allowance, taken: Taken, quantity: u64) -> Self {
        let limit = if let Allowance::Limit(limit) = allowance { Some(limit) } else { None };
        let reason = match allowance {
            Allowance::NotIncluded => Some(Reason::NotInPlan),
            Allowance::Included | Allowance::Unlimited => None,
            Allowance::Limit(limit) => {
                let fits = taken.total().checked_add(quantity).is_some_and(|total| total <= limit);
                (!fits).then_some(Reason::LimitExceeded)
            }
        };
        Self { reason, used: taken.used, limit, available: limit.map(|limit| limit.saturating_sub(taken.total())) }
    }

    /// There is no such feature.
    pub const fn unknown() -> Self {
        Self { reason: Some(Reason::FeatureNotFound), used: 0, limit: None, available: None }
    }

    /// Whether it may be used.
    pub const fn is_allowed(&self) -> bool {
        self.reason.is_none()
    }
}

/// How much of a limit is used, in percent with two decimals, never more than 100; none where there is no limit, or none
/// of it.
pub fn percentage(used: u64, limit: Option<u64>) -> Option<f64> {
    let limit = limit.filter(|limit| *limit > 0)?;
    let hundredths = (u128::from(used) * 10_000 + u128::from(limit) / 2) / u128::from(limit);
    let hundredths = u16::try_from(hundredths).map_or(10_000, |hundredths| hundredths.min(10_000));
    Some(f64::from(hundredths) / 100.0)
}

/// How close to its limit usage is told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threshold {
    /// Four fifths are used.
    Warning,
    /// Nine tenths are.
    Critical,
    /// All of it is.
    Reached,
}

impl Threshold {
    const ALL: [Self; 3] = [Self::Reached, Self::Critical, Self::Warning];

    /// The threshold of so many percent.
    pub fn of_percent(percent: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|threshold| i32::from(threshold.percent()) == percent)
    }

    /// In percent of the limit.
    pub const fn percent(self) -> u8 {
        match self {
            Self::Warning => 80,
            Self::Critical => 90,
            Self::Reached => 100,
        }
    }

    /// The highest that is reached, exactly and not by a rounded percentage; none where there is no limit, or none of it.
    pub fn reached(used: u64, limit: Option<u64>) -> Option<Self> {
        let limit = limit.filter(|limit| *limit > 0)?;
        let reaches = |threshold: &Self| u128::from(used) * 100 >= u128::from(limit) * u128::from(threshold.percent());
        Self::ALL.into_iter().find(reaches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_limit_may_be_reached_and_not_passed() {
        let judged = |used, quantity| Verdict::of(Allowance::Limit(100), Taken { used, held: 0 }, quantity);
        let allowed = Verdict { reason: None, used: 45, limit: Some(100), available: Some(55) };
        assert_eq!(judged(45, 1), allowed);
        assert!(judged(45, 55).is_allowed());
        assert_eq!(judged(45, 56).reason, Some(Reason::LimitExceeded));
        assert_eq!(judged(100, 1).available, Some(0));
        assert_eq!(judged(130, 1).available, Some(0), "usage is recorded beyond a limit too");
        assert_eq!(judged(u64::MAX, u64::MAX).reason, Some(Reason::LimitExceeded));
    }

    #[test]
    fn what_is_held_is_neither_used_nor_left() {
        let judged = |quantity| Verdict::of(Allowance::Limit(100), Taken { used: 40, held: 50 }, quantity);
        assert_eq!(judged(10), Verdict { reason: None, used: 40, limit: Some(100), available: Some(10) });
        assert_eq!(judged(11).reason, Some(Reason::LimitExceeded));
    }

    #[test]
    fn what_has_no_limit_has_no_number_but_that_of_its_usage() {
        for allowance in [Allowance::Included, Allowance::Unlimited] {
            let free = Verdict { reason: None, used: 7, limit: None, available: None };
            assert_eq!(Verdict::of(allowance, Taken { used: 7, held: 0 }, u64::MAX), free);
        }
        let left_out = Verdict::of(Allowance::NotIncluded, Taken { used: 7, held: 0 }, 1);
        assert_eq!((left_out.reason, left_out.limit), (Some(Reason::NotInPlan), None));
    }

    #[test]
    fn a_percentage_has_two_decimals_and_stops_at_a_hundred() {
        let told = [(45, 1_000), (5_001, 10_000), (1, 3), (2, 3), (1, 1_000_000), (300, 100), (u64::MAX, u64::MAX)];
        let expected = [4.5, 50.01, 33.33, 66.67, 0.0, 100.0, 100.0];
        assert_eq!(told.map(|(used, limit)| percentage(used, Some(limit))), expected.map(Some));
        assert_eq!((percentage(1, None), percentage(1, Some(0))), (None, None));
    }

    #[test]
    fn the_highest_threshold_is_told_and_none_too_early() {
        let reached = |used| Threshold::reached(used, Some(1_000)).map(Threshold::percent);
        let expected = [None, Some(80), Some(80), Some(90), Some(90), Some(100), Some(100)];
        assert_eq!([799, 800, 899, 900, 999, 1_000, 2_000].map(reached), expected);
        assert_eq!((Threshold::reached(1, None), Threshold::reached(1, Some(0))), (None, None));
    }

    proptest! {
        #[test]
        fn what_is_allowed_never_passes_the_limit_and_all_that_is_left_is_allowed(
            limit: u64, used in 0..u64::MAX / 2, held in 0..u64::MAX / 2, quantity: u64,
        ) {
            let taken = Taken { used, held };
            let verdict = Verdict::of(Allowance::Limit(limit), taken, quantity);
            let total = u128::from(taken.total()) + u128::from(quantity);
            prop_assert_eq!(verdict.is_allowed(), total <= u128::from(limit));
            let left = verdict.available.expect("a limit");
            prop_assert_eq!(Verdict::of(Allowance::Limit(limit), taken, left).is_allowed(), taken.total() <= limit);
        }
    }
}
