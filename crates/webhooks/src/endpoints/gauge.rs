//! How many endpoints a workspace has, for those who tell how much of its plan is used.

use super::store::{self, EndpointStore};
use crate::events;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;
use mainstay_store::limits::{Gauge, WEBHOOKS};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// Counts endpoints.
pub struct EndpointGauge(Arc<dyn EndpointStore>);

impl EndpointGauge {
    /// Of the endpoints of this database.
    pub fn new(database: &Database) -> Self {
        Self(store::open(database))
    }
}

#[async_trait]
impl Gauge for EndpointGauge {
    fn feature(&self) -> &'static str {
        WEBHOOKS
    }

    fn changes_with(&self) -> &'static [&'static str] {
        &[events::ENDPOINT_CREATED, events::ENDPOINT_DELETED]
    }

    async fn count(&self, workspace: WorkspaceId) -> StoreResult<u64> {
        Ok(u64::try_from(self.0.count(workspace).await?).unwrap_or(0))
    }
}
