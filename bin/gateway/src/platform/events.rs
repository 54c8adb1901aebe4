//! `POST /api/v1/events`: what the host application tells of.

mod dto;

use super::EventsWrite;
use actix_web::web;
use dto::{PublishRequest, PublishedResponse};
use mainstay_edge::{Accepted, Can, Doc, Failure, Platform, Surface, Told, Valid};
use mainstay_kernel::Kind;
use mainstay_webhooks::WebhookError;
use mainstay_webhooks::publishing::PublishService;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "One event, or up to 100 under `events`: all of them are taken, or none. When this answers, they are on \
        disk with all their deliveries. An event that is sent again with the same `id` and content is not told again.";
    let fails = &[
        (Kind::Conflict, "`event_id_taken`: another event had this id; or the first request with this key still runs."),
        (Kind::TooLarge, "An event is larger than 256 KiB, or the body is too large."),
    ];
    let (id, tag, summary) = ("publishEvents", "Events", "Publish events");
    surface.post("/events", publish, Doc { id, tag, summary, text, fails });
}

async fn publish(
    caller: Can<EventsWrite>,
    Valid(request): Valid<PublishRequest>,
    events: web::Data<dyn PublishService>,
) -> Result<Accepted<Told<PublishedResponse>>, Failure> {
    let (wanted, is_batch) = request.into_events()?;
    let is_batch_of_one = is_batch && wanted.len() == 1;
    let published = events.publish(caller.workspace, wanted).await;
    let published = published.map_err(|cause| if is_batch_of_one { below_events(cause) } else { cause })?;
    let message = if is_batch { "Events accepted." } else { "Event accepted." };
    Ok(Accepted(Told { message: message.to_owned(), data: PublishedResponse::new(published, is_batch) }))
}

/// Of one event alone, the service cannot know that it came in a list.
fn below_events(cause: WebhookError) -> WebhookError {
    let WebhookError::Invalid(mut fields) = cause else { return cause };
    for wrong in &mut fields {
        wrong.message = wrong.message.replace(&wrong.field, &format!("events.0.{}", wrong.field));
        wrong.field = format!("events.0.{}", wrong.field);
    }
    WebhookError::Invalid(fields)
}
