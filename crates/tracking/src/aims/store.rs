//! Where goals and funnels are kept.

mod diesel;
mod row;
mod targets;

use super::model::{Aim, AimId, AimKind};
use crate::domains::DomainId;
use crate::step::Step;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;
pub(crate) use targets::Targets;

/// A goal or funnel that is new.
#[derive(Debug, Clone)]
pub(crate) struct Born {
    pub(crate) domain: DomainId,
    pub(crate) kind: AimKind,
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) at: Timestamp,
}

/// One as it is to be from now on.
pub(crate) type Amend = Box<dyn FnOnce(Aim) -> Aim + Send>;

/// Where goals and funnels are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait AimStore: Send + Sync {
    /// Those of a domain, the oldest first.
    async fn all(&self, workspace: WorkspaceId, domain: DomainId, kind: AimKind) -> StoreResult<Vec<Aim>>;
    /// One of them.
    async fn find(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> StoreResult<Option<Aim>>;
    /// Adds one, if its domain is the workspace's.
    async fn insert(&self, workspace: WorkspaceId, new: Born) -> StoreResult<Option<Aim>>;
    /// Changes one.
    async fn amend(&self, workspace: WorkspaceId, kind: AimKind, id: AimId, amend: Amend) -> StoreResult<Option<Aim>>;
    /// Deletes one; says whether it was there.
    async fn delete(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> StoreResult<bool>;
}

/// The goals and funnels of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn AimStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselAimStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselAimStore { db: db.clone() }),
    }
}
