//! The rules of databases.

use super::actions::{self, Doing};
use super::backups;
use super::events;
use super::model::{
    Backup, BackupOrigin, Credentials, DatabaseChange, DatabaseKind, DatabaseQuery, NewDatabase, Shown,
};
use super::service::{DatabaseAction, DatabaseOutcome, DatabaseService};
use super::settling::{Task, Work};
use super::store::{BornDatabase, Inserted};
use super::terms;
use crate::error::{DATABASES, HostingError};
use crate::ids::{BackupId, DatabaseId};
use crate::metering::{Gate, Metered};
use crate::sites::{Actor, Cursor, Slice, StopReason};
use async_trait::async_trait;
use mainstay_kernel::{Plan, WorkspaceId};
use mainstay_store::StoreError;
use mainstay_store::limits::Limits;
use std::path::PathBuf;
use std::sync::Arc;

/// The databases of an installation.
pub struct Databases {
    pub(crate) work: Arc<Work>,
    pub(crate) limits: Arc<dyn Limits>,
    pub(crate) gate: Gate,
}

/// That a name is taken is the caller's affair.
fn named(cause: StoreError, name: &str) -> HostingError {
    match cause {
        StoreError::NotUnique(key) if key.contains("workspace_id_name") => {
            HostingError::DatabaseNameTaken(name.to_owned())
        }
        other => other.into(),
    }
}

impl Databases {
    /// Deletes every database of a workspace that has ended, as somebody would who deletes each.
    ///
    /// # Errors
    /// [`HostingError::Store`]; [`HostingError::Busy`] when somebody is at one: then it is to be asked for again.
    pub async fn end_all(&self, workspace: WorkspaceId) -> Result<(), HostingError> {
        loop {
            let living = self.work.store.databases(workspace, DatabaseQuery::default()).await?;
            if living.is_empty() {
                return Ok(());
            }
            for database in living {
                let amend = actions::delete(self.doing(None), true);
                let held = self.amend(workspace, &database.id, amend).await?;
                self.begin(held, Task::Apply);
            }
        }
    }

    async fn make_backup(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
    ) -> Result<DatabaseOutcome, HostingError> {
        let doing = self.doing(actor.clone());
        let backup = backups::fresh((id, BackupOrigin::Api), &*self.work.ids, doing.now);
        let amend = actions::hold_for_backup(doing);
        let begun = self.work.store.begin_backup(workspace, id.clone(), amend, backup.clone()).await?;
        let held = begun.ok_or(HostingError::DatabaseNotFound)??;
        self.finish(&held, Task::BackUp(backup.clone(), actor)).await?;
        let shown = self.get(workspace, id).await?;
        let backup = self.work.store.backup(id.clone(), backup.id).await?;
        Ok(DatabaseOutcome { shown, changed: true, credentials: None, backup })
    }

    async fn good_backup(&self, id: &DatabaseId, backup: &BackupId) -> Result<Backup, HostingError> {
        let backup = self.work.store.backup(id.clone(), backup.clone()).await?.ok_or(HostingError::BackupNotFound)?;
        actions::must_be_good(&backup)?;
        Ok(backup)
    }

    async fn rotate(
        &self,
        (workspace, id): (WorkspaceId, &DatabaseId),
        doing: Doing,
    ) -> Result<DatabaseOutcome, HostingError> {
        let kind = self.found(workspace, id).await?.kind;
        if !kind.has_server() {
            return Err(HostingError::field("action", "in", "A database of sqlite is a file and has no password"));
        }
        let amend = actions::rotate(doing, self.sealed(kind, id));
        let (shown, changed) = self.do_with((workspace, id), amend, Task::Apply).await?;
        let credentials = Some(self.opening(&shown.database)?);
        Ok(DatabaseOutcome { shown, changed, credentials, backup: None })
    }
}

#[async_trait]
impl DatabaseService for Databases {
    async fn kinds(&self) -> Vec<DatabaseKind> {
        self.work.engines.kinds().await
    }

    async fn list(&self, workspace: WorkspaceId, query: DatabaseQuery) -> Result<Slice<Shown>, HostingError> {
        let limit = query.wanted.limit();
        let found = self.work.store.databases(workspace, query).await?;
        let slice = Slice::of(found, limit, |own| Cursor { at: own.created_at, id: own.id.0.clone() });
        Ok(Slice { items: self.shown(slice.items).await, next: slice.next })
    }

