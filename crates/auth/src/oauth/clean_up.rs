//! Codes and tokens that have been over for a day are deleted, and assertions that are over, and clients that nobody owns
//! or uses.

use crate::store::AuthStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a code or a family of tokens that is over is kept. Longer than any access token stands, which is void
/// without its family.
const KEPT: Duration = Duration::from_hours(24);
/// How long a client that nobody owns is kept while nobody allows it anything.
const UNUSED: Duration = Duration::from_hours(30 * 24);
const EVERY: Duration = Duration::from_hours(1);
/// Most rows deleted in one transaction, so that other writers need not wait long.
const BATCH: i64 = 1_000;

/// Deletes, every hour, the codes and families of tokens that have been over for more than a day, assertions that are
/// over, and clients that nobody owns and nobody has allowed anything for 30 days.
pub struct OAuthCleanUp {
    store: Arc<dyn AuthStore>,
    clock: Arc<dyn Clock>,
}

impl OAuthCleanUp {
    pub(crate) fn new(store: Arc<dyn AuthStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

#[async_trait]
impl Handler for OAuthCleanUp {
    fn queue(&self) -> &'static str {
        "auth.oauth"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(KEPT);
        in_batches(|| self.store.delete_authorizations_over_before(before, BATCH)).await?;
        let now = self.clock.now();
        in_batches(|| self.store.delete_assertions_over_before(now, BATCH)).await?;
        in_batches(|| self.store.delete_unused_clients(now.minus(UNUSED), BATCH, now)).await?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}

/// Deletes until there is less than a batch left to delete.
async fn in_batches<F: Future<Output = StoreResult<usize>>>(delete: impl Fn() -> F) -> Result<(), String> {
    loop {
        let deleted = delete().await.map_err(|cause| cause.to_string())?;
        if i64::try_from(deleted).is_ok_and(|deleted| deleted < BATCH) {
            return Ok(());
        }
    }
}
