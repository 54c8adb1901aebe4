//! What nobody came back for is given back.

use crate::entitlements::Entitlements;
use async_trait::async_trait;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How often to look.
const EVERY: Duration = Duration::from_secs(15);
/// Most reservations of one look.
const BATCH: i64 = 100;

/// Ends reservations that have expired. Their units are left again from that instant on, whether or not this has looked; what
/// was paid for them goes back then.
pub struct ReservationExpiry(Arc<Entitlements>);

impl ReservationExpiry {
    /// Of these entitlements.
    pub const fn new(entitlements: Arc<Entitlements>) -> Self {
        Self(entitlements)
    }
}

#[async_trait]
impl Handler for ReservationExpiry {
    fn queue(&self) -> &'static str {
        "entitlements.reservations"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let ended = self.0.expire(BATCH).await.map_err(|cause| cause.to_string())?;
        let has_more = i64::try_from(ended).is_ok_and(|ended| ended == BATCH);
        Ok(Done::RunAgainAfter(if has_more { Duration::ZERO } else { EVERY }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
