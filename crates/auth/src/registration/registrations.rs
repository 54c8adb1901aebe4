//! The rules of sign-up.

use super::service::{RegistrationService, SignedUp};
use super::store::{Account, Completed, Mail, Mailed, Proof, Verification, Verified};
use crate::auth::{Auth, new_credentials};
use crate::devices::Sighting;
use crate::email::Email;
use crate::error::AuthError;
use crate::one_time::{CodeMail, Codes, FinishSignUp, Links, Outcome, QuotaKey, SignUp};
use crate::post::Letter;
use crate::sessions::Client;
use async_trait::async_trait;
use mainstay_kernel::Secret;
use mainstay_store::StoreError;
use std::sync::Arc;

/// The index that lets an address belong to one person.
const ONE_PERSON: &str = "user_emails_email_key_key";

/// The service over the people of an [`Auth`].
pub struct Registration {
    auth: Arc<Auth>,
    codes: Codes<SignUp>,
    links: Links<FinishSignUp>,
}

impl Registration {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        let codes = Codes::new(&auth.keyring, Arc::clone(&auth.ids));
        let links = Links::new(Arc::clone(&auth.ids));
        Self { auth, codes, links }
    }

    /// A new code, and the mail it is in.
    fn mail(&self, email: &Email) -> Mail {
        let (key, at) = (email.key(), self.auth.clock.now());
        let (code, kept) = self.codes.draw(&key, at);
        let letter = Letter::SignUpCode { to: email.as_str().to_owned(), code };
        let code = CodeMail { code: kept, quota: QuotaKey::codes(&key), job: self.auth.post.job(letter, at), at };
        Mail { email_key: key, code }
    }

    /// An account and its first session, whose tokens are made before either is kept: what could fail
    /// after that is the database alone.
    async fn account(&self, email: &Email, hash: Secret<String>, client: &Client) -> Result<New, AuthError> {
        let person = self.auth.new_person(email, hash, false);
        let beginning = self.auth.beginning(&person.person, None, client);
        // Whoever has no device yet is seen with a new one.
        let kept = beginning.sighting.as_ref().map(Sighting::of_a_new_device);
        let tokens = self.auth.begun(&beginning.session, kept, client).await?;
        let signed_up = SignedUp { person: person.person.clone(), tokens };
        Ok(New { account: Account { person, beginning }, signed_up })
    }
}

/// An account to be kept, and what its person gets.
struct New {
    account: Account,
    signed_up: SignedUp,
}

fn parse(email: &str) -> Result<Email, AuthError> {
    Email::parse(email).map_err(|error| AuthError::Invalid(vec![error]))
}

fn mailed(outcome: Mailed) -> Result<(), AuthError> {
    match outcome {
        Mailed::Sent => Ok(()),
        Mailed::Verified => Err(AuthError::EmailAlreadyVerified),
        Mailed::NotStarted => Err(AuthError::NoCode),
        Mailed::TooSoon(retry_after) => Err(AuthError::ResendCooldown { retry_after }),
    }
}

#[async_trait]
impl RegistrationService for Registration {
    async fn start(&self, email: &str) -> Result<(), AuthError> {
        mailed(self.auth.store.start_registration(self.mail(&parse(email)?)).await?)
    }

    async fn verify(&self, email: &str, code: &str, client: &Client) -> Result<Secret<String>, AuthError> {
        let (key, now) = (parse(email)?.key(), self.auth.clock.now());
        let (token, link) = self.links.draw(&key, now);
        let guess = self.codes.guess(&key, code, now);
        let verification = Verification { email_key: key, guess, link, from: client.address(), at: now };
        match self.auth.store.verify_registration(verification).await? {
            Verified::Already => Err(AuthError::EmailAlreadyVerified),
            Verified::Tried(Outcome::Right) => Ok(token),
            Verified::Tried(Outcome::NoCode) => Err(AuthError::NoCode),
            Verified::Tried(Outcome::TooManyAttempts) => Err(AuthError::TooManyAttempts),
            Verified::Tried(Outcome::Expired) => Err(AuthError::CodeExpired),
            Verified::Tried(Outcome::Wrong) => Err(AuthError::InvalidCode),
        }
    }

    async fn resend(&self, email: &str) -> Result<(), AuthError> {
        mailed(self.auth.store.resend_registration(self.mail(&parse(email)?)).await?)
    }

    async fn complete(
        &self,
        email: &str,
        password: &Secret<String>,
        token: Option<&str>,
        client: &Client,
    ) -> Result<SignedUp, AuthError> {
        let (email, password) = new_credentials(email, password)?;
        let proof = match token {
            Some(token) => Proof::Link(Links::<FinishSignUp>::key(token)),
            None => Proof::Address(client.address()),
        };
        // Looked at before the work of hashing, which whoever proves nothing must not cause.
        let standing = self.auth.store.is_proven(email.key(), proof.clone(), self.auth.clock.now()).await?;
        refuse(standing)?;
        let hash = self.auth.passwords.hash(&password).await?;
        let New { account, signed_up } = self.account(&email, hash, client).await?;
        match self.auth.store.complete_registration(account, proof).await {
            Ok(outcome) => refuse(outcome).map(|()| signed_up),
            Err(StoreError::NotUnique(index)) if index == ONE_PERSON => Err(AuthError::EmailAlreadyVerified),
            Err(cause) => Err(cause.into()),
        }
    }

    async fn register_invited(
        &self,
        email: &str,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<SignedUp, AuthError> {
        let (email, password) = new_credentials(email, password)?;
        if self.auth.store.person_by_email(email.key()).await?.is_some() {
            return Err(AuthError::EmailAlreadyInUse);
        }
        let hash = self.auth.passwords.hash(&password).await?;
        let New { account, signed_up } = self.account(&email, hash, client).await?;
        match self.auth.store.add_account(account).await {
            Ok(()) => Ok(signed_up),
            Err(StoreError::NotUnique(index)) if index == ONE_PERSON => Err(AuthError::EmailAlreadyInUse),
            Err(cause) => Err(cause.into()),
        }
    }
}

fn refuse(outcome: Completed) -> Result<(), AuthError> {
    match outcome {
        Completed::Proven => Ok(()),
        Completed::Already => Err(AuthError::EmailAlreadyVerified),
        Completed::NotProven => Err(AuthError::EmailNotVerified),
    }
}
