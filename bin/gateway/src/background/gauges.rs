//! What workspaces have of keys, members and endpoints is counted again whenever there are more or fewer.

use async_trait::async_trait;
use mainstay_entitlements::{Entitlements, Holder};
use mainstay_kernel::{Event, Plans, WorkspaceId};
use mainstay_store::StoreResult;
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::Memberships;
use std::sync::Arc;

/// Has it told when that comes near to what the plan allows.
pub(super) struct Gauges {
    pub(super) entitlements: Arc<Entitlements>,
    pub(super) memberships: Arc<dyn Memberships>,
    pub(super) plans: Arc<Plans>,
}

impl Gauges {
    async fn count(&self, event: &Event, workspace: WorkspaceId) -> StoreResult<()> {
        // One that has ended has nothing any more.
        let Some(known) = self.memberships.workspace(workspace).await? else { return Ok(()) };
        let plan = self.plans.get_or_free(&known.tier);
        self.entitlements.count_with(&event.name, Holder { workspace, plan: &plan }).await
    }
}

#[async_trait]
impl Subscriber for Gauges {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let Some(workspace) = event.workspace.filter(|_| self.entitlements.is_counted_with(&event.name)) else {
            return Ok(());
        };
        self.count(event, workspace).await.map_err(|cause| cause.to_string())
    }
}
