//! The rules by which a password is replaced.

use super::forgotten::{ForgottenPasswords, request};
use super::rules::Password;
use super::service::PasswordService;
use super::store::{Ended, PasswordChange, PasswordReset};
use crate::auth::Auth;
use crate::email::Email;
use crate::error::AuthError;
use crate::events;
use crate::model::{Login, Person};
use crate::one_time::{Links, ResetPassword, Spent};
use crate::passwords::Comparison;
use crate::post::Letter;
use crate::throttle::Buckets;
use async_trait::async_trait;
use mainstay_kernel::{Event, Secret, Timestamp, UserId};
use mainstay_store::jobs::NewJob;
use serde_json::json;
use std::sync::Arc;

/// The service over the people of an [`Auth`].
pub struct PasswordChanges {
    auth: Arc<Auth>,
}

impl PasswordChanges {
    /// The service.
    pub fn new(auth: Arc<Auth>) -> Self {
        Self { auth }
    }

    /// The worker that mails the links which [`PasswordService::forgot`] asks for.
    pub fn forgotten_passwords(&self) -> ForgottenPasswords {
        ForgottenPasswords::new(&self.auth, Arc::clone(&self.auth.post))
    }

    /// The person of a link that stands.
    async fn whose(&self, token: &str) -> Result<Person, AuthError> {
        let key = Links::<ResetPassword>::key(token);
        let subject = match self.auth.store.look_at_reset(key, self.auth.clock.now()).await? {
            Spent::Stood(subject) => subject,
            Spent::Expired(_) => return Err(AuthError::TokenExpired),
            Spent::Unknown => return Err(AuthError::InvalidToken),
        };
        let id = subject.parse().map(UserId).map_err(|_| AuthError::InvalidToken)?;
        self.auth.store.person(id).await?.ok_or(AuthError::InvalidToken)
    }

    /// A new password of this person, if it is one to take.
    fn chosen(new: &Secret<String>, person: &Person) -> Result<Password, AuthError> {
        let email = Email::parse(&person.email).ok();
        Password::chosen(new, email.as_ref()).map_err(|error| AuthError::Invalid(vec![error]))
    }

    /// Replaces the password, if the old one is right.
    async fn replace(
        &self,
        login: Login,
        person: &Person,
        (old, new): (&Secret<String>, &Password),
    ) -> Result<(), AuthError> {
        let stored = self.auth.store.password_hash(login.person).await?;
        let comparison = self.auth.passwords.compare(&Password::given(old), stored.clone()).await?;
        let (Comparison::Right | Comparison::RightButOutdated, Some(from)) = (comparison, stored) else {
            return Err(AuthError::WrongPassword);
        };
        let to = self.auth.passwords.hash(new).await?;
        let now = self.auth.clock.now();
        let change = PasswordChange {
            from,
            to,
            ending: self.auth.sessions.ending_of_all_but(login, "password_changed", now),
            event: self.event(login.person, "changed", now),
            mail: self.letter(person, now),
        };
        let ended = self.auth.store.change_password(change).await?.ok_or(AuthError::WrongPassword)?;
        self.forget(&ended);
        Ok(())
    }

    fn forget(&self, ended: &Ended) {
        self.auth.sessions.forget_all(&ended.sessions);
        self.auth.oauth.forget_authorizations(&ended.authorizations);
    }

    fn letter(&self, person: &Person, now: Timestamp) -> NewJob {
        self.auth.post.job(Letter::PasswordChanged { to: person.email.clone() }, now)
    }

    fn event(&self, person: UserId, how: &str, now: Timestamp) -> Event {
        let facts = json!({ "user_id": person.to_string(), "how": how });
        Event::global(events::USER_PASSWORD_CHANGED, facts, self.auth.ids.as_ref(), now)
    }
}

#[async_trait]
impl PasswordService for PasswordChanges {
    async fn change(&self, login: Login, old: &Secret<String>, new: &Secret<String>) -> Result<(), AuthError> {
        let person = self.auth.store.person(login.person).await?.ok_or(AuthError::Unauthenticated)?;
        let new = Self::chosen(new, &person)?;
        if new.is(&Password::given(old)) {
            return Err(AuthError::Invalid(vec![Password::unchanged()]));
        }
        let buckets = Buckets::of_own_password(login.person);
        self.auth.throttle.guard(buckets, self.replace(login, &person, (old, &new))).await
    }

    async fn forgot(&self, email: &str) -> Result<(), AuthError> {
        let email = Email::parse(email).map_err(|error| AuthError::Invalid(vec![error]))?;
        let now = self.auth.clock.now();
        Ok(self.auth.store.ask_for_reset(request(&email, now), now).await?)
    }

    async fn whose_link(&self, token: &str) -> Result<String, AuthError> {
        Ok(self.whose(token).await?.email)
    }

    async fn reset(&self, token: &str, new: &Secret<String>) -> Result<(), AuthError> {
        let person = self.whose(token).await?;
        let to = self.auth.passwords.hash(&Self::chosen(new, &person)?).await?;
        let now = self.auth.clock.now();
        let reset = PasswordReset {
            link: Links::<ResetPassword>::key(token),
            to,
            ending: self.auth.sessions.ending_of_all(person.id, "password_reset", now),
            event: self.event(person.id, "reset", now),
            mail: self.letter(&person, now),
        };
        match self.auth.store.reset_password(reset).await? {
            Ok(ended) => {
                self.forget(&ended);
                Ok(())
            }
            Err(Spent::Expired(_)) => Err(AuthError::TokenExpired),
            Err(_) => Err(AuthError::InvalidToken),
        }
    }
}
