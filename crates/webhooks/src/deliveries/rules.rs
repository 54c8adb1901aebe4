//! The rules of deliveries.

use super::model::{Delivery, DeliveryQuery, DeliveryStatus, DeliveryStory};
use super::service::DeliveryService;
use super::store::{DeliveryStore, Retried};
use crate::bell::Bell;
use crate::endpoints::store::EndpointStore;
use crate::error::WebhookError;
use crate::model::{DeliveryId, EndpointId};
use crate::schedule::Schedule;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Page, WorkspaceId};
use std::sync::Arc;

/// The deliveries of an installation.
pub struct Deliveries {
    pub(crate) store: Arc<dyn DeliveryStore>,
    pub(crate) endpoints: Arc<dyn EndpointStore>,
    pub(crate) schedule: Arc<Schedule>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Deliveries {
    /// Fails when the endpoint is none of the workspace's.
    async fn must_have(&self, workspace: WorkspaceId, endpoint: EndpointId) -> Result<(), WebhookError> {
        self.endpoints.find(workspace, endpoint).await?.map(drop).ok_or(WebhookError::NotFound)
    }
}

#[async_trait]
impl DeliveryService for Deliveries {
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: DeliveryQuery,
    ) -> Result<Page<Delivery>, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        Ok(self.store.list(workspace, endpoint, query).await?)
    }

    async fn get(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<DeliveryStory, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        self.store.find(workspace, endpoint, id).await?.ok_or(WebhookError::NotFound)
    }

    async fn retry(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Delivery, WebhookError> {
        let most = self.schedule.attempts();
        let retried = self.store.retry(workspace, endpoint, id, most, self.clock.now()).await?;
        match retried.ok_or(WebhookError::NotFound)? {
            Retried::Queued(delivery) => {
                self.bell.ring([endpoint]);
                Ok(delivery)
            }
            Retried::Refused(why) => Err(WebhookError::CannotRetry(why)),
        }
    }
}

/// Why a delivery may not be tried once more, if it may not.
pub(super) fn refusal(status: DeliveryStatus, attempt: i32, most: i32, is_active: bool) -> Option<&'static str> {
    match status {
        DeliveryStatus::Success => Some("This delivery has already arrived."),
        DeliveryStatus::Pending => Some("This delivery is already on its way."),
        _ if attempt >= most => Some("This delivery has no attempt left; replay the event instead."),
        _ if !is_active => Some("The endpoint of this delivery is not active."),
        DeliveryStatus::Failed | DeliveryStatus::Retrying => None,
    }
}
