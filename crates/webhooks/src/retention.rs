//! What was told long ago is deleted.

mod store;

use async_trait::async_trait;
use mainstay_kernel::{Clock, Timestamp};
use mainstay_store::jobs::{Done, Handler};
use mainstay_store::{Database, StoreResult};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::RetentionStore;

/// How often to look.
const EVERY: Duration = Duration::from_hours(1);
/// How soon again, while there is more than one look deletes.
const SOON: Duration = Duration::from_secs(2);
/// Most messages, or endpoints, of one transaction: nobody who writes waits long for it.
const BATCH: i64 = 200;
/// Most transactions of one look.
const BATCHES: usize = 50;

/// Deletes, every hour, the messages older than the retention of which no delivery is still due, with their deliveries
/// and attempts; replays that are over for longer than that; and endpoints that were deleted longer ago and have no
/// delivery left.
pub(crate) struct Retention {
    store: Arc<dyn RetentionStore>,
    clock: Arc<dyn Clock>,
    kept: Duration,
}

impl Retention {
    pub(crate) fn new(database: &Database, clock: Arc<dyn Clock>, kept: Duration) -> Self {
        Self { store: store::open(database), clock, kept }
    }

    /// Deletes; says whether there is more to delete.
    async fn delete(&self, before: Timestamp) -> StoreResult<bool> {
        let has_more_replays = self.store.delete_replays(before, BATCH).await? == BATCH;
        for _ in 0..BATCHES {
            if self.store.delete_messages(before, BATCH).await? < BATCH {
                // Endpoints last: their deliveries went with the messages.
                let has_more_endpoints = self.store.delete_endpoints(before, BATCH).await? == BATCH;
                return Ok(has_more_replays || has_more_endpoints);
            }
        }
        Ok(true)
    }
}

#[async_trait]
impl Handler for Retention {
    fn queue(&self) -> &'static str {
        "webhooks.retention"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(self.kept);
        let has_more = self.delete(before).await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(if has_more { SOON } else { EVERY }))
    }

    fn lease(&self) -> Duration {
        Duration::from_mins(5)
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
