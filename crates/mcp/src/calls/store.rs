//! What the log needs kept.

mod diesel;
mod list;
mod row;

use super::model::{Call, CallQuery, CallRecord};
use async_trait::async_trait;
use mainstay_kernel::{Event, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// Where calls are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait CallStore: Send + Sync {
    /// Adds calls, and the events that tell of them. Those of a workspace that is gone are dropped.
    async fn insert(&self, calls: Vec<CallRecord>, events: Vec<Event>) -> StoreResult<()>;
    /// The calls of a workspace that match.
    async fn list(&self, workspace: WorkspaceId, query: CallQuery) -> StoreResult<Page<Call>>;
    /// Deletes calls that began before an instant, the oldest first and at most so many; says how many.
    async fn delete_before(&self, instant: Timestamp, most: i64) -> StoreResult<usize>;
}

/// The calls of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn CallStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselCallStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselCallStore { db: db.clone() }),
    }
}
