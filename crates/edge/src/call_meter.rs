//! Calls that a plan limits in number, beside how many there may be in a minute.

use async_trait::async_trait;
use mainstay_kernel::{Details, Fault, Kind, Principal};

/// Counts the calls of those whose plan says how many they may make.
#[async_trait]
pub trait CallMeter: Send + Sync {
    /// Counts a call to a path, and says whether the plan allows it. None when that is not known at once: then
    /// [`CallMeter::learn`] is asked, and this once more.
    fn count(&self, principal: &Principal, path: &str) -> Option<bool>;

    /// Learns how many calls the plan allows. While that cannot be, calls are allowed.
    async fn learn(&self, principal: &Principal);
}

/// The feature that calls count as.
pub const API_CALLS: &str = "api_calls";

/// The plan allows no more calls.
#[derive(Debug, thiserror::Error)]
#[error("The plan allows no more API calls in this cycle.")]
pub(crate) struct CallsUsedUp;

impl Fault for CallsUsedUp {
    fn kind(&self) -> Kind {
        Kind::LimitReached
    }

    fn code(&self) -> &'static str {
        "feature_limit_reached"
    }

    fn details(&self) -> Details {
        Details::Feature(API_CALLS.to_owned())
    }
}

/// Whether the plan allows this call, which is counted.
pub(crate) async fn allows(meter: &dyn CallMeter, principal: &Principal, path: &str) -> bool {
    if let Some(allowed) = meter.count(principal, path) {
        return allowed;
    }
    meter.learn(principal).await;
    meter.count(principal, path).unwrap_or(true)
}
