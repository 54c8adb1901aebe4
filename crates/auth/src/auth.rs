//! The service: people, and the rooms that do the work for them.

use crate::devices::Devices;
use crate::email::Email;
use crate::error::AuthError;
use crate::events;
use crate::login::LoginCleanUp;
use crate::model::{Login, Person, TokenPair};
use crate::oauth::{self, DocumentSource, Memory, OAuthCleanUp};
use crate::one_time::OneTimeCleanUp;
use crate::passwords::{Password, Passwords};
use crate::post::Post;
use crate::service::AuthService;
use crate::sessions::{self, Session, SessionCleanUp, Sessions, TokenForm};
use crate::store::{AuthStore, NewPerson};
use crate::throttle::Throttle;
use crate::tokens::{self, AccessTokens, KeyRotation, SigningKeys};
use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;
use mainstay_kernel::{Clock, Event, Ids, Keyring, Secret, SessionId, UserId};
use mainstay_store::{Changes, Remembered, StoreError};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The topic under which nodes tell each other that a person has changed.
pub(crate) const PEOPLE: &str = "people";
/// People kept at hand.
const CAPACITY: usize = 50_000;
/// The index that lets there be one owner.
const ONE_OWNER: &str = "users_is_owner_key";

/// What the service is made of.
pub struct AuthParts {
    /// Where people, sessions and keys are kept.
    pub store: Arc<dyn AuthStore>,
    /// Seals signing keys and proves tokens.
    pub keyring: Arc<Keyring>,
    /// What letters to people go by.
    pub post: Arc<dyn Post>,
    /// What fetches the documents that clients keep elsewhere.
    pub documents: Arc<dyn DocumentSource>,
    /// Where now comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids and salts come from.
    pub ids: Arc<dyn Ids>,
    /// The installation's public URL, which its tokens name as their issuer.
    pub issuer: String,
}

/// The service over a database.
pub struct Auth {
    pub(crate) store: Arc<dyn AuthStore>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) passwords: Passwords,
    pub(crate) sessions: Sessions,
    pub(crate) devices: Devices,
    pub(crate) throttle: Throttle,
    pub(crate) post: Arc<dyn Post>,
    pub(crate) documents: Arc<dyn DocumentSource>,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) oauth: Memory,
    people: Remembered<UserId, Arc<Person>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Auth {
    /// Opens the service, and makes its first signing key where there is none.
    ///
    /// # Errors
    /// [`AuthError::Broken`] when the signing keys were sealed by another master key, [`AuthError::Store`] when the
    /// database is away.
    pub async fn open(parts: AuthParts) -> Result<Arc<Self>, AuthError> {
        let AuthParts { store, keyring, post, documents, clock, ids, issuer } = parts;
        let sessions = Sessions::new(Arc::clone(&store), &keyring, Arc::clone(&clock), Arc::clone(&ids));
        let ring = Arc::clone(&keyring);
        let keys = SigningKeys::open(Arc::clone(&store), ring, Arc::clone(&clock), Arc::clone(&ids)).await?;
        let access_tokens = AccessTokens::new(keys, issuer, Arc::clone(&clock), Arc::clone(&ids));
        let letters = Arc::clone(&post);
        let devices = Devices::new(Arc::clone(&store), &keyring, letters, Arc::clone(&clock), Arc::clone(&ids));
        let throttle = Throttle::new(Arc::clone(&store), Arc::clone(&clock));
        let passwords = Passwords::new(Arc::clone(&ids));
        let people = Remembered::new(CAPACITY);
        Ok(Arc::new(Self {
            store,
            keyring,
            passwords,
            sessions,
            devices,
            throttle,
            post,
            documents,
            access_tokens,
            oauth: Memory::new(),
            people,
            clock,
            ids,
        }))
    }

    /// Forgets what other nodes announce as changed.
    pub fn listen(self: &Arc<Self>, changes: &mut Changes) {
        let auth = Arc::clone(self);
        changes.listen(sessions::TOPIC, Arc::new(move |subject| auth.sessions.forget(subject)));
        let auth = Arc::clone(self);
        changes.listen(tokens::TOPIC, Arc::new(move |_| auth.access_tokens.keys.forget()));
        let auth = Arc::clone(self);
        changes.listen(PEOPLE, Arc::new(move |subject| auth.forget_person(subject)));
        let auth = Arc::clone(self);
        changes.listen(oauth::CLIENTS, Arc::new(move |subject| auth.oauth.forget_client(subject)));
        let auth = Arc::clone(self);
        changes.listen(oauth::AUTHORIZATIONS, Arc::new(move |subject| auth.oauth.forget_authorization(subject)));
    }

    /// Writes when sessions were used, as noted since the last time; gives of how many. To be called every few seconds
    /// and before the end.
    ///
    /// # Errors
    /// [`AuthError::Store`]; the notes are then kept for the next time.
    pub async fn write_used(&self) -> Result<usize, AuthError> {
        self.sessions.write_used().await
    }

    /// The job that deletes sessions which have been over for long.
    pub fn session_clean_up(&self) -> SessionCleanUp {
        SessionCleanUp::new(Arc::clone(&self.store), Arc::clone(&self.clock))
    }

    /// The job that deletes devices which are not known any more, and failed attempts which count no longer.
    pub fn login_clean_up(self: &Arc<Self>) -> LoginCleanUp {
        LoginCleanUp::new(Arc::clone(self))
    }

    /// The job that deletes codes, links and registrations which have been over for a day.
    pub fn one_time_clean_up(&self) -> OneTimeCleanUp {
        OneTimeCleanUp::new(Arc::clone(&self.store), Arc::clone(&self.clock))
    }

    /// The job that deletes what clients were allowed and has been over for a day.
    pub fn oauth_clean_up(&self) -> OAuthCleanUp {
        OAuthCleanUp::new(Arc::clone(&self.store), Arc::clone(&self.clock))
    }

    /// The job that makes and replaces signing keys.
    pub fn key_rotation(self: &Arc<Self>) -> KeyRotation {
        KeyRotation::new(Arc::clone(self))
    }

    /// Makes a new signing key of each algorithm. It is public at once and signs a quarter of an hour later; the old one then
    /// verifies for as long as its tokens stand.
    ///
    /// # Errors
    /// Those of [`Auth::open`].
    pub async fn rotate_keys(&self) -> Result<(), AuthError> {
        self.access_tokens.keys.rotate().await
    }

    /// The public keys that tokens are verified with (RFC 7517 section 5), of every algorithm.
    ///
    /// # Errors
    /// Those of [`Auth::open`].
    pub async fn jwks(&self) -> Result<JwkSet, AuthError> {
        self.access_tokens.keys.published().await
    }

    /// Forgets what this node remembers of a person whom it has changed.
    pub(crate) fn forget(&self, person: UserId) {
        self.people.forget(&person);
    }

    fn forget_person(&self, subject: &str) {
        if let Ok(id) = subject.parse::<Uuid>() {
            self.people.forget(&UserId(id));
        }
    }

    pub(crate) async fn token_pair(&self, session: &Session, form: TokenForm) -> Result<TokenPair, AuthError> {
        let opaque = self.sessions.opaque_pair(session);
        match form {
            TokenForm::Opaque => Ok(opaque),
            TokenForm::Jwt => {
                let (access, access_expires_at) = self.access_tokens.issue(session).await?;
                Ok(TokenPair { access, access_expires_at, ..opaque })
            }
        }
    }

    /// A person whose account begins now, with this address verified.
    pub(crate) fn new_person(&self, email: &Email, password_hash: Secret<String>, is_owner: bool) -> NewPerson {
        let now = self.clock.now();
        let person = Person {
            id: UserId(self.ids.uuid()),
            email: email.as_str().to_owned(),
            display_name: email.local_part().to_owned(),
            is_installation_owner: is_owner,
            created_at: now,
            updated_at: now,
        };
        let facts = json!({
            "user_id": person.id.to_string(),
            "email": person.email,
            "display_name": person.display_name,
        });
        let event = Event::global(events::USER_CREATED, facts, self.ids.as_ref(), now);
        NewPerson { person, email_id: self.ids.uuid(), email_key: email.key(), password_hash, event }
    }
}

