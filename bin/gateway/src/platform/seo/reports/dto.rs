//! Reports on the wire.

use mainstay_edge::{IsoSeconds, Listable};
use mainstay_tracking::seo::Scores;
use mainstay_tracking::seo::issues::ReportedIssue;
use mainstay_tracking::seo::reports::{FullReport, IssueCounts, Report, ReportColumn};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::convert::Infallible;

/// What lists of reports can be asked.
pub(in crate::platform::seo) enum ReportList {}

impl Listable for ReportList {
    type Column = ReportColumn;
    type Status = Infallible;
    const COLUMNS: &'static [(&'static str, ReportColumn)] =
        &[("id", ReportColumn::Id), ("created_at", ReportColumn::CreatedAt), ("url", ReportColumn::Url)];
    const STATUSES: &'static [(&'static str, Infallible)] = &[];
}

/// Scores, each from 0 to 100; null where nobody measured it.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform::seo) struct ScoresResponse {
    performance: Option<u8>,
    accessibility: Option<u8>,
    best_practices: Option<u8>,
    seo: Option<u8>,
}

impl From<Scores> for ScoresResponse {
    fn from(scores: Scores) -> Self {
        let Scores { performance, accessibility, best_practices, seo } = scores;
        Self { performance, accessibility, best_practices, seo }
    }
}

/// How many issues there are, by how bad they are.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform::seo) struct IssueCountsResponse {
    critical: u32,
    error: u32,
    warning: u32,
    info: u32,
}

impl From<IssueCounts> for IssueCountsResponse {
    fn from(counts: IssueCounts) -> Self {
        let IssueCounts { critical, error, warning, info } = counts;
        Self { critical, error, warning, info }
    }
}

/// A report that was just submitted.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "submitted_example")]
pub(super) struct SubmittedReport {
    id: i64,
    /// The page, in the form under which its history is kept.
    url: String,
    scores: ScoresResponse,
    issues_count: u32,
    created_at: IsoSeconds,
}

fn submitted_example() -> Value {
    json!({
        "id": 1, "url": "https://example.com/page",
        "scores": { "performance": 85, "accessibility": 92, "best_practices": 88, "seo": 95 },
        "issues_count": 1, "created_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Report> for SubmittedReport {
    fn from(report: Report) -> Self {
        Self {
            id: report.id.0,
            scores: report.scores.into(),
            issues_count: report.issues.total(),
            created_at: report.created_at.into(),
            url: report.url,
        }
    }
}

/// A report without its issues.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "report_example")]
pub(super) struct SeoReportItem {
    id: i64,
    url: String,
    /// `submitted` or `audit`.
    source: &'static str,
    scores: ScoresResponse,
    issues_count: u32,
    /// How many of these are how bad.
    issue_counts: IssueCountsResponse,
    /// The report before of the same page; null for its first.
    previous_id: Option<i64>,
    created_at: IsoSeconds,
}

fn report_example() -> Value {
    let mut example = submitted_example();
    example["source"] = json!("submitted");
    example["issue_counts"] = json!({ "critical": 0, "error": 0, "warning": 1, "info": 0 });
    example["previous_id"] = json!(null);
    example
}

impl From<Report> for SeoReportItem {
    fn from(report: Report) -> Self {
        Self {
            id: report.id.0,
            source: report.source.name(),
            scores: report.scores.into(),
            issues_count: report.issues.total(),
            issue_counts: report.issues.into(),
            previous_id: report.previous.map(|id| id.0),
            created_at: report.created_at.into(),
            url: report.url,
        }
    }
}

/// An issue, as a report has it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReportedIssueResponse {
    issue_type: String,
    /// `info`, `warning`, `error` or `critical`.
    severity: &'static str,
    /// Whatever else was said of it.
    details: Map<String, Value>,
}

impl From<ReportedIssue> for ReportedIssueResponse {
    fn from(issue: ReportedIssue) -> Self {
        Self { issue_type: issue.kind, severity: issue.severity.name(), details: issue.details }
    }
}

/// A report with its issues, in the order in which they were reported.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "full_example")]
pub(super) struct SeoReportResponse {
    #[serde(flatten)]
    report: SeoReportItem,
    issues: Vec<ReportedIssueResponse>,
}

fn full_example() -> Value {
    let mut example = report_example();
    let details = json!({ "element": "img.hero-image" });
    example["issues"] = json!([{ "issue_type": "missing_alt", "severity": "warning", "details": details }]);
    example
}

impl From<FullReport> for SeoReportResponse {
    fn from(full: FullReport) -> Self {
        let issues = full.issues.into_iter().map(|issue| issue.issue.into()).collect();
        Self { report: full.report.into(), issues }
    }
}
