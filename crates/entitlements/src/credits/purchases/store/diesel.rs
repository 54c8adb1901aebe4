//! The store, written once for both databases.

use super::row::{NewRow, Row};
use super::settle::Settle as _;
use super::{Draft, NotSettled, PurchaseStore, Settling};
use crate::credits::purchases::model::{Purchase, PurchaseStatus};
use crate::credits::schema::credit_purchases::{self, dsl};
use crate::credits::store::{Accounts as _, Moment};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, PageRequest, Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, each_backend};

/// Purchases over the handle `D`.
pub(super) struct DieselPurchaseStore<D> {
    pub(super) db: D,
}

macro_rules! of_tenant {
    ($workspace:expr) => {
        dsl::credit_purchases.filter(dsl::workspace_id.eq($workspace.0))
    };
}

/// What a workspace is about to pay of a package, the newest first.
macro_rules! pending {
    ($workspace:expr, $package:expr, $since:expr) => {
        of_tenant!($workspace)
            .filter(dsl::status.eq(PurchaseStatus::Pending.name()))
            .filter(dsl::package_id.eq($package))
            .filter(dsl::created_at.gt(Ts($since)))
            .order(dsl::id.desc())
            .select(dsl::public_id)
    };
}

#[each_backend]
#[async_trait]
impl PurchaseStore for DieselPurchaseStore<Db> {
    async fn begin(&self, draft: Draft, moment: Moment) -> StoreResult<Result<Purchase, String>> {
        let write = self.db.write(move |conn| {
            async move {
                let Draft { purchase, session, alone_since } = draft;
                // Two that begin at once take turns at their account.
                conn.hold_account(purchase.workspace, &*moment.ids, moment.at).await?;
                if let Some(since) = alone_since
                    && let Some(pending) =
                        pending!(purchase.workspace, &purchase.package, since).first(conn).await.optional()?
                {
                    return Ok(Err(pending));
                }
                let insert = diesel::insert_into(credit_purchases::table).values(NewRow::new(purchase, session));
                let row: Row = insert.returning(Row::as_returning()).get_result(conn).await?;
                Ok(Ok(row.try_into()?))
            }
            .boxed()
        });
        write.await
    }

    async fn pending(&self, workspace: WorkspaceId, package: String, since: Timestamp) -> StoreResult<Option<String>> {
        let read = self.db.read(move |conn| {
            async move { Ok(pending!(workspace, &package, since).first(conn).await.optional()?) }.boxed()
        });
        read.await
    }

    async fn find(&self, workspace: WorkspaceId, id: String) -> StoreResult<Option<Purchase>> {
        let read = self.db.read(move |conn| {
            async move {
                let called = of_tenant!(workspace).filter(dsl::public_id.eq(id));
                let row: Option<Row> = called.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn list(&self, workspace: WorkspaceId, page: PageRequest) -> StoreResult<Page<Purchase>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = of_tenant!(workspace).count().get_result(conn).await?;
                let rows: Vec<Row> = of_tenant!(workspace)
                    .order(dsl::id.desc())
                    .limit(page.per_page())
                    .offset(page.offset())
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                let items = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn settle(&self, settling: Settling, moment: Moment) -> StoreResult<Result<(Purchase, bool), NotSettled>> {
        self.db.write(move |conn| async move { conn.settle(settling, moment).await }.boxed()).await
    }

    async fn fail(&self, settling: Settling, reason: &'static str, moment: Moment) -> StoreResult<Option<bool>> {
        let write = self.db.write(move |conn| {
            async move {
                let Some(held) = conn.hold(&settling, &moment).await? else { return Ok(None) };
                let can_fail = held.can_fail();
                if can_fail {
                    conn.end(&held, PurchaseStatus::Failed, Some(reason), &moment).await?;
                }
                Ok(Some(can_fail))
            }
            .boxed()
        });
        write.await
    }
}
