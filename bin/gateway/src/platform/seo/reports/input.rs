//! Reports as they are sent.

use mainstay_tracking::seo::Scores;
use mainstay_tracking::seo::reports::NewReport;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use validator::Validate;

/// What somebody found out about a page.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "report_example")]
pub(super) struct SubmitReportRequest {
    /// The page: an absolute http or https URL. Case of scheme and host, the default port and the fragment do not matter.
    #[schemars(length(max = 2048))]
    url: String,
    /// What the page gets; what nobody measured is left out.
    #[validate(nested)]
    scores: Option<ScoresRequest>,
    /// What is wrong with it: up to 1 000 issues.
    #[serde(default)]
    #[schemars(with = "Vec<IssueRequest>")]
    issues: Vec<Map<String, Value>>,
}

/// Scores, each from 0 to 100.
#[derive(Deserialize, JsonSchema, Validate)]
struct ScoresRequest {
    /// How fast the page is.
    #[validate(range(min = 0, max = 100))]
    performance: Option<i64>,
    /// How well everybody can use it.
    #[validate(range(min = 0, max = 100))]
    accessibility: Option<i64>,
    /// How well it keeps to good practice.
    #[validate(range(min = 0, max = 100))]
    best_practices: Option<i64>,
    /// How well search engines can read it.
    #[validate(range(min = 0, max = 100))]
    seo: Option<i64>,
}

/// An issue. Whatever other members it has are kept, and shown as its details.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct IssueRequest {
    /// What sort of issue it is: 1 to 64 letters, digits, `_`, `-` or `.`.
    #[serde(rename = "type")]
    kind: String,
    /// `info`, `warning`, `error` or `critical`; `warning` if absent.
    severity: Option<String>,
    /// Where it is, such as a selector.
    element: Option<Value>,
}

fn report_example() -> Value {
    json!({
        "url": "https://example.com/page",
        "scores": { "performance": 85, "accessibility": 92, "best_practices": 88, "seo": 95 },
        "issues": [{ "type": "missing_alt", "severity": "warning", "element": "img.hero-image" }]
    })
}

impl From<SubmitReportRequest> for NewReport {
    fn from(request: SubmitReportRequest) -> Self {
        let SubmitReportRequest { url, scores, issues } = request;
        Self { url, scores: scores.map(Scores::from).unwrap_or_default(), issues }
    }
}

impl From<ScoresRequest> for Scores {
    fn from(scores: ScoresRequest) -> Self {
        // The rules of the request have seen to it that each fits.
        let score = |score: Option<i64>| score.and_then(|score| u8::try_from(score).ok());
        Self {
            performance: score(scores.performance),
            accessibility: score(scores.accessibility),
            best_practices: score(scores.best_practices),
            seo: score(scores.seo),
        }
    }
}
