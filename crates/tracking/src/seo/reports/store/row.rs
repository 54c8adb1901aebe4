//! A report as both databases have it.

use super::Recording;
use crate::seo::issues::{Fingerprinted, ReportedIssue};
use crate::seo::reports::model::{IssueCounts, Report};
use crate::seo::schema::seo_reports;
use crate::seo::{ReportId, Scores, Severity, Source};
use diesel::prelude::*;
use mainstay_store::{Json, StoreError, StoreResult, Ts};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = seo_reports)]
pub(super) struct Row {
    id: i64,
    url: String,
    source: String,
    performance: Option<i32>,
    accessibility: Option<i32>,
    best_practices: Option<i32>,
    seo: Option<i32>,
    critical_count: i32,
    error_count: i32,
    warning_count: i32,
    info_count: i32,
    previous_id: Option<i64>,
    created_at: Ts,
}

/// An issue, as it stands in its report.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptIssue {
    fingerprint: String,
    kind: String,
    severity: String,
    details: Map<String, Value>,
}

#[derive(Insertable)]
#[diesel(table_name = seo_reports, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    workspace_id: i64,
    page_id: i64,
    url: String,
    source: &'static str,
    performance: Option<i32>,
    accessibility: Option<i32>,
    best_practices: Option<i32>,
    seo: Option<i32>,
    critical_count: i32,
    error_count: i32,
    warning_count: i32,
    info_count: i32,
    issues: Json<Vec<KeptIssue>>,
    previous_id: Option<i64>,
    is_latest: bool,
    created_at: Ts,
}

impl NewRow {
    pub(super) fn new(recording: &Recording, issues: &[Fingerprinted], page: i64, previous: Option<i64>) -> Self {
        let counts = IssueCounts::of(issues.iter().map(|issue| issue.issue.severity));
        let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let Scores { performance, accessibility, best_practices, seo } = recording.scores;
        Self {
            workspace_id: recording.workspace.0,
            page_id: page,
            url: recording.url.as_str().to_owned(),
            source: recording.source.name(),
            performance: performance.map(i32::from),
            accessibility: accessibility.map(i32::from),
            best_practices: best_practices.map(i32::from),
            seo: seo.map(i32::from),
            critical_count: count(counts.critical),
            error_count: count(counts.error),
            warning_count: count(counts.warning),
            info_count: count(counts.info),
            issues: Json(issues.iter().map(KeptIssue::from).collect()),
            previous_id: previous,
            is_latest: true,
            created_at: Ts(recording.now),
        }
    }
}

impl From<&Fingerprinted> for KeptIssue {
    fn from(issue: &Fingerprinted) -> Self {
        let Fingerprinted { fingerprint, issue: ReportedIssue { kind, severity, details } } = issue.clone();
        Self { fingerprint, kind, severity: severity.name().to_owned(), details }
    }
}

impl TryFrom<KeptIssue> for Fingerprinted {
    type Error = StoreError;

    fn try_from(kept: KeptIssue) -> StoreResult<Self> {
        let KeptIssue { fingerprint, kind, severity, details } = kept;
        let severity = Severity::named(&severity);
        let severity = severity.ok_or_else(|| StoreError::Damaged("seo_reports.issues: a severity".to_owned()))?;
        Ok(Self { fingerprint, issue: ReportedIssue { kind, severity, details } })
    }
}

impl TryFrom<Row> for Report {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let damaged = |what: &str| StoreError::Damaged(format!("seo_reports: the {what} of {}", row.id));
        let score = |score: Option<i32>| score.map(u8::try_from).transpose().map_err(|_| damaged("scores"));
        let count = |count: i32| u32::try_from(count).map_err(|_| damaged("counts"));
        Ok(Self {
            id: ReportId(row.id),
            source: Source::named(&row.source).ok_or_else(|| damaged("source"))?,
            scores: Scores {
                performance: score(row.performance)?,
                accessibility: score(row.accessibility)?,
                best_practices: score(row.best_practices)?,
                seo: score(row.seo)?,
            },
            issues: IssueCounts {
                critical: count(row.critical_count)?,
                error: count(row.error_count)?,
                warning: count(row.warning_count)?,
                info: count(row.info_count)?,
            },
            url: row.url,
            previous: row.previous_id.map(ReportId),
            created_at: row.created_at.0,
        })
    }
}
