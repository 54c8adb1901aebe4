//! `/api/v1/mcp/resources/{uri}`: what servers have to read.

mod address;

use super::TAG;
use super::acting::Acting;
use crate::platform::McpRead;
use actix_web::{HttpRequest, web};
use address::ResourceAddress;
use mainstay_edge::connection::unless_gone;
use mainstay_edge::{Doc, Failure, PathIds, Plain, Platform, Surface};
use mainstay_kernel::Kind;
use mainstay_mcp::protocol::{ReadResourceRequestParams, ReadResourceResponse, ResourceContents};
use mainstay_mcp::upstream::{Hearing, UpstreamFault};
use mainstay_mcp::{McpError, McpService};
use schemars::JsonSchema;
use serde::Serialize;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = Doc {
        id: "readMcpResource",
        tag: TAG,
        summary: "Read a resource",
        text: "The `uri` is `<server>://<path>`, percent-encoded or as it is; a proxy may have made one slash of two. Where a \
            server names its resources by addresses of another kind, that address stands as the path.",
        fails: &[
            (Kind::Malformed, "`invalid_uri`: that is no address of a resource."),
            (Kind::NotFound, "There is no such server or resource."),
            (Kind::BadUpstream, "`tool_error`: the server does not answer."),
            (Kind::UpstreamTimeout, "`tool_timeout`: the server did not answer within 30 seconds."),
        ],
    };
    surface.get("/mcp/resources/{uri:.*}", read, doc);
}

/// A resource that was read.
#[derive(Serialize, JsonSchema)]
struct ResourceResponse {
    /// What it is called.
    uri: String,
    /// Its text; of what is no text the bytes in base64.
    content: String,
    /// Of which kind it is.
    #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
    mime_type: Option<String>,
    /// `base64` where that is how the bytes are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

async fn read(
    Acting { caller, .. }: Acting<McpRead>,
    PathIds(uri): PathIds<String>,
    request: HttpRequest,
    mcp: web::Data<dyn McpService>,
) -> Result<Plain<ResourceResponse>, Failure> {
    let address = ResourceAddress::read(&uri)?;
    let seen = mcp.seen_one(&caller, &address.server).await?;
    let own = address.own_name(seen.view.resources());
    let wanted = ReadResourceRequestParams::new(own);
    let answer = unless_gone(&request, mcp.read(&caller, &address.server, wanted, Hearing::default())).await?;
    Ok(Plain(content(&address, answer)?))
}

fn content(address: &ResourceAddress, answer: ReadResourceResponse) -> Result<ResourceResponse, McpError> {
    let ReadResourceResponse::Complete(result) = answer else {
        let why = "it asks something back, which can be answered over /mcp alone".to_owned();
        return Err(UpstreamFault::Broken(why).into());
    };
    let uri = address.whole();
    match result.contents.into_iter().next() {
        Some(ResourceContents::TextResourceContents { text, mime_type, .. }) => {
            Ok(ResourceResponse { uri, content: text, mime_type, encoding: None })
        }
        Some(ResourceContents::BlobResourceContents { blob, mime_type, .. }) => {
            Ok(ResourceResponse { uri, content: blob, mime_type, encoding: Some("base64") })
        }
        _ => Err(McpError::NoResource(None)),
    }
}
