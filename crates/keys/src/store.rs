//! What the rules need kept.

mod departure;
mod diesel;
mod list;
mod row;

use crate::allowed_ips::AllowedIps;
use crate::hash::KeyHash;
use crate::model::{ApiKey, Environment, KeyQuery};
use async_trait::async_trait;
pub(crate) use departure::EndKeys;
use mainstay_kernel::{Event, KeyId, Page, Scopes, Timestamp, UserId, WorkspaceId};
use mainstay_store::{Database, StoreResult, Uses};
use std::sync::Arc;

/// Puts what happened to a key into an event, which is kept in the same transaction.
pub type Tell = Arc<dyn Fn(&ApiKey) -> Event + Send + Sync>;

/// Where keys are kept. Each method is one atomic step.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The key of this hash, whatever its workspace and state: the presented token proves more
    /// than a tenant's name would.
    async fn find_by_hash(&self, hash: KeyHash) -> StoreResult<Option<StoredKey>>;
    /// A key of a workspace, whatever its state.
    async fn find(&self, workspace: WorkspaceId, id: KeyId) -> StoreResult<Option<ApiKey>>;
    /// The keys of a workspace that match, as of `now`.
    async fn list(&self, workspace: WorkspaceId, query: KeyQuery, now: Timestamp) -> StoreResult<Page<ApiKey>>;
    /// Adds a key, unless the workspace has `most` already that work and are not in their grace.
    async fn insert(&self, draft: Draft, most: Option<u64>, tell: Tell) -> StoreResult<Option<ApiKey>>;

    /// How many keys of a workspace work and are not in their grace.
    async fn count_for_good(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<i64>;
    /// Gives a key that works a successor with the same terms; `None` when it does not work, has
    /// one already, or is not there.
    async fn rotate(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        successor: Successor,
        tell: Tell,
    ) -> StoreResult<Option<RotatedKey>>;
    /// Revokes a key; gives its hash, or `None` when there is no such key that is not revoked.
    async fn revoke(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        now: Timestamp,
        tell: Tell,
    ) -> StoreResult<Option<KeyHash>>;
    /// Revokes keys of any workspace whose grace is over, a few hundred at most; gives their hashes.
    async fn revoke_past_grace(&self, now: Timestamp, tell: Tell) -> StoreResult<Vec<KeyHash>>;
    /// Sets when keys of any workspace were last used, where that is later than what is known.
    async fn write_used(&self, uses: Uses<KeyId>) -> StoreResult<()>;
}

/// The keys of this database.
pub fn open(database: &Database) -> Arc<dyn KeyStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselKeyStore::new(db.clone())),
        Database::Postgres(db) => Arc::new(diesel::DieselKeyStore::new(db.clone())),
    }
}

/// A key with the hash that it was found by.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// The hash as it is kept.
    pub hash: KeyHash,
    /// The key.
    pub key: ApiKey,
}

/// What is kept of a new token.
#[derive(Debug, Clone)]
pub struct Mint {
    /// How it begins.
    pub prefix: String,
    /// Its hash.
    pub hash: KeyHash,
}

/// What a key may do, and for how long; a successor inherits all of it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Arc<Scopes>,
    /// The plan whose rate limit it has.
    pub rate_limit_tier: Option<String>,
    /// From where it may be used.
    pub allowed_ips: AllowedIps,
    /// The MCP servers that it may use.
    pub server_scopes: Option<Vec<String>>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A key to be added.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Where it works.
    pub workspace: WorkspaceId,
    /// For whom it speaks.
    pub user: UserId,
    /// Which kind of token it has.
    pub environment: Environment,
    /// What it may do.
    pub terms: Terms,
    /// Its token.
    pub mint: Mint,
    /// When it is issued.
    pub now: Timestamp,
}

/// A key to be put in another's place.
#[derive(Debug, Clone)]
pub struct Successor {
    /// For whom it speaks.
    pub user: UserId,
    /// Its token.
    pub mint: Mint,
    /// When the old key ends.
    pub grace_period_ends_at: Timestamp,
    /// When it is issued.
    pub now: Timestamp,
}

/// A successor that has taken a key's place.
#[derive(Debug, Clone)]
pub struct RotatedKey {
    /// The hash of the key whose place it took.
    pub old: KeyHash,
    /// The successor.
    pub key: ApiKey,
}
