//! Sessions in the database.

use super::{Admission, DieselAuthStore, EndSessions, Ending, KeepSession, PasswordLogin};
use super::{Revocation, SessionStore, Step};
use crate::devices::Kept;
use crate::devices::store::KeepDevice as _;
use crate::schema::{sessions, users};
use crate::second_factor::store::{KeepChallenge as _, UseFactor as _};
use crate::sessions::{Beginning, Client, Session, TOPIC};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{SessionId, Timestamp, UserId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Prepare as _, StoreResult, Ts, Uses, each_backend};
use uuid::Uuid;

/// Most sessions in a person's list.
const MOST_LISTED: i64 = 100;
/// Most sessions in one statement: SQLite takes a parameter for each.
const AT_ONCE: usize = 500;

type RowAndClient = (Row, Option<String>, Option<String>);

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
    last_used_at: Ts,
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
            last_used_at: session.last_used_at.into(),
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
            last_used_at: row.last_used_at.into(),
        }
    }
}

#[each_backend]
#[async_trait]
impl KeepSession for Conn {
    async fn keep_session(&mut self, session: &Session, client: &Client) -> StoreResult<()> {
        let row = (
            Row::from(session),
            sessions::address.eq(client.address().map(|address| address.to_string())),
            sessions::user_agent.eq(client.user_agent()),
        );
        diesel::insert_into(sessions::table).values(row).execute(self).await?;
        Ok(())
    }

    async fn begin_session(&mut self, beginning: &Beginning) -> StoreResult<Option<Kept>> {
        self.keep_session(&beginning.session, &beginning.client).await?;
        match &beginning.sighting {
            Some(sighting) => self.keep_device(sighting).await.map(Some),
            None => Ok(None),
        }
    }
}

#[each_backend]
#[async_trait]
impl EndSessions for Conn {
    async fn end_sessions(&mut self, ending: &Ending) -> StoreResult<Vec<SessionId>> {
        // Held first, so that two who end the same sessions do not wait for each other.
        let person = users::table.find(Id(ending.person.0)).select(users::id);
        let _: Option<Id> = Locked(person).get_result(self).await.optional()?;
        // No session has the id of zeros.
        let spared = ending.except.unwrap_or(SessionId(Uuid::nil()));
        let standing = sessions::table
            .filter(sessions::user_id.eq(Id(ending.person.0)))
            .filter(sessions::id.ne(Id(spared.0)))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(Ts(ending.at)));
        let over = (sessions::revoked_at.eq(Some(Ts(ending.at))), sessions::expires_at.eq(Ts(ending.at)));
        let ended: Vec<Id> = diesel::update(standing).set(over).returning(sessions::id).get_results(self).await?;
        let ended: Vec<_> = ended.into_iter().map(|id| SessionId(id.0)).collect();
        for session in &ended {
            self.append(&(ending.tell)(*session)).await?;
            self.announce(TOPIC, session.to_string(), ending.at).await?;
        }
        Ok(ended)
    }
}

#[each_backend]
#[async_trait]
impl SessionStore for DieselAuthStore<Db> {
    async fn add_session(&self, session: &Session, client: &Client) -> StoreResult<()> {
        let (session, client) = (*session, client.clone());
        self.db.write(move |conn| async move { conn.keep_session(&session, &client).await }.boxed()).await
    }

    async fn add_session_of_login(&self, login: PasswordLogin) -> StoreResult<Admission> {
        self.db
            .write(move |conn| {
                async move {
                    let PasswordLogin { beginning, password_hash, challenge } = login;
                    let person = beginning.session.person;
                    // Held, so that a change of the password comes before this session or ends it.
                    if conn.hold_person(person).await?.as_ref() != Some(password_hash.expose()) {
                        return Ok(Admission::Overtaken);
                    }
                    if conn.has_second_factor(person).await? {
                        conn.put_challenge(&challenge).await?;
                        return Ok(Admission::Challenged);
                    }
                    conn.begin_session(&beginning).await.map(Admission::Begun)
                }
                .boxed()
            })
            .await
    }

    async fn live_sessions(&self, person: UserId, now: Timestamp) -> StoreResult<Vec<(Session, Client)>> {
        let live = sessions::table
            .filter(sessions::user_id.eq(Id(person.0)))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(Ts(now)))
            .order((sessions::last_used_at.desc(), sessions::id.desc()))
            .limit(MOST_LISTED)
            .select((Row::as_select(), sessions::address, sessions::user_agent));
        let rows = self.db.scan(move |conn| async move { Ok(live.load::<RowAndClient>(conn).await?) }.boxed());
        let client = |address: Option<String>, user_agent: Option<String>| {
            Client::new(address.and_then(|address| address.parse().ok()), user_agent.as_deref())
        };
        let view = |(row, address, user_agent): RowAndClient| (row.into(), client(address, user_agent));
        Ok(rows.await?.into_iter().map(view).collect())
    }

    async fn end_sessions_of(&self, ending: Ending) -> StoreResult<Vec<SessionId>> {
        self.db.write(move |conn| async move { conn.end_sessions(&ending).await }.boxed()).await
    }

    async fn session(&self, id: SessionId) -> StoreResult<Option<Session>> {
        let found = sessions::table.find(Id(id.0));
        let row = self
            .db
            .read(|conn| async move { Ok(found.select(Row::as_select()).first(conn).await.optional()?) }.boxed());
        Ok(row.await?.map(Into::into))
    }

    async fn advance_session(&self, step: Step, client: &Client) -> StoreResult<bool> {
        let address = client.address().map(|address| sessions::address.eq(address.to_string()));
        let user_agent = client.user_agent().map(|user_agent| sessions::user_agent.eq(user_agent.to_owned()));
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
                        sessions::last_used_at.eq(Ts(step.at)),
                        address,
                        user_agent,
                    );
                    if diesel::update(current).set(next).prepared().execute(conn).await? == 0 {
                        return Ok(false);
                    }
                    conn.announce(TOPIC, step.session.to_string(), step.at).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn write_used(&self, uses: Uses<SessionId>) -> StoreResult<()> {
        self.db
            .write(move |conn| {
                async move {
                    let rows = |ids: Vec<SessionId>| ids.into_iter().map(|id| Id(id.0)).collect::<Vec<_>>();
                    for some in rows(uses.ids()).chunks(AT_ONCE) {
                        let held = sessions::table.filter(sessions::id.eq_any(some)).order(sessions::id);
                        let _: Vec<Id> = Locked(held.select(sessions::id)).load(conn).await?;
                    }
                    for (at, ids) in uses.by_second() {
                        for some in rows(ids).chunks(AT_ONCE) {
                            let some = sessions::table.filter(sessions::id.eq_any(some));
                            diesel::update(some.filter(sessions::last_used_at.lt(Ts(at))))
                                .set(sessions::last_used_at.eq(Ts(at)))
                                .execute(conn)
                                .await?;
                        }
                    }
                    Ok(())
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
