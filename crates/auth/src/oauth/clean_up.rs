//! Codes, tokens and devices that have been over for a day are deleted, and assertions that are over, and clients that
//! nobody owns or uses.

use crate::store::AuthStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::in_batches;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a code, a family of tokens or a device that is over is kept. Longer than any access token stands, which is void
/// without its family.
const KEPT: Duration = Duration::from_hours(24);
/// How long a client that nobody owns is kept while nobody allows it anything.
const UNUSED: Duration = Duration::from_hours(30 * 24);
const EVERY: Duration = Duration::from_hours(1);

/// Deletes, every hour, the codes, families of tokens and waiting devices that have been over for more than a day,
/// assertions that are over, and clients that nobody owns and nobody has allowed anything for 30 days.
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
        let now = self.clock.now();
        let deleted = async {
            in_batches(|most| self.store.delete_authorizations_over_before(before, most)).await?;
            in_batches(|most| self.store.delete_devices_over_before(before, most)).await?;
            in_batches(|most| self.store.delete_assertions_over_before(now, most)).await?;
            in_batches(|most| self.store.delete_unused_clients(now.minus(UNUSED), most)).await
        };
        deleted.await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
