//! Logging in: the password, how often it may be guessed, and the device that it comes from.

mod clean_up;

use crate::auth::Auth;
use crate::devices::{Kept, Recognised};
use crate::email::Email;
use crate::error::AuthError;
use crate::model::{Entrance, Person, TokenPair};
use crate::passwords::{Comparison, Password};
use crate::second_factor::challenge;
use crate::service::AuthService as _;
use crate::sessions::{Beginning, Client, Session};
use crate::store::{Admission, PasswordLogin};
use crate::throttle::Buckets;
pub use clean_up::LoginCleanUp;
use mainstay_kernel::{Secret, UserId};
use uuid::Uuid;

/// How often a login begins anew because the hash it compared with was replaced meanwhile: by a change of the
/// password, or by another login that renewed it.
const TURNS: usize = 3;
/// Nobody has this id.
const NOBODY: UserId = UserId(Uuid::nil());

/// Who is at the door.
#[derive(Clone, Copy)]
struct Visitor<'c> {
    client: &'c Client,
    /// The device, where the person has used it before.
    device: Option<Recognised>,
}

impl Auth {
    /// Begins a session with an address and a password, or asks for the second factor.
    pub(crate) async fn log_in_from(
        &self,
        email: &str,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<Entrance, AuthError> {
        let email = Email::parse(email).map_err(|error| AuthError::Invalid(vec![error]))?;
        let password = Password::given(password);
        let known = self.store.credentials(email.key()).await?;
        let person = known.map(|known| known.person);
        let device = self.devices.recognise(person.unwrap_or(NOBODY), client).await?;
        let buckets = Buckets::of_password(&email, person, device, client);
        self.throttle.guard(buckets, self.enter(&email, &password, Visitor { client, device })).await
    }

    async fn enter(&self, email: &Email, password: &Password, visitor: Visitor<'_>) -> Result<Entrance, AuthError> {
        for _ in 0..TURNS {
            let (person, hash) = self.authenticate(email, password).await?;
            if let Some(entrance) = self.admit(person, hash, visitor).await? {
                return Ok(entrance);
            }
        }
        Err(AuthError::InvalidCredentials)
    }

    /// Whose password this is, and the hash that it has now.
    async fn authenticate(&self, email: &Email, password: &Password) -> Result<(UserId, Secret<String>), AuthError> {
        let known = self.store.credentials(email.key()).await?;
        let stored = known.as_ref().and_then(|known| known.password_hash.clone());
        let comparison = self.passwords.compare(password, stored.clone()).await?;
        let (Some(known), Some(stored)) = (known, stored) else { return Err(AuthError::InvalidCredentials) };
        match comparison {
            Comparison::Wrong => Err(AuthError::InvalidCredentials),
            _ if !known.is_verified => Err(AuthError::LoginNotVerified),
            Comparison::Right => Ok((known.person, stored)),
            Comparison::RightButOutdated => {
                let hash = self.passwords.hash(password).await?;
                self.store.replace_password_hash(known.person, stored, hash.clone()).await?;
                Ok((known.person, hash))
            }
        }
    }

    /// What the right password of a person gives; none when it was replaced meanwhile, which ended all sessions there
    /// were.
    async fn admit(
        &self,
        person: UserId,
        password_hash: Secret<String>,
        visitor: Visitor<'_>,
    ) -> Result<Option<Entrance>, AuthError> {
        let (asked, challenge) = challenge(person, &password_hash, &self.ids, self.clock.now());
        let person = self.person(person).await?.ok_or(AuthError::InvalidCredentials)?;
        let beginning = self.beginning(&person, visitor.device, visitor.client);
        let session = beginning.session;
        match self.store.add_session_of_login(PasswordLogin { beginning, password_hash, challenge }).await? {
            Admission::Begun(kept) => Ok(Some(Entrance::Open(self.begun(&session, kept, visitor.client).await?))),
            Admission::Challenged => Ok(Some(Entrance::SecondFactor(asked))),
            Admission::Overtaken => Ok(None),
        }
    }

    /// A session of the person that is yet to be kept.
    pub(crate) fn beginning(&self, person: &Person, device: Option<Recognised>, client: &Client) -> Beginning {
        let session = self.sessions.draft(person.id);
        Beginning { session, client: client.clone(), sighting: self.devices.sighting(person, device, client) }
    }

    /// What the client gets for a session that has been kept, with what its device is recognised by.
    pub(crate) async fn begun(
        &self,
        session: &Session,
        kept: Option<Kept>,
        client: &Client,
    ) -> Result<TokenPair, AuthError> {
        let pair = self.token_pair(session, client.token_form()).await?;
        let device = kept.map(|kept| self.devices.token(session.person, kept.device));
        Ok(TokenPair { device, ..pair })
    }
}
