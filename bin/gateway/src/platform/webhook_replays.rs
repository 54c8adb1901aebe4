//! `/api/v1/webhooks/{id}/replays`: telling an endpoint again what it missed.

mod dto;

use super::{WebhooksRead, WebhooksWrite, webhooks};
use actix_web::web;
use dto::{ReplayList, ReplayRequest, ReplayResponse};
use mainstay_edge::{Accepted, Can, Data, Doc, Failure, List, Listed, PathIds, Platform, Surface, Told, Valid};
use mainstay_kernel::Kind;
use mainstay_webhooks::replays::{ReplayQuery, ReplayService};
use mainstay_webhooks::{EndpointId, ReplayId};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: webhooks::TAG, summary, text, fails: &[] };
    surface.get("/webhooks/{id}/replays", list, doc("listWebhookReplays", "List replays", ""));
    let text = "Delivers the events of a span of time anew, to this endpoint alone. It goes on by itself and can be \
        watched and stopped.";
    let fails = &[(
        Kind::Conflict,
        "`replay_running`: another of this endpoint is; or the first request with this idempotency key still runs.",
    )];
    let begin_doc = Doc { fails, ..doc("beginWebhookReplay", "Replay a span of time", text) };
    surface.post("/webhooks/{id}/replays", begin, begin_doc);
    surface.get("/webhooks/{id}/replays/{replay_id}", get, doc("getWebhookReplay", "Get a replay", ""));
    let text = "What it had begun to deliver goes on.";
    let fails = &[(Kind::Conflict, "The replay is over, or the first request with this idempotency key still runs.")];
    let stop_doc = Doc { fails, ..doc("stopWebhookReplay", "Stop a replay", text) };
    surface.post("/webhooks/{id}/replays/{replay_id}/stop", stop, stop_doc);
}

type Service = web::Data<dyn ReplayService>;

async fn list(
    caller: Can<WebhooksRead>,
    PathIds(endpoint): PathIds<i64>,
    query: List<ReplayList>,
    replays: Service,
) -> Result<Listed<ReplayResponse>, Failure> {
    let wanted = ReplayQuery { listing: query.listing, status: query.status };
    let page = replays.list(caller.workspace, EndpointId(endpoint), wanted).await?;
    Ok(Listed::new(page.map(ReplayResponse::from), &query.shape))
}

async fn begin(
    caller: Can<WebhooksWrite>,
    PathIds(endpoint): PathIds<i64>,
    Valid(request): Valid<ReplayRequest>,
    replays: Service,
) -> Result<Accepted<Told<ReplayResponse>>, Failure> {
    let replay = replays.begin(caller.workspace, EndpointId(endpoint), request.try_into()?).await?;
    Ok(Accepted(Told { message: "Replay started.".to_owned(), data: replay.into() }))
}

async fn get(
    caller: Can<WebhooksRead>,
    PathIds((endpoint, id)): PathIds<(i64, i64)>,
    replays: Service,
) -> Result<Data<ReplayResponse>, Failure> {
    let replay = replays.get(caller.workspace, EndpointId(endpoint), ReplayId(id)).await?;
    Ok(Data { data: replay.into() })
}

async fn stop(
    caller: Can<WebhooksWrite>,
    PathIds((endpoint, id)): PathIds<(i64, i64)>,
    replays: Service,
) -> Result<Told<ReplayResponse>, Failure> {
    let replay = replays.stop(caller.workspace, EndpointId(endpoint), ReplayId(id)).await?;
    Ok(Told { message: "Replay stopped.".to_owned(), data: replay.into() })
}
