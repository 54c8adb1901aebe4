//! Noting attempts.

use crate::model::DeliveryId;
use crate::schema::webhook_attempts;
use async_trait::async_trait;
use mainstay_kernel::Timestamp;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{StoreResult, Ts, each_backend, insert_rows};

/// Most rows in one statement.
const BATCH: usize = 500;

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

insert_rows! {
    struct NewRow into webhook_attempts {
        delivery_id: i64,
        number: i32,
        started_at: Ts,
        duration_ms: i64,
        response_code: Option<i32>,
        response_body: Option<String>,
        error: Option<String>,
    }
    returning (id) => i64
}

impl From<NewAttempt<'_>> for NewRow {
    fn from(attempt: NewAttempt<'_>) -> Self {
        Self {
            delivery_id: attempt.delivery.0,
            number: attempt.number,
            started_at: Ts(attempt.started_at),
            duration_ms: attempt.duration_ms,
            response_code: attempt.response_code.map(i32::from),
            response_body: attempt.response_body.map(str::to_owned),
            error: attempt.error.map(str::to_owned),
        }
    }
}

#[async_trait]
pub(super) trait Note {
    /// Keeps attempts, on a connection inside its transaction.
    async fn note(&mut self, attempts: &[NewAttempt<'_>]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Note for Conn {
    async fn note(&mut self, attempts: &[NewAttempt<'_>]) -> StoreResult<()> {
        for some in attempts.chunks(BATCH) {
            self.insert_rows(some.iter().copied().map(NewRow::from).collect()).await?;
        }
        Ok(())
    }
}
