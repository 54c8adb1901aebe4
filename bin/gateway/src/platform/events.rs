//! `POST /api/v1/events`: what the host application tells of.

mod dto;

use super::EventsWrite;
use actix_web::web;
use dto::{PublishRequest, PublishedResponse, Submission};
use mainstay_edge::{Accepted, Can, Doc, Failure, Platform, Surface, Told, Valid};
use mainstay_kernel::Kind;
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
    let (message, data) = match request.into_submission()? {
        Submission::One(event) => {
            let published = events.publish(caller.workspace, event).await?;
            ("Event accepted.", PublishedResponse::One(published.into()))
        }
        Submission::Several(wanted) => {
            let published = events.publish_all(caller.workspace, wanted).await?;
            ("Events accepted.", PublishedResponse::Several(published.into_iter().map(Into::into).collect()))
        }
    };
    Ok(Accepted(Told { message: message.to_owned(), data }))
}
