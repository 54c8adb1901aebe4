//! What purchases need kept.

mod diesel;
mod row;
mod settle;

use super::model::Purchase;
use crate::credits::store::Moment;
use async_trait::async_trait;
use mainstay_kernel::{Page, PageRequest, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A purchase that is to be begun.
pub(crate) struct Draft {
    pub(crate) purchase: Purchase,
    /// What the provider calls its checkout.
    pub(crate) session: Option<String>,
    /// It is not begun when the same was begun since then, and is pending.
    pub(crate) alone_since: Option<Timestamp>,
}

/// Whose purchase it is stands in the purchase: those who settle one are the owner of the installation or a provider whose
/// signature was verified, and no tenant.
pub(crate) struct Settling {
    pub(crate) purchase: String,
    /// Which provider tells of it, and what it calls that; none when it is done by hand.
    pub(crate) notice: Option<(&'static str, String)>,
    /// What was paid.
    pub(crate) paid: Option<(i64, String)>,
}

impl Settling {
    pub(crate) const fn by_hand(purchase: String) -> Self {
        Self { purchase, notice: None, paid: None }
    }
}

/// Why a purchase was not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSettled {
    /// There is none, or none of this provider.
    NotThere,
    /// It has failed.
    Over,
    /// Another amount was paid.
    OtherAmount,
    /// The workspace has as many credits as can be counted.
    Full,
}

/// Where purchases are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait PurchaseStore: Send + Sync {
    /// Adds a purchase; the id of the one that is pending, if it would be the same.
    async fn begin(&self, draft: Draft, moment: Moment) -> StoreResult<Result<Purchase, String>>;
    /// The newest purchase of a package that is pending and was begun after that time.
    async fn pending(&self, workspace: WorkspaceId, package: String, since: Timestamp) -> StoreResult<Option<String>>;
    /// A purchase of a workspace.
    async fn find(&self, workspace: WorkspaceId, id: String) -> StoreResult<Option<Purchase>>;
    /// The purchases of a workspace, the newest first.
    async fn list(&self, workspace: WorkspaceId, page: PageRequest) -> StoreResult<Page<Purchase>>;
    /// Settles a purchase and books its credits; says whether it was not settled before.
    async fn settle(&self, settling: Settling, moment: Moment) -> StoreResult<Result<(Purchase, bool), NotSettled>>;
    /// Ends a purchase that is pending; says whether it did, and nothing when there is none.
    async fn fail(&self, settling: Settling, reason: &'static str, moment: Moment) -> StoreResult<Option<bool>>;
}

/// The purchases of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn PurchaseStore> {
    match database {
        Database::Sqlite(db) => Arc::new(self::diesel::DieselPurchaseStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(self::diesel::DieselPurchaseStore { db: db.clone() }),
    }
}
