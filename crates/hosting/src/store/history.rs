//! What became of sites, on a connection and inside the transaction of what changes them.

use super::diesel::DieselStore;
use crate::deployments::{CancelReason, Deployment, DeploymentStatus, SkipReason};
use crate::ids::{DeploymentId, SiteId};
use crate::schema::{hosting_site_events, hosting_sites};
use crate::sites::{Actor, Cause, Cursor, HistoryStore, Reason, State, Subject, Transition};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

/// How many changes of a site are kept.
const KEPT: i64 = 1000;

/// A change that is new.
#[derive(Insertable)]
#[diesel(table_name = hosting_site_events, treat_none_as_default_value = false)]
pub(super) struct NewTransition {
    site_id: String,
    kind: &'static str,
    deployment_id: Option<String>,
    from_status: Option<String>,
    to_status: &'static str,
    actor: Option<String>,
    reason: Option<String>,
    at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = hosting_site_events)]
struct TransitionRow {
    id: i64,
    kind: String,
    deployment_id: Option<String>,
    from_status: Option<String>,
    to_status: String,
    actor: Option<String>,
    reason: Option<String>,
    at: Ts,
}

impl TryFrom<TransitionRow> for Transition {
    type Error = StoreError;

    fn try_from(row: TransitionRow) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            subject: Subject::named(&row.kind).ok_or_else(|| StoreError::Damaged(format!("kind {}", row.kind)))?,
            deployment: row.deployment_id.map(DeploymentId),
            from: row.from_status,
            to: row.to_status,
            actor: row.actor.map(Actor),
            reason: row.reason,
            at: row.at.0,
        })
    }
}

/// Why a deployment is as it is, in a word.
fn reason_of(deployment: &Deployment) -> Option<String> {
    let failed = deployment.failure.as_ref().map(|failure| failure.reason.clone());
    let canceled = deployment.cancel_reason.map(CancelReason::name);
    let skipped = deployment.skip_reason.map(SkipReason::name);
    let begun = (deployment.status == DeploymentStatus::Queued).then(|| deployment.trigger.name());
    failed.or_else(|| canceled.or(skipped).or(begun).map(str::to_owned))
}

/// What is new of a state since before; before it was made there was none.
pub(super) fn news(before: Option<&State>, after: &State) -> Vec<NewTransition> {
    let site = &after.site;
    let unknown = || Cause::own(Reason::Change, site.updated_at);
    let Cause { reason, actor, at } = after.cause.clone().unwrap_or_else(unknown);
    let actor = actor.map(|Actor(name)| name);
    let was = |own: &Deployment| {
        let known = before.and_then(|state| state.deployments.iter().find(|known| known.id == own.id));
        known.map(|known| known.status)
    };
    let mut moved: Vec<&Deployment> = after.deployments.iter().filter(|own| was(own) != Some(own.status)).collect();
    moved.sort_by_key(|own| own.created_at);
    let new = |kind: Subject, deployment: Option<&Deployment>, (from, to): (Option<&str>, _), reason| NewTransition {
        site_id: site.id.0.clone(),
        kind: kind.name(),
        deployment_id: deployment.map(|own| own.id.0.clone()),
        from_status: from.map(str::to_owned),
        to_status: to,
        actor: actor.clone(),
        reason,
        at: Ts(at),
    };
    let of_deployment = |own: &&Deployment| {
        let statuses = (was(own).map(DeploymentStatus::name), own.status.name());
        new(Subject::Deployment, Some(own), statuses, reason_of(own))
    };
    let mut news: Vec<_> = moved.iter().map(of_deployment).collect();
    let before = before.map(|state| state.site.status);
    if before != Some(site.status) {
        let statuses = (before.map(crate::sites::SiteStatus::name), site.status.name());
        news.push(new(Subject::Site, moved.last().copied(), statuses, Some(reason.name().to_owned())));
    }
    news
}

/// That somebody began to work at a deployment.
pub(super) fn begun((site, deployment): (&str, &str), to: DeploymentStatus, at: Timestamp) -> NewTransition {
    NewTransition {
        site_id: site.to_owned(),
        kind: Subject::Deployment.name(),
        deployment_id: Some(deployment.to_owned()),
        from_status: Some(DeploymentStatus::Queued.name().to_owned()),
        to_status: to.name(),
        actor: None,
        reason: None,
        at: Ts(at),
    }
}

#[async_trait]
pub(super) trait Remember {
    /// Adds changes of one site, and drops those that are too many.
    async fn remember(&mut self, news: Vec<NewTransition>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Remember for Conn {
    async fn remember(&mut self, news: Vec<NewTransition>) -> StoreResult<()> {
        let [NewTransition { site_id, .. }, ..] = news.as_slice() else { return Ok(()) };
        let site = site_id.clone();
        for own in news {
            diesel::insert_into(hosting_site_events::table).values(own).execute(self).await?;
        }
        let of_site = hosting_site_events::table.filter(hosting_site_events::site_id.eq(site));
        let sorted = of_site.clone().order(hosting_site_events::id.desc()).select(hosting_site_events::id);
        let oldest: Option<i64> = sorted.offset(KEPT).limit(1).first(self).await.optional()?;
        if let Some(oldest) = oldest {
            diesel::delete(of_site.filter(hosting_site_events::id.le(oldest))).execute(self).await?;
        }
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl HistoryStore for DieselStore<Db> {
    async fn transitions(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        after: Option<Cursor>,
        limit: i64,
    ) -> StoreResult<Option<Vec<Transition>>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(site.0.clone()));
                if own.count().get_result::<i64>(conn).await? == 0 {
                    return Ok(None);
                }
                // A cursor of another list names no change: behind it is nothing.
                let behind = after.map_or(i64::MAX, |cursor| cursor.id.parse().unwrap_or(0));
                let rows: Vec<TransitionRow> = hosting_site_events::table
                    .filter(hosting_site_events::site_id.eq(site.0))
                    .filter(hosting_site_events::id.lt(behind))
                    .order(hosting_site_events::id.desc())
                    .limit(limit)
                    .select(TransitionRow::as_select())
                    .load(conn)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>().map(Some)
            }
            .boxed()
        });
        read.await
    }
}
