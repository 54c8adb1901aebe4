//! What a reservation is.

use mainstay_kernel::{Listing, Timestamp, WorkspaceId};
use serde_json::{Map, Value};
use std::time::Duration;

/// Units of a feature that somebody means to use.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    /// What it is called: `res_` and 24 letters and digits.
    pub id: String,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The feature that was asked for.
    pub asked: String,
    /// The feature that it counts in: its pool, or itself.
    pub feature: String,
    /// How many units.
    pub quantity: u64,
    /// How many of these lie within the limit.
    pub free: u64,
    /// How many credits were paid for the others.
    pub credits: u64,
    /// The transaction that paid them.
    pub paid_by: Option<String>,
    /// What became of it.
    pub state: ReservationState,
    /// How many units were used, once that is known.
    pub used: Option<u64>,
    /// What is said of it.
    pub metadata: Value,
    /// When it was made. What is used of it counts as used then.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
}

impl Reservation {
    /// As it is at that instant, whether or not its expiry was booked by then.
    pub(crate) fn seen_at(self, now: Timestamp) -> Self {
        let is_over = self.state == ReservationState::Held && self.expires_at <= now;
        Self { state: if is_over { ReservationState::Expired } else { self.state }, ..self }
    }

    /// What was paid for units that are not used, if so many are.
    pub(crate) fn paid_in_vain(&self, used: u64) -> u64 {
        let (paid_for, needed) = (self.quantity.saturating_sub(self.free), used.saturating_sub(self.free));
        if paid_for == 0 {
            return 0;
        }
        let kept = (u128::from(self.credits) * u128::from(needed)).div_ceil(u128::from(paid_for));
        self.credits.saturating_sub(u64::try_from(kept).unwrap_or(u64::MAX))
    }
}

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// Its units are held.
    Held,
    /// They were used, or some of them.
    Committed,
    /// They were given back.
    Released,
    /// Nobody said anything in time.
    Expired,
}

impl ReservationState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Held, Self::Committed, Self::Released, Self::Expired];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Committed => "committed",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What reservations are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationColumn {
    /// When it was made.
    CreatedAt,
    /// When it expires.
    ExpiresAt,
    /// How many units.
    Quantity,
}

/// Which reservations are wanted.
#[derive(Debug, Clone, Default)]
pub struct ReservationQuery {
    /// Page, order and spans.
    pub listing: Listing<ReservationColumn>,
    /// Only those in this state.
    pub state: Option<ReservationState>,
}

/// Units to be reserved.
#[derive(Debug, Clone, Default)]
pub struct NewReservation {
    /// Of what.
    pub feature: String,
    /// How many, 1 at least.
    pub quantity: u64,
    /// What is said of it.
    pub metadata: Map<String, Value>,
    /// How long it lasts; [`DEFAULT_LIFE`](super::DEFAULT_LIFE) if that is not said.
    pub life: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_paid_for_units_that_are_not_used_goes_back() {
        let reservation = Reservation {
            id: "res_1".into(),
            workspace: WorkspaceId(1),
            asked: "exports".into(),
            feature: "exports".into(),
            quantity: 10,
            free: 4,
            credits: 9,
            paid_by: None,
            state: ReservationState::Held,
            used: None,
            metadata: Value::Null,
            created_at: Timestamp::default(),
            expires_at: Timestamp::default(),
            ended_at: None,
        };
        let back = [0, 4, 5, 6, 9, 10].map(|used| reservation.paid_in_vain(used));
        assert_eq!(back, [9, 9, 7, 6, 1, 0], "a credit that is begun is spent");
    }
}
