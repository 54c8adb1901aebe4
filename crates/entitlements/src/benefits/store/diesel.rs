//! The store, written once for both databases.

use super::row::{NewRow, Row};
use super::{BenefitStore, BoostDraft, Tell};
use crate::benefits::model::{Benefits, Boosted};
use crate::benefits::rules::{CHANGED, MOST};
use crate::benefits::schema::{billing_anchors, boosts};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Benefits over the handle `D`.
pub(super) struct DieselBenefitStore<D> {
    pub(super) db: D,
}

macro_rules! of_tenant {
    ($workspace:expr) => {
        boosts::table.filter(boosts::workspace_id.eq($workspace.0))
    };
}

#[each_backend]
impl DieselBenefitStore<Db> {
    /// Tells of a change: those who want to know, and every node.
    async fn tell(conn: &mut Conn, workspace: WorkspaceId, event: &Event) -> StoreResult<()> {
        conn.append(event).await?;
        conn.announce(CHANGED, workspace.0.to_string(), event.at).await
    }
}

#[each_backend]
#[async_trait]
impl BenefitStore for DieselBenefitStore<Db> {
    async fn benefits(&self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Benefits> {
        let read = self.db.read(move |conn| {
            async move {
                let anchor = billing_anchors::table.find(workspace.0).select(billing_anchors::anchor);
                let anchor: Option<Ts> = anchor.first(conn).await.optional()?;
                let rows: Vec<Row> = of_tenant!(workspace)
                    .filter(boosts::cancelled_at.is_null())
                    .filter(boosts::ends_at.is_null().or(boosts::ends_at.gt(Ts(now))))
                    .order(boosts::id)
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                let all = rows.into_iter().map(|row| Boosted::try_from(row).map(|one| (one.feature, one.boost)));
                Ok(Benefits { anchor: anchor.map(|at| at.0), boosts: all.collect::<StoreResult<_>>()? })
            }
            .boxed()
        });
        read.await
    }

    async fn anchor(&self, workspace: WorkspaceId, anchor: Option<Timestamp>, event: Event) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                if let Some(anchor) = anchor {
                    let kept = billing_anchors::anchor.eq(Ts(anchor));
                    let new = (billing_anchors::workspace_id.eq(workspace.0), kept);
                    let insert = diesel::insert_into(billing_anchors::table).values(new);
                    let upsert = insert.on_conflict(billing_anchors::workspace_id).do_update().set(kept);
                    upsert.execute(conn).await?;
                } else {
                    diesel::delete(billing_anchors::table.find(workspace.0)).execute(conn).await?;
                }
                Self::tell(conn, workspace, &event).await
            }
            .boxed()
        });
        write.await
    }

    async fn boosts(&self, workspace: WorkspaceId) -> StoreResult<Vec<Boosted>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let all = of_tenant!(workspace).order(boosts::id.desc()).select(Row::as_select());
                let rows: Vec<Row> = all.load(conn).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
            .boxed()
        });
        scan.await
    }

    async fn add(&self, workspace: WorkspaceId, draft: BoostDraft, tell: Tell) -> StoreResult<Option<Boosted>> {
        let write = self.db.write(move |conn| {
            async move {
                let there: i64 = of_tenant!(workspace).count().get_result(conn).await?;
                if there >= MOST {
                    return Ok(None);
                }
                let insert = diesel::insert_into(boosts::table).values(NewRow::new(workspace, draft));
                let row: Row = insert.returning(Row::as_returning()).get_result(conn).await?;
                let boosted = Boosted::try_from(row)?;
                Self::tell(conn, workspace, &tell(&boosted)).await?;
                Ok(Some(boosted))
            }
            .boxed()
        });
        write.await
    }

    async fn cancel(
        &self,
        workspace: WorkspaceId,
        id: i64,
        now: Timestamp,
        tell: Tell,
    ) -> StoreResult<Option<Boosted>> {
        let write = self.db.write(move |conn| {
            async move {
                let one = || of_tenant!(workspace).filter(boosts::id.eq(id));
                let called_off = diesel::update(one().filter(boosts::cancelled_at.is_null()))
                    .set(boosts::cancelled_at.eq(Ts(now)))
                    .execute(conn)
                    .await?;
                let row: Option<Row> = one().select(Row::as_select()).first(conn).await.optional()?;
                let boosted: Option<Boosted> = row.map(TryInto::try_into).transpose()?;
                if let Some(boosted) = &boosted
                    && called_off == 1
                {
                    Self::tell(conn, workspace, &tell(boosted)).await?;
                }
                Ok(boosted)
            }
            .boxed()
        });
        write.await
    }
}
