//! Tallies in the database.

use super::ThrottleStore;
use crate::schema::throttles;
use crate::store::DieselAuthStore;
use crate::throttle::bucket::Bucket;
use crate::throttle::tally::Tally;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::{Prepare as _, StoreResult, Ts, each_backend};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = throttles)]
struct Row {
    failures: i32,
    blocked_until: Ts,
    updated_at: Ts,
}

impl From<Tally> for Row {
    fn from(tally: Tally) -> Self {
        Self {
            failures: i32::try_from(tally.failures).unwrap_or(i32::MAX),
            blocked_until: tally.blocked_until.into(),
            updated_at: tally.updated_at.into(),
        }
    }
}

impl From<Row> for Tally {
    fn from(row: Row) -> Self {
        Self {
            failures: u32::try_from(row.failures).unwrap_or(0),
            blocked_until: row.blocked_until.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Counts on a store's own connection, inside its transaction.
#[async_trait]
trait Count {
    /// Counts one more failure.
    async fn count(&mut self, bucket: &Bucket, now: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Count for Conn {
    async fn count(&mut self, bucket: &Bucket, now: Timestamp) -> StoreResult<()> {
        let key = (bucket.kind(), bucket.subject());
        let fresh = (throttles::kind.eq(key.0), throttles::subject.eq(key.1), Row::from(Tally::empty(now)));
        // A row that is there is set to what it is, which holds it: one statement, so that nobody deletes it between.
        let held: Row = diesel::insert_into(throttles::table)
            .values(fresh)
            .on_conflict((throttles::kind, throttles::subject))
            .do_update()
            .set(throttles::failures.eq(throttles::failures))
            .returning(Row::as_returning())
            .prepared()
            .get_result(self)
            .await?;
        let more = bucket.policy().count(held.into(), now);
        diesel::update(throttles::table.find(key)).set(Row::from(more)).prepared().execute(self).await?;
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl ThrottleStore for DieselAuthStore<Db> {
    async fn tallies(&self, buckets: &[Bucket]) -> StoreResult<Vec<Option<Tally>>> {
        // A subject is of one kind: the kinds are there for the index.
        let kinds: Vec<_> = buckets.iter().map(Bucket::kind).collect();
        let subjects: Vec<_> = buckets.iter().map(|bucket| bucket.subject().to_owned()).collect();
        let found = throttles::table
            .filter(throttles::kind.eq_any(kinds))
            .filter(throttles::subject.eq_any(subjects))
            .select((throttles::subject, Row::as_select()));
        let rows = self.db.read(|conn| async move { Ok(found.load::<(String, Row)>(conn).await?) }.boxed());
        let mut found: Vec<(String, Tally)> =
            rows.await?.into_iter().map(|(subject, row)| (subject, row.into())).collect();
        let mut take = |bucket: &Bucket| {
            let at = found.iter().position(|(subject, _)| subject == bucket.subject())?;
            Some(found.swap_remove(at).1)
        };
        Ok(buckets.iter().map(&mut take).collect())
    }

    async fn count_failure(&self, buckets: &[Bucket], now: Timestamp) -> StoreResult<()> {
        let buckets = buckets.to_vec();
        self.db
            .write(move |conn| {
                async move {
                    for bucket in &buckets {
                        conn.count(bucket, now).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    async fn clear_tallies(&self, buckets: &[Bucket]) -> StoreResult<()> {
        let buckets = buckets.to_vec();
        self.db
            .write(move |conn| {
                async move {
                    for bucket in &buckets {
                        let tally = throttles::table.find((bucket.kind(), bucket.subject()));
                        diesel::delete(tally).execute(conn).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    async fn delete_tallies_untouched_since(&self, since: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let idle = throttles::table.filter(throttles::updated_at.le(Ts(since)));
                    let keys: Vec<(String, String)> =
                        idle.limit(most).select((throttles::kind, throttles::subject)).load(conn).await?;
                    let (kinds, subjects): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
                    let some = idle.filter(throttles::kind.eq_any(kinds)).filter(throttles::subject.eq_any(subjects));
                    Ok(diesel::delete(some).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
