//! Taking what is due: the one step that each database does in its own way. PostgreSQL takes of all lanes with one
//! statement, which SQLite has no words for; there a statement that is kept prepared costs next to nothing.

use crate::schema::webhook_deliveries;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp};

/// A delivery that was due.
#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = webhook_deliveries)]
pub(super) struct Taken {
    pub(super) id: i64,
    pub(super) endpoint_id: i64,
    pub(super) message_id: i64,
    pub(super) attempt: i32,
    due_at: Option<Ts>,
}

#[async_trait]
pub(super) trait Take {
    /// Takes what is due and nobody holds, of each of these lanes at most so many, the longest due first. The caller has
    /// the lanes to themselves.
    async fn take(&mut self, rooms: &[(i64, u32)], now: Timestamp, until: Timestamp) -> StoreResult<Vec<Taken>>;
}

#[async_trait]
impl Take for PgConn {
    async fn take(&mut self, rooms: &[(i64, u32)], now: Timestamp, until: Timestamp) -> StoreResult<Vec<Taken>> {
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let (lanes, rooms): (Vec<i64>, Vec<i32>) =
            rooms.iter().map(|(lane, room)| (*lane, i32::try_from(*room).unwrap_or(i32::MAX))).unzip();
        let taking = diesel::sql_query(include_str!("take.sql"))
            .bind::<Array<BigInt>, _>(lanes)
            .bind::<Array<Integer>, _>(rooms)
            .bind::<UtcTimestamp, _>(Ts(now))
            .bind::<UtcTimestamp, _>(Ts(until));
        let mut taken: Vec<Taken> = taking.prepared().load(self).await?;
        taken.sort_unstable_by_key(|due| (due.due_at.map(|at| at.0), due.id));
        Ok(taken)
    }
}

#[async_trait]
impl Take for SqliteConn {
    async fn take(&mut self, rooms: &[(i64, u32)], now: Timestamp, until: Timestamp) -> StoreResult<Vec<Taken>> {
        use webhook_deliveries::dsl;
        let mut taken: Vec<Taken> = Vec::new();
        for (lane, room) in rooms {
            let nobodys = dsl::lease_until.is_null().or(dsl::lease_until.le(Ts(now)).assume_not_null());
            let due = dsl::webhook_deliveries
                .filter(dsl::endpoint_id.eq(*lane))
                .filter(dsl::due_at.is_not_null())
                .filter(dsl::due_at.le(Ts(now)))
                .filter(nobodys)
                .order((dsl::due_at, dsl::id))
                .limit((*room).into())
                .select(Taken::as_select());
            taken.extend(due.load::<Taken>(self).await?);
        }
        let ids: Vec<i64> = taken.iter().map(|due| due.id).collect();
        if !ids.is_empty() {
            let taken = dsl::webhook_deliveries.filter(dsl::id.eq_any(ids));
            diesel::update(taken).set(dsl::lease_until.eq(Ts(until))).execute(self).await?;
        }
        Ok(taken)
    }
}
