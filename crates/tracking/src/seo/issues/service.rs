//! The front door to issues.

use super::model::{Issue, IssueQuery};
use crate::seo::SeoError;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// What is wrong with the pages of a workspace.
#[async_trait]
pub trait IssueService: Send + Sync {
    /// The issues of a workspace, the newest first.
    ///
    /// # Errors
    /// [`SeoError::Store`].
    async fn issues(&self, workspace: WorkspaceId, query: IssueQuery) -> Result<Page<Issue>, SeoError>;
}
