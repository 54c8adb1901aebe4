//! How many jobs there are.

use crate::column::Ts;
use crate::each_backend;
use crate::error::StoreResult;
use crate::schema::jobs;
use async_trait::async_trait;
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use std::collections::BTreeMap;

/// How many jobs of a queue there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueTally {
    /// Which queue.
    pub queue: String,
    /// Jobs that are due and that nobody holds.
    pub waiting: i64,
    /// Jobs that somebody holds.
    pub running: i64,
    /// Jobs that failed for good, and stay for people to look at.
    pub failed: i64,
    /// Since when the one that waits the longest is due.
    pub due_since: Option<Timestamp>,
}

#[async_trait]
pub(super) trait CountJobs {
    /// The queues that have any jobs which wait, run, or have failed.
    async fn count_jobs(&mut self, now: Timestamp) -> StoreResult<Vec<QueueTally>>;
}

#[each_backend]
#[async_trait]
impl CountJobs for Conn {
    async fn count_jobs(&mut self, now: Timestamp) -> StoreResult<Vec<QueueTally>> {
        let now = Ts(now);
        let open = jobs::table.filter(jobs::failed_at.is_null());
        let nobodys = jobs::lease_until.is_null().or(jobs::lease_until.le(now).assume_not_null());
        let waiting = open.filter(jobs::run_at.le(now)).filter(nobodys).group_by(jobs::queue);
        let waiting: Vec<(String, i64, Option<Ts>)> =
            waiting.select((jobs::queue, count_star(), min(jobs::run_at))).load(self).await?;
        let running = open.filter(jobs::lease_until.gt(now)).group_by(jobs::queue);
        let running: Vec<(String, i64)> = running.select((jobs::queue, count_star())).load(self).await?;
        let failed = jobs::table.filter(jobs::failed_at.is_not_null()).group_by(jobs::queue);
        let failed: Vec<(String, i64)> = failed.select((jobs::queue, count_star())).load(self).await?;

        let mut queues: BTreeMap<String, QueueTally> = BTreeMap::new();
        for (queue, count, due_since) in waiting {
            let tally = queues.entry(queue).or_default();
            (tally.waiting, tally.due_since) = (count, due_since.map(|at| at.0));
        }
        for (queue, count) in running {
            queues.entry(queue).or_default().running = count;
        }
        for (queue, count) in failed {
            queues.entry(queue).or_default().failed = count;
        }
        Ok(queues.into_iter().map(|(queue, tally)| QueueTally { queue, ..tally }).collect())
    }
}
