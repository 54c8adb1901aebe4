//! What the rules need kept. Each method is one atomic step.

mod people;
mod sessions;
mod signing_keys;

pub use crate::departure::store::{Departed, DepartureStore, Farewell, Remains};
use crate::devices::Kept;
use crate::devices::store::DeviceStore;
use crate::emails::store::EmailStore;
use crate::model::Person;
use crate::oauth::store::{
    AssertionStore, AuthorizationStore, ClientStore, DeviceStore as OAuthDeviceStore, GrantStore, RegisteredClientStore,
};
use crate::one_time::StaleStore;
use crate::passwords::store::PasswordStore;
use crate::profile::store::ProfileStore;
use crate::registration::store::RegistrationStore;
use crate::search::store::SearchStore;
pub use crate::second_factor::NewChallenge;
use crate::second_factor::store::{ChallengeStore, SecondFactorStore};
use crate::sessions::{Beginning, Client, Session};
use crate::throttle::store::ThrottleStore;
use async_trait::async_trait;
use mainstay_kernel::{Event, Secret, SessionId, Timestamp, UserId};
use mainstay_store::{Database, StoreResult, Uses};
pub use signing_keys::{SealedKey, Succession};
use std::sync::Arc;
use uuid::Uuid;

/// People and their addresses.
#[async_trait]
pub trait PeopleStore: Send + Sync {
    /// The owner of the installation; none before there is one.
    async fn owner(&self) -> StoreResult<Option<UserId>>;

    /// Adds a person with a verified default address, and tells of it.
    ///
    /// # Errors
    /// `NotUnique` of `users_is_owner_key` for a second owner, of `user_emails_email_key_key` for
    /// an address that is somebody's.
    async fn add_person(&self, new: NewPerson) -> StoreResult<()>;

    /// The person with this id.
    async fn person(&self, id: UserId) -> StoreResult<Option<Person>>;

    /// The people with these ids, in any order.
    async fn people(&self, ids: Vec<UserId>) -> StoreResult<Vec<Person>>;

    /// The person whose verified address has this key.
    async fn person_by_email(&self, key: String) -> StoreResult<Option<Person>>;

    /// What a password for an address is compared with: that of whoever owns it, else of the first to claim it.
    async fn credentials(&self, key: String) -> StoreResult<Option<Credentials>>;

    /// Puts the hash `to` where still `from` is; says whether it did.
    async fn replace_password_hash(&self, id: UserId, from: Secret<String>, to: Secret<String>) -> StoreResult<bool>;
}

/// Sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session that was begun with this client.
    async fn add_session(&self, session: &Session, client: &Client) -> StoreResult<()>;

    /// Adds the session of a login, or its challenge for whoever has a second factor, if the person's password still
    /// has the hash that was compared with.
    async fn add_session_of_login(&self, login: PasswordLogin) -> StoreResult<Admission>;

    /// The live sessions of a person with what they were last refreshed with, the last used first, at most 100.
    async fn live_sessions(&self, person: UserId, now: Timestamp) -> StoreResult<Vec<(Session, Client)>>;

    /// Ends sessions, tells of each, and gives them; this node is yet to forget them.
    async fn end_sessions_of(&self, ending: Ending) -> StoreResult<Vec<SessionId>>;

    /// The session with this id.
    async fn session(&self, id: SessionId) -> StoreResult<Option<Session>>;

    /// Moves a session that is not revoked to its next generation, if it is still at `from`, and notes what is known
    /// of the client; says whether it did.
    async fn advance_session(&self, step: Step, client: &Client) -> StoreResult<bool>;

    /// Sets when sessions of anybody were last used, where that is later than what is known.
    async fn write_used(&self, uses: Uses<SessionId>) -> StoreResult<()>;

    /// Ends a session and tells of it, if it has not been ended; says whether it did.
    async fn revoke_session(&self, revocation: Revocation) -> StoreResult<bool>;

    /// Deletes at most `most` sessions that were over before `before`; gives how many.
    async fn delete_sessions_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}

/// Signing keys.
#[async_trait]
pub trait SigningKeyStore: Send + Sync {
    /// All keys, of every algorithm.
    async fn signing_keys(&self) -> StoreResult<Vec<SealedKey>>;

    /// Adds a key, unless its algorithm has one.
    async fn add_first_signing_key(&self, key: SealedKey) -> StoreResult<()>;

