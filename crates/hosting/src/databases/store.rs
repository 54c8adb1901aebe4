//! What the rules of databases need kept.

use super::model::{Backup, DatabaseQuery, HostedDatabase};
use crate::error::HostingError;
use crate::ids::{BackupId, DatabaseId, SiteId};
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;

/// Changes a database, and gives what is told of it. Whoever gives nothing has changed nothing.
pub(crate) type AmendDatabase = Box<dyn FnOnce(&mut HostedDatabase) -> Result<Vec<Event>, HostingError> + Send>;

/// A database that is new.
pub(crate) struct BornDatabase {
    pub(crate) database: HostedDatabase,
    pub(crate) event: Event,
    /// How many databases the workspace may have.
    pub(crate) most: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inserted {
    Done,
    LimitReached,
    /// A site that was named is not there.
    NoSite,
}

/// What is dropped of databases that have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purged {
    Done,
    /// It came back meanwhile, or somebody else is at it.
    Kept,
}

/// Databases, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait DatabaseStore: Send + Sync {
    /// Databases of a workspace, the newest first: one more than is wanted, if there are so many.
    async fn databases(&self, workspace: WorkspaceId, query: DatabaseQuery) -> StoreResult<Vec<HostedDatabase>>;
    /// One of them.
    async fn database(&self, workspace: WorkspaceId, id: DatabaseId) -> StoreResult<Option<HostedDatabase>>;
    /// Those that a site's programs are given, in the order in which the site was named.
    async fn databases_of(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Vec<HostedDatabase>>;
    /// Adds one.
    async fn insert_database(&self, born: BornDatabase) -> StoreResult<Inserted>;
    /// Changes one; a site that is not there is no field's value.
    async fn amend_database(
        &self,
        workspace: WorkspaceId,
        id: DatabaseId,
        amend: AmendDatabase,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>>;
    /// Tells of something that was done with one; says whether it is there.
    async fn tell_of_database(&self, workspace: WorkspaceId, id: DatabaseId, event: Event) -> StoreResult<bool>;

    /// Takes those of every tenant that nobody is at although somebody should be, until then: those that were held no longer
    /// than to the first of these instants, and those whose end has come at the second.
    async fn claim_databases(
        &self,
        lost: Timestamp,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Vec<HostedDatabase>>;
    /// Drops a database that could not be made, if it is still held until then, and tells of it.
    async fn forget_database(&self, id: DatabaseId, held: Timestamp, event: Event) -> StoreResult<()>;
    /// Drops one whose end has come, if it is still held until then.
    async fn purge_database(&self, id: DatabaseId, held: Timestamp, event: Event) -> StoreResult<Purged>;

    /// Changes one, and begins a backup of it if that is done, both or none.
    async fn begin_backup(
        &self,
        workspace: WorkspaceId,
        id: DatabaseId,
        amend: AmendDatabase,
        backup: Backup,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>>;
    /// Those of every tenant whose next backup is due at this instant, and that nobody is at: some of them.
    async fn due_backups(&self, at: Timestamp) -> StoreResult<Vec<(WorkspaceId, DatabaseId)>>;
    /// Those of every tenant that were made and that nobody measured since this instant: some of them.
    async fn unmeasured(&self, since: Timestamp) -> StoreResult<Vec<HostedDatabase>>;

    /// Backups of a database, the newest first.
    async fn backups(&self, database: DatabaseId) -> StoreResult<Vec<Backup>>;
    /// One of them.
    async fn backup(&self, database: DatabaseId, id: BackupId) -> StoreResult<Option<Backup>>;
    /// Writes a backup, new or changed, and tells of it.
    async fn write_backup(&self, backup: Backup, event: Option<Event>) -> StoreResult<()>;
    /// Forgets these.
    async fn drop_backups(&self, ids: Vec<BackupId>) -> StoreResult<()>;
}
