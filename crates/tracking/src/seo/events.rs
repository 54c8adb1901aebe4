//! What is told of reports and audits.

use super::reports::store::Recorded;
use mainstay_kernel::{Event, Ids, Timestamp, WorkspaceId};
use serde_json::{Value, json};

mainstay_kernel::event_types! {
    REPORT_CREATED = "seo.report.created", "A report on a page was submitted, or an audit came to one.";
    AUDIT_REQUESTED = "seo.audit.requested", "An audit of a page was asked for.";
    AUDIT_FAILED = "seo.audit.failed", "An audit of a page came to no report.";
}

/// That a report was written, and what it changed.
pub(crate) fn report_created(workspace: WorkspaceId, recorded: &Recorded, ids: &dyn Ids) -> Event {
    let report = &recorded.report;
    let data = json!({
        "workspace_id": workspace.0,
        "report_id": report.id.0,
        "url": report.url.as_str(),
        "scores": scores(report.scores),
        "issues_count": report.issues.total(),
        "new_issues": recorded.new,
        "fixed_issues": recorded.fixed,
        "source": report.source.name(),
    });
    Event::of(workspace, REPORT_CREATED, data, ids, report.created_at)
}

fn scores(scores: super::Scores) -> Value {
    json!({
        "performance": scores.performance,
        "accessibility": scores.accessibility,
        "best_practices": scores.best_practices,
        "seo": scores.seo,
    })
}

/// What happened to an audit; `error` says why it failed.
pub(crate) fn of_audit(
    workspace: WorkspaceId,
    name: &str,
    (id, url, error): (super::AuditId, &str, Option<&str>),
    (ids, at): (&dyn Ids, Timestamp),
) -> Event {
    let mut data = json!({ "workspace_id": workspace.0, "audit_id": id.0, "url": url });
    if let Some(error) = error {
        data["error"] = json!(error);
    }
    Event::of(workspace, name, data, ids, at)
}