    /// Replaces the newest key and deletes those that are spent; says whether it did, which it does
    /// not when the key has a successor already.
    async fn succeed_signing_key(&self, succession: Succession) -> StoreResult<bool>;
}

/// All that this crate keeps.
pub trait AuthStore:
    PeopleStore
    + SessionStore
    + SigningKeyStore
    + RegistrationStore
    + PasswordStore
    + EmailStore
    + ProfileStore
    + SearchStore
    + StaleStore
    + SecondFactorStore
    + ChallengeStore
    + DeviceStore
    + ThrottleStore
    + ClientStore
    + RegisteredClientStore
    + AssertionStore
    + AuthorizationStore
    + OAuthDeviceStore
    + GrantStore
    + DepartureStore
{
}

impl<S> AuthStore for S where
    S: PeopleStore
        + SessionStore
        + SigningKeyStore
        + RegistrationStore
        + PasswordStore
        + EmailStore
        + ProfileStore
        + SearchStore
        + StaleStore
        + SecondFactorStore
        + ChallengeStore
        + DeviceStore
        + ThrottleStore
        + ClientStore
        + RegisteredClientStore
        + AssertionStore
        + AuthorizationStore
        + OAuthDeviceStore
        + GrantStore
        + DepartureStore
{
}

/// The store in either database.
pub fn open(database: &Database) -> Arc<dyn AuthStore> {
    match database.clone() {
        Database::Sqlite(db) => Arc::new(DieselAuthStore { db }),
        Database::Postgres(db) => Arc::new(DieselAuthStore { db }),
    }
}

pub(crate) struct DieselAuthStore<D> {
    pub(crate) db: D,
}

/// Adds a person on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait KeepPerson {
    /// Adds a person with a verified default address, and tells of it.
    async fn keep_person(&mut self, new: &NewPerson) -> StoreResult<()>;

    /// Whether a verified address has this key.
    async fn is_owned(&mut self, email_key: &str) -> StoreResult<bool>;
}

/// Adds a session on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait KeepSession {
    /// Adds a session that was begun with this client.
    async fn keep_session(&mut self, session: &Session, client: &Client) -> StoreResult<()>;

    /// Adds a session and notes its device; gives what became of that.
    async fn begin_session(&mut self, beginning: &Beginning) -> StoreResult<Option<Kept>>;
}

/// Ends sessions on a store's own connection, inside its transaction.
#[async_trait]
pub(crate) trait EndSessions {
    /// Ends sessions, tells of each, and gives them; this node is yet to forget them.
    async fn end_sessions(&mut self, ending: &Ending) -> StoreResult<Vec<SessionId>>;
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The person, with the verified default address as it was written.
    pub person: Person,
    /// The row of the address.
    pub email_id: Uuid,
    /// What the address is compared by.
    pub email_key: String,
    /// The password's hash, as a PHC string.
    pub password_hash: Secret<String>,
    /// What tells of it.
    pub event: Event,
}

/// What a password is compared with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Whose.
    pub person: UserId,
    /// The hash as a PHC string; none for those who have no password.
    pub password_hash: Option<Secret<String>>,
    /// Whether the address is theirs, or only claimed.
    pub is_verified: bool,
}

/// A login with the right password.
pub struct PasswordLogin {
    /// The session it begins.
    pub beginning: Beginning,
    /// The hash that the password was compared with.
    pub password_hash: Secret<String>,
    /// What it gets in place of the session, where the person has a second factor.
    pub challenge: NewChallenge,
}

/// What became of a login with the right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The session has begun, and what became of its device.
    Begun(Option<Kept>),
    /// The challenge waits for its code.
    Challenged,
    /// The password was replaced meanwhile.
    Overtaken,
}

/// A session's way to its next generation.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Which session.
    pub session: SessionId,
    /// The generation it leaves.
    pub from: i64,
    /// When.
    pub at: Timestamp,
    /// When it is over from then on.
    pub expires_at: Timestamp,
}

/// A session's end before its time.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// Which session.
    pub session: SessionId,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub event: Event,
}

/// What tells of the end of one of many sessions.
pub type TellOfEnd = Box<dyn Fn(SessionId) -> Event + Send + Sync>;

/// The end of many sessions before their time.
pub struct Ending {
    /// Whose sessions.
    pub person: UserId,
    /// The one that goes on.
    pub except: Option<SessionId>,
    /// When.
    pub at: Timestamp,
    /// What tells of each.
    pub tell: TellOfEnd,
}
