//! Databases that are to be.

use super::credentials;
use super::model::{Attached, DatabaseKind, DatabaseStatus, HostedDatabase, NewDatabase};
use super::rules::Databases;
use super::settling::SHORT;
use super::terms::{self, USUAL_CONNECTIONS, VersionFault};
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::sites::DesiredState;
use mainstay_kernel::{FieldError, WorkspaceId};

impl Databases {
    /// A password that is new, sealed, where there is one.
    pub(super) fn sealed(&self, kind: DatabaseKind, id: &DatabaseId) -> Vec<u8> {
        let work = &self.work;
        match kind {
            DatabaseKind::Postgresql => {
                credentials::seal(&work.keyring, &*work.ids, id, &credentials::draw(&*work.ids))
            }
            DatabaseKind::Sqlite => Vec::new(),
        }
    }

    /// A database that is to be, if it may be so.
    pub(super) async fn born(&self, workspace: WorkspaceId, new: &NewDatabase) -> Result<HostedDatabase, HostingError> {
        let invalid = |wrong: FieldError| HostingError::Invalid(vec![wrong]);
        let kind = terms::kind(&new.kind, &self.work.engines.kinds()).map_err(invalid)?;
        terms::check_all(Some(&new.name), (kind, new.max_connections), &[]).map_err(HostingError::Invalid)?;
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
        let usual = (kind == DatabaseKind::Postgresql).then_some(USUAL_CONNECTIONS);
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
            id,
        })
    }
}
