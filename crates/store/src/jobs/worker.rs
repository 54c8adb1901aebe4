//! Those who do the jobs.

use super::{Claim, ClaimedJob, Jobs, NewJob, Retry};
use crate::error::StoreResult;
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::Clock;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How a job ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is over.
    ForGood,
    /// It is to run again after this time.
    RunAgainAfter(Duration),
}

/// Does the jobs of one queue.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The queue.
    fn queue(&self) -> &'static str;

    /// Does one job. It may be done twice, when a node dies between the work and its end.
    ///
    /// # Errors
    /// A sentence that says why not; the job is tried again later, then left as failed.
    async fn run(&self, payload: &Value) -> Result<Done, String>;

    /// How long a job may take before another worker takes it over.
    fn lease(&self) -> Duration {
        Duration::from_mins(1)
    }

    /// How often it is tried; a queue's standing job is tried for ever.
    fn max_attempts(&self) -> i32 {
        20
    }

    /// Whether there is anything to do, asked before jobs are claimed: what would mostly find nothing need not write
    /// a claim each time to learn that.
    async fn is_needed(&self) -> bool {
        true
    }

    /// The job that must always be waiting in this queue, for recurring work.
    fn standing_job(&self) -> Option<Value> {
        None
    }
}

/// How often an idle queue is looked at, and how many jobs are taken at once.
const POLL: Duration = Duration::from_secs(1);
const BATCH: i64 = 16;
const FIRST_BACKOFF: Duration = Duration::from_secs(5);
const LONGEST_BACKOFF: Duration = Duration::from_hours(1);

/// The workers of this node, one task a queue.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts a worker for each handler.
    pub fn start(jobs: &Arc<dyn Jobs>, handlers: Vec<Arc<dyn Handler>>, clock: &Arc<dyn Clock>, node: &str) -> Self {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for handler in handlers {
            let (jobs, clock, node) = (Arc::clone(jobs), Arc::clone(clock), node.to_owned());
            let mut stopping = stopping.clone();
            let worker = Worker { jobs, clock, handler, node };
            tasks.spawn(async move { worker.serve(&mut stopping).await });
        }
        Self { stop, tasks }
    }

    /// Lets each worker end the job it is at and give the others back, and waits for that.
    pub async fn drain(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

struct Worker {
    jobs: Arc<dyn Jobs>,
    clock: Arc<dyn Clock>,
    handler: Arc<dyn Handler>,
    node: String,
}

impl Worker {
    async fn serve(&self, stopping: &mut watch::Receiver<bool>) {
        let mut standing = false;
        while !*stopping.borrow() {
            standing = standing || self.keep_standing_job().await;
            let busy = self.work_once(stopping).await;
            if !busy {
                let _ = tokio::time::timeout(POLL, stopping.changed()).await;
            }
        }
    }

    /// Says whether the standing job, if there is to be one, is there.
    async fn keep_standing_job(&self) -> bool {
        let Some(payload) = self.handler.standing_job() else { return true };
        let queue = self.handler.queue();
        let now = self.clock.now();
        let job = NewJob { queue, unique_key: Some(queue.to_owned()), payload, run_at: now };
        let added = self.jobs.add(job, now).await;
        if let Err(cause) = &added {
            tracing::warn!(queue, %cause, "the standing job could not be added yet");
        }
        added.is_ok()
    }

    /// Claims jobs and does them one after the other; says whether there were any.
    async fn work_once(&self, stopping: &watch::Receiver<bool>) -> bool {
        if !self.handler.is_needed().await {
            return false;
        }
        let queue = self.handler.queue();
        let claim = Claim { queue, worker: self.node.clone(), most: BATCH, lease: self.handler.lease() };
        let claimed = match self.jobs.claim(claim, self.clock.now()).await {
            Ok(claimed) => claimed,
            Err(cause) => {
                tracing::warn!(queue, %cause, "no jobs could be claimed");
                return false;
            }
        };
        for job in &claimed {
            let now = self.clock.now();
            if *stopping.borrow() {
                self.note(job, self.jobs.give_back(job, None, Retry::At(now)).await);
            } else if now < job.lease_until {
                self.note(job, self.do_one(job).await);
            }
        }
        !claimed.is_empty()
    }

    /// Does a job; a handler that panics has failed, and its worker goes on.
    async fn do_one(&self, job: &ClaimedJob) -> StoreResult<()> {
        let queue = self.handler.queue();
        let run = AssertUnwindSafe(self.handler.run(&job.payload)).catch_unwind().await;
        let outcome = run.unwrap_or_else(|_| Err("the handler panicked".to_owned()));
        let now = self.clock.now();
        match outcome {
            Ok(Done::ForGood) => self.jobs.complete(job).await,
            Ok(Done::RunAgainAfter(span)) => self.jobs.give_back(job, None, Retry::Afresh(now.plus(span))).await,
            Err(cause) => {
                let last = job.attempt >= self.handler.max_attempts() && self.handler.standing_job().is_none();
                tracing::warn!(queue, job.id, job.attempt, cause, last, "a job failed");
                let then = if last { Retry::Never(now) } else { Retry::At(now.plus(backoff(job.attempt))) };
                self.jobs.give_back(job, Some(cause), then).await
            }
        }
    }

    fn note(&self, job: &ClaimedJob, ended: StoreResult<()>) {
        if let Err(cause) = ended {
            tracing::warn!(queue = self.handler.queue(), job.id, %cause, "a job's end could not be written; it will run again");
        }
    }
}

/// The wait after the attempt: 5 s, doubled each time, an hour at most.
fn backoff(attempt: i32) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_BACKOFF.saturating_mul(1 << doublings).min(LONGEST_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        assert_eq!(backoff(1), Duration::from_secs(5));
        assert_eq!(backoff(3), Duration::from_secs(20));
        assert_eq!(backoff(i32::MAX), Duration::from_hours(1));
    }
}
