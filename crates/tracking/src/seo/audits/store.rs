//! What audits need kept.

mod diesel;
mod list;
mod row;

use super::model::{Audit, AuditQuery};
use crate::seo::issues::ReportedIssue;
use crate::seo::{AuditId, PageUrl, Scores};
use async_trait::async_trait;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// An audit that is asked for.
pub(crate) struct Beginning {
    pub(crate) workspace: WorkspaceId,
    pub(crate) url: PageUrl,
    /// Most audits of the workspace that wait or run.
    pub(crate) most: i64,
    pub(crate) now: Timestamp,
}

/// An attempt at an audit. Whoever takes an audit over begins the next one, and nothing that the one before still writes
/// counts any more.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(crate) workspace: WorkspaceId,
    pub(crate) audit: AuditId,
    pub(crate) url: PageUrl,
    /// Which one it is, from 1.
    pub(crate) number: i32,
}

/// What an attempt came to.
pub(crate) enum Outcome {
    /// A report.
    Report { scores: Scores, issues: Vec<ReportedIssue> },
    /// None, and why, in a sentence.
    Failure(String),
}

/// Where audits are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait AuditStore: Send + Sync {
    /// The audits of a workspace that match.
    async fn list(&self, workspace: WorkspaceId, query: AuditQuery) -> StoreResult<Page<Audit>>;
    /// An audit of a workspace.
    async fn find(&self, workspace: WorkspaceId, id: AuditId) -> StoreResult<Option<Audit>>;
    /// Adds an audit, the job that it is and the event that tells of it; none while too many wait or run.
    async fn begin(&self, beginning: Beginning, ids: Arc<dyn Ids>) -> StoreResult<Option<Audit>>;
    /// Begins an attempt; `None` when the audit is over, or gone.
    async fn attempt(&self, workspace: WorkspaceId, id: AuditId, now: Timestamp) -> StoreResult<Option<Attempt>>;
    /// Notes how far an attempt is; says whether it is still the one that counts.
    async fn reach(&self, attempt: &Attempt, percent: u8, step: &'static str, now: Timestamp) -> StoreResult<bool>;
    /// Ends an audit with what an attempt came to, the report and what tells of it in the same transaction; says whether
    /// it was still the attempt that counts.
    async fn end(&self, attempt: Attempt, outcome: Outcome, now: Timestamp, ids: Arc<dyn Ids>) -> StoreResult<bool>;
}

/// The audits of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn AuditStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselAuditStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselAuditStore { db: db.clone() }),
    }
}
