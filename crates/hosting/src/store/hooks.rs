//! Hooks, written once for both databases.

use super::diesel::DieselStore;
use super::state::Load as _;
use crate::error::HostingError;
use crate::hooks::{Arrival, Delivery, FoundHook, Hear, HookOutcome, HookStore, Judged, Provider, Reason, SealedHook};
use crate::ids::{DeliveryId, DeploymentId, SiteId};
use crate::schema::{hosting_hook_deliveries, hosting_hooks, hosting_sites};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

/// How many deliveries of a site are remembered.
const KEPT: i64 = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = hosting_hooks)]
struct HookRow {
    site_id: String,
    token_hash: Vec<u8>,
    sealed: Vec<u8>,
    created_at: Ts,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = hosting_hook_deliveries)]
struct DeliveryRow {
    id: String,
    site_id: String,
    key_hash: Option<Vec<u8>>,
    body_hash: Option<Vec<u8>>,
    provider: String,
    event: String,
    outcome: String,
    reason: Option<String>,
    branch: Option<String>,
    commit_id: Option<String>,
    deployment_id: Option<String>,
    created_at: Ts,
}

impl HookRow {
    fn sealed(self) -> SealedHook {
        SealedHook { token_hash: self.token_hash, sealed: self.sealed, created_at: self.created_at.0 }
    }
}

impl DeliveryRow {
    fn new(site: &SiteId, arrival: Arrival, judged: &Judged) -> Self {
        let Arrival { id, provider, event, key_hash, body_hash, branch, commit, at } = arrival;
        Self {
            id: id.0,
            site_id: site.0.clone(),
            key_hash,
            body_hash,
            provider: provider.name().to_owned(),
            event,
            outcome: judged.outcome.name().to_owned(),
            reason: judged.reason.map(|reason| reason.name().to_owned()),
            branch,
            commit_id: commit,
            deployment_id: judged.deployment.as_ref().map(|id| id.0.clone()),
            created_at: Ts(at),
        }
    }

    fn delivery(self) -> StoreResult<Delivery> {
        let damaged = |word: &str| StoreError::Damaged(format!("delivery {word}"));
        let reason = self.reason.map(|text| Reason::named(&text).ok_or_else(|| damaged(&text)));
        Ok(Delivery {
            id: DeliveryId(self.id),
            provider: Provider::named(&self.provider).ok_or_else(|| damaged(&self.provider))?,
            event: self.event,
            outcome: HookOutcome::named(&self.outcome).ok_or_else(|| damaged(&self.outcome))?,
            reason: reason.transpose()?,
            branch: self.branch,
            commit: self.commit_id,
            deployment: self.deployment_id.map(DeploymentId),
            at: self.created_at.0,
        })
    }
}

#[async_trait]
trait Deliveries {
    /// The hook of a site.
    async fn hook_row(&mut self, site: &SiteId) -> StoreResult<Option<HookRow>>;
    /// What was told before, if this is the same.
    async fn told_before(&mut self, site: &SiteId, arrival: &Arrival) -> StoreResult<Option<Delivery>>;
    /// Notes what was told, and forgets what was told long ago.
    async fn note(&mut self, row: DeliveryRow) -> StoreResult<Delivery>;
}

#[each_backend]
#[async_trait]
impl Deliveries for Conn {
    async fn hook_row(&mut self, site: &SiteId) -> StoreResult<Option<HookRow>> {
        let own = hosting_hooks::table.filter(hosting_hooks::site_id.eq(site.0.clone()));
        Ok(own.select(HookRow::as_select()).first(self).await.optional()?)
    }

    async fn told_before(&mut self, site: &SiteId, arrival: &Arrival) -> StoreResult<Option<Delivery>> {
        let of_site = hosting_hook_deliveries::table.filter(hosting_hook_deliveries::site_id.eq(site.0.clone()));
        // A hash that is none equals nothing.
        let has_key = hosting_hook_deliveries::key_hash.eq(arrival.key_hash.clone());
        let has_body = hosting_hook_deliveries::body_hash.eq(arrival.body_hash.clone());
        let same = of_site.filter(has_key.or(has_body)).order(hosting_hook_deliveries::created_at);
        let row: Option<DeliveryRow> = same.select(DeliveryRow::as_select()).first(self).await.optional()?;
        row.map(DeliveryRow::delivery).transpose()
    }

