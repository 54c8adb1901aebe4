//! Signing keys are made ahead of their need, and replaced when they are old.

use crate::auth::Auth;
use async_trait::async_trait;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a key signs.
const AGE: Duration = Duration::from_hours(90 * 24);
const EVERY: Duration = Duration::from_hours(1);
/// How long a node that starts is left to answer its first callers before it makes a key for RSA, which keeps a core busy.
const SETTLES_IN: Duration = Duration::from_secs(1);

/// Makes the keys that no first need has made yet, soon after the first start, and replaces each after 90 days.
pub struct KeyRotation {
    auth: Arc<Auth>,
    since: Instant,
}

impl KeyRotation {
    pub(crate) fn new(auth: Arc<Auth>) -> Self {
        Self { auth, since: Instant::now() }
    }
}

#[async_trait]
impl Handler for KeyRotation {
    fn queue(&self) -> &'static str {
        "auth.signing_keys"
    }

    async fn run(&self, _payload: &Value) -> Result<Done, String> {
        let replaced = self.auth.access_tokens.keys.replace_older_than(AGE).await;
        replaced.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(EVERY))
    }

    async fn is_needed(&self) -> bool {
        self.since.elapsed() >= SETTLES_IN
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
