//! `/.well-known`: what clients find out about this provider by themselves.

mod metadata;

use crate::config::OAuthSettings;
use crate::mcp::resource::ResourceMetadata;
use actix_web::web;
use mainstay_auth::Auth;
use mainstay_edge::{BrandName, Cached, Doc, Failure, PathIds, Platform, PublicUrl, Rejection, Surface};
use mainstay_kernel::Kind;
use mainstay_mcp::ServerName;
use metadata::MetadataResponse;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Seconds that the documents may be kept. A signing key is public for a quarter of an hour before it signs, so whoever
/// keeps the keys for less knows each in time.
const KEEP: u32 = 600;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: "OAuth", summary, text, fails: &[] };
    let text = "OpenID Connect Discovery 1.0.";
    let openid = doc("openidConfiguration", "What the provider offers", text);
    surface.get("/.well-known/openid-configuration", metadata, openid);
    let server = doc("authorizationServerMetadata", "The same, where OAuth looks for it", "RFC 8414.");
    surface.get("/.well-known/oauth-authorization-server", metadata, server);
    let text = "A JWK set (RFC 7517): the keys that sign ID tokens and access tokens.";
    let fails = &[(Kind::Unavailable, "The database does not answer.")];
    let keys = Doc { fails, ..doc("jwks", "The public keys of the provider", text) };
    surface.get("/.well-known/jwks.json", jwks, keys);
    declare_resources(surface);
}

/// What `/mcp` says of itself to OAuth clients.
fn declare_resources(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "MCP", summary, text, fails };
    let text = "RFC 9728: who gives out access tokens for `/mcp`, and for which scopes.";
    let all = doc("mcpResource", "What MCP clients must know to log in", text, &[]);
    surface.get("/.well-known/oauth-protected-resource/mcp", resource, all);
    let text = "The same for `/mcp/{server}`, whether there is such a server or not.";
    let fails = &[(Kind::NotFound, "No server could be called so.")];
    let one = doc("mcpServerResource", "The same for one server", text, fails);
    surface.get("/.well-known/oauth-protected-resource/mcp/{server}", server_resource, one);
}

type Told = (web::Data<PublicUrl>, web::Data<BrandName>);

async fn resource((public_url, brand): Told) -> Cached<ResourceMetadata> {
    Cached { content: ResourceMetadata::of(&public_url, brand.as_str(), None), seconds: KEEP }
}

async fn server_resource(
    PathIds(server): PathIds<String>,
    (public_url, brand): Told,
) -> Result<Cached<ResourceMetadata>, Failure> {
    let server: ServerName = server.parse().map_err(|_| Rejection::NoSuchId)?;
    let content = ResourceMetadata::of(&public_url, brand.as_str(), Some(server.as_str()));
    Ok(Cached { content, seconds: KEEP })
}

async fn metadata(public_url: web::Data<PublicUrl>, allowed: web::Data<OAuthSettings>) -> Cached<MetadataResponse> {
    Cached { content: MetadataResponse::of(&public_url, **allowed), seconds: KEEP }
}

/// A JWK set.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct JwksResponse(#[schemars(with = "JwkSet")] Value);

/// Public keys (RFC 7517 section 5).
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct JwkSet {
    /// The keys that signed, sign or will sign what stands.
    keys: Vec<Jwk>,
}

/// A key on the curve P-256, or one for RSA (RFC 7518 section 6).
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Jwk {
    /// `EC` or `RSA`.
    kty: String,
    /// `P-256`, of a key on it.
    crv: Option<String>,
    /// Of a key on a curve.
    x: Option<String>,
    /// Of a key on a curve.
    y: Option<String>,
    /// Of a key for RSA.
    n: Option<String>,
    /// Of a key for RSA.
    e: Option<String>,
    /// `ES256` or `RS256`.
    alg: String,
    /// What signatures name it by.
    kid: String,
    /// `sig`.
    #[serde(rename = "use")]
    usage: String,
}

async fn jwks(auth: web::Data<Auth>) -> Result<Cached<JwksResponse>, Failure> {
    let keys = auth.jwks().await?;
    let keys = serde_json::to_value(keys).map_err(|cause| Rejection::Panicked(cause.to_string()))?;
    Ok(Cached { content: JwksResponse(keys), seconds: KEEP })
}
