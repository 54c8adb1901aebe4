//! The one task of a node that claims, and what it sets off.

use super::lanes::Lanes;
use super::recorder::Recorder;
use super::store::{Claimed, ClaimedLane, DispatchStore, Report, TellDisabled};
use crate::bell::Bell;
use crate::courier::{Address, Courier, PATIENCE, Parcel, Receipt};
use crate::endpoints::rules::facts;
use crate::events;
use crate::schedule::Schedule;
use crate::vault::{Unopened, Vault};
use crate::verdict::Verdict;
use futures_util::future::join_all;
use mainstay_kernel::{Clock, Event, Ids, Timestamp};
use mainstay_store::StoreResult;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// How long a claimed delivery is nobody else's: the exchange, and time to keep what came of it.
const LEASE: Duration = PATIENCE.saturating_mul(2);
/// How often to look for what no bell was rung for: retries that another node put up, and what a node left that died.
const LOOK: Duration = Duration::from_secs(1);

/// Delivers what is due.
#[derive(Clone)]
pub struct Dispatcher {
    pub(crate) store: Arc<dyn DispatchStore>,
    pub(crate) courier: Courier,
    pub(crate) vault: Vault,
    pub(crate) schedule: Arc<Schedule>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// A dispatcher at work, until it is drained.
pub struct Dispatching {
    stop: watch::Sender<bool>,
    claiming: JoinHandle<()>,
    recording: JoinHandle<()>,
}

impl Dispatching {
    /// Claims nothing more, and waits for what is under way to end and be kept.
    pub async fn drain(self) {
        self.stop.send_replace(true);
        let _ = self.claiming.await;
        let _ = self.recording.await;
    }
}

impl Dispatcher {
    /// Begins to deliver, on the runtime that this is called on.
    pub fn start(self) -> Dispatching {
        let (stop, stopping) = watch::channel(false);
        let (reports, reported) = mpsc::unbounded_channel();
        let (kept, ended) = mpsc::unbounded_channel();
        let recording = tokio::spawn(self.recorder().serve(reported, kept));
        let claiming = tokio::spawn(async move { self.serve(reports, ended, stopping).await });
        Dispatching { stop, claiming, recording }
    }

    /// Lets go of what a process held that is no more. For a database that no other node uses.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn take_over(&self) -> StoreResult<()> {
        self.store.release_all().await
    }

