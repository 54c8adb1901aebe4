//! What the rules of credits need kept.

mod account;
mod book;
mod diesel;
mod give;
mod list;
mod refund;
mod row;
mod spend;

use super::model::{Balance, NewGrant, NewRefund, NewSpend, Transaction, TransactionQuery};
use super::service::Booked;
use async_trait::async_trait;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

pub(crate) use account::Accounts;
pub(crate) use give::{Gift, GiveCredits, MOST_BALANCE};
pub(crate) use refund::RefundCredits;
pub(crate) use spend::SpendCredits;
pub use spend::{NotSpent, Spend};

/// When something is booked, and where its names come from.
#[derive(Clone)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What transactions are called is drawn from these.
    pub ids: Arc<dyn Ids>,
}

/// Why a refund was not booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRefunded {
    /// The workspace has no such transaction.
    NotThere,
    /// It spent nothing.
    NotUsage,
    /// So much of it is not left; this is.
    TooGreat(i64),
    /// Another refund was booked under this reference.
    ReferenceTaken,
}

/// Why a grant was not booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotGranted {
    /// There would be more credits than can be counted.
    Full,
    /// Another grant was booked under this reference.
    ReferenceTaken,
}

/// Where credits are kept. Each method is one atomic step; those that book something first book what has expired by then.
#[async_trait]
pub trait CreditStore: Send + Sync {
    /// What the workspace has, and whether something expired that is not booked yet.
    async fn balance(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<(Balance, bool)>;
    /// The movements of a workspace that match, the newest first.
    async fn list(&self, workspace: WorkspaceId, query: TransactionQuery) -> StoreResult<Page<Transaction>>;
    /// What the workspace has spent since then, less what it was given back of it.
    async fn used_since(&self, workspace: WorkspaceId, since: Timestamp) -> StoreResult<i64>;
    /// Workspaces where something expired that is not booked yet, so many at most.
    async fn with_expired(&self, now: Timestamp, most: i64) -> StoreResult<Vec<WorkspaceId>>;
    /// Books what has expired.
    async fn expire(&self, workspace: WorkspaceId, moment: Moment) -> StoreResult<()>;
    /// Spends, or says why not.
    async fn spend(&self, wanted: Spend, moment: Moment) -> StoreResult<Result<Booked, NotSpent>>;
    /// Gives back, or says why not.
    async fn refund(
        &self,
        workspace: WorkspaceId,
        refund: NewRefund,
        moment: Moment,
    ) -> StoreResult<Result<Booked, NotRefunded>>;
    /// Gives credits, or says why not.
    async fn grant(
        &self,
        workspace: WorkspaceId,
        grant: NewGrant,
        moment: Moment,
    ) -> StoreResult<Result<Booked, NotGranted>>;
}

impl Spend {
    /// What a workspace wishes to spend.
    pub fn new(workspace: WorkspaceId, wish: NewSpend) -> Self {
        Self { workspace, wish }
    }
}

/// The credits of this database.
pub fn open(database: &Database) -> Arc<dyn CreditStore> {
    match database {
        Database::Sqlite(db) => Arc::new(self::diesel::DieselCreditStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(self::diesel::DieselCreditStore { db: db.clone() }),
    }
}
