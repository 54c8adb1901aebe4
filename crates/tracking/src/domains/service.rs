//! The front door to domains.

use super::model::{Domain, DomainChange, DomainId, NewDomain};
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be done with domains. Every method may fail with [`TrackingError::Store`].
#[async_trait]
pub trait DomainService: Send + Sync {
    /// The domains of a workspace, the oldest first.
    ///
    /// # Errors
    /// None of its own.
    async fn domains(&self, workspace: WorkspaceId) -> Result<Vec<Domain>, TrackingError>;

    /// One domain.
    ///
    /// # Errors
    /// [`TrackingError::NotFound`] when it is none of the workspace's.
    async fn domain(&self, workspace: WorkspaceId, id: DomainId) -> Result<Domain, TrackingError>;

    /// Registers a domain. Several workspaces may register the same: pages that name no key tell the first.
    ///
    /// # Errors
    /// [`TrackingError::Invalid`]; [`TrackingError::DomainTaken`] when the workspace has it already.
    async fn register(&self, workspace: WorkspaceId, new: NewDomain) -> Result<Domain, TrackingError>;

    /// Changes what is tracked.
    ///
    /// # Errors
    /// [`TrackingError::Invalid`]; [`TrackingError::NotFound`] when it is none of the workspace's.
    async fn change(&self, workspace: WorkspaceId, id: DomainId, change: DomainChange)
    -> Result<Domain, TrackingError>;

    /// Deletes a domain; what was tracked there is gone at once, and deleted within the hour.
    ///
    /// # Errors
    /// [`TrackingError::NotFound`] when it is none of the workspace's.
    async fn delete(&self, workspace: WorkspaceId, id: DomainId) -> Result<(), TrackingError>;
}
