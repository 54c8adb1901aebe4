//! Backups: made, tried out, put back, kept while they are among the newest.

use super::engine::{Engine, EngineFault, Login};
use super::events;
use super::model::{Backup, BackupOrigin, BackupStatus, HostedDatabase};
use super::settling::{Work, away};
use super::store::AmendDatabase;
use crate::error::HostingError;
use crate::ids::{BackupId, DatabaseId};
use crate::sites::{Actor, DesiredState};
use mainstay_kernel::{Ids, Timestamp};
use std::collections::HashSet;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// How many that are good, and how many that failed, are kept of a database, unless its schedule says otherwise of those
/// that were made by themselves.
const KEPT: usize = 7;

/// A backup that is about to be made.
pub(super) fn fresh((database, origin): (&DatabaseId, BackupOrigin), ids: &dyn Ids, now: Timestamp) -> Backup {
    Backup {
        id: BackupId::draw(ids),
        database: database.clone(),
        status: BackupStatus::Running,
        origin,
        size_bytes: None,
        error: None,
        verified_at: None,
        created_at: now,
        finished_at: None,
    }
}

/// Whether it is a good one that was made since the database was deleted.
pub(super) fn is_last(backup: &Backup, of: &HostedDatabase) -> bool {
    backup.status == BackupStatus::Succeeded && of.deleted_at.is_some_and(|at| backup.created_at >= at)
}

/// A folder that nobody else looks into.
fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// How many like this one are kept: those that somebody asked for do not give way to those that nobody did.
fn most_kept(backup: &Backup, of: &HostedDatabase) -> usize {
    match (&of.schedule, backup.origin, backup.status) {
        (Some(schedule), BackupOrigin::Schedule, BackupStatus::Succeeded) => {
            usize::try_from(schedule.keep).unwrap_or(KEPT)
        }
        _ => KEPT,
    }
}

impl Work {
    /// Makes a backup; that it failed stands in its record.
    pub(super) async fn back_up(
        &self,
        held: &HostedDatabase,
        (engine, login, is_open): (&dyn Engine, &Login, bool),
        (mut backup, actor): (Backup, Option<&Actor>),
    ) -> Result<(), HostingError> {
        let file = self.folders.backup(&held.id, &backup.id);
        let made = async {
            make_folder(&self.folders.backups(&held.id))?;
            engine.backup(login, is_open, &file).await?;
            Ok::<_, EngineFault>(tokio::fs::metadata(&file).await?.len())
        };
        let made = made.await;
        let now = self.clock.now();
        backup.finished_at = Some(now);
        let told = match made {
            Ok(size) => {
                backup.status = BackupStatus::Succeeded;
                backup.size_bytes = Some(i64::try_from(size).unwrap_or(i64::MAX));
                backup.verified_at = Some(now);
                events::BACKED_UP
            }
            Err(cause) => {
                tracing::warn!(database = %held.id, %cause, "a backup could not be made");
                let _ = tokio::fs::remove_file(&file).await;
                backup.status = BackupStatus::Failed;
                backup.error = Some(cause.to_string());
                events::BACKUP_FAILED
            }
        };
        self.store.write_backup(backup, Some(self.event(held, told, actor))).await?;
        self.prune(held).await
    }

    /// Puts a backup in the place of a database, which is then as it is meant to be: open or not.
    pub(super) async fn put_back(
        &self,
        held: &HostedDatabase,
        (engine, login): (&dyn Engine, &Login),
    ) -> Result<(), HostingError> {
        let Some(backup) = &held.restores else { return Ok(()) };
        let restored = engine.restore(login, &self.folders.backup(&held.id, backup)).await;
        let opened = match held.desired {
            DesiredState::Running => engine.start(login).await,
            DesiredState::Stopped => engine.stop(login).await,
        };
        opened.map_err(|cause| away(held, &cause))?;
        let told = match &restored {
            Ok(()) => events::BACKUP_RESTORED,
            Err(cause) => {
                tracing::warn!(database = %held.id, %cause, "a backup could not be restored");
                events::RESTORE_FAILED
            }
        };
        let (event, now) = (self.event(held, told, None), self.clock.now());
        let amend: AmendDatabase = Box::new(move |own| {
            own.restores = None;
            own.settle(now);
            own.settle_at = None;
            Ok(vec![event])
        });
        self.while_held(held, amend).await?;
        restored.map_err(|_| HostingError::EngineAway("the backup was not restored, and the database is as it was"))
    }

    /// Ends the backups that somebody was making who is gone.
    pub(super) async fn fail_lost_backups(&self, held: &HostedDatabase) -> Result<(), HostingError> {
        let known = self.store.backups(held.id.clone()).await?;
        for mut lost in known.into_iter().filter(|backup| backup.status == BackupStatus::Running) {
            lost.status = BackupStatus::Failed;
            lost.error = Some("The one that worked at it is gone: make another".to_owned());
            lost.finished_at = Some(self.clock.now());
            self.store.write_backup(lost, Some(self.event(held, events::BACKUP_FAILED, None))).await?;
        }
        Ok(())
    }

    /// Drops all but the newest of each sort, and files of which nobody knows.
    async fn prune(&self, held: &HostedDatabase) -> Result<(), HostingError> {
        let known = self.store.backups(held.id.clone()).await?;
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for backup in known {
            let sort = |own: &Backup| (own.status, own.origin == BackupOrigin::Schedule);
            let alike = kept.iter().filter(|own: &&Backup| sort(own) == sort(&backup)).count();
            if alike < most_kept(&backup, held) || held.restores.as_ref() == Some(&backup.id) {
                kept.push(backup);
            } else {
                gone.push(backup.id);
            }
        }
        self.store.drop_backups(gone).await?;
        let kept: HashSet<String> = kept.into_iter().map(|backup| backup.id.0).collect();
        let folder = self.folders.backups(&held.id);
        let dropped = tokio::task::spawn_blocking(move || drop_others(&folder, &kept)).await;
        if let Ok(Err(cause)) = dropped {
            tracing::warn!(database = %held.id, %cause, "old backups could not be removed");
        }
        Ok(())
    }
}

fn drop_others(folder: &Path, kept: &HashSet<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
