//! What the installation serves and keeps.

use super::diesel::DieselStore;
use super::domain_rows::LoadDomains as _;
use super::row::SiteRow;
use super::state::Load as _;
use super::{Current, ShelfStore, Shelved, ShelvedDomain};
use crate::deployments::{DeploymentStatus, Program};
use crate::ids::{DeploymentId, SiteId};
use crate::schema::{hosting_deployments, hosting_sites};
use crate::sites::{Condition, DesiredState, Settings, Site};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend};
use std::collections::HashMap;
use std::time::Duration;

/// A site, as far as visitors meet it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hosting_sites)]
struct ShelfRow {
    id: String,
    workspace_id: i64,
    label: String,
    desired: String,
    condition: Option<String>,
    generation: i64,
    sleep_after: Option<i64>,
    deleted_at: Option<Ts>,
}

/// A deployment, as far as visitors meet it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hosting_deployments)]
struct CurrentRow {
    id: String,
    release_id: Option<String>,
    program: Option<Json<Program>>,
    settings: Json<Settings>,
}

fn shelved(
    (row, current): (ShelfRow, Option<CurrentRow>),
    domains: &mut HashMap<String, Vec<ShelvedDomain>>,
) -> Shelved {
    let current = current.and_then(|own| {
        Some(Current {
            release: DeploymentId(own.release_id?),
            deployment: DeploymentId(own.id),
            program: own.program.map(|program| program.0),
            settings: own.settings.0,
        })
    });
    Shelved {
        domains: domains.remove(&row.id).unwrap_or_default(),
        site: SiteId(row.id),
        workspace: WorkspaceId(row.workspace_id),
        label: row.label,
        is_stopped: row.desired == DesiredState::Stopped.name() || row.deleted_at.is_some(),
        condition: row.condition.as_deref().and_then(Condition::named),
        generation: row.generation,
        sleep_after: row.sleep_after.and_then(|minutes| minutes.try_into().ok()).map(Duration::from_mins),
        current,
    }
}

#[each_backend]
#[async_trait]
impl ShelfStore for DieselStore<Db> {
    async fn shelf(&self, only: Option<SiteId>) -> StoreResult<Vec<Shelved>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let current = hosting_deployments::id.nullable().eq(hosting_sites::current_id);
                let mut sites = hosting_sites::table
                    .left_join(hosting_deployments::table.on(current))
                    .select((ShelfRow::as_select(), Option::<CurrentRow>::as_select()))
                    .into_boxed();
                if let Some(id) = &only {
                    sites = sites.filter(hosting_sites::id.eq(id.0.clone()));
                }
                let rows: Vec<(ShelfRow, Option<CurrentRow>)> = sites.load(conn).await?;
                let mut domains = conn.held_domains(only).await?;
                Ok(rows.into_iter().map(|row| shelved(row, &mut domains)).collect())
            }
            .boxed()
        });
        scan.await
    }

    async fn kept_releases(&self, site: SiteId) -> StoreResult<Vec<DeploymentId>> {
        let read = self.db.read(move |conn| {
            async move {
                let live = [DeploymentStatus::Live, DeploymentStatus::Superseded].map(DeploymentStatus::name);
                let releases: Vec<Option<String>> = hosting_deployments::table
                    .filter(hosting_deployments::site_id.eq(site.0))
                    .filter(hosting_deployments::status.eq_any(live))
                    .order(hosting_deployments::live_at.desc())
                    .select(hosting_deployments::release_id)
                    .load(conn)
                    .await?;
                Ok(releases.into_iter().flatten().map(DeploymentId).collect())
            }
            .boxed()
        });
        read.await
    }

    async fn purgeable(&self, now: Timestamp) -> StoreResult<Vec<Site>> {
        let read = self.db.read(move |conn| {
            async move {
                let ended = hosting_sites::table
                    .filter(hosting_sites::deleted_at.is_not_null())
                    .filter(hosting_sites::purge_at.le(Ts(now)).assume_not_null());
                let rows: Vec<SiteRow> = ended.limit(100).select(SiteRow::as_select()).load(conn).await?;
                conn.with_latest(rows).await
            }
            .boxed()
        });
        read.await
    }

    async fn purge(&self, site: SiteId, now: Timestamp, event: Event) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let ended = hosting_sites::table
                    .filter(hosting_sites::id.eq(site.0.clone()))
                    .filter(hosting_sites::deleted_at.is_not_null())
                    .filter(hosting_sites::purge_at.le(Ts(now)).assume_not_null());
                if diesel::delete(ended).execute(conn).await? == 0 {
                    return Ok(false);
                }
                conn.append(&event).await?;
                conn.announce(super::CHANGED, site.0, now).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }
}
