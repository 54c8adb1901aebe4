//! An installation to play in.

use crate::elsewhere::Elsewhere;
use crate::postbox::Postbox;
use async_trait::async_trait;
use mainstay_auth::store::{self, AuthStore, SealedKey};
use mainstay_auth::{Addresses, Auth, AuthError, AuthParts, AuthService as _, Client, Entrance, TokenForm, TokenPair};
use mainstay_auth::{PasswordChanges, Profiles, Registration, SigningAlgorithm};
use mainstay_kernel::{Event, Fault as _, Ids, Keyring, Kind, Secret};
use mainstay_store::outbox::{Position, Subscriber, relay};
use mainstay_store::{Changes, Database};
use mainstay_testkit::{CountingIds, ManualClock};
use std::sync::{Arc, Mutex};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const ISSUER: &str = "https://id.example.com";

/// One node over a database, with time and chance in the test's hands.
pub(crate) struct House {
    pub(crate) auth: Arc<Auth>,
    pub(crate) store: Arc<dyn AuthStore>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: ManualClock,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) elsewhere: Elsewhere,
    pub(crate) database: Database,
}

/// What a node over this database is made of.
pub(crate) fn parts(database: &Database) -> AuthParts {
    AuthParts {
        store: store::open(database),
        keyring: Arc::new(Keyring::parse(&master_key()).expect("a keyring")),
        post: Arc::new(Postbox),
        documents: Arc::new(Elsewhere::default()),
        clock: Arc::new(ManualClock::new()),
        ids: Arc::new(CountingIds::default()),
        issuer: ISSUER.to_owned(),
    }
}

/// The same in each house.
pub(crate) fn master_key() -> Secret<String> {
    Keyring::generate(&CountingIds::default())
}

impl House {
    pub(crate) async fn empty(database: Database) -> Self {
        let (clock, elsewhere) = (ManualClock::new(), Elsewhere::default());
        let documents = Arc::new(elsewhere.clone());
        let parts = AuthParts { clock: Arc::new(clock.clone()), documents, ..parts(&database) };
        let (store, keyring, ids) = (Arc::clone(&parts.store), Arc::clone(&parts.keyring), Arc::clone(&parts.ids));
        let auth = Auth::open(parts).await.expect("the service opens");
        Self { auth, store, keyring, clock, ids, elsewhere, database }
    }

    pub(crate) async fn with_owner(database: Database) -> Self {
        let house = Self::empty(database).await;
        house.auth.install_owner(EMAIL, &secret(PASSWORD)).await.expect("an owner");
        house
    }

    /// What another node over the same database is made of.
    pub(crate) fn parts(&self) -> AuthParts {
        AuthParts { clock: Arc::new(self.clock.clone()), ids: Arc::clone(&self.ids), ..parts(&self.database) }
    }

    pub(crate) async fn another_node(&self) -> Arc<Auth> {
        Auth::open(self.parts()).await.expect("the service opens")
    }

    /// The changes that this node hears of from now on.
    pub(crate) async fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        self.auth.listen(&mut changes);
        changes.begin(&self.database).await.expect("the changes begin");
        changes
    }

    pub(crate) fn registration(&self) -> Registration {
        Registration::new(Arc::clone(&self.auth))
    }

    pub(crate) fn emails(&self) -> Addresses {
        Addresses::new(Arc::clone(&self.auth))
    }

    pub(crate) fn profiles(&self) -> Profiles {
        Profiles::new(Arc::clone(&self.auth))
    }

    pub(crate) fn passwords(&self) -> PasswordChanges {
        PasswordChanges::new(Arc::clone(&self.auth))
    }

    /// The stored keys of this algorithm, the oldest first.
    pub(crate) async fn sealed_keys(&self, algorithm: SigningAlgorithm) -> Vec<SealedKey> {
        let mut keys = self.store.signing_keys().await.expect("keys");
        keys.retain(|key| key.algorithm == algorithm.as_str());
        keys.sort_by_key(|key| key.signs_from);
        keys
    }

    /// A new session of the owner, with a JWT.
    pub(crate) async fn log_in(&self) -> TokenPair {
        self.auth.log_in(EMAIL, &secret(PASSWORD)).await.expect("a login")
    }

    /// The events told since the last time.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let notes = Arc::new(Notes::default());
        let subscribers: [Arc<dyn Subscriber>; 1] = [Arc::clone(&notes) as _];
        relay(&self.database, &subscribers, Position::START).await.expect("the events are told");
        notes.0.lock().expect("the notes").drain(..).collect()
    }
}

#[derive(Default)]
struct Notes(Mutex<Vec<Event>>);

#[async_trait]
impl Subscriber for Notes {
    async fn told(&self, event: &Event) -> Result<(), String> {
        self.0.lock().map_err(|cause| cause.to_string())?.push(event.clone());
        Ok(())
    }
}

pub(crate) fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Plain clients, which want JWTs.
pub(crate) trait WithJwt {
    async fn log_in(&self, email: &str, password: &Secret<String>) -> Result<TokenPair, AuthError>;
    async fn refresh(&self, refresh: &str) -> Result<TokenPair, AuthError>;
}

impl WithJwt for Auth {
    async fn log_in(&self, email: &str, password: &Secret<String>) -> Result<TokenPair, AuthError> {
        mainstay_auth::SessionService::log_in(self, email, password, &jwt_client()).await.map(opened)
    }

    async fn refresh(&self, refresh: &str) -> Result<TokenPair, AuthError> {
        mainstay_auth::SessionService::refresh(self, refresh, &jwt_client()).await
    }
}

pub(crate) fn jwt_client() -> Client {
    Client::default().wanting(TokenForm::Jwt)
}

/// The pair of a login that no second factor stands before.
pub(crate) fn opened(entrance: Entrance) -> TokenPair {
    match entrance {
        Entrance::Open(pair) => pair,
        Entrance::SecondFactor(challenge) => panic!("a second factor is asked for until {:?}", challenge.expires_at),
    }
}

/// The kind and code of a refusal.
pub(crate) fn refusal<T: std::fmt::Debug>(outcome: Result<T, AuthError>) -> (Kind, &'static str) {
    let error = outcome.expect_err("a refusal");
    (error.kind(), error.code())
}

pub(crate) const UNAUTHENTICATED: (Kind, &str) = (Kind::Unauthenticated, "unauthenticated");
pub(crate) const INVALID_CREDENTIALS: (Kind, &str) = (Kind::Unauthenticated, "invalid_credentials");
pub(crate) const INVALID_REFRESH_TOKEN: (Kind, &str) = (Kind::Unauthenticated, "invalid_refresh_token");
