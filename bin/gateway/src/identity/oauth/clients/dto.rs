//! Clients on the wire.

use super::algorithm::AlgorithmName;
use super::method::AuthMethodName;
use mainstay_auth::{
    AuthMethod, ClientChange, ClientKeys, ClientKind, ClientOwner, NewClient, OAuthClient, SigningAlgorithm,
};
use mainstay_edge::{IsoMillis, Rejection};
use mainstay_kernel::{FieldError, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// A client to be registered.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(crate) struct CreateClientRequest {
    /// What people read when they are asked.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// Where people go back to: https, or http on this machine; this or `redirect_uris` is required.
    redirect_uri: Option<String>,
    /// Several such addresses, at most ten.
    redirect_uris: Option<Vec<String>>,
    /// Where people may be sent after they were logged out on its behalf, at most ten.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Whether it cannot keep a secret, as in a browser or on a phone; not unless said so.
    is_public: Option<bool>,
    /// Whether it asks for people on devices where they cannot log in (RFC 8628); not unless said so. Such a client may
    /// have no address.
    device_flow: Option<bool>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or `none` for a public one; by a secret unless
    /// said so.
    token_endpoint_auth_method: Option<AuthMethodName>,
    /// The public keys that it signs with (RFC 7517), for `private_key_jwt`.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    jwks: Option<Value>,
    /// Where they are found, in place of the keys themselves.
    jwks_uri: Option<String>,
    /// What its ID tokens are signed with; `RS256` unless said so, as OpenID Connect has it.
    id_token_signed_response_alg: Option<AlgorithmName>,
}

fn create_example() -> Value {
    json!({ "name": "My App", "redirect_uri": "https://app.example.com/callback" })
}

/// How a new client shows who it is. To be public is to show nothing.
fn method_of(is_public: Option<bool>, named: Option<AuthMethod>) -> Result<AuthMethod, Rejection> {
    match (is_public, named) {
        (Some(true), None) => Ok(AuthMethod::None),
        (_, None) => Ok(AuthMethod::SecretBasic),
        (Some(is_public), Some(method)) if is_public != (method == AuthMethod::None) => {
            let message = "A public client has the method none, and no other has.";
            Err(Rejection::Invalid(vec![FieldError::new("token_endpoint_auth_method", "public", message)]))
        }
        (_, Some(method)) => Ok(method),
    }
}

impl TryFrom<CreateClientRequest> for NewClient {
    type Error = Rejection;

    fn try_from(request: CreateClientRequest) -> Result<Self, Rejection> {
        let method = method_of(request.is_public, request.token_endpoint_auth_method.map(AuthMethod::from))?;
        Ok(Self {
            name: request.name,
            redirect_uris: together(request.redirect_uri, request.redirect_uris).unwrap_or_default(),
            post_logout_redirect_uris: request.post_logout_redirect_uris.unwrap_or_default(),
            has_device_flow: request.device_flow.unwrap_or_default(),
            method,
            keys: keys(request.jwks, request.jwks_uri)?,
            id_token_algorithm: request.id_token_signed_response_alg.map(SigningAlgorithm::from).unwrap_or_default(),
        })
    }
}

/// The keys of a client, which come in one way or not at all.
fn keys(jwks: Option<Value>, jwks_uri: Option<String>) -> Result<Option<ClientKeys>, Rejection> {
    let alone = |message| Rejection::Invalid(vec![FieldError::new("jwks_uri", "alone", message)]);
    ClientKeys::of_members(jwks, jwks_uri).map_err(alone)
}

/// A change of a client; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(crate) struct UpdateClientRequest {
    /// What people read when they are asked.
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    /// The one address that people go back to, in place of all there are.
    redirect_uri: Option<String>,
    /// Several, in place of all there are.
    redirect_uris: Option<Vec<String>>,
    /// Where people may be sent after they were logged out on its behalf, in place of all there are.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Whether it asks for people on devices where they cannot log in.
    device_flow: Option<bool>,
    /// Other keys, of a client that shows itself by `private_key_jwt`.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    jwks: Option<Value>,
    /// Where its keys are found from now on.
    jwks_uri: Option<String>,
    /// What its ID tokens are signed with from now on.
    id_token_signed_response_alg: Option<AlgorithmName>,
}

fn update_example() -> Value {
    json!({ "name": "New Name", "redirect_uri": "https://app.example.com/callback" })
}

impl TryFrom<UpdateClientRequest> for ClientChange {
    type Error = Rejection;

