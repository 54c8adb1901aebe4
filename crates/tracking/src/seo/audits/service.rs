//! The front door to audits.

use super::model::{Audit, AuditQuery};
use crate::seo::{AuditId, SeoError};
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// All that can be done with audits. Every method may fail with [`SeoError::Store`].
#[async_trait]
pub trait AuditService: Send + Sync {
    /// Begins an audit of a page; it goes on by itself, also when its node dies.
    ///
    /// # Errors
    /// [`SeoError::Invalid`] when the address is none that may be asked; [`SeoError::AuditsRunning`] while as many of the
    /// workspace wait or run as may.
    async fn begin(&self, workspace: WorkspaceId, url: &str) -> Result<Audit, SeoError>;

    /// The audits of a workspace, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn audits(&self, workspace: WorkspaceId, query: AuditQuery) -> Result<Page<Audit>, SeoError>;

    /// One audit, as far as it has come.
    ///
    /// # Errors
    /// [`SeoError::NotFound`].
    async fn audit(&self, workspace: WorkspaceId, id: AuditId) -> Result<Audit, SeoError>;
}
