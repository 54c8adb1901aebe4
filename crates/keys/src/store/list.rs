//! Lists of keys: filters and order.

use super::diesel::DieselKeyStore;
use crate::model::{KeyColumn, KeyQuery, KeyStatus};
use crate::schema::api_keys::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, Timestamp, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselKeyStore<Db> {
    /// The keys that match, in no order.
    pub(super) fn matching(
        workspace: WorkspaceId,
        query: &KeyQuery,
        now: Timestamp,
    ) -> api_keys::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let mut keys = dsl::api_keys.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        if let Some(after) = listing.created.after {
            keys = keys.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            keys = keys.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            keys = keys.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            keys = keys.filter(dsl::updated_at.le(Ts(before)));
        }
        if let Some(part) = &listing.search {
            keys = keys.filter(lower(dsl::name).like(containing(part)).escape('\\'));
        }
        Self::in_status(keys, query.status, Ts(now))
    }

    fn in_status(
        keys: api_keys::BoxedQuery<'static, Backend>,
        status: Option<KeyStatus>,
        now: Ts,
    ) -> api_keys::BoxedQuery<'static, Backend> {
        if status == Some(KeyStatus::Revoked) {
            return keys.filter(dsl::revoked_at.is_not_null());
        }
        let keys = keys.filter(dsl::revoked_at.is_null());
        let lasts = dsl::expires_at.is_null().or(dsl::expires_at.gt(now));
        match status {
            Some(KeyStatus::Active) => keys.filter(lasts).filter(dsl::grace_period_ends_at.is_null()),
            Some(KeyStatus::Grace) => keys.filter(lasts).filter(dsl::grace_period_ends_at.gt(now)),
            Some(KeyStatus::Expired) => keys.filter(dsl::expires_at.le(now).or(dsl::grace_period_ends_at.le(now))),
            Some(KeyStatus::Revoked) | None => keys,
        }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        keys: api_keys::BoxedQuery<'static, Backend>,
        order: &[Sort<KeyColumn>],
    ) -> api_keys::BoxedQuery<'static, Backend> {
        let keys = order.iter().fold(keys, |keys, sort| match (sort.column, sort.descending) {
            (KeyColumn::Id, false) => keys.then_order_by(dsl::id.asc()),
            (KeyColumn::Id, true) => keys.then_order_by(dsl::id.desc()),
            (KeyColumn::Name, false) => keys.then_order_by(dsl::name.asc()),
            (KeyColumn::Name, true) => keys.then_order_by(dsl::name.desc()),
            (KeyColumn::CreatedAt, false) => keys.then_order_by(dsl::created_at.asc()),
            (KeyColumn::CreatedAt, true) => keys.then_order_by(dsl::created_at.desc()),
            (KeyColumn::UpdatedAt, false) => keys.then_order_by(dsl::updated_at.asc()),
            (KeyColumn::UpdatedAt, true) => keys.then_order_by(dsl::updated_at.desc()),
            // The databases differ in where an absent value stands, so that is said.
            (KeyColumn::LastUsedAt, false) => {
                keys.then_order_by((dsl::last_used_at.is_null().asc(), dsl::last_used_at.asc()))
            }
            (KeyColumn::LastUsedAt, true) => {
                keys.then_order_by((dsl::last_used_at.is_null().desc(), dsl::last_used_at.desc()))
            }
            (KeyColumn::ExpiresAt, false) => {
                keys.then_order_by((dsl::expires_at.is_null().asc(), dsl::expires_at.asc()))
            }
            (KeyColumn::ExpiresAt, true) => {
                keys.then_order_by((dsl::expires_at.is_null().desc(), dsl::expires_at.desc()))
            }
        });
        keys.then_order_by(dsl::id.desc())
    }
}
