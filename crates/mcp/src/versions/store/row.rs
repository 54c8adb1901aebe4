//! A version as both databases have it.

use crate::schema::mcp_tool_versions;
use crate::versions::model::ToolVersion;
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_schemas::Schema;
use mainstay_store::{Json, StoreError, StoreResult, Ts};
use serde_json::Value;
use std::sync::Arc;

/// All of a version.
#[derive(Queryable, Selectable)]
#[diesel(table_name = mcp_tool_versions)]
pub(crate) struct Row {
    server: String,
    tool: String,
    version: String,
    is_latest: bool,
    description: Option<String>,
    input_schema: Option<Json<Value>>,
    output_schema: Option<Json<Value>>,
    changelog: Option<String>,
    migration_notes: Option<String>,
    deprecated_at: Option<Ts>,
    sunset_at: Option<Ts>,
    created_at: Ts,
}

/// What a declaration says, as it is added.
#[derive(Insertable)]
#[diesel(table_name = mcp_tool_versions, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    workspace_id: i64,
    server: String,
    tool: String,
    version: String,
    #[diesel(embed)]
    terms: Terms,
    created_at: Ts,
}

/// What a later declaration changes.
#[derive(Insertable, AsChangeset, Clone)]
#[diesel(table_name = mcp_tool_versions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Terms {
    is_latest: bool,
    description: Option<String>,
    input_schema: Option<Json<Value>>,
    output_schema: Option<Json<Value>>,
    changelog: Option<String>,
    migration_notes: Option<String>,
    deprecated_at: Option<Ts>,
    sunset_at: Option<Ts>,
}

impl TryFrom<Row> for ToolVersion {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let damaged = |what: &str| StoreError::Damaged(format!("mcp_tool_versions.{what}"));
        Ok(Self {
            server: row.server.parse().map_err(|_| damaged("server"))?,
            tool: row.tool,
            version: row.version.parse().map_err(|_| damaged("version"))?,
            is_latest: row.is_latest,
            description: row.description,
            input_schema: row.input_schema.map(|Json(schema)| Arc::new(Schema::new(schema))),
            output_schema: row.output_schema.map(|Json(schema)| schema),
            changelog: row.changelog,
            migration_notes: row.migration_notes,
            deprecated_at: row.deprecated_at.map(|at| at.0),
            sunset_at: row.sunset_at.map(|at| at.0),
            created_at: row.created_at.0,
        })
    }
}

impl NewRow {
    /// The row of a declaration, and what of it is said again where there is one already.
    pub(super) fn of(workspace: WorkspaceId, version: ToolVersion) -> (Self, Terms) {
        let terms = Terms {
            is_latest: version.is_latest,
            description: version.description,
            input_schema: version.input_schema.map(|schema| Json(schema.text().clone())),
            output_schema: version.output_schema.map(Json),
            changelog: version.changelog,
            migration_notes: version.migration_notes,
            deprecated_at: version.deprecated_at.map(Ts),
            sunset_at: version.sunset_at.map(Ts),
        };
        let row = Self {
            workspace_id: workspace.0,
            server: version.server.as_str().to_owned(),
            tool: version.tool,
            version: version.version.to_string(),
            terms: terms.clone(),
            created_at: Ts(version.created_at),
        };
        (row, terms)
    }
}
