//! Those who forgot their password get a link, out of sight of whoever asked.

use crate::auth::Auth;
use crate::email::Email;
use crate::one_time::{Links, QuotaKey, ResetPassword};
use crate::passwords::store::ResetLink;
use crate::post::{Letter, Post};
use crate::store::AuthStore;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Timestamp};
use mainstay_store::jobs::{Done, Handler, NewJob};
use serde_json::{Value, json};
use std::sync::Arc;

const QUEUE: &str = "auth.forgotten_passwords";

/// Looks up who has an address and mails them a link: at most one a minute and five an hour.
pub struct ForgottenPasswords {
    store: Arc<dyn AuthStore>,
    links: Links<ResetPassword>,
    post: Arc<dyn Post>,
    clock: Arc<dyn Clock>,
}

/// The job for whoever may have this address. Asking again before it is done adds nothing.
pub(super) fn request(email: &Email, now: Timestamp) -> NewJob {
    let key = email.key();
    NewJob { queue: QUEUE, unique_key: Some(format!("{QUEUE}:{key}")), payload: json!({ "email": key }), run_at: now }
}

impl ForgottenPasswords {
    pub(super) fn new(auth: &Auth, post: Arc<dyn Post>) -> Self {
        let (store, clock) = (Arc::clone(&auth.store), Arc::clone(&auth.clock));
        Self { store, links: Links::new(Arc::clone(&auth.ids)), post, clock }
    }
}

#[async_trait]
impl Handler for ForgottenPasswords {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, payload: &Value) -> Result<Done, String> {
        let email = payload["email"].as_str().and_then(|email| Email::parse(email).ok()).ok_or("no address")?;
        let person = self.store.person_by_email(email.key()).await.map_err(|cause| cause.to_string())?;
        let Some(person) = person else { return Ok(Done::ForGood) };
        let now = self.clock.now();
        let (token, link) = self.links.draw(&person.id.to_string(), now);
        let mail = self.post.job(Letter::PasswordReset { to: email.as_str().to_owned(), token }, now);
        let quota = QuotaKey::links::<ResetPassword>(&email.key());
        let sent = self.store.put_reset_link(ResetLink { link, quota, mail, at: now }).await;
        if !sent.map_err(|cause| cause.to_string())? {
            tracing::debug!(%person.id, "asked for a new password too often; no link was mailed");
        }
        Ok(Done::ForGood)
    }
}