    /// Delivers what is due now, waits for what comes of it, and gives how many deliveries that were: for whoever keeps
    /// time themselves.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn deliver_due(&self) -> StoreResult<usize> {
        let mut lanes = Lanes::default();
        let now = self.clock.now();
        lanes.wake(self.store.waiting(now).await?);
        let claimed = self.claim(&mut lanes).await?;
        let carried = claimed.into_iter().flat_map(|lane| self.carriers(lane));
        let reports = Arc::new(join_all(carried).await);
        self.recorder().keep(&reports).await;
        Ok(reports.len())
    }

    async fn serve(
        &self,
        reports: mpsc::UnboundedSender<Report>,
        mut ended: mpsc::UnboundedReceiver<Report>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut lanes = Lanes::default();
        let mut looked_at = Timestamp::default();
        while !*stopping.borrow() {
            let now = self.clock.now();
            lanes.wake(self.bell.take());
            if now.since(looked_at) >= LOOK {
                looked_at = now;
                match self.store.waiting(now).await {
                    Ok(waiting) => lanes.wake(waiting),
                    Err(cause) => tracing::warn!(%cause, "deliveries that are due could not be looked for"),
                }
            }
            let mut next = lanes.next_alarm().map_or(LOOK, |at| at.since(now).min(LOOK));
            match self.claim(&mut lanes).await {
                Ok(claimed) => {
                    // Other lanes may have room too.
                    next = if claimed.is_empty() { next } else { Duration::ZERO };
                    for carried in claimed.into_iter().flat_map(|lane| self.carriers(lane)) {
                        let reports = reports.clone();
                        // The recorder outlives whoever reports to it.
                        tokio::spawn(async move { drop(reports.send(carried.await)) });
                    }
                }
                Err(cause) => tracing::warn!(%cause, "deliveries could not be claimed"),
            }
            tokio::select! {
                () = self.bell.heard() => {}
                Some(report) = ended.recv() => {
                    self.end(&mut lanes, &report);
                    while let Ok(report) = ended.try_recv() {
                        self.end(&mut lanes, &report);
                    }
                }
                () = tokio::time::sleep(next) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    fn end(&self, lanes: &mut Lanes, report: &Report) {
        lanes.ended(report.endpoint, report.receipt.arrived(), self.clock.now());
        if let Some(at) = report.next_at {
            lanes.wake_at(at, report.endpoint);
        }
    }

    /// Claims what the lanes have room for.
    async fn claim(&self, lanes: &mut Lanes) -> StoreResult<Vec<ClaimedLane>> {
        let now = self.clock.now();
        let wanted = lanes.wanted(now);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = self.store.claim(wanted.clone(), now, now.plus(LEASE)).await?;
        lanes.claimed(&wanted, &claimed, now);
        Ok(claimed)
    }

    /// What carries each delivery of a lane.
    fn carriers(&self, lane: ClaimedLane) -> Vec<impl Future<Output = Report> + Send + use<>> {
        let (endpoint, now) = (lane.endpoint, self.clock.now());
        let address = self.address(&lane, now).map(Arc::new);
        if address.is_err() {
            tracing::error!(
                endpoint = endpoint.0,
                "the secrets of a webhook endpoint cannot be opened with this master key"
            );
        }
        let carrier = |claimed: Claimed| {
            let (dispatcher, address) = (self.clone(), address.clone());
            async move { dispatcher.carry(endpoint, address, claimed).await }
        };
        lane.deliveries.into_iter().map(carrier).collect()
    }

    fn address(&self, lane: &ClaimedLane, now: Timestamp) -> Result<Address, Unopened> {
        let headers = self.vault.headers(lane.workspace, &lane.sealed)?;
        let signer = self.vault.signer(lane.workspace, &lane.sealed, now)?;
        Ok(Address { url: lane.url.clone(), headers, signer })
    }

    async fn carry(
        &self,
        endpoint: crate::EndpointId,
        address: Result<Arc<Address>, Unopened>,
        claimed: Claimed,
    ) -> Report {
        let Claimed { id, attempt, lease_until, event_id, event_type, body, .. } = claimed;
        let receipt = match address {
            Ok(address) => {
                let parcel = Parcel { event_id: &event_id, event_type: &event_type, body: body.into() };
                self.courier.carry(&address, parcel).await
            }
            Err(Unopened) => self.unsigned(),
        };
        let now = self.clock.now();
        let wait = match receipt.verdict {
            Verdict::Retry { hint } => self.schedule.after(attempt, self.roll(), hint),
            Verdict::Delivered | Verdict::Final | Verdict::Gone => None,
        };
        let next_at = wait.map(|wait| now.plus(wait));
        Report { endpoint, delivery: id, attempt, lease_until, receipt, next_at }
    }

    /// What comes of a delivery that cannot be signed: nothing is sent, and it is tried again.
    fn unsigned(&self) -> Receipt {
        Receipt {
            started_at: self.clock.now(),
            duration_ms: 0,
            response_code: None,
            response_body: None,
            error: Some("The secret of the endpoint cannot be read; nothing was sent.".to_owned()),
            verdict: Verdict::Retry { hint: None },
        }
    }

    fn roll(&self) -> u32 {
        let mut bytes = [0; 4];
        self.ids.fill(&mut bytes);
        u32::from_ne_bytes(bytes)
    }

    fn recorder(&self) -> Recorder {
        let ids = Arc::clone(&self.ids);
        let tell = Arc::new(move |now: Timestamp| -> TellDisabled {
            let ids = Arc::clone(&ids);
            Arc::new(move |endpoint| {
                Event::of(endpoint.workspace, events::ENDPOINT_DISABLED, facts(endpoint), &*ids, now)
            })
        });
        Recorder { store: Arc::clone(&self.store), clock: Arc::clone(&self.clock), tell }
    }
}
