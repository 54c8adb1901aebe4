//! Databases, written once for both databases.

use super::backups::Backups as _;
use super::database_care::CareForDatabases as _;
use super::database_rows::{DatabaseRow, LoadDatabases as _};
use super::diesel::DieselStore;
use super::state::Load as _;
use crate::databases::{
    AmendDatabase, Backup, BornDatabase, DatabaseQuery, DatabaseStatus, DatabaseStore, HostedDatabase, Inserted, Purged,
};
use crate::error::HostingError;
use crate::ids::{BackupId, DatabaseId, SiteId};
use crate::schema::{hosting_database_sites, hosting_databases};
use crate::sites::Cursor;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

#[each_backend]
#[async_trait]
impl DatabaseStore for DieselStore<Db> {
    async fn databases(&self, workspace: WorkspaceId, query: DatabaseQuery) -> StoreResult<Vec<HostedDatabase>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let of_tenant = hosting_databases::table.filter(hosting_databases::workspace_id.eq(workspace.0));
                let mut own = of_tenant.select(DatabaseRow::as_select()).into_boxed();
                if query.status != Some(DatabaseStatus::Deleting) {
                    own = own.filter(hosting_databases::deleted_at.is_null());
                }
                if let Some(status) = query.status {
                    own = own.filter(hosting_databases::status.eq(status.name()));
                }
                if let Some(name) = query.name {
                    own = own.filter(hosting_databases::name.eq(name));
                }
                if let Some(Cursor { at, id }) = query.wanted.after.clone() {
                    let same = hosting_databases::created_at.eq(Ts(at)).and(hosting_databases::id.lt(id));
                    own = own.filter(hosting_databases::created_at.lt(Ts(at)).or(same));
                }
                let sorted = own.order((hosting_databases::created_at.desc(), hosting_databases::id.desc()));
                let rows: Vec<DatabaseRow> = sorted.limit(i64::from(query.wanted.limit()) + 1).load(conn).await?;
                conn.with_rest(rows).await
            }
            .boxed()
        });
        scan.await
    }

    async fn database(&self, workspace: WorkspaceId, id: DatabaseId) -> StoreResult<Option<HostedDatabase>> {
        let read = self.db.read(move |conn| {
            async move {
                let one = hosting_databases::table
                    .filter(hosting_databases::workspace_id.eq(workspace.0))
                    .filter(hosting_databases::id.eq(id.0));
                let row: Option<DatabaseRow> = one.select(DatabaseRow::as_select()).first(conn).await.optional()?;
                Ok(conn.with_rest(row.into_iter().collect()).await?.pop())
            }
            .boxed()
        });
        read.await
    }

    async fn databases_of(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Vec<HostedDatabase>> {
        let read = self.db.read(move |conn| {
            async move {
                let rows: Vec<DatabaseRow> = hosting_databases::table
                    .inner_join(hosting_database_sites::table)
                    .filter(hosting_databases::workspace_id.eq(workspace.0))
                    .filter(hosting_database_sites::site_id.eq(site.0))
                    .order((hosting_database_sites::created_at, hosting_databases::id))
                    .select(DatabaseRow::as_select())
                    .load(conn)
                    .await?;
                conn.with_rest(rows).await
            }
            .boxed()
        });
        read.await
    }

    async fn insert_database(&self, born: BornDatabase) -> StoreResult<Inserted> {
        let write = self.db.write(move |conn| {
            async move {
                let BornDatabase { database, event, most } = born;
                let living = hosting_databases::table
                    .filter(hosting_databases::workspace_id.eq(database.workspace.0))
                    .filter(hosting_databases::deleted_at.is_null());
                conn.turn(database.workspace).await?;
                let count: i64 = living.count().get_result(conn).await?;
                if most.is_some_and(|most| count >= i64::try_from(most).unwrap_or(i64::MAX)) {
                    return Ok(Inserted::LimitReached);
                }
                if !conn.has_sites(database.workspace, &database.sites).await? {
                    return Ok(Inserted::NoSite);
                }
                let row = DatabaseRow::from(&database);
                diesel::insert_into(hosting_databases::table).values(row).execute(conn).await?;
                conn.write_sites(&database, &[]).await?;
                conn.append(&event).await?;
                Ok(Inserted::Done)
            }
            .boxed()
        });
        write.await
    }

    async fn amend_database(
        &self,
        workspace: WorkspaceId,
        id: DatabaseId,
        amend: AmendDatabase,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>> {
        let write = self.db.write(move |conn| async move { conn.amended(workspace, &id, amend).await }.boxed());
        write.await
    }

    async fn tell_of_database(&self, workspace: WorkspaceId, id: DatabaseId, event: Event) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let is_there = conn.held(workspace, &id).await?.is_some();
                if is_there {
                    conn.append(&event).await?;
                }
                Ok(is_there)
            }
            .boxed()
        });
        write.await
    }

    async fn claim_databases(
        &self,
        lost: Timestamp,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Vec<HostedDatabase>> {
        let write = self.db.write(move |conn| {
            async move {
                let is_free = || hosting_databases::settle_at.is_null().or(hosting_databases::settle_at.le(Ts(lost)));
                let is_due = hosting_databases::settle_at
                    .is_not_null()
                    .or(hosting_databases::purge_at.le(Ts(now)).and(hosting_databases::deleted_at.is_not_null()));
                let due: Vec<String> = hosting_databases::table
                    .filter(is_free().assume_not_null())
                    .filter(is_due.assume_not_null())
                    .limit(50)
                    .select(hosting_databases::id)
                    .load(conn)
                    .await?;
                let mine = hosting_databases::table
                    .filter(hosting_databases::id.eq_any(due))
                    .filter(is_free().assume_not_null());
                let rows: Vec<DatabaseRow> = diesel::update(mine)
                    .set(hosting_databases::settle_at.eq(Some(Ts(until))))
                    .returning(DatabaseRow::as_returning())
                    .get_results(conn)
                    .await?;
                conn.with_rest(rows).await
            }
            .boxed()
        });
        write.await
    }

    async fn forget_database(&self, id: DatabaseId, held: Timestamp, event: Event) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_databases::table
                    .filter(hosting_databases::id.eq(id.0))
                    .filter(hosting_databases::settle_at.eq(Ts(held)).assume_not_null());
                if diesel::delete(own).execute(conn).await? > 0 {
                    conn.append(&event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn purge_database(&self, id: DatabaseId, held: Timestamp, event: Event) -> StoreResult<Purged> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_databases::table
                    .filter(hosting_databases::id.eq(id.0))
                    .filter(hosting_databases::deleted_at.is_not_null())
                    .filter(hosting_databases::settle_at.eq(Ts(held)).assume_not_null());
                if diesel::delete(own).execute(conn).await? == 0 {
                    return Ok(Purged::Kept);
                }
                conn.append(&event).await?;
                Ok(Purged::Done)
            }
            .boxed()
        });
        write.await
    }

    async fn begin_backup(
        &self,
        workspace: WorkspaceId,
        id: DatabaseId,
        amend: AmendDatabase,
        backup: Backup,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>> {
        let write = self.db.write(move |conn| {
            async move {
                let begun = conn.amended(workspace, &id, amend).await?;
                if matches!(begun, Some(Ok(_))) {
                    conn.put_backup(&backup).await?;
                }
                Ok(begun)
            }
            .boxed()
        });
        write.await
    }

    async fn due_backups(&self, at: Timestamp) -> StoreResult<Vec<(WorkspaceId, DatabaseId)>> {
        self.db.read(move |conn| async move { conn.backups_due(at).await }.boxed()).await
    }

    async fn unmeasured(&self, since: Timestamp) -> StoreResult<Vec<HostedDatabase>> {
        self.db.read(move |conn| async move { conn.not_measured(since).await }.boxed()).await
    }

    async fn backups(&self, database: DatabaseId) -> StoreResult<Vec<Backup>> {
        let read = self.db.read(move |conn| async move { conn.backups_of(database).await }.boxed());
        read.await
    }

    async fn backup(&self, database: DatabaseId, id: BackupId) -> StoreResult<Option<Backup>> {
        let read = self.db.read(move |conn| async move { conn.one_backup(database, id).await }.boxed());
        read.await
    }

    async fn write_backup(&self, backup: Backup, event: Option<Event>) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                conn.put_backup(&backup).await?;
                if let Some(event) = &event {
                    conn.append(event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn drop_backups(&self, ids: Vec<BackupId>) -> StoreResult<()> {
        let write = self.db.write(move |conn| async move { conn.forget_backups(ids).await }.boxed());
        write.await
    }
}
