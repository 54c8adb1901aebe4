//! The store, written once for both databases.

use super::row::{NewRow, Row, Terms};
use super::{Amend, Born, DomainStore, Tell};
use crate::domains::directory::CHANGED;
use crate::domains::model::{Domain, DomainId};
use crate::schema::tracking_domains::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, each_backend};

/// Domains over the handle `D`.
pub(super) struct DieselDomainStore<D> {
    pub(super) db: D,
}

/// A domain of a workspace.
macro_rules! owned {
    ($workspace:expr, $id:expr) => {
        dsl::tracking_domains.filter(dsl::workspace_id.eq($workspace.0)).filter(dsl::id.eq($id.0))
    };
}

/// All that nodes know of domains is forgotten at once: they are few, and change seldom.
const EVERY: &str = "*";

#[each_backend]
#[async_trait]
impl DomainStore for DieselDomainStore<Db> {
    async fn all(&self, workspace: WorkspaceId) -> StoreResult<Vec<Domain>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = dsl::tracking_domains.filter(dsl::workspace_id.eq(workspace.0)).order(dsl::id);
                let rows: Vec<Row> = own.select(Row::as_select()).load(conn).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            .boxed()
        });
        read.await
    }

    async fn find(&self, workspace: WorkspaceId, id: DomainId) -> StoreResult<Option<Domain>> {
        let read = self.db.read(move |conn| {
            async move {
                let row: Option<Row> = owned!(workspace, id).select(Row::as_select()).first(conn).await.optional()?;
                Ok(row.map(Into::into))
            }
            .boxed()
        });
        read.await
    }

    async fn insert(&self, new: Born, tell: Tell) -> StoreResult<Domain> {
        let write = self.db.write(move |conn| {
            async move {
                let at = new.at;
                let row: Row = diesel::insert_into(tracking_domains::table)
                    .values(NewRow::from(new))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                let domain = Domain::from(row);
                conn.append(&tell(&domain)).await?;
                conn.announce(CHANGED, EVERY.to_owned(), at).await?;
                Ok(domain)
            }
            .boxed()
        });
        write.await
    }

    async fn amend(&self, workspace: WorkspaceId, id: DomainId, amend: Amend) -> StoreResult<Option<Domain>> {
        let write = self.db.write(move |conn| {
            async move {
                let row: Option<Row> =
                    Locked(owned!(workspace, id).select(Row::as_select())).get_result(conn).await.optional()?;
                let Some(row) = row else { return Ok(None) };
                let (domain, event) = amend(row.into());
                diesel::update(owned!(workspace, id)).set(Terms::from(&domain)).execute(conn).await?;
                conn.append(&event).await?;
                conn.announce(CHANGED, EVERY.to_owned(), domain.updated_at).await?;
                Ok(Some(domain))
            }
            .boxed()
        });
        write.await
    }

    async fn delete(&self, workspace: WorkspaceId, id: DomainId, event: Event) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                if diesel::delete(owned!(workspace, id)).execute(conn).await? == 0 {
                    return Ok(false);
                }
                conn.append(&event).await?;
                conn.announce(CHANGED, EVERY.to_owned(), event.at).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }

    async fn of_key(&self, key: &str) -> StoreResult<Option<Domain>> {
        let key = key.to_owned();
        let read = self.db.read(move |conn| {
            async move {
                let known = dsl::tracking_domains.filter(dsl::pixel_key.eq(key));
                let row: Option<Row> = known.select(Row::as_select()).first(conn).await.optional()?;
                Ok(row.map(Into::into))
            }
            .boxed()
        });
        read.await
    }

    async fn of_names(&self, names: Vec<String>) -> StoreResult<Option<Domain>> {
        let read = self.db.read(move |conn| {
            async move {
                let known = dsl::tracking_domains.filter(dsl::name.eq_any(&names)).order(dsl::id);
                let rows: Vec<Row> = known.select(Row::as_select()).load(conn).await?;
                let mut domains: Vec<Domain> = rows.into_iter().map(Into::into).collect();
                let place = |domain: &Domain| names.iter().position(|name| name == domain.name.as_str());
                // Stable: of one name the first registered stays the first.
                domains.sort_by_key(place);
                Ok(domains.into_iter().next())
            }
            .boxed()
        });
        read.await
    }
}
