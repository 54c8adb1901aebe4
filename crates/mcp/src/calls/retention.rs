//! Calls of long ago are deleted.

use super::log::CallLog;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How often to look.
const EVERY: Duration = Duration::from_hours(1);
/// How soon again, while there is more than one look deletes.
const SOON: Duration = Duration::from_secs(1);
/// How long a call stands in the log.
const KEPT: Duration = Duration::from_hours(90 * 24);
/// Most calls that are deleted in one transaction.
const BATCH: i64 = 1_000;

/// Deletes, every hour, the calls that are older than 90 days.
pub struct CallCleanUp {
    log: Arc<CallLog>,
    clock: Arc<dyn Clock>,
}

impl CallCleanUp {
    /// Of this log.
    pub const fn new(log: Arc<CallLog>, clock: Arc<dyn Clock>) -> Self {
        Self { log, clock }
    }
}

#[async_trait]
impl Handler for CallCleanUp {
    fn queue(&self) -> &'static str {
        "mcp.calls"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let before = self.clock.now().minus(KEPT);
        let deleted = self.log.delete_before(before, BATCH).await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(if deleted > 0 { SOON } else { EVERY }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
