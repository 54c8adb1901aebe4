//! Databases as both databases have them, on a connection and inside its transaction.

use super::backups::BackupRow;
use crate::databases::{Attached, Backup, BackupSchedule, DatabaseKind, DatabaseStatus, Fullness, HostedDatabase};
use crate::ids::{BackupId, DatabaseId, SiteId};
use crate::schema::{hosting_database_backups, hosting_database_sites, hosting_databases, hosting_sites};
use crate::sites::{DesiredState, StopReason};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};
use std::collections::HashMap;

/// A database; what is none is written as none.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hosting_databases, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct DatabaseRow {
    id: String,
    workspace_id: i64,
    name: String,
    kind: String,
    engine_version: String,
    desired: String,
    status: String,
    stop_reason: Option<String>,
    max_connections: Option<i64>,
    sealed: Vec<u8>,
    restores_id: Option<String>,
    latest_backup_id: Option<String>,
    settle_at: Option<Ts>,
    version: i64,
    deleted_at: Option<Ts>,
    purge_at: Option<Ts>,
    created_at: Ts,
    updated_at: Ts,
    extensions: String,
    backup_cron: Option<String>,
    backup_keep: Option<i64>,
    next_backup_at: Option<Ts>,
    max_size_mb: Option<i64>,
    size_bytes: Option<i64>,
    sized_at: Option<Ts>,
    fullness: String,
}

/// What a word in the database means; one that nobody knows was written by a later version.
fn known<T>(word: Option<T>, column: &str, text: &str) -> StoreResult<T> {
    word.ok_or_else(|| StoreError::Damaged(format!("{column} {text}")))
}

impl DatabaseRow {
    /// When backups are made, if they are made by themselves.
    fn schedule(&self) -> Option<BackupSchedule> {
        let (cron, keep) = (self.backup_cron.clone()?, u32::try_from(self.backup_keep?).ok()?);
        Some(BackupSchedule { cron, keep })
    }

