//! Guessing is slowed: each failed attempt beyond a few makes the next one wait longer.

mod bucket;
mod gate;
pub(crate) mod store;
mod tally;

use crate::error::AuthError;
use crate::store::AuthStore;
pub(crate) use bucket::subscriber;
pub use bucket::{Bucket, Buckets};
use gate::Gate;
use mainstay_kernel::Clock;
use mainstay_store::in_batches;
use std::sync::Arc;
use std::time::Duration;
pub use tally::{Policy, Tally};
use tokio::sync::SemaphorePermit;

/// How long a tally that is not touched is kept; no policy remembers for longer.
const KEPT: Duration = Duration::from_hours(24);

/// Lets attempts at passwords and codes through, or tells them to wait.
pub struct Throttle {
    store: Arc<dyn AuthStore>,
    gate: Gate,
    clock: Arc<dyn Clock>,
}

/// An attempt that was let through. One that is dropped counts nothing.
#[must_use = "an attempt that does not say how it ended counts nothing"]
pub struct Attempt<'t> {
    throttle: &'t Throttle,
    buckets: Vec<Bucket>,
    /// Those with failures that a success wipes out.
    cleared: Vec<Bucket>,
    _permits: Vec<SemaphorePermit<'t>>,
}

impl Throttle {
    /// Counts in this store, by this clock.
    pub fn new(store: Arc<dyn AuthStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, gate: Gate::default(), clock }
    }

    /// Lets an attempt through, once few enough others of the same buckets run on this node.
    ///
    /// # Errors
    /// [`AuthError::Throttled`] while one of the buckets is blocked, [`AuthError::Store`] when the database is away.
    pub async fn admit(&self, buckets: Buckets) -> Result<Attempt<'_>, AuthError> {
        let buckets = buckets.into_sorted();
        let permits = self.gate.enter(&buckets).await;
        // Read behind the gate: what those before have failed at is written by now.
        let tallies = self.store.tallies(&buckets).await?;
        let now = self.clock.now();
        let waits = tallies.iter().flatten().filter_map(|tally| tally.wait(now));
        if let Some(retry_after) = waits.max() {
            return Err(AuthError::Throttled { retry_after });
        }
        let spent = buckets.iter().zip(&tallies).filter(|(bucket, tally)| tally.is_some() && !bucket.is_shared());
        let cleared = spent.map(|(bucket, _)| bucket.clone()).collect();
        Ok(Attempt { throttle: self, buckets, cleared, _permits: permits })
    }

    /// Lets an attempt through and counts how it ends: as a failure when what was guessed is wrong.
    ///
    /// # Errors
    /// Those of [`Throttle::admit`], and of the attempt.
    pub(crate) async fn guard<T>(
        &self,
        buckets: Buckets,
        guess: impl Future<Output = Result<T, AuthError>>,
    ) -> Result<T, AuthError> {
        let attempt = self.admit(buckets).await?;
        let outcome = guess.await;
        match &outcome {
            Ok(_) => attempt.succeeded().await?,
            Err(error) if error.is_wrong_guess() => attempt.failed().await?,
            Err(_) => {}
        }
        outcome
    }

    /// Deletes the tallies that nothing counts any more; gives how many.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the database is away.
    pub async fn forget_idle(&self) -> Result<usize, AuthError> {
        let since = self.clock.now().minus(KEPT);
        Ok(in_batches(|most| self.store.delete_tallies_untouched_since(since, most)).await?)
    }
}

impl Attempt<'_> {
    /// Counts the failure in every bucket; to be awaited before anybody is told.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the database is away.
    pub async fn failed(self) -> Result<(), AuthError> {
        let now = self.throttle.clock.now();
        Ok(self.throttle.store.count_failure(&self.buckets, now).await?)
    }

    /// Wipes out the failures of the account, device or second factor. Those of the address stay, or whoever has an
    /// account of their own could wipe them out at will. Where there is nothing to wipe out, nothing is written.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the database is away.
    pub async fn succeeded(self) -> Result<(), AuthError> {
        if self.cleared.is_empty() {
            return Ok(());
        }
        Ok(self.throttle.store.clear_tallies(&self.cleared).await?)
    }
}