/// An address and a password for it, or everything that is wrong with them.
pub(crate) fn new_credentials(email: &str, password: &Secret<String>) -> Result<(Email, Password), AuthError> {
    let email = Email::parse(email);
    match (Password::chosen(password, email.as_ref().ok()), email) {
        (Ok(password), Ok(email)) => Ok((email, password)),
        (password, email) => Err(AuthError::Invalid(email.err().into_iter().chain(password.err()).collect())),
    }
}

#[async_trait]
impl AuthService for Auth {
    async fn install_owner(&self, email: &str, password: &Secret<String>) -> Result<Person, AuthError> {
        let (email, password) = new_credentials(email, password)?;
        if self.is_installed().await? {
            return Err(AuthError::AlreadyInstalled);
        }
        let new = self.new_person(&email, self.passwords.hash(&password).await?, true);
        let person = new.person.clone();
        match self.store.add_person(new).await {
            Ok(()) => Ok(person),
            Err(StoreError::NotUnique(index)) if index == ONE_OWNER => Err(AuthError::AlreadyInstalled),
            Err(cause) => Err(cause.into()),
        }
    }

    async fn is_installed(&self) -> Result<bool, AuthError> {
        Ok(self.store.owner().await?.is_some())
    }

    async fn installation_owner(&self) -> Result<Option<UserId>, AuthError> {
        Ok(self.store.owner().await?)
    }

    async fn log_out(&self, session: SessionId) -> Result<(), AuthError> {
        self.sessions.end(session).await
    }

    async fn identify(&self, access: &str) -> Result<Login, AuthError> {
        let login = if access.starts_with(sessions::BRAND) {
            self.sessions.identify(access).await?
        } else {
            let login = self.access_tokens.verify(access).await?;
            let stands = self.sessions.has_not_ended(login.session).await?;
            if stands { login } else { return Err(AuthError::Unauthenticated) }
        };
        self.sessions.note_use(login.session);
        Ok(login)
    }

    async fn person(&self, id: UserId) -> Result<Option<Arc<Person>>, AuthError> {
        self.people.get_or_load(&id, async { Ok(self.store.person(id).await?.map(Arc::new)) }).await
    }

    async fn people(&self, ids: &[UserId]) -> Result<Vec<Arc<Person>>, AuthError> {
        let mut found: HashMap<_, _> = ids.iter().filter_map(|id| Some((*id, self.people.get(id)?))).collect();
        let missing: Vec<_> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        if !missing.is_empty() {
            let read = self.store.people(missing).await?;
            found.extend(read.into_iter().map(|person| (person.id, Arc::new(person))));
        }
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    async fn by_email(&self, email: &str) -> Result<Option<Arc<Person>>, AuthError> {
        let Ok(email) = Email::parse(email) else { return Ok(None) };
        Ok(self.store.person_by_email(email.key()).await?.map(Arc::new))
    }
}
