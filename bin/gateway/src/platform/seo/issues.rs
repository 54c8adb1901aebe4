//! `/api/v1/seo/issues/{workspace_id}`: what is wrong with the pages of a workspace.

mod dto;

use super::TAG;
use super::filters::{Filters, filters};
use crate::platform::SeoRead;
use actix_web::web;
use dto::{IssueList, SeoIssueItem};
use mainstay_edge::describe::Description;
use mainstay_edge::{Can, Doc, Failure, List, Listed, PathIds, Platform, Surface};
use mainstay_kernel::WorkspaceId;
use mainstay_tenancy::Memberships;
use mainstay_tracking::seo::issues::{IssueQuery, IssueService, IssueStatus};
use mainstay_tracking::seo::{PageUrl, SeoError, Severity};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "The workspace is that of the caller, by number or slug; any other is none that is found. Without `status` \
        those that are open are shown. The search looks into addresses and types.";
    let doc = Doc { id: "listSeoIssues", tag: TAG, summary: "List issues", text, fails: &[] };
    surface.get("/seo/issues/{workspace_id}", list, doc);
}

filters! {
    /// What issues are narrowed by.
    IssueFilters {
        url: PageUrl = Filters::url;
        severity: Severity =
            |filters: &mut Filters| filters.word("severity", &Severity::ALL.map(|severity| (severity.name(), severity)));
        kind: String = Filters::kind;
    } described by |to: &mut Description<'_>| {
        to.query_parameter::<String>("url", "Only those of this page.");
        let severities = Severity::ALL.map(|severity| severity.name().to_owned()).to_vec();
        to.query_choice("severity", "Only those that are this bad.", severities);
        to.query_parameter::<String>("type", "Only those of this type.");
    }
}

async fn list(
    caller: Can<SeoRead>,
    PathIds(written): PathIds<String>,
    query: List<IssueList>,
    filters: IssueFilters,
    (issues, memberships): (web::Data<dyn IssueService>, web::Data<dyn Memberships>),
) -> Result<Listed<SeoIssueItem>, Failure> {
    if !is_called(caller.workspace, &written, &**memberships).await? {
        return Err(SeoError::NotFound.into());
    }
    let IssueFilters { url, severity, kind } = filters;
    let status = query.status.unwrap_or(IssueStatus::Open);
    let wanted = IssueQuery { listing: query.listing, status, url, severity, kind };
    let page = issues.issues(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(SeoIssueItem::from), &query.shape))
}

/// Whether this is the workspace's number or its slug.
async fn is_called(workspace: WorkspaceId, written: &str, memberships: &dyn Memberships) -> Result<bool, Failure> {
    if written == workspace.0.to_string() {
        return Ok(true);
    }
    let workspace = memberships.workspace(workspace).await?;
    Ok(workspace.is_some_and(|workspace| workspace.slug == written))
}
