//! What expires is booked, whether or not anybody looks.

use super::rules::Credits;
use async_trait::async_trait;
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How often to look.
const EVERY: Duration = Duration::from_mins(1);
/// Most workspaces of one look.
const BATCH: i64 = 100;

/// Books, every minute, what expired, so that those who want to are told of it. Nobody can spend it before that either.
pub struct Expiry(Arc<Credits>);

impl Expiry {
    /// Of these credits.
    pub const fn new(credits: Arc<Credits>) -> Self {
        Self(credits)
    }

    /// Says whether there is more.
    async fn book(&self) -> StoreResult<bool> {
        let credits = &self.0;
        let workspaces = credits.store.with_expired(credits.clock.now(), BATCH).await?;
        let has_more = i64::try_from(workspaces.len()).is_ok_and(|count| count == BATCH);
        for workspace in workspaces {
            credits.store.expire(workspace, credits.moment()).await?;
        }
        Ok(has_more)
    }
}

#[async_trait]
impl Handler for Expiry {
    fn queue(&self) -> &'static str {
        "credits.expiry"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let has_more = self.book().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(if has_more { Duration::ZERO } else { EVERY }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
