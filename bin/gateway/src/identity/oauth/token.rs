//! `/oauth/token`: tokens for a code, a refresh token, a device, or a client itself (RFC 6749 section 3.2).

use super::TAG;
use super::authentication::Claimed;
use super::unkept::Unkept;
use actix_web::web;
use mainstay_auth::{ProviderService, TokenRequest, Tokens};
use mainstay_edge::{BasicClient, BodyParameters, Doc, Failure, OAuth, Surface};
use mainstay_kernel::{Kind, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_clients("/token");
    let text = "The client proves itself by `Authorization: Basic`, by `client_id` and `client_secret` in the body, or by \
        an assertion that it signed (`private_key_jwt`); a public one by its verifier (PKCE). A code is good once. The \
        refresh token of a client with a secret stays the same; that of a public one is replaced by each use. A device \
        is told `authorization_pending` until a person has decided, and `slow_down` when it asks too soon.";
    let fails = &[(Kind::Malformed, "The code or the refresh token does not stand, or a parameter is wrong.")];
    surface.post("/token", token, Doc { id: "issueTokens", tag: TAG, summary: "Get tokens", text, fails });
}

/// What a client asks tokens for.
#[derive(Deserialize, JsonSchema)]
#[schemars(example = "token_example")]
struct TokenParameters {
    /// `authorization_code`, `refresh_token`, `client_credentials` or `urn:ietf:params:oauth:grant-type:device_code`.
    #[schemars(required)]
    grant_type: Option<String>,
    /// Which client, unless the header says it.
    client_id: Option<String>,
    /// The client's secret, unless the header has it or there is none.
    #[schemars(with = "Option<String>")]
    client_secret: Option<Secret<String>>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with an assertion.
    client_assertion_type: Option<String>,
    /// What the client signed (RFC 7523), in place of a secret.
    #[schemars(with = "Option<String>")]
    client_assertion: Option<Secret<String>>,
    /// The code, for `authorization_code`.
    #[schemars(with = "Option<String>")]
    code: Option<Secret<String>>,
    /// Where the code was sent to, for `authorization_code`.
    redirect_uri: Option<String>,
    /// What the challenge was made of, if there was one.
    #[schemars(with = "Option<String>")]
    code_verifier: Option<Secret<String>>,
    /// The refresh token, for `refresh_token`.
    #[schemars(with = "Option<String>")]
    refresh_token: Option<Secret<String>>,
    /// What the device was given, for the device code's grant (RFC 8628 section 3.4).
    #[schemars(with = "Option<String>")]
    device_code: Option<Secret<String>>,
    /// Fewer scopes than were granted, separated by spaces.
    scope: Option<String>,
    /// For whom the access token is (RFC 8707).
    resource: Option<String>,
}

fn token_example() -> Value {
    json!({
        "grant_type": "authorization_code", "client_id": "3f2a9d1c5b7e4f608a1b2c3d4e5f6071",
        "client_secret": "the client's secret", "code": "the code", "redirect_uri": "https://app.example.com/callback"
    })
}

/// Tokens (RFC 6749 section 5.1).
#[derive(Serialize, JsonSchema)]
struct TokensResponse {
    access_token: String,
    /// Buys more; absent for `client_credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How long the access token stands, in seconds.
    expires_in: u64,
    /// What was granted, separated by spaces.
    scope: String,
    /// Who logged in, signed (OpenID Connect Core section 2); with the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl From<Tokens> for TokensResponse {
    fn from(tokens: Tokens) -> Self {
        let shown = |token: Secret<String>| token.expose().clone();
        Self {
            access_token: shown(tokens.access_token),
            refresh_token: tokens.refresh_token.map(shown),
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            scope: tokens.scopes.to_string(),
            id_token: tokens.id_token.map(shown),
        }
    }
}

async fn token(
    basic: BasicClient,
    BodyParameters(body): BodyParameters<TokenParameters>,
    provider: web::Data<dyn ProviderService>,
) -> Result<Unkept<TokensResponse>, Failure> {
    let claimed = Claimed {
        id: body.client_id,
        secret: body.client_secret,
        assertion_type: body.client_assertion_type,
        assertion: body.client_assertion,
    };
    let client = claimed.beside(basic)?;
    let request = TokenRequest {
        grant_type: body.grant_type,
        code: body.code,
        redirect_uri: body.redirect_uri,
        code_verifier: body.code_verifier,
        refresh_token: body.refresh_token,
        device_code: body.device_code,
        scope: body.scope,
        resource: body.resource,
    };
    let tokens = provider.token(&client, request).await?;
    Ok(Unkept(tokens.into()))
}
