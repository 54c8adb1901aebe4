//! What nobody asks for again is dropped.

use crate::compose::Services;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_store::audit::{self, Audit};
use mainstay_store::idempotency::{self, Reservations};
use mainstay_store::jobs::{Done, Handler};
use mainstay_store::{Database, StoreError, changes};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Drops what nobody will ask for again.
pub(super) struct Purge {
    database: Database,
    reservations: Arc<dyn Reservations>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
}

impl Purge {
    pub(super) fn new(services: &Services) -> Self {
        let database = services.database.clone();
        let (reservations, audit) = (idempotency::open(&database), audit::open(&database));
        Self { database, reservations, audit, clock: Arc::clone(&services.clock) }
    }
}

const KEEP_CHANGES: Duration = Duration::from_hours(1);
/// Two years.
const KEEP_AUDIT: Duration = Duration::from_hours(2 * 365 * 24);

#[async_trait]
impl Handler for Purge {
    fn queue(&self) -> &'static str {
        "store.purge"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let now = self.clock.now();
        let purged = async {
            changes::purge(&self.database, now.minus(KEEP_CHANGES)).await?;
            self.reservations.purge(now.minus(idempotency::RETENTION)).await?;
            // A batch at a time, so that nobody who writes waits for long.
            while self.audit.purge(now.minus(KEEP_AUDIT)).await? > 0 {}
            Ok::<_, StoreError>(())
        };
        purged.await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(Duration::from_mins(10)))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
