//! What is rung when a site has changed: visitors meet it as it is now, workers and those who wait look up.

use crate::ids::SiteId;
use crate::running::Upstreams;
use crate::serving::Serving;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Rung when a site has changed.
pub(crate) struct Bell {
    serving: Arc<Serving>,
    upstreams: Arc<Upstreams>,
    work: Notify,
    changes: Notify,
    is_hushed: AtomicBool,
    switching: Mutex<HashSet<SiteId>>,
}

/// A site that is going live with another deployment. Dropped, visitors meet that one, or it did not go live.
pub(crate) struct Switching<'b> {
    bell: &'b Bell,
    site: SiteId,
}

impl Drop for Switching<'_> {
    fn drop(&mut self) {
        self.bell.all_switching().remove(&self.site);
    }
}

impl Bell {
    pub(crate) fn new(serving: Arc<Serving>, upstreams: Arc<Upstreams>) -> Self {
        let (work, changes, is_hushed) = (Notify::new(), Notify::new(), AtomicBool::new(false));
        Self { serving, upstreams, work, changes, is_hushed, switching: Mutex::default() }
    }

    /// To be called before it is written down that another deployment of a site is live, and kept until that was rung for.
    pub(crate) fn switching(&self, site: &SiteId) -> Switching<'_> {
        self.all_switching().insert(site.clone());
        Switching { bell: self, site: site.clone() }
    }

    fn all_switching(&self) -> MutexGuard<'_, HashSet<SiteId>> {
        self.switching.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a deployment of a site is just going live.
    pub(crate) fn is_switching(&self, site: &SiteId) -> bool {
        self.all_switching().contains(site)
    }

    /// To be called before it is told what was read of a site: whoever hears that a deployment is live meets it.
    pub(crate) async fn keep_word(&self, site: &SiteId) {
        if self.is_switching(site) {
            self.catch_up(site).await;
        }
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
