//! Assertions that were shown, in the database.

use super::AssertionStore;
use crate::schema::oauth_assertions as assertions;
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::{StoreResult, Ts, each_backend};

#[each_backend]
#[async_trait]
impl AssertionStore for DieselAuthStore<Db> {
    async fn use_assertion(&self, hash: Vec<u8>, expires_at: Timestamp) -> StoreResult<bool> {
        let row = (assertions::hash.eq(hash), assertions::expires_at.eq(Ts(expires_at)));
        let first = diesel::insert_into(assertions::table).values(row).on_conflict(assertions::hash).do_nothing();
        self.db.write(|conn| async move { Ok(first.execute(conn).await? == 1) }.boxed()).await
    }

    async fn delete_assertions_over_before(&self, before: Timestamp, most: i64) -> StoreResult<usize> {
        self.db
            .write(move |conn| {
                async move {
                    let over = assertions::table.filter(assertions::expires_at.lt(Ts(before)));
                    let some: Vec<Vec<u8>> = over.limit(most).select(assertions::hash).load(conn).await?;
                    let some = assertions::table.filter(assertions::hash.eq_any(some));
                    Ok(diesel::delete(some).execute(conn).await?)
                }
                .boxed()
            })
            .await
    }
}
