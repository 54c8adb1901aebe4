//! Codes and the tokens that came of them, in the database.

use super::grants::KeepGrant as _;
use super::{AuthorizationStore, EndAuthorizations, NewAuthorization};
use crate::oauth::AUTHORIZATIONS;
use crate::oauth::authorization::Authorization;
use crate::oauth::model::ClientId;
use crate::oauth::scopes::OAuthScopes;
use crate::schema::{oauth_authorizations as authorizations, sessions, users};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{SessionId, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::{Id, Json, Prepare as _, StoreResult, Ts, each_backend};
use uuid::Uuid;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = authorizations, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    client_id: Id,
    user_id: Id,
    session_id: Id,
    authenticated_at: Ts,
    scopes: Json<Vec<String>>,
    resource: Option<String>,
    nonce: Option<String>,
    wants_email_verified: bool,
    redirect_uri: String,
    code_challenge: Option<String>,
    redeemed_at: Option<Ts>,
    generation: i64,
    refreshed_at: Ts,
    expires_at: Ts,
    revoked_at: Option<Ts>,
    created_at: Ts,
}

impl From<Authorization> for Row {
    fn from(from: Authorization) -> Self {
        Self {
            id: Id(from.id),
            client_id: Id(from.client.0),
            user_id: Id(from.person.0),
            session_id: Id(from.session.0),
            authenticated_at: from.authenticated_at.into(),
            scopes: Json(from.scopes.to_texts()),
            resource: from.resource,
            nonce: from.nonce,
            wants_email_verified: from.wants_email_verified,
            redirect_uri: from.redirect_uri,
            code_challenge: from.code_challenge,
            redeemed_at: from.redeemed_at.map(Into::into),
            generation: from.generation,
            refreshed_at: from.refreshed_at.into(),
            expires_at: from.expires_at.into(),
            revoked_at: from.revoked_at.map(Into::into),
            created_at: from.created_at.into(),
        }
    }
}

impl From<Row> for Authorization {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            client: ClientId(row.client_id.0),
            person: UserId(row.user_id.0),
            session: SessionId(row.session_id.0),
            authenticated_at: row.authenticated_at.into(),
            scopes: OAuthScopes::of_texts(&row.scopes.0),
            resource: row.resource,
            nonce: row.nonce,
            wants_email_verified: row.wants_email_verified,
            redirect_uri: row.redirect_uri,
            code_challenge: row.code_challenge,
            redeemed_at: row.redeemed_at.map(Into::into),
            generation: row.generation,
            refreshed_at: row.refreshed_at.into(),
            expires_at: row.expires_at.into(),
            revoked_at: row.revoked_at.map(Into::into),
            created_at: row.created_at.into(),
        }
    }
}

#[each_backend]
#[async_trait]
impl EndAuthorizations for Conn {
    async fn end_authorizations(
        &mut self,
        person: UserId,
        client: Option<ClientId>,
        at: Timestamp,
    ) -> StoreResult<Vec<Uuid>> {
        let mut standing = authorizations::table
            .filter(authorizations::user_id.eq(Id(person.0)))
            .filter(authorizations::revoked_at.is_null())
            .filter(authorizations::expires_at.gt(Ts(at)))
            .order(authorizations::id)
            .select(authorizations::id)
            .into_boxed();
        if let Some(client) = client {
            standing = standing.filter(authorizations::client_id.eq(Id(client.0)));
        }
        let standing: Vec<Id> = Locked(standing).load(self).await?;
        let over = (authorizations::revoked_at.eq(Some(Ts(at))), authorizations::expires_at.eq(Ts(at)));
        let ended = authorizations::table.filter(authorizations::id.eq_any(standing.clone()));
        diesel::update(ended).set(over).execute(self).await?;
        for Id(id) in &standing {
            self.announce(AUTHORIZATIONS, id.to_string(), at).await?;
        }
        Ok(standing.into_iter().map(|Id(id)| id).collect())
    }
}

/// Notes what a person allows, inside a store's transaction.
#[async_trait]
pub(super) trait KeepAuthorization {
    /// Holds the person, so that whoever ends all that they began comes before this or ends it; says whether the
    /// session in which they allow it lives.
    async fn hold_session(&mut self, given: &Authorization) -> StoreResult<bool>;

