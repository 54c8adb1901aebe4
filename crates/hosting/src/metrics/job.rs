//! What makes hours of minutes, and forgets what is too old.

use super::model::Span;
use super::store::MetricStore;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Rolls minutes up.
pub struct RollUp {
    pub(crate) store: Arc<dyn MetricStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How long after its end an hour is made: a node may be late with its last minute.
const SETTLED: Duration = Duration::from_mins(15);
/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_mins(10);

impl RollUp {
    /// Does all that is due now.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn roll_up(&self) -> StoreResult<()> {
        let now = self.clock.now();
        while self.store.roll_up(Span::Hour.begin_of(now.minus(SETTLED))).await? {}
        for span in Span::ALL {
            self.store.forget(*span, now.minus(span.kept())).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for RollUp {
    fn queue(&self) -> &'static str {
        "hosting.metrics"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.roll_up().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(LOOK))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
