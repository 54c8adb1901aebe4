//! What is to become of an entry.

use super::model::PlanEntry;
use crate::aggregation::Aggregation;
use crate::catalogue::Grant;
use crate::feature::{FeatureEntry, FeatureKind, ResetName};
use crate::price::Price;
use mainstay_kernel::{Patch, Plan};
use std::collections::BTreeMap;

/// What is to become of a feature; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct FeatureChange {
    /// Its name for people; its code, if cleared.
    pub name: Patch<String>,
    /// How it is used up.
    pub kind: Option<FeatureKind>,
    /// What it is counted in.
    pub unit: Patch<String>,
    /// The feature whose limit and usage it shares from now on.
    pub pool: Patch<String>,
    /// When usage starts anew.
    pub reset: Option<ResetName>,
    /// How many days count. They go by themselves with a reset that does not roll.
    pub rolling_days: Patch<u16>,
    /// How single uses come to one number.
    pub aggregation: Option<Aggregation>,
    /// The member of the metadata whose values are counted. It goes by itself with an aggregation that counts none.
    pub unique_by: Patch<String>,
    /// What units beyond the limit cost. It goes by itself with a limit of its own whose uses add up.
    pub overage: Patch<Price>,
}

impl FeatureChange {
    /// Whether it says how uses are counted.
    pub(super) fn is_of_counting(&self) -> bool {
        self.aggregation.is_some() || self.unique_by != Patch::Keep
    }

    pub(super) fn applied(self, to: &FeatureEntry) -> FeatureEntry {
        let before = to.clone();
        let (reset, aggregation) = (self.reset.unwrap_or(before.reset), self.aggregation.unwrap_or(before.aggregation));
        let days = before.rolling_days.filter(|_| reset == ResetName::Rolling);
        let member = before.unique_by.filter(|_| aggregation == Aggregation::Unique);
        let (kind, pool) = (self.kind.unwrap_or(before.kind), settled(self.pool, before.pool));
        let is_sold = kind == FeatureKind::Limit && aggregation == Aggregation::Sum && pool.is_none();
        FeatureEntry {
            code: before.code,
            name: settled(self.name, before.name),
            kind,
            unit: settled(self.unit, before.unit),
            pool,
            reset,
            rolling_days: settled(self.rolling_days, days),
            aggregation,
            unique_by: settled(self.unique_by, member),
            overage: settled(self.overage, before.overage.filter(|_| is_sold)),
        }
    }
}

/// What is to become of a plan; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct PlanChange {
    /// Base rate limit of a key, in requests a minute.
    pub requests_per_minute: Option<u32>,
    /// How much above it a key may burst, in percent of it.
    pub burst_percent: Option<u32>,
    /// Whether API keys work at all.
    pub api_access: Option<bool>,
    /// How many usable keys a workspace may have; any number, if cleared.
    pub max_api_keys: Patch<u32>,
    /// How many webhook endpoints a workspace may have; any number, if cleared.
    pub max_webhooks: Patch<u32>,
    /// What it grants of these features; none takes a grant away.
    pub grants: BTreeMap<String, Option<Grant>>,
}

impl PlanChange {
    pub(super) fn applied(self, to: &PlanEntry) -> PlanEntry {
        let PlanEntry { plan: before, mut grants } = to.clone();
        for (code, grant) in self.grants {
            match grant {
                Some(grant) => grants.insert(code, grant),
                None => grants.remove(&code),
            };
        }
        let plan = Plan {
            name: before.name,
            requests_per_minute: self.requests_per_minute.unwrap_or(before.requests_per_minute),
            burst_percent: self.burst_percent.unwrap_or(before.burst_percent),
            api_access: self.api_access.unwrap_or(before.api_access),
            max_api_keys: settled(self.max_api_keys, before.max_api_keys),
            max_webhooks: settled(self.max_webhooks, before.max_webhooks),
        };
        PlanEntry { plan, grants }
    }
}

fn settled<T>(patch: Patch<T>, before: Option<T>) -> Option<T> {
    patch.into_change().unwrap_or(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rolling() -> FeatureEntry {
        FeatureEntry {
            code: "searches".into(),
            name: Some("Searches".into()),
            kind: FeatureKind::Limit,
            unit: None,
            pool: None,
            reset: ResetName::Rolling,
            rolling_days: Some(7),
            aggregation: Aggregation::Unique,
            unique_by: Some("term".into()),
            overage: None,
        }
    }

    #[test]
    fn what_is_not_said_stays_and_what_is_null_is_cleared() {
        assert_eq!(FeatureChange::default().applied(&rolling()), rolling());
        let change = FeatureChange { name: Patch::Clear, unit: Patch::Set("hits".into()), ..FeatureChange::default() };
        let expected = FeatureEntry { name: None, unit: Some("hits".into()), ..rolling() };
        assert_eq!(change.applied(&rolling()), expected);
    }

    #[test]
    fn what_no_longer_applies_goes_by_itself() {
        let change = FeatureChange {
            reset: Some(ResetName::Monthly),
            aggregation: Some(Aggregation::Sum),
            ..FeatureChange::default()
        };
        let after = change.applied(&rolling());
        assert_eq!((after.rolling_days, after.unique_by), (None, None));
    }

    #[test]
    fn grants_are_merged_by_their_codes() {
        let plan = Plan {
            name: "pro".into(),
            requests_per_minute: 60,
            burst_percent: 0,
            api_access: true,
            max_api_keys: Some(5),
            max_webhooks: None,
        };
        let grants = ["a", "b"].map(|code| (code.to_owned(), Grant::Limit(1)));
        let before = PlanEntry { plan, grants: grants.into() };
        let changed = [("b", None), ("c", Some(Grant::Limit(3))), ("gone", None)];
        let change = PlanChange {
            max_api_keys: Patch::Clear,
            grants: changed.map(|(code, grant)| (code.to_owned(), grant)).into(),
            ..PlanChange::default()
        };
        let after = change.applied(&before);
        assert_eq!(after.grants.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!((after.plan.max_api_keys, after.plan.requests_per_minute), (None, 60));
    }
}
