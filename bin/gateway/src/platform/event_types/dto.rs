//! Types of events on the wire.

use mainstay_edge::Listable;
use mainstay_kernel::{EventType, Listing, Page, Sort};
use mainstay_webhooks::event_types::{DeclaredType, EventTypeColumn, NewEventType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use validator::Validate;

/// What the list can be asked.
pub(super) enum EventTypeList {}

impl Listable for EventTypeList {
    type Column = EventTypeColumn;
    type Status = ();
    const COLUMNS: &'static [(&'static str, EventTypeColumn)] = &[("name", EventTypeColumn::Name)];
    const STATUSES: &'static [(&'static str, ())] = &[];
}

/// A kind of event to be declared.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "put_example")]
pub(super) struct PutEventTypeRequest {
    /// Dotted words in lower case.
    #[schemars(length(max = 64))]
    name: String,
    /// What has happened then.
    #[schemars(length(max = 1000))]
    description: Option<String>,
    /// What the data look like, as JSON Schema that refers to nothing outside itself; none checks nothing.
    schema: Option<Map<String, Value>>,
}

fn put_example() -> Value {
    json!({
        "name": "post.created", "description": "A post was written.",
        "schema": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } }
    })
}

impl From<PutEventTypeRequest> for NewEventType {
    fn from(request: PutEventTypeRequest) -> Self {
        let PutEventTypeRequest { name, description, schema } = request;
        Self { name, description: description.unwrap_or_default(), schema: schema.map(Value::Object) }
    }
}

/// A kind of event.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "event_type_example")]
pub(super) struct EventTypeResponse {
    /// `resource.happened`.
    name: String,
    /// What has happened then.
    description: String,
    /// What the data look like, as JSON Schema; null where nothing is checked.
    #[schemars(with = "Option<Map<String, Value>>")]
    schema: Option<Value>,
    /// Whether the workspace declared it.
    declared: bool,
}

fn event_type_example() -> Value {
    json!({ "name": "post.created", "description": "A post was written.", "schema": null, "declared": true })
}

impl EventTypeResponse {
    pub(super) fn built_in(event: &EventType) -> Self {
        let (name, description) = (event.name.to_owned(), event.about.to_owned());
        Self { name, description, schema: None, declared: false }
    }
}

impl From<DeclaredType> for EventTypeResponse {
    fn from(declared: DeclaredType) -> Self {
        let DeclaredType { name, description, schema, .. } = declared;
        Self { name, description, schema, declared: true }
    }
}

/// One page of those whose name has the text that was searched for. They come in the order of their names, which is
/// turned round where that was asked for.
pub(super) fn page(mut known: Vec<EventTypeResponse>, listing: &Listing<EventTypeColumn>) -> Page<EventTypeResponse> {
    let wanted = listing.search.as_deref().unwrap_or_default().to_lowercase();
    known.retain(|event| event.name.contains(&wanted));
    if listing.sort.iter().any(|Sort { column: EventTypeColumn::Name, descending }| *descending) {
        known.reverse();
    }
    let total = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(listing.page.offset()).unwrap_or(usize::MAX);
    let taken = usize::try_from(listing.page.per_page()).unwrap_or(usize::MAX);
    Page { items: known.into_iter().skip(skipped).take(taken).collect(), total }
}
