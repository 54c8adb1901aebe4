//! Sessions that have been over for long are deleted.

use crate::store::AuthStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::in_batches;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a session that is over can still be looked up.
const KEPT: Duration = Duration::from_hours(7 * 24);
const EVERY: Duration = Duration::from_hours(1);

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
        let deleted = in_batches(|most| self.store.delete_sessions_over_before(before, most)).await;
        deleted.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
