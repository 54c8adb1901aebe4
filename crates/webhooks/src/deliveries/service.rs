//! The front door to deliveries.

use super::model::{Delivery, DeliveryQuery, DeliveryStory};
use crate::error::WebhookError;
use crate::model::{DeliveryId, EndpointId};
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// What a workspace may know of its deliveries. Every method may fail with [`WebhookError::NotFound`], when the endpoint
/// or the delivery is none of the workspace's, and with [`WebhookError::Store`].
#[async_trait]
pub trait DeliveryService: Send + Sync {
    /// The deliveries to an endpoint.
    ///
    /// # Errors
    /// None of its own.
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: DeliveryQuery,
    ) -> Result<Page<Delivery>, WebhookError>;

    /// A delivery, and every attempt at it.
    ///
    /// # Errors
    /// None of its own.
    async fn get(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<DeliveryStory, WebhookError>;

    /// Tries a delivery that did not arrive once more, now: as its next attempt.
    ///
    /// # Errors
    /// [`WebhookError::CannotRetry`] when it arrived, is under way, has no attempt left, or its endpoint is not active.
    async fn retry(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Delivery, WebhookError>;
}
