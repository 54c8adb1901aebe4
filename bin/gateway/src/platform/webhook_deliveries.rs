//! `/api/v1/webhooks/{id}/deliveries`: what became of each event on its way to an endpoint.

mod dto;

use super::{WebhooksRead, WebhooksWrite, webhooks};
use actix_web::web;
use dto::{DeliveryFilters, DeliveryList, DeliveryResponse, QueuedDelivery, StoryResponse};
use mainstay_edge::{Can, Data, Doc, Failure, List, Listed, PathIds, Platform, Surface, Told};
use mainstay_kernel::Kind;
use mainstay_webhooks::deliveries::{DeliveryQuery, DeliveryService};
use mainstay_webhooks::{DeliveryId, EndpointId};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: webhooks::TAG, summary, text, fails: &[] };
    let text = "The deliveries to an endpoint. A search looks for the id of an event.";
    let list_doc = doc("listWebhookDeliveries", "List webhook deliveries", text);
    surface.get("/webhooks/{id}/deliveries", list, list_doc);
    let text = "The delivery with every attempt at it, and with what is sent.";
    let get_doc = doc("getWebhookDelivery", "Get a webhook delivery", text);
    surface.get("/webhooks/{id}/deliveries/{delivery_id}", get, get_doc);
    let text = "Tries a delivery that did not arrive once more, now.";
    let fails = &[(Kind::Malformed, "`cannot_retry`: it arrived, is under way, or has no attempt left.")];
    let retry_doc = Doc { fails, ..doc("retryWebhookDelivery", "Retry a webhook delivery", text) };
    surface.post("/webhooks/{id}/deliveries/{delivery_id}/retry", retry, retry_doc);
}

type Service = web::Data<dyn DeliveryService>;

async fn list(
    caller: Can<WebhooksRead>,
    PathIds(endpoint): PathIds<i64>,
    query: List<DeliveryList>,
    filters: DeliveryFilters,
    deliveries: Service,
) -> Result<Listed<DeliveryResponse>, Failure> {
    let wanted = DeliveryQuery { listing: query.listing, status: query.status, event_type: filters.event_type };
    let page = deliveries.list(caller.workspace, EndpointId(endpoint), wanted).await?;
    Ok(Listed::new(page.map(DeliveryResponse::from), &query.shape))
}

async fn get(
    caller: Can<WebhooksRead>,
    PathIds((endpoint, id)): PathIds<(i64, i64)>,
    deliveries: Service,
) -> Result<Data<StoryResponse>, Failure> {
    let story = deliveries.get(caller.workspace, EndpointId(endpoint), DeliveryId(id)).await?;
    Ok(Data { data: story.into() })
}

async fn retry(
    caller: Can<WebhooksWrite>,
    PathIds((endpoint, id)): PathIds<(i64, i64)>,
    deliveries: Service,
) -> Result<Told<QueuedDelivery>, Failure> {
    let delivery = deliveries.retry(caller.workspace, EndpointId(endpoint), DeliveryId(id)).await?;
    Ok(Told { message: "Delivery queued for retry.".to_owned(), data: delivery.into() })
}
