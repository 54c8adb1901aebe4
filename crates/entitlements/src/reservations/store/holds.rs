//! What reservations hold.

use crate::meter::Meter;
use crate::reservations::model::ReservationState;
use crate::reservations::schema::usage_reservations::{self, dsl};
use crate::usage::store::Metered;
use crate::usage::store::row::unsigned;
use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, UtcTimestamp, each_backend};

#[async_trait]
pub(crate) trait ReadHolds {
    /// Has a meter show what is held by then of the window that it shows. Who holds it in a transaction reads what is true
    /// until that ends.
    async fn read_holds(
        &mut self,
        meter: &mut Meter,
        workspace: WorkspaceId,
        of: &Metered,
        now: Timestamp,
    ) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl ReadHolds for Conn {
    async fn read_holds(
        &mut self,
        meter: &mut Meter,
        workspace: WorkspaceId,
        of: &Metered,
        now: Timestamp,
    ) -> StoreResult<()> {
        let held = usage_reservations::table
            .filter(dsl::workspace_id.eq(workspace.0))
            .filter(dsl::feature.eq(&of.feature))
            .filter(dsl::status.eq(ReservationState::Held.name()))
            .filter(dsl::expires_at.gt(Ts(now)))
            .filter(dsl::created_at.ge(Ts(of.window.from)));
        let sum = sql::<BigInt>("CAST(COALESCE(SUM(quantity), 0) AS bigint)");
        let soonest = sql::<Nullable<UtcTimestamp>>("MIN(expires_at)");
        let (sum, until): (i64, Option<Ts>) = held.select((sum, soonest)).get_result(self).await?;
        meter.held = unsigned(sum);
        meter.held_until = until.map(|at| at.0);
        Ok(())
    }
}
