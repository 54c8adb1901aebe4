//! Salts on both databases.

use super::SaltStore;
use crate::day::Day;
use crate::schema::tracking_salts::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_store::{StoreResult, each_backend};

/// Salts over the handle `D`.
pub(super) struct DieselSaltStore<D> {
    pub(super) db: D,
}

#[each_backend]
#[async_trait]
impl SaltStore for DieselSaltStore<Db> {
    async fn keep(&self, day: Day, salt: Vec<u8>) -> StoreResult<Vec<u8>> {
        let write = self.db.write(move |conn| {
            async move {
                diesel::insert_into(tracking_salts::table)
                    .values((dsl::day.eq(day.0), dsl::salt.eq(salt)))
                    .on_conflict_do_nothing()
                    .execute(conn)
                    .await?;
                Ok(dsl::tracking_salts.find(day.0).select(dsl::salt).first(conn).await?)
            }
            .boxed()
        });
        write.await
    }

    async fn find(&self, day: Day) -> StoreResult<Option<Vec<u8>>> {
        let read = self.db.read(move |conn| {
            async move { Ok(dsl::tracking_salts.find(day.0).select(dsl::salt).first(conn).await.optional()?) }.boxed()
        });
        read.await
    }

    async fn destroy_before(&self, day: Day) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move { Ok(diesel::delete(dsl::tracking_salts.filter(dsl::day.lt(day.0))).execute(conn).await?) }
                .boxed()
        });
        write.await
    }
}
