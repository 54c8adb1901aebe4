//! Where domains are kept.

mod diesel;
mod row;

use super::model::{Domain, DomainId, Settings};
use super::name::DomainName;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A domain that is new.
#[derive(Debug, Clone)]
pub(crate) struct Born {
    pub(crate) workspace: WorkspaceId,
    pub(crate) name: DomainName,
    pub(crate) pixel_key: String,
    pub(crate) settings: Settings,
    pub(crate) at: Timestamp,
}

/// What is told of a domain.
pub(crate) type Tell = Box<dyn FnOnce(&Domain) -> Event + Send>;
/// A domain as it is to be from now on, and what is told of that.
pub(crate) type Amend = Box<dyn FnOnce(Domain) -> (Domain, Event) + Send>;

/// Where domains are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait DomainStore: Send + Sync {
    /// The domains of a workspace, the oldest first.
    async fn all(&self, workspace: WorkspaceId) -> StoreResult<Vec<Domain>>;
    /// One of them.
    async fn find(&self, workspace: WorkspaceId, id: DomainId) -> StoreResult<Option<Domain>>;
    /// Adds one, and announces it.
    async fn insert(&self, new: Born, tell: Tell) -> StoreResult<Domain>;
    /// Changes one, and announces it.
    async fn amend(&self, workspace: WorkspaceId, id: DomainId, amend: Amend) -> StoreResult<Option<Domain>>;
    /// Deletes one, and announces it; says whether it was there.
    async fn delete(&self, workspace: WorkspaceId, id: DomainId, event: Event) -> StoreResult<bool>;
    /// The domain of a pixel key, whosever it is: for those who tell of events.
    async fn of_key(&self, key: &str) -> StoreResult<Option<Domain>>;
    /// The domain that was the first registered under one of these names, of the first name that has one.
    async fn of_names(&self, names: Vec<String>) -> StoreResult<Option<Domain>>;
}

/// The domains of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn DomainStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselDomainStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselDomainStore { db: db.clone() }),
    }
}
