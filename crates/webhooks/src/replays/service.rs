//! The front door to replays.

use super::model::{NewReplay, Replay, ReplayQuery};
use crate::error::WebhookError;
use crate::model::{EndpointId, ReplayId};
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// All that can be done with replays. Every method may fail with [`WebhookError::NotFound`], when the endpoint or the
/// replay is none of the workspace's, and with [`WebhookError::Store`].
#[async_trait]
pub trait ReplayService: Send + Sync {
    /// The replays of an endpoint.
    ///
    /// # Errors
    /// None of its own.
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: ReplayQuery,
    ) -> Result<Page<Replay>, WebhookError>;

    /// One replay, as far as it has come.
    ///
    /// # Errors
    /// None of its own.
    async fn get(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> Result<Replay, WebhookError>;

    /// Begins a replay; it goes on by itself, also when its node dies.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] when the span is none; [`WebhookError::ReplayRunning`] while another of this endpoint is.
    async fn begin(&self, workspace: WorkspaceId, endpoint: EndpointId, new: NewReplay)
    -> Result<Replay, WebhookError>;

    /// Stops a replay; what it had begun to deliver goes on.
    ///
    /// # Errors
    /// [`WebhookError::ReplayOver`].
    async fn stop(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> Result<Replay, WebhookError>;
}
