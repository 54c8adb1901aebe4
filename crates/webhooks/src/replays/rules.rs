//! The rules of replays.

use super::model::{NewReplay, Replay, ReplayQuery};
use super::service::ReplayService;
use super::store::{Beginning, ReplayStore};
use crate::endpoints::store::EndpointStore;
use crate::error::WebhookError;
use crate::model::{EndpointId, ReplayId};
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Page, WorkspaceId};
use std::sync::Arc;

/// The replays of an installation.
pub struct Replays {
    pub(crate) store: Arc<dyn ReplayStore>,
    pub(crate) endpoints: Arc<dyn EndpointStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Replays {
    /// Fails when the endpoint is none of the workspace's.
    async fn must_have(&self, workspace: WorkspaceId, endpoint: EndpointId) -> Result<(), WebhookError> {
        self.endpoints.find(workspace, endpoint).await?.map(drop).ok_or(WebhookError::NotFound)
    }
}

#[async_trait]
impl ReplayService for Replays {
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: ReplayQuery,
    ) -> Result<Page<Replay>, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        Ok(self.store.list(workspace, endpoint, query).await?)
    }

    async fn get(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> Result<Replay, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        self.store.find(workspace, endpoint, id).await?.ok_or(WebhookError::NotFound)
    }

    async fn begin(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        new: NewReplay,
    ) -> Result<Replay, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        let now = self.clock.now();
        let until = new.until.map_or(now, |until| until.min(now));
        if new.since >= until {
            let text = "The span must begin before it ends, and before now.";
            return Err(WebhookError::Invalid(vec![FieldError::new("since", "range", text)]));
        }
        let total = self.store.count(workspace, new.since, until).await?;
        let beginning =
            Beginning { workspace, endpoint, selection: new.selection, since: new.since, until, total, now };
        self.store.begin(beginning).await?.ok_or(WebhookError::ReplayRunning)
    }

    async fn stop(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> Result<Replay, WebhookError> {
        self.must_have(workspace, endpoint).await?;
        if let Some(stopped) = self.store.stop(workspace, endpoint, id, self.clock.now()).await? {
            return Ok(stopped);
        }
        let is_there = self.store.find(workspace, endpoint, id).await?.is_some();
        Err(if is_there { WebhookError::ReplayOver } else { WebhookError::NotFound })
    }
}
