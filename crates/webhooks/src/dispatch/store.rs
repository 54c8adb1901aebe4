//! What dispatch needs kept.

mod attempt;
mod claim;
mod diesel;
mod ending;
mod record;
mod take;

use crate::courier::Receipt;
use crate::model::{DeliveryId, EndpointId};
use crate::vault::Sealed;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// How much of an endpoint's lane is free.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) endpoint: EndpointId,
    pub(crate) room: u32,
}

/// What was claimed of an endpoint's lane.
pub(crate) struct ClaimedLane {
    pub(crate) endpoint: EndpointId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) url: String,
    pub(crate) sealed: Sealed,
    pub(crate) max_concurrency: u32,
    pub(crate) deliveries: Vec<Claimed>,
    /// When it makes sense to ask again, where that is not at once: it has begun as many as it may in a second.
    pub(crate) not_before: Option<Timestamp>,
    /// Whether more may be due than was taken.
    pub(crate) has_more: bool,
}

/// A delivery that this node holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) id: DeliveryId,
    pub(crate) attempt: i32,
    pub(crate) lease_until: Timestamp,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) body: String,
}

/// An attempt that is over.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) endpoint: EndpointId,
    pub(crate) delivery: DeliveryId,
    pub(crate) attempt: i32,
    pub(crate) lease_until: Timestamp,
    pub(crate) receipt: Receipt,
    /// When the next attempt is due, if there is one.
    pub(crate) next_at: Option<Timestamp>,
}

/// Tells that an endpoint was turned off.
pub(crate) type TellDisabled = Arc<dyn Fn(&crate::endpoints::Endpoint) -> Event + Send + Sync>;

/// Where deliveries are claimed and their outcomes kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait DispatchStore: Send + Sync {
    /// The endpoints for which something is due that nobody holds, in the order of their numbers.
    async fn waiting(&self, now: Timestamp) -> StoreResult<Vec<EndpointId>>;
    /// Takes what is due, the longest due first: of each lane at most its room, and no more than the endpoint allows on all
    /// nodes together. What waits for an endpoint that is turned off or deleted is ended, a few hundred at a time.
    async fn claim(&self, wanted: Vec<Wanted>, now: Timestamp, lease_until: Timestamp)
    -> StoreResult<Vec<ClaimedLane>>;
    /// Keeps what came of attempts. What was taken over by another node in the meantime stays as that one has it.
    async fn record(&self, reports: Arc<Vec<Report>>, now: Timestamp, tell: TellDisabled) -> StoreResult<()>;
    /// Lets go of everything that anybody holds: for a database with one node, when that begins.
    async fn release_all(&self) -> StoreResult<()>;
}

/// The deliveries of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn DispatchStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselDispatchStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselDispatchStore { db: db.clone() }),
    }
}
