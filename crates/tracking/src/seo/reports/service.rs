//! The front door to reports.

use super::changes::Changes;
use super::model::{FullReport, NewReport, Report, ReportQuery, Trend};
use crate::seo::{ReportId, SeoError};
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// All that can be done with reports. Every method may fail with [`SeoError::Store`].
#[async_trait]
pub trait ReportService: Send + Sync {
    /// Takes a report in: its issues are those of the page from now on, and what was open and is not among them is fixed.
    ///
    /// # Errors
    /// [`SeoError::Invalid`] names every field that is wrong, an issue's by its place: `issues.3.severity`.
    async fn submit(&self, workspace: WorkspaceId, new: NewReport) -> Result<Report, SeoError>;

    /// The reports of a workspace, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn reports(&self, workspace: WorkspaceId, query: ReportQuery) -> Result<Page<Report>, SeoError>;

    /// The same, each with the scores before.
    ///
    /// # Errors
    /// None of its own.
    async fn history(&self, workspace: WorkspaceId, query: ReportQuery) -> Result<Page<Trend>, SeoError>;

    /// One report with its issues.
    ///
    /// # Errors
    /// [`SeoError::NotFound`].
    async fn report(&self, workspace: WorkspaceId, id: ReportId) -> Result<FullReport, SeoError>;

    /// What is different in a report from another of the same page; from the one before, where none is named.
    ///
    /// # Errors
    /// [`SeoError::NotFound`] when there is no such report; [`SeoError::Invalid`] when the other is of another page.
    async fn changes(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        against: Option<ReportId>,
    ) -> Result<Changes, SeoError>;
}
