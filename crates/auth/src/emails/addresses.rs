//! The rules of addresses.

use super::service::{Address, EmailService};
use super::store::{Added, Change, Changed, Claim, Confirmation, Confirmed, Letters};
use crate::auth::Auth;
use crate::email::Email;
use crate::error::AuthError;
use crate::events;
use crate::one_time::{AddAddress, CodeMail, Codes, Outcome, QuotaKey};
use crate::post::Letter;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::StoreError;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The index that lets an address belong to one person.
const ONE_PERSON: &str = "user_emails_email_key_key";

/// The service over the people of an [`Auth`].
pub struct Addresses {
    auth: Arc<Auth>,
    codes: Codes<AddAddress>,
}

impl Addresses {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        let codes = Codes::new(&auth.keyring, Arc::clone(&auth.ids));
        Self { auth, codes }
    }

    /// A claim of an address, with a new code and the mail it is in.
    fn claim(&self, person: UserId, email: &Email) -> Claim {
        let (key, at) = (email.key(), self.auth.clock.now());
        let (code, kept) = self.codes.draw(&subject(person, &key), at);
        let job = self.auth.post.job(Letter::AddressCode { to: email.as_str().to_owned(), code }, at);
        Claim {
            person,
            id: self.auth.ids.uuid(),
            email: email.as_str().to_owned(),
            mail: CodeMail { code: kept, quota: QuotaKey::codes(&key), job, at },
            email_key: key,
            event: self.event(events::USER_EMAIL_ADDED, person, email.as_str(), at),
        }
    }

    fn change(&self, person: UserId, address: Uuid) -> Change {
        let at = self.auth.clock.now();
        let (post, ids) = (Arc::clone(&self.auth.post), Arc::clone(&self.auth.ids));
        let letters: Letters = Box::new(move |to, new_address| {
            let event = Event::global(
                events::USER_DEFAULT_EMAIL_CHANGED,
                json!({ "user_id": person.to_string(), "email": new_address }),
                ids.as_ref(),
                at,
            );
            (event, post.job(Letter::DefaultAddressChanged { to, new_address }, at))
        });
        Change { person, address, at, letters }
    }

    fn event(&self, name: &str, person: UserId, email: &str, at: Timestamp) -> Event {
        let facts = json!({ "user_id": person.to_string(), "email": email });
        Event::global(name, facts, self.auth.ids.as_ref(), at)
    }
}

/// What the code of an address is about: the person too, since several may claim the same one.
fn subject(person: UserId, email_key: &str) -> String {
    format!("{person} {email_key}")
}

fn parse(email: &str) -> Result<Email, AuthError> {
    Email::parse(email).map_err(|error| AuthError::Invalid(vec![error]))
}

#[async_trait]
impl EmailService for Addresses {
    async fn list(&self, person: UserId) -> Result<Vec<Address>, AuthError> {
        Ok(self.auth.store.addresses(person).await?)
    }

    async fn add(&self, person: UserId, email: &str) -> Result<Address, AuthError> {
        match self.auth.store.claim_address(self.claim(person, &parse(email)?)).await? {
            Added::Claimed(address) => Ok(address),
            Added::Owned => Err(AuthError::EmailAlreadyInUse),
            Added::TooSoon(retry_after) => Err(AuthError::ResendCooldown { retry_after }),
            Added::NotFound => Err(AuthError::EmailNotFound),
        }
    }

    async fn verify(&self, person: UserId, email: &str, code: &str) -> Result<Address, AuthError> {
        let (email, at) = (parse(email)?, self.auth.clock.now());
        let guess = self.codes.guess(&subject(person, &email.key()), code, at);
        let event = self.event(events::USER_EMAIL_VERIFIED, person, email.as_str(), at);
        let confirmation = Confirmation { person, email_key: email.key(), guess, event, at };
        let confirmed = match self.auth.store.confirm_address(confirmation).await {
            Err(StoreError::NotUnique(index)) if index == ONE_PERSON => return Err(AuthError::EmailAlreadyInUse),
            confirmed => confirmed?,
        };
        match confirmed {
            Confirmed::Verified(address) => {
                self.auth.forget(person);
                Ok(address)
            }
            Confirmed::NotFound => Err(AuthError::EmailNotFound),
            Confirmed::Already => Err(AuthError::EmailAlreadyVerified),
            Confirmed::Owned => Err(AuthError::EmailAlreadyInUse),
            Confirmed::Tried(Outcome::NoCode | Outcome::Right) => Err(AuthError::NoCode),
            Confirmed::Tried(Outcome::TooManyAttempts) => Err(AuthError::TooManyAttempts),
            Confirmed::Tried(Outcome::Expired) => Err(AuthError::CodeExpired),
            Confirmed::Tried(Outcome::Wrong) => Err(AuthError::InvalidCode),
        }
    }

    async fn resend(&self, person: UserId, email: &str) -> Result<(), AuthError> {
        match self.auth.store.resend_address_code(self.claim(person, &parse(email)?)).await? {
            Added::Claimed(_) => Ok(()),
            Added::Owned => Err(AuthError::EmailAlreadyVerified),
            Added::TooSoon(retry_after) => Err(AuthError::ResendCooldown { retry_after }),
            Added::NotFound => Err(AuthError::EmailNotFound),
        }
    }

    async fn make_default(&self, person: UserId, address: Uuid) -> Result<Address, AuthError> {
        let changed = self.auth.store.make_address_default(self.change(person, address)).await?;
        self.done(person, changed)
    }

    async fn delete(&self, person: UserId, address: Uuid) -> Result<(), AuthError> {
        let change = self.change(person, address);
        let facts = json!({ "user_id": person.to_string(), "email_id": address.to_string() });
        let removed = Event::global(events::USER_EMAIL_REMOVED, facts, self.auth.ids.as_ref(), change.at);
        let changed = self.auth.store.remove_address(change, removed).await?;
        self.done(person, changed).map(|_| ())
    }
}

impl Addresses {
    fn done(&self, person: UserId, changed: Changed) -> Result<Address, AuthError> {
        match changed {
            Changed::Done(address) => {
                self.auth.forget(person);
                Ok(address)
            }
            Changed::NotFound => Err(AuthError::EmailNotFound),
            Changed::NotVerified => Err(AuthError::EmailNotVerified),
            Changed::OnlyOne => Err(AuthError::OnlyVerifiedEmail),
        }
    }
}
