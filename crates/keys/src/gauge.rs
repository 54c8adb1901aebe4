//! How many keys a workspace has, for those who tell how much of its plan is used.

use crate::events;
use crate::store::KeyStore;
use async_trait::async_trait;
use mainstay_kernel::{Clock, WorkspaceId};
use mainstay_store::StoreResult;
use mainstay_store::limits::{API_KEYS, Gauge};
use std::sync::Arc;

/// Counts the keys that work and are not in their grace.
pub struct KeyGauge {
    store: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
}

impl KeyGauge {
    /// Of the keys of this store.
    pub const fn new(store: Arc<dyn KeyStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

#[async_trait]
impl Gauge for KeyGauge {
    fn feature(&self) -> &'static str {
        API_KEYS
    }

    fn changes_with(&self) -> &'static [&'static str] {
        &[events::CREATED, events::ROTATED, events::REVOKED]
    }

    async fn count(&self, workspace: WorkspaceId) -> StoreResult<u64> {
        let count = self.store.count_for_good(workspace, self.clock.now()).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
