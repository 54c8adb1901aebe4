//! The store, written once for both databases.

use super::row::{Born, Row, Terms};
use super::{Amend, EndpointStore, KeptEndpoint, Tell};
use crate::endpoints::model::{Endpoint, EndpointQuery};
use crate::error::WebhookError;
use crate::model::EndpointId;
use crate::roster::Turn as _;
use crate::schema::webhook_endpoints::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Endpoints over the handle `D`.
pub(super) struct DieselEndpointStore<D> {
    db: D,
}

impl<D> DieselEndpointStore<D> {
    pub(super) const fn new(db: D) -> Self {
        Self { db }
    }
}

/// An endpoint of a workspace that is not deleted.
macro_rules! living {
    ($workspace:expr, $id:expr) => {
        dsl::webhook_endpoints
            .filter(dsl::workspace_id.eq($workspace.0))
            .filter(dsl::id.eq($id.0))
            .filter(dsl::deleted_at.is_null())
    };
}

#[each_backend]
#[async_trait]
impl EndpointStore for DieselEndpointStore<Db> {
    async fn list(&self, workspace: WorkspaceId, query: EndpointQuery) -> StoreResult<Page<Endpoint>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, &query).count().get_result(conn).await?;
                let page = query.listing.page;
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, &query), &query.listing.sort)
                    .limit(page.per_page())
                    .offset(page.offset())
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                let items = rows.into_iter().map(|row| KeptEndpoint::try_from(row).map(|kept| kept.endpoint));
                Ok(Page { items: items.collect::<StoreResult<_>>()?, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn find(&self, workspace: WorkspaceId, id: EndpointId) -> StoreResult<Option<KeptEndpoint>> {
        let read = self.db.read(move |conn| {
            async move {
                let row: Option<Row> = living!(workspace, id).select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn find_public(&self, id: EndpointId) -> StoreResult<Option<KeptEndpoint>> {
        let read = self.db.read(move |conn| {
            async move {
                let there = dsl::webhook_endpoints.filter(dsl::id.eq(id.0)).filter(dsl::deleted_at.is_null());
                let row: Option<Row> = there.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn count(&self, workspace: WorkspaceId) -> StoreResult<i64> {
        let read = self.db.read(move |conn| {
            async move {
                let of_tenant = dsl::webhook_endpoints.filter(dsl::workspace_id.eq(workspace.0));
                Ok(of_tenant.filter(dsl::deleted_at.is_null()).count().get_result(conn).await?)
            }
            .boxed()
        });
        read.await
    }

    async fn insert(&self, new: KeptEndpoint, most: Option<u64>, tell: Tell) -> StoreResult<Option<Endpoint>> {
        let write = self.db.write(move |conn| {
            async move {
                let workspace = new.endpoint.workspace;
                // Whoever counts has the roster to themselves until the transaction ends.
                conn.turn(workspace).await?;
                let of_tenant = dsl::webhook_endpoints.filter(dsl::workspace_id.eq(workspace.0));
                let count: i64 = of_tenant.filter(dsl::deleted_at.is_null()).count().get_result(conn).await?;
                if most.is_some_and(|most| count >= i64::try_from(most).unwrap_or(i64::MAX)) {
                    return Ok(None);
                }
                let row: Row = diesel::insert_into(webhook_endpoints::table)
                    .values(Born::from(new))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                let kept = KeptEndpoint::try_from(row)?;
                conn.append(&tell(&kept.endpoint)).await?;
                Ok(Some(kept.endpoint))
            }
            .boxed()
        });
        write.await
    }

    async fn amend(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        amend: Amend,
    ) -> StoreResult<Option<Result<Endpoint, WebhookError>>> {
        let write = self.db.write(move |conn| {
            async move {
                let row: Option<Row> =
                    Locked(living!(workspace, id).select(Row::as_select())).get_result(conn).await.optional()?;
                let Some(row) = row else { return Ok(None) };
                let kept = KeptEndpoint::try_from(row)?;
                let present = kept.endpoint.clone();
                let (changed, event) = match amend(kept) {
                    Ok(Some(change)) => change,
                    Ok(None) => return Ok(Some(Ok(present))),
                    Err(refused) => return Ok(Some(Err(refused))),
                };
                let row: Row = diesel::update(living!(workspace, id))
                    .set(Terms::from(changed))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                conn.turn(workspace).await?;
                conn.append(&event).await?;
                Ok(Some(Ok(KeptEndpoint::try_from(row)?.endpoint)))
            }
            .boxed()
        });
        write.await
    }

    async fn delete(&self, workspace: WorkspaceId, id: EndpointId, now: Timestamp, tell: Tell) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let gone = (dsl::deleted_at.eq(Ts(now)), dsl::is_active.eq(false));
                let row: Option<Row> = diesel::update(living!(workspace, id))
                    .set(gone)
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await
                    .optional()?;
                let Some(row) = row else { return Ok(false) };
                conn.turn(workspace).await?;
                conn.append(&tell(&KeptEndpoint::try_from(row)?.endpoint)).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }
}
