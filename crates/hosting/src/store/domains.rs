//! Domains, written once for both databases.

use super::diesel::DieselStore;
use super::domain_rows::{DomainRow, LoadDomains as _};
use super::state::Load as _;
use crate::domains::{Added, AmendDomain, Domain, DomainName, DomainStore, Facts};
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::schema::{hosting_acme_accounts, hosting_domains, hosting_sites};
use crate::sites::{Cause, Reason, State};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Lets a site be known by its first domain, and tells everybody that visitors meet it otherwise.
#[async_trait]
trait Introduce {
    async fn introduce(&mut self, before: State, at: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Introduce for Conn {
    async fn introduce(&mut self, before: State, at: Timestamp) -> StoreResult<()> {
        let id = before.site.id.0.clone();
        let domain = self.first_domains(vec![id.clone()]).await?.remove(&id);
        if domain != before.site.domain {
            let mut after = before.clone();
            after.site.domain = domain;
            after.settle(Cause::own(Reason::Change, at));
            self.write_state(&before, &after).await?;
        }
        self.announce(super::CHANGED, id, at).await
    }
}

#[each_backend]
#[async_trait]
impl DomainStore for DieselStore<Db> {
    async fn domains(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Option<Vec<Domain>>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(site.0.clone()));
                if own.count().get_result::<i64>(conn).await? == 0 {
                    return Ok(None);
                }
                conn.domains_of(workspace, &site).await.map(Some)
            }
            .boxed()
        });
        read.await
    }

    async fn add_domain(&self, domain: Domain, most: usize, event: Event) -> StoreResult<Added> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(state) = conn.state(domain.workspace, &domain.site).await? else { return Ok(Added::NoSite) };
                if state.site.deleted_at.is_some() {
                    return Ok(Added::Going);
                }
                let known = conn.domains_of(domain.workspace, &domain.site).await?;
                if known.iter().any(|own| own.name == domain.name) {
                    return Ok(Added::Known);
                }
                if known.len() >= most {
                    return Ok(Added::TooMany);
                }
                diesel::insert_into(hosting_domains::table).values(DomainRow::from(&domain)).execute(conn).await?;
                conn.append(&event).await?;
                Ok(Added::Done(Box::new(Domain { label: state.site.label, ..domain })))
            }
            .boxed()
        });
        write.await
    }

    async fn amend_domain(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        name: DomainName,
        amend: AmendDomain,
    ) -> StoreResult<Option<Result<Domain, HostingError>>> {
        let write = self.db.write(move |conn| {
            async move {
                // Whoever holds the site is the only one at its domains.
                let Some(state) = conn.state(workspace, &site).await? else { return Ok(None) };
                let known = conn.domains_of(workspace, &site).await?;
                let Some(before) = known.into_iter().find(|own| own.name == name) else { return Ok(None) };
                let is_taken = conn.is_taken(name.as_str(), &site).await?;
                let facts = Facts { is_going: state.site.deleted_at.is_some(), is_taken };
                let mut after = before.clone();
                let events = match amend(&mut after, &facts) {
                    Ok(events) => events,
                    Err(refused) => return Ok(Some(Err(refused))),
                };
                if after != before {
                    conn.write_domain(&after).await?;
                }
                if after.is_met_otherwise_than(&before) {
                    conn.introduce(state, after.updated_at).await?;
                }
                for event in &events {
                    conn.append(event).await?;
                }
                Ok(Some(Ok(after)))
            }
            .boxed()
        });
        write.await
    }

    async fn remove_domain(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        name: DomainName,
        event: Event,
    ) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(state) = conn.state(workspace, &site).await? else { return Ok(false) };
                let own = hosting_domains::table
                    .filter(hosting_domains::workspace_id.eq(workspace.0))
                    .filter(hosting_domains::site_id.eq(site.0))
                    .filter(hosting_domains::name.eq(name.as_str().to_owned()));
                if diesel::delete(own).execute(conn).await? == 0 {
                    return Ok(false);
                }
                conn.introduce(state, event.at).await?;
                conn.append(&event).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }

    async fn claim_orders(&self, now: Timestamp, until: Timestamp, most: i64) -> StoreResult<Vec<Domain>> {
        let write = self.db.write(move |conn| {
            async move {
                let is_due = || {
                    let never = hosting_domains::order_at.is_null().and(hosting_domains::chain.is_null());
                    hosting_domains::order_at.le(Ts(now)).assume_not_null().or(never)
                };
                let due: Vec<(String, String)> = hosting_domains::table
                    .filter(hosting_domains::held_name.is_not_null())
                    .filter(is_due())
                    .order((hosting_domains::order_at, hosting_domains::site_id, hosting_domains::name))
                    .limit(most)
                    .select((hosting_domains::site_id, hosting_domains::name))
                    .load(conn)
                    .await?;
                let mut claimed = Vec::new();
                for (site, name) in due {
                    let own = hosting_domains::table
                        .filter(hosting_domains::site_id.eq(site.clone()))
                        .filter(hosting_domains::name.eq(name.clone()))
                        .filter(is_due());
                    let held = hosting_domains::order_at.eq(Some(Ts(until)));
                    if diesel::update(own).set(held).execute(conn).await? == 0 {
                        continue;
                    }
                    let own = hosting_domains::table
                        .inner_join(hosting_sites::table)
                        .filter(hosting_domains::site_id.eq(site))
                        .filter(hosting_domains::name.eq(name));
                    let (row, label): (DomainRow, String) =
                        own.select((DomainRow::as_select(), hosting_sites::label)).first(conn).await?;
                    claimed.push(row.domain(label)?);
                }
                Ok(claimed)
            }
            .boxed()
        });
        write.await
    }

    async fn acme_account(&self, directory: String) -> StoreResult<Option<Vec<u8>>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_acme_accounts::table.filter(hosting_acme_accounts::directory.eq(directory));
                Ok(own.select(hosting_acme_accounts::sealed).first(conn).await.optional()?)
            }
            .boxed()
        });
        read.await
    }

    async fn keep_acme_account(&self, directory: String, sealed: Vec<u8>, now: Timestamp) -> StoreResult<Vec<u8>> {
        let write = self.db.write(move |conn| {
            async move {
                let row = (
                    hosting_acme_accounts::directory.eq(directory.clone()),
                    hosting_acme_accounts::sealed.eq(sealed),
                    hosting_acme_accounts::created_at.eq(Ts(now)),
                );
                let new = diesel::insert_into(hosting_acme_accounts::table).values(row);
                new.on_conflict_do_nothing().execute(conn).await?;
                let own = hosting_acme_accounts::table.filter(hosting_acme_accounts::directory.eq(directory));
                Ok(own.select(hosting_acme_accounts::sealed).first(conn).await?)
            }
            .boxed()
        });
        write.await
    }

    async fn forget_acme_account(&self, directory: String) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let own = hosting_acme_accounts::table.filter(hosting_acme_accounts::directory.eq(directory));
                diesel::delete(own).execute(conn).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn due_domains(&self, now: Timestamp, most: i64) -> StoreResult<Vec<Domain>> {
        let read = self.db.read(move |conn| {
            async move {
                let due = hosting_domains::table
                    .inner_join(hosting_sites::table)
                    .filter(hosting_domains::check_at.le(Ts(now)).assume_not_null())
                    .order((hosting_domains::check_at, hosting_domains::site_id, hosting_domains::name))
                    .limit(most);
                let rows: Vec<(DomainRow, String)> =
                    due.select((DomainRow::as_select(), hosting_sites::label)).load(conn).await?;
                rows.into_iter().map(|(row, label)| row.domain(label)).collect()
            }
            .boxed()
        });
        read.await
    }
}
