//! A server and its policy as both databases have them.

use super::KeptServer;
use crate::model::ServerName;
use crate::schema::{mcp_policies, mcp_servers};
use crate::servers::model::{Policy, Status, Target};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreError, StoreResult, Ts};
use serde::{Deserialize, Serialize};
use url::Url;

/// What answers for a server, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "transport", rename_all = "lowercase")]
pub(super) enum KeptTarget {
    Stdio { command: String, arguments: Vec<String> },
    Http { url: String },
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mcp_servers)]
pub(super) struct Row {
    name: String,
    title: String,
    description: String,
    status: String,
    target: Json<KeptTarget>,
    secrets: Option<Vec<u8>>,
    secret_names: Json<Vec<String>>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = mcp_servers, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct NewRow {
    workspace_id: i64,
    name: String,
    title: String,
    description: String,
    status: &'static str,
    target: Json<KeptTarget>,
    secrets: Option<Vec<u8>>,
    secret_names: Json<Vec<String>>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mcp_policies)]
pub(super) struct PolicyRow {
    server: String,
    is_enabled: bool,
    allowed_tools: Option<Json<Vec<String>>>,
    denied_tools: Json<Vec<String>>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = mcp_policies, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct NewPolicyRow {
    workspace_id: i64,
    server: String,
    is_enabled: bool,
    allowed_tools: Option<Json<Vec<String>>>,
    denied_tools: Json<Vec<String>>,
    updated_at: Ts,
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

impl TryFrom<Row> for KeptServer {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let Json(target) = row.target;
        let target = match target {
            KeptTarget::Stdio { command, arguments } => Target::Process { command, arguments },
            KeptTarget::Http { url } => {
                Target::Http { url: Url::parse(&url).map_err(|_| damaged("mcp_servers.target"))? }
            }
        };
        Ok(Self {
            name: row.name.parse().map_err(|_| damaged("mcp_servers.name"))?,
            title: row.title,
            description: row.description,
            status: Status::of(&row.status).ok_or_else(|| damaged("mcp_servers.status"))?,
            target,
            secrets: row.secrets,
            secret_names: row.secret_names.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

impl NewRow {
    /// The row of a server; none for what the installation itself has.
    pub(super) fn of(workspace: WorkspaceId, kept: KeptServer) -> Option<Self> {
        let target = match kept.target {
            Target::Builtin(_) => return None,
            Target::Process { command, arguments } => KeptTarget::Stdio { command, arguments },
            Target::Http { url } => KeptTarget::Http { url: url.into() },
        };
        Some(Self {
            workspace_id: workspace.0,
            name: kept.name.as_str().to_owned(),
            title: kept.title,
            description: kept.description,
            status: kept.status.name(),
            target: Json(target),
            secrets: kept.secrets,
            secret_names: Json(kept.secret_names),
            created_at: Ts(kept.created_at),
            updated_at: Ts(kept.updated_at),
        })
    }
}

impl TryFrom<PolicyRow> for (ServerName, Policy) {
    type Error = StoreError;

    fn try_from(row: PolicyRow) -> StoreResult<Self> {
        let policy = Policy {
            is_enabled: row.is_enabled,
            allowed_tools: row.allowed_tools.map(|Json(tools)| tools),
            denied_tools: row.denied_tools.0,
        };
        Ok((row.server.parse().map_err(|_| damaged("mcp_policies.server"))?, policy))
    }
}

impl NewPolicyRow {
    pub(super) fn of(workspace: WorkspaceId, server: &ServerName, policy: Policy, updated_at: Ts) -> Self {
        Self {
            workspace_id: workspace.0,
            server: server.as_str().to_owned(),
            is_enabled: policy.is_enabled,
            allowed_tools: policy.allowed_tools.map(Json),
            denied_tools: Json(policy.denied_tools),
            updated_at,
        }
    }
}
