//! Requests that run once, whatever dies in between.
//!
//! A request is reserved before it runs. Every transaction it makes marks the reservation in the
//! same commit ([`crate::SqliteDb::write`] and [`crate::PgDb::write`] do so by themselves), and
//! its answer is kept afterwards. So when a process dies:
//!
//! | it died | the row says | a retry |
//! |---|---|---|
//! | before any commit | `reserved` | runs, once the lease is over |
//! | between commit and answer | `effected` | is told that the outcome is unknown |
//! | after the answer was kept | `finished` | gets the answer |
//!
//! A runner that was only slow cannot do harm: a retry that takes over raises the fence, and the
//! slow one's mark, and with it its whole transaction, fails.

use crate::column::Ts;
use crate::database::Database;
use crate::each_backend;
use crate::error::{StoreError, StoreResult};
use crate::prepared::Prepare as _;
use crate::schema::idempotency_keys as keys;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How long an answer is kept.
pub const RETENTION: Duration = Duration::from_hours(24);

/// How long a request that says nothing is believed to be running.
const LEASE: Duration = Duration::from_secs(30);

const RESERVED: &str = "reserved";
const EFFECTED: &str = "effected";
const FINISHED: &str = "finished";

tokio::task_local! {
    static CURRENT: Claimed;
}

/// The right to run one idempotent request, until a retry takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    id: i64,
    fence: i64,
}

/// Runs a request on behalf of a reservation: every transaction made inside marks it.
pub async fn run_for<T>(claim: Claimed, request: impl Future<Output = T>) -> T {
    CURRENT.scope(claim, request).await
}

/// The reservation on whose behalf this task runs.
pub(crate) fn current() -> Option<Claimed> {
    CURRENT.try_with(|claim| *claim).ok()
}

/// What a request is recognised by; both are hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Of caller, method, path and idempotency key.
    pub scope: Vec<u8>,
    /// Of the body.
    pub fingerprint: Vec<u8>,
}

/// An answer to keep. The body is sealed by the caller, since it may show a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body's type, if there is a body.
    pub content_type: Option<String>,
    /// The sealed body.
    pub body: Vec<u8>,
}

/// What to do with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// Run it.
    Run(Claimed),
    /// It has run: give this answer.
    Replay(Answer),
    /// It is running.
    InProgress,
    /// It took effect, and its answer is lost.
    OutcomeUnknown,
    /// The key was used for another request.
    OtherRequest,
}

/// Where reservations are kept.
#[async_trait]
pub trait Reservations: Send + Sync {
    /// Looks at a request and reserves it if it is to run.
    async fn reserve(&self, request: Request, now: Timestamp) -> StoreResult<Reservation>;
    /// Keeps the answer; nothing happens if a retry has taken over.
    async fn finish(&self, claim: Claimed, answer: Answer) -> StoreResult<()>;
    /// Forgets a request that had no effect, so that it can be sent again; one that had an effect
    /// stays, as of unknown outcome.
    async fn release(&self, claim: Claimed) -> StoreResult<()>;
    /// Ends the leases of requests that a process that is gone left behind: only for a database
    /// that no other process uses.
    async fn abandon_all(&self, now: Timestamp) -> StoreResult<usize>;
    /// Drops what was reserved before `before`; gives how many.
    async fn purge(&self, before: Timestamp) -> StoreResult<usize>;
}

/// The reservations of this database.
pub fn open(database: &Database) -> Arc<dyn Reservations> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}

