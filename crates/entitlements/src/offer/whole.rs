//! All that is offered: the file, and what stands above it.

use super::model::{Named, OfferEntries, Offered, PlanEntry, Source, find};
use super::store::Kept;
use crate::catalogue::{Catalogue, CatalogueError, Entries, Grant, Unlimited};
use crate::feature::FeatureEntry;
use mainstay_kernel::{Plan, Plans, plan};
use mainstay_store::limits::{API_KEYS, WEBHOOKS, most_by_plan};

/// The feature that says of a plan whether its keys work, which the plan itself says already.
pub const API_ACCESS: &str = "api_access";

/// The features of which the plan itself says what it grants.
pub const DERIVED: [&str; 3] = [API_ACCESS, API_KEYS, WEBHOOKS];

/// What a plan itself says of one of these.
fn derived(plan: &Plan, code: &str) -> Grant {
    match code {
        API_ACCESS => Grant::Included(plan.api_access),
        code => most_by_plan(plan, code).map_or(Grant::Unlimited(Unlimited::Unlimited), Grant::Limit),
    }
}

/// What is offered contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// The features, or what is granted of them.
    #[error(transparent)]
    Features(#[from] CatalogueError),
    /// The plans.
    #[error(transparent)]
    Plans(#[from] plan::CatalogueError),
}

/// What all entries come to.
#[derive(Debug)]
pub struct Whole {
    /// The features, and what is granted of them.
    pub catalogue: Catalogue,
    /// The plans.
    pub plans: Plans,
}

impl OfferEntries {
    /// What the file comes to by itself.
    ///
    /// # Errors
    /// When it contradicts itself, with the first thing that does.
    pub fn whole(&self) -> Result<Whole, Contradiction> {
        Offer::of(self, &Kept::default()).whole()
    }
}

/// All entries, in the order in which they are shown: the file's, each with what stands above it, and then the others.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) features: Vec<Offered<FeatureEntry>>,
    pub(super) plans: Vec<Offered<PlanEntry>>,
}

impl Offer {
    pub(super) fn of(file: &OfferEntries, kept: &Kept) -> Self {
        Self { features: above(&file.features, &kept.features), plans: above(&file.plans, &kept.plans) }
    }

    /// What they come to.
    pub(super) fn whole(&self) -> Result<Whole, Contradiction> {
        let features: Vec<_> = self.features.iter().map(|offered| offered.entry.clone()).collect();
        let has = |code: &str| features.iter().any(|feature| feature.code == code);
        let derivable: Vec<_> = DERIVED.into_iter().filter(|code| has(code)).collect();
        let grants = self.plans.iter().map(|Offered { entry: PlanEntry { plan, grants }, .. }| {
            let mut grants = grants.clone();
            grants.extend(derivable.iter().map(|code| ((*code).to_owned(), derived(plan, code))));
            (plan.name.clone(), grants)
        });
        let catalogue = Catalogue::new(Entries { features, grants: grants.collect() })?;
        let plans = Plans::new(self.plans.iter().map(|offered| offered.entry.plan.clone()).collect())?;
        Ok(Whole { catalogue, plans })
    }
}

fn above<T: Named + Clone>(file: &[T], kept: &[Offered<T>]) -> Vec<Offered<T>> {
    let of_file = file.iter().map(|entry| {
        let own = || Offered { entry: entry.clone(), source: Source::File };
        find(kept, entry.name()).cloned().unwrap_or_else(own)
    });
    let is_further = |offered: &&Offered<T>| file.iter().all(|entry| entry.name() != offered.entry.name());
    of_file.chain(kept.iter().filter(is_further).cloned()).collect()
}
