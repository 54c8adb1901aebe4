//! The deployments that wait, and those that somebody works at.

use super::diesel::DieselStore;
use super::history::{self, Remember as _};
use super::{Claimed, QueueStore};
use crate::deployments::{DeploymentStatus, Trigger};
use crate::ids::{DeploymentId, SiteId};
use crate::schema::hosting_deployments::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::dialect::Unlocked;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Where a deployment is, by its columns.
type Place = (i64, String, String);

fn claimed((workspace, site, id): Place) -> Claimed {
    Claimed { workspace: WorkspaceId(workspace), site: SiteId(site), id: DeploymentId(id) }
}

fn active() -> Vec<&'static str> {
    DeploymentStatus::ACTIVE.map(DeploymentStatus::name).to_vec()
}

#[each_backend]
#[async_trait]
impl QueueStore for DieselStore<Db> {
    async fn claim(&self, worker: String, until: Timestamp, now: Timestamp) -> StoreResult<Option<Claimed>> {
        let write = self.db.write(move |conn| {
            async move {
                let busy = diesel::alias!(hosting_deployments as busy);
                let at_work = busy.filter(busy.field(dsl::status).eq_any(active())).select(busy.field(dsl::site_id));
                let waiting = dsl::hosting_deployments
                    .filter(dsl::status.eq(DeploymentStatus::Queued.name()))
                    .filter(dsl::site_id.ne_all(at_work))
                    .order((dsl::created_at, dsl::id))
                    .limit(1)
                    .select((dsl::workspace_id, dsl::site_id, dsl::id, dsl::trigger));
                let found: Option<(i64, String, String, String)> =
                    Unlocked(waiting).get_result(conn).await.optional()?;
                let Some((workspace, site, id, trigger)) = found else { return Ok(None) };
                let goes_back = trigger == Trigger::Rollback.name();
                let status = if goes_back { DeploymentStatus::Switching } else { DeploymentStatus::Cloning };
                let begun = (
                    dsl::status.eq(status.name()),
                    dsl::worker.eq(worker),
                    dsl::lease_until.eq(Ts(until)),
                    dsl::started_at.eq(Ts(now)),
                );
                let one = dsl::hosting_deployments.filter(dsl::id.eq(id.clone()));
                diesel::update(one).set(begun).execute(conn).await?;
                conn.remember(vec![history::begun((&site, &id), status, now)]).await?;
                Ok(Some(claimed((workspace, site, id))))
            }
            .boxed()
        });
        write.await
    }

    async fn beat(&self, id: DeploymentId, worker: String, until: Timestamp) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let held = dsl::hosting_deployments
                    .filter(dsl::id.eq(id.0))
                    .filter(dsl::worker.eq(worker))
                    .filter(dsl::status.eq_any(active()));
                Ok(diesel::update(held).set(dsl::lease_until.eq(Ts(until))).execute(conn).await? > 0)
            }
            .boxed()
        });
        write.await
    }

    async fn lost(&self, now: Timestamp) -> StoreResult<Vec<Claimed>> {
        let read = self.db.read(move |conn| {
            async move {
                let lost: Vec<Place> = dsl::hosting_deployments
                    .filter(dsl::status.eq_any(active()))
                    .filter(dsl::lease_until.lt(Ts(now)).assume_not_null())
                    .select((dsl::workspace_id, dsl::site_id, dsl::id))
                    .load(conn)
                    .await?;
                Ok(lost.into_iter().map(claimed).collect())
            }
            .boxed()
        });
        read.await
    }
}
