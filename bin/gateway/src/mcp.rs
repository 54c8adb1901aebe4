//! `/mcp`: MCP itself, over Streamable HTTP. Every server of the workspace at one address, or one server at its own.

mod asked_tool;
mod body;
mod complete;
mod door;
mod endpoint;
mod faults;
mod following;
mod lists;
mod names;
mod relay;
pub(crate) mod resource;
mod transport;

use crate::platform::McpRead;
use crate::platform::mcp::acting::Acting;
use actix_web::{HttpRequest, HttpResponse, web};
use body::{McpAnswer, McpBody, McpStream};
use door::Door;
use mainstay_edge::connection::gone;
use mainstay_edge::{Doc, Failure, Mcp, PathIds, Rejection, Surface};
use mainstay_kernel::Kind;
use mainstay_mcp::{McpService, Protocol, ServerName};
pub(crate) use transport::Transport;

/// The group that all of it stands in.
const TAG: &str = "MCP";

/// Requests that are none of the protocol's; what goes wrong within it is told in a message, with status 200.
const FAILS: &[(Kind, &str)] = &[
    (Kind::Malformed, "No message of JSON-RPC, or one that contradicts its headers."),
    (Kind::MethodNotAllowed, "`GET` is for clients of the older revisions that take a stream of events."),
    (Kind::Forbidden, "The scope is missing, or the page that asks is of another origin."),
    (Kind::TooLarge, "The message is larger than 4 MiB."),
    (Kind::UnsupportedMedia, "The message is not sent as JSON."),
];

pub(crate) fn declare(surface: &mut Surface<'_, Mcp>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: FAILS };
    let text = "Model Context Protocol over Streamable HTTP, revisions 2025-06-18, 2025-11-25 and 2026-07-28: every server \
        of the caller's workspace. Tools and prompts are named `server__name`. Listing takes the scope `mcp:read`, calling \
        `mcp:write`. Beside an API key, an access token will do that a client was given for this address (RFC 8707); who gives \
        them out stands at `/.well-known/oauth-protected-resource/mcp`.";
    surface.post("", all, doc("mcp", "Speak to all MCP servers", text));
    let text = "A stream of events that tells that lists changed, for clients of the revisions before 2026-07-28; those of that \
        one send `subscriptions/listen`. It ends after ten minutes at the latest, and is then opened anew.";
    surface.get("", follow_all, doc("mcpFollow", "Follow changes of all MCP servers", text));
    surface.get("/{server}", follow_one, doc("mcpServerFollow", "Follow changes of one MCP server", text));
    let text = "The same for one server, whose tools and prompts have their own names.";
    surface.post("/{server}", one, doc("mcpServer", "Speak to one MCP server", text));
}

async fn all(
    acting: Acting<McpRead>,
    request: HttpRequest,
    body: McpBody,
    transport: web::Data<Transport>,
) -> Result<McpAnswer, Failure> {
    let door = Door::of(acting, &request, None);
    Ok(McpAnswer(answer(&transport, &request, door, body).await))
}

async fn one(
    acting: Acting<McpRead>,
    PathIds(server): PathIds<String>,
    (request, body): (HttpRequest, McpBody),
    (transport, mcp): (web::Data<Transport>, web::Data<dyn McpService>),
) -> Result<McpAnswer, Failure> {
    let server: ServerName = server.parse().map_err(|_| Rejection::NoSuchId)?;
    let door = Door::of(acting, &request, Some(server.clone()));
    mcp.usable(&door.caller, &server).await?;
    Ok(McpAnswer(answer(&transport, &request, door, body).await))
}

async fn follow_all(
    acting: Acting<McpRead>,
    request: HttpRequest,
    mcp: web::Data<dyn McpService>,
) -> Result<McpStream, Failure> {
    follow(&Door::of(acting, &request, None), &request, &**mcp)
}

async fn follow_one(
    acting: Acting<McpRead>,
    PathIds(server): PathIds<String>,
    request: HttpRequest,
    mcp: web::Data<dyn McpService>,
) -> Result<McpStream, Failure> {
    let server: ServerName = server.parse().map_err(|_| Rejection::NoSuchId)?;
    let door = Door::of(acting, &request, Some(server.clone()));
    mcp.usable(&door.caller, &server).await?;
    follow(&door, &request, &**mcp)
}

fn follow(door: &Door, request: &HttpRequest, mcp: &dyn McpService) -> Result<McpStream, Failure> {
    if !transport::takes_events(request) {
        return Err(Rejection::NoMethod(vec!["POST".to_owned()]).into());
    }
    let follower = mcp.follow(&door.caller, door.only.as_ref());
    Ok(McpStream(following::stream(follower, gone(request))))
}

async fn answer(transport: &Transport, request: &HttpRequest, mut door: Door, body: McpBody) -> HttpResponse {
    door.caller.protocol = Protocol::Mcp;
    transport.answer(request, door, body.0).await
}
