//! What the rules of endpoints need kept.

mod diesel;
mod list;
pub(crate) mod row;

use super::model::{Endpoint, EndpointQuery};
use crate::error::WebhookError;
use crate::model::EndpointId;
use crate::vault::Sealed;
use async_trait::async_trait;
use mainstay_kernel::{Event, Page, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// An endpoint with what is sealed of it.
#[derive(Clone)]
pub(crate) struct KeptEndpoint {
    /// What is shown.
    pub(crate) endpoint: Endpoint,
    /// What is not.
    pub(crate) sealed: Sealed,
}

/// Puts what happened to an endpoint into an event, which is kept in the same transaction.
pub(crate) type Tell = Arc<dyn Fn(&Endpoint) -> Event + Send + Sync>;

/// Says what becomes of an endpoint, and what is told of it; or that nothing does, or why it may not.
pub(crate) type Amend = Box<dyn FnOnce(KeptEndpoint) -> Result<Option<(KeptEndpoint, Event)>, WebhookError> + Send>;

/// Where endpoints are kept. Each method is one atomic step; those that change one count up the workspace's roster.
#[async_trait]
pub(crate) trait EndpointStore: Send + Sync {
    /// The endpoints of a workspace that match.
    async fn list(&self, workspace: WorkspaceId, query: EndpointQuery) -> StoreResult<Page<Endpoint>>;
    /// An endpoint of a workspace.
    async fn find(&self, workspace: WorkspaceId, id: EndpointId) -> StoreResult<Option<KeptEndpoint>>;
    /// An endpoint of whatever workspace: for what of it is public.
    async fn find_public(&self, id: EndpointId) -> StoreResult<Option<KeptEndpoint>>;
    /// Adds an endpoint, whose number is then drawn, unless the workspace has `most` already.
    async fn insert(&self, new: KeptEndpoint, most: Option<u64>, tell: Tell) -> StoreResult<Option<Endpoint>>;

    /// How many endpoints a workspace has.
    async fn count(&self, workspace: WorkspaceId) -> StoreResult<i64>;
    /// Changes an endpoint as `amend` says, while nobody else does; `None` when there is none.
    async fn amend(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        amend: Amend,
    ) -> StoreResult<Option<Result<Endpoint, WebhookError>>>;
    /// Deletes an endpoint; says whether there was one.
    async fn delete(&self, workspace: WorkspaceId, id: EndpointId, now: Timestamp, tell: Tell) -> StoreResult<bool>;
}

/// The endpoints of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn EndpointStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselEndpointStore::new(db.clone())),
        Database::Postgres(db) => Arc::new(diesel::DieselEndpointStore::new(db.clone())),
    }
}
