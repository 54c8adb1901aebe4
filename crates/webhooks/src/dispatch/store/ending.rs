//! What waits for an endpoint that is told nothing any more.

use super::attempt::{NewAttempt, Note as _};
use crate::deliveries::DeliveryStatus;
use crate::model::{DeliveryId, EndpointId};
use crate::schema::webhook_deliveries;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use mainstay_store::dialect::Unlocked;
use mainstay_store::{StoreResult, Ts, each_backend};

/// Most deliveries ended in one transaction.
const BATCH: i64 = 200;

const WHY: &str = "The endpoint is not active; nothing was sent.";

#[async_trait]
pub(super) trait End {
    /// Ends what is due for an endpoint, as failed and without counting for anything.
    async fn end_waiting(&mut self, endpoint: EndpointId, now: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl End for Conn {
    async fn end_waiting(&mut self, endpoint: EndpointId, now: Timestamp) -> StoreResult<()> {
        use webhook_deliveries::dsl;
        let nobodys = dsl::lease_until.is_null().or(dsl::lease_until.le(Ts(now)).assume_not_null());
        let waiting = dsl::webhook_deliveries
            .filter(dsl::endpoint_id.eq(endpoint.0))
            .filter(dsl::due_at.is_not_null())
            .filter(nobodys)
            .order((dsl::due_at, dsl::id))
            .limit(BATCH)
            .select((dsl::id, dsl::attempt));
        let rows: Vec<(i64, i32)> = Unlocked(waiting).load(self).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let ended = (
            dsl::status.eq(DeliveryStatus::Failed.name()),
            dsl::due_at.eq(None::<Ts>),
            dsl::lease_until.eq(None::<Ts>),
            dsl::updated_at.eq(Ts(now)),
        );
        diesel::update(dsl::webhook_deliveries.filter(dsl::id.eq_any(ids))).set(ended).execute(self).await?;
        let note = |(id, number)| NewAttempt {
            delivery: DeliveryId(id),
            number,
            started_at: now,
            duration_ms: 0,
            response_code: None,
            response_body: None,
            error: Some(WHY),
        };
        self.note(&rows.into_iter().map(note).collect::<Vec<_>>()).await
    }
}
