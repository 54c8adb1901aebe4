//! `/api/v1/event-types`: what there is to be told of.

mod catalogue;
mod dto;

use super::{EventTypesDelete, EventTypesWrite};
use actix_web::web;
use dto::{EventTypeList, EventTypeResponse, PutEventTypeRequest, page};
use mainstay_edge::{Can, Data, Doc, Failure, Known, List, Listed, NoContent, PathIds, Platform, Surface, Valid};
use mainstay_kernel::Principal;
use mainstay_webhooks::WebhookError;
use mainstay_webhooks::event_types::EventTypeService;
use std::collections::BTreeMap;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: "Events", summary, text, fails: &[] };
    let text = "Every kind of event that this installation tells of, by name, and those that the caller's workspace \
        declared.";
    surface.get("/event-types", list, doc("listEventTypes", "List the types of events", text));
    let text = "Declares a kind of event, or puts this in the place of what was declared under its name. With a \
        `schema`, events of that name are refused whose data it does not allow. No event needs to be declared.";
    surface.put("/event-types", put, doc("putEventType", "Declare a type of events", text));
    surface.get("/event-types/{name}", get, doc("getEventType", "Get a type of events", ""));
    let text = "Events of that name may be published as before, and are not checked.";
    surface.delete("/event-types/{name}", delete, doc("deleteEventType", "Take a declaration back", text));
}

type Service = web::Data<dyn EventTypeService>;

/// Everything that this caller may be told of. What a workspace declares stands in the place of what is built in.
async fn known_to(caller: &Principal, types: &dyn EventTypeService) -> Result<Vec<EventTypeResponse>, WebhookError> {
    let mut known: BTreeMap<_, _> =
        catalogue::all().map(|event| (event.name.to_owned(), EventTypeResponse::built_in(event))).collect();
    if let Some(workspace) = caller.workspace {
        let declared = types.list(workspace).await?.into_iter();
        known.extend(declared.map(|declared| (declared.name.clone(), declared.into())));
    }
    Ok(known.into_values().collect())
}

async fn list(
    Known(caller): Known,
    query: List<EventTypeList>,
    types: Service,
) -> Result<Listed<EventTypeResponse>, Failure> {
    let known = known_to(&caller, &**types).await?;
    Ok(Listed::new(page(known, &query.listing), &query.shape))
}

async fn get(
    Known(caller): Known,
    PathIds(name): PathIds<String>,
    types: Service,
) -> Result<Data<EventTypeResponse>, Failure> {
    let known = known_to(&caller, &**types).await?;
    let found = known.into_iter().find(|event| event.has_name(&name));
    Ok(Data { data: found.ok_or(WebhookError::NotFound)? })
}

async fn put(
    caller: Can<EventTypesWrite>,
    Valid(request): Valid<PutEventTypeRequest>,
    types: Service,
) -> Result<Data<EventTypeResponse>, Failure> {
    Ok(Data { data: types.put(caller.workspace, request.into()).await?.into() })
}

async fn delete(
    caller: Can<EventTypesDelete>,
    PathIds(name): PathIds<String>,
    types: Service,
) -> Result<NoContent, Failure> {
    types.delete(caller.workspace, &name).await?;
    Ok(NoContent)
}
