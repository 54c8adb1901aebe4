//! The rules of reports.

use super::changes::Changes;
use super::model::{FullReport, NewReport, Report, ReportQuery, Trend};
use super::service::ReportService;
use super::store::{Recording, ReportStore};
use crate::seo::issues::ReportedIssue;
use crate::seo::{PageUrl, ReportId, SeoError, Source};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Page, WorkspaceId};
use std::sync::Arc;

/// Most issues of a report.
pub(crate) const MOST_ISSUES: usize = 1_000;
/// Most mistakes that are named at once.
const MOST_WRONG: usize = 100;

/// The reports of an installation.
pub struct Reports {
    pub(crate) store: Arc<dyn ReportStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Reports {
    async fn full(&self, workspace: WorkspaceId, id: ReportId) -> Result<FullReport, SeoError> {
        self.store.find(workspace, id).await?.ok_or(SeoError::NotFound)
    }
}

fn checked(new: NewReport) -> Result<(PageUrl, Vec<ReportedIssue>), SeoError> {
    let mut wrong = Vec::new();
    let url = PageUrl::parse(&new.url).map_err(|error| wrong.push(error)).ok();
    for (name, score) in [
        ("performance", new.scores.performance),
        ("accessibility", new.scores.accessibility),
        ("best_practices", new.scores.best_practices),
        ("seo", new.scores.seo),
    ] {
        if score.is_some_and(|score| score > 100) {
            let field = format!("scores.{name}");
            wrong.push(FieldError::new(&field, "range", format!("The {field} field must lie between 0 and 100.")));
        }
    }
    if new.issues.len() > MOST_ISSUES {
        let message = format!("The issues field must have at most {MOST_ISSUES} items.");
        wrong.push(FieldError::new("issues", "length", message));
        return Err(SeoError::Invalid(wrong));
    }
    let mut issues = Vec::with_capacity(new.issues.len());
    for (at, members) in new.issues.into_iter().enumerate() {
        match ReportedIssue::read(members, at) {
            Ok(issue) => issues.push(issue),
            Err(complaints) => wrong.extend(complaints),
        }
    }
    wrong.truncate(MOST_WRONG);
    match url {
        Some(url) if wrong.is_empty() => Ok((url, issues)),
        _ => Err(SeoError::Invalid(wrong)),
    }
}

#[async_trait]
impl ReportService for Reports {
    async fn submit(&self, workspace: WorkspaceId, new: NewReport) -> Result<Report, SeoError> {
        let scores = new.scores;
        let (url, issues) = checked(new)?;
        let (source, now) = (Source::Submitted, self.clock.now());
        let recording = Recording { workspace, url, source, scores, issues, now };
        Ok(self.store.record(recording, Arc::clone(&self.ids)).await?)
    }

    async fn reports(&self, workspace: WorkspaceId, query: ReportQuery) -> Result<Page<Report>, SeoError> {
        Ok(self.store.list(workspace, query).await?)
    }

    async fn history(&self, workspace: WorkspaceId, query: ReportQuery) -> Result<Page<Trend>, SeoError> {
        Ok(self.store.trends(workspace, query).await?)
    }

    async fn report(&self, workspace: WorkspaceId, id: ReportId) -> Result<FullReport, SeoError> {
        self.full(workspace, id).await
    }

    async fn changes(
        &self,
        workspace: WorkspaceId,
        id: ReportId,
        against: Option<ReportId>,
    ) -> Result<Changes, SeoError> {
        let report = self.full(workspace, id).await?;
        let other = match against.or(report.report.previous) {
            Some(other) => Some(self.full(workspace, other).await?),
            None => None,
        };
        if other.as_ref().is_some_and(|other| other.report.url != report.report.url) {
            let message = "The against field must name a report of the same page.";
            return Err(FieldError::new("against", "same_page", message).into());
        }
        Ok(Changes::between(report, other))
    }
}
