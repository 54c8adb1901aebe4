//! What the provider needs kept. Each method is one atomic step.

mod assertions;
mod authorizations;
mod clients;
mod devices;
mod grants;
mod registrations;
mod row;

use super::authorization::Authorization;
use super::device::{Device, Poll};
use super::model::{AuthMethod, ClientChange, ClientId, ClientKeys, ClientOwner, Grant, OAuthClient};
use super::scopes::OAuthScopes;
use super::secret::SecretHash;
use crate::tokens::SigningAlgorithm;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::StoreResult;
use uuid::Uuid;

/// Clients.
#[async_trait]
pub trait ClientStore: Send + Sync {
    /// Adds a client and tells of it, unless its owner has `most` already, or has just gone; says whether it did.
    async fn add_client(&self, new: KnownClient, most: i64, event: Event) -> StoreResult<bool>;

    /// The clients of an owner, the oldest first.
    async fn clients(&self, owner: ClientOwner) -> StoreResult<Vec<OAuthClient>>;

    /// A client of an owner.
    async fn client(&self, owner: ClientOwner, id: ClientId) -> StoreResult<Option<OAuthClient>>;

    /// The client that calls itself so, whoever owns it.
    async fn client_called(&self, client_id: String) -> StoreResult<Option<KnownClient>>;

    /// The client with this id, whoever owns it, which only what we keep can name.
    async fn client_of(&self, id: ClientId) -> StoreResult<Option<KnownClient>>;

    /// Changes a client of an owner and tells of it; gives the client as it is then, if there is one.
    async fn update_client(&self, own: Own, change: ClientChange) -> StoreResult<Option<OAuthClient>>;

    /// Gives a client of an owner another secret and tells of it; says whether there is such a client.
    async fn replace_client_secret(&self, own: Own, hash: SecretHash) -> StoreResult<bool>;

    /// Deletes a client of an owner with all that was granted to it, and tells of it; says whether there was one.
    async fn delete_client(&self, own: Own) -> StoreResult<bool>;
}

/// Assertions that clients have shown.
#[async_trait]
pub trait AssertionStore: Send + Sync {
    /// Notes, by one statement, that an assertion was shown, until it is over; says whether it was for the first time.
    async fn use_assertion(&self, hash: Vec<u8>, expires_at: Timestamp) -> StoreResult<bool>;

    /// Deletes at most `most` that were over before `before`; gives how many.
    async fn delete_assertions_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}

/// A client with what its secret is compared with.
#[derive(Debug, Clone)]
pub struct KnownClient {
    /// The client.
    pub client: OAuthClient,
    /// None for a client that shows itself otherwise.
    pub secret_hash: Option<SecretHash>,
    /// What a client that registered itself manages itself with; none where nobody does.
    pub registration: Option<SecretHash>,
}

/// Clients that nobody owns.
#[async_trait]
pub trait RegisteredClientStore: Send + Sync {
    /// Adds a client and tells of it. Where there is one of the same fingerprint, gives that one instead, which nobody
    /// manages from then on. Where as many as may be are unused, the oldest of those make room, if they are old enough.
    ///
    /// # Errors
    /// `NotUnique` when another of the same fingerprint is added at the same moment.
    async fn register_client(&self, new: NewRegistration) -> StoreResult<Registration>;

    /// Replaces what a client is, if it still manages itself with this, and tells of it; gives the client as it is
    /// then.
    async fn replace_registration(&self, held: Held, to: Replaced) -> StoreResult<Option<OAuthClient>>;

    /// Deletes a client with all that was granted to it, if it still manages itself with this, and tells of it; says
    /// whether it did.
    async fn delete_registration(&self, held: Held) -> StoreResult<bool>;

    /// Keeps a client as its document describes it, in place of how it was described before; gives its row.
    async fn keep_described_client(&self, described: OAuthClient) -> StoreResult<ClientId>;

    /// Deletes at most `most` clients that nobody allows anything and that have not changed since `before`; gives how
    /// many.
    async fn delete_unused_clients(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}

/// What became of a client that registers itself.
#[derive(Debug, Clone)]
pub enum Registration {
    /// It was added.
    Added,
    /// This one was there, and is shared from now on.
    Shared(OAuthClient),
    /// There are too many that nobody uses.
    Crowded,
}

/// How many clients there may be that nobody owns or uses.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Most.
    pub most: i64,
    /// Those that have not changed since then make room.
    pub before: Timestamp,
}

/// A client that registers itself.
#[derive(Debug, Clone)]
pub struct NewRegistration {
    /// The client.
    pub known: KnownClient,
    /// What is the same for all that may share it; none for a client that is not shared.
    pub fingerprint: Option<Vec<u8>>,
    /// How much room there is.
    pub room: Room,
    /// What tells of it.
    pub event: Event,
}

/// A client that manages itself.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which.
    pub client: OAuthClient,
    /// By what.
    pub registration: SecretHash,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub event: Event,
}

