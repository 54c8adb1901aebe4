//! Issues on the wire.

use mainstay_edge::{IsoSeconds, Listable};
use mainstay_tracking::seo::issues::{Issue, IssueColumn, IssueStatus};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the list of issues can be asked.
pub(super) enum IssueList {}

impl Listable for IssueList {
    type Column = IssueColumn;
    type Status = IssueStatus;
    const COLUMNS: &'static [(&'static str, IssueColumn)] = &[
        ("id", IssueColumn::Id),
        ("created_at", IssueColumn::CreatedAt),
        ("updated_at", IssueColumn::UpdatedAt),
        ("url", IssueColumn::Url),
        ("issue_type", IssueColumn::Kind),
    ];
    const STATUSES: &'static [(&'static str, IssueStatus)] =
        &[(IssueStatus::Open.name(), IssueStatus::Open), (IssueStatus::Fixed.name(), IssueStatus::Fixed)];
}

/// Something that is wrong with a page, or was.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "issue_example")]
pub(super) struct SeoIssueItem {
    id: i64,
    /// The page.
    url: String,
    issue_type: String,
    /// `info`, `warning`, `error` or `critical`.
    severity: &'static str,
    /// Whatever else was said of it, the last time that it was seen.
    details: Map<String, Value>,
    /// `open` or `fixed`.
    status: &'static str,
    /// When a report had it first.
    first_seen_at: IsoSeconds,
    /// Since when it is there without a break.
    created_at: IsoSeconds,
    /// When a report had it no more; null while it is open.
    fixed_at: Option<IsoSeconds>,
}

fn issue_example() -> Value {
    json!({
        "id": 1, "url": "https://example.com/page", "issue_type": "missing_alt", "severity": "warning",
        "details": { "element": "img.hero-image" }, "status": "open", "first_seen_at": "2026-01-15T10:30:00Z",
        "created_at": "2026-01-15T10:30:00Z", "fixed_at": null
    })
}

impl From<Issue> for SeoIssueItem {
    fn from(issue: Issue) -> Self {
        Self {
            id: issue.id.0,
            url: issue.url,
            issue_type: issue.kind,
            severity: issue.severity.name(),
            details: issue.details,
            status: issue.status.name(),
            first_seen_at: issue.first_seen_at.into(),
            created_at: issue.created_at.into(),
            fixed_at: issue.fixed_at.map(IsoSeconds),
        }
    }
}
