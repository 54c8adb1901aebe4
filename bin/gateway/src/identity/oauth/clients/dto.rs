//! Clients on the wire.

use mainstay_auth::{ClientChange, ClientKind, ClientOwner, NewClient, OAuthClient};
use mainstay_edge::IsoMillis;
use mainstay_kernel::Secret;
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
}

fn create_example() -> Value {
    json!({ "name": "My App", "redirect_uri": "https://app.example.com/callback" })
}

impl From<CreateClientRequest> for NewClient {
    fn from(request: CreateClientRequest) -> Self {
        Self {
            name: request.name,
            redirect_uris: together(request.redirect_uri, request.redirect_uris).unwrap_or_default(),
            post_logout_redirect_uris: request.post_logout_redirect_uris.unwrap_or_default(),
            is_public: request.is_public.unwrap_or_default(),
            has_device_flow: request.device_flow.unwrap_or_default(),
        }
    }
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
}

fn update_example() -> Value {
    json!({ "name": "New Name", "redirect_uri": "https://app.example.com/callback" })
}

impl From<UpdateClientRequest> for ClientChange {
    fn from(request: UpdateClientRequest) -> Self {
        Self {
            name: request.name,
            redirect_uris: together(request.redirect_uri, request.redirect_uris),
            post_logout_redirect_uris: request.post_logout_redirect_uris,
            has_device_flow: request.device_flow,
        }
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
    /// Whether it has no secret.
    is_public: bool,
    /// Whether it asks for people on devices where they cannot log in.
    device_flow: bool,
}

impl From<OAuthClient> for ClientResponse {
    fn from(client: OAuthClient) -> Self {
        let is_public = client.kind == ClientKind::Public;
        let device_flow = client.has_device_flow;
        Self { redirect_uris: client.redirect_uris.clone(), is_public, device_flow, row: client.into() }
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
