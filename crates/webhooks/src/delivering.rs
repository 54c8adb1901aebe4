//! Putting deliveries up, in the transaction that makes them necessary.

use crate::deliveries::DeliveryStatus;
use crate::model::{EndpointId, MessageId};
use crate::schema::{webhook_deliveries, webhook_endpoints};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, UtcTimestamp, each_backend};

/// Most rows in one statement: SQLite takes a parameter for each endpoint.
const BATCH: usize = 500;

/// What is to be told, and from when on.
#[derive(Clone, Copy)]
pub(crate) struct Due {
    pub(crate) workspace: WorkspaceId,
    pub(crate) message: MessageId,
    pub(crate) at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_deliveries)]
struct NewRow {
    workspace_id: i64,
    endpoint_id: i64,
    message_id: i64,
    status: &'static str,
    attempt: i32,
    due_at: Ts,
    created_at: Ts,
    updated_at: Ts,
}

impl NewRow {
    fn new(due: Due, endpoint: EndpointId) -> Self {
        let (status, at) = (DeliveryStatus::Pending.name(), Ts(due.at));
        Self {
            workspace_id: due.workspace.0,
            endpoint_id: endpoint.0,
            message_id: due.message.0,
            status,
            attempt: 1,
            due_at: at,
            created_at: at,
            updated_at: at,
        }
    }
}

/// Puts a message up on a connection, inside its transaction.
#[async_trait]
pub(crate) trait PutUp {
    /// A delivery for each of these endpoints.
    async fn put_up(&mut self, due: Due, endpoints: &[EndpointId]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl PutUp for Conn {
    async fn put_up(&mut self, due: Due, endpoints: &[EndpointId]) -> StoreResult<()> {
        use webhook_deliveries::dsl;
        // A single row has a statement that is kept prepared; several are a statement of their own.
        if let [endpoint] = endpoints {
            diesel::insert_into(dsl::webhook_deliveries).values(NewRow::new(due, *endpoint)).execute(self).await?;
            return Ok(());
        }
        let (message, pending, at) = (due.message.0, DeliveryStatus::Pending.name(), Ts(due.at));
        for some in endpoints.chunks(BATCH) {
            let numbers: Vec<i64> = some.iter().map(|endpoint| endpoint.0).collect();
            let each = webhook_endpoints::table.filter(webhook_endpoints::id.eq_any(numbers)).select((
                webhook_endpoints::workspace_id,
                webhook_endpoints::id,
                message.into_sql::<BigInt>(),
                pending.into_sql::<Text>(),
                1.into_sql::<Integer>(),
                at.into_sql::<Nullable<UtcTimestamp>>(),
                at.into_sql::<UtcTimestamp>(),
                at.into_sql::<UtcTimestamp>(),
            ));
            let columns = (
                dsl::workspace_id,
                dsl::endpoint_id,
                dsl::message_id,
                dsl::status,
                dsl::attempt,
                dsl::due_at,
                dsl::created_at,
                dsl::updated_at,
            );
            each.insert_into(dsl::webhook_deliveries).into_columns(columns).execute(self).await?;
        }
        Ok(())
    }
}
