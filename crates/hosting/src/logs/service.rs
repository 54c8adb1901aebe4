//! The front door to logs.

use super::model::{Line, LogQuery};
use crate::error::HostingError;
use crate::ids::SiteId;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be asked of logs.
#[async_trait]
pub trait LogService: Send + Sync {
    /// Lines of a site, in the order in which they were told: those behind a place, or the last ones.
    ///
    /// # Errors
    /// [`HostingError::SiteNotFound`], [`HostingError::DeploymentNotFound`], [`HostingError::Store`], and
    /// [`HostingError::Logs`] when a file cannot be read.
    async fn lines(&self, workspace: WorkspaceId, site: &SiteId, query: LogQuery) -> Result<Vec<Line>, HostingError>;

    /// Whether nobody is to follow any longer, since the process is about to end.
    fn is_hushed(&self) -> bool;
}
