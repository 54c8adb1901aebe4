//! What the rules of declared kinds need kept.

mod diesel;

use super::model::{DeclaredType, NewEventType};
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use serde_json::Value;
use std::sync::Arc;

/// What became of a declaration.
pub(crate) enum Put {
    /// It holds.
    Kept(DeclaredType),
    /// The workspace has declared as many kinds as it may.
    TooMany,
    /// The schemas of the workspace would be too large together.
    TooLarge,
}

/// Where declared kinds are kept. Each method is one atomic step; those that change one announce it.
#[async_trait]
pub(crate) trait EventTypeStore: Send + Sync {
    /// All kinds of a workspace, by name.
    async fn list(&self, workspace: WorkspaceId) -> StoreResult<Vec<DeclaredType>>;
    /// The kind of this name.
    async fn find(&self, workspace: WorkspaceId, name: &str) -> StoreResult<Option<DeclaredType>>;
    /// The kinds of a workspace that have a schema, with it.
    async fn schemas(&self, workspace: WorkspaceId) -> StoreResult<Vec<(String, Value)>>;
    /// Adds a kind, or puts it in the place of the one of its name.
    async fn put(&self, workspace: WorkspaceId, declared: NewEventType, now: Timestamp) -> StoreResult<Put>;
    /// Deletes a kind; says whether there was one.
    async fn delete(&self, workspace: WorkspaceId, name: &str, now: Timestamp) -> StoreResult<bool>;
}

/// The kinds of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn EventTypeStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselEventTypeStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselEventTypeStore { db: db.clone() }),
    }
}
