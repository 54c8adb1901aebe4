//! A program of a site that runs.

use super::line::{self, Lines, Outgoing, Reply, SendFault};
use super::relay::Relay;
use crate::driver::{Kept, Pulse};
use crate::ids::DeploymentId;
use http::Request;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// How long visits may take that were begun before another instance took the place of this one.
const DRAIN: Duration = Duration::from_secs(30);
/// How long a program may take to end once it is told to.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is looked at whether it has.
const LOOK: Duration = Duration::from_millis(50);

/// A program that runs in a box of its own.
pub struct Instance {
    /// Of which deployment.
    pub(crate) deployment: DeploymentId,
    /// Which start of it.
    pub(crate) generation: i64,
    /// Where it listens.
    pub(crate) port: u16,
    /// Where its keeper has its files.
    pub(super) own: PathBuf,
    pub(super) kept: Arc<dyn Kept>,
    pub(super) lines: Lines,
    _relay: Option<Relay>,
    visits: AtomicUsize,
    left: Notify,
}

impl Instance {
    pub(super) fn new(
        (deployment, generation): (DeploymentId, i64),
        port: u16,
        (own, kept): (PathBuf, Arc<dyn Kept>),
        relay: Option<Relay>,
    ) -> Self {
        let (lines, visits, left) = (Lines::default(), AtomicUsize::new(0), Notify::new());
        Self { deployment, generation, port, own, kept, lines, _relay: relay, visits, left }
    }

    /// Sends a request, and waits for the answer's beginning.
    ///
    /// # Errors
    /// [`SendFault`].
    pub async fn send(self: Arc<Self>, request: Request<Outgoing>) -> Result<Reply, SendFault> {
        line::send(Visit::begin(self), request).await
    }

    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        self.kept.connect(self.port).await
    }

    /// Ends it, once those who visit it have what they came for. What is left of it then is nothing.
    pub(crate) async fn retire(self: Arc<Self>) {
        let _ = tokio::time::timeout(DRAIN, self.is_left()).await;
        self.lines.close();
        if tokio::time::timeout(GRACE * 2, self.is_over()).await.is_err() {
            tracing::error!(deployment = %self.deployment, "a program could not be ended");
            return;
        }
        self.kept.forget().await;
        if tokio::time::timeout(GRACE, self.is_forgotten()).await.is_err() {
            tracing::error!(deployment = %self.deployment, "the files of a program's keeper could not be removed");
        }
    }

    /// Ends it. Whoever keeps it may be too busy to hear of that the first time.
    async fn is_over(&self) {
        let mut has_heard = false;
        loop {
            has_heard = has_heard || self.kept.stop(GRACE).await.is_ok();
            if !matches!(self.kept.pulse().await, Pulse::Runs | Pulse::Unknown) {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Removes what its keeper has left, which may still be at telling how it ended.
    async fn is_forgotten(&self) {
        loop {
            let own = self.own.clone();
            match tokio::task::spawn_blocking(move || std::fs::remove_dir_all(own)).await {
                Ok(Ok(())) => return,
                Ok(Err(cause)) if cause.kind() == io::ErrorKind::NotFound && !self.own.exists() => return,
                _ => tokio::time::sleep(LOOK).await,
            }
        }
    }

    async fn is_left(&self) {
        loop {
            let left = self.left.notified();
            if self.visits.load(Ordering::Acquire) == 0 {
                return;
            }
            left.await;
        }
    }
}

/// A request that an instance is at. As long as there is one, the instance is not ended.
pub struct Visit(Arc<Instance>);

impl Visit {
    fn begin(instance: Arc<Instance>) -> Self {
        instance.visits.fetch_add(1, Ordering::AcqRel);
        Self(instance)
    }

    pub(super) fn instance(&self) -> &Instance {
        &self.0
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if self.0.visits.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.left.notify_waiters();
        }
    }
}
