//! The front door to benefits.

use super::model::{Billing, Boosted, NewBoost};
use crate::error::EntitlementError;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};

/// What can be given to workspaces beside their plan. Whether the caller may do so is not asked here. Every method may fail
/// with [`EntitlementError::Store`].
#[async_trait]
pub trait BenefitService: Send + Sync {
    /// When the billing months of a workspace begin.
    ///
    /// # Errors
    /// None of its own.
    async fn billing(&self, workspace: WorkspaceId) -> Result<Billing, EntitlementError>;

    /// Has billing months begin at this instant and each month after and before it, on the last day of months that are
    /// shorter; or with the calendar's months.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`] when there is no such workspace.
    async fn anchor(&self, workspace: WorkspaceId, anchor: Option<Timestamp>) -> Result<Billing, EntitlementError>;

    /// All boosts of a workspace, those that are over too, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn boosts(&self, workspace: WorkspaceId) -> Result<Vec<Boosted>, EntitlementError>;

    /// Gives a boost.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`] when there is no such workspace; [`EntitlementError::Invalid`] naming each wrong
    /// field, and when the workspace has too many.
    async fn boost(&self, workspace: WorkspaceId, new: NewBoost) -> Result<Boosted, EntitlementError>;

    /// Calls a boost off. One that is called off stays as it is.
    ///
    /// # Errors
    /// [`EntitlementError::NotFound`] when the workspace has no such boost.
    async fn cancel_boost(&self, workspace: WorkspaceId, id: i64) -> Result<Boosted, EntitlementError>;
}
