//! What versions need kept. They are read with the servers of their workspace.

mod diesel;
pub(crate) mod row;

use super::model::ToolVersion;
use crate::model::ServerName;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// What became of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// It stands.
    Kept,
    /// The tool has as many versions as it may have.
    TooMany,
}

/// Where versions are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait VersionStore: Send + Sync {
    /// Declares a version, or what it is from now on. The latest is the only one.
    async fn put(&self, workspace: WorkspaceId, version: ToolVersion, most: i64) -> StoreResult<Put>;
    /// Takes a version of a tool back; says whether there was one.
    async fn delete(
        &self,
        workspace: WorkspaceId,
        tool: (ServerName, String),
        version: String,
        now: Timestamp,
    ) -> StoreResult<bool>;
}

/// The versions of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn VersionStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselVersionStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselVersionStore { db: db.clone() }),
    }
}