/// What a client is from now on.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// What people read when they are asked.
    pub name: String,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// How it shows who it is.
    pub method: AuthMethod,
    /// What its assertions are verified with.
    pub keys: Option<ClientKeys>,
    /// What its ID tokens are signed with.
    pub id_token_algorithm: SigningAlgorithm,
    /// What its secret is compared with.
    pub secret_hash: Option<SecretHash>,
}

/// A client that its owner changes.
#[derive(Debug, Clone)]
pub struct Own {
    /// Whose.
    pub owner: ClientOwner,
    /// Which.
    pub client: OAuthClient,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub event: Event,
}

/// Codes and the tokens that came of them.
#[async_trait]
pub trait AuthorizationStore: Send + Sync {
    /// Notes what a person allows and keeps the code for it, if their session still lives; says whether it did.
    async fn add_authorization(&self, new: NewAuthorization) -> StoreResult<bool>;

    /// What a code is for, used or not. The hash is as good as the client's name: nobody else can know it.
    async fn authorization_of_code(&self, code_hash: Vec<u8>) -> StoreResult<Option<Authorization>>;

    /// The authorization with this id, which only a token that we made can name.
    async fn authorization(&self, id: Uuid) -> StoreResult<Option<Authorization>>;

    /// Trades a code that stands, by one statement: of many callers one finds that it did.
    async fn redeem(&self, redeemed: Authorization) -> StoreResult<bool>;

    /// Moves a live family on, if it is still at the generation `from`; says whether it did.
    async fn refresh_authorization(&self, refreshed: Authorization, from: i64) -> StoreResult<bool>;

    /// Ends a family of a client, if it has not been ended.
    async fn end_authorization(&self, client: ClientId, id: Uuid, at: Timestamp) -> StoreResult<()>;

    /// Deletes at most `most` that were over before `before`; gives how many.
    async fn delete_authorizations_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}

/// What a person allows a client, with the code that says so.
#[derive(Debug, Clone)]
pub struct NewAuthorization {
    /// What is allowed.
    pub authorization: Authorization,
    /// What the code is found by.
    pub code_hash: Vec<u8>,
    /// The row of the grant, where it is the first between the two.
    pub grant: Uuid,
    /// What tells of a first grant.
    pub event: Event,
}

/// Devices that wait to be let in.
#[async_trait]
pub trait DeviceStore: Send + Sync {
    /// Adds a device, unless another shows the same code; says whether it did.
    async fn add_device(&self, device: Device, user_code_hash: Vec<u8>) -> StoreResult<bool>;

    /// What the device of a client is told that asks with this code, if there is one; that it asked is noted.
    async fn poll_device(&self, client: ClientId, hash: Vec<u8>, now: Timestamp) -> StoreResult<Option<Poll>>;

    /// The device that shows a code with one of these hashes and waits. The code is as good as the client's name:
    /// nobody else can know it.
    async fn waiting_device(&self, user_code_hashes: Vec<Vec<u8>>, now: Timestamp) -> StoreResult<Option<Device>>;

    /// Lets a device in that waits: notes what a person allows, to be redeemed by the device's code, if their session
    /// still lives. Says whether it did.
    async fn allow_device(&self, device: Uuid, new: NewAuthorization) -> StoreResult<bool>;

    /// Denies a device that waits; says whether it did.
    async fn deny_device(&self, device: Uuid, at: Timestamp) -> StoreResult<bool>;

    /// Deletes at most `most` that were over before `before`; gives how many.
    async fn delete_devices_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}

/// Reads clients on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait OwnClients {
    /// The clients of a person.
    async fn personal_clients(&mut self, person: UserId) -> StoreResult<Vec<OAuthClient>>;
}

/// Ends tokens of clients on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait EndAuthorizations {
    /// Ends all that a person allowed one client, or every client, and gives it; this node is yet to forget it.
    async fn end_authorizations(
        &mut self,
        person: UserId,
        client: Option<ClientId>,
        at: Timestamp,
    ) -> StoreResult<Vec<Uuid>>;
}

/// What people allow clients.
#[async_trait]
pub trait GrantStore: Send + Sync {
    /// What a person allows a client; nothing if they were never asked.
    async fn granted(&self, person: UserId, client: ClientId) -> StoreResult<OAuthScopes>;

    /// All that a person allows, the last allowed first.
    async fn grants(&self, person: UserId) -> StoreResult<Vec<Grant>>;

    /// Takes back a grant of a person with all tokens that came of it, and tells of it; gives what ended, if there was
    /// such a grant. This node is yet to forget it.
    async fn revoke_grant(&self, revoked: RevokedGrant) -> StoreResult<Option<Vec<Uuid>>>;
}

/// A grant that its person takes back.
#[derive(Debug, Clone)]
pub struct RevokedGrant {
    /// Whose.
    pub person: UserId,
    /// Which.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub event: Event,
}
