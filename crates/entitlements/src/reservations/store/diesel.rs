//! The store, written once for both databases.

use super::end::EndReservation as _;
use super::row::{NewRow, Row};
use super::{Draft, Ending, NotEnded, ReadHolds as _, ReservationStore};
use crate::meter::Meter;
use crate::price::Payment;
use crate::reservations::model::{Reservation, ReservationQuery, ReservationState};
use crate::reservations::schema::usage_reservations::{self, dsl};
use crate::usage::Outcome;
use crate::usage::ledger::place;
use crate::usage::store::{Meters as _, OpenMeter as _, PayForUse as _};
use crate::verdict::Verdict;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reservations over the handle `D`.
pub(super) struct DieselReservationStore<D> {
    pub(super) db: D,
    pub(super) ids: Arc<dyn Ids>,
}

macro_rules! of_tenant {
    ($workspace:expr) => {
        usage_reservations::table.filter(dsl::workspace_id.eq($workspace.0))
    };
}

#[each_backend]
impl DieselReservationStore<Db> {
    async fn reserve_units(
        conn: &mut Conn,
        draft: Draft,
        ids: &dyn Ids,
    ) -> StoreResult<Result<(Reservation, Meter), Outcome>> {
        let (entry, here) = (&draft.entry, place(&draft.entry));
        let mut held = conn.hold_meters(&BTreeSet::from([here.clone()])).await?;
        let (number, mut meter) = held.remove(&here).ok_or(StoreError::MissingReference)?;
        conn.open(&mut meter, entry.workspace, &entry.metered, entry.now).await?;
        let verdict = Verdict::of(entry.allowance, meter.taken(), entry.quantity);
        let mut payment = None;
        if !verdict.is_allowed() {
            if let Some(credits) = entry.cost(meter.taken(), entry.quantity) {
                payment = Some(conn.pay(entry, credits, ids).await?);
            }
            if !payment.as_ref().is_some_and(Payment::is_made) {
                return Ok(Err(Outcome { verdict, meter, is_repeated: false, payment }));
            }
        }
        let (workspace, metered, now) = (entry.workspace, entry.metered.clone(), entry.now);
        let free = verdict.available.map_or(entry.quantity, |left| left.min(entry.quantity));
        let insert = diesel::insert_into(usage_reservations::table).values(NewRow::new(draft, free, payment));
        let row: Row = insert.returning(Row::as_returning()).get_result(conn).await?;
        conn.read_holds(&mut meter, workspace, &metered, now).await?;
        meter.version += 1;
        conn.write_meters(&[(number, meter)]).await?;
        Ok(Ok((row.try_into()?, meter)))
    }
}

#[each_backend]
#[async_trait]
impl ReservationStore for DieselReservationStore<Db> {
    async fn reserve(&self, draft: Draft) -> StoreResult<Result<(Reservation, Meter), Outcome>> {
        let ids = Arc::clone(&self.ids);
        self.db.write(move |conn| async move { Self::reserve_units(conn, draft, &*ids).await }.boxed()).await
    }

    async fn end(&self, ending: Ending) -> StoreResult<Result<(Reservation, Meter), NotEnded>> {
        let ids = Arc::clone(&self.ids);
        self.db.write(move |conn| async move { conn.end(&ending, &*ids).await }.boxed()).await
    }

    async fn find(&self, workspace: WorkspaceId, id: String) -> StoreResult<Option<Reservation>> {
        let read = self.db.read(move |conn| {
            async move {
                let called = of_tenant!(workspace).filter(dsl::public_id.eq(id)).select(Row::as_select());
                let row: Option<Row> = called.first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        query: ReservationQuery,
        now: Timestamp,
    ) -> StoreResult<Page<Reservation>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, &query, now).count().get_result(conn).await?;
                let page = query.listing.page;
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, &query, now), &query.listing.sort)
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

    async fn expired(&self, now: Timestamp, most: i64) -> StoreResult<Vec<Reservation>> {
        let read = self.db.read(move |conn| {
            async move {
                let due = usage_reservations::table
                    .filter(dsl::status.eq(ReservationState::Held.name()))
                    .filter(dsl::expires_at.le(Ts(now)))
                    .order(dsl::expires_at)
                    .limit(most);
                let rows: Vec<Row> = due.select(Row::as_select()).load(conn).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
            .boxed()
        });
        read.await
    }
}
