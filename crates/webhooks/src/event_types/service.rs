//! The front door to declared kinds of events.

use super::model::{DeclaredType, NewEventType};
use crate::error::WebhookError;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// Most kinds of events that a workspace declares.
pub(crate) const MOST: i64 = 1_000;

/// The catalogue of a workspace. Every method may fail with [`WebhookError::Store`].
#[async_trait]
pub trait EventTypeService: Send + Sync {
    /// All that the workspace declared, by name.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId) -> Result<Vec<DeclaredType>, WebhookError>;

    /// A kind that the workspace declared, by its name.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    async fn get(&self, workspace: WorkspaceId, name: &str) -> Result<DeclaredType, WebhookError>;

    /// Declares a kind, or puts this in the place of what was declared under its name.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] naming `name`, `description` or `schema`.
    async fn put(&self, workspace: WorkspaceId, declared: NewEventType) -> Result<DeclaredType, WebhookError>;

    /// Takes a declaration back; events of that name may be published as before, and are not checked.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    async fn delete(&self, workspace: WorkspaceId, name: &str) -> Result<(), WebhookError>;
}
