//! The rules of reservations.

use super::model::{NewReservation, Reservation, ReservationQuery, ReservationState};
use super::service::{ReservationService, Reserved};
use super::store::{Draft, Ending, NotEnded};
use crate::aggregation::Aggregation;
use crate::allowance::Allowance;
use crate::entitlements::{Entitlements, Moment};
use crate::error::EntitlementError;
use crate::meter::Meter;
use crate::reset::Reset;
use crate::service::{EntitlementService as _, Holder, NewUse};
use crate::usage::store::Metered;
use crate::verdict::Verdict;
use async_trait::async_trait;
use mainstay_kernel::{FieldError, Page, WorkspaceId};
use std::time::Duration;

/// How long a reservation lasts where that is not said.
pub const DEFAULT_LIFE: Duration = Duration::from_mins(5);
/// How long one lasts at most.
pub const MOST_LIFE: Duration = Duration::from_hours(24);

impl Entitlements {
    fn draft_of(&self, holder: Holder<'_>, new: NewReservation, moment: Moment<'_>) -> Result<Draft, Vec<FieldError>> {
        let NewReservation { feature: asked, quantity, metadata, life } = new;
        let told = NewUse { feature: asked.clone(), quantity, metadata, ..NewUse::default() };
        let entry = self.entry(holder.workspace, told, true, moment).map_err(|field| vec![field])?;
        let mut wrong = Vec::new();
        if entry.metered.aggregation != Aggregation::Sum {
            let text = format!("Uses of {asked:?} do not add up: none of it can be reserved.");
            wrong.push(FieldError::new("feature", "aggregation", text));
        }
        let life = life.unwrap_or(DEFAULT_LIFE);
        if !(Duration::from_secs(1)..=MOST_LIFE).contains(&life) {
            let text = format!("A reservation lasts from 1 to {} seconds.", MOST_LIFE.as_secs());
            wrong.push(FieldError::new("expires_in", "range", text));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let id = format!("res_{}", self.ids.alphanumeric(24));
        Ok(Draft { id, asked, expires_at: entry.now.plus(life), entry })
    }

    /// What a reservation counts in now, and how much of that there is. A feature that is no longer in the catalogue never
    /// starts anew, and has no limit.
    fn terms_of(&self, reservation: &Reservation, moment: Moment<'_>) -> (Metered, Allowance) {
        if let Some(feature) = self.catalogue.load().feature(&reservation.feature) {
            return self.terms(moment, feature);
        }
        let window = Reset::Never.window(moment.now, moment.now);
        let metered = Metered { feature: reservation.feature.clone(), aggregation: Aggregation::Sum, window };
        (metered, Allowance::Unlimited)
    }

    /// Ends a reservation so.
    async fn end(
        &self,
        holder: Holder<'_>,
        id: &str,
        to: ReservationState,
        used: Option<u64>,
    ) -> Result<Reserved, EntitlementError> {
        let workspace = holder.workspace;
        let reservation = self.reservation(workspace, id).await?;
        let benefits = self.benefits(workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let (metered, allowance) = self.terms_of(&reservation, moment);
        let limit = if let Allowance::Limit(limit) = allowance { Some(limit) } else { None };
        let ending = Ending { workspace, id: id.to_owned(), to, used, metered, limit, now: moment.now };
        let ended = self.reservation_store.end(ending).await?;
        let (reservation, meter) = ended.map_err(|why| not_ended(why, to))?;
        Ok(self.reserved(reservation, meter, allowance))
    }

    /// Lets reservations end that have expired, so many at most; gives how many did.
    pub(super) async fn expire(&self, most: i64) -> Result<usize, EntitlementError> {
        let expired = self.reservation_store.expired(self.clock.now(), most).await?;
        let count = expired.len();
        for reservation in expired {
            let workspace = reservation.workspace;
            let benefits = self.benefits(workspace).await?;
            let moment = Moment { plan: None, benefits: &benefits, now: self.clock.now() };
            let (metered, allowance) = self.terms_of(&reservation, moment);
            let to = ReservationState::Expired;
            let ending =
                Ending { workspace, id: reservation.id, to, used: None, metered, limit: None, now: moment.now };
            // Another node may have been faster.
            if let Ok((reservation, meter)) = self.reservation_store.end(ending).await? {
                let _ = self.reserved(reservation, meter, allowance);
            }
        }
        Ok(count)
    }

    fn reserved(&self, reservation: Reservation, meter: Meter, allowance: Allowance) -> Reserved {
        let key = (reservation.workspace, reservation.feature.clone(), Aggregation::Sum);
        self.readings.keep(&key, meter, self.clock.now());
        let verdict = Verdict { reason: None, ..Verdict::of(allowance, meter.taken(), 0) };
        Reserved { reservation, verdict }
    }
}

fn not_ended(why: NotEnded, to: ReservationState) -> EntitlementError {
    match why {
        NotEnded::NotThere => EntitlementError::NotFound("Reservation"),
        NotEnded::OutOfTime => EntitlementError::Ended { state: ReservationState::Expired, wanted: to },
        NotEnded::Ended(state) => EntitlementError::Ended { state, wanted: to },
        NotEnded::TooMany(reserved) => {
            let text = format!("The quantity is at most what was reserved, {reserved}.");
            EntitlementError::field("quantity", "max", text)
        }
    }
}

#[async_trait]
impl ReservationService for Entitlements {
    async fn reserve(&self, holder: Holder<'_>, new: NewReservation) -> Result<Reserved, EntitlementError> {
        let benefits = self.benefits(holder.workspace).await?;
        let moment = Moment { plan: Some(holder.plan), benefits: &benefits, now: self.clock.now() };
        let draft = self.draft_of(holder, new, moment).map_err(EntitlementError::Invalid)?;
        let (asked, allowance) = (draft.asked.clone(), draft.entry.allowance);
        match self.reservation_store.reserve(draft).await? {
            Ok((reservation, meter)) => Ok(self.reserved(reservation, meter, allowance)),
            Err(refused) => {
                Err(EntitlementError::Refused { feature: asked, verdict: refused.verdict, payment: refused.payment })
            }
        }
    }

    async fn commit(&self, holder: Holder<'_>, id: &str, quantity: Option<u64>) -> Result<Reserved, EntitlementError> {
        self.end(holder, id, ReservationState::Committed, quantity).await
    }

    async fn release(&self, holder: Holder<'_>, id: &str) -> Result<Reserved, EntitlementError> {
        let released = self.end(holder, id, ReservationState::Released, None).await;
        match released {
            // Whoever gives back what has expired gets what they want.
            Err(EntitlementError::Ended { state: ReservationState::Expired, .. }) => {
                let reservation = self.reservation(holder.workspace, id).await?;
                let verdict = self.check(holder, &reservation.feature, 1).await?;
                Ok(Reserved { reservation, verdict: Verdict { reason: None, ..verdict } })
            }
            other => other,
        }
    }

    async fn reservation(&self, workspace: WorkspaceId, id: &str) -> Result<Reservation, EntitlementError> {
        let found = self.reservation_store.find(workspace, id.to_owned()).await?;
        let found = found.ok_or(EntitlementError::NotFound("Reservation"))?;
        Ok(found.seen_at(self.clock.now()))
    }

    async fn reservations(
        &self,
        workspace: WorkspaceId,
        query: ReservationQuery,
    ) -> Result<Page<Reservation>, EntitlementError> {
        let now = self.clock.now();
        let page = self.reservation_store.list(workspace, query, now).await?;
        Ok(page.map(|reservation| reservation.seen_at(now)))
    }
}