    fn database(self, sites: Vec<Attached>, latest_backup: Option<Backup>) -> StoreResult<HostedDatabase> {
        Ok(HostedDatabase {
            schedule: self.schedule(),
            id: DatabaseId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            name: self.name,
            kind: known(DatabaseKind::named(&self.kind), "kind", &self.kind)?,
            engine_version: self.engine_version,
            desired: known(DesiredState::named(&self.desired), "desired", &self.desired)?,
            status: known(DatabaseStatus::named(&self.status), "status", &self.status)?,
            stop_reason: self
                .stop_reason
                .map(|text| known(StopReason::named(&text), "stop_reason", &text))
                .transpose()?,
            max_connections: self.max_connections.and_then(|most| u32::try_from(most).ok()),
            sealed: self.sealed,
            restores: self.restores_id.map(BackupId),
            settle_at: self.settle_at.map(|at| at.0),
            version: self.version,
            deleted_at: self.deleted_at.map(|at| at.0),
            purge_at: self.purge_at.map(|at| at.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            extensions: self.extensions.split_terminator(',').map(ToOwned::to_owned).collect(),
            next_backup_at: self.next_backup_at.map(|at| at.0),
            max_size_mb: self.max_size_mb.and_then(|most| u32::try_from(most).ok()),
            size_bytes: self.size_bytes,
            sized_at: self.sized_at.map(|at| at.0),
            fullness: known(Fullness::named(&self.fullness), "fullness", &self.fullness)?,
            sites,
            latest_backup,
        })
    }
}

impl From<&HostedDatabase> for DatabaseRow {
    fn from(own: &HostedDatabase) -> Self {
        Self {
            id: own.id.0.clone(),
            workspace_id: own.workspace.0,
            name: own.name.clone(),
            kind: own.kind.name().to_owned(),
            engine_version: own.engine_version.clone(),
            desired: own.desired.name().to_owned(),
            status: own.status.name().to_owned(),
            stop_reason: own.stop_reason.map(|reason| reason.name().to_owned()),
            max_connections: own.max_connections.map(i64::from),
            sealed: own.sealed.clone(),
            restores_id: own.restores.as_ref().map(|id| id.0.clone()),
            latest_backup_id: own.latest_backup.as_ref().map(|backup| backup.id.0.clone()),
            settle_at: own.settle_at.map(Ts),
            version: own.version,
            deleted_at: own.deleted_at.map(Ts),
            purge_at: own.purge_at.map(Ts),
            created_at: Ts(own.created_at),
            updated_at: Ts(own.updated_at),
            extensions: own.extensions.join(","),
            backup_cron: own.schedule.as_ref().map(|schedule| schedule.cron.clone()),
            backup_keep: own.schedule.as_ref().map(|schedule| i64::from(schedule.keep)),
            next_backup_at: own.next_backup_at.map(Ts),
            max_size_mb: own.max_size_mb.map(i64::from),
            size_bytes: own.size_bytes,
            sized_at: own.sized_at.map(Ts),
            fullness: own.fullness.name().to_owned(),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = hosting_database_sites)]
struct AttachmentRow {
    database_id: String,
    site_id: String,
    created_at: Ts,
}

/// Databases on a connection and inside its transaction.
#[async_trait]
pub(super) trait LoadDatabases {
    /// Databases, each with its sites and newest backup.
    async fn with_rest(&mut self, rows: Vec<DatabaseRow>) -> StoreResult<Vec<HostedDatabase>>;
    /// A database, held until the transaction ends.
    async fn held(&mut self, workspace: WorkspaceId, id: &DatabaseId) -> StoreResult<Option<HostedDatabase>>;
    /// Whether a workspace has all these sites.
    async fn has_sites(&mut self, workspace: WorkspaceId, sites: &[Attached]) -> StoreResult<bool>;
    /// Names the sites whose programs are given a database, in place of those that are named.
    async fn write_sites(&mut self, database: &HostedDatabase, before: &[Attached]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl LoadDatabases for Conn {
    async fn with_rest(&mut self, rows: Vec<DatabaseRow>) -> StoreResult<Vec<HostedDatabase>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let named: Vec<(String, String, String, Option<Ts>)> = hosting_database_sites::table
            .inner_join(hosting_sites::table)
            .filter(hosting_database_sites::database_id.eq_any(ids))
            .order((hosting_database_sites::created_at, hosting_database_sites::site_id))
            .select((
                hosting_database_sites::database_id,
                hosting_database_sites::site_id,
                hosting_sites::desired,
                hosting_sites::deleted_at,
            ))
            .load(self)
            .await?;
        let mut sites: HashMap<String, Vec<Attached>> = HashMap::new();
        for (database, site, desired, deleted_at) in named {
            let is_running = desired == DesiredState::Running.name() && deleted_at.is_none();
            sites.entry(database).or_default().push(Attached { site: SiteId(site), is_running });
        }
        let latest: Vec<String> = rows.iter().filter_map(|row| row.latest_backup_id.clone()).collect();
        let mut backups = HashMap::new();
        if !latest.is_empty() {
            let these = hosting_database_backups::table.filter(hosting_database_backups::id.eq_any(latest));
            let found: Vec<BackupRow> = these.select(BackupRow::as_select()).load(self).await?;
            for row in found {
                let backup = Backup::try_from(row)?;
                backups.insert(backup.id.0.clone(), backup);
            }
        }
        let whole = |row: DatabaseRow| {
            let own = sites.remove(&row.id).unwrap_or_default();
            let backup = row.latest_backup_id.as_ref().and_then(|id| backups.remove(id));
            row.database(own, backup)
        };
        rows.into_iter().map(whole).collect()
    }

    async fn held(&mut self, workspace: WorkspaceId, id: &DatabaseId) -> StoreResult<Option<HostedDatabase>> {
        let one = hosting_databases::table
            .filter(hosting_databases::workspace_id.eq(workspace.0))
            .filter(hosting_databases::id.eq(id.0.clone()));
        let row: Option<DatabaseRow> =
            Locked(one.select(DatabaseRow::as_select())).get_result(self).await.optional()?;
        Ok(self.with_rest(row.into_iter().collect()).await?.pop())
    }

    async fn has_sites(&mut self, workspace: WorkspaceId, sites: &[Attached]) -> StoreResult<bool> {
        let ids: Vec<String> = sites.iter().map(|own| own.site.0.clone()).collect();
        let there = hosting_sites::table
            .filter(hosting_sites::workspace_id.eq(workspace.0))
            .filter(hosting_sites::deleted_at.is_null())
            .filter(hosting_sites::id.eq_any(ids));
        let count: i64 = there.count().get_result(self).await?;
        Ok(usize::try_from(count).ok() == Some(sites.len()))
    }

    async fn write_sites(&mut self, database: &HostedDatabase, before: &[Attached]) -> StoreResult<()> {
        let of_database =
            hosting_database_sites::table.filter(hosting_database_sites::database_id.eq(database.id.0.clone()));
        let kept: Vec<String> = database.sites.iter().map(|own| own.site.0.clone()).collect();
        let gone = of_database.filter(hosting_database_sites::site_id.ne_all(kept));
        diesel::delete(gone).execute(self).await?;
        for own in database.sites.iter().filter(|own| before.iter().all(|known| known.site != own.site)) {
            let (database_id, site_id) = (database.id.0.clone(), own.site.0.clone());
            let row = AttachmentRow { database_id, site_id, created_at: Ts(database.updated_at) };
            diesel::insert_into(hosting_database_sites::table).values(row).execute(self).await?;
        }
        Ok(())
    }
}
