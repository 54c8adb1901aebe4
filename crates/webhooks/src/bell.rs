//! Wakes the dispatcher when there is something to deliver.

use crate::model::EndpointId;
use std::collections::HashSet;
use std::mem;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// The endpoints that something was put up for on this node. What a lost ring would have told is found by looking.
#[derive(Default)]
pub(crate) struct Bell {
    waiting: Mutex<HashSet<EndpointId>>,
    rung: Notify,
}

impl Bell {
    /// Says that there is something for these.
    pub(crate) fn ring(&self, endpoints: impl IntoIterator<Item = EndpointId>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(endpoints);
        self.rung.notify_one();
    }

    /// Waits until it is rung, or was since the last time.
    pub(crate) async fn heard(&self) {
        self.rung.notified().await;
    }

    /// The endpoints that it was rung for since the last time.
    pub(crate) fn take(&self) -> HashSet<EndpointId> {
        mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
