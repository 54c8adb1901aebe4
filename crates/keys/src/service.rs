//! The front door.

use crate::error::KeyError;
use crate::model::{ApiKey, IssuedKey, KeyQuery, NewKey, Rotation};
use async_trait::async_trait;
use mainstay_kernel::{KeyId, Page, Principal, WorkspaceId};
use std::sync::Arc;

/// All that can be done with API keys. Every method may fail with [`KeyError::Store`].
#[async_trait]
pub trait KeyService: Send + Sync {
    /// The keys of a workspace; revoked ones only when the query asks for them.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId, query: KeyQuery) -> Result<Page<ApiKey>, KeyError>;

    /// One key of a workspace.
    ///
    /// # Errors
    /// [`KeyError::NotFound`], also for another workspace's key and for a revoked one.
    async fn get(&self, workspace: WorkspaceId, id: KeyId) -> Result<ApiKey, KeyError>;

    /// Makes a key in the caller's workspace, for the caller. Its token is in the answer and nowhere else. What a
    /// caller who came with a key leaves open (end, tier, addresses, servers) is as it is in that key.
    ///
    /// # Errors
    /// [`KeyError::NoWorkspace`]; [`KeyError::Invalid`] naming each wrong field; [`KeyError::ScopeNotHeld`] when
    /// the key would hold more than the caller; [`KeyError::LimitReached`] when the plan allows no further key.
    async fn issue(&self, by: &Principal, new: NewKey) -> Result<IssuedKey, KeyError>;

    /// Puts a successor with the same terms in a key's place, for the caller. The old key works for
    /// `grace_hours` more, 0 to 720.
    ///
    /// # Errors
    /// [`KeyError::NoWorkspace`]; [`KeyError::Invalid`] for more hours; [`KeyError::NotFound`] as for
    /// [`KeyService::get`]; [`KeyError::ScopeNotHeld`] when the key may do more than the caller;
    /// [`KeyError::OutOfReach`] when it lasts longer or is open to more than the key the caller came with;
    /// [`KeyError::AlreadyRotating`] when it has a successor, [`KeyError::Expired`] when it has ended.
    async fn rotate(&self, by: &Principal, id: KeyId, grace_hours: u32) -> Result<Rotation, KeyError>;

    /// Takes a key back. From the answer on it does not work on this node, and within a second on none.
    ///
    /// # Errors
    /// [`KeyError::NotFound`] as for [`KeyService::get`].
    async fn revoke(&self, workspace: WorkspaceId, id: KeyId) -> Result<(), KeyError>;

    /// The key whose token was presented, if it works now. Addresses and scopes are the caller's to
    /// check. Reads memory only, once the key has been seen.
    ///
    /// # Errors
    /// [`KeyError::NotValid`] when it does not work; [`KeyError::refusal`] tells why.
    async fn identify(&self, presented: &str) -> Result<Arc<ApiKey>, KeyError>;
}
