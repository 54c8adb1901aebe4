//! One at a time.

use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, SqliteConn, StoreResult};

/// Any number will do, as long as every node takes the same: "roll" in ASCII.
const LOCK: i64 = 0x726f_6c6c;

/// Whoever rolls up is alone: visits follow from the order of hits, and two who took some each would have two orders.
/// Unlike a lease in time, this is held until the very end of the transaction, and by nobody who is dead.
#[async_trait]
pub(super) trait TakeTurn {
    /// Says whether it is this node's turn, until the transaction ends.
    async fn take_turn(&mut self) -> StoreResult<bool>;
}

#[async_trait]
impl TakeTurn for SqliteConn {
    async fn take_turn(&mut self) -> StoreResult<bool> {
        // There is one writer.
        Ok(true)
    }
}

#[async_trait]
impl TakeTurn for PgConn {
    async fn take_turn(&mut self) -> StoreResult<bool> {
        let lock = format!("pg_try_advisory_xact_lock({LOCK})");
        Ok(diesel::select(sql::<Bool>(&lock)).get_result(self).await?)
    }
}
