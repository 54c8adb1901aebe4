//! The front door to deployments.

use super::model::Deployment;
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::sites::{Actor, Slice, Wanted};
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be done with deployments. Every method may fail with [`HostingError::Store`] and with
/// [`HostingError::SiteNotFound`], and those that name a deployment with [`HostingError::DeploymentNotFound`].
#[async_trait]
pub trait DeploymentService: Send + Sync {
    /// Those of a site, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn list(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        wanted: Wanted,
    ) -> Result<Slice<Deployment>, HostingError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn get(&self, workspace: WorkspaceId, site: &SiteId, id: &DeploymentId) -> Result<Deployment, HostingError>;

    /// Calls one off: whoever works at it stops. One that is over stays as it is.
    ///
    /// # Errors
    /// None of its own.
    async fn cancel(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        id: &DeploymentId,
        actor: Option<Actor>,
    ) -> Result<Deployment, HostingError>;
}
