//! Noting an attempt.

use crate::model::DeliveryId;
use crate::schema::webhook_attempts::dsl;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Timestamp;
use mainstay_store::{StoreResult, Ts, each_backend};

/// What is kept of an attempt.
#[derive(Clone, Copy)]
pub(super) struct NewAttempt<'r> {
    pub(super) delivery: DeliveryId,
    pub(super) number: i32,
    pub(super) started_at: Timestamp,
    pub(super) duration_ms: i64,
    pub(super) response_code: Option<u16>,
    pub(super) response_body: Option<&'r str>,
    pub(super) error: Option<&'r str>,
}

#[async_trait]
pub(super) trait Note {
    /// Keeps an attempt, on a connection inside its transaction.
    async fn note(&mut self, attempt: NewAttempt<'_>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Note for Conn {
    async fn note(&mut self, attempt: NewAttempt<'_>) -> StoreResult<()> {
        let row = (
            dsl::delivery_id.eq(attempt.delivery.0),
            dsl::number.eq(attempt.number),
            dsl::started_at.eq(Ts(attempt.started_at)),
            dsl::duration_ms.eq(attempt.duration_ms),
            dsl::response_code.eq(attempt.response_code.map(i32::from)),
            dsl::response_body.eq(attempt.response_body),
            dsl::error.eq(attempt.error),
        );
        diesel::insert_into(dsl::webhook_attempts).values(row).execute(self).await?;
        Ok(())
    }
}