    fn try_from(request: UpdateClientRequest) -> Result<Self, Rejection> {
        Ok(Self {
            name: request.name,
            redirect_uris: together(request.redirect_uri, request.redirect_uris),
            post_logout_redirect_uris: request.post_logout_redirect_uris,
            has_device_flow: request.device_flow,
            keys: keys(request.jwks, request.jwks_uri)?,
            id_token_algorithm: request.id_token_signed_response_alg.map(SigningAlgorithm::from),
        })
    }
}

/// Both ways to name addresses, each address once; none where neither is there.
fn together(one: Option<String>, several: Option<Vec<String>>) -> Option<Vec<String>> {
    let Some(one) = one else { return several };
    let others = several.unwrap_or_default().into_iter().filter(|other| *other != one);
    Some(std::iter::once(one.clone()).chain(others.collect::<Vec<_>>()).collect())
}

/// A client and its secret, which is shown this once.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "issued_example")]
pub(in crate::identity) struct IssuedClientResponse {
    id: Uuid,
    /// What it calls itself.
    client_id: String,
    /// Absent where it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    name: String,
    /// The first of its addresses.
    redirect_uri: String,
    /// The project that it belongs to, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<Uuid>,
}

fn issued_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "client_id": "3f2a9d1c5b7e4f608a1b2c3d4e5f6071",
        "client_secret": "shown this once", "name": "My App", "redirect_uri": "https://app.example.com/callback"
    })
}

impl IssuedClientResponse {
    /// Of a client that was just given this secret.
    pub(in crate::identity) fn new(client: OAuthClient, secret: Option<Secret<String>>) -> Self {
        Self {
            id: client.id.0,
            client_secret: secret.map(|secret| secret.expose().clone()),
            redirect_uri: first(&client),
            project_id: project_of(&client),
            client_id: client.client_id,
            name: client.name,
        }
    }
}

/// A client in a list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::identity) struct ClientRow {
    id: Uuid,
    name: String,
    /// What it calls itself.
    client_id: String,
    /// The first of its addresses.
    redirect_uri: String,
    /// Where people may be sent after they were logged out on its behalf.
    post_logout_redirect_uris: Vec<String>,
    /// The person whose it is; null of a project's.
    user_id: Option<Uuid>,
    /// The project whose it is, if it is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<Uuid>,
    created_at: IsoMillis,
    updated_at: IsoMillis,
}

impl From<OAuthClient> for ClientRow {
    fn from(client: OAuthClient) -> Self {
        Self {
            id: client.id.0,
            redirect_uri: first(&client),
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            user_id: if let ClientOwner::Personal(user) = client.owner { Some(user.0) } else { None },
            project_id: project_of(&client),
            client_id: client.client_id,
            name: client.name,
            created_at: client.created_at.into(),
            updated_at: client.updated_at.into(),
        }
    }
}

/// A client, with all that is known of it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::identity) struct ClientResponse {
    #[serde(flatten)]
    row: ClientRow,
    /// All its addresses.
    redirect_uris: Vec<String>,
    /// Whether it can keep nothing to itself.
    is_public: bool,
    /// Whether it asks for people on devices where they cannot log in.
    device_flow: bool,
    /// How it shows who it is.
    token_endpoint_auth_method: AuthMethodName,
    /// What its ID tokens are signed with.
    id_token_signed_response_alg: AlgorithmName,
    /// The keys that it signs with, if it has any here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    jwks: Option<Value>,
    /// Where they are found, if it keeps them elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
}

impl From<OAuthClient> for ClientResponse {
    fn from(client: OAuthClient) -> Self {
        let (jwks, jwks_uri) = ClientKeys::members(client.keys.clone());
        Self {
            redirect_uris: client.redirect_uris.clone(),
            is_public: client.kind() == ClientKind::Public,
            device_flow: client.has_device_flow,
            token_endpoint_auth_method: client.method.into(),
            id_token_signed_response_alg: client.id_token_algorithm.into(),
            jwks,
            jwks_uri,
            row: client.into(),
        }
    }
}

/// What anybody may know of a client.
#[derive(Serialize, JsonSchema)]
pub(in crate::identity) struct NamedClientResponse {
    /// What people read when they are asked.
    pub(in crate::identity) name: String,
}

fn first(client: &OAuthClient) -> String {
    client.redirect_uris.first().cloned().unwrap_or_default()
}

fn project_of(client: &OAuthClient) -> Option<Uuid> {
    if let ClientOwner::Project(project) = client.owner { Some(project) } else { None }
}
