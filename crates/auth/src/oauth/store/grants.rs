//! What people allow clients, in the database.

use super::{EndAuthorizations as _, GrantStore, RevokedGrant};
use crate::oauth::authorization::Authorization;
use crate::oauth::model::{ClientId, Grant};
use crate::oauth::scopes::OAuthScopes;
use crate::schema::{oauth_clients, oauth_grants, users};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, UserId};
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, Prepare as _, StoreResult, Ts, each_backend};
use uuid::Uuid;

/// Notes what a person allows, inside a store's transaction.
#[async_trait]
pub(super) trait KeepGrant {
    /// Adds to what the person allows the client; the first time it becomes the row `id` and is told. The person's row
    /// must be held.
    async fn keep_grant(&mut self, given: &Authorization, id: Uuid, event: &Event) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepGrant for Conn {
    async fn keep_grant(&mut self, given: &Authorization, id: Uuid, event: &Event) -> StoreResult<()> {
        let between = oauth_grants::table
            .filter(oauth_grants::user_id.eq(Id(given.person.0)))
            .filter(oauth_grants::client_id.eq(Id(given.client.0)));
        let columns = (oauth_grants::id, oauth_grants::scopes);
        let known: Option<(Id, Json<Vec<String>>)> = between.select(columns).first(self).await.optional()?;
        let at = Ts(given.created_at);
        if let Some((id, Json(scopes))) = known {
            let scopes = OAuthScopes::of_texts(&scopes).with(&given.scopes);
            let set = (oauth_grants::scopes.eq(Json(scopes.to_texts())), oauth_grants::updated_at.eq(at));
            diesel::update(oauth_grants::table.find(id)).set(set).prepared().execute(self).await?;
            return Ok(());
        }
        let row = (
            oauth_grants::id.eq(Id(id)),
            oauth_grants::user_id.eq(Id(given.person.0)),
            oauth_grants::client_id.eq(Id(given.client.0)),
            oauth_grants::scopes.eq(Json(given.scopes.to_texts())),
            oauth_grants::created_at.eq(at),
            oauth_grants::updated_at.eq(at),
        );
        diesel::insert_into(oauth_grants::table).values(row).execute(self).await?;
        self.append(event).await
    }
}

type Row = (Id, Json<Vec<String>>, Ts, Ts, String, String);

fn read((id, Json(scopes), created_at, updated_at, client_id, client_name): Row) -> Grant {
    let scopes = OAuthScopes::of_texts(&scopes);
    Grant { id: id.0, client_id, client_name, scopes, created_at: created_at.into(), updated_at: updated_at.into() }
}

#[each_backend]
#[async_trait]
impl GrantStore for DieselAuthStore<Db> {
    async fn granted(&self, person: UserId, client: ClientId) -> StoreResult<OAuthScopes> {
        let between = oauth_grants::table
            .filter(oauth_grants::user_id.eq(Id(person.0)))
            .filter(oauth_grants::client_id.eq(Id(client.0)))
            .select(oauth_grants::scopes);
        let found = self
            .db
            .read(|conn| async move { Ok(between.first::<Json<Vec<String>>>(conn).await.optional()?) }.boxed())
            .await?;
        Ok(found.map(|Json(scopes)| OAuthScopes::of_texts(&scopes)).unwrap_or_default())
    }

    async fn grants(&self, person: UserId) -> StoreResult<Vec<Grant>> {
        let columns = (
            oauth_grants::id,
            oauth_grants::scopes,
            oauth_grants::created_at,
            oauth_grants::updated_at,
            oauth_clients::client_id,
            oauth_clients::name,
        );
        let given = oauth_grants::table
            .inner_join(oauth_clients::table)
            .filter(oauth_grants::user_id.eq(Id(person.0)))
            .order((oauth_grants::updated_at.desc(), oauth_grants::id.desc()))
            .select(columns);
        let rows = self.db.scan(move |conn| async move { Ok(given.load::<Row>(conn).await?) }.boxed());
        Ok(rows.await?.into_iter().map(read).collect())
    }

    async fn revoke_grant(&self, revoked: RevokedGrant) -> StoreResult<Option<Vec<Uuid>>> {
        self.db
            .write(move |conn| {
                async move {
                    let RevokedGrant { person, id, at, event } = revoked;
                    // Held first, as whoever gives a grant or ends everything does.
                    let held = users::table.find(Id(person.0)).select(users::id);
                    let _: Option<Id> = Locked(held).get_result(conn).await.optional()?;
                    let own = oauth_grants::table.find(Id(id)).filter(oauth_grants::user_id.eq(Id(person.0)));
                    let client: Option<Id> =
                        diesel::delete(own).returning(oauth_grants::client_id).get_result(conn).await.optional()?;
                    let Some(client) = client else { return Ok(None) };
                    conn.append(&event).await?;
                    conn.end_authorizations(person, Some(ClientId(client.0)), at).await.map(Some)
                }
                .boxed()
            })
            .await
    }
}
