//! The keys of a person who leaves.

use super::Tell;
use super::diesel::{BATCH, Steps as _};
use super::row::Row;
use crate::hash::KeyHash;
use crate::schema::api_keys;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::{Id, StoreResult, Ts, each_backend};

/// Ends keys on a connection, inside its transaction.
#[async_trait]
pub(crate) trait EndKeys {
    /// Revokes all keys of a person, in whatever workspace, and lets their rows go with the person; gives the hashes of
    /// those that were not revoked before.
    async fn end_keys(&mut self, person: UserId, at: Timestamp, tell: &Tell) -> StoreResult<Vec<KeyHash>>;
}

#[each_backend]
#[async_trait]
impl EndKeys for Conn {
    async fn end_keys(&mut self, person: UserId, at: Timestamp, tell: &Tell) -> StoreResult<Vec<KeyHash>> {
        let theirs = || api_keys::table.filter(api_keys::user_id.eq(Id(person.0)));
        let rows: Vec<Row> = diesel::update(theirs().filter(api_keys::revoked_at.is_null()))
            .set((api_keys::revoked_at.eq(Ts(at)), api_keys::updated_at.eq(Ts(at))))
            .returning(Row::as_returning())
            .get_results(self)
            .await?;
        let mut hashes = Vec::with_capacity(rows.len());
        for row in rows {
            hashes.push(self.tell_revoked(row, at, tell).await?);
        }
        // Somebody else may have rotated one of them: their key stands by itself from now on.
        let predecessors: Vec<i64> = theirs().select(api_keys::id).load(self).await?;
        for some in predecessors.chunks(BATCH) {
            diesel::update(api_keys::table.filter(api_keys::rotated_from_id.eq_any(some)))
                .set(api_keys::rotated_from_id.eq(None::<i64>))
                .execute(self)
                .await?;
        }
        Ok(hashes)
    }
}