    async fn get(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Shown, HostingError> {
        let found = self.found(workspace, id).await?;
        self.shown(vec![found]).await.pop().ok_or(HostingError::DatabaseNotFound)
    }

    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        actor: Option<Actor>,
        new: NewDatabase,
    ) -> Result<(Shown, Credentials), HostingError> {
        let database = self.born(workspace, &new).await?;
        self.gate.must_admit(workspace, Metered::Database).await?;
        let most = self.limits.most(workspace, plan, DATABASES).await?;
        let event = self.work.event(&database, events::CREATED, actor.as_ref());
        let born = BornDatabase { database: database.clone(), event, most };
        match self.work.store.insert_database(born).await.map_err(|cause| named(cause, &new.name))? {
            Inserted::Done => {}
            Inserted::LimitReached => return Err(HostingError::DatabaseLimitReached),
            Inserted::NoSite => return Err(HostingError::no_site("siteId")),
        }
        self.finish(&database, Task::Apply).await?;
        let credentials = self.opening(&database)?;
        Ok((self.get(workspace, &database.id).await?, credentials))
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        (actor, version): (Option<Actor>, Option<i64>),
        change: DatabaseChange,
    ) -> Result<Shown, HostingError> {
        if let Some(new) = &change.extensions {
            return self.extend((workspace, id), (actor, version), new).await;
        }
        let kind = self.found(workspace, id).await?.kind;
        self.check_care(kind, change.schedule.value(), change.max_size_mb)?;
        let sites = change.sites.as_deref().unwrap_or_default();
        terms::check_all(change.name.as_deref(), (kind, change.max_connections), sites)
            .map_err(HostingError::Invalid)?;
        let wanted = change.name.clone().unwrap_or_default();
        let amend = actions::change(self.doing(actor), version, change);
        let done = self.do_with((workspace, id), amend, Task::Apply).await;
        match done {
            Ok((shown, _)) => Ok(shown),
            Err(HostingError::Store(cause)) => Err(named(cause, &wanted)),
            Err(other) => Err(other),
        }
    }

    async fn act(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
        action: DatabaseAction,
    ) -> Result<DatabaseOutcome, HostingError> {
        let (of, doing) = ((workspace, id), self.doing(actor.clone()));
        let done = match action {
            DatabaseAction::Start => {
                self.must_admit_if_stopped(workspace, id).await?;
                self.do_with(of, actions::start(doing), Task::Apply).await
            }
            DatabaseAction::Stop => self.do_with(of, actions::stop(doing, StopReason::User), Task::Apply).await,
            DatabaseAction::Restart => {
                let is_running = self.must_admit_if_stopped(workspace, id).await?;
                let task = if is_running { Task::Disconnect } else { Task::Apply };
                self.do_with(of, actions::restart(doing), task).await
            }
            DatabaseAction::BackUp => return self.make_backup(workspace, id, actor).await,
            DatabaseAction::Restore(backup) => {
                self.found(workspace, id).await?;
                let backup = self.good_backup(id, &backup).await?.id;
                self.do_with(of, actions::restore_backup(doing, backup), Task::Apply).await
            }
            DatabaseAction::RotateCredentials => return self.rotate(of, doing).await,
        };
        let (shown, changed) = done?;
        Ok(DatabaseOutcome { shown, changed, credentials: None, backup: None })
    }

    async fn credentials(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
    ) -> Result<Credentials, HostingError> {
        let database = self.found(workspace, id).await?;
        // Nobody sees a password of which nobody is told.
        let event = self.work.event(&database, events::REVEALED, actor.as_ref());
        if !self.work.store.tell_of_database(workspace, id.clone(), event).await? {
            return Err(HostingError::DatabaseNotFound);
        }
        self.opening(&database)
    }

    async fn delete(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
        detaches: bool,
    ) -> Result<Shown, HostingError> {
        let amend = actions::delete(self.doing(actor), detaches);
        match self.do_with((workspace, id), amend, Task::Apply).await {
            Ok((shown, _)) => Ok(shown),
            // It is deleted, and will take no connections as soon as its server can be told.
            Err(HostingError::EngineAway(_)) => self.get(workspace, id).await,
            Err(other) => Err(other),
        }
    }

    async fn purge(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Shown, HostingError> {
        let held = self.amend(workspace, id, actions::purge(self.doing(None))).await?;
        let shown = self.shown(vec![held.clone()]).await.pop().ok_or(HostingError::DatabaseNotFound)?;
        match self.finish(&held, Task::Apply).await {
            // Its end has come as soon as its server can be told.
            Ok(()) | Err(HostingError::EngineAway(_)) => Ok(shown),
            Err(other) => Err(other),
        }
    }

    async fn restore(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        actor: Option<Actor>,
    ) -> Result<Shown, HostingError> {
        let name = self.found(workspace, id).await?.name;
        let amend = actions::undelete(self.doing(actor));
        match self.do_with((workspace, id), amend, Task::Apply).await {
            Ok((shown, _)) => Ok(shown),
            Err(HostingError::Store(cause)) => Err(named(cause, &name)),
            Err(other) => Err(other),
        }
    }

    async fn backups(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<Vec<Backup>, HostingError> {
        self.found(workspace, id).await?;
        Ok(self.work.store.backups(id.clone()).await?)
    }

    async fn backup_file(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        backup: &BackupId,
        actor: Option<Actor>,
    ) -> Result<PathBuf, HostingError> {
        let database = self.found(workspace, id).await?;
        let backup = self.good_backup(id, backup).await?;
        let event = self.work.event(&database, events::DOWNLOADED, actor.as_ref());
        self.work.store.tell_of_database(workspace, id.clone(), event).await?;
        Ok(self.work.folders.backup(id, &backup.id))
    }
}
