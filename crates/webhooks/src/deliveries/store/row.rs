//! Deliveries and attempts as both databases have them.

use crate::deliveries::model::{Attempt, Delivery, DeliveryStatus};
use crate::model::{DeliveryId, EndpointId};
use crate::schema::{webhook_attempts, webhook_deliveries, webhook_messages};
use diesel::prelude::*;
use mainstay_store::{StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
pub(super) struct Row {
    pub(super) id: i64,
    endpoint_id: i64,
    pub(super) message_id: i64,
    status: String,
    pub(super) attempt: i32,
    response_code: Option<i32>,
    due_at: Option<Ts>,
    delivered_at: Option<Ts>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
pub(super) struct Named {
    event_id: String,
    event_type: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_attempts)]
pub(super) struct AttemptRow {
    number: i32,
    started_at: Ts,
    duration_ms: i64,
    response_code: Option<i32>,
    response_body: Option<String>,
    error: Option<String>,
}

impl Row {
    pub(super) fn status(&self) -> StoreResult<DeliveryStatus> {
        let damaged = || StoreError::Damaged(format!("webhook_deliveries: the status of {}", self.id));
        DeliveryStatus::named(&self.status).ok_or_else(damaged)
    }

    pub(super) fn delivery(self, named: Named) -> StoreResult<Delivery> {
        let status = self.status()?;
        let retries = status == DeliveryStatus::Retrying;
        Ok(Delivery {
            id: DeliveryId(self.id),
            endpoint: EndpointId(self.endpoint_id),
            event_id: named.event_id,
            event_type: named.event_type,
            status,
            response_code: code(self.response_code),
            attempt: self.attempt,
            delivered_at: self.delivered_at.map(|at| at.0),
            next_retry_at: self.due_at.map(|at| at.0).filter(|_| retries),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            number: row.number,
            started_at: row.started_at.0,
            duration_ms: row.duration_ms,
            response_code: code(row.response_code),
            response_body: row.response_body,
            error: row.error,
        }
    }
}

fn code(stored: Option<i32>) -> Option<u16> {
    stored.and_then(|code| u16::try_from(code).ok())
}
