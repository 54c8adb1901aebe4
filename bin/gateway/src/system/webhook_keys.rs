//! `GET /.well-known/webhook-keys/{id}`: what verifies the `v1a` signatures of an endpoint.

use actix_web::web;
use mainstay_edge::{Cached, Doc, Failure, PathIds, Platform, Surface};
use mainstay_webhooks::EndpointId;
use mainstay_webhooks::endpoints::EndpointService;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Seconds that the keys may be kept. A new key signs at once, so that whoever keeps them for long misses it.
const KEEP: u32 = 60;

/// Each request is a look into the database, so it is counted as every other of nobody's.
pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text =
        "A JWK set (RFC 7517) of Ed25519 keys (RFC 8037), for whoever receives webhooks. No credential is needed.";
    let (id, tag, summary) = ("webhookKeys", "Webhooks", "The public keys of a webhook endpoint");
    surface.get("/.well-known/webhook-keys/{id}", keys, Doc { id, tag, summary, text, fails: &[] });
}

/// The keys of an endpoint.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct WebhookKeysResponse(#[schemars(with = "WebhookKeySet")] Value);

/// Public keys (RFC 7517 section 5).
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct WebhookKeySet {
    /// The key that signs.
    keys: Vec<WebhookKey>,
}

/// A key on the curve Ed25519 (RFC 8037 section 2).
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct WebhookKey {
    /// `OKP`.
    kty: String,
    /// `Ed25519`.
    crv: String,
    /// The key.
    x: String,
    /// `EdDSA`.
    alg: String,
    /// Its thumbprint (RFC 7638).
    kid: String,
    /// `sig`.
    #[serde(rename = "use")]
    usage: String,
}

async fn keys(
    PathIds(id): PathIds<i64>,
    endpoints: web::Data<dyn EndpointService>,
) -> Result<Cached<WebhookKeysResponse>, Failure> {
    let keys = endpoints.public_keys(EndpointId(id)).await?;
    Ok(Cached { content: WebhookKeysResponse(keys), seconds: KEEP })
}
