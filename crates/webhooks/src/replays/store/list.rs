//! Lists of replays: filters and order.

use super::diesel::DieselReplayStore;
use crate::model::EndpointId;
use crate::replays::model::{ReplayColumn, ReplayQuery};
use crate::schema::webhook_replays::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselReplayStore<Db> {
    /// The replays that match, in no order. There is nothing in them to be searched.
    pub(super) fn matching(
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: &ReplayQuery,
    ) -> webhook_replays::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let of_tenant = dsl::webhook_replays.filter(dsl::workspace_id.eq(workspace.0));
        let mut replays = of_tenant.filter(dsl::endpoint_id.eq(endpoint.0)).into_boxed();
        if let Some(after) = listing.created.after {
            replays = replays.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            replays = replays.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            replays = replays.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            replays = replays.filter(dsl::updated_at.le(Ts(before)));
        }
        match query.status {
            Some(status) => replays.filter(dsl::status.eq(status.name())),
            None => replays,
        }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        replays: webhook_replays::BoxedQuery<'static, Backend>,
        order: &[Sort<ReplayColumn>],
    ) -> webhook_replays::BoxedQuery<'static, Backend> {
        let replays = order.iter().fold(replays, |replays, sort| match (sort.column, sort.descending) {
            (ReplayColumn::Id, false) => replays.then_order_by(dsl::id.asc()),
            (ReplayColumn::Id, true) => replays.then_order_by(dsl::id.desc()),
            (ReplayColumn::CreatedAt, false) => replays.then_order_by(dsl::created_at.asc()),
            (ReplayColumn::CreatedAt, true) => replays.then_order_by(dsl::created_at.desc()),
        });
        replays.then_order_by(dsl::id.desc())
    }
}
