//! The end of a grace, as a recurring job.

use crate::keys::Keys;
use async_trait::async_trait;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Revokes keys whose grace is over, every minute. They have stopped working before, with the
/// instant itself; this makes it plain in lists and tells webhooks of it.
pub struct GraceEnd {
    keys: Arc<Keys>,
}

const EVERY: Duration = Duration::from_mins(1);

impl GraceEnd {
    /// For these keys.
    pub const fn new(keys: Arc<Keys>) -> Self {
        Self { keys }
    }
}

#[async_trait]
impl Handler for GraceEnd {
    fn queue(&self) -> &'static str {
        "keys.grace"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        self.keys.revoke_past_grace().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
