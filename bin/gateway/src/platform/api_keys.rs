//! `/api/v1/api-keys`: credentials for programs.

mod dto;
mod verify;

use super::{KeysDelete, KeysRead, KeysWrite};
use actix_web::web;
use dto::{ApiKeyList, ApiKeyResponse, CreateApiKeyRequest, IssuedApiKey, RotateApiKeyRequest, RotatedApiKey};
use mainstay_edge::{
    Can, Created, Data, Doc, Failure, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid, ValidOrEmpty,
};
use mainstay_kernel::{Clock, KeyId, Kind};
use mainstay_keys::{KeyQuery, KeyService};

const TAG: &str = "API keys";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The keys of the caller's workspace. Revoked ones are listed only with `status=revoked`. The key itself is \
        never shown again.";
    surface.get("/api-keys", list, doc("listApiKeys", "List API keys", text));
    let text = "The `key` is shown this once. It may hold no scope that the caller lacks. A key that makes \
        keys hands down its end, tier, addresses and servers: they hold for the new key too, which may be narrower.";
    let fails = &[(Kind::LimitReached, "The plan allows no further key, or a scope is not the caller's to give.")];
    surface.post("/api-keys", create, Doc { fails, ..doc("createApiKey", "Create an API key", text) });
    verify::declare(surface);
    surface.get("/api-keys/{id}", get, doc("getApiKey", "Get an API key", ""));
    let text =
        "A new key takes its place; the old one works until `grace_period_ends_at`. The `key` is shown this once.";
    surface.post("/api-keys/{id}/rotate", rotate, doc("rotateApiKey", "Rotate an API key", text));
    let text = "It stops working at once.";
    surface.delete("/api-keys/{id}", revoke, doc("revokeApiKey", "Revoke an API key", text));
}

type Service = web::Data<dyn KeyService>;

async fn list(
    caller: Can<KeysRead>,
    query: List<ApiKeyList>,
    keys: Service,
    clock: web::Data<dyn Clock>,
) -> Result<Listed<ApiKeyResponse>, Failure> {
    let page = keys.list(caller.workspace, KeyQuery { listing: query.listing, status: query.status }).await?;
    let now = clock.now();
    let page = page.map(|key| ApiKeyResponse::new(key, &caller.principal.plan, now));
    Ok(Listed::new(page, &query.shape))
}

async fn get(
    caller: Can<KeysRead>,
    PathIds(id): PathIds<KeyId>,
    keys: Service,
    clock: web::Data<dyn Clock>,
) -> Result<Data<ApiKeyResponse>, Failure> {
    let (key, now) = (keys.get(caller.workspace, id).await?, clock.now());
    Ok(Data { data: ApiKeyResponse::new(key, &caller.principal.plan, now) })
}

async fn create(
    caller: Can<KeysWrite>,
    Valid(request): Valid<CreateApiKeyRequest>,
    keys: Service,
) -> Result<Created<Told<IssuedApiKey>>, Failure> {
    let issued = keys.issue(&caller.principal, request.into_new()?).await?;
    let data = IssuedApiKey::new(issued, &caller.principal.plan);
    Ok(Created(Told { message: "API key created successfully.".to_owned(), data }))
}

async fn rotate(
    caller: Can<KeysWrite>,
    PathIds(id): PathIds<KeyId>,
    ValidOrEmpty(request): ValidOrEmpty<RotateApiKeyRequest>,
    keys: Service,
) -> Result<Told<RotatedApiKey>, Failure> {
    let rotation = keys.rotate(&caller.principal, id, request.grace_period_hours).await?;
    Ok(Told { message: "API key rotated successfully.".to_owned(), data: rotation.into() })
}

async fn revoke(caller: Can<KeysDelete>, PathIds(id): PathIds<KeyId>, keys: Service) -> Result<NoContent, Failure> {
    keys.revoke(caller.workspace, id).await?;
    Ok(NoContent)
}
