//! Lists of endpoints: filters and order.

use super::diesel::DieselEndpointStore;
use crate::endpoints::model::{EndpointColumn, EndpointQuery, EndpointStatus};
use crate::schema::webhook_endpoints::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselEndpointStore<Db> {
    /// The endpoints that match, in no order.
    pub(super) fn matching(
        workspace: WorkspaceId,
        query: &EndpointQuery,
    ) -> webhook_endpoints::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let of_tenant = dsl::webhook_endpoints.filter(dsl::workspace_id.eq(workspace.0));
        let mut endpoints = of_tenant.filter(dsl::deleted_at.is_null()).into_boxed();
        if let Some(after) = listing.created.after {
            endpoints = endpoints.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            endpoints = endpoints.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            endpoints = endpoints.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            endpoints = endpoints.filter(dsl::updated_at.le(Ts(before)));
        }
        if let Some(part) = &listing.search {
            let pattern = containing(part);
            let in_description = lower(dsl::description.assume_not_null()).like(pattern.clone()).escape('\\');
            let in_description = dsl::description.is_not_null().and(in_description);
            endpoints = endpoints.filter(lower(dsl::url).like(pattern).escape('\\').or(in_description));
        }
        match query.status {
            Some(EndpointStatus::Active) => endpoints.filter(dsl::is_active),
            Some(EndpointStatus::Inactive) => {
                endpoints.filter(dsl::is_active.eq(false)).filter(dsl::disabled_at.is_null())
            }
            Some(EndpointStatus::Disabled) => {
                endpoints.filter(dsl::is_active.eq(false)).filter(dsl::disabled_at.is_not_null())
            }
            None => endpoints,
        }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        endpoints: webhook_endpoints::BoxedQuery<'static, Backend>,
        order: &[Sort<EndpointColumn>],
    ) -> webhook_endpoints::BoxedQuery<'static, Backend> {
        let endpoints = order.iter().fold(endpoints, |endpoints, sort| match (sort.column, sort.descending) {
            (EndpointColumn::Id, false) => endpoints.then_order_by(dsl::id.asc()),
            (EndpointColumn::Id, true) => endpoints.then_order_by(dsl::id.desc()),
            (EndpointColumn::Url, false) => endpoints.then_order_by(dsl::url.asc()),
            (EndpointColumn::Url, true) => endpoints.then_order_by(dsl::url.desc()),
            (EndpointColumn::CreatedAt, false) => endpoints.then_order_by(dsl::created_at.asc()),
            (EndpointColumn::CreatedAt, true) => endpoints.then_order_by(dsl::created_at.desc()),
            (EndpointColumn::UpdatedAt, false) => endpoints.then_order_by(dsl::updated_at.asc()),
            (EndpointColumn::UpdatedAt, true) => endpoints.then_order_by(dsl::updated_at.desc()),
        });
        endpoints.then_order_by(dsl::id.desc())
    }
}
