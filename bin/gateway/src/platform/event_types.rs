//! `/api/v1/event-types`: what there is to be told of.

mod catalogue;
mod dto;

use super::{EventTypesDelete, EventTypesRead, EventTypesWrite};
use actix_web::web;
use dto::{EventTypeList, EventTypeResponse, PutEventTypeRequest, page};
use mainstay_edge::{Can, Data, Doc, Failure, List, Listed, NoContent, PathIds, Platform, Surface, Valid};
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

/// What a workspace declares stands in the place of what is built in.
async fn list(
    caller: Can<EventTypesRead>,
    query: List<EventTypeList>,
    types: Service,
) -> Result<Listed<EventTypeResponse>, Failure> {
    let built_in = catalogue::all().map(|event| (event.name.to_owned(), EventTypeResponse::built_in(event)));
    let declared = types.list(caller.workspace).await?.into_iter();
    let declared = declared.map(|declared| (declared.name.clone(), declared.into()));
    let known: BTreeMap<_, _> = built_in.chain(declared).collect();
    Ok(Listed::new(page(known.into_values().collect(), &query.listing), &query.shape))
}

async fn get(
    caller: Can<EventTypesRead>,
    PathIds(name): PathIds<String>,
    types: Service,
) -> Result<Data<EventTypeResponse>, Failure> {
    let data = match types.get(caller.workspace, &name).await {
        Ok(declared) => declared.into(),
        Err(WebhookError::NotFound) => {
            let built_in = catalogue::all().find(|event| event.name == name);
            EventTypeResponse::built_in(built_in.ok_or(WebhookError::NotFound)?)
        }
        Err(cause) => return Err(cause.into()),
    };
    Ok(Data { data })
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
