//! Changes that tell of themselves, kept or rolled back.

use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::Event;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Database, StoreError, StoreResult, each_backend};
use std::sync::Arc;

/// Writes on either database.
#[async_trait]
pub(crate) trait Writing: Send + Sync {
    /// A write that tells of itself.
    async fn append(&self, event: Event) -> StoreResult<()>;
    /// A write that tells of itself and then fails.
    async fn append_and_fail(&self, event: Event) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Writing for Db {
    async fn append(&self, event: Event) -> StoreResult<()> {
        self.write(move |conn| async move { conn.append(&event).await }.boxed()).await
    }

    async fn append_and_fail(&self, event: Event) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                conn.append(&event).await?;
                Err(StoreError::Damaged("on purpose".to_owned()))
            }
            .boxed()
        })
        .await
    }
}

pub(crate) fn writing(database: &Database) -> Arc<dyn Writing> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}
