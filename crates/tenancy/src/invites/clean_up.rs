//! Invites that expired long ago are deleted.

use super::store::InviteStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::in_batches;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long an expired invite stays in lists, to be seen and sent anew.
const KEPT: Duration = Duration::from_hours(30 * 24);
const EVERY: Duration = Duration::from_hours(1);

/// Deletes, every hour, the invites that expired more than thirty days ago.
pub struct InviteCleanUp {
    store: Arc<dyn InviteStore>,
    clock: Arc<dyn Clock>,
}

impl InviteCleanUp {
    /// Deletes in this store, by this clock.
    pub fn new(store: Arc<dyn InviteStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

#[async_trait]
impl Handler for InviteCleanUp {
    fn queue(&self) -> &'static str {
        "tenancy.invites"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(KEPT);
        let deleted = in_batches(|most| self.store.delete_expired(before, most)).await;
        deleted.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
