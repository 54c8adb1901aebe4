//! The one that replays.

use super::store::{ReplayStore, Stepped};
use crate::bell::Bell;
use crate::model::ReplayId;
use async_trait::async_trait;
use mainstay_kernel::Timestamp;
use mainstay_kernel::{Clock, WorkspaceId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler, NewJob};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const QUEUE: &str = "webhooks.replays";

/// Batches before other replays have their turn.
const BATCHES: usize = 50;

/// Puts up what replays tell again, batch after batch.
pub(crate) struct ReplayWorker {
    pub(crate) store: Arc<dyn ReplayStore>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The work that a replay is.
pub(crate) fn job(workspace: WorkspaceId, id: ReplayId, now: Timestamp) -> NewJob {
    let payload = json!({"workspace": workspace.0, "replay": id.0});
    NewJob { queue: QUEUE, unique_key: Some(format!("{QUEUE}:{id}")), payload, run_at: now }
}

impl ReplayWorker {
    /// One batch; says whether there is more to do.
    async fn go_on(&self, workspace: WorkspaceId, id: ReplayId) -> StoreResult<bool> {
        let Some(look) = self.store.look(workspace, id).await? else { return Ok(false) };
        let endpoint = look.endpoint;
        match self.store.step(look, self.clock.now()).await? {
            Stepped::Over => Ok(false),
            Stepped::Further { queued, is_last } => {
                if queued > 0 {
                    self.bell.ring([endpoint]);
                }
                Ok(!is_last)
            }
            // Another worker was faster, and did the same.
            Stepped::Overtaken => Ok(true),
        }
    }
}

#[async_trait]
impl Handler for ReplayWorker {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, payload: &Value) -> Result<Done, String> {
        let number = |key: &str| payload.get(key).and_then(Value::as_i64).ok_or("the job names no replay");
        let (workspace, id) = (WorkspaceId(number("workspace")?), ReplayId(number("replay")?));
        for _ in 0..BATCHES {
            if !self.go_on(workspace, id).await.map_err(|cause| cause.to_string())? {
                return Ok(Done::ForGood);
            }
        }
        Ok(Done::RunAgainAfter(Duration::ZERO))
    }

    fn lease(&self) -> Duration {
        Duration::from_mins(5)
    }

    /// A replay goes on until it is over: nobody would begin it again.
    fn max_attempts(&self) -> i32 {
        i32::MAX
    }
}
