//! Calls on the wire.

use mainstay_edge::{IsoMillis, Listable};
use mainstay_mcp::calls::{Call, CallColumn, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use validator::Validate;

/// What the log can be asked.
pub(super) enum CallList {}

impl Listable for CallList {
    type Column = CallColumn;
    type Status = Outcome;
    const COLUMNS: &'static [(&'static str, CallColumn)] = &[
        ("created_at", CallColumn::CreatedAt),
        ("duration_ms", CallColumn::Duration),
        ("server", CallColumn::Server),
        ("tool", CallColumn::Tool),
    ];
    const STATUSES: &'static [(&'static str, Outcome)] = &[
        (Outcome::Succeeded.name(), Outcome::Succeeded),
        (Outcome::Failed.name(), Outcome::Failed),
        (Outcome::ServerError.name(), Outcome::ServerError),
        (Outcome::TimedOut.name(), Outcome::TimedOut),
        (Outcome::Cancelled.name(), Outcome::Cancelled),
        (Outcome::Invalid.name(), Outcome::Invalid),
        (Outcome::QuotaExceeded.name(), Outcome::QuotaExceeded),
    ];
}

/// The filters that only this list has.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct CallFilters {
    /// Only calls of this server.
    #[validate(length(max = 64))]
    pub(super) server: Option<String>,
    /// Only calls of this tool.
    #[validate(length(max = 128))]
    pub(super) tool: Option<String>,
    /// Only calls by this API key.
    pub(super) key_id: Option<i64>,
    /// Only calls of this person.
    pub(super) user_id: Option<Uuid>,
}

/// A call.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "call_example")]
pub(super) struct CallItem {
    id: i64,
    /// The server.
    server: String,
    /// The tool.
    tool: String,
    /// Which version of it.
    version: String,
    /// How it ended: `succeeded`, `failed`, `server_error`, `timed_out`, `cancelled`, `invalid` or `quota_exceeded`.
    status: &'static str,
    /// Why it failed, in a sentence.
    error: Option<String>,
    /// With what, less what is secret.
    #[schemars(with = "Map<String, Value>")]
    arguments: Value,
    duration_ms: f64,
    /// The person who called.
    user_id: Uuid,
    /// By which API key; null for a person's login.
    key_id: Option<i64>,
    /// From which address.
    ip_address: Option<String>,
    /// What the program says it is.
    client: Option<String>,
    /// In which request.
    request_id: Option<String>,
    /// How the caller spoke: `rest` or `mcp`.
    protocol: &'static str,
    /// When it began.
    created_at: IsoMillis,
}

fn call_example() -> Value {
    json!({
        "id": 1, "server": "filesystem", "tool": "read_file", "version": "1.0.0", "status": "succeeded", "error": null,
        "arguments": { "path": "notes/today.txt" }, "duration_ms": 1.25,
        "user_id": "0197b5a0-0000-7000-8000-000000000000", "key_id": 1, "ip_address": "203.0.113.7", "client": "curl/8.5.0",
        "request_id": "req_abcdefghijklmnopqrstuvwx", "protocol": "rest", "created_at": "2026-01-15T10:30:00.000Z"
    })
}

impl From<Call> for CallItem {
    fn from(call: Call) -> Self {
        Self {
            id: call.id.0,
            server: call.server,
            tool: call.tool,
            version: call.version,
            status: call.outcome.name(),
            error: call.error,
            arguments: call.arguments,
            duration_ms: call.took.as_secs_f64() * 1_000.0,
            user_id: call.user.0,
            key_id: call.key.map(|key| key.0),
            ip_address: call.address,
            client: call.client,
            request_id: call.request,
            protocol: call.protocol.name(),
            created_at: call.at.into(),
        }
    }
}
