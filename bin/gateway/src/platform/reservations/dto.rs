//! Reservations on the wire.

use mainstay_edge::{IsoSeconds, Listable};
use mainstay_entitlements::Verdict;
use mainstay_entitlements::reservations::{NewReservation, Reservation, ReservationColumn, ReservationState, Reserved};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use validator::Validate;

/// What the list of reservations can be asked.
pub(super) enum ReservationList {}

impl Listable for ReservationList {
    type Column = ReservationColumn;
    type Status = ReservationState;
    const COLUMNS: &'static [(&'static str, ReservationColumn)] = &[
        ("created_at", ReservationColumn::CreatedAt),
        ("expires_at", ReservationColumn::ExpiresAt),
        ("quantity", ReservationColumn::Quantity),
    ];
    const STATUSES: &'static [(&'static str, ReservationState)] = &[
        (ReservationState::Held.name(), ReservationState::Held),
        (ReservationState::Committed.name(), ReservationState::Committed),
        (ReservationState::Released.name(), ReservationState::Released),
        (ReservationState::Expired.name(), ReservationState::Expired),
    ];
}

/// Units to be reserved.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "reservation_request_example")]
pub(super) struct ReservationRequest {
    /// The feature's code.
    #[validate(length(min = 1, max = 100))]
    feature: String,
    /// How many units.
    #[validate(range(min = 1, max = 1_000_000_000_000_u64))]
    #[serde(default = "one")]
    quantity: u64,
    /// After how many seconds it expires; 300 if absent, a day at most.
    #[validate(range(min = 1, max = 86_400))]
    expires_in: Option<u32>,
    /// What you want to know of it later.
    #[serde(default)]
    metadata: Map<String, Value>,
}

const fn one() -> u64 {
    1
}

fn reservation_request_example() -> Value {
    json!({ "feature": "storage", "quantity": 1_048_576, "expires_in": 600 })
}

impl From<ReservationRequest> for NewReservation {
    fn from(request: ReservationRequest) -> Self {
        let ReservationRequest { feature, quantity, expires_in, metadata } = request;
        Self { feature, quantity, metadata, life: expires_in.map(|seconds| Duration::from_secs(seconds.into())) }
    }
}

/// How much of a reservation was used.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct CommitRequest {
    /// How many units; all of them if absent.
    #[validate(range(min = 0, max = 1_000_000_000_000_u64))]
    pub(super) quantity: Option<u64>,
}

/// A reservation.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "reservation_example")]
pub(super) struct ReservationResponse {
    /// What it is called.
    id: String,
    /// The feature's code.
    feature: String,
    /// How many units.
    quantity: u64,
    /// `held`, `committed`, `released` or `expired`.
    status: &'static str,
    /// How many units were used; null while that is not known.
    used: Option<u64>,
    /// How many credits were paid for units beyond the limit. What was paid for units that are not used went back.
    credits: u64,
    /// What was said of it.
    metadata: Value,
    /// When it was made.
    created_at: IsoSeconds,
    /// When it expires.
    expires_at: IsoSeconds,
    /// When it came to its end.
    ended_at: Option<IsoSeconds>,
}

fn reservation_example() -> Value {
    json!({
        "id": "res_abcdefghijklmnopqrstuvwx", "feature": "storage", "quantity": 1_048_576, "status": "committed",
        "used": 1_000_000, "credits": 0, "metadata": {}, "created_at": "2026-01-15T10:30:00Z",
        "expires_at": "2026-01-15T10:40:00Z", "ended_at": "2026-01-15T10:31:00Z"
    })
}

impl From<Reservation> for ReservationResponse {
    fn from(reservation: Reservation) -> Self {
        Self {
            id: reservation.id,
            feature: reservation.asked,
            quantity: reservation.quantity,
            status: reservation.state.name(),
            used: reservation.used,
            credits: reservation.credits,
            metadata: reservation.metadata,
            created_at: reservation.created_at.into(),
            expires_at: reservation.expires_at.into(),
            ended_at: reservation.ended_at.map(Into::into),
        }
    }
}

/// A reservation, and how things stand after it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReservedResponse {
    /// The reservation.
    data: ReservationResponse,
    /// What has been used in the cycle that is open.
    current_usage: u64,
    /// The limit; null where there is none.
    limit: Option<u64>,
    /// How much is left of it, less what is held; null where there is no limit.
    available: Option<u64>,
}

impl From<Reserved> for ReservedResponse {
    fn from(reserved: Reserved) -> Self {
        let Reserved { reservation, verdict: Verdict { used, limit, available, .. } } = reserved;
        Self { data: reservation.into(), current_usage: used, limit, available }
    }
}
