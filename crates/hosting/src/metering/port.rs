//! Who counts.

use super::model::{Metered, Run};
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;
use mainstay_store::StoreResult;

/// Whether more of something may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// It may.
    Given,
    /// It takes credits, and there are too few.
    Unpaid,
    /// The plan includes no more of it.
    LimitReached,
}

/// What knows plans and credits.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Whether a workspace may use more of it, be it for credits.
    ///
    /// # Errors
    /// When the database fails.
    async fn leave(&self, workspace: WorkspaceId, what: Metered) -> StoreResult<Leave>;

    /// Counts a run, if the plan or the credits of its workspace cover it; says whether it is counted. One that was counted
    /// before is not counted again.
    ///
    /// # Errors
    /// When the database fails.
    async fn count(&self, run: &Run) -> StoreResult<bool>;

    /// Counts a run whether anything covers it or not.
    ///
    /// # Errors
    /// When the database fails.
    async fn record(&self, run: &Run) -> StoreResult<()>;
}
