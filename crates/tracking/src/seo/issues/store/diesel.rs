//! The store, written once for both databases.

use super::IssueStore;
use super::row::Row;
use crate::seo::issues::model::{Issue, IssueQuery};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, WorkspaceId};
use mainstay_store::{StoreResult, each_backend};

/// Issues over the handle `D`.
pub(super) struct DieselIssueStore<D> {
    pub(super) db: D,
}

#[each_backend]
#[async_trait]
impl IssueStore for DieselIssueStore<Db> {
    async fn list(&self, workspace: WorkspaceId, query: IssueQuery) -> StoreResult<Page<Issue>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, &query).count().get_result(conn).await?;
                let page = query.listing.page;
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, &query), &query.listing.sort)
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
}
