//! What is kept of deliveries, as the workspace sees them.

mod diesel;
mod list;
mod row;

use super::model::{Delivery, DeliveryQuery, DeliveryStory};
use crate::model::{DeliveryId, EndpointId};
use async_trait::async_trait;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// What became of a wish to try once more.
pub(crate) enum Retried {
    /// It is due now.
    Queued(Delivery),
    /// It is not, and why.
    Refused(&'static str),
}

/// Where deliveries are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait DeliveryStore: Send + Sync {
    /// The deliveries to an endpoint that match.
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: DeliveryQuery,
    ) -> StoreResult<Page<Delivery>>;
    /// A delivery with its attempts.
    async fn find(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> StoreResult<Option<DeliveryStory>>;
    /// Puts a delivery up as its next attempt, of which there are `most`, unless a rule says no; `None` when there is none.
    async fn retry(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: DeliveryId,
        most: i32,
        now: Timestamp,
    ) -> StoreResult<Option<Retried>>;
}

/// The deliveries of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn DeliveryStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselDeliveryStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselDeliveryStore { db: db.clone() }),
    }
}
