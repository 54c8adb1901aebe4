//! How many people a workspace has, for those who tell how much of its plan is used.

use crate::events;
use crate::store::TenancyStore;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;
use mainstay_store::StoreResult;
use mainstay_store::limits::{Gauge, MEMBERS};
use std::sync::Arc;

/// Counts members.
pub struct MemberGauge(Arc<dyn TenancyStore>);

impl MemberGauge {
    /// Of the workspaces of this store.
    pub const fn new(store: Arc<dyn TenancyStore>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl Gauge for MemberGauge {
    fn feature(&self) -> &'static str {
        MEMBERS
    }

    fn changes_with(&self) -> &'static [&'static str] {
        &[events::WORKSPACE_MEMBER_ADDED, events::WORKSPACE_MEMBER_REMOVED]
    }

    async fn count(&self, workspace: WorkspaceId) -> StoreResult<u64> {
        Ok(u64::try_from(self.0.members(workspace).await?).unwrap_or(0))
    }
}
