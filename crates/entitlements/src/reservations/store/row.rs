//! Reservations as both databases have them.

use super::Draft;
use crate::price::Payment;
use crate::reservations::model::{Reservation, ReservationState};
use crate::reservations::schema::usage_reservations;
use crate::usage::store::row::{signed, unsigned};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreError, StoreResult, Ts};
use serde_json::Value;

#[derive(Queryable, Selectable)]
#[diesel(table_name = usage_reservations)]
pub(super) struct Row {
    pub(super) id: i64,
    public_id: String,
    workspace_id: i64,
    feature: String,
    asked: String,
    quantity: i64,
    free: i64,
    credits: i64,
    paid_by: Option<String>,
    status: String,
    used: Option<i64>,
    metadata: Json<Value>,
    created_at: Ts,
    expires_at: Ts,
    ended_at: Option<Ts>,
}

impl TryFrom<Row> for Reservation {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let damaged = || StoreError::Damaged(format!("usage_reservations: the status of {}", row.id));
        Ok(Self {
            state: ReservationState::named(&row.status).ok_or_else(damaged)?,
            id: row.public_id,
            workspace: WorkspaceId(row.workspace_id),
            asked: row.asked,
            feature: row.feature,
            quantity: unsigned(row.quantity),
            free: unsigned(row.free),
            credits: unsigned(row.credits),
            paid_by: row.paid_by,
            used: row.used.map(unsigned),
            metadata: row.metadata.0,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            ended_at: row.ended_at.map(|at| at.0),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = usage_reservations)]
pub(super) struct NewRow {
    public_id: String,
    workspace_id: i64,
    feature: String,
    asked: String,
    quantity: i64,
    free: i64,
    credits: i64,
    paid_by: Option<String>,
    status: &'static str,
    metadata: Json<Value>,
    created_at: Ts,
    expires_at: Ts,
}

impl NewRow {
    /// Of the units `free` are within the limit; the others are paid for.
    pub(super) fn new(draft: Draft, free: u64, payment: Option<Payment>) -> Self {
        let Draft { id, asked, entry, expires_at } = draft;
        let (credits, paid_by) = match payment {
            Some(Payment::Made { credits, transaction }) => (credits, transaction),
            _ => (0, None),
        };
        Self {
            public_id: id,
            workspace_id: entry.workspace.0,
            feature: entry.metered.feature,
            asked,
            quantity: signed(entry.quantity),
            free: signed(free),
            credits: signed(credits),
            paid_by,
            status: ReservationState::Held.name(),
            metadata: Json(entry.metadata),
            created_at: Ts(entry.now),
            expires_at: Ts(expires_at),
        }
    }
}
