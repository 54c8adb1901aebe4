//! What is due of databases, and how one is changed, on a connection and inside its transaction.

use super::database_rows::{DatabaseRow, LoadDatabases as _};
use crate::databases::{AmendDatabase, DatabaseStatus, HostedDatabase};
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::schema::hosting_databases;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// How many are looked at at a time.
const SOME: i64 = 200;

#[async_trait]
pub(super) trait CareForDatabases {
    /// Changes one, and tells of it.
    async fn amended(
        &mut self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        amend: AmendDatabase,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>>;
    /// Those whose next backup is due at this instant, and that nobody is at.
    async fn backups_due(&mut self, at: Timestamp) -> StoreResult<Vec<(WorkspaceId, DatabaseId)>>;
    /// Those that were made and that nobody measured since this instant.
    async fn not_measured(&mut self, since: Timestamp) -> StoreResult<Vec<HostedDatabase>>;
}

#[each_backend]
#[async_trait]
impl CareForDatabases for Conn {
    async fn amended(
        &mut self,
        workspace: WorkspaceId,
        id: &DatabaseId,
        amend: AmendDatabase,
    ) -> StoreResult<Option<Result<HostedDatabase, HostingError>>> {
        let Some(before) = self.held(workspace, id).await? else { return Ok(None) };
        let mut after = before.clone();
        let events = match amend(&mut after) {
            Ok(events) => events,
            Err(refused) => return Ok(Some(Err(refused))),
        };
        if after.sites != before.sites {
            if !self.has_sites(workspace, &after.sites).await? {
                return Ok(Some(Err(HostingError::no_site("attachedSites"))));
            }
            self.write_sites(&after, &before.sites).await?;
        }
        if after != before {
            let own = hosting_databases::table.filter(hosting_databases::id.eq(id.0.clone()));
            diesel::update(own).set(DatabaseRow::from(&after)).execute(self).await?;
        }
        for event in &events {
            self.append(event).await?;
        }
        Ok(self.held(workspace, id).await?.map(Ok))
    }

    async fn backups_due(&mut self, at: Timestamp) -> StoreResult<Vec<(WorkspaceId, DatabaseId)>> {
        let due: Vec<(i64, String)> = hosting_databases::table
            .filter(hosting_databases::next_backup_at.le(Ts(at)).assume_not_null())
            .filter(hosting_databases::deleted_at.is_null())
            .filter(hosting_databases::settle_at.is_null())
            .order(hosting_databases::next_backup_at)
            .limit(SOME)
            .select((hosting_databases::workspace_id, hosting_databases::id))
            .load(self)
            .await?;
        Ok(due.into_iter().map(|(workspace, id)| (WorkspaceId(workspace), DatabaseId(id))).collect())
    }

    async fn not_measured(&mut self, since: Timestamp) -> StoreResult<Vec<HostedDatabase>> {
        let is_due = hosting_databases::sized_at.is_null().or(hosting_databases::sized_at.le(Ts(since)));
        let made = [DatabaseStatus::Running.name(), DatabaseStatus::Stopped.name()];
        let rows: Vec<DatabaseRow> = hosting_databases::table
            .filter(is_due.assume_not_null())
            .filter(hosting_databases::status.eq_any(made))
            .order(hosting_databases::sized_at)
            .limit(SOME)
            .select(DatabaseRow::as_select())
            .load(self)
            .await?;
        self.with_rest(rows).await
    }
}
