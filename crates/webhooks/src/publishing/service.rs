//! The front door to publishing.

use super::model::{NewEvent, Published};
use crate::error::WebhookError;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// Most events published at once.
pub const MOST_AT_ONCE: usize = 100;

/// Takes events of the host application.
#[async_trait]
pub trait PublishService: Send + Sync {
    /// Publishes an event of a workspace. When this answers, it and all its deliveries are on the disk. One that was
    /// published before, with the same id and content, is not told again.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] naming the fields (`type`, `data`, `id`, `channels`); [`WebhookError::TooLarge`] for one
    /// over 256 KiB; [`WebhookError::EventIdTaken`] when an event of that id said something else; [`WebhookError::Store`].
    async fn publish(&self, workspace: WorkspaceId, event: NewEvent) -> Result<Published, WebhookError>;
    /// Publishes several events, all or none.
    ///
    /// # Errors
    /// Those of [`PublishService::publish`], where fields are named `events.<n>.type` and so on, and
    /// [`WebhookError::Invalid`] naming `events` when there are none or more than [`MOST_AT_ONCE`].
    async fn publish_all(&self, workspace: WorkspaceId, events: Vec<NewEvent>) -> Result<Vec<Published>, WebhookError>;
}
