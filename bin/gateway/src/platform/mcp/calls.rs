//! `GET /api/v1/mcp/calls`: who called what, how long it took and how it ended.

mod dto;

use super::TAG;
use crate::platform::McpCallsView;
use actix_web::web;
use dto::{CallFilters, CallItem, CallList};
use mainstay_edge::{Can, Doc, Failure, List, Listed, Platform, QueryParameters, Surface};
use mainstay_mcp::calls::{CallQuery, CallService};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = Doc {
        id: "listMcpCalls",
        tag: TAG,
        summary: "List tool calls",
        text: "For owners and admins. Arguments are shown less what is secret: what the tool's schema calls so, and what is \
            called as secrets are. A call stands here for 90 days from its end, one through another node within a second.",
        fails: &[],
    };
    surface.get("/mcp/calls", list, doc);
}

async fn list(
    caller: Can<McpCallsView>,
    query: List<CallList>,
    QueryParameters(filters): QueryParameters<CallFilters>,
    calls: web::Data<dyn CallService>,
) -> Result<Listed<CallItem>, Failure> {
    let wanted = CallQuery {
        listing: query.listing,
        outcome: query.status,
        server: filters.server,
        tool: filters.tool,
        key: filters.key_id.map(mainstay_kernel::KeyId),
        user: filters.user_id.map(mainstay_kernel::UserId),
    };
    let page = calls.calls(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(CallItem::from), &query.shape))
}
