//! The store, written once for both databases.

use super::row::{AttemptRow, Named, Row};
use super::{DeliveryStore, Retried};
use crate::deliveries::model::{Attempt, Delivery, DeliveryQuery, DeliveryStatus, DeliveryStory};
use crate::deliveries::rules::refusal;
use crate::model::{DeliveryId, EndpointId};
use crate::schema::{webhook_attempts, webhook_deliveries, webhook_endpoints, webhook_messages};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Deliveries over the handle `D`.
pub(super) struct DieselDeliveryStore<D> {
    pub(super) db: D,
}

/// A delivery of a workspace's endpoint.
macro_rules! of_tenant {
    ($workspace:expr, $endpoint:expr, $id:expr) => {
        webhook_deliveries::table
            .filter(webhook_deliveries::workspace_id.eq($workspace.0))
            .filter(webhook_deliveries::endpoint_id.eq($endpoint.0))
            .filter(webhook_deliveries::id.eq($id.0))
    };
}

#[each_backend]
#[async_trait]
impl DeliveryStore for DieselDeliveryStore<Db> {
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: DeliveryQuery,
    ) -> StoreResult<Page<Delivery>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::count(conn, workspace, endpoint, &query).await?;
                let page = query.listing.page;
                let rows: Vec<(Row, Named)> =
                    Self::sorted(Self::matching(workspace, endpoint, &query), &query.listing.sort)
                        .limit(page.per_page())
                        .offset(page.offset())
                        .load(conn)
                        .await?;
                let items = rows.into_iter().map(|(row, named)| row.delivery(named)).collect::<StoreResult<_>>()?;
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn find(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> StoreResult<Option<DeliveryStory>> {
        let read = self.db.read(move |conn| {
            async move {
                // One statement sees one instant: the attempts are those that made the delivery what it is.
                let called = of_tenant!(workspace, endpoint, id).inner_join(webhook_messages::table);
                let rows: Vec<(Row, Named, Option<AttemptRow>)> = called
                    .left_join(webhook_attempts::table)
                    .order(webhook_attempts::id)
                    .select((Row::as_select(), Named::as_select(), Option::<AttemptRow>::as_select()))
                    .load(conn)
                    .await?;
                let (mut found, mut attempts) = (None, Vec::with_capacity(rows.len()));
                for (row, named, attempt) in rows {
                    found = Some((row, named));
                    attempts.extend(attempt.map(Attempt::from));
                }
                let Some((row, named)) = found else { return Ok(None) };
                let message = webhook_messages::table.filter(webhook_messages::id.eq(row.message_id));
                let body = message.select(webhook_messages::body).first(conn).await?;
                Ok(Some(DeliveryStory { delivery: row.delivery(named)?, attempts, body }))
            }
            .boxed()
        });
        read.await
    }

    async fn retry(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
        most: i32,
        now: Timestamp,
    ) -> StoreResult<Option<Retried>> {
        let write = self.db.write(move |conn| {
            async move {
                // Endpoints before deliveries, as those who claim do.
                let living = webhook_endpoints::table
                    .filter(webhook_endpoints::workspace_id.eq(workspace.0))
                    .filter(webhook_endpoints::id.eq(endpoint.0))
                    .filter(webhook_endpoints::deleted_at.is_null());
                let is_active: Option<bool> =
                    living.select(webhook_endpoints::is_active).first(conn).await.optional()?;
                let row: Option<Row> = Locked(of_tenant!(workspace, endpoint, id).select(Row::as_select()))
                    .get_result(conn)
                    .await
                    .optional()?;
                let Some((is_active, row)) = is_active.zip(row) else { return Ok(None) };
                if let Some(why) = refusal(row.status()?, row.attempt, most, is_active) {
                    return Ok(Some(Retried::Refused(why)));
                }
                let queued = (
                    webhook_deliveries::status.eq(DeliveryStatus::Pending.name()),
                    webhook_deliveries::attempt.eq(row.attempt + 1),
                    webhook_deliveries::due_at.eq(Ts(now)),
                    // An attempt that is under way counts for nothing any more.
                    webhook_deliveries::lease_until.eq(None::<Ts>),
                    webhook_deliveries::updated_at.eq(Ts(now)),
                );
                let row: Row = diesel::update(of_tenant!(workspace, endpoint, id))
                    .set(queued)
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                let message = webhook_messages::table.filter(webhook_messages::id.eq(row.message_id));
                let named = message.select(Named::as_select()).first(conn).await?;
                Ok(Some(Retried::Queued(row.delivery(named)?)))
            }
            .boxed()
        });
        write.await
    }
}
