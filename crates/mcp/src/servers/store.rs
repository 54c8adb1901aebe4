//! What the registry needs kept.

mod diesel;
mod row;

use super::model::{Policy, Status, Target};
use crate::error::McpError;
use crate::model::ServerName;
use crate::versions::ToolVersion;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A workspace's own server, with what is sealed of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptServer {
    pub(crate) name: ServerName,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) status: Status,
    pub(crate) target: Target,
    pub(crate) secrets: Option<Vec<u8>>,
    pub(crate) secret_names: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What is kept for a workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    /// Its own servers.
    pub(crate) servers: Vec<KeptServer>,
    /// What may be done with its own and with the installation's.
    pub(crate) policies: Vec<(ServerName, Policy)>,
    /// The versions of their tools.
    pub(crate) versions: Vec<ToolVersion>,
}

/// What is kept of one server, before and after a change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct One {
    /// What it is; none for one of the installation's.
    pub(crate) server: Option<KeptServer>,
    /// What may be done with it.
    pub(crate) policy: Policy,
}

/// Says what becomes of a server and what is told of it, or why it may not.
pub(crate) type Amend = Box<dyn FnOnce(One) -> Result<(One, Event), McpError> + Send>;

/// What became of a new server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is there.
    Yes,
    /// There is one of its name already.
    Taken,
    /// The workspace has as many as it may have.
    TooMany,
}

/// Where servers are kept. Each method is one atomic step; those that change one announce that the workspace's list is
/// another.
#[async_trait]
pub(crate) trait ServerStore: Send + Sync {
    /// All that is kept for a workspace.
    async fn all(&self, workspace: WorkspaceId) -> StoreResult<Kept>;
    /// Adds a server and its policy, unless the workspace has `most` already.
    async fn insert(
        &self,
        workspace: WorkspaceId,
        new: KeptServer,
        policy: Policy,
        most: usize,
        event: Event,
    ) -> StoreResult<Added>;
    /// Changes a server as `amend` says, while nobody else does.
    async fn amend(
        &self,
        workspace: WorkspaceId,
        name: ServerName,
        now: Timestamp,
        amend: Amend,
    ) -> StoreResult<Result<(), McpError>>;
    /// Deletes a server and its policy; says whether there was one.
    async fn delete(&self, workspace: WorkspaceId, name: ServerName, event: Event) -> StoreResult<bool>;
}

/// The servers of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn ServerStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselServerStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselServerStore { db: db.clone() }),
    }
}
