//! Events of pages, counted as what the plan of their domain's workspace limits.

use async_trait::async_trait;
use mainstay_entitlements::{EntitlementError, Entitlements, Ticker};
use mainstay_kernel::{Plans, WorkspaceId};
use mainstay_store::{StoreError, StoreResult};
use mainstay_tenancy::Memberships;
use mainstay_tracking::TRACKED_EVENTS;
use mainstay_tracking::intake::Meter;
use std::sync::Arc;

/// Counts events in memory; they are written every few seconds.
pub(crate) struct TrackedEvents {
    ticker: Ticker,
    memberships: Arc<dyn Memberships>,
    plans: Arc<Plans>,
}

impl TrackedEvents {
    pub(crate) fn new(entitlements: &Arc<Entitlements>, memberships: Arc<dyn Memberships>, plans: &Arc<Plans>) -> Self {
        let ticker = Ticker::new(Arc::clone(entitlements), TRACKED_EVENTS);
        Self { ticker, memberships, plans: Arc::clone(plans) }
    }

    /// Writes what was counted since the last time.
    pub(crate) async fn write(&self) {
        if let Err(cause) = self.ticker.write().await {
            tracing::warn!(%cause, "tracked events could not be counted yet");
        }
    }
}

#[async_trait]
impl Meter for TrackedEvents {
    async fn count(&self, workspace: WorkspaceId, events: u64) -> StoreResult<bool> {
        let Some(known) = self.memberships.workspace(workspace).await? else { return Ok(false) };
        let plan = self.plans.get_or_free(&known.tier);
        if let Some(allowed) = self.ticker.count_some(workspace, &plan, events) {
            return Ok(allowed);
        }
        self.ticker.learn(workspace, &plan).await.map_err(|cause| match cause {
            EntitlementError::Store(cause) => cause,
            other => StoreError::Unavailable(other.to_string()),
        })?;
        Ok(self.ticker.count_some(workspace, &plan, events).unwrap_or(true))
    }
}
