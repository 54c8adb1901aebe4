//! What is deleted: what is older than its domain keeps it, what belonged to domains that are gone, and the visitors of
//! days that are over.

mod store;

use crate::day::Day;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
pub(crate) use store::open;
use store::{RetentionStore, Scope};

/// Deletes a little at a time, so that nobody who writes waits for long.
pub(crate) struct Retention {
    pub(crate) store: Arc<dyn RetentionStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How many rows are deleted in one transaction.
const BATCH: i64 = 1_000;

impl Retention {
    async fn clean(&self) -> StoreResult<()> {
        let today = Day::of(self.clock.now());
        while self.store.delete_visitors(today.minus(1), BATCH).await? > 0 {}
        let kept: HashMap<i64, u16> = self.store.retentions().await?.into_iter().collect();
        for domain in self.store.domains_with_data().await? {
            let before = kept.get(&domain).map(|days| today.minus(i32::from(*days) - 1));
            self.empty(Scope { domain, before }).await?;
            if before.is_none() {
                while self.store.delete_words(domain, BATCH).await? > 0 {}
            }
        }
        Ok(())
    }

    async fn empty(&self, scope: Scope) -> StoreResult<()> {
        while self.store.delete_visits(scope, BATCH).await? > 0 {}
        while self.store.delete_cells(scope, BATCH).await? > 0 {}
        Ok(())
    }
}

#[async_trait]
impl Handler for Retention {
    fn queue(&self) -> &'static str {
        "tracking.retention"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.clean().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(Duration::from_hours(1)))
    }

    fn lease(&self) -> Duration {
        // Of a large domain that is gone there is much to delete; twice at once does no harm.
        Duration::from_mins(10)
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
