//! What a tool answered, as this API tells it.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Description, Outcome};
use mainstay_kernel::Timestamp;
use mainstay_mcp::protocol::{CallToolResponse, CallToolResult};
use mainstay_mcp::upstream::UpstreamFault;
use mainstay_mcp::versions::Deprecation;
use mainstay_mcp::{Called, McpError, Quota, ServerName};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// What a tool answered.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "answer_example")]
pub(super) struct CallResponse {
    /// What the tool gives as structured content, else its `content` as the protocol has it.
    result: Value,
    /// Whether it did what it was asked.
    success: bool,
    /// The server.
    server: String,
    /// The tool.
    tool: String,
    /// Which version of it answered.
    version: String,
    /// How long it took.
    duration_ms: u64,
    /// What whoever uses the tool should know.
    #[serde(rename = "_warnings", default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

fn answer_example() -> Value {
    json!({
        "result": { "content": "File contents here...", "size": 1234 }, "success": true, "server": "filesystem",
        "tool": "read_file", "version": "1.0.0", "duration_ms": 2
    })
}

/// The version that was used will go.
#[derive(Serialize, JsonSchema)]
struct Warning {
    /// `TOOL_VERSION_DEPRECATED`.
    code: &'static str,
    message: String,
    /// The version that was used.
    current_version: String,
    /// The one to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_version: Option<String>,
    /// From when it is not served any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    sunset_at: Option<String>,
    /// How to get to the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    migration_notes: Option<String>,
}

/// What a tool answered, with what the headers say of it.
pub(super) struct ToolAnswer {
    body: CallResponse,
    deprecation: Option<Deprecation>,
    quota: Option<Quota>,
}

impl ToolAnswer {
    /// # Errors
    /// [`McpError::Upstream`] when the tool asks something back, which nobody can answer here.
    pub(super) fn new(
        server: &ServerName,
        tool: String,
        called: Called,
        quota: Option<Quota>,
    ) -> Result<Self, Failure> {
        let CallToolResponse::Complete(result) = called.response else {
            let why = "it asks something back, which can be answered over /mcp alone".to_owned();
            return Err(McpError::Upstream(UpstreamFault::Broken(why)).into());
        };
        let deprecation = called.chosen.deprecation;
        let body = CallResponse {
            success: result.is_error != Some(true),
            result: result_of(result),
            server: server.to_string(),
            tool,
            version: called.chosen.version,
            duration_ms: u64::try_from(called.took.as_millis()).unwrap_or(u64::MAX),
            warnings: deprecation.iter().map(Warning::of).collect(),
        };
        Ok(Self { body, deprecation, quota })
    }
}

fn result_of(result: CallToolResult) -> Value {
    match result.structured_content {
        Some(structured) if result.is_error != Some(true) => structured,
        _ => json!({ "content": result.content }),
    }
}

impl Warning {
    fn of(deprecation: &Deprecation) -> Self {
        Self {
            code: "TOOL_VERSION_DEPRECATED",
            message: told(deprecation),
            current_version: deprecation.version.clone(),
            latest_version: deprecation.latest.clone(),
            sunset_at: deprecation.sunset_at.map(Timestamp::to_iso_seconds),
            migration_notes: deprecation.notes.clone(),
        }
    }
}

fn told(deprecation: &Deprecation) -> String {
    let instead = deprecation.latest.as_ref().map(|latest| format!(" Use {latest} instead.")).unwrap_or_default();
    format!("Version {} is deprecated.{instead}", deprecation.version)
}

impl Responder for ToolAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some(deprecation) = &self.deprecation {
            warn(&mut answer, deprecation);
        }
        if let Some(quota) = self.quota {
            count(&mut answer, quota);
        }
        answer.json(&self.body)
    }
}

fn warn(answer: &mut HttpResponseBuilder, deprecation: &Deprecation) {
    answer.insert_header(("X-MCP-Deprecation-Warning", told(deprecation)));
    if let Some(sunset_at) = deprecation.sunset_at {
        answer.insert_header(("X-MCP-Sunset-At", sunset_at.to_iso_seconds()));
    }
    if let Some(latest) = &deprecation.latest {
        answer.insert_header(("X-MCP-Latest-Version", latest.as_str()));
    }
}

fn count(answer: &mut HttpResponseBuilder, quota: Quota) {
    let or_unlimited = |number: Option<u64>| number.map_or("unlimited".to_owned(), |number| number.to_string());
    answer.insert_header(("X-MCP-Quota-Tool-Calls-Used", quota.used.to_string()));
    answer.insert_header(("X-MCP-Quota-Tool-Calls-Limit", or_unlimited(quota.limit)));
    let remaining = quota.limit.map(|limit| limit.saturating_sub(quota.used));
    answer.insert_header(("X-MCP-Quota-Tool-Calls-Remaining", or_unlimited(remaining)));
    if let Some(resets_at) = quota.resets_at {
        answer.insert_header(("X-MCP-Quota-Reset", resets_at.to_iso_seconds()));
    }
}

impl Outcome for ToolAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<CallResponse>(200, "Called.");
    }
}
