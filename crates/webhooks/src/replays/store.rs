//! What replays need kept.

mod diesel;
mod list;
mod look;
mod row;

use super::model::{Replay, ReplayQuery, Selection};
use crate::model::{EndpointId, MessageId, ReplayId};
use async_trait::async_trait;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// A replay that begins.
#[derive(Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) workspace: WorkspaceId,
    pub(crate) endpoint: EndpointId,
    pub(crate) selection: Selection,
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) total: i64,
    pub(crate) now: Timestamp,
}

/// The next messages of a replay, as they were found without holding anybody up.
pub(crate) struct Look {
    pub(crate) workspace: WorkspaceId,
    pub(crate) replay: ReplayId,
    pub(crate) endpoint: EndpointId,
    pub(crate) selection: Selection,
    /// The message that the replay had reached.
    pub(crate) from: i64,
    /// The last one of these.
    pub(crate) to: i64,
    /// How many they are.
    pub(crate) seen: i64,
    /// Those that the endpoint hears.
    pub(crate) heard: Vec<MessageId>,
    /// Whether the span ends with them.
    pub(crate) is_last: bool,
}

/// What became of a step.
pub(crate) enum Stepped {
    /// The replay came further.
    Further { queued: usize, is_last: bool },
    /// Somebody else took this step.
    Overtaken,
    /// The replay is over: stopped, or nobody is there to be told.
    Over,
}

/// Where replays are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait ReplayStore: Send + Sync {
    /// The replays of an endpoint that match.
    async fn list(&self, workspace: WorkspaceId, endpoint: EndpointId, query: ReplayQuery)
    -> StoreResult<Page<Replay>>;
    /// A replay of an endpoint.
    async fn find(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> StoreResult<Option<Replay>>;
    /// How many messages a workspace has of a span.
    async fn count(&self, workspace: WorkspaceId, since: Timestamp, until: Timestamp) -> StoreResult<i64>;
    /// Adds a replay, and the job that it is; none while another of the endpoint is running.
    async fn begin(&self, beginning: Beginning) -> StoreResult<Option<Replay>>;
    /// Stops a replay that runs; `None` when there is none that does.
    async fn stop(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: ReplayId,
        now: Timestamp,
    ) -> StoreResult<Option<Replay>>;
    /// The next messages of a replay, also when there are none left; `None` when it is gone with its endpoint.
    async fn look(&self, workspace: WorkspaceId, id: ReplayId) -> StoreResult<Option<Look>>;
    /// Puts up what of these is wanted and counts all of them, in one transaction: neither is lost nor done twice.
    async fn step(&self, look: Look, now: Timestamp) -> StoreResult<Stepped>;
}

/// The replays of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn ReplayStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselReplayStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselReplayStore { db: db.clone() }),
    }
}
