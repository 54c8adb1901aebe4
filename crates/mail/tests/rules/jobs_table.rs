//! The table of jobs, as somebody sees it who looks into the database.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::jobs::{Enqueue as _, NewJob};
use mainstay_store::{Database, StoreError, StoreResult, each_backend};
use std::sync::Arc;

const EVERYTHING: &str = "SELECT CAST(payload AS TEXT) || COALESCE(unique_key, '') || COALESCE(last_error, '') AS shown FROM jobs ORDER BY id";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    shown: String,
}

#[async_trait]
pub(crate) trait JobsTable: Send + Sync {
    /// A change that causes a mail, and is kept.
    async fn keep(&self, job: NewJob, now: Timestamp) -> StoreResult<()>;
    /// A change that causes a mail, and is rolled back.
    async fn roll_back(&self, job: NewJob, now: Timestamp) -> StoreResult<()>;
    /// All that each row shows.
    async fn rows(&self) -> Vec<String>;
}

pub(crate) fn jobs_table(database: &Database) -> Arc<dyn JobsTable> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}

#[each_backend]
#[async_trait]
impl JobsTable for Db {
    async fn keep(&self, job: NewJob, now: Timestamp) -> StoreResult<()> {
        self.write(move |conn| async move { conn.enqueue(&job, now).await.map(drop) }.boxed()).await
    }

    async fn roll_back(&self, job: NewJob, now: Timestamp) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                conn.enqueue(&job, now).await?;
                Err(StoreError::MissingReference)
            }
            .boxed()
        })
        .await
    }

    async fn rows(&self) -> Vec<String> {
        let read = self.read(|conn| async move { Ok(sql_query(EVERYTHING).load::<Row>(conn).await?) }.boxed()).await;
        read.expect("read").into_iter().map(|row| row.shown).collect()
    }
}
