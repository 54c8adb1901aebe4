//! Where tallies are kept.

use super::model::Span;
use super::tally::Tally;
use crate::ids::SiteId;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::StoreResult;

/// What was counted of a site within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) site: SiteId,
    /// When that time began.
    pub(crate) at: Timestamp,
    pub(crate) tally: Tally,
}

/// Tallies, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait MetricStore: Send + Sync {
    /// Adds the minutes that a node counted, in the place of those that it may have added before. Those of sites that are
    /// gone are left out.
    async fn add(&self, node: String, minutes: Vec<Sample>) -> StoreResult<()>;
    /// What was counted of a site since then and until then, in no order; none if the workspace has no such site.
    async fn tallies(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        span: Span,
        within: (Timestamp, Timestamp),
    ) -> StoreResult<Option<Vec<(Timestamp, Tally)>>>;
    /// Makes an hour of its minutes: the first one that was not made, if it ended before then. Says whether there was one.
    async fn roll_up(&self, before: Timestamp) -> StoreResult<bool>;
    /// Forgets what began before then.
    async fn forget(&self, span: Span, before: Timestamp) -> StoreResult<()>;
}
