//! What the rules of hooks need kept.

use super::model::{Delivery, HookOutcome, Provider, Reason};
use crate::error::HostingError;
use crate::ids::{DeliveryId, DeploymentId, SiteId};
use crate::sites::State;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;

/// A hook, as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct SealedHook {
    /// The SHA-256 of its token.
    pub(crate) token_hash: Vec<u8>,
    /// Its token and its secret.
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: Timestamp,
}

/// A hook that was found by its token alone, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct FoundHook {
    pub(crate) workspace: WorkspaceId,
    pub(crate) site: SiteId,
    pub(crate) hook: SealedHook,
}

/// Something that is told, and signed.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) id: DeliveryId,
    pub(crate) provider: Provider,
    pub(crate) event: String,
    /// What it has in common with the same told again; either is enough.
    pub(crate) key_hash: Option<Vec<u8>>,
    pub(crate) body_hash: Option<Vec<u8>>,
    pub(crate) branch: Option<String>,
    pub(crate) commit: Option<String>,
    pub(crate) at: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) outcome: HookOutcome,
    pub(crate) reason: Option<Reason>,
    pub(crate) deployment: Option<DeploymentId>,
    pub(crate) events: Vec<Event>,
}

/// Changes a state as what was told asks for.
pub(crate) type Hear = Box<dyn FnOnce(&mut State) -> Judged + Send>;

/// Hooks, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait HookStore: Send + Sync {
    /// The hook of a site, if it has one, and what it was told last; none if there is no such site.
    async fn hook(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        limit: i64,
    ) -> StoreResult<Option<(Option<SealedHook>, Vec<Delivery>)>>;
    /// Gives a site a hook in place of the one that it has.
    async fn set_hook(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        hook: SealedHook,
        event: Event,
    ) -> StoreResult<Option<Result<(), HostingError>>>;
    /// The hook of this token. Whoever posts to it is no tenant, so none is named.
    async fn hook_of(&self, token_hash: Vec<u8>) -> StoreResult<Option<FoundHook>>;
    /// Changes a site as is told, unless that was told before: then gives what came of it then. Gives none if the hook is
    /// another by now.
    async fn hear(&self, found: FoundHook, arrival: Arrival, hear: Hear) -> StoreResult<Option<Delivery>>;
}
