//! The rows of clients, and what is read out of them.

use crate::oauth::model::{ClientChange, ClientId, ClientKind, ClientOwner, OAuthClient};
use crate::oauth::secret::SecretHash;
use crate::oauth::store::KnownClient;
use crate::schema::oauth_clients;
use diesel::prelude::*;
use mainstay_kernel::{Timestamp, UserId, WorkspaceId};
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_clients, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: Id,
    client_id: String,
    name: String,
    redirect_uris: Json<Vec<String>>,
    secret_hash: Option<Vec<u8>>,
    user_id: Option<Id>,
    project_id: Option<Id>,
    workspace_id: Option<i64>,
    created_at: Ts,
    updated_at: Ts,
    post_logout_redirect_uris: Json<Vec<String>>,
    has_device_flow: bool,
}

impl From<KnownClient> for Row {
    fn from(KnownClient { client, secret_hash }: KnownClient) -> Self {
        let (user_id, project_id, workspace_id) = match client.owner {
            ClientOwner::Personal(person) => (Some(Id(person.0)), None, None),
            ClientOwner::Project(project) => (None, Some(Id(project)), None),
            ClientOwner::Workspace(workspace) => (None, None, Some(workspace.0)),
        };
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
        }
    }
}

impl TryFrom<Row> for KnownClient {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let owner = match (row.user_id, row.project_id, row.workspace_id) {
            (Some(person), None, None) => ClientOwner::Personal(UserId(person.0)),
            (None, Some(project), None) => ClientOwner::Project(project.0),
            (None, None, Some(workspace)) => ClientOwner::Workspace(WorkspaceId(workspace)),
            _ => return Err(StoreError::Damaged("oauth_clients: a client has one owner".to_owned())),
        };
        let client = OAuthClient {
            id: ClientId(row.id.0),
            client_id: row.client_id,
            name: row.name,
            redirect_uris: row.redirect_uris.0,
            post_logout_redirect_uris: row.post_logout_redirect_uris.0,
            has_device_flow: row.has_device_flow,
            kind: if row.secret_hash.is_some() { ClientKind::Confidential } else { ClientKind::Public },
            owner,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        };
        Ok(Self { client, secret_hash: row.secret_hash.map(SecretHash) })
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = oauth_clients)]
pub(super) struct Change {
    name: Option<String>,
    redirect_uris: Option<Json<Vec<String>>>,
    post_logout_redirect_uris: Option<Json<Vec<String>>>,
    has_device_flow: Option<bool>,
    updated_at: Ts,
}

impl Change {
    pub(super) fn new(change: ClientChange, at: Timestamp) -> Self {
        Self {
            name: change.name,
            redirect_uris: change.redirect_uris.map(Json),
            post_logout_redirect_uris: change.post_logout_redirect_uris.map(Json),
            has_device_flow: change.has_device_flow,
            updated_at: at.into(),
        }
    }
}
