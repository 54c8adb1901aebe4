//! The front door to endpoints.

use super::model::{Endpoint, EndpointChange, EndpointQuery, IssuedEndpoint, NewEndpoint, Trial};
use crate::error::WebhookError;
use crate::model::EndpointId;
use async_trait::async_trait;
use mainstay_kernel::{Page, Plan, Secret, WorkspaceId};
use serde_json::Value;
use std::time::Duration;

/// All that can be done with endpoints. Every method may fail with [`WebhookError::Store`], and those that name an
/// endpoint with [`WebhookError::NotFound`], also for another workspace's and for a deleted one.
#[async_trait]
pub trait EndpointService: Send + Sync {
    /// The endpoints of a workspace.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId, query: EndpointQuery) -> Result<Page<Endpoint>, WebhookError>;

    /// One endpoint of a workspace.
    ///
    /// # Errors
    /// None of its own.
    async fn get(&self, workspace: WorkspaceId, id: EndpointId) -> Result<Endpoint, WebhookError>;

    /// Makes an endpoint, which hears every event that is published from the answer on. Its secret is in the answer and
    /// nowhere else.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] naming each wrong field; [`WebhookError::LimitReached`] when the plan allows no further one.
    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        new: NewEndpoint,
    ) -> Result<IssuedEndpoint, WebhookError>;

    /// Changes an endpoint. What waits for it goes to its new URL.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] naming each wrong field.
    async fn update(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Endpoint, WebhookError>;

    /// Deletes an endpoint; what waits for it is not told.
    ///
    /// # Errors
    /// None of its own.
    async fn delete(&self, workspace: WorkspaceId, id: EndpointId) -> Result<(), WebhookError>;

    /// Tells an endpoint, active or not, of an event `webhook.test`, and waits for what comes of it. It counts for nothing.
    ///
    /// # Errors
    /// None of its own: that nobody answers is an outcome.
    async fn test(&self, workspace: WorkspaceId, id: EndpointId) -> Result<Trial, WebhookError>;

    /// Puts another secret in the place of the present one, which signs too for the overlap: 300 to 604 800 s. Without
    /// a secret given, one is drawn. A third secret ends the overlap of the first two.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] for a secret or an overlap that cannot be.
    async fn rotate_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        secret: Option<Secret<String>>,
        overlap: Duration,
    ) -> Result<IssuedEndpoint, WebhookError>;

    /// The key that verifies an endpoint's `v1a` signatures, as a JSON Web Key Set (RFC 7517): for whoever receives, so
    /// no workspace is asked for.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`] also for an endpoint without such signatures.
    async fn public_keys(&self, id: EndpointId) -> Result<Value, WebhookError>;
}