    /// Adds what they allow. They must be held.
    async fn keep_authorization(&mut self, new: NewAuthorization) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepAuthorization for Conn {
    async fn hold_session(&mut self, given: &Authorization) -> StoreResult<bool> {
        let person = users::table.find(Id(given.person.0)).select(users::id);
        let _: Option<Id> = Locked(person).get_result(self).await.optional()?;
        let session = sessions::table
            .find(Id(given.session.0))
            .filter(sessions::user_id.eq(Id(given.person.0)))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(Ts(given.created_at)));
        Ok(session.select(sessions::id).first::<Id>(self).await.optional()?.is_some())
    }

    async fn keep_authorization(&mut self, new: NewAuthorization) -> StoreResult<()> {
        let NewAuthorization { authorization, code_hash, grant, event } = new;
        self.keep_grant(&authorization, grant, &event).await?;
        let row = (Row::from(authorization), authorizations::code_hash.eq(code_hash));
        diesel::insert_into(authorizations::table).values(row).execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl AuthorizationStore for DieselAuthStore<Db> {
    async fn add_authorization(&self, new: NewAuthorization) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    if !conn.hold_session(&new.authorization).await? {
                        return Ok(false);
                    }
                    conn.keep_authorization(new).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn authorization_of_code(&self, code_hash: Vec<u8>) -> StoreResult<Option<Authorization>> {
        let found = authorizations::table.filter(authorizations::code_hash.eq(code_hash)).select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(found.first::<Row>(conn).await.optional()?) }.boxed());
        Ok(row.await?.map(Into::into))
    }

    async fn authorization(&self, id: Uuid) -> StoreResult<Option<Authorization>> {
        let found = authorizations::table.find(Id(id)).select(Row::as_select());
        let row = self.db.read(|conn| async move { Ok(found.first::<Row>(conn).await.optional()?) }.boxed());
        Ok(row.await?.map(Into::into))
    }

    async fn redeem(&self, redeemed: Authorization) -> StoreResult<bool> {
        let standing = authorizations::table
            .find(Id(redeemed.id))
            .filter(authorizations::redeemed_at.is_null())
            .filter(authorizations::revoked_at.is_null())
            .filter(authorizations::expires_at.gt(Ts(redeemed.refreshed_at)));
        let set = (
            authorizations::redeemed_at.eq(Some(Ts(redeemed.refreshed_at))),
            authorizations::refreshed_at.eq(Ts(redeemed.refreshed_at)),
            authorizations::expires_at.eq(Ts(redeemed.expires_at)),
        );
        let update = diesel::update(standing).set(set).prepared();
        self.db.write(|conn| async move { Ok(update.execute(conn).await? == 1) }.boxed()).await
    }

    async fn refresh_authorization(&self, refreshed: Authorization, from: i64) -> StoreResult<bool> {
        let standing = authorizations::table
            .find(Id(refreshed.id))
            .filter(authorizations::generation.eq(from))
            .filter(authorizations::revoked_at.is_null())
            .filter(authorizations::expires_at.gt(Ts(refreshed.refreshed_at)));
        let set = (
            authorizations::generation.eq(refreshed.generation),
            authorizations::refreshed_at.eq(Ts(refreshed.refreshed_at)),
            authorizations::expires_at.eq(Ts(refreshed.expires_at)),
        );
        let update = diesel::update(standing).set(set).prepared();
        self.db.write(|conn| async move { Ok(update.execute(conn).await? == 1) }.boxed()).await
    }

    async fn end_authorization(&self, client: ClientId, id: Uuid, at: Timestamp) -> StoreResult<()> {
        self.db
            .write(move |conn| {
                async move {
                    let standing = authorizations::table
                        .find(Id(id))
                        .filter(authorizations::client_id.eq(Id(client.0)))
                        .filter(authorizations::revoked_at.is_null());
                    let over = (authorizations::revoked_at.eq(Some(Ts(at))), authorizations::expires_at.eq(Ts(at)));
                    if diesel::update(standing).set(over).execute(conn).await? == 1 {
                        conn.announce(AUTHORIZATIONS, id.to_string(), at).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    async fn delete_authorizations_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let over = authorizations::table.filter(authorizations::expires_at.lt(Ts(before)));
                    let some: Vec<Id> = over.limit(most).select(authorizations::id).load(conn).await?;
                    let some = authorizations::table.filter(authorizations::id.eq_any(some));
                    Ok(diesel::delete(some).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
