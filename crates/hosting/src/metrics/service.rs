//! The front door to metrics.

use super::model::{MetricsQuery, Series};
use crate::error::HostingError;
use crate::ids::SiteId;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// What can be asked of metrics.
#[async_trait]
pub trait MetricsService: Send + Sync {
    /// What a site answered and used, the minute that lasts included as far as this node knows.
    ///
    /// # Errors
    /// [`HostingError::SiteNotFound`]; [`HostingError::Invalid`] for a time that is too long or ends before it begins;
    /// [`HostingError::Store`].
    async fn of_site(&self, workspace: WorkspaceId, site: &SiteId, query: MetricsQuery)
    -> Result<Series, HostingError>;
}
