//! Sessions that have been over for long are deleted.

use crate::store::AuthStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a session that is over can still be looked up.
const KEPT: Duration = Duration::from_hours(7 * 24);
const EVERY: Duration = Duration::from_hours(1);
/// Most sessions deleted in one transaction, so that other writers need not wait long.
const BATCH: i64 = 1_000;

/// Deletes, every hour, the sessions that have been over for more than seven days.
pub struct SessionCleanUp {
    store: Arc<dyn AuthStore>,
    clock: Arc<dyn Clock>,
}

impl SessionCleanUp {
    /// Deletes in this store, by this clock.
    pub fn new(store: Arc<dyn AuthStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

#[async_trait]
impl Handler for SessionCleanUp {
    fn queue(&self) -> &'static str {
        "auth.sessions"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(KEPT);
        loop {
            let deleted =
                self.store.delete_sessions_over_before(before, BATCH).await.map_err(|cause| cause.to_string())?;
            if i64::try_from(deleted).is_ok_and(|deleted| deleted < BATCH) {
                return Ok(Done::RunAgainAfter(EVERY));
            }
        }
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
