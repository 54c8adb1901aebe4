//! The inbox on both databases.

use super::InboxStore;
use crate::schema::tracking_inbox::{self, dsl};
use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{StoreResult, each_backend, insert_rows};

insert_rows! {
    struct NewRow into tracking_inbox {
        hits: Vec<u8>,
    }
    returning (id) => i64
}

/// The inbox over the handle `D`.
pub(super) struct DieselInboxStore<D> {
    pub(super) db: D,
}

#[each_backend]
#[async_trait]
impl InboxStore for DieselInboxStore<Db> {
    async fn put(&self, rows: Vec<Vec<u8>>) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let rows = rows.into_iter().map(|hits| NewRow { hits }).collect();
                let _: Vec<i64> = conn.insert_rows(rows).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn size(&self) -> StoreResult<i64> {
        let scan = self.db.scan(move |conn| {
            async move {
                let sum = sql::<BigInt>("CAST(COALESCE(SUM(LENGTH(hits)), 0) AS bigint)");
                Ok(dsl::tracking_inbox.select(sum).get_result(conn).await?)
            }
            .boxed()
        });
        scan.await
    }
}
