//! Lists of deliveries: filters and order.

use super::diesel::DieselDeliveryStore;
use super::row::{Named, Row};
use crate::deliveries::model::{DeliveryColumn, DeliveryQuery};
use crate::model::EndpointId;
use crate::schema::{webhook_deliveries, webhook_messages};
use diesel::dsl::{AsSelect, InnerJoin, IntoBoxed, Select};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{StoreResult, Ts, each_backend};

type Joined = InnerJoin<webhook_deliveries::table, webhook_messages::table>;
/// Deliveries with what their events are called.
type Query<B> = IntoBoxed<'static, Select<Joined, (AsSelect<Row, B>, AsSelect<Named, B>)>, B>;

#[each_backend]
impl DieselDeliveryStore<Db> {
    /// The deliveries that match, in no order.
    pub(super) fn matching(workspace: WorkspaceId, endpoint: EndpointId, query: &DeliveryQuery) -> Query<Backend> {
        use webhook_deliveries::dsl;
        let listing = &query.listing;
        let mut deliveries = webhook_deliveries::table
            .inner_join(webhook_messages::table)
            .select((Row::as_select(), Named::as_select()))
            .into_boxed()
            .filter(dsl::workspace_id.eq(workspace.0))
            .filter(dsl::endpoint_id.eq(endpoint.0));
        if let Some(after) = listing.created.after {
            deliveries = deliveries.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            deliveries = deliveries.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            deliveries = deliveries.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            deliveries = deliveries.filter(dsl::updated_at.le(Ts(before)));
        }
        if let Some(status) = query.status {
            deliveries = deliveries.filter(dsl::status.eq(status.name()));
        }
        if let Some(name) = &query.event_type {
            deliveries = deliveries.filter(webhook_messages::event_type.eq(name.clone()));
        }
        if let Some(part) = &listing.search {
            deliveries = deliveries.filter(lower(webhook_messages::event_id).like(containing(part)).escape('\\'));
        }
        deliveries
    }

    /// How many match.
    pub(super) async fn count(
        conn: &mut Conn,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: &DeliveryQuery,
    ) -> StoreResult<i64> {
        Ok(Self::matching(workspace, endpoint, query).count().get_result(conn).await?)
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(deliveries: Query<Backend>, order: &[Sort<DeliveryColumn>]) -> Query<Backend> {
        use webhook_deliveries::dsl;
        let deliveries = order.iter().fold(deliveries, |deliveries, sort| match (sort.column, sort.descending) {
            (DeliveryColumn::Id, false) => deliveries.then_order_by(dsl::id.asc()),
            (DeliveryColumn::Id, true) => deliveries.then_order_by(dsl::id.desc()),
            (DeliveryColumn::CreatedAt, false) => deliveries.then_order_by(dsl::created_at.asc()),
            (DeliveryColumn::CreatedAt, true) => deliveries.then_order_by(dsl::created_at.desc()),
            (DeliveryColumn::UpdatedAt, false) => deliveries.then_order_by(dsl::updated_at.asc()),
            (DeliveryColumn::UpdatedAt, true) => deliveries.then_order_by(dsl::updated_at.desc()),
        });
        deliveries.then_order_by(dsl::id.desc())
    }
}
