//! The front door to databases.

use super::model::{Backup, Credentials, DatabaseChange, DatabaseKind, DatabaseQuery, NewDatabase, Shown};
use crate::error::HostingError;
use crate::ids::{BackupId, DatabaseId};
use crate::sites::{Actor, Slice};
use async_trait::async_trait;
use mainstay_kernel::{Plan, WorkspaceId};
use std::path::PathBuf;

/// What is to be done with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseAction {
    /// To take connections again.
    Start,
    /// To take no connections, until it is started.
    Stop,
    /// To end the connections there are.
    Restart,
    /// To be written to a file.
    BackUp,
    /// To be again as it was when this backup was made.
    Restore(BackupId),
    /// To be opened by another password from now on.
    RotateCredentials,
}

/// What came of an action.
#[derive(Debug, Clone)]
pub struct DatabaseOutcome {
    /// The database afterwards.
    pub shown: Shown,
    /// Whether anything changed.
    pub changed: bool,
    /// What opens it now, if that is new.
    pub credentials: Option<Credentials>,
    /// The backup that was begun.
    pub backup: Option<Backup>,
}

/// All that can be done with databases. Every method may fail with [`HostingError::Store`], those that name a database with
/// [`HostingError::DatabaseNotFound`], also for another workspace's and for one that was purged, and those that change one
/// with [`HostingError::Busy`] while somebody is at it and [`HostingError::EngineAway`] when its engine does not answer: then
/// what was asked for is done as soon as it does.
#[async_trait]
pub trait DatabaseService: Send + Sync {
    /// Which sorts of database can be made here.
    async fn kinds(&self) -> Vec<DatabaseKind>;

    /// The databases of a workspace, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId, query: DatabaseQuery) -> Result<Slice<Shown>, HostingError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn get(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Shown, HostingError>;

    /// Makes a database. If its engine does not do so, nothing of it is left.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] naming each wrong field; [`HostingError::DatabaseNameTaken`];
    /// [`HostingError::DatabaseLimitReached`].
    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        actor: Option<Actor>,
        new: NewDatabase,
    ) -> Result<(Shown, Credentials), HostingError>;

    /// Changes a database. With a version, only if it is still that one.
    ///
    /// # Errors
    /// As [`DatabaseService::create`]; [`HostingError::DatabaseChanged`]; [`HostingError::DatabaseDeleting`].
    async fn change(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        (actor, version): (Option<Actor>, Option<i64>),
        change: DatabaseChange,
    ) -> Result<Shown, HostingError>;

    /// Does something with a database. What is so already is no failure: then nothing changes and nobody is told.
    ///
    /// # Errors
    /// [`HostingError::DatabaseDeleting`]; [`HostingError::BackupNotFound`]; [`HostingError::UselessBackup`];
    /// [`HostingError::Invalid`].
    async fn act(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
        action: DatabaseAction,
    ) -> Result<DatabaseOutcome, HostingError>;

    /// What opens a database; that it was shown is told.
    ///
    /// # Errors
    /// [`HostingError::SealedPassword`] when this master key does not open it.
    async fn credentials(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
    ) -> Result<Credentials, HostingError>;

    /// Deletes a database: it takes no connections at once, then a last backup is made, and nothing of it is left after three
    /// days. With `detaches`, also if running sites use it, which it then is taken from.
    ///
    /// # Errors
    /// [`HostingError::InUse`]. One that is being deleted stays as it is.
    async fn delete(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
        detaches: bool,
    ) -> Result<Shown, HostingError>;

    /// Has the end of a database that is being deleted come at once: nothing of it is left, no backup either.
    ///
    /// # Errors
    /// [`HostingError::DatabaseNotDeleting`].
    async fn purge(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Shown, HostingError>;

    /// Takes a deletion back; the database is as before.
    ///
    /// # Errors
    /// [`HostingError::DatabaseNotDeleting`]; [`HostingError::DatabaseNameTaken`] when another has its name meanwhile.
    async fn restore(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
    ) -> Result<Shown, HostingError>;

    /// The backups of a database, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn backups(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Vec<Backup>, HostingError>;

    /// The file of a backup; that it was given away is told.
    ///
    /// # Errors
    /// [`HostingError::BackupNotFound`]; [`HostingError::UselessBackup`].
    async fn backup_file(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        backup: &BackupId,
        actor: Option<Actor>,
    ) -> Result<PathBuf, HostingError>;
}
