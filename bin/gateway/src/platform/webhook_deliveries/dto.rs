//! Deliveries on the wire.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, IsoSeconds, Listable, Rejection};
use mainstay_webhooks::EventName;
use mainstay_webhooks::deliveries::{Attempt, Delivery, DeliveryColumn, DeliveryStatus, DeliveryStory};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::future::{Ready, ready};

/// What the list of deliveries can be asked.
pub(super) enum DeliveryList {}

impl Listable for DeliveryList {
    type Column = DeliveryColumn;
    type Status = DeliveryStatus;
    const COLUMNS: &'static [(&'static str, DeliveryColumn)] = &[
        ("id", DeliveryColumn::Id),
        ("created_at", DeliveryColumn::CreatedAt),
        ("updated_at", DeliveryColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, DeliveryStatus)] = &[
        (DeliveryStatus::Pending.name(), DeliveryStatus::Pending),
        (DeliveryStatus::Success.name(), DeliveryStatus::Success),
        (DeliveryStatus::Failed.name(), DeliveryStatus::Failed),
        (DeliveryStatus::Retrying.name(), DeliveryStatus::Retrying),
    ];
}

/// The filter that only this list has.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    event_type: Option<String>,
}

/// The filter that only this list has, checked.
pub(super) struct DeliveryFilters {
    pub(super) event_type: Option<String>,
}

impl FromRequest for DeliveryFilters {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Asked { event_type } =
            web::Query::from_query(request.query_string()).map_or_else(|_| Asked::default(), web::Query::into_inner);
        let event_type = event_type.filter(|name| !name.is_empty());
        ready(match event_type.as_deref().map(str::parse::<EventName>) {
            Some(Err(cause)) => Err(Rejection::field("event_type", "event_name", cause.to_string()).into()),
            _ => Ok(Self { event_type }),
        })
    }
}

impl Argument for DeliveryFilters {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<String>("event_type", "Only of events that are called so, such as `post.created`.");
    }
}

/// One event on its way to one endpoint.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "delivery_example")]
pub(super) struct DeliveryResponse {
    id: i64,
    /// What the event is called, the same at every endpoint and in every attempt.
    event_id: String,
    event_type: String,
    /// `pending`, `success`, `failed` or `retrying`.
    status: &'static str,
    /// The last status that was answered; null while there was no answer.
    response_code: Option<u16>,
    /// The number of the present or next attempt; of the last one when it is over.
    attempt: i32,
    /// When it arrived, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<IsoSeconds>,
    /// When the next attempt is due, while it is `retrying`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_retry_at: Option<IsoSeconds>,
    created_at: IsoSeconds,
}

fn delivery_example() -> Value {
    json!({
        "id": 2, "event_id": "evt_xyz789", "event_type": "post.updated", "status": "retrying", "response_code": 500,
        "attempt": 2, "next_retry_at": "2026-01-15T10:35:00Z", "created_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Delivery> for DeliveryResponse {
    fn from(delivery: Delivery) -> Self {
        let only_when = |status, at: Option<_>| at.filter(|_| delivery.status == status).map(IsoSeconds);
        Self {
            id: delivery.id.0,
            status: delivery.status.name(),
            response_code: delivery.response_code,
            attempt: delivery.attempt,
            delivered_at: only_when(DeliveryStatus::Success, delivery.delivered_at),
            next_retry_at: only_when(DeliveryStatus::Retrying, delivery.next_retry_at),
            created_at: delivery.created_at.into(),
            event_id: delivery.event_id,
            event_type: delivery.event_type,
        }
    }
}

/// A delivery with all that came of it.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "story_example")]
pub(super) struct StoryResponse {
    #[serde(flatten)]
    delivery: DeliveryResponse,
    /// Every attempt, the first one first.
    attempts: Vec<AttemptResponse>,
    /// What is sent, as JSON.
    #[schemars(with = "Map<String, Value>")]
    payload: Value,
}

fn story_example() -> Value {
    let mut example = delivery_example();
    example["attempts"] = json!([{
        "number": 1, "started_at": "2026-01-15T10:30:00Z", "duration_ms": 145, "response_code": 500,
        "response_body": "on fire", "error": "The answer was 500."
    }]);
    example["payload"] = json!({
        "id": "evt_xyz789", "type": "post.updated", "created_at": "2026-01-15T10:30:00Z", "data": { "id": 1 },
        "workspace_id": 1
    });
    example
}

/// One try.
#[derive(Serialize, JsonSchema)]
struct AttemptResponse {
    /// Which one, from 1.
    number: i32,
    started_at: IsoSeconds,
    /// How long the exchange took.
    duration_ms: i64,
    /// The status that was answered; null if there was no answer.
    response_code: Option<u16>,
    /// How the answer's body began.
    response_body: Option<String>,
    /// What went wrong; null when it went well.
    error: Option<String>,
}

impl From<DeliveryStory> for StoryResponse {
    fn from(story: DeliveryStory) -> Self {
        let DeliveryStory { delivery, attempts, body } = story;
        // The body was JSON when it was published.
        let payload = serde_json::from_str(&body).unwrap_or(Value::String(body));
        let attempts = attempts.into_iter().map(AttemptResponse::from).collect();
        Self { delivery: delivery.into(), attempts, payload }
    }
}

impl From<Attempt> for AttemptResponse {
    fn from(attempt: Attempt) -> Self {
        let Attempt { number, started_at, duration_ms, response_code, response_body, error } = attempt;
        Self { number, started_at: started_at.into(), duration_ms, response_code, response_body, error }
    }
}

/// A delivery that is tried once more.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "queued_example")]
pub(super) struct QueuedDelivery {
    id: i64,
    /// `pending`.
    status: &'static str,
    /// Which attempt it will be.
    attempt: i32,
}

fn queued_example() -> Value {
    json!({ "id": 2, "status": "pending", "attempt": 3 })
}

impl From<Delivery> for QueuedDelivery {
    fn from(delivery: Delivery) -> Self {
        Self { id: delivery.id.0, status: delivery.status.name(), attempt: delivery.attempt }
    }
}
