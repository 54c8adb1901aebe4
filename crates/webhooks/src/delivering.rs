//! Putting deliveries up, in the transaction that makes them necessary.

use crate::deliveries::DeliveryStatus;
use crate::model::{EndpointId, MessageId};
use crate::schema::{webhook_deliveries, webhook_endpoints};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{StoreResult, Ts, UtcTimestamp, each_backend, insert_rows};
use std::mem;

/// Most rows in one statement, or hardly more: SQLite takes a parameter for each endpoint, or for each column of a row.
const BATCH: usize = 500;
/// So many endpoints of a message are quicker written than looked up.
const FEW: usize = 8;

/// What is to be told, and from when on.
#[derive(Clone, Copy)]
pub(crate) struct Due {
    pub(crate) workspace: WorkspaceId,
    pub(crate) message: MessageId,
    pub(crate) at: Timestamp,
}

insert_rows! {
    struct NewRow into webhook_deliveries {
        workspace_id: i64,
        endpoint_id: i64,
        message_id: i64,
        status: &'static str,
        attempt: i32,
        due_at: Ts,
        created_at: Ts,
        updated_at: Ts,
    }
    returning (id) => i64
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

/// Puts messages up on a connection, inside its transaction.
#[async_trait]
pub(crate) trait PutUp {
    /// A delivery of each message for each of its endpoints.
    async fn put_up(&mut self, due: &[(Due, Vec<EndpointId>)]) -> StoreResult<()>;
}

#[async_trait]
trait Steps {
    /// One message for many: the database makes the rows.
    async fn put_up_for_many(&mut self, due: Due, endpoints: &[EndpointId]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn put_up_for_many(&mut self, due: Due, endpoints: &[EndpointId]) -> StoreResult<()> {
        use webhook_deliveries::dsl;
        let (message, pending, at) = (due.message.0, DeliveryStatus::Pending.name(), Ts(due.at));
        let numbers: Vec<i64> = endpoints.iter().map(|endpoint| endpoint.0).collect();
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
        Ok(())
    }
}

#[each_backend]
#[async_trait]
impl PutUp for Conn {
    async fn put_up(&mut self, due: &[(Due, Vec<EndpointId>)]) -> StoreResult<()> {
        let mut rows = Vec::new();
        for (due, endpoints) in due {
            if endpoints.len() > FEW {
                for some in endpoints.chunks(BATCH) {
                    self.put_up_for_many(*due, some).await?;
                }
                continue;
            }
            rows.extend(endpoints.iter().map(|endpoint| NewRow::new(*due, *endpoint)));
            if rows.len() > BATCH {
                self.insert_rows(mem::take(&mut rows)).await?;
            }
        }
        self.insert_rows(rows).await?;
        Ok(())
    }
}
