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
    /// Publishes events of a workspace, all or none. When this answers, they and all their deliveries are on the disk.
    /// One that was published before, with the same id and content, is not told again.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] naming the fields (`type`, `data`, `id`, `channels`), or for several events
    /// `events.<n>.type` and so on; [`WebhookError::TooLarge`] for one over 256 KiB; [`WebhookError::EventIdTaken`] when
    /// an event of that id said something else; [`WebhookError::Store`].
    async fn publish(&self, workspace: WorkspaceId, events: Vec<NewEvent>) -> Result<Vec<Published>, WebhookError>;
}
