//! A program of a site that runs.

use super::line::{self, Lines, Outgoing, Reply, SendFault};
use super::relay::Relay;
use crate::driver::{Kept, Pulse, Usage};
use crate::ids::DeploymentId;
use http::Request;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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
    /// How many are at it now; with [`CLOSED`], nobody may begin to be.
    visits: AtomicUsize,
    begun: AtomicU64,
    left: Notify,
}

/// Says in the count of visits that there will be no more of them.
const CLOSED: usize = 1 << (usize::BITS - 1);

impl Instance {
    pub(super) fn new(
        (deployment, generation): (DeploymentId, i64),
        port: u16,
        (own, kept): (PathBuf, Arc<dyn Kept>),
        relay: Option<Relay>,
    ) -> Self {
        let (lines, visits, begun, left) = (Lines::default(), AtomicUsize::new(0), AtomicU64::new(0), Notify::new());
        Self { deployment, generation, port, own, kept, lines, _relay: relay, visits, begun, left }
    }

    /// Sends a request, and waits for the answer's beginning.
    ///
    /// # Errors
    /// [`SendFault`].
    pub async fn send(self: Arc<Self>, request: Request<Outgoing>) -> Result<Reply, SendFault> {
        match Visit::begin(self) {
            Some(visit) => line::send(visit, request).await,
            None => Err(SendFault::Unreachable(io::ErrorKind::ConnectionRefused.into(), Box::new(request))),
        }
    }

    /// How many visits there were, those that last among them.
    pub(super) fn visits_begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// Whether anybody is at it.
    pub(super) fn is_visited(&self) -> bool {
        self.visits.load(Ordering::Acquire) & !CLOSED > 0
    }

    /// What it uses, as it was last looked at.
    pub(crate) fn usage(&self) -> Option<Usage> {
        self.kept.usage()
    }

    pub(super) async fn connect(&self) -> io::Result<TcpStream> {
        self.kept.connect(self.port).await
    }

    /// Ends it, once those who visit it have what they came for. What is left of it then is nothing.
    pub(crate) async fn retire(self: Arc<Self>) {
        let _ = tokio::time::timeout(DRAIN, self.is_left()).await;
        // Whoever has found it, and not begun, looks for another one.
        self.visits.fetch_or(CLOSED, Ordering::AcqRel);
        self.lines.close();
        if tokio::time::timeout(GRACE * 2, self.is_over()).await.is_err() {
            tracing::error!(deployment = %self.deployment, "a program could not be ended yet");
            // Nobody waits for it any longer, and it is ended all the same.
            tokio::spawn(async move {
                self.is_over().await;
                self.clear().await;
            });
            return;
        }
        self.clear().await;
    }

    /// Removes what is left of it.
    async fn clear(&self) {
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
            // In one step: nobody begins between the look and the end.
            match self.visits.compare_exchange(0, CLOSED, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) | Err(CLOSED) => return,
                Err(_) => {}
            }
            left.await;
        }
    }
}

/// A request that an instance is at. As long as there is one, the instance is not ended.
pub struct Visit(Arc<Instance>);

impl Visit {
    /// None once the instance is to be ended.
    fn begin(instance: Arc<Instance>) -> Option<Self> {
        let visit = Self(instance);
        let is_open = visit.0.visits.fetch_add(1, Ordering::AcqRel) & CLOSED == 0;
        visit.0.begun.fetch_add(1, Ordering::AcqRel);
        is_open.then_some(visit)
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
