//! `/api/v1/mcp/servers/{id}/tools/{tool}/versions`: which versions of a tool there are, and until when.

mod dto;

use super::TAG;
use super::acting::Acting;
use super::servers::named;
use crate::platform::{McpRead, McpServersDelete, McpServersWrite};
use actix_web::web;
use dto::{PutVersionRequest, VersionResponse, VersionsResponse};
use mainstay_edge::{Data, Doc, Failure, NoContent, PathIds, Plain, Platform, Surface, Valid};
use mainstay_kernel::Kind;
use mainstay_mcp::McpError;
use mainstay_mcp::versions::VersionService;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    const UNKNOWN: &[(Kind, &str)] = &[(Kind::Malformed, "`VERSION_NOT_FOUND`: the tool has no such version.")];
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The newest first. A tool of which none was declared is of version 1.0.0, as its server describes it.";
    let all = "/mcp/servers/{id}/tools/{tool}/versions";
    surface.get(all, list, doc("listMcpToolVersions", "List the versions of a tool", text, &[]));
    let one = "/mcp/servers/{id}/tools/{tool}/versions/{version}";
    surface.get(one, get, doc("getMcpToolVersion", "Get a version of a tool", "", UNKNOWN));
    let text = "For the workspace alone. What calls of this version may say is `input_schema` where there is one. From \
        `deprecated_at` on calls are warned, from `sunset_at` on they are refused.";
    surface.put(one, put, doc("putMcpToolVersion", "Declare a version of a tool", text, &[]));
    surface.delete(one, delete, doc("deleteMcpToolVersion", "Take back a version of a tool", "", UNKNOWN));
}

type Service = web::Data<dyn VersionService>;

async fn list(
    Acting { caller, .. }: Acting<McpRead>,
    PathIds((id, tool)): PathIds<(String, String)>,
    versions: Service,
) -> Result<Plain<VersionsResponse>, Failure> {
    let known = versions.versions(&caller, &named(&id)?, &tool).await?;
    let versions: Vec<_> = known.iter().map(|(version, status)| VersionResponse::new(version, *status)).collect();
    Ok(Plain(VersionsResponse { server: id, tool, count: versions.len(), versions }))
}

async fn get(
    Acting { caller, .. }: Acting<McpRead>,
    PathIds((id, tool, number)): PathIds<(String, String, String)>,
    versions: Service,
) -> Result<Data<VersionResponse>, Failure> {
    let known = versions.versions(&caller, &named(&id)?, &tool).await?;
    let found = known.iter().find(|(version, _)| version.version.to_string() == number);
    let (version, status) = found.ok_or(McpError::NoVersion { tool, version: number })?;
    Ok(Data { data: VersionResponse::new(version, *status) })
}

async fn put(
    Acting { caller, .. }: Acting<McpServersWrite>,
    PathIds((id, tool, number)): PathIds<(String, String, String)>,
    Valid(request): Valid<PutVersionRequest>,
    versions: Service,
) -> Result<Data<VersionResponse>, Failure> {
    let server = named(&id)?;
    versions.put(&caller, &server, &tool, &number, request.try_into()?).await?;
    let known = versions.versions(&caller, &server, &tool).await?;
    let found = known.iter().find(|(version, _)| version.version.to_string() == number);
    let (version, status) = found.ok_or(McpError::NoVersion { tool, version: number })?;
    Ok(Data { data: VersionResponse::new(version, *status) })
}

async fn delete(
    Acting { caller, .. }: Acting<McpServersDelete>,
    PathIds((id, tool, number)): PathIds<(String, String, String)>,
    versions: Service,
) -> Result<NoContent, Failure> {
    versions.delete(&caller, &named(&id)?, &tool, &number).await?;
    Ok(NoContent)
}
