//! The calls of API keys, counted as what the plan limits.

use async_trait::async_trait;
use mainstay_edge::{API_CALLS, CallMeter};
use mainstay_entitlements::{Entitlements, Ticker};
use mainstay_kernel::Principal;
use std::sync::Arc;

/// Where no call counts: whoever asks what may be used, tells of what was, or buys more does not use up what they ask
/// about.
const FREE: [&str; 2] = ["/api/v1/entitlements/", "/api/credits"];

/// Counts calls in memory; they are written every few seconds.
pub(crate) struct ApiCalls(Ticker);

impl ApiCalls {
    pub(crate) fn new(entitlements: &Arc<Entitlements>) -> Self {
        Self(Ticker::new(Arc::clone(entitlements), API_CALLS))
    }

    /// Writes what was counted since the last time.
    pub(crate) async fn write(&self) {
        if let Err(cause) = self.0.write().await {
            tracing::warn!(%cause, "calls could not be counted yet");
        }
    }
}

#[async_trait]
impl CallMeter for ApiCalls {
    fn count(&self, principal: &Principal, path: &str) -> Option<bool> {
        match principal.workspace {
            Some(workspace) if !FREE.iter().any(|free| path.starts_with(free)) => {
                self.0.count(workspace, &principal.plan)
            }
            _ => Some(true),
        }
    }

    async fn learn(&self, principal: &Principal) {
        let Some(workspace) = principal.workspace else { return };
        if let Err(cause) = self.0.learn(workspace, &principal.plan).await {
            tracing::warn!(%cause, "it is not known how many calls are left");
        }
    }
}
