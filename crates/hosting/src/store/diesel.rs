//! What rules ask for, written once for both databases.

use super::domain_rows::LoadDomains as _;
use super::history::{self, Remember as _};
use super::row::{DeploymentRow, SiteRow};
use super::state::Load as _;
use super::variables::{self, VariableRow};
use super::{Amend, Amended, Born, SiteStore};
use crate::deployments::Deployment;
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::schema::{hosting_deployments, hosting_sites};
use crate::sites::{Cursor, Site, SiteQuery, SiteStatus};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::WorkspaceId;
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::{containing, lower};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Hosting over the handle `D`.
pub(super) struct DieselStore<D> {
    pub(super) db: D,
}

/// The deployments of a site that is the workspace's.
macro_rules! deployments_of {
    ($workspace:expr, $site:expr) => {
        hosting_deployments::table
            .filter(hosting_deployments::workspace_id.eq($workspace.0))
            .filter(hosting_deployments::site_id.eq($site.0))
    };
}

#[each_backend]
#[async_trait]
impl SiteStore for DieselStore<Db> {
    async fn sites(&self, workspace: WorkspaceId, query: SiteQuery) -> StoreResult<Vec<Site>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let of_tenant = hosting_sites::table.filter(hosting_sites::workspace_id.eq(workspace.0));
                let mut sites = of_tenant.select(SiteRow::as_select()).into_boxed();
                if query.status != Some(SiteStatus::Deleting) {
                    sites = sites.filter(hosting_sites::deleted_at.is_null());
                }
                if let Some(status) = query.status {
                    sites = sites.filter(hosting_sites::status.eq(status.name()));
                }
                if let Some(name) = query.name {
                    sites = sites.filter(hosting_sites::name.eq(name));
                }
                if let Some(part) = query.search {
                    sites = sites.filter(lower(hosting_sites::name).like(containing(&part)).escape('\\'));
                }
                if let Some(Cursor { at, id }) = query.wanted.after.clone() {
                    let same = hosting_sites::created_at.eq(Ts(at)).and(hosting_sites::id.lt(id));
                    sites = sites.filter(hosting_sites::created_at.lt(Ts(at)).or(same));
                }
                let sorted = sites.order((hosting_sites::created_at.desc(), hosting_sites::id.desc()));
                let rows: Vec<SiteRow> = sorted.limit(i64::from(query.wanted.limit()) + 1).load(conn).await?;
                conn.with_latest(rows).await
            }
            .boxed()
        });
        scan.await
    }

    async fn site(&self, workspace: WorkspaceId, id: SiteId) -> StoreResult<Option<Site>> {
        let read = self.db.read(move |conn| {
            async move {
                let one = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(id.0));
                let row: Option<SiteRow> = one.select(SiteRow::as_select()).first(conn).await.optional()?;
                Ok(conn.with_latest(row.into_iter().collect()).await?.pop())
            }
            .boxed()
        });
        read.await
    }

    async fn is_label_taken(&self, label: String) -> StoreResult<bool> {
        let read = self.db.read(move |conn| {
            async move {
                let taken = hosting_sites::table.filter(hosting_sites::label.eq(label)).count();
                Ok(taken.get_result::<i64>(conn).await? > 0)
            }
            .boxed()
        });
        read.await
    }

    async fn insert(&self, born: Born) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let Born { state, variables, events, most } = born;
                let site = &state.site;
                let living = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(site.workspace.0))
                    .filter(hosting_sites::deleted_at.is_null());
                conn.turn(site.workspace).await?;
                let count: i64 = living.count().get_result(conn).await?;
                if most.is_some_and(|most| count >= i64::try_from(most).unwrap_or(i64::MAX)) {
                    return Ok(false);
                }
                diesel::insert_into(hosting_sites::table).values(SiteRow::from(site)).execute(conn).await?;
                for deployment in &state.deployments {
                    let row = DeploymentRow::from(deployment);
                    diesel::insert_into(hosting_deployments::table).values(row).execute(conn).await?;
                }
                conn.remember(history::news(None, &state)).await?;
                let rows: Vec<VariableRow> = variables.into_iter().map(|own| variables::row(&site.id, own)).collect();
                for row in rows {
                    diesel::insert_into(crate::schema::hosting_variables::table).values(row).execute(conn).await?;
                }
                for event in &events {
                    conn.append(event).await?;
                }
                conn.announce(super::CHANGED, site.id.0.clone(), site.created_at).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }

    async fn amend(
        &self,
        workspace: WorkspaceId,
        id: SiteId,
        amend: Amend,
    ) -> StoreResult<Option<Result<Amended, HostingError>>> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(before) = conn.state(workspace, &id).await? else { return Ok(None) };
                let mut after = before.clone();
                let events = match amend(&mut after) {
                    Ok(events) => events,
                    Err(refused) => return Ok(Some(Err(refused))),
                };
                if after != before {
                    conn.write_state(&before, &after).await?;
                    if before.site.deleted_at.is_some() != after.site.deleted_at.is_some() {
                        conn.move_domains(&mut after.site).await?;
                    }
                    conn.announce(super::CHANGED, id.0, after.site.updated_at).await?;
                }
                for event in &events {
                    conn.append(event).await?;
                }
                Ok(Some(Ok(Amended { before, after })))
            }
            .boxed()
        });
        write.await
    }

    async fn deployments(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        after: Option<Cursor>,
        limit: i64,
    ) -> StoreResult<Vec<Deployment>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let mut own = deployments_of!(workspace, site).select(DeploymentRow::as_select()).into_boxed();
                if let Some(Cursor { at, id }) = after {
                    let same = hosting_deployments::created_at.eq(Ts(at)).and(hosting_deployments::id.lt(id));
                    own = own.filter(hosting_deployments::created_at.lt(Ts(at)).or(same));
                }
                let sorted = own.order((hosting_deployments::created_at.desc(), hosting_deployments::id.desc()));
                let rows: Vec<DeploymentRow> = sorted.limit(limit).load(conn).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
            .boxed()
        });
        scan.await
    }

    async fn deployment(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        id: DeploymentId,
    ) -> StoreResult<Option<Deployment>> {
        let read = self.db.read(move |conn| {
            async move {
                let one = deployments_of!(workspace, site).filter(hosting_deployments::id.eq(id.0));
                let row: Option<DeploymentRow> = one.select(DeploymentRow::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn once_live(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Vec<Deployment>> {
        let read = self.db.read(move |conn| {
            async move {
                let rows: Vec<DeploymentRow> = deployments_of!(workspace, site)
                    .filter(hosting_deployments::live_at.is_not_null())
                    .order(hosting_deployments::live_at.desc())
                    .limit(50)
                    .select(DeploymentRow::as_select())
                    .load(conn)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
            .boxed()
        });
        read.await
    }
}
