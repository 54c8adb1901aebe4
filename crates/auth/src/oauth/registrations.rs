//! Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).

use super::clients;
use super::error::OAuthError;
use super::metadata::{ClientMetadata, Described};
use super::model::{AuthMethod, ClientId, ClientKeys, OAuthClient, Registered, Replacement};
use super::secret::SecretHash;
use super::service::ClientRegistrationService;
use super::store::{Held, KnownClient, NewRegistration, Registration, Replaced, Room};
use crate::auth::Auth;
use crate::events;
use crate::sessions::Client;
use crate::throttle::{Buckets, subscriber};
use async_trait::async_trait;
use mainstay_kernel::Secret;
use mainstay_store::StoreError;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// How often a registration begins anew because another of the same metadata came first.
const TURNS: usize = 2;
/// Most clients that nobody owns or uses, from whatever addresses they came.
const MOST_UNUSED: i64 = 10_000;
/// How long a new one is left alone until somebody is to have let it in.
const SETTLES_IN: Duration = Duration::from_hours(1);

/// Lets clients register themselves around an [`Auth`].
///
/// The same metadata from the same network address register once: whoever comes second gets the client that is there.
/// That is so for clients without a secret of ours alone, since a secret is never shown twice: what tells such clients
/// apart is where people are sent back to, or their key, and those are the same. From then on nobody manages the shared
/// client, neither the first who came nor the second: else one could move the other's addresses to where they read
/// the codes.
pub struct ClientRegistrations {
    auth: Arc<Auth>,
    is_open: bool,
    most_unused: i64,
}

impl ClientRegistrations {
    /// The service; while it is not open there is nothing to register at.
    pub fn new(auth: Arc<Auth>, is_open: bool) -> Self {
        Self { auth, is_open, most_unused: MOST_UNUSED }
    }

    /// The same, with another number of clients that nobody uses.
    #[must_use]
    pub fn with_room_for(self, most_unused: i64) -> Self {
        Self { most_unused, ..self }
    }

    /// The client that is managed by this token.
    async fn managed(&self, client_id: &str, token: &Secret<String>) -> Result<Arc<KnownClient>, OAuthError> {
        let known = self.auth.oauth.client(&*self.auth.store, client_id).await?;
        let is_right = |known: &Arc<KnownClient>| {
            self.is_open && known.registration.as_ref().is_some_and(|hash| hash.is_of(token))
        };
        // RFC 7592 section 2.1: whether there is such a client is not told.
        known.filter(is_right).ok_or(OAuthError::InvalidToken)
    }

    fn held(&self, known: &KnownClient, event: &'static str) -> Result<Held, OAuthError> {
        let registration = known.registration.clone().ok_or(OAuthError::InvalidToken)?;
        let at = self.auth.clock.now();
        let event = clients::told(event, &known.client, json!({}), (self.auth.ids.as_ref(), at));
        Ok(Held { client: known.client.clone(), registration, at, event })
    }

    async fn add(&self, described: Described, from: &Client) -> Result<Registered, OAuthError> {
        let ids = self.auth.ids.as_ref();
        let (management, registration) = SecretHash::draw(ids);
        let (secret, secret_hash) = described.method.has_secret().then(|| SecretHash::draw(ids)).unzip();
        let fingerprint = fingerprint(&described, from);
        let now = self.auth.clock.now();
        let client = described.client(ClientId(ids.uuid()), clients::draw_client_id(ids), (now, now));
        let event = clients::told(events::OAUTH_CLIENT_CREATED, &client, json!({}), (ids, now));
        let known = KnownClient { client: client.clone(), secret_hash, registration: Some(registration) };
        let room = Room { most: self.most_unused, before: now.minus(SETTLES_IN) };
        match self.auth.store.register_client(NewRegistration { known, fingerprint, room, event }).await? {
            Registration::Added => Ok(Registered { client, secret, management: Some(management) }),
            Registration::Shared(shared) => {
                self.auth.oauth.clients.forget(&shared.client_id);
                Ok(Registered { client: shared, secret: None, management: None })
            }
            Registration::Crowded => Err(OAuthError::TooManyRegistrations),
        }
    }
}

