//! What is offered, as it is written.

use crate::catalogue::Grant;
use crate::feature::FeatureEntry;
use mainstay_kernel::{Plan, Timestamp};
use std::collections::BTreeMap;

/// What a plan grants, by the codes of features.
pub type Grants = BTreeMap<String, Grant>;

/// A plan, and what it grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanEntry {
    /// The plan.
    pub plan: Plan,
    /// What it grants. Of what is [`DERIVED`](super::DERIVED) the plan itself says it.
    pub grants: Grants,
}

/// What a file offers, in the order in which it is shown.
#[derive(Debug, Clone, Default)]
pub struct OfferEntries {
    /// The features.
    pub features: Vec<FeatureEntry>,
    /// The plans.
    pub plans: Vec<PlanEntry>,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the file.
    File,
    /// In the database, above the file.
    Api {
        /// Since when.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    },
}

impl Source {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Api { .. } => "api",
        }
    }

    /// Since when it stands in the database.
    pub const fn created_at(self) -> Option<Timestamp> {
        match self {
            Self::File => None,
            Self::Api { created_at, .. } => Some(created_at),
        }
    }

    /// When it was last changed there.
    pub const fn updated_at(self) -> Option<Timestamp> {
        match self {
            Self::File => None,
            Self::Api { updated_at, .. } => Some(updated_at),
        }
    }
}

/// Something that is offered, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered<T> {
    /// The thing.
    pub entry: T,
    /// Where it stands.
    pub source: Source,
}

/// What an entry is called.
pub(super) trait Named {
    /// The code of a feature, the name of a plan.
    fn name(&self) -> &str;
}

impl Named for FeatureEntry {
    fn name(&self) -> &str {
        &self.code
    }
}

impl Named for PlanEntry {
    fn name(&self) -> &str {
        &self.plan.name
    }
}

/// The entry of this name.
pub(super) fn find<'e, T: Named>(entries: &'e [Offered<T>], name: &str) -> Option<&'e Offered<T>> {
    entries.iter().find(|offered| offered.entry.name() == name)
}
