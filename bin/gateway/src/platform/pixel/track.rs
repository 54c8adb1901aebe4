//! What pages ask and tell, without a credential.

mod dto;
mod image;

use super::TAG;
use super::sender::{self, Told};
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use dto::{BatchRequest, BatchResponse, ConfigQuery, ConfigResponse, ImageQuery, TrackRequest, TrackResponse};
use image::Image;
use mainstay_edge::{Apart, Doc, Failure, Plain, Platform, QueryParameters, Surface, ValidBeacon};
use mainstay_kernel::Kind;
use mainstay_tracking::intake::{IntakeService, Wanted};

/// Where pages come, below the surface. Each path is here twice: once for the surface, once whole.
const PATHS: [(&str, &str); 5] = [
    ("/pixel/config", "/api/v1/pixel/config"),
    ("/pixel/track", "/api/v1/pixel/track"),
    ("/pixel/track/batch", "/api/v1/pixel/track/batch"),
    ("/pixel/batch", "/api/v1/pixel/batch"),
    ("/pixel/p.gif", "/api/v1/pixel/p.gif"),
];

/// Requests a minute that an address may make there.
const APART: Apart = Apart { name: "pixel", limit: 300 };

/// Whether browsers come to this path from any page.
pub(crate) fn is_open_to_pages(path: &str) -> bool {
    PATHS.iter().any(|(_, whole)| path.strip_suffix('/').unwrap_or(path) == *whole)
}

const FAILS: &[(Kind, &str)] = &[
    (Kind::LimitReached, "The plan of the domain's workspace allows no more events in this cycle."),
    (Kind::Unavailable, "More is told of than can be kept: try again after `Retry-After` seconds."),
];

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    surface.counts_apart(&PATHS.map(|(path, _)| path), APART);
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "Of the domain that `pixel_key` names, else that of `Origin`, else of `Referer`, else of `Host`. What nobody \
        registered has the settings of the installation.";
    surface.get("/pixel/config", config, doc("getPixelConfig", "Get what is tracked", text, &[]));
    let text = "Answered once it is on the disk. The domain is that of `pixel_key`, else that of the page. A sender that is a \
        bot is kept apart, and `bot` says why it is taken for one. What the settings of the domain leave out is answered \
        with `tracked: false` and the reason. Bodies of `text/plain` are taken too, so that `navigator.sendBeacon` may send \
        them.";
    surface.post("/pixel/track", track, doc("trackEvent", "Tell of an event", text, FAILS));
    let text = "Up to 1 000, all of them or none; what is wrong is named as `events.3.url`.";
    surface.post("/pixel/track/batch", batch, doc("trackEvents", "Tell of several events", text, FAILS));
    let text = "The same as `/pixel/track/batch`.";
    surface.post(
        "/pixel/batch",
        batch,
        doc("trackEventsShort", "Tell of several events, by a shorter path", text, FAILS),
    );
    let text = "An image of one transparent pixel, for pages and mails without scripts. Without `url` it is the page that \
        shows the image.";
    surface.get("/pixel/p.gif", pixel, doc("trackImage", "Tell of an event by an image", text, FAILS));
}

type Service = web::Data<dyn IntakeService>;

async fn config(
    request: HttpRequest,
    QueryParameters(query): QueryParameters<ConfigQuery>,
    intake: Service,
) -> Result<Plain<ConfigResponse>, Failure> {
    let named = [header::ORIGIN, header::REFERER, header::HOST];
    let places = named.iter().filter_map(|name| sender::text(request.headers(), name)).collect();
    let config = intake.config(Wanted { pixel_key: query.pixel_key, places }).await?;
    Ok(Plain(config.into()))
}

async fn track(
    Told(sender): Told,
    ValidBeacon(request): ValidBeacon<TrackRequest>,
    intake: Service,
) -> Result<Plain<TrackResponse>, Failure> {
    let outcomes = intake.track(&sender, vec![request.try_into()?]).await?;
    Ok(Plain(TrackResponse::of(&outcomes)))
}

async fn batch(
    Told(sender): Told,
    ValidBeacon(request): ValidBeacon<BatchRequest>,
    intake: Service,
) -> Result<Plain<BatchResponse>, Failure> {
    let outcomes = intake.track(&sender, request.try_into()?).await?;
    Ok(Plain(BatchResponse::of(&outcomes)))
}

async fn pixel(
    Told(sender): Told,
    request: HttpRequest,
    QueryParameters(query): QueryParameters<ImageQuery>,
    intake: Service,
) -> Result<Image, Failure> {
    let page = sender::text(request.headers(), &header::REFERER);
    intake.track(&sender, vec![query.told(page)]).await?;
    Ok(Image)
}
