//! What the rules of benefits need kept.

mod diesel;
mod row;

use super::model::{Benefits, BoostTerm, Boosted};
use crate::boost::Boost;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A boost that can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoostDraft {
    /// The code of the feature.
    pub feature: String,
    /// What it gives, and when.
    pub boost: Boost,
    /// For how long it was meant.
    pub term: BoostTerm,
    /// When it is given.
    pub at: Timestamp,
}

/// Tells of a boost.
pub type Tell = Box<dyn FnOnce(&Boosted) -> Event + Send>;

/// Where benefits are kept. Each method is one atomic step, and those that change something tell every node to forget.
#[async_trait]
pub trait BenefitStore: Send + Sync {
    /// All that a workspace has by then.
    async fn benefits(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Benefits>;
    /// Keeps the anchor, or none.
    async fn anchor(&self, workspace: WorkspaceId, anchor: Option<Timestamp>, event: Event) -> StoreResult<()>;
    /// All boosts of a workspace, the newest first.
    async fn boosts(&self, workspace: WorkspaceId) -> StoreResult<Vec<Boosted>>;
    /// Adds a boost; none where there are so many already.
    async fn add(&self, workspace: WorkspaceId, draft: BoostDraft, tell: Tell) -> StoreResult<Option<Boosted>>;
    /// Calls a boost off, if it is not yet; none where there is no such boost.
    async fn cancel(&self, workspace: WorkspaceId, id: i64, now: Timestamp, tell: Tell)
    -> StoreResult<Option<Boosted>>;
}

/// The benefits of this database.
pub fn open(database: &Database) -> Arc<dyn BenefitStore> {
    match database {
        Database::Sqlite(db) => Arc::new(self::diesel::DieselBenefitStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(self::diesel::DieselBenefitStore { db: db.clone() }),
    }
}
