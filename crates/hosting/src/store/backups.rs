//! Backups of databases, on a connection and inside its transaction.

use crate::databases::{Backup, BackupOrigin, BackupStatus};
use crate::ids::{BackupId, DatabaseId};
use crate::schema::{hosting_database_backups, hosting_databases};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

/// A backup; what is none is written as none.
#[derive(Queryable, Selectable, Insertable, AsChangeset, Clone)]
#[diesel(table_name = hosting_database_backups, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct BackupRow {
    id: String,
    database_id: String,
    status: String,
    size_bytes: Option<i64>,
    error: Option<String>,
    verified_at: Option<Ts>,
    created_at: Ts,
    finished_at: Option<Ts>,
    origin: String,
}

impl TryFrom<BackupRow> for Backup {
    type Error = StoreError;

    fn try_from(row: BackupRow) -> StoreResult<Self> {
        let status = BackupStatus::named(&row.status);
        let origin = BackupOrigin::named(&row.origin);
        Ok(Self {
            id: BackupId(row.id),
            database: DatabaseId(row.database_id),
            status: status.ok_or_else(|| StoreError::Damaged(format!("status {}", row.status)))?,
            origin: origin.ok_or_else(|| StoreError::Damaged(format!("origin {}", row.origin)))?,
            size_bytes: row.size_bytes,
            error: row.error,
            verified_at: row.verified_at.map(|at| at.0),
            created_at: row.created_at.0,
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}

impl From<&Backup> for BackupRow {
    fn from(own: &Backup) -> Self {
        Self {
            id: own.id.0.clone(),
            database_id: own.database.0.clone(),
            status: own.status.name().to_owned(),
            size_bytes: own.size_bytes,
            error: own.error.clone(),
            verified_at: own.verified_at.map(Ts),
            created_at: Ts(own.created_at),
            finished_at: own.finished_at.map(Ts),
            origin: own.origin.name().to_owned(),
        }
    }
}

#[async_trait]
pub(super) trait Backups {
    /// Those of a database, the newest first.
    async fn backups_of(&mut self, database: DatabaseId) -> StoreResult<Vec<Backup>>;
    /// One of them.
    async fn one_backup(&mut self, database: DatabaseId, id: BackupId) -> StoreResult<Option<Backup>>;
    /// Writes one; what is new is the newest.
    async fn put_backup(&mut self, backup: &Backup) -> StoreResult<()>;
    /// Drops these.
    async fn forget_backups(&mut self, ids: Vec<BackupId>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Backups for Conn {
    async fn backups_of(&mut self, database: DatabaseId) -> StoreResult<Vec<Backup>> {
        let rows: Vec<BackupRow> = hosting_database_backups::table
            .filter(hosting_database_backups::database_id.eq(database.0))
            .order((hosting_database_backups::created_at.desc(), hosting_database_backups::id.desc()))
            .select(BackupRow::as_select())
            .load(self)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn one_backup(&mut self, database: DatabaseId, id: BackupId) -> StoreResult<Option<Backup>> {
        let one = hosting_database_backups::table
            .filter(hosting_database_backups::database_id.eq(database.0))
            .filter(hosting_database_backups::id.eq(id.0));
        let row: Option<BackupRow> = one.select(BackupRow::as_select()).first(self).await.optional()?;
        row.map(TryInto::try_into).transpose()
    }

    async fn put_backup(&mut self, backup: &Backup) -> StoreResult<()> {
        let row = BackupRow::from(backup);
        let own = hosting_database_backups::table.filter(hosting_database_backups::id.eq(backup.id.0.clone()));
        if diesel::update(own).set(row.clone()).execute(self).await? > 0 {
            return Ok(());
        }
        diesel::insert_into(hosting_database_backups::table).values(row).execute(self).await?;
        let database = hosting_databases::table.filter(hosting_databases::id.eq(backup.database.0.clone()));
        let latest = hosting_databases::latest_backup_id.eq(Some(backup.id.0.clone()));
        diesel::update(database).set(latest).execute(self).await?;
        Ok(())
    }

    async fn forget_backups(&mut self, ids: Vec<BackupId>) -> StoreResult<()> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
        let these = hosting_database_backups::table.filter(hosting_database_backups::id.eq_any(ids));
        diesel::delete(these).execute(self).await?;
        Ok(())
    }
}
