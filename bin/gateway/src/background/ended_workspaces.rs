//! What a workspace leaves running when it ends.

use async_trait::async_trait;
use mainstay_hosting::sites::Sites;
use mainstay_kernel::Event;
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::events;
use std::sync::Arc;

/// Deletes the sites of workspaces that have ended.
pub(super) struct EndedWorkspaces(pub(super) Arc<Sites>);

#[async_trait]
impl Subscriber for EndedWorkspaces {
    async fn told(&self, event: &Event) -> Result<(), String> {
        match event.workspace.filter(|_| event.name == events::WORKSPACE_DELETED) {
            Some(workspace) => self.0.end_all(workspace).await.map_err(|cause| cause.to_string()),
            None => Ok(()),
        }
    }
}
