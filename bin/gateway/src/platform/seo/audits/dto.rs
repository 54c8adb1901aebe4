//! Audits on the wire.

use mainstay_edge::{IsoSeconds, Listable};
use mainstay_tracking::seo::audits::{Audit, AuditColumn, AuditStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// What the list of audits can be asked.
pub(super) enum AuditList {}

impl Listable for AuditList {
    type Column = AuditColumn;
    type Status = AuditStatus;
    const COLUMNS: &'static [(&'static str, AuditColumn)] = &[
        ("id", AuditColumn::Id),
        ("created_at", AuditColumn::CreatedAt),
        ("updated_at", AuditColumn::UpdatedAt),
        ("url", AuditColumn::Url),
    ];
    const STATUSES: &'static [(&'static str, AuditStatus)] = &[
        (AuditStatus::Queued.name(), AuditStatus::Queued),
        (AuditStatus::Running.name(), AuditStatus::Running),
        (AuditStatus::Succeeded.name(), AuditStatus::Succeeded),
        (AuditStatus::Failed.name(), AuditStatus::Failed),
    ];
}

/// Which page is to be audited.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "request_example")]
pub(super) struct SeoAuditRequest {
    /// The page: an absolute URL that is public.
    #[schemars(length(max = 2048))]
    pub(super) url: String,
}

fn request_example() -> Value {
    json!({ "url": "https://example.com/page" })
}

/// An audit, and how far it has come.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "audit_example")]
pub(super) struct SeoAuditResponse {
    id: i64,
    url: String,
    /// `queued`, `running`, `succeeded` or `failed`.
    status: &'static str,
    /// How much of it is done, in percent.
    progress: u8,
    /// What it is at, in words.
    step: String,
    /// Why it failed, in a sentence.
    error: Option<String>,
    /// The report that it came to.
    report_id: Option<i64>,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
    /// When it was over.
    finished_at: Option<IsoSeconds>,
}

fn audit_example() -> Value {
    json!({
        "id": 1, "url": "https://example.com/page", "status": "running", "progress": 60, "step": "Checking links",
        "error": null, "report_id": null, "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:02Z",
        "finished_at": null
    })
}

impl From<Audit> for SeoAuditResponse {
    fn from(audit: Audit) -> Self {
        Self {
            id: audit.id.0,
            url: audit.url,
            status: audit.status.name(),
            progress: audit.progress,
            step: audit.step,
            error: audit.error,
            report_id: audit.report.map(|id| id.0),
            created_at: audit.created_at.into(),
            updated_at: audit.updated_at.into(),
            finished_at: audit.finished_at.map(IsoSeconds),
        }
    }
}
