//! History on the wire.

use crate::platform::seo::reports::dto::{IssueCountsResponse, ScoresResponse};
use mainstay_edge::IsoSeconds;
use mainstay_tracking::seo::reports::Trend;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// What a page got at one time.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "history_example")]
pub(super) struct SeoHistoryItem {
    url: String,
    report_id: i64,
    /// `submitted` or `audit`.
    source: &'static str,
    scores: ScoresResponse,
    /// The scores in the report before; null for a page's first.
    previous_scores: Option<ScoresResponse>,
    issues_count: u32,
    /// How many of these are how bad.
    issue_counts: IssueCountsResponse,
    created_at: IsoSeconds,
}

fn history_example() -> Value {
    let scores = |seo| json!({ "performance": 85, "accessibility": 92, "best_practices": 88, "seo": seo });
    json!({
        "url": "https://example.com/page", "report_id": 2, "source": "submitted", "scores": scores(97),
        "previous_scores": scores(95), "issues_count": 1,
        "issue_counts": { "critical": 0, "error": 0, "warning": 1, "info": 0 }, "created_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Trend> for SeoHistoryItem {
    fn from(trend: Trend) -> Self {
        let Trend { report, previous_scores } = trend;
        Self {
            report_id: report.id.0,
            source: report.source.name(),
            scores: report.scores.into(),
            previous_scores: previous_scores.map(Into::into),
            issues_count: report.issues.total(),
            issue_counts: report.issues.into(),
            created_at: report.created_at.into(),
            url: report.url,
        }
    }
}
