//! Tokens on the wire.

use mainstay_auth::TokenPair;
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// A refresh token to be traded.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "refresh_example")]
pub(super) struct RefreshRequest {
    /// The refresh token.
    #[schemars(with = "String")]
    pub(super) refresh: Secret<String>,
}

fn refresh_example() -> Value {
    json!({ "refresh": "mst_AZqf0c3V" })
}

/// What a login or a refresh gives.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenPairResponse {
    /// A JWT for the `Authorization` header, good for an hour.
    access: String,
    /// Buys the next pair, once.
    refresh: String,
}

impl From<TokenPair> for TokenPairResponse {
    fn from(pair: TokenPair) -> Self {
        Self { access: pair.access.expose().clone(), refresh: pair.refresh.expose().clone() }
    }
}
