//! What replacing a password needs kept. Each method is one atomic step.

use crate::devices::store::KeepDevice as _;
use crate::oauth::store::EndAuthorizations as _;
use crate::one_time::{LinkKey, NewLink, OneTime as _, Purpose as _, QuotaKey, ResetPassword, Spent};
use crate::schema::users;
use crate::second_factor::store::KeepChallenge as _;
use crate::store::{DieselAuthStore, EndSessions as _, Ending};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Secret, SessionId, Timestamp, UserId};
use mainstay_store::jobs::{Enqueue as _, NewJob};
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};
use uuid::Uuid;

/// Passwords and the links that reset them.
#[async_trait]
pub trait PasswordStore: Send + Sync {
    /// The hash of a person's password; none for those who have none.
    async fn password_hash(&self, person: UserId) -> StoreResult<Option<Secret<String>>>;

    /// Replaces a password where it is still the one it was, and voids the login that waits for a code and the link
    /// that would replace it too; gives what ended with it.
    async fn change_password(&self, change: PasswordChange) -> StoreResult<Option<Ended>>;

    /// Adds the job that looks for whoever forgot a password.
    async fn ask_for_reset(&self, job: NewJob, now: Timestamp) -> StoreResult<()>;

    /// Keeps and mails a link, unless its address was written to too often; says whether it did.
    async fn put_reset_link(&self, link: ResetLink) -> StoreResult<bool>;

    /// What a link is about.
    async fn look_at_reset(&self, link: LinkKey, now: Timestamp) -> StoreResult<Spent>;

    /// Uses a link up, sets the password and voids the login that waits for a code; gives what ended, or
    /// why the link did not do.
    async fn reset_password(&self, reset: PasswordReset) -> StoreResult<Result<Ended, Spent>>;
}

/// A password for another, by whoever knows the old one.
pub struct PasswordChange {
    /// The hash that was compared with.
    pub from: Secret<String>,
    /// The hash of the new one.
    pub to: Secret<String>,
    /// Whose it is, and which sessions end.
    pub ending: Ending,
    /// What tells of it.
    pub event: Event,
    /// What tells the person.
    pub mail: NewJob,
}

/// A new password, by whoever holds a link.
pub struct PasswordReset {
    /// The link.
    pub link: LinkKey,
    /// The hash of the new password.
    pub to: Secret<String>,
    /// Whose it is, and which sessions end.
    pub ending: Ending,
    /// What tells of it.
    pub event: Event,
    /// What tells the person.
    pub mail: NewJob,
}

/// What ended with a password; this node is yet to forget it.
pub struct Ended {
    /// Logins.
    pub sessions: Vec<SessionId>,
    /// What clients were given.
    pub authorizations: Vec<Uuid>,
}

/// A link on its way.
pub struct ResetLink {
    /// The link.
    pub link: NewLink,
    /// What it counts against.
    pub quota: QuotaKey,
    /// The mail it is in.
    pub mail: NewJob,
    /// When.
    pub at: Timestamp,
}

/// Ends what whoever knew the old password may hold, inside a store's transaction.
#[async_trait]
trait EndAll {
    /// Ends sessions, and all tokens that clients hold of the person.
    async fn end_all(&mut self, ending: &Ending) -> StoreResult<Ended>;
}

#[each_backend]
#[async_trait]
impl EndAll for Conn {
    async fn end_all(&mut self, ending: &Ending) -> StoreResult<Ended> {
        let sessions = self.end_sessions(ending).await?;
        let authorizations = self.end_authorizations(ending.person, None, ending.at).await?;
        Ok(Ended { sessions, authorizations })
    }
}

#[each_backend]
#[async_trait]
impl PasswordStore for DieselAuthStore<Db> {
    async fn password_hash(&self, person: UserId) -> StoreResult<Option<Secret<String>>> {
        let hash = users::table.find(Id(person.0)).select(users::password_hash);
        let found =
            self.db.read(|conn| async move { Ok(hash.first::<Option<String>>(conn).await.optional()?) }.boxed());
        Ok(found.await?.flatten().map(Secret::new))
    }

    async fn change_password(&self, change: PasswordChange) -> StoreResult<Option<Ended>> {
        self.db
            .write(move |conn| {
                async move {
                    let PasswordChange { from, to, ending, event, mail } = change;
                    let unchanged =
                        users::table.find(Id(ending.person.0)).filter(users::password_hash.eq(from.expose()));
                    let set = (users::password_hash.eq(Some(to.expose())), users::updated_at.eq(Ts(ending.at)));
                    if diesel::update(unchanged).set(set).execute(conn).await? == 0 {
                        return Ok(None);
                    }
                    conn.drop_challenge(ending.person).await?;
                    conn.drop_link(ResetPassword::NAME, &ending.person.to_string()).await?;
                    conn.append(&event).await?;
                    conn.enqueue(&mail, ending.at).await?;
                    conn.end_all(&ending).await.map(Some)
                }
                .boxed()
            })
            .await
    }

    async fn ask_for_reset(&self, job: NewJob, now: Timestamp) -> StoreResult<()> {
        self.db.write(move |conn| async move { conn.enqueue(&job, now).await.map(|_| ()) }.boxed()).await
    }

    async fn put_reset_link(&self, link: ResetLink) -> StoreResult<bool> {
        self.db
            .write(move |conn| {
                async move {
                    let ResetLink { link, quota, mail, at } = link;
                    if conn.take_quota(&quota, at).await?.is_err() {
                        return Ok(false);
                    }
                    conn.put_link(&link).await?;
                    conn.enqueue(&mail, at).await?;
                    Ok(true)
                }
                .boxed()
            })
            .await
    }

    async fn look_at_reset(&self, link: LinkKey, now: Timestamp) -> StoreResult<Spent> {
        self.db.read(|conn| async move { conn.look_at_link(&link, now).await }.boxed()).await
    }

    async fn reset_password(&self, reset: PasswordReset) -> StoreResult<Result<Ended, Spent>> {
        self.db
            .write(move |conn| {
                async move {
                    let PasswordReset { link, to, ending, event, mail } = reset;
                    match conn.spend_link(&link, ending.at).await? {
                        Spent::Stood(subject) if subject == ending.person.to_string() => {}
                        spent => return Ok(Err(spent)),
                    }
                    let set = (users::password_hash.eq(Some(to.expose())), users::updated_at.eq(Ts(ending.at)));
                    diesel::update(users::table.find(Id(ending.person.0))).set(set).execute(conn).await?;
                    conn.drop_challenge(ending.person).await?;
                    conn.forget_devices(ending.person).await?;
                    conn.append(&event).await?;
                    conn.enqueue(&mail, ending.at).await?;
                    conn.end_all(&ending).await.map(Ok)
                }
                .boxed()
            })
            .await
    }
}
