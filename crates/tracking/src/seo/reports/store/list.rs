//! Lists of reports: filters and order.

use super::diesel::DieselReportStore;
use crate::seo::reports::model::{ReportColumn, ReportQuery};
use crate::seo::schema::seo_reports::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselReportStore<Db> {
    /// The reports that match, in no order.
    pub(super) fn matching(workspace: WorkspaceId, query: &ReportQuery) -> seo_reports::BoxedQuery<'static, Backend> {
        let mut reports = dsl::seo_reports.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        for span in [query.listing.created, query.listing.updated] {
            if let Some(after) = span.after {
                reports = reports.filter(dsl::created_at.ge(Ts(after)));
            }
            if let Some(before) = span.before {
                reports = reports.filter(dsl::created_at.le(Ts(before)));
            }
        }
        if let Some(part) = &query.listing.search {
            reports = reports.filter(lower(dsl::url).like(containing(part)).escape('\\'));
        }
        if let Some(url) = &query.url {
            reports = reports.filter(dsl::url.eq(url.as_str().to_owned()));
        }
        if let Some(source) = query.source {
            reports = reports.filter(dsl::source.eq(source.name()));
        }
        if query.is_latest { reports.filter(dsl::is_latest) } else { reports }
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        reports: seo_reports::BoxedQuery<'static, Backend>,
        order: &[Sort<ReportColumn>],
    ) -> seo_reports::BoxedQuery<'static, Backend> {
        let reports = order.iter().fold(reports, |reports, sort| match (sort.column, sort.descending) {
            (ReportColumn::Id, false) => reports.then_order_by(dsl::id.asc()),
            (ReportColumn::Id, true) => reports.then_order_by(dsl::id.desc()),
            (ReportColumn::CreatedAt, false) => reports.then_order_by(dsl::created_at.asc()),
            (ReportColumn::CreatedAt, true) => reports.then_order_by(dsl::created_at.desc()),
            (ReportColumn::Url, false) => reports.then_order_by(dsl::url.asc()),
            (ReportColumn::Url, true) => reports.then_order_by(dsl::url.desc()),
        });
        reports.then_order_by(dsl::id.desc())
    }
}
