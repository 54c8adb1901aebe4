//! `/api/v1/mcp/servers`: which servers there are, and what may be done with them.

mod dto;
mod input;

use super::TAG;
use super::acting::Acting;
use crate::platform::{McpRead, McpServersDelete, McpServersWrite};
use actix_web::web;
use dto::{ServerItem, ServerList, ServerResponse};
pub(super) use dto::{ToolItem, tools_of};
use input::{CreateServerRequest, UpdateServerRequest};
use mainstay_edge::{
    Can, Created, Data, Doc, Failure, List, Listed, NoContent, PathIds, Platform, Rejection, Surface, Told, Valid,
};
use mainstay_kernel::{Clock, Kind};
use mainstay_mcp::servers::ServerService;
use mainstay_mcp::{McpService, ServerName};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "Those of the installation and the workspace's own. A server that does not answer is among them: its `health` \
        says so, and it takes nothing from the others.";
    surface.get("/mcp/servers", list, doc("listMcpServers", "List MCP servers", text));
    let text = "A server of the workspace's own: an address that speaks Streamable HTTP, or a program that the operator of \
        this installation allows. Values of `headers` and `env` are sealed, and never shown again.";
    surface.post("/mcp/servers", create, doc("createMcpServer", "Register an MCP server", text));
    let text = "With its tools, resources and prompts.";
    surface.get("/mcp/servers/{id}", get, doc("getMcpServer", "Get an MCP server", text));
    let text = "What is absent stays. Of a server of the installation only `is_enabled`, `allowed_tools` and `denied_tools` \
        can be changed, for the workspace alone.";
    surface.patch("/mcp/servers/{id}", update, doc("updateMcpServer", "Change an MCP server", text));
    let text = "Whatever it is doing ends.";
    let fails = &[(Kind::Forbidden, "The server belongs to the installation, or the scope is missing.")];
    let delete_doc = Doc { fails, ..doc("deleteMcpServer", "Delete an MCP server", text) };
    surface.delete("/mcp/servers/{id}", delete, delete_doc);
}

/// The name in a path; what is none names nothing.
pub(super) fn named(text: &str) -> Result<ServerName, Failure> {
    text.parse().map_err(|_| Rejection::NoSuchId.into())
}

type Registry = web::Data<dyn ServerService>;
type Service = web::Data<dyn McpService>;

async fn list(
    Acting { caller, .. }: Acting<McpRead>,
    query: List<ServerList>,
    mcp: Service,
    clock: web::Data<dyn Clock>,
) -> Result<Listed<ServerItem>, Failure> {
    let seen = mcp.seen(&caller).await?;
    let page = super::super::few::page_of(seen, &query, clock.now());
    Ok(Listed::new(page.map(ServerItem::from), &query.shape))
}

async fn get(
    Acting { caller, .. }: Acting<McpRead>,
    PathIds(id): PathIds<String>,
    mcp: Service,
) -> Result<Data<ServerResponse>, Failure> {
    Ok(Data { data: mcp.seen_one(&caller, &named(&id)?).await?.into() })
}

async fn create(
    Acting { caller, .. }: Acting<McpServersWrite>,
    Valid(request): Valid<CreateServerRequest>,
    (servers, mcp): (Registry, Service),
) -> Result<Created<Told<ServerResponse>>, Failure> {
    let made = servers.create(caller.workspace, request.into()).await?;
    let data = mcp.seen_one(&caller, made.name()).await?.into();
    Ok(Created(Told { message: "MCP server registered successfully.".to_owned(), data }))
}

async fn update(
    Acting { caller, .. }: Acting<McpServersWrite>,
    PathIds(id): PathIds<String>,
    Valid(request): Valid<UpdateServerRequest>,
    (servers, mcp): (Registry, Service),
) -> Result<Data<ServerResponse>, Failure> {
    let name = named(&id)?;
    servers.update(caller.workspace, &name, request.try_into()?).await?;
    Ok(Data { data: mcp.seen_one(&caller, &name).await?.into() })
}

async fn delete(
    caller: Can<McpServersDelete>,
    PathIds(id): PathIds<String>,
    servers: Registry,
) -> Result<NoContent, Failure> {
    servers.delete(caller.workspace, &named(&id)?).await?;
    Ok(NoContent)
}
