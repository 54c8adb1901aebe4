//! The rules of audits.

use super::model::{Audit, AuditQuery};
use super::service::AuditService;
use super::store::{AuditStore, Beginning};
use crate::seo::{AuditId, PageUrl, SeoError};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Page, WorkspaceId};
use mainstay_outbound::{Outbound, OutboundError};
use std::sync::Arc;

/// Most audits of a workspace that wait or run.
pub const MOST_AT_ONCE: i64 = 5;

/// The audits of an installation.
pub struct Audits {
    pub(crate) store: Arc<dyn AuditStore>,
    pub(crate) outbound: Arc<dyn Outbound>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Audits {
    /// Whether the page may be asked at all; whether it answers is for the audit to find out.
    async fn look_at(&self, page: &PageUrl) -> Result<(), FieldError> {
        let (rule, cause) = match self.outbound.check(page.url()).await {
            Err(cause @ OutboundError::UnfitUrl) => ("format", cause),
            Err(cause @ OutboundError::NotPublic(_)) => ("reachable", cause),
            _ => return Ok(()),
        };
        Err(FieldError::new("url", rule, format!("The URL cannot be used: {cause}.")))
    }
}

#[async_trait]
impl AuditService for Audits {
    async fn begin(&self, workspace: WorkspaceId, url: &str) -> Result<Audit, SeoError> {
        let url = PageUrl::parse(url)?;
        self.look_at(&url).await?;
        let beginning = Beginning { workspace, url, most: MOST_AT_ONCE, now: self.clock.now() };
        self.store.begin(beginning, Arc::clone(&self.ids)).await?.ok_or(SeoError::AuditsRunning)
    }

    async fn audits(&self, workspace: WorkspaceId, query: AuditQuery) -> Result<Page<Audit>, SeoError> {
        Ok(self.store.list(workspace, query).await?)
    }

    async fn audit(&self, workspace: WorkspaceId, id: AuditId) -> Result<Audit, SeoError> {
        self.store.find(workspace, id).await?.ok_or(SeoError::NotFound)
    }
}
