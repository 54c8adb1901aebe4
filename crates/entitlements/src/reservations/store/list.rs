//! Lists of reservations: filters and order.

use super::diesel::DieselReservationStore;
use crate::reservations::model::{ReservationColumn, ReservationQuery, ReservationState};
use crate::reservations::schema::usage_reservations::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, Timestamp, WorkspaceId};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselReservationStore<Db> {
    /// The reservations that match, in no order. There is nothing in them to be searched; when they ended, they were last
    /// changed.
    pub(super) fn matching(
        workspace: WorkspaceId,
        query: &ReservationQuery,
        now: Timestamp,
    ) -> usage_reservations::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let mut found = usage_reservations::table.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        if let Some(after) = listing.created.after {
            found = found.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            found = found.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            let untouched = dsl::ended_at.is_null().and(dsl::created_at.ge(Ts(after)));
            found = found.filter(dsl::ended_at.ge(Ts(after)).or(untouched).assume_not_null());
        }
        if let Some(before) = listing.updated.before {
            let untouched = dsl::ended_at.is_null().and(dsl::created_at.le(Ts(before)));
            found = found.filter(dsl::ended_at.le(Ts(before)).or(untouched).assume_not_null());
        }
        let Some(state) = query.state else { return found };
        let named = dsl::status.eq(state.name());
        // What has expired is so, whether or not that was booked.
        match state {
            ReservationState::Held => found.filter(named).filter(dsl::expires_at.gt(Ts(now))),
            ReservationState::Expired => {
                let unbooked = dsl::status.eq(ReservationState::Held.name()).and(dsl::expires_at.le(Ts(now)));
                found.filter(named.or(unbooked))
            }
            ReservationState::Committed | ReservationState::Released => found.filter(named),
        }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        found: usage_reservations::BoxedQuery<'static, Backend>,
        order: &[Sort<ReservationColumn>],
    ) -> usage_reservations::BoxedQuery<'static, Backend> {
        let found = order.iter().fold(found, |found, sort| match (sort.column, sort.descending) {
            (ReservationColumn::CreatedAt, false) => found.then_order_by(dsl::created_at.asc()),
            (ReservationColumn::CreatedAt, true) => found.then_order_by(dsl::created_at.desc()),
            (ReservationColumn::ExpiresAt, false) => found.then_order_by(dsl::expires_at.asc()),
            (ReservationColumn::ExpiresAt, true) => found.then_order_by(dsl::expires_at.desc()),
            (ReservationColumn::Quantity, false) => found.then_order_by(dsl::quantity.asc()),
            (ReservationColumn::Quantity, true) => found.then_order_by(dsl::quantity.desc()),
        });
        found.then_order_by(dsl::id.desc())
    }
}
