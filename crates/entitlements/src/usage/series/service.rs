//! The front door.

use super::model::{Series, SeriesQuery};
use crate::error::EntitlementError;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// Looking back on what was used. Every method may fail with [`EntitlementError::Store`].
#[async_trait]
pub trait SeriesService: Send + Sync {
    /// What a workspace used of a feature, interval by interval. What counts in a pool is kept as the pool's, so that the
    /// series of such a feature is that of its pool.
    ///
    /// # Errors
    /// [`EntitlementError::Invalid`] naming what is wrong: a `feature` that is none; a `from` that does not lie before the
    /// `to`, or after which there is more than can be shown or read; a `group_by` that names no member; `groups` that are
    /// none, or too many for these intervals.
    async fn series(&self, workspace: WorkspaceId, asked: SeriesQuery) -> Result<Series, EntitlementError>;
}
