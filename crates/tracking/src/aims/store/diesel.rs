//! The store, written once for both databases.

use super::row::{NewRow, Row, Terms};
use super::{AimStore, Amend, Born};
use crate::aims::model::{Aim, AimId, AimKind};
use crate::domains::DomainId;
use crate::schema::tracking_aims::{self, dsl};
use crate::schema::tracking_domains;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::WorkspaceId;
use mainstay_store::dialect::Locked;
use mainstay_store::{StoreResult, each_backend};

/// Goals and funnels over the handle `D`.
pub(super) struct DieselAimStore<D> {
    pub(super) db: D,
}

/// The domains of a workspace.
macro_rules! domains_of {
    ($workspace:expr) => {
        tracking_domains::table.filter(tracking_domains::workspace_id.eq($workspace.0)).select(tracking_domains::id)
    };
}

/// A goal or funnel of a workspace.
macro_rules! owned {
    ($workspace:expr, $kind:expr, $id:expr) => {
        dsl::tracking_aims
            .filter(dsl::id.eq($id.0))
            .filter(dsl::kind.eq($kind.name()))
            .filter(dsl::domain_id.eq_any(domains_of!($workspace)))
    };
}

#[each_backend]
#[async_trait]
impl AimStore for DieselAimStore<Db> {
    async fn all(&self, workspace: WorkspaceId, domain: DomainId, kind: AimKind) -> StoreResult<Vec<Aim>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = dsl::tracking_aims
                    .filter(dsl::domain_id.eq(domain.0))
                    .filter(dsl::kind.eq(kind.name()))
                    .filter(dsl::domain_id.eq_any(domains_of!(workspace)))
                    .order(dsl::id);
                let rows: Vec<Row> = own.select(Row::as_select()).load(conn).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            .boxed()
        });
        read.await
    }

    async fn find(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> StoreResult<Option<Aim>> {
        let read = self.db.read(move |conn| {
            async move {
                let one = owned!(workspace, kind, id).select(Row::as_select());
                let row: Option<Row> = one.first(conn).await.optional()?;
                Ok(row.map(Into::into))
            }
            .boxed()
        });
        read.await
    }

    async fn insert(&self, workspace: WorkspaceId, new: Born) -> StoreResult<Option<Aim>> {
        let write = self.db.write(move |conn| {
            async move {
                // Held, so that it is not deleted meanwhile.
                let domain = domains_of!(workspace).filter(tracking_domains::id.eq(new.domain.0));
                let held: Option<i64> = Locked(domain).get_result(conn).await.optional()?;
                if held.is_none() {
                    return Ok(None);
                }
                let row: Row = diesel::insert_into(tracking_aims::table)
                    .values(NewRow::from(new))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                Ok(Some(row.into()))
            }
            .boxed()
        });
        write.await
    }

    async fn amend(&self, workspace: WorkspaceId, kind: AimKind, id: AimId, amend: Amend) -> StoreResult<Option<Aim>> {
        let write = self.db.write(move |conn| {
            async move {
                let one = owned!(workspace, kind, id).select(Row::as_select());
                let row: Option<Row> = Locked(one).get_result(conn).await.optional()?;
                let Some(row) = row else { return Ok(None) };
                let aim = amend(row.into());
                diesel::update(owned!(workspace, kind, id)).set(Terms::from(&aim)).execute(conn).await?;
                Ok(Some(aim))
            }
            .boxed()
        });
        write.await
    }

    async fn delete(&self, workspace: WorkspaceId, kind: AimKind, id: AimId) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move { Ok(diesel::delete(owned!(workspace, kind, id)).execute(conn).await? > 0) }.boxed()
        });
        write.await
    }
}
