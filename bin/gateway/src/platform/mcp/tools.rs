//! `/api/v1/mcp/servers/{id}/tools` and `/api/v1/mcp/tools/call`: what tools there are, and calling them.

mod answer;
mod dto;

use super::TAG;
use super::acting::Acting;
use super::servers::{named, tools_of};
use crate::platform::{McpRead, McpWrite};
use actix_web::{HttpRequest, web};
use answer::ToolAnswer;
use dto::{CallRequest, ListToolsQuery, ToolsResponse, VersionedTool};
use mainstay_edge::connection::unless_gone;
use mainstay_edge::{Doc, Failure, PathIds, Plain, Platform, QueryParameters, Surface, Valid};
use mainstay_kernel::Kind;
use mainstay_mcp::upstream::Hearing;
use mainstay_mcp::versions::VersionService;
use mainstay_mcp::{McpError, McpService, Meter, ToolCall};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "Those that can be called. With `include_versions=true` each says which versions it has.";
    let fails = &[(Kind::BadUpstream, "`tool_error`: the server does not answer.")];
    surface.get("/mcp/servers/{id}/tools", list, doc("listMcpTools", "List the tools of an MCP server", text, fails));
    let text = "The `result` is what the tool gives as structured content, else its `content` as the protocol has it. A tool \
        that says of itself that it failed is answered with `success: false`.";
    surface.post("/mcp/tools/call", call, doc("callMcpTool", "Call a tool", text, CALL_FAILS));
}

const CALL_FAILS: &[(Kind, &str)] = &[
    (Kind::Malformed, "`VERSION_NOT_FOUND`: the tool has no such version."),
    (Kind::Forbidden, "`forbidden_server`: the key is for other servers, or the scope is missing."),
    (Kind::NotFound, "There is no such server or tool, or it may not be called."),
    (Kind::PaymentRequired, "`insufficient_credits`: neither plan nor credits pay for the call."),
    (Kind::Gone, "`TOOL_VERSION_SUNSET`: the version is no longer served."),
    (Kind::QuotaExceeded, "`quota_exceeded`: the plan allows no more calls in this cycle."),
    (Kind::BadUpstream, "`tool_error`: the server refused, cannot be reached, or answered what cannot be used."),
    (Kind::UpstreamTimeout, "`tool_timeout`: the server did not answer within 30 seconds."),
];

type Service = web::Data<dyn McpService>;

async fn list(
    Acting { caller, .. }: Acting<McpRead>,
    PathIds(id): PathIds<String>,
    QueryParameters(query): QueryParameters<ListToolsQuery>,
    (mcp, versions): (Service, web::Data<dyn VersionService>),
) -> Result<Plain<ToolsResponse>, Failure> {
    let server = named(&id)?;
    let seen = mcp.seen_one(&caller, &server).await?;
    let mut data = Vec::with_capacity(seen.view.tools.len());
    for tool in tools_of(&seen) {
        let known =
            if query.include_versions() { Some(versions.versions(&caller, &server, &tool.name).await?) } else { None };
        data.push(VersionedTool::new(tool, known.as_deref()));
    }
    Ok(Plain(ToolsResponse { server: id, count: data.len(), data }))
}

async fn call(
    Acting { caller, .. }: Acting<McpWrite>,
    request: HttpRequest,
    Valid(asked): Valid<CallRequest>,
    (mcp, meter): (Service, web::Data<dyn Meter>),
) -> Result<ToolAnswer, Failure> {
    let server = named(&asked.server)?;
    let tool = asked.tool.clone();
    let wanted = ToolCall {
        tool: asked.tool,
        version: asked.version,
        arguments: asked.arguments.unwrap_or_default(),
        ..ToolCall::default()
    };
    let calling = async {
        match mcp.call(&caller, &server, wanted, Hearing::default()).await {
            Err(McpError::QuotaExceeded(quota)) => Ok(Err(quota)),
            called => called.map(Ok),
        }
    };
    let called = match unless_gone(&request, calling).await? {
        Ok(called) => called,
        Err(quota) => return Ok(ToolAnswer::UsedUp(quota)),
    };
    let quota = meter.standing(&caller).await;
    ToolAnswer::new(&server, tool, called, quota)
}
