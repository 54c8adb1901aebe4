//! The store, written once for both databases.

use super::row::{NewRow, Row};
use super::{Attempt, AuditStore, Beginning, Outcome};
use crate::seo::audits::model::{Audit, AuditQuery, AuditStatus};
use crate::seo::audits::worker::job;
use crate::seo::reports::store::Recording;
use crate::seo::reports::store::record::Record as _;
use crate::seo::schema::seo_audits::{self, dsl};
use crate::seo::schema::workspaces;
use crate::seo::{AuditId, Source, events};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};
use std::sync::Arc;

/// Audits over the handle `D`.
pub(super) struct DieselAuditStore<D> {
    pub(super) db: D,
}

/// What an audit that is not over may be.
const OPEN: [&str; 2] = [AuditStatus::Queued.name(), AuditStatus::Running.name()];

/// An audit, while this is the attempt that counts.
macro_rules! held {
    ($attempt:expr) => {
        dsl::seo_audits
            .filter(dsl::workspace_id.eq($attempt.workspace.0))
            .filter(dsl::id.eq($attempt.audit.0))
            .filter(dsl::status.eq(AuditStatus::Running.name()))
            .filter(dsl::attempt.eq($attempt.number))
    };
}

#[each_backend]
#[async_trait]
impl AuditStore for DieselAuditStore<Db> {
    async fn list(&self, workspace: WorkspaceId, query: AuditQuery) -> StoreResult<Page<Audit>> {
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

    async fn find(&self, workspace: WorkspaceId, id: AuditId) -> StoreResult<Option<Audit>> {
        let read = self.db.read(move |conn| {
            async move {
                let called = dsl::seo_audits.filter(dsl::workspace_id.eq(workspace.0)).filter(dsl::id.eq(id.0));
                let row: Option<Row> = called.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn begin(&self, beginning: Beginning, ids: Arc<dyn Ids>) -> StoreResult<Option<Audit>> {
        let write = self.db.write(move |conn| {
            async move {
                let Beginning { workspace, url, most, now } = beginning;
                // Two that begin at once take turns at their workspace.
                let tenant = workspaces::table.filter(workspaces::id.eq(workspace.0)).select(workspaces::id);
                let _: Option<i64> = Locked(tenant).get_result(conn).await.optional()?;
                let open = dsl::seo_audits.filter(dsl::workspace_id.eq(workspace.0)).filter(dsl::status.eq_any(OPEN));
                if open.count().get_result::<i64>(conn).await? >= most {
                    return Ok(None);
                }
                let row = NewRow {
                    workspace_id: workspace.0,
                    url: url.as_str().to_owned(),
                    status: AuditStatus::Queued.name(),
                    progress: 0,
                    step: "Waiting for its turn",
                    attempt: 0,
                    created_at: Ts(now),
                    updated_at: Ts(now),
                };
                let insert = diesel::insert_into(seo_audits::table).values(row).returning(Row::as_returning());
                let row: Row = insert.get_result(conn).await?;
                let audit = Audit::try_from(row)?;
                conn.enqueue(&job(workspace, audit.id, now), now).await?;
                let of = (audit.id, audit.url.as_str(), None);
                conn.append(&events::of_audit(workspace, events::AUDIT_REQUESTED, of, (&*ids, now))).await?;
                Ok(Some(audit))
            }
            .boxed()
        });
        write.await
    }

    async fn attempt(&self, workspace: WorkspaceId, id: AuditId, now: Timestamp) -> StoreResult<Option<Attempt>> {
        let write = self.db.write(move |conn| {
            async move {
                let called = dsl::seo_audits.filter(dsl::workspace_id.eq(workspace.0)).filter(dsl::id.eq(id.0));
                let running = (
                    dsl::status.eq(AuditStatus::Running.name()),
                    dsl::progress.eq(0),
                    dsl::attempt.eq(dsl::attempt + 1),
                    dsl::updated_at.eq(Ts(now)),
                );
                let begin = diesel::update(called.filter(dsl::status.eq_any(OPEN))).set(running);
                let row: Option<Row> = begin.returning(Row::as_returning()).get_result(conn).await.optional()?;
                row.map(|row| row.attempt()).transpose()
            }
            .boxed()
        });
        write.await
    }

    async fn reach(&self, attempt: &Attempt, percent: u8, step: &'static str, now: Timestamp) -> StoreResult<bool> {
        let attempt = attempt.clone();
        let write = self.db.write(move |conn| {
            async move {
                let reached = (dsl::progress.eq(i32::from(percent)), dsl::step.eq(step), dsl::updated_at.eq(Ts(now)));
                Ok(diesel::update(held!(attempt)).set(reached).execute(conn).await? == 1)
            }
            .boxed()
        });
        write.await
    }

    async fn end(&self, attempt: Attempt, outcome: Outcome, now: Timestamp, ids: Arc<dyn Ids>) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let there: Option<i64> = Locked(held!(attempt).select(dsl::id)).get_result(conn).await.optional()?;
                if there.is_none() {
                    return Ok(false);
                }
                let over = (dsl::progress.eq(100), dsl::updated_at.eq(Ts(now)), dsl::finished_at.eq(Ts(now)));
                let audit = held!(attempt);
                let workspace = attempt.workspace;
                match outcome {
                    Outcome::Report { scores, issues } => {
                        let (url, source) = (attempt.url.clone(), Source::Audit);
                        let recording = Recording { workspace, url, source, scores, issues, now };
                        let report = conn.record(recording, &*ids).await?.report.id;
                        let status = dsl::status.eq(AuditStatus::Succeeded.name());
                        let ended = (status, dsl::step.eq("Done"), dsl::report_id.eq(report.0), over);
                        diesel::update(audit).set(ended).execute(conn).await?;
                    }
                    Outcome::Failure(error) => {
                        let of = (attempt.audit, attempt.url.as_str(), Some(error.as_str()));
                        conn.append(&events::of_audit(workspace, events::AUDIT_FAILED, of, (&*ids, now))).await?;
                        let status = dsl::status.eq(AuditStatus::Failed.name());
                        let ended = (status, dsl::step.eq("Failed"), dsl::error.eq(error), over);
                        diesel::update(audit).set(ended).execute(conn).await?;
                    }
                }
                Ok(true)
            }
            .boxed()
        });
        write.await
    }
}
