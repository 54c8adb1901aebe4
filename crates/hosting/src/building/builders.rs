//! Those who deploy on this node.

use super::builder::Builder;
use crate::deployments::{DeploymentStatus, Failure, FailureReason};
use mainstay_kernel::Timestamp;
use mainstay_store::StoreResult;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Deploys what waits.
pub struct Builders {
    pub(crate) builders: Vec<Arc<Builder>>,
}

/// Builders at work, until they are drained.
pub struct Building {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// How often the queue is looked at though nobody rang: other nodes add to it, too.
const POLL: Duration = Duration::from_secs(1);
/// Later than any lease.
const ANY: Timestamp = Timestamp::from_seconds(i64::MAX / 1_000_000);

impl Builders {
    /// Begins to work off the queue.
    pub fn start(&self) -> Building {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for builder in &self.builders {
            tasks.spawn(serve(Arc::clone(builder), stopping.clone()));
        }
        Building { stop, tasks }
    }

    /// Works off all that waits, for those who do without [`Builders::start`].
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn work_off(&self) -> StoreResult<()> {
        for builder in &self.builders {
            while builder.work_once().await? {}
        }
        Ok(())
    }

    /// Ends what somebody was at who is gone: for a database that has no other node.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn take_over(&self) -> StoreResult<()> {
        match self.builders.first() {
            Some(builder) => builder.reap(ANY).await,
            None => Ok(()),
        }
    }

    /// Ends what somebody was at whose hold ran out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reap(&self) -> StoreResult<()> {
        match self.builders.first() {
            Some(builder) => builder.reap(builder.clock.now()).await,
            None => Ok(()),
        }
    }
}

impl Building {
    /// Lets each builder end what it is at, and begin nothing more.
    pub async fn drain(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn serve(builder: Arc<Builder>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let found = async {
            builder.reap(builder.clock.now()).await?;
            builder.work_once().await
        };
        let found = found.await.unwrap_or_else(|cause| {
            tracing::warn!(%cause, "the queue of deployments cannot be read");
            false
        });
        if !found {
            tokio::select! {
                () = builder.bell.work() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stopping.changed() => {}
            }
        }
    }
}

impl Builder {
    async fn reap(&self, before: Timestamp) -> StoreResult<()> {
        for claimed in self.stores.queue.lost(before).await? {
            let text = "The one that worked at it is gone: deploy again";
            let failure = Failure::of(DeploymentStatus::Building, FailureReason::WorkerLost, text);
            self.fail(&claimed, failure).await;
            self.keeping.tidy(&claimed.site, &claimed.id).await;
            self.bell.ring(&claimed.site).await;
        }
        Ok(())
    }
}
