//! A server as one workspace has it, connected when it is asked.

use super::OnChange;
use super::address::Address;
use super::bounds::Bounds;
use super::connection::Connection;
use super::ending::Ending;
use super::opening::Opening;
use super::patience;
use super::seats::Seats;
use crate::model::ServerName;
use crate::upstream::UpstreamFault;
use mainstay_kernel::{Clock, Ids, Timestamp, WorkspaceId};
use mainstay_outbound::OutboundFlows;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// What all lines have in common.
pub(super) struct Exchange {
    pub(super) bounds: Bounds,
    pub(super) outbound: Arc<dyn OutboundFlows>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) on_change: OnChange,
    pub(super) seats: Arc<Seats>,
}

/// A server as one workspace has it.
pub(super) struct Line {
    exchange: Arc<Exchange>,
    workspace: WorkspaceId,
    server: ServerName,
    address: Address,
    state: Mutex<State>,
    requests: Semaphore,
    failures: AtomicU32,
    used: AtomicI64,
    closed: CancellationToken,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    not_before: Timestamp,
}

impl Line {
    pub(super) fn new(exchange: &Arc<Exchange>, workspace: WorkspaceId, server: ServerName, address: Address) -> Self {
        Self {
            exchange: Arc::clone(exchange),
            workspace,
            server,
            address,
            state: Mutex::default(),
            requests: Semaphore::new(exchange.bounds.requests),
            failures: AtomicU32::new(0),
            used: AtomicI64::new(exchange.clock.now().micros()),
            closed: CancellationToken::new(),
        }
    }

    /// Whether it leads there.
    pub(super) fn leads_to(&self, address: &Address) -> bool {
        self.address == *address
    }

    /// How much of everything there may be.
    pub(super) fn bounds(&self) -> &Bounds {
        &self.exchange.bounds
    }

    /// The right to one request, unless there are as many as may be.
    pub(super) fn permit(&self) -> Result<SemaphorePermit<'_>, UpstreamFault> {
        self.use_now();
        self.requests.try_acquire().map_err(|_| UpstreamFault::Busy)
    }

    /// The connection, opened if there is none. Whoever comes meanwhile waits for the same.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, UpstreamFault> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => Err(UpstreamFault::Away("it is no longer here".to_owned())),
            connection = self.connected() => connection,
        }
    }

    /// Notes what became of a request: an answer, whatever it is, shows that the server is well.
    pub(super) fn answered(&self) {
        self.use_now();
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Ends what is over or was not used for as long as it may be; tells whether there is nothing to keep.
    pub(super) async fn sweep(&self, is_retired: bool) -> bool {
        // Whoever has it is about to use it.
        let Ok(mut state) = self.state.try_lock() else { return false };
        let is_unused = self.requests.available_permits() == self.bounds().requests;
        let now = self.exchange.clock.now();
        let idle = now.since(Timestamp::from_micros(self.used.load(Ordering::Relaxed)));
        let is_idle = is_unused && (is_retired || idle >= self.bounds().idle);
        match &state.connection {
            Some(connection) if connection.ending().at().is_some() => self.bury(&mut state).await,
            Some(connection) if is_idle => {
                connection.close().await;
                state.connection = None;
            }
            _ => {}
        }
        is_idle && state.connection.is_none() && now >= state.not_before
    }

    /// Opens nothing any more.
    pub(super) fn refuse(&self) {
        self.closed.cancel();
    }

    /// Ends it for good.
    pub(super) async fn close(&self) {
        self.refuse();
        let connection = self.state.lock().await.connection.take();
        if let Some(connection) = connection {
            connection.close().await;
        }
    }

    async fn connected(&self) -> Result<Arc<Connection>, UpstreamFault> {
        let mut state = self.state.lock().await;
        match &state.connection {
            Some(connection) if connection.ending().at().is_none() => return Ok(Arc::clone(connection)),
            Some(_) => Box::pin(self.bury(&mut state)).await,
            None => {}
        }
        self.is_due(state.not_before)?;
        // Large and seldom: no request is to carry it.
        match Box::pin(self.open()).await {
            Ok(connection) => Ok(Arc::clone(state.connection.insert(Arc::new(connection)))),
            Err(UpstreamFault::Busy) => Err(UpstreamFault::Busy),
            Err(fault) => {
                state.not_before = self.after_failure(self.exchange.clock.now());
                Err(fault)
            }
        }
    }

    /// Ends a connection that is over.
    async fn bury(&self, state: &mut State) {
        let Some(connection) = state.connection.take() else { return };
        let at = connection.ending().at().unwrap_or_else(|| self.exchange.clock.now());
        state.not_before = self.after_failure(at);
        connection.close().await;
    }

    async fn open(&self) -> Result<Connection, UpstreamFault> {
        let exchange = &self.exchange;
        let seat = exchange.seats.take(self.workspace, &self.server).ok_or(UpstreamFault::Busy)?;
        let (on_change, workspace, server) = (Arc::clone(&exchange.on_change), self.workspace, self.server.clone());
        let opening = Opening {
            address: &self.address,
            bounds: &exchange.bounds,
            outbound: &exchange.outbound,
            ending: Arc::new(Ending::new(Arc::clone(&exchange.clock))),
            changed: Arc::new(move |lists| on_change(workspace, &server, lists)),
        };
        let opened = tokio::time::timeout(exchange.bounds.opening, Connection::open(opening, seat)).await;
        opened.unwrap_or(Err(UpstreamFault::TimedOut(exchange.bounds.opening)))
    }

    /// Counts a failure, and says when it is tried again.
    fn after_failure(&self, at: Timestamp) -> Timestamp {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let bounds = self.bounds();
        at.plus(patience::wait(failures, bounds.first_wait, bounds.longest_wait, self.exchange.ids.as_ref()))
    }

    fn is_due(&self, not_before: Timestamp) -> Result<(), UpstreamFault> {
        let wait = not_before.since(self.exchange.clock.now());
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = wait.as_millis().div_ceil(1000);
        Err(UpstreamFault::Away(format!("it failed just now, and rests for {seconds} s before it is tried again")))
    }

    fn use_now(&self) {
        self.used.store(self.exchange.clock.now().micros(), Ordering::Relaxed);
    }
}
