//! What a plan and boosts come to together.

use crate::boost::{Boost, BoostKind};
use crate::catalogue::Grant;
use crate::feature::FeatureKind;
use mainstay_kernel::Timestamp;

/// How much of a feature a workspace may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It is no part of the plan, and no boost gives it.
    NotIncluded,
    /// It is there, and not counted.
    Included,
    /// So much of it in a window.
    Limit(u64),
    /// As much of it as one likes.
    Unlimited,
}

impl Allowance {
    /// What the grant of a plan and those boosts that are usable now come to. Both are of one feature, the pool where
    /// there is one.
    pub fn of(kind: FeatureKind, grant: Option<Grant>, boosts: &[Boost], now: Timestamp) -> Self {
        let boosts = || boosts.iter().filter(|boost| boost.is_usable(now)).map(|boost| boost.kind);
        if grant.is_none() && boosts().next().is_none() {
            return Self::NotIncluded;
        }
        let is_free = matches!(grant, Some(Grant::Unlimited(_))) || boosts().any(|kind| kind == BoostKind::Unlimited);
        match kind {
            FeatureKind::Boolean => Self::Included,
            FeatureKind::Unlimited => Self::Unlimited,
            FeatureKind::Limit if is_free => Self::Unlimited,
            FeatureKind::Limit => {
                let granted = if let Some(Grant::Limit(limit)) = grant { limit } else { 0 };
                Self::Limit(boosts().map(added).fold(granted, u64::saturating_add))
            }
        }
    }
}

const fn added(kind: BoostKind) -> u64 {
    match kind {
        BoostKind::Add(more) => more,
        BoostKind::Enable | BoostKind::Unlimited => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Unlimited;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn boost(kind: BoostKind) -> Boost {
        Boost { kind, starts_at: NOW, ends_at: None, cancelled_at: None }
    }

    fn limited(grant: Option<Grant>, boosts: &[BoostKind]) -> Allowance {
        let boosts: Vec<_> = boosts.iter().copied().map(boost).collect();
        Allowance::of(FeatureKind::Limit, grant, &boosts, NOW)
    }

    #[test]
    fn boosts_add_to_the_limit_of_the_plan() {
        let ten = Some(Grant::Limit(10));
        assert_eq!(limited(ten, &[]), Allowance::Limit(10));
        assert_eq!(limited(ten, &[BoostKind::Add(5), BoostKind::Add(1)]), Allowance::Limit(16));
        assert_eq!(limited(ten, &[BoostKind::Enable]), Allowance::Limit(10));
        assert_eq!(limited(Some(Grant::Limit(u64::MAX)), &[BoostKind::Add(1)]), Allowance::Limit(u64::MAX));
    }

    #[test]
    fn a_boost_gives_what_the_plan_leaves_out() {
        assert_eq!(limited(None, &[]), Allowance::NotIncluded);
        assert_eq!(limited(None, &[BoostKind::Add(5)]), Allowance::Limit(5));
        assert_eq!(limited(None, &[BoostKind::Enable]), Allowance::Limit(0));
        let enabled = Allowance::of(FeatureKind::Boolean, None, &[boost(BoostKind::Enable)], NOW);
        assert_eq!(enabled, Allowance::Included);
    }

    #[test]
    fn one_source_without_a_limit_lifts_it() {
        assert_eq!(limited(Some(Grant::Unlimited(Unlimited::Unlimited)), &[BoostKind::Add(5)]), Allowance::Unlimited);
        assert_eq!(limited(Some(Grant::Limit(10)), &[BoostKind::Unlimited]), Allowance::Unlimited);
        assert_eq!(Allowance::of(FeatureKind::Unlimited, Some(Grant::Included(true)), &[], NOW), Allowance::Unlimited);
    }

    #[test]
    fn a_boost_that_is_over_or_yet_to_come_gives_nothing() {
        let over = Boost { ends_at: Some(NOW), ..boost(BoostKind::Add(5)) };
        let later = Boost { starts_at: Timestamp::from_seconds(1_001), ..boost(BoostKind::Unlimited) };
        assert_eq!(Allowance::of(FeatureKind::Limit, None, &[over, later], NOW), Allowance::NotIncluded);
    }
}
