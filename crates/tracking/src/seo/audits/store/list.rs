//! Lists of audits: filters and order.

use super::diesel::DieselAuditStore;
use crate::seo::audits::model::{AuditColumn, AuditQuery};
use crate::seo::schema::seo_audits::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselAuditStore<Db> {
    /// The audits that match, in no order.
    pub(super) fn matching(workspace: WorkspaceId, query: &AuditQuery) -> seo_audits::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let mut audits = dsl::seo_audits.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        if let Some(after) = listing.created.after {
            audits = audits.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            audits = audits.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            audits = audits.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            audits = audits.filter(dsl::updated_at.le(Ts(before)));
        }
        if let Some(part) = &listing.search {
            audits = audits.filter(lower(dsl::url).like(containing(part)).escape('\\'));
        }
        if let Some(url) = &query.url {
            audits = audits.filter(dsl::url.eq(url.as_str().to_owned()));
        }
        match query.status {
            Some(status) => audits.filter(dsl::status.eq(status.name())),
            None => audits,
        }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        audits: seo_audits::BoxedQuery<'static, Backend>,
        order: &[Sort<AuditColumn>],
    ) -> seo_audits::BoxedQuery<'static, Backend> {
        let audits = order.iter().fold(audits, |audits, sort| match (sort.column, sort.descending) {
            (AuditColumn::Id, false) => audits.then_order_by(dsl::id.asc()),
            (AuditColumn::Id, true) => audits.then_order_by(dsl::id.desc()),
            (AuditColumn::CreatedAt, false) => audits.then_order_by(dsl::created_at.asc()),
            (AuditColumn::CreatedAt, true) => audits.then_order_by(dsl::created_at.desc()),
            (AuditColumn::UpdatedAt, false) => audits.then_order_by(dsl::updated_at.asc()),
            (AuditColumn::UpdatedAt, true) => audits.then_order_by(dsl::updated_at.desc()),
            (AuditColumn::Url, false) => audits.then_order_by(dsl::url.asc()),
            (AuditColumn::Url, true) => audits.then_order_by(dsl::url.desc()),
        });
        audits.then_order_by(dsl::id.desc())
    }
}
