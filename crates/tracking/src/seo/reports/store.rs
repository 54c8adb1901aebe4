//! What reports need kept.

mod diesel;
mod list;
mod new_issues;
pub(crate) mod record;
mod row;

use super::model::{FullReport, Report, ReportQuery, Trend};
use crate::seo::issues::ReportedIssue;
use crate::seo::{PageUrl, ReportId, Scores, Source};
use async_trait::async_trait;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A report that is to be written.
pub(crate) struct Recording {
    pub(crate) workspace: WorkspaceId,
    pub(crate) url: PageUrl,
    pub(crate) source: Source,
    pub(crate) scores: Scores,
    pub(crate) issues: Vec<ReportedIssue>,
    pub(crate) now: Timestamp,
}

/// A report that was written, and what it changed.
pub(crate) struct Recorded {
    pub(crate) report: Report,
    /// Issues that were not open before.
    pub(crate) new: usize,
    /// Issues that are open no more.
    pub(crate) fixed: usize,
}

/// Where reports are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait ReportStore: Send + Sync {
    /// Writes a report, lets its issues take their turn and tells of it.
    async fn record(&self, recording: Recording, ids: Arc<dyn Ids>) -> StoreResult<Report>;
    /// The reports of a workspace that match.
    async fn list(&self, workspace: WorkspaceId, query: ReportQuery) -> StoreResult<Page<Report>>;
    /// The same, each with the scores before.
    async fn trends(&self, workspace: WorkspaceId, query: ReportQuery) -> StoreResult<Page<Trend>>;
    /// A report with its issues.
    async fn find(&self, workspace: WorkspaceId, id: ReportId) -> StoreResult<Option<FullReport>>;
}

/// The reports of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn ReportStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselReportStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselReportStore { db: db.clone() }),
    }
}
