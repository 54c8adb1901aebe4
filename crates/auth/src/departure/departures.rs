//! The rules by which an account is deleted.

use super::service::DepartureService;
use super::store::{Departed, Farewell};
use crate::auth::Auth;
use crate::error::AuthError;
use crate::events;
use crate::model::{Login, Person};
use crate::oauth;
use crate::passwords::{Comparison, Password};
use crate::post::Letter;
use crate::throttle::Buckets;
use async_trait::async_trait;
use mainstay_kernel::{Event, Secret};
use mainstay_store::departure::Departs;
use mainstay_store::origin;
use serde_json::json;
use std::sync::Arc;

/// The service over the people of an [`Auth`], and the other domains that keep something of them.
pub struct Departures {
    auth: Arc<Auth>,
    domains: Vec<Arc<dyn Departs>>,
}

impl Departures {
    /// The service.
    pub fn new(auth: Arc<Auth>, domains: Vec<Arc<dyn Departs>>) -> Self {
        Self { auth, domains }
    }

    /// Deletes the account, if the password is right.
    async fn leave(&self, person: &Person, password: &Secret<String>) -> Result<(), AuthError> {
        let stored = self.auth.store.password_hash(person.id).await?;
        let comparison = self.auth.passwords.compare(&Password::given(password), stored.clone()).await?;
        let (Comparison::Right | Comparison::RightButOutdated, Some(password_hash)) = (comparison, stored) else {
            return Err(AuthError::WrongPassword);
        };
        if person.is_installation_owner {
            return Err(AuthError::OwnerStays);
        }
        let farewell = self.farewell(person, password_hash);
        match origin::run_unplaced(self.auth.store.delete_person(farewell)).await? {
            Departed::Gone(ended) => {
                self.auth.sessions.forget_all(&ended.sessions);
                self.auth.oauth.forget_authorizations(&ended.authorizations);
                for client in &ended.clients {
                    self.auth.oauth.forget_client(client);
                }
                self.auth.forget(person.id);
                for announced in &ended.announced {
                    for domain in &self.domains {
                        domain.forget(announced);
                    }
                }
                Ok(())
            }
            Departed::Held(ties) => Err(AuthError::StillNeeded(ties)),
            Departed::Overtaken => Err(AuthError::WrongPassword),
        }
    }

    fn farewell(&self, person: &Person, password_hash: Secret<String>) -> Farewell {
        let (ids, at) = (Arc::clone(&self.auth.ids), self.auth.clock.now());
        // What is kept of the person: that somebody of this id was here, and left.
        let facts = json!({ "user_id": person.id.to_string() });
        Farewell {
            password_hash,
            ending: self.auth.sessions.ending_of_all(person.id, "account_deleted", at),
            domains: self.domains.clone(),
            event: Event::global(events::USER_DELETED, facts, ids.as_ref(), at),
            tell_of_client: Box::new(move |client| oauth::told_of_deletion(client, ids.as_ref(), at)),
            mail: self.auth.post.job(Letter::AccountDeleted { to: person.email.clone(), at }, at),
        }
    }
}

#[async_trait]
impl DepartureService for Departures {
    async fn depart(&self, login: Login, password: &Secret<String>) -> Result<(), AuthError> {
        let person = self.auth.store.person(login.person).await?.ok_or(AuthError::Unauthenticated)?;
        let buckets = Buckets::of_own_password(person.id);
        self.auth.throttle.guard(buckets, self.leave(&person, password)).await
    }
}
