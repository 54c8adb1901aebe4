//! How many events a workspace may tell of: decided by whoever knows its plan.

use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;
use mainstay_store::StoreResult;

/// Counts events.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Counts so many of a workspace, all or none; says whether it may.
    async fn count(&self, workspace: WorkspaceId, events: u64) -> StoreResult<bool>;
}

/// Lets everything be told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unmetered;

#[async_trait]
impl Meter for Unmetered {
    async fn count(&self, _: WorkspaceId, _: u64) -> StoreResult<bool> {
        Ok(true)
    }
}
