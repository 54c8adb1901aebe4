//! A session that has just begun, on the wire.

use actix_web::web;
use mainstay_auth::{AuthService, Person, TokenPair};
use mainstay_edge::{Failure, Rejection};
use mainstay_kernel::{Clock, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// The tokens of a session.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokensResponse {
    /// Always `bearer`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// For the `Authorization` header.
    token: String,
    /// Buys the next pair, once.
    refresh_token: String,
    /// How long the token stands, in seconds.
    expires_in: u64,
}

impl TokensResponse {
    pub(super) fn new(pair: &TokenPair, now: Timestamp) -> Self {
        Self {
            kind: "bearer",
            token: pair.access.expose().clone(),
            refresh_token: pair.refresh.expose().clone(),
            // A second that has begun counts, so that a fresh token stands for an hour.
            expires_in: pair.access_expires_at.since(now).as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
        }
    }
}

/// The tokens of a new session, and whose it is.
#[derive(Serialize, JsonSchema)]
pub(super) struct SessionResponse {
    #[serde(flatten)]
    tokens: TokensResponse,
    /// Who logged in.
    user: UserResponse,
    /// Sent along with later logins as `X-Device-Token`, it lets them through however often others guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

/// A person, in short.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserResponse {
    id: Uuid,
    /// The default address.
    email: String,
    /// What to call them.
    display_name: String,
}

impl From<&Person> for UserResponse {
    fn from(person: &Person) -> Self {
        Self { id: person.id.0, email: person.email.clone(), display_name: person.display_name.clone() }
    }
}

impl SessionResponse {
    pub(super) fn new(pair: &TokenPair, person: &Person, now: Timestamp) -> Self {
        let device_token = pair.device.as_ref().map(|token| token.expose().clone());
        Self { tokens: TokensResponse::new(pair, now), user: person.into(), device_token }
    }
}

/// Shows sessions that have just begun.
pub(super) struct Reception {
    pub(super) people: web::Data<dyn AuthService>,
    pub(super) clock: web::Data<dyn Clock>,
}

impl Reception {
    /// The session of this pair.
    pub(super) async fn welcome(&self, pair: &TokenPair) -> Result<SessionResponse, Failure> {
        let person = self.people.person(pair.person).await?.ok_or(Rejection::NoCredential)?;
        Ok(SessionResponse::new(pair, &person, self.clock.now()))
    }
}
