//! The one that audits.

use super::store::{Attempt, AuditStore, Outcome};
use crate::seo::AuditId;
use crate::seo::auditor::{Auditor, Progress};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Timestamp, WorkspaceId};
use mainstay_store::jobs::{Done, Handler, NewJob};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Lanes, so that a slow site holds up few others. A workspace keeps to one: its audits run one after the other, which is
/// also how a site that they are all about would have it.
const LANES: [&str; 4] = ["seo.audits.0", "seo.audits.1", "seo.audits.2", "seo.audits.3"];

/// Attempts before it is taken that the page itself ends them.
const MOST_ATTEMPTS: i32 = 3;
/// How long an attempt may take in all; the auditor's own bounds are below this.
const LONGEST: Duration = Duration::from_secs(100);

/// Audits the pages of one lane, one after the other.
pub struct AuditWorker {
    pub(crate) queue: &'static str,
    pub(crate) store: Arc<dyn AuditStore>,
    pub(crate) auditor: Arc<Auditor>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

fn lane(workspace: WorkspaceId) -> &'static str {
    let count = i64::try_from(LANES.len()).unwrap_or(1);
    LANES[usize::try_from(workspace.0.rem_euclid(count)).unwrap_or_default()]
}

/// The work that an audit is.
pub(crate) fn job(workspace: WorkspaceId, id: AuditId, now: Timestamp) -> NewJob {
    let payload = json!({ "workspace": workspace.0, "audit": id.0 });
    NewJob { queue: lane(workspace), unique_key: Some(format!("seo.audits:{}", id.0)), payload, run_at: now }
}

impl AuditWorker {
    /// One for each lane.
    pub(crate) fn all(
        store: &Arc<dyn AuditStore>,
        auditor: &Arc<Auditor>,
        (clock, ids): (&Arc<dyn Clock>, &Arc<dyn Ids>),
    ) -> Vec<Arc<Self>> {
        let worker = |queue| {
            let (store, auditor) = (Arc::clone(store), Arc::clone(auditor));
            Arc::new(Self { queue, store, auditor, clock: Arc::clone(clock), ids: Arc::clone(ids) })
        };
        LANES.into_iter().map(worker).collect()
    }

    async fn outcome(&self, attempt: &Attempt) -> Outcome {
        if attempt.number > MOST_ATTEMPTS {
            return Outcome::Failure("The audit was begun several times and never came to its end.".to_owned());
        }
        let noting = Noting { worker: self, attempt };
        let audited = tokio::time::timeout(LONGEST, self.auditor.audit(attempt.url.url(), &noting));
        match audited.await {
            Ok(Ok(findings)) => Outcome::Report { scores: findings.scores, issues: findings.issues },
            Ok(Err(sentence)) => Outcome::Failure(sentence),
            Err(_) => Outcome::Failure("The site took too long.".to_owned()),
        }
    }
}

/// Notes how far an attempt is.
struct Noting<'w> {
    worker: &'w AuditWorker,
    attempt: &'w Attempt,
}

#[async_trait]
impl Progress for Noting<'_> {
    async fn reached(&self, percent: u8, step: &'static str) {
        let now = self.worker.clock.now();
        if let Err(cause) = self.worker.store.reach(self.attempt, percent, step, now).await {
            tracing::warn!(audit = self.attempt.audit.0, %cause, "how far an audit is could not be noted");
        }
    }
}

#[async_trait]
impl Handler for AuditWorker {
    fn queue(&self) -> &'static str {
        self.queue
    }

    async fn run(&self, payload: &Value) -> Result<Done, String> {
        let number = |key: &str| payload.get(key).and_then(Value::as_i64).ok_or("the job names no audit");
        let (workspace, id) = (WorkspaceId(number("workspace")?), AuditId(number("audit")?));
        let begun = self.store.attempt(workspace, id, self.clock.now()).await.map_err(|cause| cause.to_string())?;
        let Some(attempt) = begun else { return Ok(Done::ForGood) };
        let outcome = self.outcome(&attempt).await;
        let (now, ids) = (self.clock.now(), Arc::clone(&self.ids));
        // Where another attempt has begun meanwhile, that one ends the audit.
        self.store.end(attempt, outcome, now, ids).await.map_err(|cause| cause.to_string())?;
        Ok(Done::ForGood)
    }

    /// Longer than an attempt may take.
    fn lease(&self) -> Duration {
        Duration::from_mins(2)
    }

    /// An audit goes on until it is over: nobody would begin it again.
    fn max_attempts(&self) -> i32 {
        i32::MAX
    }
}
