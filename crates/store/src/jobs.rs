//! Background work as rows with a lease: any node may die at any time, and another takes over.
//!
//! A job is claimed for as long as its lease lasts. Whoever ends it names the attempt and the lease,
//! so that a worker that was too slow cannot end a job that another has taken over. The attempt
//! alone would not do: a recurring job begins to count anew.

mod tally;
mod worker;

use crate::column::{Json, Ts};
use crate::database::Database;
use crate::dialect::Unlocked;
use crate::each_backend;
use crate::error::StoreResult;
use crate::prepared::Prepare as _;
use crate::schema::jobs;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tally::CountJobs as _;
pub use tally::QueueTally;
pub use worker::{Done, Handler, Workers};

/// Work to be done later.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Who does it.
    pub queue: &'static str,
    /// At most one unfinished job has this key; a second one is dropped.
    pub unique_key: Option<String>,
    /// What to do.
    pub payload: Value,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job that this worker holds until the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    /// The row.
    pub id: i64,
    /// What to do.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// When another worker may take it over.
    pub lease_until: Timestamp,
}

/// Who claims how much, and for how long.
#[derive(Debug, Clone)]
pub struct Claim {
    /// From which queue.
    pub queue: &'static str,
    /// The worker's name, for those who look into the table.
    pub worker: String,
    /// At most so many.
    pub most: i64,
    /// How long nobody else may take them.
    pub lease: Duration,
}

/// Adds a job on a store's own connection, inside its transaction.
#[async_trait]
pub trait Enqueue {
    /// Adds the job, unless one with the same unique key is waiting; says whether it did.
    async fn enqueue(&mut self, job: &NewJob, now: Timestamp) -> StoreResult<bool>;
}

#[each_backend]
#[async_trait]
impl Enqueue for Conn {
    async fn enqueue(&mut self, job: &NewJob, now: Timestamp) -> StoreResult<bool> {
        let row = NewRow {
            queue: job.queue,
            unique_key: job.unique_key.clone(),
            payload: Json(job.payload.clone()),
            run_at: job.run_at.into(),
            attempts: 0,
            created_at: now.into(),
        };
        let added = diesel::insert_into(jobs::table).values(row).on_conflict_do_nothing().execute(self).await?;
        Ok(added == 1)
    }
}

/// The queue of jobs, as workers see it.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Adds a job in a transaction of its own; says whether it did.
    async fn add(&self, job: NewJob, now: Timestamp) -> StoreResult<bool>;
    /// Takes jobs that are due and that nobody holds, the longest due first.
    async fn claim(&self, claim: Claim, now: Timestamp) -> StoreResult<Vec<ClaimedJob>>;
    /// Ends a job for good; nothing happens if another worker has taken it over.
    async fn complete(&self, job: &ClaimedJob) -> StoreResult<()>;
    /// Gives back a job that was not completed; nothing happens if another worker has taken it over.
    async fn give_back(&self, job: &ClaimedJob, error: Option<String>, then: Retry) -> StoreResult<()>;
    /// How many jobs of each queue there are, for those who watch over it.
    async fn tally(&self, now: Timestamp) -> StoreResult<Vec<QueueTally>>;
    /// Ends every lease, for when whoever held one is known to be gone; says how many there were.
    async fn release_all(&self) -> StoreResult<usize>;
}

/// What becomes of a job that was not completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It runs again then, as its next attempt.
    At(Timestamp),
    /// It has failed now, and stays for people to look at; its unique key is free again.
    Never(Timestamp),
    /// It did what it should and runs again then, as its first attempt: a recurring job.
    Afresh(Timestamp),
}

/// The queue of this database.
pub fn open(database: &Database) -> Arc<dyn Jobs> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}

