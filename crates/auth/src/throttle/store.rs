//! What the throttle needs kept.

mod diesel;

use super::bucket::Bucket;
use super::tally::Tally;
use async_trait::async_trait;
use mainstay_kernel::Timestamp;
use mainstay_store::StoreResult;

/// Tallies of failures.
#[async_trait]
pub trait ThrottleStore: Send + Sync {
    /// The tally of each bucket that has one, in the order of the buckets.
    async fn tallies(&self, buckets: &[Bucket]) -> StoreResult<Vec<Option<Tally>>>;

    /// Counts one more failure in each bucket, by the bucket's policy. The buckets are sorted.
    async fn count_failure(&self, buckets: &[Bucket], now: Timestamp) -> StoreResult<()>;

    /// Forgets the failures of these buckets.
    async fn clear_tallies(&self, buckets: &[Bucket]) -> StoreResult<()>;

    /// Deletes at most `most` tallies in which nothing was counted later than `since`; gives how many.
    async fn delete_tallies_untouched_since(&self, since: Timestamp, most: i64) -> StoreResult<usize>;
}