/// Marks, inside a transaction, that the request it runs for takes effect with it.
#[async_trait]
pub(crate) trait MarkEffect {
    async fn mark(&mut self, claim: Claimed) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl MarkEffect for Conn {
    async fn mark(&mut self, claim: Claimed) -> StoreResult<()> {
        let held = keys::table.filter(keys::id.eq(claim.id)).filter(keys::fence.eq(claim.fence));
        // Nor may what is written after the answer was kept make that answer unknown again.
        let marked = diesel::update(held.filter(keys::state.ne(FINISHED)))
            .set(keys::state.eq(EFFECTED))
            .prepared()
            .execute(self)
            .await?;
        if marked == 1 { Ok(()) } else { Err(StoreError::Superseded) }
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = keys, treat_none_as_default_value = false)]
struct Fresh {
    scope: Vec<u8>,
    fingerprint: Vec<u8>,
    state: &'static str,
    fence: i64,
    lease_until: Ts,
    created_at: Ts,
}

impl Fresh {
    fn of(request: &Request, fence: i64, now: Timestamp) -> Self {
        let Request { scope, fingerprint } = request.clone();
        let (lease_until, created_at) = (now.plus(LEASE).into(), now.into());
        Self { scope, fingerprint, state: RESERVED, fence, lease_until, created_at }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = keys)]
struct Row {
    id: i64,
    fingerprint: Vec<u8>,
    state: String,
    fence: i64,
    lease_until: Ts,
    created_at: Ts,
    status: Option<i32>,
    content_type: Option<String>,
    body: Option<Vec<u8>>,
}

impl Row {
    /// What a request finds that comes second; `None` when it may take over.
    fn judge(self, request: &Request, now: Timestamp) -> Option<Reservation> {
        let expired = self.created_at.0.plus(RETENTION) <= now;
        let running = self.lease_until.0 > now;
        if expired && !running {
            return None;
        }
        if self.fingerprint != request.fingerprint {
            return Some(Reservation::OtherRequest);
        }
        match self.state.as_str() {
            FINISHED => Some(Reservation::Replay(self.answer())),
            _ if running => Some(Reservation::InProgress),
            EFFECTED => Some(Reservation::OutcomeUnknown),
            _ => None,
        }
    }

    fn answer(self) -> Answer {
        let status = self.status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
        Answer { status, content_type: self.content_type, body: self.body.unwrap_or_default() }
    }
}

#[each_backend]
#[async_trait]
impl Reservations for Db {
    async fn reserve(&self, request: Request, now: Timestamp) -> StoreResult<Reservation> {
        self.write(move |conn| {
            async move {
                let first: Option<i64> = diesel::insert_into(keys::table)
                    .values(Fresh::of(&request, 1, now))
                    .on_conflict_do_nothing()
                    .returning(keys::id)
                    .get_result(conn)
                    .await
                    .optional()?;
                if let Some(id) = first {
                    return Ok(Reservation::Run(Claimed { id, fence: 1 }));
                }
                let row: Option<Row> = keys::table
                    .filter(keys::scope.eq(&request.scope))
                    .select(Row::as_select())
                    .first(conn)
                    .await
                    .optional()?;
                // Gone in this very moment: whoever held it lets the next attempt run.
                let Some(row) = row else { return Ok(Reservation::InProgress) };
                let (id, fence, state) = (row.id, row.fence, row.state.clone());
                if let Some(verdict) = row.judge(&request, now) {
                    return Ok(verdict);
                }
                // The first runner may take effect in this very moment: then it keeps its claim.
                let untouched = keys::table.filter(keys::id.eq(id)).filter(keys::fence.eq(fence));
                let taken = diesel::update(untouched.filter(keys::state.eq(state)))
                    .set(Fresh::of(&request, fence + 1, now))
                    .prepared()
                    .execute(conn)
                    .await?;
                let claim = Claimed { id, fence: fence + 1 };
                Ok(if taken == 1 { Reservation::Run(claim) } else { Reservation::InProgress })
            }
            .boxed()
        })
        .await
    }

    async fn finish(&self, claim: Claimed, answer: Answer) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                let held = keys::table.filter(keys::id.eq(claim.id)).filter(keys::fence.eq(claim.fence));
                let kept = (
                    keys::state.eq(FINISHED),
                    keys::status.eq(i32::from(answer.status)),
                    keys::content_type.eq(answer.content_type),
                    keys::body.eq(answer.body),
                );
                diesel::update(held).set(kept).prepared().execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn release(&self, claim: Claimed) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                let held = keys::table.filter(keys::id.eq(claim.id)).filter(keys::fence.eq(claim.fence));
                diesel::delete(held.filter(keys::state.eq(RESERVED))).execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn abandon_all(&self, now: Timestamp) -> StoreResult<usize> {
        self.write(move |conn| {
            async move {
                let running = keys::table.filter(keys::state.ne(FINISHED)).filter(keys::lease_until.gt(Ts(now)));
                Ok(diesel::update(running).set(keys::lease_until.eq(Ts(now))).execute(conn).await?)
            }
            .boxed()
        })
        .await
    }

    async fn purge(&self, before: Timestamp) -> StoreResult<usize> {
        self.write(move |conn| {
            async move { Ok(diesel::delete(keys::table.filter(keys::created_at.lt(Ts(before)))).execute(conn).await?) }
                .boxed()
        })
        .await
    }
}
