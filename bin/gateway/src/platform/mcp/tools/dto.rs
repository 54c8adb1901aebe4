//! Tools on the wire.

use crate::platform::mcp::servers::ToolItem;
use mainstay_mcp::versions::{FIRST, ToolVersion, VersionStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use validator::Validate;

/// What the list of tools can be asked.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct ListToolsQuery {
    /// `true` adds to each tool which versions it has.
    #[validate(length(max = 5))]
    include_versions: Option<String>,
}

impl ListToolsQuery {
    pub(super) fn include_versions(&self) -> bool {
        matches!(self.include_versions.as_deref(), Some("true" | "1"))
    }
}

/// A tool to be called.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "call_example")]
pub(super) struct CallRequest {
    /// The server.
    #[validate(length(min = 1, max = 64))]
    pub(super) server: String,
    /// The tool.
    #[validate(length(min = 1, max = 128))]
    pub(super) tool: String,
    /// Which version of it; the latest if absent.
    #[validate(length(max = 32))]
    pub(super) version: Option<String>,
    /// What it is called with.
    pub(super) arguments: Option<Map<String, Value>>,
}

fn call_example() -> Value {
    json!({ "server": "filesystem", "tool": "read_file", "arguments": { "path": "notes/today.txt" } })
}

/// The tools of a server.
#[derive(Serialize, JsonSchema)]
pub(super) struct ToolsResponse {
    /// The server.
    pub(super) server: String,
    /// The tools that can be called.
    pub(super) data: Vec<VersionedTool>,
    /// How many.
    pub(super) count: usize,
}

/// A tool, and which versions it has where that was asked.
#[derive(Serialize, JsonSchema)]
pub(super) struct VersionedTool {
    #[serde(flatten)]
    tool: ToolItem,
    /// Its versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    versioning: Option<Versioning>,
}

/// Which versions a tool has.
#[derive(Serialize, JsonSchema)]
struct Versioning {
    /// The one that is meant where none is named; null where none is served any more.
    latest_version: Option<String>,
    /// Whether any was declared.
    is_versioned: bool,
    /// Whether the latest should not be used any more.
    deprecated: bool,
}

impl VersionedTool {
    pub(super) fn new(tool: ToolItem, known: Option<&[(Arc<ToolVersion>, VersionStatus)]>) -> Self {
        Self { tool, versioning: known.map(Versioning::of) }
    }
}

impl Versioning {
    fn of(known: &[(Arc<ToolVersion>, VersionStatus)]) -> Self {
        if known.is_empty() {
            return Self { latest_version: Some(FIRST.to_owned()), is_versioned: false, deprecated: false };
        }
        let latest = known.iter().find(|(_, status)| *status == VersionStatus::Latest);
        let served = known.iter().find(|(_, status)| *status != VersionStatus::Sunset);
        let meant = latest.or(served);
        Self {
            latest_version: meant.map(|(version, _)| version.version.to_string()),
            is_versioned: true,
            deprecated: meant.is_none_or(|(_, status)| *status == VersionStatus::Deprecated),
        }
    }
}
