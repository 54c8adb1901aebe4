//! What is kept of what is offered: all that stands above the file.

mod diesel;
mod row;

use super::error::OfferError;
use super::model::{Named, Offered, PlanEntry, Source};
use crate::feature::FeatureEntry;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// What stands above the file, the oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// How often it was changed.
    pub(super) version: i64,
    pub(super) features: Vec<Offered<FeatureEntry>>,
    pub(super) plans: Vec<Offered<PlanEntry>>,
}

impl Kept {
    /// As it would be with this feature.
    pub(super) fn put_feature(&mut self, entry: FeatureEntry) {
        put(&mut self.features, entry);
    }

    /// As it would be with this plan.
    pub(super) fn put_plan(&mut self, entry: PlanEntry) {
        put(&mut self.plans, entry);
    }
}

fn put<T: Named>(kept: &mut Vec<Offered<T>>, entry: T) {
    if let Some(offered) = kept.iter_mut().find(|offered| offered.entry.name() == entry.name()) {
        offered.entry = entry;
    } else {
        let epoch = Timestamp::default();
        kept.push(Offered { entry, source: Source::Api { created_at: epoch, updated_at: epoch } });
    }
}

/// What is to be known besides before a change.
#[derive(Debug)]
pub(super) enum Asked {
    Nothing,
    /// Whether anything was ever counted under the code of a feature.
    UsesOf(String),
    /// How many workspaces are on a plan.
    WorkspacesOn(String),
}

/// What a change finds.
pub(super) struct Standing {
    pub(super) kept: Kept,
    /// How much there is of what was asked for.
    pub(super) found: i64,
}

/// What a change does.
pub(super) enum Step {
    PutFeature {
        entry: FeatureEntry,
        is_new: bool,
        /// Whether there are uses of it from before it was there.
        was_used: bool,
    },
    RemoveFeature {
        code: String,
        /// Whether the file has it too.
        is_restored: bool,
    },
    PutPlan {
        entry: PlanEntry,
        is_new: bool,
    },
    RemovePlan {
        name: String,
        /// Whether the file has it too.
        is_restored: bool,
    },
}

/// Looks at what there is and says what to do, and what to tell of it; or that there is nothing to do, or why it may not be.
pub(super) type Decide = Box<dyn FnOnce(&Standing) -> Result<Option<(Step, Event)>, OfferError> + Send>;

/// Where it is kept. Each method is one atomic step.
#[async_trait]
pub(super) trait OfferStore: Send + Sync {
    /// All of it, as it was at one instant.
    async fn load(&self) -> StoreResult<Kept>;
    /// Changes it, alone: whoever else does waits. Gives what there is afterwards.
    async fn change(&self, asked: Asked, decide: Decide, now: Timestamp) -> StoreResult<Result<Kept, OfferError>>;
}

/// What is kept in this database.
pub(super) fn open(database: &Database) -> Arc<dyn OfferStore> {
    match database {
        Database::Sqlite(db) => Arc::new(self::diesel::DieselOfferStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(self::diesel::DieselOfferStore { db: db.clone() }),
    }
}
