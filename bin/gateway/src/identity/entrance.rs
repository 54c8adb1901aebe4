//! What comes of a right password: tokens, or the question for the second factor.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_auth::{Challenge, Entrance, TokenPair};
use mainstay_edge::describe::{Description, Outcome};
use mainstay_edge::valid::trimmed;
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// A person's address and password.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "log_in_example")]
pub(super) struct LogInRequest {
    /// The address; `username` is taken for it too.
    #[serde(alias = "username")]
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    pub(super) email: String,
    /// The password.
    #[schemars(with = "String")]
    pub(super) password: Secret<String>,
}

fn log_in_example() -> Value {
    json!({ "email": "ada@example.com", "password": "correct horse battery staple" })
}

/// 200 with a `T`, or 202 with a challenge.
pub(super) enum Entered<T> {
    Open(T),
    Challenged(ChallengeResponse),
}

/// The password was right; the second factor is asked for.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChallengeResponse {
    /// Always true.
    totp_required: bool,
    /// Goes to `/auth/2fa/verify` with the code, within five minutes. It opens nothing else.
    challenge_token: String,
}

impl From<Challenge> for ChallengeResponse {
    fn from(challenge: Challenge) -> Self {
        Self { totp_required: true, challenge_token: challenge.token.expose().clone() }
    }
}

impl From<Entrance> for Entered<TokenPair> {
    fn from(entrance: Entrance) -> Self {
        match entrance {
            Entrance::Open(pair) => Self::Open(pair),
            Entrance::SecondFactor(challenge) => Self::Challenged(challenge.into()),
        }
    }
}

impl<T> Entered<T> {
    pub(super) fn map<U>(self, turn: impl FnOnce(T) -> U) -> Entered<U> {
        match self {
            Self::Open(tokens) => Entered::Open(turn(tokens)),
            Self::Challenged(challenge) => Entered::Challenged(challenge),
        }
    }
}

impl<T: Serialize> Responder for Entered<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::Open(tokens) => HttpResponse::Ok().json(tokens),
            Self::Challenged(challenge) => HttpResponse::Accepted().json(challenge),
        }
    }
}

impl<T: JsonSchema> Outcome for Entered<T> {
    fn describe(to: &mut Description<'_>) {
        to.answer::<T>(200, "Logged in.");
        to.answer::<ChallengeResponse>(202, "The second factor is asked for.");
    }
}
