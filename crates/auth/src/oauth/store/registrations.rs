//! Clients that nobody owns, in the database.

use super::row::{Row, columns};
use super::{Held, KnownClient, NewRegistration, RegisteredClientStore, Registration, Replaced, Room};
use crate::oauth::CLIENTS;
use crate::oauth::model::{ClientId, OAuthClient};
use crate::schema::{oauth_authorizations, oauth_clients, oauth_grants};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, StoreResult, Ts, each_backend};

#[each_backend]
impl DieselAuthStore<Db> {
    /// The client that manages itself with this.
    fn managed(held: &Held) -> oauth_clients::BoxedQuery<'static, Backend> {
        let own = oauth_clients::table.filter(oauth_clients::id.eq(Id(held.client.id.0)));
        own.filter(oauth_clients::registration_hash.eq(held.registration.0.clone())).into_boxed()
    }

    /// Those that nobody owns, nobody allows anything, and nobody was sent back to lately.
    fn unused() -> oauth_clients::BoxedQuery<'static, Backend> {
        let grants = oauth_grants::table.filter(oauth_grants::client_id.eq(oauth_clients::id));
        let codes = oauth_authorizations::table.filter(oauth_authorizations::client_id.eq(oauth_clients::id));
        oauth_clients::table
            .filter(oauth_clients::user_id.is_null())
            .filter(oauth_clients::project_id.is_null())
            .filter(oauth_clients::workspace_id.is_null())
            .filter(not(exists(grants)))
            .filter(not(exists(codes)))
            .into_boxed()
    }
}

/// Keeps the number of unused clients down, inside a store's transaction.
#[async_trait]
trait MakeRoom {
    /// Deletes as many as it takes for one more; says whether there is room then.
    async fn make_room(&mut self, room: Room) -> StoreResult<bool>;
}

#[each_backend]
#[async_trait]
impl MakeRoom for Conn {
    async fn make_room(&mut self, room: Room) -> StoreResult<bool> {
        let count: i64 = DieselAuthStore::<Db>::unused().count().get_result(self).await?;
        let excess = count + 1 - room.most;
        if excess <= 0 {
            return Ok(true);
        }
        let idle = DieselAuthStore::<Db>::unused().filter(oauth_clients::updated_at.lt(Ts(room.before)));
        let oldest = idle.order(oauth_clients::updated_at).limit(excess).select(oauth_clients::id);
        // Held, so that nobody allows one of them something meanwhile.
        let oldest: Vec<Id> = Locked(oldest).load(self).await?;
        let going = oauth_clients::table.filter(oauth_clients::id.eq_any(oldest));
        let gone = diesel::delete(going).execute(self).await?;
        Ok(i64::try_from(gone).is_ok_and(|gone| gone >= excess))
    }
}

#[each_backend]
#[async_trait]
impl RegisteredClientStore for DieselAuthStore<Db> {
    async fn register_client(&self, new: NewRegistration) -> StoreResult<Registration> {
        self.db
            .write(move |conn| {
                async move {
                    let NewRegistration { known, fingerprint, room, event } = new;
                    let at = known.client.created_at;
                    if let Some(fingerprint) = fingerprint.clone() {
                        let same = oauth_clients::table.filter(oauth_clients::fingerprint.eq(fingerprint));
                        let nobodys = (
                            oauth_clients::registration_hash.eq(None::<Vec<u8>>),
                            oauth_clients::updated_at.eq(Ts(at)),
                        );
                        let shared = diesel::update(same).set(nobodys).returning(Row::as_returning());
                        let shared: Option<Row> = shared.get_result(conn).await.optional()?;
                        if let Some(row) = shared {
                            let shared = KnownClient::try_from(row)?.client;
                            conn.announce(CLIENTS, shared.client_id.clone(), at).await?;
                            return Ok(Registration::Shared(shared));
                        }
                    }
                    if !conn.make_room(room).await? {
                        return Ok(Registration::Crowded);
                    }
                    let row = (Row::from(known), oauth_clients::fingerprint.eq(fingerprint));
                    diesel::insert_into(oauth_clients::table).values(row).execute(conn).await?;
                    conn.append(&event).await?;
                    Ok(Registration::Added)
                }
                .boxed()
            })
            .await
    }

