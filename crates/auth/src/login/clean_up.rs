//! Devices that are not known any more and failures that count no longer are deleted.

use crate::auth::Auth;
use async_trait::async_trait;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_hours(1);

/// Deletes them every hour.
pub struct LoginCleanUp {
    auth: Arc<Auth>,
}

impl LoginCleanUp {
    pub(crate) fn new(auth: Arc<Auth>) -> Self {
        Self { auth }
    }
}

#[async_trait]
impl Handler for LoginCleanUp {
    fn queue(&self) -> &'static str {
        "auth.logins"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        self.auth.devices.forget_unseen().await.map_err(|cause| cause.to_string())?;
        self.auth.throttle.forget_idle().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
