//! How many of something a workspace may have, and how many it has: between those who keep things and those who know what a
//! plan allows.

use crate::error::StoreResult;
use async_trait::async_trait;
use mainstay_kernel::{Plan, WorkspaceId};

/// API keys that work.
pub const API_KEYS: &str = "api_keys";
/// Webhook endpoints.
pub const WEBHOOKS: &str = "webhooks";
/// The people in a workspace.
pub const MEMBERS: &str = "members";

/// How many of something a workspace may have.
#[async_trait]
pub trait Limits: Send + Sync {
    /// The most of a feature, for a workspace on this plan; none means any number.
    async fn most(&self, workspace: WorkspaceId, plan: &Plan, feature: &str) -> StoreResult<Option<u64>>;
}

/// What the plan itself says, where nobody knows more.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanLimits;

#[async_trait]
impl Limits for PlanLimits {
    async fn most(&self, _: WorkspaceId, plan: &Plan, feature: &str) -> StoreResult<Option<u64>> {
        Ok(most_by_plan(plan, feature))
    }
}

/// What a plan itself says of a feature; none means any number.
pub fn most_by_plan(plan: &Plan, feature: &str) -> Option<u64> {
    match feature {
        API_KEYS => plan.max_api_keys.map(u64::from),
        WEBHOOKS => plan.max_webhooks.map(u64::from),
        _ => None,
    }
}

/// How many of something a workspace has, told by those who keep it.
#[async_trait]
pub trait Gauge: Send + Sync {
    /// The feature that it counts.
    fn feature(&self) -> &'static str;

    /// The names of the events after which a workspace may have another number.
    fn changes_with(&self) -> &'static [&'static str];

    /// How many the workspace has.
    async fn count(&self, workspace: WorkspaceId) -> StoreResult<u64>;
}
