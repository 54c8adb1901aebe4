//! The way into the inbox: those who tell at the same time share a row.

use super::encoding;
use super::hit::Hit;
use super::store::InboxStore;
use crate::error::TrackingError;
use futures_util::FutureExt as _;
use mainstay_store::{Gather, StoreResult};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// How many callers share a row at most.
const MOST_CALLERS: usize = 256;
/// How many bytes may be on their way into the inbox: what is told beyond that is refused.
const MOST_PENDING: usize = 64 * 1024 * 1024;
/// How many bytes may wait in the inbox.
const MOST_WAITING: i64 = 4 * 1024 * 1024 * 1024;

/// From how many bytes on it is looked how much really waits.
const DOUBTFUL: i64 = 64 * 1024 * 1024;

/// Puts hits into the inbox, and rings for whoever rolls them up.
pub(crate) struct Inbox {
    store: Arc<dyn InboxStore>,
    gather: Arc<Gather<Arc<Vec<u8>>, ()>>,
    pending: AtomicUsize,
    waiting: AtomicI64,
    rung: Notify,
}

impl Inbox {
    /// On a tokio runtime, where it works.
    pub(crate) fn new(store: Arc<dyn InboxStore>) -> Self {
        let kept = Arc::clone(&store);
        let gather = Gather::new(MOST_CALLERS, move |parts: Vec<Arc<Vec<u8>>>| {
            let store = Arc::clone(&kept);
            async move {
                store.put(encoding::rows(&parts)).await?;
                Ok(vec![(); parts.len()])
            }
            .boxed()
        });
        Self {
            store,
            gather: Arc::new(gather),
            pending: AtomicUsize::new(0),
            waiting: AtomicI64::new(0),
            rung: Notify::new(),
        }
    }

    /// Fails while there is no room for more, before anything is counted.
    ///
    /// # Errors
    /// [`TrackingError::TooBusy`].
    pub(crate) fn must_have_room(&self) -> Result<(), TrackingError> {
        let is_full =
            self.pending.load(Ordering::Relaxed) > MOST_PENDING || self.waiting.load(Ordering::Relaxed) > MOST_WAITING;
        if is_full { Err(TrackingError::TooBusy) } else { Ok(()) }
    }

    /// Keeps hits. When this returns they are on the disk.
    ///
    /// # Errors
    /// [`TrackingError::TooBusy`] when more is on its way than can be kept; [`TrackingError::Store`].
    pub(crate) async fn put(&self, hits: Vec<Hit>) -> Result<(), TrackingError> {
        let bytes = hits.into_iter().try_fold(Vec::new(), |bytes, hit| encoding::encode(hit, bytes))?;
        let length = bytes.len();
        let place = Place::take(&self.pending, length).ok_or(TrackingError::TooBusy)?;
        let put: StoreResult<()> = self.gather.run(Arc::new(bytes)).await;
        drop(place);
        put?;
        self.waiting.fetch_add(i64::try_from(length).unwrap_or(0), Ordering::Relaxed);
        self.rung.notify_one();
        Ok(())
    }

    /// Waits until something was put there, or was since the last time.
    pub(crate) async fn heard(&self) {
        self.rung.notified().await;
    }

    /// Whether what this node took in and took out differ by so much that it is worth a look: other nodes do both too.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.waiting.load(Ordering::Relaxed).abs() > DOUBTFUL
    }

    /// Looks how much waits there.
    pub(crate) async fn measure(&self) -> StoreResult<()> {
        self.waiting.store(self.store.size().await?, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that so much waits there no more.
    pub(crate) fn note_taken(&self, bytes: i64) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Room for bytes on their way, given back at its end.
struct Place<'i>(&'i AtomicUsize, usize);

impl<'i> Place<'i> {
    fn take(pending: &'i AtomicUsize, length: usize) -> Option<Self> {
        let before = pending.fetch_add(length, Ordering::Relaxed);
        let place = Self(pending, length);
        (before + length <= MOST_PENDING || before == 0).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}
