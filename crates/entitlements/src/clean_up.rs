//! What needs not be known for ever.

use crate::entitlements::{Entitlements, IDS_ARE_KNOWN};
use async_trait::async_trait;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How soon it is looked again, after there was nothing to forget.
const AGAIN: Duration = Duration::from_hours(1);

/// Forgets under which ids was told long ago.
pub struct IdCleanUp(Arc<Entitlements>);

impl IdCleanUp {
    /// Of these entitlements.
    pub const fn new(entitlements: Arc<Entitlements>) -> Self {
        Self(entitlements)
    }
}

#[async_trait]
impl Handler for IdCleanUp {
    fn queue(&self) -> &'static str {
        "entitlements.ids"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let before = self.0.clock.now().minus(IDS_ARE_KNOWN);
        let forgotten = self.0.store.forget_ids(before).await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(if forgotten > 0 { Duration::ZERO } else { AGAIN }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
