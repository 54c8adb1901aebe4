//! Few attempts of one bucket run at a time, so that many at once do not slip through before one has failed.

use super::bucket::Bucket;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Attempts of one bucket at a time.
const AT_ONCE: usize = 4;
/// Buckets that share a stripe wait for each other. Which do, nobody outside can foresee.
const STRIPES: u64 = 1_024;

/// The gate of this node.
pub(super) struct Gate {
    stripes: Box<[Semaphore]>,
    hasher: RandomState,
}

impl Default for Gate {
    fn default() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Semaphore::new(AT_ONCE)).collect(), hasher: RandomState::new() }
    }
}

impl Gate {
    /// Waits for a place in each bucket but those of addresses, behind which many may log in at once: what an address
    /// gains by that is as many guesses as it has connections, each at another account. All take their places in the
    /// same order, and one in each stripe, so that no two wait for each other.
    pub(super) async fn enter(&self, buckets: &[Bucket]) -> Vec<SemaphorePermit<'_>> {
        let mut stripes: Vec<_> =
            buckets.iter().filter(|bucket| !bucket.is_shared()).map(|bucket| self.stripe(bucket)).collect();
        stripes.sort_unstable();
        stripes.dedup();
        let mut permits = Vec::with_capacity(stripes.len());
        for stripe in stripes {
            permits.push(self.stripes[stripe].acquire().await.expect("no stripe is ever closed"));
        }
        permits
    }

    fn stripe(&self, bucket: &Bucket) -> usize {
        usize::try_from(self.hasher.hash_one(bucket) % STRIPES).expect("below the number of stripes")
    }
}
