//! What publishing needs kept.

mod diesel;
mod gathered;
mod plan;

use super::model::Published;
use crate::channels::Channels;
use crate::model::EndpointId;
use crate::roster::Rosters;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use serde_json::Value;
use std::sync::Arc;

/// Events to be published at once, all or none.
#[derive(Clone)]
pub(crate) struct Batch {
    pub(crate) workspace: WorkspaceId,
    pub(crate) messages: Vec<NewMessage>,
    pub(crate) now: Timestamp,
}

/// An event, ready to be told.
#[derive(Clone)]
pub(crate) struct NewMessage {
    pub(crate) event_id: String,
    /// Whether the id was drawn just now: then nobody has used it.
    pub(crate) is_drawn: bool,
    pub(crate) event_type: String,
    pub(crate) channels: Channels,
    /// An object.
    pub(crate) data: Value,
    pub(crate) body: String,
}

/// What became of a batch.
pub(crate) enum Outcome {
    /// Each event, in the order given, and whoever is to be told of them.
    Stored { published: Vec<Published>, endpoints: Vec<EndpointId> },
    /// An event of this id says something else. Nothing was stored.
    Taken(String),
}

/// Where messages are kept.
#[async_trait]
pub(crate) trait MessageStore: Send + Sync {
    /// Stores messages and all their deliveries in one transaction.
    async fn publish(&self, batch: Arc<Batch>) -> StoreResult<Outcome>;
}

/// The messages of this database.
pub(crate) fn open(database: &Database, rosters: Arc<Rosters>) -> Arc<dyn MessageStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselMessageStore { db: db.clone(), rosters }),
        Database::Postgres(db) => {
            let store = diesel::DieselMessageStore { db: db.clone(), rosters };
            Arc::new(gathered::GatheredMessageStore::new(store))
        }
    }
}
