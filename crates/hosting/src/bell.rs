//! What is rung when a site has changed: visitors meet it as it is now, workers and those who wait look up.

use crate::ids::SiteId;
use crate::running::Upstreams;
use crate::serving::Serving;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Rung when a site has changed.
pub(crate) struct Bell {
    serving: Arc<Serving>,
    upstreams: Arc<Upstreams>,
    work: Notify,
    changes: Notify,
    is_hushed: AtomicBool,
}

impl Bell {
    pub(crate) fn new(serving: Arc<Serving>, upstreams: Arc<Upstreams>) -> Self {
        Self { serving, upstreams, work: Notify::new(), changes: Notify::new(), is_hushed: AtomicBool::new(false) }
    }

    /// Tells everybody. Visitors meet the site as it is before this returns.
    pub(crate) async fn ring(&self, site: &SiteId) {
        self.serving.refresh(site).await;
        self.upstreams.call(site);
        self.tell();
        self.work.notify_one();
    }

    /// Lets visitors meet the site as it is now, whoever changed it and has not come to ring yet.
    pub(crate) async fn catch_up(&self, site: &SiteId) {
        self.serving.refresh(site).await;
    }

    /// Tells those who wait that something changed that concerns nobody else.
    pub(crate) fn tell(&self) {
        self.changes.notify_waiters();
    }

    /// Lets nobody wait any longer, since the process is about to end.
    pub(crate) fn hush(&self) {
        self.is_hushed.store(true, Ordering::Release);
        self.changes.notify_waiters();
    }

    /// Whether nobody is to wait any longer.
    pub(crate) fn is_hushed(&self) -> bool {
        self.is_hushed.load(Ordering::Acquire)
    }

    /// Until there may be work.
    pub(crate) async fn work(&self) {
        self.work.notified().await;
    }

    /// Until anything changes, from this call on.
    pub(crate) fn change(&self) -> Notified<'_> {
        self.changes.notified()
    }
}
