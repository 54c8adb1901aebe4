//! Variables, written once for both databases.

use super::diesel::DieselStore;
use super::state::Load as _;
use crate::ids::SiteId;
use crate::schema::hosting_sites;
use crate::schema::hosting_variables::{self, dsl};
use crate::sites::{Cause, Reason};
use crate::variables::{MOST, Rewrite, Rewritten, Scope, SealedVariable, VariableStore};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = hosting_variables)]
pub(super) struct VariableRow {
    site_id: String,
    name: String,
    scope: String,
    sealed: Vec<u8>,
    updated_at: Ts,
}

/// A variable of a site, as it is written.
pub(super) fn row(site: &SiteId, own: SealedVariable) -> VariableRow {
    let SealedVariable { name, scope, sealed, updated_at } = own;
    let scope = scope.name().to_owned();
    VariableRow { site_id: site.0.clone(), name, scope, sealed, updated_at: Ts(updated_at) }
}

fn read(row: VariableRow) -> StoreResult<SealedVariable> {
    let VariableRow { name, scope, sealed, updated_at, .. } = row;
    let scope = Scope::named(&scope).ok_or_else(|| StoreError::Damaged(format!("scope {scope}")))?;
    Ok(SealedVariable { name, scope, sealed, updated_at: updated_at.0 })
}

#[each_backend]
#[async_trait]
impl VariableStore for DieselStore<Db> {
    async fn variables(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Option<Vec<SealedVariable>>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(site.0.clone()));
                if own.count().get_result::<i64>(conn).await? == 0 {
                    return Ok(None);
                }
                let of_site = dsl::hosting_variables.filter(dsl::site_id.eq(site.0)).order(dsl::name);
                let rows: Vec<VariableRow> = of_site.select(VariableRow::as_select()).load(conn).await?;
                rows.into_iter().map(read).collect::<StoreResult<_>>().map(Some)
            }
            .boxed()
        });
        read.await
    }

    async fn tell(&self, workspace: WorkspaceId, site: SiteId, event: Event) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let found = conn.state(workspace, &site).await?;
                if found.is_some() {
                    conn.append(&event).await?;
                }
                Ok(found.is_some())
            }
            .boxed()
        });
        write.await
    }

    async fn rewrite(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        rewrite: Rewrite,
        event: Event,
    ) -> StoreResult<Rewritten> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(mut state) = conn.state(workspace, &site).await? else { return Ok(Rewritten::NoSite) };
                let before = state.clone();
                let of_site = dsl::hosting_variables.filter(dsl::site_id.eq(site.0.clone()));
                let Rewrite { replaces_all, set, unset } = rewrite;
                let present: Vec<String> = of_site.clone().select(dsl::name).load(conn).await?;
                if unset.iter().any(|name| !present.contains(name)) {
                    return Ok(Rewritten::NoVariable);
                }
                let is_named = |name: &String| unset.contains(name) || set.iter().any(|own| own.name == *name);
                let (going, staying): (Vec<_>, Vec<_>) =
                    present.into_iter().partition(|name| replaces_all || is_named(name));
                if staying.len() + set.len() > MOST {
                    return Ok(Rewritten::TooMany);
                }
                diesel::delete(of_site.filter(dsl::name.eq_any(going))).execute(conn).await?;
                for own in set {
                    let row = row(&site, own);
                    diesel::insert_into(hosting_variables::table).values(row).execute(conn).await?;
                }
                state.site.is_stale = true;
                state.settle(Cause::own(Reason::Change, event.at));
                conn.write_state(&before, &state).await?;
                conn.append(&event).await?;
                Ok(Rewritten::Done)
            }
            .boxed()
        });
        write.await
    }
}
