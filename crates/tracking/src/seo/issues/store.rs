//! What lists of issues need kept.

mod diesel;
mod list;
pub(crate) mod row;

use super::model::{Issue, IssueQuery};
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// Where issues are kept; reports write them.
#[async_trait]
pub(crate) trait IssueStore: Send + Sync {
    /// The issues of a workspace that match.
    async fn list(&self, workspace: WorkspaceId, query: IssueQuery) -> StoreResult<Page<Issue>>;
}

/// The issues of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn IssueStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselIssueStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselIssueStore { db: db.clone() }),
    }
}