#[derive(Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
struct NewRow {
    queue: &'static str,
    unique_key: Option<String>,
    payload: Json<Value>,
    run_at: Ts,
    attempts: i32,
    created_at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct Row {
    id: i64,
    payload: Json<Value>,
    attempts: i32,
}

impl Row {
    fn claimed(self, lease_until: Timestamp) -> ClaimedJob {
        let Self { id, payload: Json(payload), attempts: attempt } = self;
        ClaimedJob { id, payload, attempt, lease_until }
    }
}

#[derive(AsChangeset, Default)]
#[diesel(table_name = jobs)]
struct GivenBack {
    unique_key: Option<Option<String>>,
    run_at: Option<Ts>,
    attempts: Option<i32>,
    failed_at: Option<Option<Ts>>,
    lease_until: Option<Option<Ts>>,
    last_error: Option<Option<String>>,
}

impl GivenBack {
    fn new(error: Option<String>, then: Retry) -> Self {
        let base = Self { lease_until: Some(None), last_error: Some(error), ..Self::default() };
        match then {
            Retry::At(run_at) => Self { run_at: Some(run_at.into()), ..base },
            Retry::Never(now) => Self { failed_at: Some(Some(now.into())), unique_key: Some(None), ..base },
            Retry::Afresh(run_at) => Self { run_at: Some(run_at.into()), attempts: Some(0), ..base },
        }
    }
}

#[each_backend]
#[async_trait]
impl Jobs for Db {
    async fn add(&self, job: NewJob, now: Timestamp) -> StoreResult<bool> {
        self.write(move |conn| async move { conn.enqueue(&job, now).await }.boxed()).await
    }

    async fn claim(&self, claim: Claim, now: Timestamp) -> StoreResult<Vec<ClaimedJob>> {
        self.write(move |conn| {
            async move {
                let nobodys = jobs::lease_until.is_null().or(jobs::lease_until.le(Ts(now)).assume_not_null());
                let due = jobs::table
                    .filter(jobs::queue.eq(claim.queue))
                    .filter(jobs::failed_at.is_null())
                    .filter(jobs::run_at.le(Ts(now)))
                    .filter(nobodys)
                    .order((jobs::run_at, jobs::id))
                    .limit(claim.most)
                    .select(jobs::id);
                let ids: Vec<i64> = Unlocked(due).load(conn).await?;
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                let lease_until = now.plus(claim.lease);
                let leased = (
                    jobs::attempts.eq(jobs::attempts + 1),
                    jobs::lease_until.eq(Ts(lease_until)),
                    jobs::leased_by.eq(claim.worker),
                );
                let mut rows: Vec<Row> = diesel::update(jobs::table.filter(jobs::id.eq_any(&ids)))
                    .set(leased)
                    .returning(Row::as_returning())
                    .get_results(conn)
                    .await?;
                // An update gives its rows back in any order.
                rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
                Ok(rows.into_iter().map(|row| row.claimed(lease_until)).collect())
            }
            .boxed()
        })
        .await
    }

    async fn complete(&self, job: &ClaimedJob) -> StoreResult<()> {
        let (id, attempt, lease_until) = (job.id, job.attempt, Ts(job.lease_until));
        self.write(move |conn| {
            async move {
                let of_attempt = jobs::table.filter(jobs::id.eq(id)).filter(jobs::attempts.eq(attempt));
                let held = of_attempt.filter(jobs::lease_until.eq(lease_until));
                diesel::delete(held).execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn give_back(&self, job: &ClaimedJob, error: Option<String>, then: Retry) -> StoreResult<()> {
        let (id, attempt, lease_until) = (job.id, job.attempt, Ts(job.lease_until));
        self.write(move |conn| {
            async move {
                let of_attempt = jobs::table.filter(jobs::id.eq(id)).filter(jobs::attempts.eq(attempt));
                let held = of_attempt.filter(jobs::lease_until.eq(lease_until));
                diesel::update(held).set(GivenBack::new(error, then)).prepared().execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    async fn tally(&self, now: Timestamp) -> StoreResult<Vec<QueueTally>> {
        self.scan(move |conn| async move { conn.count_jobs(now).await }.boxed()).await
    }

    async fn release_all(&self) -> StoreResult<usize> {
        self.write(move |conn| {
            async move {
                let held = jobs::table.filter(jobs::lease_until.is_not_null());
                Ok(diesel::update(held).set(jobs::lease_until.eq(None::<Ts>)).execute(conn).await?)
            }
            .boxed()
        })
        .await
    }
}
