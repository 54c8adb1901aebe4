//! Versions of tools on the wire.

use mainstay_edge::{IsoSeconds, Rejection};
use mainstay_kernel::{FieldError, Timestamp};
use mainstay_mcp::versions::{NewVersion, ToolVersion, VersionStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use validator::Validate;

/// A version to be declared.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "put_example")]
pub(super) struct PutVersionRequest {
    /// Whether it is the one that is meant where none is named.
    #[serde(default)]
    is_latest: bool,
    /// What the tool does in this version.
    #[schemars(length(max = 4000))]
    description: Option<String>,
    /// What its arguments must be; as its server says if absent.
    input_schema: Option<Map<String, Value>>,
    /// What its results are.
    output_schema: Option<Map<String, Value>>,
    /// What is new in it.
    #[schemars(length(max = 4000))]
    changelog: Option<String>,
    /// How to get from it to the latest.
    #[schemars(length(max = 4000))]
    migration_notes: Option<String>,
    /// From when it should not be used any more.
    deprecated_at: Option<String>,
    /// From when it is not served any more.
    sunset_at: Option<String>,
}

fn put_example() -> Value {
    json!({
        "is_latest": false, "deprecated_at": "2026-06-01T00:00:00Z", "sunset_at": "2026-12-01T00:00:00Z",
        "migration_notes": "Give `path` instead of `file`."
    })
}

impl TryFrom<PutVersionRequest> for NewVersion {
    type Error = Rejection;

    fn try_from(request: PutVersionRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let deprecated_at = instant("deprecated_at", request.deprecated_at.as_deref(), &mut wrong);
        let sunset_at = instant("sunset_at", request.sunset_at.as_deref(), &mut wrong);
        if !wrong.is_empty() {
            return Err(Rejection::Invalid(wrong));
        }
        Ok(Self {
            is_latest: request.is_latest,
            description: request.description,
            input_schema: request.input_schema.map(Value::Object),
            output_schema: request.output_schema.map(Value::Object),
            changelog: request.changelog,
            migration_notes: request.migration_notes,
            deprecated_at,
            sunset_at,
        })
    }
}

fn instant(field: &str, text: Option<&str>, wrong: &mut Vec<FieldError>) -> Option<Timestamp> {
    let text = text?;
    let read = Timestamp::parse(text);
    if read.is_none() {
        let message = format!("The {field} field must be an ISO 8601 date, such as 2027-01-01T00:00:00Z.");
        wrong.push(FieldError::new(field, "date", message));
    }
    read
}

/// The versions of a tool.
#[derive(Serialize, JsonSchema)]
pub(super) struct VersionsResponse {
    /// The server.
    pub(super) server: String,
    /// The tool.
    pub(super) tool: String,
    /// Its versions, the newest first.
    pub(super) versions: Vec<VersionResponse>,
    /// How many.
    pub(super) count: usize,
}

/// A version of a tool.
#[derive(Serialize, JsonSchema)]
pub(super) struct VersionResponse {
    server_id: String,
    tool_name: String,
    version: String,
    /// Whether it was declared to be the latest.
    is_latest: bool,
    /// `active`, `latest`, `deprecated` or `sunset`.
    status: &'static str,
    description: Option<String>,
    #[schemars(with = "Option<Map<String, Value>>")]
    input_schema: Option<Value>,
    #[schemars(with = "Option<Map<String, Value>>")]
    output_schema: Option<Value>,
    deprecated_at: Option<IsoSeconds>,
    sunset_at: Option<IsoSeconds>,
    migration_notes: Option<String>,
    changelog: Option<String>,
    created_at: IsoSeconds,
}

impl VersionResponse {
    pub(super) fn new(version: &ToolVersion, status: VersionStatus) -> Self {
        Self {
            server_id: version.server.to_string(),
            tool_name: version.tool.clone(),
            version: version.version.to_string(),
            is_latest: version.is_latest,
            status: status.name(),
            description: version.description.clone(),
            input_schema: version.input_schema.as_ref().map(|schema| schema.text().clone()),
            output_schema: version.output_schema.clone(),
            deprecated_at: version.deprecated_at.map(Into::into),
            sunset_at: version.sunset_at.map(Into::into),
            migration_notes: version.migration_notes.clone(),
            changelog: version.changelog.clone(),
            created_at: version.created_at.into(),
        }
    }
}
