//! Clients in the database.

use super::row::{Row, columns};
use super::{ClientStore, KnownClient, Own, OwnClients};
use crate::oauth::CLIENTS;
use crate::oauth::model::{ClientChange, ClientId, ClientOwner, OAuthClient};
use crate::oauth::secret::SecretHash;
use crate::schema::{oauth_clients, projects, users, workspaces};
use crate::store::DieselAuthStore;
use crate::tokens::SigningAlgorithm;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, StoreResult, Ts, each_backend};
use serde_json::Value;

#[derive(AsChangeset)]
#[diesel(table_name = oauth_clients)]
struct Change {
    name: Option<String>,
    redirect_uris: Option<Json<Vec<String>>>,
    post_logout_redirect_uris: Option<Json<Vec<String>>>,
    has_device_flow: Option<bool>,
    /// Where one is given, the other is cleared.
    jwks: Option<Option<Json<Value>>>,
    jwks_uri: Option<Option<String>>,
    id_token_alg: Option<&'static str>,
    updated_at: Ts,
}

impl Change {
    fn of(change: ClientChange, at: Timestamp) -> Self {
        let (jwks, jwks_uri) = change.keys.map(|keys| columns(Some(keys))).unzip();
        Self {
            name: change.name,
            redirect_uris: change.redirect_uris.map(Json),
            post_logout_redirect_uris: change.post_logout_redirect_uris.map(Json),
            has_device_flow: change.has_device_flow,
            jwks,
            jwks_uri,
            id_token_alg: change.id_token_algorithm.map(SigningAlgorithm::as_str),
            updated_at: at.into(),
        }
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
            ClientOwner::Itself(client) => clients
                .filter(oauth_clients::id.eq(Id(client.0)))
                .filter(oauth_clients::user_id.is_null())
                .filter(oauth_clients::project_id.is_null())
                .filter(oauth_clients::workspace_id.is_null()),
        }
    }
}

/// What several steps have in common.
#[async_trait]
trait Steps {
    /// Holds the owner, so that nobody adds a client of theirs until the transaction ends; says whether there is one.
    async fn hold_owner(&mut self, owner: ClientOwner) -> StoreResult<bool>;
    /// Holds a client of an owner; says whether there is one.
    async fn hold_client(&mut self, owner: ClientOwner, id: ClientId) -> StoreResult<bool>;
    /// Tells everybody that a client has changed.
    async fn tell(&mut self, own: &Own) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn hold_owner(&mut self, owner: ClientOwner) -> StoreResult<bool> {
        Ok(match owner {
            ClientOwner::Personal(person) => {
                let held = users::table.find(Id(person.0)).select(users::id);
                Locked(held).get_result::<Id>(self).await.optional()?.is_some()
            }
            ClientOwner::Project(project) => {
                let held = projects::table.find(Id(project)).select(projects::id);
                Locked(held).get_result::<Id>(self).await.optional()?.is_some()
            }
            // Nobody adds to what stands alone.
            ClientOwner::Itself(_) => false,
            ClientOwner::Workspace(workspace) => {
                let held = workspaces::table.find(workspace.0).filter(workspaces::deleted_at.is_null());
                Locked(held.select(workspaces::id)).get_result::<i64>(self).await.optional()?.is_some()
            }
        })
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
impl OwnClients for Conn {
    async fn personal_clients(&mut self, person: UserId) -> StoreResult<Vec<OAuthClient>> {
        let found = DieselAuthStore::<Db>::clients_of(ClientOwner::Personal(person)).select(Row::as_select());
        let rows = found.load::<Row>(self).await?;
        rows.into_iter().map(|row| Ok(KnownClient::try_from(row)?.client)).collect()
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
                    if !conn.hold_owner(owner).await? {
                        return Ok(false);
                    }
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

    async fn client_of(&self, id: ClientId) -> StoreResult<Option<KnownClient>> {
        let found = oauth_clients::table.find(Id(id.0)).select(Row::as_select());
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
                    // That it is gone the database announces by itself, as it does where a cascade takes it.
                    diesel::delete(oauth_clients::table.find(Id(own.client.id.0))).execute(conn).await?;
                    conn.append(&own.event).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }
}
