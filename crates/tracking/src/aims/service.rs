//! The front door to goals and funnels.

use super::model::{Aim, AimChange, AimId, AimKind, NewAim};
use crate::domains::DomainId;
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be done with goals and funnels. Every method may fail with [`TrackingError::NotFound`], when the domain
/// or what is asked for is none of the workspace's, and with [`TrackingError::Store`].
#[async_trait]
pub trait AimService: Send + Sync {
    /// Those of a domain, the oldest first.
    ///
    /// # Errors
    /// None of its own.
    async fn aims(&self, workspace: WorkspaceId, domain: DomainId, kind: AimKind) -> Result<Vec<Aim>, TrackingError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn aim(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> Result<Aim, TrackingError>;

    /// Adds one.
    ///
    /// # Errors
    /// [`TrackingError::Invalid`]; [`TrackingError::NameTaken`] when the domain has one of this name and kind already.
    async fn add(&self, workspace: WorkspaceId, domain: DomainId, new: NewAim) -> Result<Aim, TrackingError>;

    /// Changes one. Reports count by what it is then, also of days before.
    ///
    /// # Errors
    /// As [`AimService::add`].
    async fn change(
        &self,
        workspace: WorkspaceId,
        kind: AimKind,
        id: AimId,
        change: AimChange,
    ) -> Result<Aim, TrackingError>;

    /// Deletes one; nothing that happened is forgotten.
    ///
    /// # Errors
    /// None of its own.
    async fn delete(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> Result<(), TrackingError>;
}
