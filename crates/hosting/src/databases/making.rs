//! Databases that are to be.

use super::credentials;
use super::model::{Attached, DatabaseKind, DatabaseStatus, HostedDatabase, NewDatabase};
use super::quota::{self, Fullness};
use super::rules::Databases;
use super::schedule::BackupSchedule;
use super::settling::SHORT;
use super::terms::{self, USUAL_CONNECTIONS, VersionFault};
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::sites::{Complaints, DesiredState};
use mainstay_kernel::{FieldError, WorkspaceId};

impl Databases {
    /// A password that is new, sealed, where there is one.
    pub(super) fn sealed(&self, kind: DatabaseKind, id: &DatabaseId) -> Vec<u8> {
        let work = &self.work;
        if !kind.has_server() {
            return Vec::new();
        }
        credentials::seal(&work.keyring, &*work.ids, id, &credentials::draw(&*work.ids))
    }

    /// Checks when a database is backed up, and how large it may be.
    pub(super) fn check_care(
        &self,
        kind: DatabaseKind,
        schedule: Option<&BackupSchedule>,
        max_size_mb: Option<u32>,
    ) -> Result<(), HostingError> {
        let mut complaints = Complaints::default();
        if let Some(schedule) = schedule {
            schedule.check(self.work.clock.now(), &mut complaints);
        }
        quota::check(kind, max_size_mb, self.work.largest_mb, &mut complaints);
        complaints.end().map_err(HostingError::Invalid)
    }

    /// A database that is to be, if it may be so.
    pub(super) async fn born(&self, workspace: WorkspaceId, new: &NewDatabase) -> Result<HostedDatabase, HostingError> {
        let invalid = |wrong: FieldError| HostingError::Invalid(vec![wrong]);
        let kind = terms::kind(&new.kind, &self.work.engines.kinds().await).map_err(invalid)?;
        terms::check_all(Some(&new.name), (kind, new.max_connections), &[]).map_err(HostingError::Invalid)?;
        self.check_care(kind, new.schedule.as_ref(), new.max_size_mb)?;
        let extensions = self.allowed(kind, &new.extensions).await?;
        let engine = self.work.engines.of(kind).ok_or(HostingError::EngineAway("it is not set up any longer"))?;
        let engine_version =
            terms::version(&*engine, new.engine_version.as_deref()).await.map_err(|fault| match fault {
                VersionFault::Other(wrong) => invalid(wrong),
                VersionFault::Away(cause) => {
                    tracing::warn!(%cause, "an engine of databases does not answer");
                    HostingError::EngineAway("nothing was made; try again")
                }
            })?;
        let (id, now) = (DatabaseId::draw(&*self.work.ids), self.work.clock.now());
        let usual = kind.has_server().then_some(USUAL_CONNECTIONS);
        Ok(HostedDatabase {
            workspace,
            name: new.name.clone(),
            kind,
            engine_version,
            desired: DesiredState::Running,
            status: DatabaseStatus::Creating,
            stop_reason: None,
            max_connections: new.max_connections.or(usual),
            sealed: self.sealed(kind, &id),
            restores: None,
            settle_at: Some(now.plus(SHORT)),
            version: 0,
            deleted_at: None,
            purge_at: None,
            created_at: now,
            updated_at: now,
            sites: new.site.iter().map(|site| Attached { site: site.clone(), is_running: false }).collect(),
            latest_backup: None,
            extensions,
            next_backup_at: new.schedule.as_ref().and_then(|schedule| schedule.next(now)),
            schedule: new.schedule.clone(),
            max_size_mb: new.max_size_mb,
            size_bytes: None,
            sized_at: None,
            fullness: Fullness::Within,
            id,
        })
    }
}
