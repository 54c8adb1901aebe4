//! What a tool answered, as this API tells it.

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError as _};
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
pub(super) enum ToolAnswer {
    Called {
        body: Box<CallResponse>,
        deprecation: Option<Deprecation>,
        quota: Option<Quota>,
    },
    /// It was not called: the workspace has used up its calls.
    UsedUp(Quota),
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
        Ok(Self::Called { body: Box::new(body), deprecation, quota })
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
        match self {
            Self::Called { body, deprecation, quota } => {
                let mut answer = HttpResponse::Ok().json(body);
                let warnings = deprecation.iter().flat_map(warn);
                set(&mut answer, warnings.chain(quota.into_iter().flat_map(count)));
                answer
            }
            Self::UsedUp(quota) => {
                let mut answer = Failure::from(McpError::QuotaExceeded(quota)).error_response();
                set(&mut answer, count(quota));
                answer
            }
        }
    }
}

type Header = (&'static str, String);

fn set(answer: &mut HttpResponse, headers: impl Iterator<Item = Header>) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}

fn warn(deprecation: &Deprecation) -> impl Iterator<Item = Header> + use<> {
    let warning = ("x-mcp-deprecation-warning", told(deprecation));
    let end = deprecation.sunset_at.map(|sunset_at| ("x-mcp-sunset-at", sunset_at.to_iso_seconds()));
    let latest = deprecation.latest.clone().map(|latest| ("x-mcp-latest-version", latest));
    [Some(warning), end, latest].into_iter().flatten()
}

fn count(quota: Quota) -> impl Iterator<Item = Header> {
    let or_unlimited = |number: Option<u64>| number.map_or("unlimited".to_owned(), |number| number.to_string());
    let remaining = quota.limit.map(|limit| limit.saturating_sub(quota.used));
    let counted = [
        ("x-mcp-quota-tool-calls-used", quota.used.to_string()),
        ("x-mcp-quota-tool-calls-limit", or_unlimited(quota.limit)),
        ("x-mcp-quota-tool-calls-remaining", or_unlimited(remaining)),
    ];
    let reset = quota.resets_at.map(|resets_at| ("x-mcp-quota-reset", resets_at.to_iso_seconds()));
    counted.into_iter().chain(reset)
}

impl Outcome for ToolAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<CallResponse>(200, "Called.");
    }
}
