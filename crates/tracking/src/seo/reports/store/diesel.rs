//! The store, written once for both databases.

use super::record::Record as _;
use super::row::{KeptIssue, Row};
use super::{Recording, ReportStore};
use crate::seo::reports::model::{FullReport, Report, ReportQuery, Trend};
use crate::seo::schema::seo_reports::dsl;
use crate::seo::{ReportId, Scores};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids, Page, WorkspaceId};
use mainstay_store::{Json, StoreResult, each_backend};
use std::collections::HashMap;
use std::sync::Arc;

/// Reports over the handle `D`.
pub(super) struct DieselReportStore<D> {
    pub(super) db: D,
}

#[each_backend]
impl DieselReportStore<Db> {
    async fn page(conn: &mut Conn, workspace: WorkspaceId, query: &ReportQuery) -> StoreResult<Page<Report>> {
        let total = Self::matching(workspace, query).count().get_result(conn).await?;
        let page = query.listing.page;
        let rows: Vec<Row> = Self::sorted(Self::matching(workspace, query), &query.listing.sort)
            .limit(page.per_page())
            .offset(page.offset())
            .select(Row::as_select())
            .load(conn)
            .await?;
        let items = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
        Ok(Page { items, total })
    }

    async fn scores(conn: &mut Conn, workspace: WorkspaceId, ids: Vec<i64>) -> StoreResult<HashMap<ReportId, Scores>> {
        let called = dsl::seo_reports.filter(dsl::workspace_id.eq(workspace.0)).filter(dsl::id.eq_any(ids));
        let rows: Vec<Row> = called.select(Row::as_select()).load(conn).await?;
        let scores = |row| Report::try_from(row).map(|report| (report.id, report.scores));
        rows.into_iter().map(scores).collect()
    }
}

#[each_backend]
#[async_trait]
impl ReportStore for DieselReportStore<Db> {
    async fn record(&self, recording: Recording, ids: Arc<dyn Ids>) -> StoreResult<Report> {
        let write = self.db.write(move |conn| async move { Ok(conn.record(recording, &*ids).await?.report) }.boxed());
        write.await
    }

    async fn list(&self, workspace: WorkspaceId, query: ReportQuery) -> StoreResult<Page<Report>> {
        let scan = self.db.scan(move |conn| async move { Self::page(conn, workspace, &query).await }.boxed());
        scan.await
    }

    async fn trends(&self, workspace: WorkspaceId, query: ReportQuery) -> StoreResult<Page<Trend>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let page = Self::page(conn, workspace, &query).await?;
                let ids = page.items.iter().filter_map(|report| report.previous).map(|id| id.0).collect();
                let scores = Self::scores(conn, workspace, ids).await?;
                let before = |report: &Report| report.previous.and_then(|id| scores.get(&id).copied());
                Ok(page.map(|report| Trend { previous_scores: before(&report), report }))
            }
            .boxed()
        });
        scan.await
    }

    async fn find(&self, workspace: WorkspaceId, id: ReportId) -> StoreResult<Option<FullReport>> {
        let read = self.db.read(move |conn| {
            async move {
                let called = dsl::seo_reports.filter(dsl::workspace_id.eq(workspace.0)).filter(dsl::id.eq(id.0));
                let found = called.select((Row::as_select(), dsl::issues));
                let found: Option<(Row, Json<Vec<KeptIssue>>)> = found.first(conn).await.optional()?;
                let Some((row, Json(issues))) = found else { return Ok(None) };
                let issues = issues.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
                Ok(Some(FullReport { report: row.try_into()?, issues }))
            }
            .boxed()
        });
        read.await
    }
}