#[async_trait]
impl ClientRegistrationService for ClientRegistrations {
    async fn register(&self, metadata: ClientMetadata, from: &Client) -> Result<Registered, OAuthError> {
        if !self.is_open {
            return Err(OAuthError::RegistrationClosed);
        }
        let described = metadata.judge(AuthMethod::SecretBasic, &*self.auth.documents)?;
        let attempt = self.auth.throttle.admit(Buckets::of_registration(from)).await?;
        let mut turn = 1;
        let registered = loop {
            match self.add(described.clone(), from).await {
                // Another of the same metadata was added meanwhile: it is there now.
                Err(OAuthError::Store(StoreError::NotUnique(_))) if turn < TURNS => turn += 1,
                outcome => break outcome?,
            }
        };
        // Nothing is guessed here: it is registering itself that is slowed.
        attempt.failed().await?;
        Ok(registered)
    }

    async fn read(&self, client_id: &str, token: &Secret<String>) -> Result<OAuthClient, OAuthError> {
        Ok(self.managed(client_id, token).await?.client.clone())
    }

    async fn replace(
        &self,
        client_id: &str,
        token: &Secret<String>,
        to: Replacement,
    ) -> Result<Registered, OAuthError> {
        let known = self.managed(client_id, token).await?;
        // RFC 7592 section 2.2: both are repeated as they are, or the request is for another client.
        let has_secret = |secret: &Secret<String>| known.secret_hash.as_ref().is_some_and(|hash| hash.is_of(secret));
        if to.client_id.as_deref() != Some(client_id) || !to.client_secret.as_ref().is_none_or(has_secret) {
            return Err(OAuthError::InvalidClientMetadata("client_id and client_secret cannot be changed.".to_owned()));
        }
        let Described { name, redirect_uris, method, keys, id_token_algorithm } =
            to.metadata.judge(AuthMethod::SecretBasic, &*self.auth.documents)?;
        let (secret, secret_hash) = match (method.has_secret(), &known.secret_hash) {
            (false, _) => (None, None),
            (true, Some(hash)) => (None, Some(hash.clone())),
            (true, None) => Some(SecretHash::draw(self.auth.ids.as_ref())).unzip(),
        };
        let replaced = Replaced { name, redirect_uris, method, keys, id_token_algorithm, secret_hash };
        let held = self.held(&known, events::OAUTH_CLIENT_UPDATED)?;
        let client = self.auth.store.replace_registration(held, replaced).await?;
        self.auth.oauth.clients.forget(&known.client.client_id);
        let client = client.ok_or(OAuthError::InvalidToken)?;
        Ok(Registered { client, secret, management: Some(token.clone()) })
    }

    async fn delete(&self, client_id: &str, token: &Secret<String>) -> Result<(), OAuthError> {
        let known = self.managed(client_id, token).await?;
        let was_there = self.auth.store.delete_registration(self.held(&known, events::OAUTH_CLIENT_DELETED)?).await?;
        self.auth.oauth.clients.forget(&known.client.client_id);
        if was_there { Ok(()) } else { Err(OAuthError::InvalidToken) }
    }
}

/// What is the same for the same metadata from the same subscriber; none for a client with a secret, which is never
/// shared, and for whoever comes from nowhere.
fn fingerprint(described: &Described, from: &Client) -> Option<Vec<u8>> {
    let Described { name, redirect_uris, method, keys, id_token_algorithm } = described;
    let address = from.address().filter(|_| !method.has_secret())?;
    let keys = ClientKeys::members(keys.clone());
    let said = json!([subscriber(address), name, redirect_uris, method.as_str(), keys, id_token_algorithm.as_str()]);
    Some(Sha256::digest(said.to_string()).to_vec())
}