    async fn replace_registration(&self, held: Held, to: Replaced) -> StoreResult<Option<OAuthClient>> {
        self.db
            .write(move |conn| {
                async move {
                    let managed: Option<Id> =
                        Locked(Self::managed(&held).select(oauth_clients::id)).get_result(conn).await.optional()?;
                    let Some(id) = managed else { return Ok(None) };
                    let Replaced { name, redirect_uris, method, keys, id_token_algorithm, secret_hash } = to;
                    let (jwks, jwks_uri) = columns(keys);
                    let set = (
                        oauth_clients::name.eq(name),
                        oauth_clients::redirect_uris.eq(Json(redirect_uris)),
                        oauth_clients::auth_method.eq(method.as_str()),
                        oauth_clients::jwks.eq(jwks),
                        oauth_clients::jwks_uri.eq(jwks_uri),
                        oauth_clients::id_token_alg.eq(id_token_algorithm.as_str()),
                        oauth_clients::secret_hash.eq(secret_hash.map(|hash| hash.0)),
                        // It is not what it was when it could have been shared.
                        oauth_clients::fingerprint.eq(None::<Vec<u8>>),
                        oauth_clients::updated_at.eq(Ts(held.at)),
                    );
                    let changed = diesel::update(oauth_clients::table.find(id)).set(set);
                    let row: Row = changed.returning(Row::as_returning()).get_result(conn).await?;
                    conn.append(&held.event).await?;
                    conn.announce(CLIENTS, held.client.client_id.clone(), held.at).await?;
                    Ok(Some(KnownClient::try_from(row)?.client))
                }
                .boxed()
            })
            .await
    }

    async fn delete_registration(&self, held: Held) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let own = oauth_clients::table
                        .find(Id(held.client.id.0))
                        .filter(oauth_clients::registration_hash.eq(held.registration.0));
                    if diesel::delete(own).execute(conn).await? == 0 {
                        return Ok(false);
                    }
                    conn.append(&held.event).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn keep_described_client(&self, described: OAuthClient) -> StoreResult<ClientId> {
        self.db
            .write(move |conn| {
                async move {
                    let (at, client_id) = (described.updated_at, described.client_id.clone());
                    let row = Row::from(KnownClient { client: described, secret_hash: None, registration: None });
                    let set = (
                        oauth_clients::name.eq(row.name.clone()),
                        oauth_clients::redirect_uris.eq(row.redirect_uris.clone()),
                        oauth_clients::auth_method.eq(row.auth_method.clone()),
                        oauth_clients::jwks.eq(row.jwks.clone()),
                        oauth_clients::jwks_uri.eq(row.jwks_uri.clone()),
                        oauth_clients::id_token_alg.eq(row.id_token_alg.clone()),
                        oauth_clients::updated_at.eq(row.updated_at),
                    );
                    let kept = diesel::insert_into(oauth_clients::table).values(row);
                    let kept = kept.on_conflict(oauth_clients::client_id).do_update().set(set);
                    let id: Id = kept.returning(oauth_clients::id).get_result(conn).await?;
                    conn.announce(CLIENTS, client_id, at).await?;
                    Ok(ClientId(id.0))
                }
                .boxed()
            })
            .await
    }

    async fn delete_unused_clients(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let unused = Self::unused().filter(oauth_clients::updated_at.lt(Ts(before)));
                    let unused = unused.limit(most).select(oauth_clients::id);
                    // Held, so that nobody allows one of them something meanwhile.
                    let unused: Vec<Id> = Locked(unused).load(conn).await?;
                    let unused = oauth_clients::table.filter(oauth_clients::id.eq_any(unused));
                    Ok(diesel::delete(unused).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
