//! What a workspace leaves running when it ends.

use async_trait::async_trait;
use mainstay_hosting::databases::Databases;
use mainstay_hosting::sites::Sites;
use mainstay_kernel::Event;
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::events;
use std::sync::Arc;

/// Deletes the sites and databases of workspaces that have ended.
pub(super) struct EndedWorkspaces {
    pub(super) sites: Arc<Sites>,
    pub(super) databases: Arc<Databases>,
}

#[async_trait]
impl Subscriber for EndedWorkspaces {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let Some(workspace) = event.workspace.filter(|_| event.name == events::WORKSPACE_DELETED) else {
            return Ok(());
        };
        self.sites.end_all(workspace).await.map_err(|cause| cause.to_string())?;
        self.databases.end_all(workspace).await.map_err(|cause| cause.to_string())
    }
}
