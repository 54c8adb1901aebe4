//! A client as a row.

use super::KnownClient;
use crate::oauth::model::{AuthMethod, ClientId, ClientKeys, ClientOwner, OAuthClient};
use crate::oauth::secret::SecretHash;
use crate::schema::oauth_clients;
use crate::tokens::SigningAlgorithm;
use diesel::prelude::*;
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts};
use serde_json::Value;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_clients, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: Id,
    client_id: String,
    pub(super) name: String,
    pub(super) redirect_uris: Json<Vec<String>>,
    secret_hash: Option<Vec<u8>>,
    user_id: Option<Id>,
    project_id: Option<Id>,
    workspace_id: Option<i64>,
    created_at: Ts,
    pub(super) updated_at: Ts,
    post_logout_redirect_uris: Json<Vec<String>>,
    has_device_flow: bool,
    pub(super) auth_method: String,
    pub(super) jwks: Option<Json<Value>>,
    pub(super) jwks_uri: Option<String>,
    registration_hash: Option<Vec<u8>>,
    pub(super) id_token_alg: String,
}

impl From<KnownClient> for Row {
    fn from(KnownClient { client, secret_hash, registration }: KnownClient) -> Self {
        let (user_id, project_id, workspace_id) = match client.owner {
            ClientOwner::Personal(person) => (Some(Id(person.0)), None, None),
            ClientOwner::Project(project) => (None, Some(Id(project)), None),
            ClientOwner::Workspace(workspace) => (None, None, Some(workspace.0)),
            ClientOwner::Itself(_) => (None, None, None),
        };
        let (jwks, jwks_uri) = columns(client.keys);
        Self {
            id: Id(client.id.0),
            client_id: client.client_id,
            name: client.name,
            redirect_uris: Json(client.redirect_uris),
            secret_hash: secret_hash.map(|hash| hash.0),
            user_id,
            project_id,
            workspace_id,
            created_at: client.created_at.into(),
            updated_at: client.updated_at.into(),
            post_logout_redirect_uris: Json(client.post_logout_redirect_uris),
            has_device_flow: client.has_device_flow,
            auth_method: client.method.as_str().to_owned(),
            jwks,
            jwks_uri,
            registration_hash: registration.map(|hash| hash.0),
            id_token_alg: client.id_token_algorithm.as_str().to_owned(),
        }
    }
}

/// The columns of keys: of the two one is set where there are some.
pub(super) fn columns(keys: Option<ClientKeys>) -> (Option<Json<Value>>, Option<String>) {
    let (jwks, jwks_uri) = ClientKeys::members(keys);
    (jwks.map(Json), jwks_uri)
}

impl TryFrom<Row> for KnownClient {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let owner = match (row.user_id, row.project_id, row.workspace_id) {
            (Some(person), None, None) => ClientOwner::Personal(UserId(person.0)),
            (None, Some(project), None) => ClientOwner::Project(project.0),
            (None, None, Some(workspace)) => ClientOwner::Workspace(WorkspaceId(workspace)),
            (None, None, None) => ClientOwner::Itself(ClientId(row.id.0)),
            _ => return Err(damaged("a client has one owner at most")),
        };
        let client = OAuthClient {
            id: ClientId(row.id.0),
            client_id: row.client_id,
            name: row.name,
            redirect_uris: row.redirect_uris.0,
            post_logout_redirect_uris: row.post_logout_redirect_uris.0,
            has_device_flow: row.has_device_flow,
            method: AuthMethod::parse(&row.auth_method)
                .ok_or_else(|| damaged("a client shows itself in a known way"))?,
            keys: row.jwks.map(|Json(set)| ClientKeys::Inline(set)).or(row.jwks_uri.map(ClientKeys::At)),
            id_token_algorithm: SigningAlgorithm::parse(&row.id_token_alg)
                .ok_or_else(|| damaged("ID tokens are signed in a known way"))?,
            owner,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        };
        let registration = row.registration_hash.map(SecretHash);
        Ok(Self { client, secret_hash: row.secret_hash.map(SecretHash), registration })
    }
}

fn damaged(rule: &str) -> StoreError {
    StoreError::Damaged(format!("oauth_clients: {rule}"))
}