    async fn note(&mut self, row: DeliveryRow) -> StoreResult<Delivery> {
        let (id, site) = (row.id.clone(), row.site_id.clone());
        diesel::insert_into(hosting_hook_deliveries::table).values(row).execute(self).await?;
        let of_site = hosting_hook_deliveries::table.filter(hosting_hook_deliveries::site_id.eq(site.clone()));
        let newest = (hosting_hook_deliveries::created_at.desc(), hosting_hook_deliveries::id.desc());
        let first_of_old = of_site.order(newest).offset(KEPT).limit(1).select(hosting_hook_deliveries::created_at);
        let forgotten: Option<Ts> = first_of_old.first(self).await.optional()?;
        if let Some(at) = forgotten {
            let old = hosting_hook_deliveries::table
                .filter(hosting_hook_deliveries::site_id.eq(site))
                .filter(hosting_hook_deliveries::created_at.le(at))
                .filter(hosting_hook_deliveries::id.ne(id.clone()));
            diesel::delete(old).execute(self).await?;
        }
        let noted = hosting_hook_deliveries::table.filter(hosting_hook_deliveries::id.eq(id));
        let row: DeliveryRow = noted.select(DeliveryRow::as_select()).first(self).await?;
        row.delivery()
    }
}

#[each_backend]
#[async_trait]
impl HookStore for DieselStore<Db> {
    async fn hook(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        limit: i64,
    ) -> StoreResult<Option<(Option<SealedHook>, Vec<Delivery>)>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(site.0.clone()));
                if own.count().get_result::<i64>(conn).await? == 0 {
                    return Ok(None);
                }
                let hook = conn.hook_row(&site).await?;
                let rows: Vec<DeliveryRow> = hosting_hook_deliveries::table
                    .filter(hosting_hook_deliveries::site_id.eq(site.0))
                    .order((hosting_hook_deliveries::created_at.desc(), hosting_hook_deliveries::id.desc()))
                    .limit(limit)
                    .select(DeliveryRow::as_select())
                    .load(conn)
                    .await?;
                let deliveries = rows.into_iter().map(DeliveryRow::delivery).collect::<StoreResult<_>>()?;
                Ok(Some((hook.map(HookRow::sealed), deliveries)))
            }
            .boxed()
        });
        read.await
    }

    async fn set_hook(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        hook: SealedHook,
        event: Event,
    ) -> StoreResult<Option<Result<(), HostingError>>> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(state) = conn.state(workspace, &site).await? else { return Ok(None) };
                if state.site.deleted_at.is_some() {
                    return Ok(Some(Err(HostingError::Deleting)));
                }
                let before = hosting_hooks::table.filter(hosting_hooks::site_id.eq(site.0.clone()));
                diesel::delete(before).execute(conn).await?;
                let SealedHook { token_hash, sealed, created_at } = hook;
                let row = HookRow { site_id: site.0, token_hash, sealed, created_at: Ts(created_at) };
                diesel::insert_into(hosting_hooks::table).values(row).execute(conn).await?;
                conn.append(&event).await?;
                Ok(Some(Ok(())))
            }
            .boxed()
        });
        write.await
    }

    async fn hook_of(&self, token_hash: Vec<u8>) -> StoreResult<Option<FoundHook>> {
        let read = self.db.read(move |conn| {
            async move {
                let found: Option<(HookRow, i64)> = hosting_hooks::table
                    .inner_join(hosting_sites::table)
                    .filter(hosting_hooks::token_hash.eq(token_hash))
                    .select((HookRow::as_select(), hosting_sites::workspace_id))
                    .first(conn)
                    .await
                    .optional()?;
                Ok(found.map(|(row, workspace)| FoundHook {
                    workspace: WorkspaceId(workspace),
                    site: SiteId(row.site_id.clone()),
                    hook: row.sealed(),
                }))
            }
            .boxed()
        });
        read.await
    }

    async fn hear(&self, found: FoundHook, arrival: Arrival, hear: Hear) -> StoreResult<Option<Delivery>> {
        let write = self.db.write(move |conn| {
            async move {
                let FoundHook { workspace, site, hook } = found;
                // Holds the site: of two who tell the same at once, the second finds what the first noted.
                let Some(before) = conn.state(workspace, &site).await? else { return Ok(None) };
                let present = conn.hook_row(&site).await?;
                if present.is_none_or(|row| row.token_hash != hook.token_hash) {
                    return Ok(None);
                }
                if let Some(told) = conn.told_before(&site, &arrival).await? {
                    return Ok(Some(told));
                }
                let mut after = before.clone();
                let judged = hear(&mut after);
                if after != before {
                    conn.write_state(&before, &after).await?;
                    conn.announce(super::CHANGED, site.0.clone(), arrival.at).await?;
                }
                for event in &judged.events {
                    conn.append(event).await?;
                }
                conn.note(DeliveryRow::new(&site, arrival, &judged)).await.map(Some)
            }
            .boxed()
        });
        write.await
    }
}
