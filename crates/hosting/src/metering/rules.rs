//! The rules of metering.

use super::events;
use super::model::{Metered, Run};
use super::port::Meter;
use super::store::{Debt, DebtStore, RunStore};
use crate::databases::Databases;
use crate::error::HostingError;
use crate::sites::Sites;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Notes what runs, counts what ran, and stops what is not paid for.
pub struct Metering {
    pub(crate) runs: Arc<dyn RunStore>,
    pub(crate) debts: Arc<dyn DebtStore>,
    pub(crate) meter: Arc<dyn Meter>,
    pub(crate) sites: Arc<Sites>,
    pub(crate) databases: Arc<Databases>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// In seconds.
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// How long after its end an hour is counted: clocks of nodes differ.
const SETTLED: Duration = Duration::from_mins(2);
/// How many runs are read at a time.
const BATCH: i64 = 500;

/// The beginning of the minute, or hour, that a time lies in.
fn begin_of(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_seconds(at.seconds().div_euclid(seconds) * seconds)
}

impl Metering {
    /// Does all that is due now.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn meter(&self) -> StoreResult<()> {
        let now = self.clock.now();
        let hour = begin_of(now, HOUR);
        self.runs.note_runs(begin_of(now, MINUTE), hour).await?;
        while self.runs.note_builds(now, hour).await? {}
        let owing = self.count(begin_of(now.minus(SETTLED), HOUR)).await?;
        self.collect(&owing, now).await?;
        for workspace in self.debts.unpaid().await? {
            if self.debts.debt(workspace).await?.is_none() {
                self.start_again(workspace).await;
            }
        }
        Ok(())
    }

    /// Counts the runs of hours that began before; gives the workspaces that owe some.
    async fn count(&self, before: Timestamp) -> StoreResult<Vec<WorkspaceId>> {
        let (mut owing, mut after): (Vec<WorkspaceId>, Option<Run>) = (Vec::new(), None);
        loop {
            let runs = self.runs.runs_before(before, after.take(), BATCH).await?;
            for run in &runs {
                // Whoever cannot pay one cannot pay the next.
                if owing.last() == Some(&run.workspace) {
                    continue;
                }
                if self.is_covered(run).await? {
                    self.runs.end_run(run.clone()).await?;
                } else {
                    owing.push(run.workspace);
                }
            }
            after = runs.into_iter().last();
            if after.is_none() {
                return Ok(owing);
            }
        }
    }

    async fn is_covered(&self, run: &Run) -> StoreResult<bool> {
        if self.meter.count(run).await? {
            return Ok(true);
        }
        if run.what != Metered::Build {
            return Ok(false);
        }
        // It was let begin; the next one is not.
        self.meter.record(run).await?;
        Ok(true)
    }

    /// Begins debts, ends them, and stops what those run who owe for too long.
    async fn collect(&self, owing: &[WorkspaceId], now: Timestamp) -> StoreResult<()> {
        let debts = self.debts.debts().await?;
        for workspace in owing {
            if debts.iter().all(|debt| debt.workspace != *workspace) {
                let debt = Debt { workspace: *workspace, since: now, is_suspended: false };
                let event = events::of(&debt, events::PAYMENT_DUE, &*self.ids, now);
                self.debts.begin_debt(debt, event).await?;
            }
        }
        for debt in debts {
            if !owing.contains(&debt.workspace) {
                let event = events::of(&debt, events::PAID, &*self.ids, now);
                self.debts.end_debt(debt.workspace, event).await?;
            } else if debt.stops_at() <= now {
                if !debt.is_suspended {
                    let event = events::of(&debt, events::SUSPENDED, &*self.ids, now);
                    self.debts.suspend(debt.workspace, event).await?;
                }
                self.stop(debt.workspace).await?;
            }
        }
        Ok(())
    }

    async fn stop(&self, workspace: WorkspaceId) -> StoreResult<()> {
        let running = self.debts.meant_to_run(workspace).await?;
        for site in running.sites {
            told(workspace, self.sites.stop_unpaid(workspace, &site).await);
        }
        for database in running.databases {
            told(workspace, self.databases.stop_unpaid(workspace, &database).await);
        }
        Ok(())
    }

    /// Starts what was stopped for want of credits. Whatever cannot be started now is in a minute.
    async fn start_again(&self, workspace: WorkspaceId) {
        let Ok(stopped) = self.debts.stopped_unpaid(workspace).await else { return };
        // Sites ask their databases as soon as they run.
        for database in stopped.databases {
            told(workspace, self.databases.start_paid(workspace, &database).await);
        }
        for site in stopped.sites {
            told(workspace, self.sites.start_paid(workspace, &site).await);
        }
    }
}

/// What cannot be done now is tried again in a minute.
fn told(workspace: WorkspaceId, done: Result<(), HostingError>) {
    if let Err(cause) = done {
        tracing::warn!(%workspace, %cause, "what is or is not paid for could not be stopped or started");
    }
}

#[async_trait]
impl Handler for Metering {
    fn queue(&self) -> &'static str {
        "hosting.metering"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.meter().await.map_err(|cause| cause.to_string())?;
        let now = self.clock.now();
        let next = begin_of(now, MINUTE).plus(Duration::from_mins(1));
        Ok(Done::RunAgainAfter(next.since(now)))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
