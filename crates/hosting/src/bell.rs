//! What is rung when a site has changed: visitors meet it as it is now, workers and those who wait look up.

use crate::ids::SiteId;
use crate::serving::Serving;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Rung when a site has changed.
pub(crate) struct Bell {
    serving: Arc<Serving>,
    work: Notify,
    changes: Notify,
}

impl Bell {
    pub(crate) fn new(serving: Arc<Serving>) -> Self {
        Self { serving, work: Notify::new(), changes: Notify::new() }
    }

    /// Tells everybody. Visitors meet the site as it is before this returns.
    pub(crate) async fn ring(&self, site: &SiteId) {
        self.serving.refresh(site).await;
        self.changes.notify_waiters();
        self.work.notify_one();
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
