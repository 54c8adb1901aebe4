//! What a workspace pays for, as far as every crate must know it. Plans are data, not code.

use crate::live::Live;
use serde::Deserialize;
use std::sync::Arc;

/// One plan of the catalogue; also called a tier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The name on the wire.
    pub name: String,
    /// Base rate limit of a key, in requests a minute.
    pub requests_per_minute: u32,
    /// How much above the base limit a key may burst, in percent of it.
    #[serde(default)]
    pub burst_percent: u32,
    /// Whether API keys of a workspace on this plan work at all.
    #[serde(default = "yes")]
    pub api_access: bool,
    /// How many usable keys a workspace may have; none means any number.
    pub max_api_keys: Option<u32>,
    /// How many webhook endpoints a workspace may have; none means any number.
    pub max_webhooks: Option<u32>,
}

const fn yes() -> bool {
    true
}

impl Plan {
    /// The most requests let through in any 60 seconds: base limit plus burst, rounded down.
    pub fn effective_limit(&self) -> u32 {
        let effective = u64::from(self.requests_per_minute) * (100 + u64::from(self.burst_percent)) / 100;
        u32::try_from(effective).unwrap_or(u32::MAX)
    }
}

/// Every plan there is, in the order of the catalogue, as it is now. Clones are handles of the same.
#[derive(Debug, Clone)]
pub struct Plans(Live<Vec<Arc<Plan>>>);

/// The catalogue of plans contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// A plan that Mainstay relies on is missing.
    #[error("the plan catalogue lacks the plan {0:?}")]
    Missing(&'static str),
    /// Two plans share a name.
    #[error("the plan catalogue names the plan {0:?} twice")]
    Twice(String),
    /// A plan lets nothing through.
    #[error("the plan {0:?} allows no request a minute; the least is 1")]
    NoRequests(String),
}

impl Plans {
    /// The plan of a new workspace.
    pub const FREE: &str = "free";
    /// The plan of the installation's own workspace.
    pub const ENTERPRISE: &str = "enterprise";

    /// A catalogue, in the given order.
    ///
    /// # Errors
    /// When `free` or `enterprise` is missing, a name comes twice, or a limit is zero.
    pub fn new(plans: Vec<Plan>) -> Result<Self, CatalogueError> {
        for (index, plan) in plans.iter().enumerate() {
            if plans.iter().take(index).any(|earlier| earlier.name == plan.name) {
                return Err(CatalogueError::Twice(plan.name.clone()));
            }
            if plan.requests_per_minute == 0 {
                return Err(CatalogueError::NoRequests(plan.name.clone()));
            }
        }
        let catalogue = Self(Live::new(plans.into_iter().map(Arc::new).collect::<Vec<_>>()));
        for name in [Self::FREE, Self::ENTERPRISE] {
            catalogue.get(name).ok_or(CatalogueError::Missing(name))?;
        }
        Ok(catalogue)
    }

    /// Puts another catalogue in the place of this one, for all who hold a handle of it.
    pub fn replace(&self, with: &Self) {
        self.0.replace(with.0.load());
    }

    /// The plan of this name.
    pub fn get(&self, name: &str) -> Option<Arc<Plan>> {
        named(&self.0.load(), name).cloned()
    }

    /// The plan of this name, or the free one when the catalogue no longer has it.
    pub fn get_or_free(&self, name: &str) -> Arc<Plan> {
        let plans = self.0.load();
        let plan = named(&plans, name).or_else(|| named(&plans, Self::FREE));
        Arc::clone(plan.expect("new() refuses a catalogue without the free plan"))
    }

    /// The plan whose rate limit a key has: the one that it names, unless it names none or one
    /// that gives more than the workspace's own, as after a downgrade.
    pub fn tier_of(&self, named: Option<&str>, own: &Arc<Plan>) -> Arc<Plan> {
        let named = named.and_then(|name| self.get(name));
        named.filter(|tier| tier.effective_limit() <= own.effective_limit()).unwrap_or_else(|| Arc::clone(own))
    }

    /// The names of all plans, in order.
    pub fn names(&self) -> Vec<String> {
        self.0.load().iter().map(|plan| plan.name.clone()).collect()
    }
}

fn named<'p>(plans: &'p [Arc<Plan>], name: &str) -> Option<&'p Arc<Plan>> {
    plans.iter().find(|plan| plan.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(name: &str, requests_per_minute: u32, burst_percent: u32) -> Plan {
        let (max_api_keys, max_webhooks) = (None, None);
        Plan { name: name.into(), requests_per_minute, burst_percent, api_access: true, max_api_keys, max_webhooks }
    }

    #[test]
    fn the_burst_is_a_share_of_the_base_rounded_down() {
        assert_eq!(plan("pro", 5_000, 30).effective_limit(), 6_500);
        assert_eq!(plan("odd", 7, 50).effective_limit(), 10);
        assert_eq!(plan("vast", u32::MAX, 100).effective_limit(), u32::MAX);
    }

    #[test]
    fn a_key_never_has_more_than_its_workspaces_plan_gives() {
        let plans = Plans::new(vec![plan("free", 60, 0), plan("enterprise", 100, 100)]).expect("a catalogue");
        let (free, enterprise) = (plans.get_or_free("free"), plans.get_or_free("enterprise"));
        assert_eq!(plans.tier_of(Some("free"), &enterprise).name, "free");
        assert_eq!(plans.tier_of(Some("enterprise"), &free).name, "free", "the workspace was downgraded");
        assert_eq!(plans.tier_of(Some("gone"), &enterprise).name, "enterprise");
        assert_eq!(plans.tier_of(None, &enterprise).name, "enterprise");
    }

    #[test]
    fn plans_that_are_replaced_are_so_for_everybody() {
        let plans = Plans::new(vec![plan("free", 60, 0), plan("enterprise", 100, 0)]).expect("a catalogue");
        let (handle, held) = (plans.clone(), plans.get_or_free("free"));
        let others = vec![plan("free", 7, 0), plan("enterprise", 100, 0), plan("new", 9, 0)];
        plans.replace(&Plans::new(others).expect("a catalogue"));
        assert_eq!(handle.names(), ["free", "enterprise", "new"]);
        assert_eq!((handle.get_or_free("free").requests_per_minute, held.requests_per_minute), (7, 60));
    }

    #[test]
    fn a_catalogue_needs_its_two_fixed_plans_and_distinct_names() {
        assert_eq!(Plans::new(vec![plan("free", 1, 0)]).err(), Some(CatalogueError::Missing("enterprise")));
        let twice = vec![plan("free", 1, 0), plan("free", 1, 0)];
        assert_eq!(Plans::new(twice).err(), Some(CatalogueError::Twice("free".into())));
        assert!(Plans::new(vec![plan("free", 1, 0), plan("enterprise", 1, 0)]).is_ok());
    }
}
