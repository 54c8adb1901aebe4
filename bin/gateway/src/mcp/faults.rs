//! What went wrong, in the codes of JSON-RPC and MCP.

use mainstay_kernel::{Details, Fault as _, Kind};
use mainstay_mcp::McpError;
use mainstay_mcp::protocol::{CallToolResult, ContentBlock, ErrorCode, ErrorData};
use mainstay_mcp::upstream::UpstreamFault;
use serde_json::{Map, Value, json};

/// Somebody may not, or not now: a code of the server's own (JSON-RPC 2.0 section 5.1).
const REFUSED: ErrorCode = ErrorCode(-32_000);

/// The error that stands for a fault. What a server itself said is passed on as it is.
pub(super) fn told(fault: &McpError) -> ErrorData {
    match fault {
        McpError::Upstream(UpstreamFault::Refused(error)) => error.clone(),
        McpError::NoResource(Some(error)) => (**error).clone(),
        McpError::NoResource(None) | McpError::BadAddress => ErrorData::resource_not_found(fault.to_string(), None),
        _ => ErrorData::new(code(fault.kind()), mainstay_edge::dialect::sentence(fault), Some(data(fault))),
    }
}

const fn code(kind: Kind) -> ErrorCode {
    match kind {
        Kind::NotFound | Kind::Gone | Kind::Malformed | Kind::Invalid => ErrorCode::INVALID_PARAMS,
        Kind::Forbidden | Kind::QuotaExceeded | Kind::PaymentRequired | Kind::LimitReached | Kind::Unavailable => {
            REFUSED
        }
        _ => ErrorCode::INTERNAL_ERROR,
    }
}

/// What a program needs to know of it.
fn data(fault: &McpError) -> Value {
    let mut data = Map::from_iter([("code".to_owned(), json!(fault.code()))]);
    match fault.details() {
        Details::Facts(facts) => data.extend(facts),
        Details::RetryAfter(seconds) => {
            data.insert("retryAfterSeconds".to_owned(), json!(seconds));
        }
        _ => {}
    }
    Value::Object(data)
}

/// A call with wrong arguments, told as a result: so that the model that made it reads what was wrong, and mends it
/// (revision 2025-11-25, "Tools", "Error Handling").
pub(super) fn wrong_arguments(fault: &McpError) -> Option<CallToolResult> {
    let McpError::Invalid(fields) = fault else { return None };
    let told = fields.iter().map(|wrong| format!("{}: {}", wrong.field, wrong.message)).collect::<Vec<_>>().join("\n");
    Some(CallToolResult::error(vec![ContentBlock::text(told)]))
}

/// The scope that calls take is missing.
pub(super) fn may_not_call() -> ErrorData {
    let data = json!({ "code": "forbidden_scope", "required_scope": "mcp:write" });
    ErrorData::new(REFUSED, "Insufficient permissions. Required scope: mcp:write", Some(data))
}

/// There is no such tool.
pub(super) fn no_tool(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("Unknown tool: {name}"), None)
}

/// There is no such resource (SEP-2164).
pub(super) fn no_resource(uri: &str) -> ErrorData {
    ErrorData::resource_not_found(format!("Unknown resource: {uri}"), Some(json!({ "uri": uri })))
}

/// There is no such prompt.
pub(super) fn no_prompt(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("Unknown prompt: {name}"), None)
}

/// Whoever asked is gone; nobody reads this.
pub(super) fn caller_gone() -> ErrorData {
    ErrorData::internal_error("The caller went away before the answer.", None)
}
