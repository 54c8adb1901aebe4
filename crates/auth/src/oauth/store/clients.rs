//! Clients in the database.

use super::{ClientStore, KnownClient, Own};
use crate::oauth::CLIENTS;
use crate::oauth::model::{AuthMethod, ClientChange, ClientId, ClientKeys, ClientOwner, OAuthClient};
use crate::oauth::secret::SecretHash;
use crate::schema::{oauth_clients, projects, users, workspaces};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, UserId, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts, each_backend};
use serde_json::Value;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_clients, treat_none_as_default_value = false)]
struct Row {
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
    auth_method: String,
    jwks: Option<Json<Value>>,
    jwks_uri: Option<String>,
}

impl From<KnownClient> for Row {
    fn from(KnownClient { client, secret_hash }: KnownClient) -> Self {
        let (user_id, project_id, workspace_id) = match client.owner {
            ClientOwner::Personal(person) => (Some(Id(person.0)), None, None),
            ClientOwner::Project(project) => (None, Some(Id(project)), None),
            ClientOwner::Workspace(workspace) => (None, None, Some(workspace.0)),
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
            auth_method: client.method.as_str().to_owned(),
            jwks,
            jwks_uri,
        }
    }
}

/// The columns of keys: of the two one is set where there are some.
fn columns(keys: Option<ClientKeys>) -> (Option<Json<Value>>, Option<String>) {
    match keys {
        None => (None, None),
        Some(ClientKeys::Inline(set)) => (Some(Json(set)), None),
        Some(ClientKeys::At(uri)) => (None, Some(uri)),
    }
}

impl TryFrom<Row> for KnownClient {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let owner = match (row.user_id, row.project_id, row.workspace_id) {
            (Some(person), None, None) => ClientOwner::Personal(UserId(person.0)),
            (None, Some(project), None) => ClientOwner::Project(project.0),
            (None, None, Some(workspace)) => ClientOwner::Workspace(WorkspaceId(workspace)),
            _ => return Err(damaged("a client has one owner")),
        };
        let client = OAuthClient {
            id: ClientId(row.id.0),
            client_id: row.client_id,
            name: row.name,
            redirect_uris: row.redirect_uris.0,
            method: AuthMethod::parse(&row.auth_method)
                .ok_or_else(|| damaged("a client shows itself in a known way"))?,
            keys: row.jwks.map(|Json(set)| ClientKeys::Inline(set)).or(row.jwks_uri.map(ClientKeys::At)),
            owner,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        };
        Ok(Self { client, secret_hash: row.secret_hash.map(SecretHash) })
    }
}

fn damaged(rule: &str) -> StoreError {
    StoreError::Damaged(format!("oauth_clients: {rule}"))
}

#[derive(AsChangeset)]
#[diesel(table_name = oauth_clients)]
struct Change {
    name: Option<String>,
    redirect_uris: Option<Json<Vec<String>>>,
    /// Where one is given, the other is cleared.
    jwks: Option<Option<Json<Value>>>,
    jwks_uri: Option<Option<String>>,
    updated_at: Ts,
}

impl Change {
    fn of(change: ClientChange, at: Timestamp) -> Self {
        let ClientChange { name, redirect_uris, keys } = change;
        let (jwks, jwks_uri) = keys.map(|keys| columns(Some(keys))).unzip();
        Self { name, redirect_uris: redirect_uris.map(Json), jwks, jwks_uri, updated_at: at.into() }
    }
}

#[each_backend]
impl DieselAuthStore<Db> {
    fn clients_of(owner: ClientOwner) -> oauth_clients::BoxedQuery<'static, Backend> {
        let clients = oauth_clients::table.into_boxed();
        match owner {
            ClientOwner::Personal(person) => clients.filter(oauth_clients::user_id.eq(Id(person.0))),
            ClientOwner::Project(project) => clients.filter(oauth_clients::project_id.eq(Id(project))),
            ClientOwner::Workspace(workspace) => clients.filter(oauth_clients::workspace_id.eq(workspace.0)),
        }
    }
}

