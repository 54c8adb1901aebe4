//! A workspace's OAuth clients on the wire.

use crate::platform::few::Few;
use mainstay_auth::{ClientKind, OAuthClient};
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_kernel::{Secret, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::convert::Infallible;
use uuid::Uuid;

/// What the list of clients can be asked.
pub(super) enum ClientList {}

/// What clients are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum ClientColumn {
    Name,
    CreatedAt,
    UpdatedAt,
}

impl Listable for ClientList {
    type Column = ClientColumn;
    type Status = Infallible;
    const COLUMNS: &'static [(&'static str, ClientColumn)] = &[
        ("name", ClientColumn::Name),
        ("created_at", ClientColumn::CreatedAt),
        ("updated_at", ClientColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, Infallible)] = &[];
}

impl Few<ClientList> for OAuthClient {
    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn is(&self, status: Infallible, _: Timestamp) -> bool {
        match status {}
    }

    fn compare(&self, other: &Self, column: ClientColumn) -> Ordering {
        match column {
            ClientColumn::Name => self.name.to_lowercase().cmp(&other.name.to_lowercase()),
            ClientColumn::CreatedAt => self.created_at.cmp(&other.created_at),
            ClientColumn::UpdatedAt => self.updated_at.cmp(&other.updated_at),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// A client of a workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "client_example")]
pub(super) struct WorkspaceClientResponse {
    id: Uuid,
    /// What it calls itself.
    client_id: String,
    /// What people read when they are asked.
    name: String,
    /// Where people go back to.
    redirect_uris: Vec<String>,
    /// Where people may be sent after they were logged out on its behalf.
    post_logout_redirect_uris: Vec<String>,
    /// Whether it has no secret.
    is_public: bool,
    /// How it shows who it is: `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    token_endpoint_auth_method: &'static str,
    /// What its ID tokens are signed with: `RS256` or `ES256`.
    id_token_signed_response_alg: &'static str,
    /// Whether it asks for people on devices where they cannot log in (RFC 8628).
    device_flow: bool,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

fn client_example() -> Value {
    json!({
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "client_id": "3f2a9d1c5b7e4f608a1b2c3d4e5f6071", "name": "My App",
        "redirect_uris": ["https://app.example.com/callback"], "post_logout_redirect_uris": [], "is_public": false,
        "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "RS256", "device_flow": false,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"
    })
}

impl From<OAuthClient> for WorkspaceClientResponse {
    fn from(client: OAuthClient) -> Self {
        let is_public = client.kind() == ClientKind::Public;
        Self {
            id: client.id.0,
            client_id: client.client_id,
            name: client.name,
            redirect_uris: client.redirect_uris,
            post_logout_redirect_uris: client.post_logout_redirect_uris,
            is_public,
            token_endpoint_auth_method: client.method.as_str(),
            id_token_signed_response_alg: client.id_token_algorithm.as_str(),
            device_flow: client.has_device_flow,
            created_at: client.created_at.into(),
            updated_at: client.updated_at.into(),
        }
    }
}

/// A client and its secret, which is shown this once.
#[derive(Serialize, JsonSchema)]
pub(super) struct IssuedWorkspaceClient {
    #[serde(flatten)]
    client: WorkspaceClientResponse,
    /// Null where it is public.
    client_secret: Option<String>,
}

impl IssuedWorkspaceClient {
    /// Of a client that was just given this secret.
    pub(super) fn new(client: OAuthClient, secret: Option<Secret<String>>) -> Self {
        Self { client: client.into(), client_secret: secret.map(|secret| secret.expose().clone()) }
    }
}
