//! `/api/v1/webhooks`: endpoints, who are told of events.

mod dto;
mod input;

use super::{WebhooksDelete, WebhooksRead, WebhooksWrite};
use actix_web::web;
use dto::{CreatedWebhook, RotatedWebhook, TrialResponse, WebhookItem, WebhookList, WebhookResponse};
use input::{CreateWebhookRequest, RotateSecretRequest, UpdateWebhookRequest};
use mainstay_edge::{
    Can, Created, Data, Doc, Failure, List, Listed, NoContent, PathIds, Plain, Platform, PublicUrl, Sensitive, Surface,
    Told, Valid, ValidOrEmpty,
};
use mainstay_kernel::{Clock, Kind};
use mainstay_webhooks::EndpointId;
use mainstay_webhooks::endpoints::{Endpoint, EndpointChange, EndpointQuery, EndpointService};

pub(super) const TAG: &str = "Webhooks";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The endpoints of the caller's workspace. A search looks at URL and description.";
    surface.get("/webhooks", list, doc("listWebhooks", "List webhook endpoints", text));
    let text = "The `secret` is shown this once: it verifies what is delivered. The URL must be https, without a user, \
        and its host must have public addresses alone.";
    let fails = &[(Kind::LimitReached, "The plan allows no further endpoint, or the scope is missing.")];
    surface.post("/webhooks", create, Doc { fails, ..doc("createWebhook", "Create a webhook endpoint", text) });
    surface.get("/webhooks/{id}", get, doc("getWebhook", "Get a webhook endpoint", ""));
    let text = "What is absent stays. Null clears what may be absent. What waits for the endpoint goes to its new URL.";
    surface.patch("/webhooks/{id}", update, doc("updateWebhook", "Change a webhook endpoint", text));
    let text = "What waits for it is not delivered.";
    surface.delete("/webhooks/{id}", delete, doc("deleteWebhook", "Delete a webhook endpoint", text));
    declare_actions(surface);
}

fn declare_actions(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "Sends an event `webhook.test`, signed as any other, and waits for the answer. It counts for nothing, \
        and an endpoint that is not active gets it too.";
    surface.post("/webhooks/{id}/test", test, doc("testWebhook", "Test a webhook endpoint", text));
    let text = "The new `secret` is shown this once. The previous one signs too until `grace_ends_at`.";
    let rotate_doc = doc("rotateWebhookSecret", "Give a webhook endpoint another secret", text);
    surface.post("/webhooks/{id}/rotate-secret", rotate, rotate_doc);
    let text = "Turns it on again, as a change of `is_active` does; its failures are counted anew.";
    surface.post("/webhooks/{id}/enable", enable, doc("enableWebhook", "Enable a webhook endpoint", text));
}

type Service = web::Data<dyn EndpointService>;
/// What an answer says besides the endpoint: where it is, and what time it is there.
type Place = (web::Data<PublicUrl>, web::Data<dyn Clock>);

fn shown(endpoint: Endpoint, (public_url, clock): &Place) -> WebhookResponse {
    WebhookResponse::new(endpoint, public_url, clock.now())
}

async fn list(
    caller: Can<WebhooksRead>,
    query: List<WebhookList>,
    endpoints: Service,
) -> Result<Listed<WebhookItem>, Failure> {
    let wanted = EndpointQuery { listing: query.listing, status: query.status };
    let page = endpoints.list(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(WebhookItem::from), &query.shape))
}

async fn get(
    caller: Can<WebhooksRead>,
    PathIds(id): PathIds<i64>,
    endpoints: Service,
    place: Place,
) -> Result<Data<WebhookResponse>, Failure> {
    let endpoint = endpoints.get(caller.workspace, EndpointId(id)).await?;
    Ok(Data { data: shown(endpoint, &place) })
}

async fn create(
    caller: Can<WebhooksWrite>,
    Valid(request): Valid<CreateWebhookRequest>,
    endpoints: Service,
) -> Result<Sensitive<Created<Told<CreatedWebhook>>>, Failure> {
    let issued = endpoints.create(caller.workspace, &caller.principal.plan, request.into()).await?;
    let message = "Webhook endpoint created successfully.".to_owned();
    Ok(Sensitive(Created(Told { message, data: issued.into() })))
}

async fn update(
    caller: Can<WebhooksWrite>,
    PathIds(id): PathIds<i64>,
    Valid(request): Valid<UpdateWebhookRequest>,
    endpoints: Service,
    place: Place,
) -> Result<Data<WebhookResponse>, Failure> {
    let endpoint = endpoints.update(caller.workspace, EndpointId(id), request.try_into()?).await?;
    Ok(Data { data: shown(endpoint, &place) })
}

async fn delete(
    caller: Can<WebhooksDelete>,
    PathIds(id): PathIds<i64>,
    endpoints: Service,
) -> Result<NoContent, Failure> {
    endpoints.delete(caller.workspace, EndpointId(id)).await?;
    Ok(NoContent)
}

async fn test(
    caller: Can<WebhooksWrite>,
    PathIds(id): PathIds<i64>,
    endpoints: Service,
) -> Result<Plain<TrialResponse>, Failure> {
    Ok(Plain(endpoints.test(caller.workspace, EndpointId(id)).await?.into()))
}

async fn rotate(
    caller: Can<WebhooksWrite>,
    PathIds(id): PathIds<i64>,
    ValidOrEmpty(request): ValidOrEmpty<RotateSecretRequest>,
    endpoints: Service,
    place: Place,
) -> Result<Sensitive<Told<RotatedWebhook>>, Failure> {
    let overlap = request.overlap();
    let issued = endpoints.rotate_secret(caller.workspace, EndpointId(id), request.secret, overlap).await?;
    let data = RotatedWebhook { secret: issued.secret.expose().clone(), webhook: shown(issued.endpoint, &place) };
    Ok(Sensitive(Told { message: "Webhook secret rotated successfully.".to_owned(), data }))
}

async fn enable(
    caller: Can<WebhooksWrite>,
    PathIds(id): PathIds<i64>,
    endpoints: Service,
    place: Place,
) -> Result<Data<WebhookResponse>, Failure> {
    let change = EndpointChange { is_active: Some(true), ..EndpointChange::default() };
    let endpoint = endpoints.update(caller.workspace, EndpointId(id), change).await?;
    Ok(Data { data: shown(endpoint, &place) })
}
