//! Sessions in the database.

use super::{DieselAuthStore, Revocation, SessionStore, Step};
use crate::schema::sessions;
use crate::sessions::{Session, TOPIC};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{SessionId, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    user_id: Id,
    generation: i64,
    refreshed_at: Ts,
    expires_at: Ts,
    revoked_at: Option<Ts>,
    created_at: Ts,
}

impl From<&Session> for Row {
    fn from(session: &Session) -> Self {
        Self {
            id: Id(session.id.0),
            user_id: Id(session.person.0),
            generation: session.generation,
            refreshed_at: session.refreshed_at.into(),
            expires_at: session.expires_at.into(),
            revoked_at: session.revoked_at.map(Into::into),
            created_at: session.created_at.into(),
        }
    }
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId(row.id.0),
            person: UserId(row.user_id.0),
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
impl SessionStore for DieselAuthStore<Db> {
    async fn add_session(&self, session: &Session) -> StoreResult<()> {
        let insert = diesel::insert_into(sessions::table).values(Row::from(session));
        self.db.write(move |conn| async move { Ok(insert.execute(conn).await.map(|_| ())?) }.boxed()).await
    }

    async fn session(&self, id: SessionId) -> StoreResult<Option<Session>> {
        let found = sessions::table.find(Id(id.0));
        let row = self
            .db
            .read(|conn| async move { Ok(found.select(Row::as_select()).first(conn).await.optional()?) }.boxed());
        Ok(row.await?.map(Into::into))
    }

    async fn advance_session(&self, step: Step) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let current = sessions::table
                        .find(Id(step.session.0))
                        .filter(sessions::generation.eq(step.from))
                        .filter(sessions::revoked_at.is_null());
                    let next = (
                        sessions::generation.eq(step.from + 1),
                        sessions::refreshed_at.eq(Ts(step.at)),
                        sessions::expires_at.eq(Ts(step.expires_at)),
                    );
                    Ok(diesel::update(current).set(next).execute(conn).await? == 1)
                }
                .boxed()
            })
            .await
    }

    async fn revoke_session(&self, revocation: Revocation) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let Revocation { session, at, event } = revocation;
                    let standing = sessions::table.find(Id(session.0)).filter(sessions::revoked_at.is_null());
                    let over = (sessions::revoked_at.eq(Some(Ts(at))), sessions::expires_at.eq(Ts(at)));
                    if diesel::update(standing).set(over).execute(conn).await? == 0 {
                        return Ok(false);
                    }
                    conn.append(&event).await?;
                    conn.announce(TOPIC, session.to_string(), at).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn delete_sessions_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let over = sessions::table.filter(sessions::expires_at.lt(Ts(before)));
                    let some: Vec<Id> = over.limit(most).select(sessions::id).load(conn).await?;
                    let some = sessions::table.filter(sessions::id.eq_any(some));
                    Ok(diesel::delete(some).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
