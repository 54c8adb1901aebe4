//! Deleting what is older than the retention, of all workspaces.

use crate::schema::{webhook_deliveries, webhook_endpoints, webhook_messages, webhook_replays};
use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::{Database, StoreResult, Ts, each_backend};
use std::sync::Arc;

/// Where what is old is deleted. Each method is one atomic step.
#[async_trait]
pub(super) trait RetentionStore: Send + Sync {
    /// Deletes at most so many messages from before `before` of which no delivery is due, the oldest first; gives how
    /// many.
    async fn delete_messages(&self, before: Timestamp, most: i64) -> StoreResult<i64>;
    /// Deletes at most so many endpoints that were deleted before `before` and have no delivery; gives how many.
    async fn delete_endpoints(&self, before: Timestamp, most: i64) -> StoreResult<i64>;
    /// Deletes replays that are over since before then.
    async fn delete_replays(&self, before: Timestamp, most: i64) -> StoreResult<i64>;
}

struct DieselRetentionStore<D> {
    db: D,
}

#[each_backend]
#[async_trait]
impl RetentionStore for DieselRetentionStore<Db> {
    async fn delete_messages(&self, before: Timestamp, most: i64) -> StoreResult<i64> {
        use webhook_messages::dsl;
        let write = self.db.write(move |conn| {
            async move {
                let due = webhook_deliveries::table
                    .filter(webhook_deliveries::message_id.eq(dsl::id))
                    .filter(webhook_deliveries::due_at.is_not_null());
                let old = dsl::webhook_messages.filter(dsl::created_at.lt(Ts(before))).filter(not(exists(due)));
                let old: Vec<i64> = old.order(dsl::created_at).limit(most).select(dsl::id).load(conn).await?;
                let deleted = diesel::delete(dsl::webhook_messages.filter(dsl::id.eq_any(old))).execute(conn).await?;
                Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
            }
            .boxed()
        });
        write.await
    }

    async fn delete_endpoints(&self, before: Timestamp, most: i64) -> StoreResult<i64> {
        use webhook_endpoints::dsl;
        let write = self.db.write(move |conn| {
            async move {
                let told = webhook_deliveries::table.filter(webhook_deliveries::endpoint_id.eq(dsl::id));
                let old = dsl::webhook_endpoints
                    .filter(dsl::deleted_at.is_not_null())
                    .filter(dsl::deleted_at.lt(Ts(before)))
                    .filter(not(exists(told)));
                let old: Vec<i64> = old.order(dsl::id).limit(most).select(dsl::id).load(conn).await?;
                let deleted = diesel::delete(dsl::webhook_endpoints.filter(dsl::id.eq_any(old))).execute(conn).await?;
                Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
            }
            .boxed()
        });
        write.await
    }

    async fn delete_replays(&self, before: Timestamp, most: i64) -> StoreResult<i64> {
        use webhook_replays::dsl;
        let write = self.db.write(move |conn| {
            async move {
                let old = dsl::webhook_replays.filter(dsl::finished_at.lt(Ts(before)));
                let old: Vec<i64> = old.order(dsl::id).limit(most).select(dsl::id).load(conn).await?;
                let deleted = diesel::delete(dsl::webhook_replays.filter(dsl::id.eq_any(old))).execute(conn).await?;
                Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
            }
            .boxed()
        });
        write.await
    }
}

/// Deletes in this database.
pub(super) fn open(database: &Database) -> Arc<dyn RetentionStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselRetentionStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselRetentionStore { db: db.clone() }),
    }
}
