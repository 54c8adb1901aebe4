//! Sign-up on the wire.

use crate::identity::account::opened::SessionResponse;
use mainstay_edge::valid::trimmed;
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// An address.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "address_example")]
pub(super) struct AddressRequest {
    /// Whoever signs up reads mail there.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
}

fn address_example() -> Value {
    json!({ "email": "ada@example.com" })
}

/// The code that was mailed.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "verify_example")]
pub(super) struct VerifyRequest {
    /// The address it was mailed to.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
    /// Six digits.
    #[validate(length(max = 64))]
    pub(super) code: String,
}

fn verify_example() -> Value {
    json!({ "email": "ada@example.com", "code": "123456" })
}

/// The address was proven.
#[derive(Serialize, JsonSchema)]
pub(super) struct VerifiedResponse {
    /// A sentence for a person.
    message: &'static str,
    /// Completes the sign-up, within 15 minutes and once.
    registration_token: String,
}

impl VerifiedResponse {
    pub(super) fn new(token: &Secret<String>) -> Self {
        Self { message: "The address is verified. Choose a password.", registration_token: token.expose().clone() }
    }
}

/// The password of the new account.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "complete_example")]
pub(super) struct CompleteRequest {
    /// The address that was proven.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
    /// 8 to 128 characters, not among the common ones.
    #[schemars(with = "String")]
    pub(super) password: Secret<String>,
    /// What the proof gave; without it, the same client must come as proved the address.
    #[schemars(with = "Option<String>")]
    pub(super) registration_token: Option<Secret<String>>,
}

fn complete_example() -> Value {
    json!({ "email": "ada@example.com", "password": "correct horse battery staple", "registration_token": "h0Ff…" })
}

/// There is an account, and its first session.
#[derive(Serialize, JsonSchema)]
pub(super) struct CompletedResponse {
    /// Always `Registration completed`.
    message: &'static str,
    #[serde(flatten)]
    session: SessionResponse,
}

impl CompletedResponse {
    pub(super) fn new(session: SessionResponse) -> Self {
        Self { message: "Registration completed", session }
    }
}

/// What is needed with an invite.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "invited_example")]
pub(super) struct InvitedRequest {
    /// The end of the link in the mail.
    #[schemars(with = "String")]
    pub(super) invite_token: Secret<String>,
    /// The address that was invited.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
    /// 8 to 128 characters, not among the common ones.
    #[schemars(with = "String")]
    pub(super) password: Secret<String>,
}

fn invited_example() -> Value {
    json!({ "invite_token": "Xy3…", "email": "ada@example.com", "password": "correct horse battery staple" })
}

/// There is an account, its first session, and its seat.
#[derive(Serialize, JsonSchema)]
pub(super) struct InvitedResponse {
    #[serde(flatten)]
    pub(super) session: SessionResponse,
    /// The project; of an invite into a workspace null.
    pub(super) project_slug: Option<String>,
    /// The workspace; of an invite into a project null.
    pub(super) workspace_slug: Option<String>,
    /// Where the person is to be sent.
    pub(super) redirect_url: Option<String>,
}
