//! Lists of issues: filters and order.

use super::diesel::DieselIssueStore;
use crate::seo::issues::model::{IssueColumn, IssueQuery};
use crate::seo::schema::seo_issues::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselIssueStore<Db> {
    /// The issues that match, in no order.
    pub(super) fn matching(workspace: WorkspaceId, query: &IssueQuery) -> seo_issues::BoxedQuery<'static, Backend> {
        let listing = &query.listing;
        let of_tenant = dsl::seo_issues.filter(dsl::workspace_id.eq(workspace.0));
        let mut issues = of_tenant.filter(dsl::status.eq(query.status.name())).into_boxed();
        if let Some(after) = listing.created.after {
            issues = issues.filter(dsl::created_at.ge(Ts(after)));
        }
        if let Some(before) = listing.created.before {
            issues = issues.filter(dsl::created_at.le(Ts(before)));
        }
        if let Some(after) = listing.updated.after {
            issues = issues.filter(dsl::updated_at.ge(Ts(after)));
        }
        if let Some(before) = listing.updated.before {
            issues = issues.filter(dsl::updated_at.le(Ts(before)));
        }
        if let Some(part) = &listing.search {
            let in_url = lower(dsl::url).like(containing(part)).escape('\\');
            let in_kind = lower(dsl::issue_type).like(containing(part)).escape('\\');
            issues = issues.filter(in_url.or(in_kind));
        }
        if let Some(url) = &query.url {
            issues = issues.filter(dsl::url.eq(url.as_str().to_owned()));
        }
        if let Some(severity) = query.severity {
            issues = issues.filter(dsl::severity.eq(severity.name()));
        }
        match &query.kind {
            Some(kind) => issues.filter(dsl::issue_type.eq(kind.clone())),
            None => issues,
        }
    }

    /// In the wanted order; what is there since last first, where that leaves a choice.
    pub(super) fn sorted(
        issues: seo_issues::BoxedQuery<'static, Backend>,
        order: &[Sort<IssueColumn>],
    ) -> seo_issues::BoxedQuery<'static, Backend> {
        let issues = order.iter().fold(issues, |issues, sort| match (sort.column, sort.descending) {
            (IssueColumn::Id, false) => issues.then_order_by(dsl::id.asc()),
            (IssueColumn::Id, true) => issues.then_order_by(dsl::id.desc()),
            (IssueColumn::CreatedAt, false) => issues.then_order_by(dsl::created_at.asc()),
            (IssueColumn::CreatedAt, true) => issues.then_order_by(dsl::created_at.desc()),
            (IssueColumn::UpdatedAt, false) => issues.then_order_by(dsl::updated_at.asc()),
            (IssueColumn::UpdatedAt, true) => issues.then_order_by(dsl::updated_at.desc()),
            (IssueColumn::Url, false) => issues.then_order_by(dsl::url.asc()),
            (IssueColumn::Url, true) => issues.then_order_by(dsl::url.desc()),
            (IssueColumn::Kind, false) => issues.then_order_by(dsl::issue_type.asc()),
            (IssueColumn::Kind, true) => issues.then_order_by(dsl::issue_type.desc()),
        });
        issues.then_order_by(dsl::created_at.desc()).then_order_by(dsl::id.desc())
    }
}
