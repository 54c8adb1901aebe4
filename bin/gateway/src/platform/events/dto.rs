//! Published events on the wire.

use mainstay_edge::Rejection;
use mainstay_kernel::FieldError;
use mainstay_webhooks::publishing::{MOST_AT_ONCE, NewEvent, Published};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use validator::Validate;

/// An event of the host application.
#[derive(Deserialize, JsonSchema)]
#[schemars(example = "event_example")]
struct EventRequest {
    /// What happened: dotted words in lower case, such as `post.created`.
    #[serde(rename = "type")]
    #[schemars(length(max = 64))]
    name: String,
    /// The facts.
    data: Map<String, Value>,
    /// What you call it, so that you can send it twice: 1 to 128 of `A-Za-z0-9_.:-`. Drawn if absent.
    #[schemars(length(min = 1, max = 128))]
    id: Option<String>,
    /// The channels it is told on.
    #[schemars(length(max = 10))]
    channels: Option<Vec<String>>,
}

fn event_example() -> Value {
    json!({ "type": "post.created", "data": { "id": 1, "title": "Hello" }, "id": "post-1-created" })
}

/// Several events.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct BatchRequest {
    /// The events.
    #[schemars(length(min = 1, max = 100))]
    events: Vec<EventRequest>,
}

/// One event or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrSeveral {
    One(EventRequest),
    Several(BatchRequest),
}

/// What is to be published. Both forms are read in one go, since what they are is only known at the end of the body.
#[derive(Deserialize, Validate)]
pub(super) struct PublishRequest {
    #[serde(rename = "type")]
    name: Option<String>,
    data: Option<Map<String, Value>>,
    id: Option<String>,
    channels: Option<Vec<String>>,
    events: Option<Vec<EventRequest>>,
}

/// What was sent, as it came: one event or several.
pub(super) enum Submission {
    One(NewEvent),
    Several(Vec<NewEvent>),
}

impl JsonSchema for PublishRequest {
    fn schema_name() -> String {
        "PublishRequest".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OneOrSeveral::json_schema(generator)
    }
}

impl PublishRequest {
    /// The event or the events.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] for an event without type or data, a list that is empty or too long, and both at once.
    pub(super) fn into_submission(self) -> Result<Submission, Rejection> {
        let Self { name, data, id, channels, events } = self;
        let is_one = name.is_some() || data.is_some() || id.is_some() || channels.is_some();
        match (events, name, data) {
            (Some(_), ..) if is_one => {
                Err(Rejection::field("events", "alone", "The events field must stand alone, or not at all."))
            }
            (Some(events), ..) if events.is_empty() || events.len() > MOST_AT_ONCE => {
                let message = format!("The events field must have 1 to {MOST_AT_ONCE} items.");
                Err(Rejection::field("events", "length", message))
            }
            (Some(events), ..) => Ok(Submission::Several(events.into_iter().map(NewEvent::from).collect())),
            (None, Some(name), Some(data)) => Ok(Submission::One(EventRequest { name, data, id, channels }.into())),
            (None, name, data) => {
                let lacks = [("type", name.is_none()), ("data", data.is_none())];
                let lacks = lacks.into_iter().filter(|(_, is_absent)| *is_absent);
                let required = |field| FieldError::new(field, "required", format!("The {field} field is required."));
                Err(Rejection::Invalid(lacks.map(|(field, _)| required(field)).collect()))
            }
        }
    }
}

impl From<EventRequest> for NewEvent {
    fn from(request: EventRequest) -> Self {
        let EventRequest { name, data, id, channels } = request;
        Self { name, data, id, channels: channels.unwrap_or_default() }
    }
}

/// What was published, as it came: one event or several.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum PublishedResponse {
    /// One.
    One(PublishedEvent),
    /// Several, in their order.
    Several(Vec<PublishedEvent>),
}

/// An event that is certain to be told.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "published_example")]
pub(super) struct PublishedEvent {
    /// What it is called, in every delivery.
    id: String,
    r#type: String,
    /// Whether it had been published before: then it is not told again.
    duplicate: bool,
    /// To how many endpoints it goes.
    endpoints: usize,
}

fn published_example() -> Value {
    json!({ "id": "post-1-created", "type": "post.created", "duplicate": false, "endpoints": 2 })
}

impl From<Published> for PublishedEvent {
    fn from(published: Published) -> Self {
        let Published { id, name, is_duplicate, endpoints } = published;
        Self { id, r#type: name, duplicate: is_duplicate, endpoints }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};

    fn read(body: Value) -> Result<Submission, Rejection> {
        serde_json::from_value::<PublishRequest>(body).expect("it can be read").into_submission()
    }

    fn wrong(body: Value) -> Vec<String> {
        match read(body).map_err(|refused| refused.details()) {
            Err(Details::Fields(fields)) => fields.into_iter().map(|wrong| wrong.field).collect(),
            _ => panic!("no field is named"),
        }
    }

    #[test]
    fn one_event_and_a_list_of_one_are_told_apart() {
        let one = json!({ "type": "post.created", "data": {} });
        assert!(matches!(read(one.clone()), Ok(Submission::One(_))));
        assert!(matches!(read(json!({ "events": [one] })), Ok(Submission::Several(events)) if events.len() == 1));
    }

    #[test]
    fn everything_that_is_missing_is_named() {
        assert_eq!(wrong(json!({})), ["type", "data"]);
        assert_eq!(wrong(json!({ "type": "post.created" })), ["data"]);
        assert_eq!(wrong(json!({ "data": {} })), ["type"]);
    }

    #[test]
    fn a_list_has_one_to_a_hundred_events_and_nothing_beside_it() {
        let one = json!({ "type": "post.created", "data": {} });
        assert_eq!(wrong(json!({ "events": [] })), ["events"]);
        assert_eq!(wrong(json!({ "events": vec![one.clone(); 101] })), ["events"]);
        assert_eq!(wrong(json!({ "events": [one.clone()], "type": "post.created" })), ["events"]);
        assert!(read(json!({ "events": vec![one; 100] })).is_ok());
    }
}