/// What several steps have in common.
#[async_trait]
trait Steps {
    /// Holds the owner, so that nobody adds a client of theirs until the transaction ends.
    async fn hold_owner(&mut self, owner: ClientOwner) -> StoreResult<()>;
    /// Holds a client of an owner; says whether there is one.
    async fn hold_client(&mut self, owner: ClientOwner, id: ClientId) -> StoreResult<bool>;
    /// Tells everybody that a client has changed.
    async fn tell(&mut self, own: &Own) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn hold_owner(&mut self, owner: ClientOwner) -> StoreResult<()> {
        match owner {
            ClientOwner::Personal(person) => {
                let held = users::table.find(Id(person.0)).select(users::id);
                let _: Option<Id> = Locked(held).get_result(self).await.optional()?;
            }
            ClientOwner::Project(project) => {
                let held = projects::table.find(Id(project)).select(projects::id);
                let _: Option<Id> = Locked(held).get_result(self).await.optional()?;
            }
            ClientOwner::Workspace(workspace) => {
                let held = workspaces::table.find(workspace.0).select(workspaces::id);
                let _: Option<i64> = Locked(held).get_result(self).await.optional()?;
            }
        }
        Ok(())
    }

    async fn hold_client(&mut self, owner: ClientOwner, id: ClientId) -> StoreResult<bool> {
        let held = DieselAuthStore::<Db>::clients_of(owner).filter(oauth_clients::id.eq(Id(id.0)));
        let held: Option<Id> = Locked(held.select(oauth_clients::id)).get_result(self).await.optional()?;
        Ok(held.is_some())
    }

    async fn tell(&mut self, own: &Own) -> StoreResult<()> {
        self.append(&own.event).await?;
        self.announce(CLIENTS, own.client.client_id.clone(), own.at).await
    }
}

#[each_backend]
#[async_trait]
impl ClientStore for DieselAuthStore<Db> {
    async fn add_client(&self, new: KnownClient, most: i64, event: Event) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let owner = new.client.owner;
                    conn.hold_owner(owner).await?;
                    let count: i64 = Self::clients_of(owner).count().get_result(conn).await?;
                    if count >= most {
                        return Ok(false);
                    }
                    diesel::insert_into(oauth_clients::table).values(Row::from(new)).execute(conn).await?;
                    conn.append(&event).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn clients(&self, owner: ClientOwner) -> StoreResult<Vec<OAuthClient>> {
        let found = Self::clients_of(owner).order(oauth_clients::id).select(Row::as_select());
        let rows = self.db.scan(|conn| async move { Ok(found.load::<Row>(conn).await?) }.boxed()).await?;
        rows.into_iter().map(|row| Ok(KnownClient::try_from(row)?.client)).collect()
    }

    async fn client(&self, owner: ClientOwner, id: ClientId) -> StoreResult<Option<OAuthClient>> {
        let found = Self::clients_of(owner).filter(oauth_clients::id.eq(Id(id.0))).select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(found.first::<Row>(conn).await.optional()?) }.boxed()).await?;
        row.map(|row| Ok(KnownClient::try_from(row)?.client)).transpose()
    }

    async fn client_called(&self, client_id: String) -> StoreResult<Option<KnownClient>> {
        let found = oauth_clients::table.filter(oauth_clients::client_id.eq(client_id)).select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(found.first::<Row>(conn).await.optional()?) }.boxed()).await?;
        row.map(TryInto::try_into).transpose()
    }

    async fn update_client(&self, own: Own, change: ClientChange) -> StoreResult<Option<OAuthClient>> {
        self.db
            .write(move |conn| {
                async move {
                    let id = own.client.id;
                    if !conn.hold_client(own.owner, id).await? {
                        return Ok(None);
                    }
                    let set = Change::of(change, own.at);
                    let changed = diesel::update(oauth_clients::table.find(Id(id.0))).set(set);
                    let row: Row = changed.returning(Row::as_returning()).get_result(conn).await?;
                    conn.tell(&own).await?;
                    Ok(Some(KnownClient::try_from(row)?.client))
                }
                .boxed()
            })
            .await
    }

    async fn replace_client_secret(&self, own: Own, hash: SecretHash) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    if !conn.hold_client(own.owner, own.client.id).await? {
                        return Ok(false);
                    }
                    let set = (oauth_clients::secret_hash.eq(Some(hash.0)), oauth_clients::updated_at.eq(Ts(own.at)));
                    diesel::update(oauth_clients::table.find(Id(own.client.id.0))).set(set).execute(conn).await?;
                    conn.tell(&own).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn delete_client(&self, own: Own) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    if !conn.hold_client(own.owner, own.client.id).await? {
                        return Ok(false);
                    }
                    diesel::delete(oauth_clients::table.find(Id(own.client.id.0))).execute(conn).await?;
                    conn.tell(&own).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }
}
