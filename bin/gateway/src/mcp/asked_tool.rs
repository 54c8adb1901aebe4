//! The tool that a request names in its headers, which may repeat arguments of it: they must be the same (SEP-2243).

use super::door::Door;
use super::names::parted;
use actix_web::HttpRequest;
use mainstay_mcp::McpService;
use mainstay_mcp::protocol::Tool;

tokio::task_local! {
    /// The tool of the request that is served, under the name that the request has for it; the SDK has no other way to be
    /// told what only the caller's workspace knows.
    pub(super) static ASKED: Option<Tool>;
}

/// The tool, if it is one whose arguments stand in headers.
pub(super) async fn of(request: &HttpRequest, door: &Door, mcp: &dyn McpService) -> Option<Tool> {
    let named = request.headers().get("mcp-name")?.to_str().ok()?;
    let (server, own) = parted(door.only.as_ref(), named)?;
    let known = mcp.tool(&door.caller, &server, own).await.ok()??;
    let properties = known.tool.input_schema.get("properties")?.as_object()?;
    let is_repeated = properties.values().any(|property| property.get("x-mcp-header").is_some());
    is_repeated.then(|| {
        let mut tool = known.tool.clone();
        tool.name = named.to_owned().into();
        tool
    })
}
