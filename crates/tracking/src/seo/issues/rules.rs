//! The rules of issues.

use super::model::{Issue, IssueQuery};
use super::service::IssueService;
use super::store::IssueStore;
use crate::seo::SeoError;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};
use std::sync::Arc;

/// The issues of an installation. They change with the reports alone.
pub struct Issues {
    pub(crate) store: Arc<dyn IssueStore>,
}

#[async_trait]
impl IssueService for Issues {
    async fn issues(&self, workspace: WorkspaceId, query: IssueQuery) -> Result<Page<Issue>, SeoError> {
        Ok(self.store.list(workspace, query).await?)
    }
}
