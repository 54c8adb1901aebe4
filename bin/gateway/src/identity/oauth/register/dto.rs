//! What clients say of themselves, and what is registered of it (RFC 7591 sections 2 and 3.2.1).

use mainstay_auth::{AuthMethod, ClientKeys, ClientMetadata, OAuthScope, Registered, Replacement, SigningAlgorithm};
use mainstay_edge::PublicUrl;
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

/// What a client says of itself. What is not named here is ignored, and not registered.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct RegisterRequest {
    /// Where people may be sent back to, one to ten: https, http on this machine, or for a public client a scheme of its
    /// own with a dot in it.
    #[schemars(required)]
    redirect_uris: Option<Vec<String>>,
    /// What people read when they are asked; the host of the first address where there is none.
    client_name: Option<String>,
    /// `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`; by a secret unless said so.
    token_endpoint_auth_method: Option<String>,
    /// `authorization_code`, and `refresh_token` with it.
    grant_types: Option<Vec<String>>,
    /// `code`.
    response_types: Option<Vec<String>>,
    /// The public keys that the client signs with, for `private_key_jwt`.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    jwks: Option<Value>,
    /// Where they are found, in place of the keys themselves.
    jwks_uri: Option<String>,
    /// `RS256`, unless said otherwise, or `ES256`.
    id_token_signed_response_alg: Option<String>,
}

impl From<RegisterRequest> for ClientMetadata {
    fn from(metadata: RegisterRequest) -> Self {
        let RegisterRequest { redirect_uris, client_name, token_endpoint_auth_method, grant_types, .. } = metadata;
        let RegisterRequest { response_types, jwks, jwks_uri, id_token_signed_response_alg, .. } = metadata;
        Self {
            redirect_uris: redirect_uris.unwrap_or_default(),
            client_name,
            token_endpoint_auth_method,
            grant_types,
            response_types,
            jwks,
            jwks_uri,
            id_token_signed_response_alg,
        }
    }
}

/// What a client says of itself in place of all that it said before.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "replace_example")]
pub(super) struct ReplaceRequest {
    /// What it calls itself, as it is.
    #[schemars(required)]
    client_id: Option<String>,
    /// Its secret as it is, if it is sent at all.
    #[schemars(with = "Option<String>")]
    client_secret: Option<Secret<String>>,
    #[serde(flatten)]
    metadata: RegisterRequest,
}

fn replace_example() -> Value {
    json!({
        "client_id": "3f2a9d1c5b7e4f608a1b2c3d4e5f6071", "client_name": "New Name",
        "redirect_uris": ["https://app.example.com/callback"], "token_endpoint_auth_method": "none"
    })
}

impl From<ReplaceRequest> for Replacement {
    fn from(request: ReplaceRequest) -> Self {
        let ReplaceRequest { client_id, client_secret, metadata } = request;
        Self { client_id, client_secret, metadata: metadata.into() }
    }
}

/// What is registered.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "registered_example")]
pub(super) struct RegisteredResponse {
    /// What the client calls itself.
    client_id: String,
    /// When it was registered, in Unix seconds.
    client_id_issued_at: i64,
    /// Shown this once, where there is a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// 0, which means never; where there is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<u8>,
    /// What the client manages itself with; absent where it was registered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_access_token: Option<String>,
    /// Where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_client_uri: Option<String>,
    client_name: String,
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: &'static str,
    /// What its ID tokens are signed with.
    id_token_signed_response_alg: &'static str,
    grant_types: [&'static str; 2],
    response_types: [&'static str; 1],
    /// What it may ask for, separated by spaces.
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    jwks: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
}

fn registered_example() -> Value {
    json!({
        "client_id": "3f2a9d1c5b7e4f608a1b2c3d4e5f6071", "client_id_issued_at": 1_768_473_000,
        "registration_access_token": "shown this once",
        "registration_client_uri": "https://id.example.com/oauth/register/3f2a9d1c5b7e4f608a1b2c3d4e5f6071",
        "client_name": "My App", "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "none", "id_token_signed_response_alg": "RS256",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "scope": "openid profile email"
    })
}

impl RegisteredResponse {
    /// Of a client that the installation at this address has registered.
    pub(super) fn new(Registered { client, secret, management }: Registered, public_url: &PublicUrl) -> Self {
        let (jwks, jwks_uri) = ClientKeys::members(client.keys);
        let own = || public_url.join(&format!("/oauth/register/{}", client.client_id));
        Self {
            registration_client_uri: management.is_some().then(own),
            registration_access_token: management.as_ref().map(shown),
            client_secret_expires_at: secret.is_some().then_some(0),
            client_secret: secret.as_ref().map(shown),
            client_id: client.client_id,
            client_id_issued_at: client.created_at.seconds(),
            client_name: client.name,
            redirect_uris: client.redirect_uris,
            token_endpoint_auth_method: AuthMethod::as_str(client.method),
            id_token_signed_response_alg: SigningAlgorithm::as_str(client.id_token_algorithm),
            grant_types: ["authorization_code", "refresh_token"],
            response_types: ["code"],
            scope: scopes(),
            jwks,
            jwks_uri,
        }
    }
}

fn shown(secret: &Secret<String>) -> String {
    secret.expose().clone()
}

/// All but what concerns projects, since no such client belongs to one.
fn scopes() -> String {
    let all = OAuthScope::ALL.into_iter().filter(|scope| *scope != OAuthScope::ProjectRead);
    all.map(OAuthScope::as_str).collect::<Vec<_>>().join(" ")
}
