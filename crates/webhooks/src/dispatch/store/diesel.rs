//! The store, written once for both databases.

use super::claim::Claims as _;
use super::record::Records as _;
use super::{ClaimedLane, DispatchStore, Report, TellDisabled, Wanted};
use crate::model::EndpointId;
use crate::schema::webhook_deliveries::dsl;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use mainstay_store::{StoreResult, Ts, UtcTimestamp, each_backend};
use std::sync::Arc;

/// Deliveries over the handle `D`.
pub(super) struct DieselDispatchStore<D> {
    pub(super) db: D,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    endpoint_id: i64,
}

#[each_backend]
#[async_trait]
impl DispatchStore for DieselDispatchStore<Db> {
    async fn waiting(&self, now: Timestamp) -> StoreResult<Vec<EndpointId>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let query = diesel::sql_query(include_str!("waiting.sql")).bind::<UtcTimestamp, _>(Ts(now));
                let rows: Vec<Waiting> = query.load(conn).await?;
                Ok(rows.into_iter().map(|row| EndpointId(row.endpoint_id)).collect())
            }
            .boxed()
        });
        scan.await
    }

    async fn claim(
        &self,
        wanted: Vec<Wanted>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Vec<ClaimedLane>> {
        self.db.write(move |conn| async move { conn.claim(wanted, now, lease_until).await }.boxed()).await
    }

    async fn record(&self, reports: Arc<Vec<Report>>, now: Timestamp, tell: TellDisabled) -> StoreResult<()> {
        self.db.write(move |conn| async move { conn.record(&reports, now, &tell).await }.boxed()).await
    }

    async fn release_all(&self) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let held = dsl::webhook_deliveries.filter(dsl::lease_until.is_not_null());
                diesel::update(held).set(dsl::lease_until.eq(None::<Ts>)).execute(conn).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }
}
