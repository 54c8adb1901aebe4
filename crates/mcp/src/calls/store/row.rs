//! A call as both databases have it.

use crate::caller::Protocol;
use crate::calls::model::{Call, CallId, Outcome};
use crate::schema::mcp_calls;
use diesel::prelude::*;
use mainstay_kernel::{KeyId, UserId, WorkspaceId};
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts};
use serde_json::Value;
use std::time::Duration;

#[derive(Queryable, Selectable)]
#[diesel(table_name = mcp_calls)]
pub(super) struct Row {
    id: i64,
    workspace_id: i64,
    server: String,
    tool: String,
    version: String,
    outcome: String,
    error: Option<String>,
    arguments: Json<Value>,
    duration_us: i64,
    user_id: Id,
    key_id: Option<i64>,
    address: Option<String>,
    client: Option<String>,
    request: Option<String>,
    protocol: String,
    created_at: Ts,
}

impl TryFrom<Row> for Call {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let damaged = |what: &str| StoreError::Damaged(format!("mcp_calls.{what} of {}", row.id));
        Ok(Self {
            id: CallId(row.id),
            workspace: WorkspaceId(row.workspace_id),
            outcome: Outcome::of(&row.outcome).ok_or_else(|| damaged("outcome"))?,
            protocol: Protocol::of(&row.protocol).ok_or_else(|| damaged("protocol"))?,
            server: row.server,
            tool: row.tool,
            version: row.version,
            error: row.error,
            arguments: row.arguments.0,
            took: Duration::from_micros(row.duration_us.unsigned_abs()),
            user: UserId(row.user_id.0),
            key: row.key_id.map(KeyId),
            address: row.address,
            client: row.client,
            request: row.request,
            at: row.created_at.0,
        })
    }
}
