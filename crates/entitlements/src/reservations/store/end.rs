//! The end of a reservation, whichever it is.

use super::row::Row;
use super::{Ending, NotEnded, ReadHolds as _};
use crate::aggregation::Aggregation;
use crate::allowance::Allowance;
use crate::credits::NewRefund;
use crate::credits::store::{NotRefunded, RefundCredits as _};
use crate::meter::Meter;
use crate::reservations::events;
use crate::reservations::model::{Reservation, ReservationState};
use crate::reservations::schema::usage_reservations::{self, dsl};
use crate::tally::Tally;
use crate::usage::events::Alert;
use crate::usage::ledger::{hour_of, place};
use crate::usage::store::row::signed;
use crate::usage::store::{AddHours as _, Entry, KeepRecords as _, Meters as _, OpenMeter as _};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Event, Ids, Timestamp};
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

#[async_trait]
pub(super) trait EndReservation {
    /// Ends a reservation, if it is held; gives it, and the meter after that.
    async fn end(&mut self, ending: &Ending, ids: &dyn Ids) -> StoreResult<Result<(Reservation, Meter), NotEnded>>;
    /// Records what is used of it, as used when it was reserved.
    async fn use_units(
        &mut self,
        meter: &mut Meter,
        reservation: &Reservation,
        ending: &Ending,
        ids: &dyn Ids,
    ) -> StoreResult<()>;
    /// Gives back what was paid for units that are not used.
    async fn give_back(
        &mut self,
        reservation: &Reservation,
        used: u64,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<()>;
}

impl Ending {
    /// How many units are used of a reservation that ends so.
    fn used_of(&self, reservation: &Reservation) -> u64 {
        let is_used = self.to == ReservationState::Committed;
        if is_used { self.used.unwrap_or(reservation.quantity) } else { 0 }
    }

    /// Why a reservation cannot end so; whether it has already.
    fn judge(&self, reservation: &Reservation) -> Result<bool, NotEnded> {
        let used = self.used_of(reservation);
        let is_late = reservation.expires_at <= self.now;
        match reservation.state {
            ReservationState::Held if used > reservation.quantity => Err(NotEnded::TooMany(reservation.quantity)),
            ReservationState::Held if is_late == (self.to == ReservationState::Expired) => Ok(false),
            ReservationState::Held => Err(NotEnded::OutOfTime),
            state if state == self.to && reservation.used.unwrap_or(0) == used => Ok(true),
            state => Err(NotEnded::Ended(state)),
        }
    }
}

#[each_backend]
#[async_trait]
impl EndReservation for Conn {
    async fn end(&mut self, ending: &Ending, ids: &dyn Ids) -> StoreResult<Result<(Reservation, Meter), NotEnded>> {
        let (workspace, now) = (ending.workspace, ending.now);
        let place = (workspace, ending.metered.feature.clone());
        let mut held = self.hold_meters(&BTreeSet::from([place.clone()])).await?;
        let (number, mut meter) = held.remove(&place).ok_or(StoreError::MissingReference)?;
        self.open(&mut meter, workspace, &ending.metered, now).await?;
        // Read now that the meter is held: whoever else ends it has the meter too.
        let called = usage_reservations::table
            .filter(dsl::workspace_id.eq(workspace.0))
            .filter(dsl::public_id.eq(&ending.id))
            .select(Row::as_select());
        let row: Option<Row> = called.first(self).await.optional()?;
        let Some(row) = row else { return Ok(Err(NotEnded::NotThere)) };
        let (id, reservation) = (row.id, Reservation::try_from(row)?);
        match ending.judge(&reservation) {
            Ok(true) => return Ok(Ok((reservation, meter))),
            Ok(false) => {}
            Err(why) => return Ok(Err(why)),
        }
        let used = ending.used_of(&reservation);
        let ended = (
            dsl::status.eq(ending.to.name()),
            dsl::used.eq((ending.to == ReservationState::Committed).then(|| signed(used))),
            dsl::ended_at.eq(Ts(now)),
        );
        let update = diesel::update(usage_reservations::table.find(id)).set(ended);
        let ended: Row = update.returning(Row::as_returning()).get_result(self).await?;
        if used > 0 {
            self.use_units(&mut meter, &reservation, ending, ids).await?;
        }
        if ending.to == ReservationState::Expired {
            self.append(&expired(&reservation, ids, now)).await?;
        }
        self.read_holds(&mut meter, workspace, &ending.metered, now).await?;
        meter.version += 1;
        self.write_meters(&[(number, meter)]).await?;
        self.give_back(&reservation, used, ids, now).await?;
        Ok(Ok((ended.try_into()?, meter)))
    }

    async fn use_units(
        &mut self,
        meter: &mut Meter,
        reservation: &Reservation,
        ending: &Ending,
        ids: &dyn Ids,
    ) -> StoreResult<()> {
        let at = reservation.created_at;
        let entry = Entry {
            workspace: ending.workspace,
            metered: ending.metered.clone(),
            allowance: ending.limit.map_or(Allowance::Unlimited, Allowance::Limit),
            is_limited: false,
            price: None,
            quantity: ending.used_of(reservation),
            value: None,
            metadata: reservation.metadata.clone(),
            id: None,
            at,
            now: ending.now,
        };
        self.keep_records(&[&entry]).await?;
        let hour = (ending.workspace, ending.metered.feature.clone(), hour_of(at));
        self.add_hours(&BTreeMap::from([(hour, Tally::one(entry.quantity, at))])).await?;
        // Where a window has ended since, it counts in that one, which nobody looks at any more.
        if ending.metered.window.contains(at) {
            meter.count(Aggregation::Sum, entry.quantity, at, false);
            if let Some((threshold, limit)) = meter.tell(ending.limit).zip(ending.limit) {
                self.append(&Alert::of(place(&entry), threshold, (meter.used, limit)).event(ids, ending.now)).await?;
            }
        }
        Ok(())
    }

    async fn give_back(
        &mut self,
        reservation: &Reservation,
        used: u64,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<()> {
        let credits = reservation.paid_in_vain(used);
        let Some(transaction) = reservation.paid_by.clone().filter(|_| credits > 0) else { return Ok(()) };
        let description = Some(format!("{} reserved and not used", reservation.feature));
        let mut refund = NewRefund { transaction, amount: Some(signed(credits)), description, reference: None };
        // Somebody may have been given some of it back by hand: then it is the rest that is left to be given.
        let refunded = self.refund_credits(reservation.workspace, &refund, ids, at).await?;
        if let Err(NotRefunded::TooGreat(left)) = refunded
            && left > 0
        {
            refund.amount = Some(left);
            let _ = self.refund_credits(reservation.workspace, &refund, ids, at).await?;
        }
        Ok(())
    }
}

fn expired(reservation: &Reservation, ids: &dyn Ids, at: Timestamp) -> Event {
    let Reservation { id, asked, quantity, workspace, .. } = reservation;
    let data = json!({ "reservation_id": id, "feature": asked, "quantity": quantity });
    Event::of(*workspace, events::EXPIRED, data, ids, at)
}
