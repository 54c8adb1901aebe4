//! Webhook endpoints on the wire.

use mainstay_edge::{IsoSeconds, Listable, PublicUrl};
use mainstay_kernel::Timestamp;
use mainstay_webhooks::endpoints::{
    DisabledReason, Endpoint, EndpointColumn, EndpointStatus, IssuedEndpoint, SecretRotation, Trial,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the list of endpoints can be asked.
pub(super) enum WebhookList {}

impl Listable for WebhookList {
    type Column = EndpointColumn;
    type Status = EndpointStatus;
    const COLUMNS: &'static [(&'static str, EndpointColumn)] = &[
        ("id", EndpointColumn::Id),
        ("url", EndpointColumn::Url),
        ("created_at", EndpointColumn::CreatedAt),
        ("updated_at", EndpointColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, EndpointStatus)] = &[
        ("active", EndpointStatus::Active),
        ("inactive", EndpointStatus::Inactive),
        ("disabled", EndpointStatus::Disabled),
    ];
}

/// How an endpoint is told.
#[derive(Serialize, JsonSchema)]
struct Terms {
    description: Option<String>,
    /// The channels that it hears; none means all.
    channels: Vec<String>,
    /// What must hold of an event's data.
    #[schemars(with = "Map<String, Value>")]
    filters: Value,
    /// The names of the headers that are sent along; their values are not shown.
    header_names: Vec<String>,
    /// Most deliveries that begin in a second; null means any number.
    rate_limit: Option<u32>,
    /// Most deliveries under way at a time.
    max_concurrency: u32,
    /// What verifies its `v1a` signatures; null without them.
    public_key: Option<String>,
}

impl Terms {
    fn of(endpoint: &Endpoint) -> Self {
        Self {
            description: endpoint.description.clone(),
            channels: endpoint.channels.to_texts(),
            filters: endpoint.filters.to_json(),
            header_names: endpoint.header_names.clone(),
            rate_limit: endpoint.rate_limit,
            max_concurrency: endpoint.max_concurrency,
            public_key: endpoint.public_key.clone(),
        }
    }
}

/// An endpoint in a list.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebhookItem {
    id: i64,
    url: String,
    events: Vec<String>,
    is_active: bool,
    /// Attempts that went well.
    success_count: i64,
    /// Attempts that did not.
    failure_count: i64,
    /// When the last attempt ended, however it did.
    last_delivery_at: Option<IsoSeconds>,
    #[serde(flatten)]
    terms: Terms,
    /// Since when it is off, if that was not the workspace's doing.
    disabled_at: Option<IsoSeconds>,
    /// Why: `failing` or `gone`.
    disabled_reason: Option<&'static str>,
    created_at: IsoSeconds,
    updated_at: IsoSeconds,
}

impl From<Endpoint> for WebhookItem {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id.0,
            terms: Terms::of(&endpoint),
            url: endpoint.url,
            events: endpoint.events.to_texts(),
            is_active: endpoint.is_active,
            success_count: endpoint.success_count,
            failure_count: endpoint.failure_count,
            last_delivery_at: endpoint.last_delivery_at.map(IsoSeconds),
            disabled_at: endpoint.disabled_at.map(IsoSeconds),
            disabled_reason: endpoint.disabled_reason.map(DisabledReason::name),
            created_at: endpoint.created_at.into(),
            updated_at: endpoint.updated_at.into(),
        }
    }
}

/// An endpoint.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "webhook_example")]
pub(super) struct WebhookResponse {
    #[serde(flatten)]
    item: WebhookItem,
    /// Attempts that failed since the last one that went well.
    consecutive_failures: i32,
    /// The last change of its secret; null if there was none.
    secret_rotation: Option<RotationResponse>,
    links: WebhookLinks,
}

fn webhook_example() -> Value {
    json!({
        "id": 1, "url": "https://your-app.com/webhooks", "events": ["post.created", "post.updated"], "is_active": true,
        "success_count": 150, "failure_count": 2, "consecutive_failures": 0,
        "last_delivery_at": "2026-01-15T10:30:00Z", "description": null, "channels": [], "filters": {},
        "header_names": [], "rate_limit": null, "max_concurrency": 16, "public_key": null, "disabled_at": null,
        "disabled_reason": null, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "secret_rotation": null,
        "links": {
            "self": "https://api.example.com/api/v1/webhooks/1",
            "deliveries": "https://api.example.com/api/v1/webhooks/1/deliveries"
        }
    })
}

impl WebhookResponse {
    pub(super) fn new(endpoint: Endpoint, public_url: &PublicUrl, now: Timestamp) -> Self {
        let own = format!("/api/v1/webhooks/{}", endpoint.id);
        Self {
            consecutive_failures: endpoint.consecutive_failures,
            secret_rotation: endpoint.rotation.map(|rotation| RotationResponse::new(rotation, now)),
            links: WebhookLinks {
                itself: public_url.join(&own),
                deliveries: public_url.join(&format!("{own}/deliveries")),
            },
            item: endpoint.into(),
        }
    }
}

/// Where an endpoint and what belongs to it are found.
#[derive(Serialize, JsonSchema)]
struct WebhookLinks {
    /// The endpoint.
    #[serde(rename = "self")]
    itself: String,
    /// Its deliveries.
    deliveries: String,
}

/// How far the change of a secret is.
#[derive(Serialize, JsonSchema)]
struct RotationResponse {
    /// Whether the previous secret signs too.
    has_previous_secret: bool,
    /// Whether the time in which both sign goes on.
    in_grace_period: bool,
    /// How long that time is.
    grace_period_seconds: u64,
    rotated_at: IsoSeconds,
    /// From when on the new secret signs alone.
    grace_ends_at: IsoSeconds,
    /// How much of that time is left; 0 when it is over.
    time_remaining_seconds: u64,
}

impl RotationResponse {
    fn new(rotation: SecretRotation, now: Timestamp) -> Self {
        let overlaps = rotation.overlaps(now);
        Self {
            // The previous secret is of no use afterwards, whether or not it has been forgotten yet.
            has_previous_secret: overlaps,
            in_grace_period: overlaps,
            grace_period_seconds: rotation.ends_at.since(rotation.rotated_at).as_secs(),
            rotated_at: rotation.rotated_at.into(),
            grace_ends_at: rotation.ends_at.into(),
            time_remaining_seconds: rotation.ends_at.since(now).as_secs(),
        }
    }
}

/// An endpoint that was just made, with its secret.
#[derive(Serialize, JsonSchema)]
pub(super) struct CreatedWebhook {
    id: i64,
    url: String,
    events: Vec<String>,
    /// What verifies signatures: shown this once.
    secret: String,
    is_active: bool,
    #[serde(flatten)]
    terms: Terms,
    created_at: IsoSeconds,
}

impl From<IssuedEndpoint> for CreatedWebhook {
    fn from(issued: IssuedEndpoint) -> Self {
        let IssuedEndpoint { endpoint, secret } = issued;
        Self {
            id: endpoint.id.0,
            terms: Terms::of(&endpoint),
            url: endpoint.url,
            events: endpoint.events.to_texts(),
            secret: secret.expose().clone(),
            is_active: endpoint.is_active,
            created_at: endpoint.created_at.into(),
        }
    }
}

/// An endpoint whose secret was changed, with the new one.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "rotated_example")]
pub(super) struct RotatedWebhook {
    #[serde(flatten)]
    pub(super) webhook: WebhookResponse,
    /// The new secret: shown this once.
    pub(super) secret: String,
}

fn rotated_example() -> Value {
    let mut example = webhook_example();
    example["secret"] = json!("whsec_abc123def456...");
    example["secret_rotation"] = json!({
        "has_previous_secret": true, "in_grace_period": true, "grace_period_seconds": 86_400,
        "rotated_at": "2026-01-15T10:30:00Z", "grace_ends_at": "2026-01-16T10:30:00Z", "time_remaining_seconds": 86_400
    });
    example
}

/// What came of a test.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "trial_example")]
pub(super) struct TrialResponse {
    /// Whether the answer was a 2xx.
    success: bool,
    /// The status; null if there was no answer.
    status_code: Option<u16>,
    response_time_ms: i64,
    /// How the answer's body began, if there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_body: Option<String>,
    /// What went wrong, if anything did.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

fn trial_example() -> Value {
    json!({ "success": true, "status_code": 200, "response_time_ms": 145, "response_body": "{\"received\": true}" })
}

impl From<Trial> for TrialResponse {
    fn from(trial: Trial) -> Self {
        let Trial { success, status_code, error, response_time_ms, response_body } = trial;
        Self { success, status_code, response_time_ms, response_body, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn both_secrets_sign_strictly_before_the_end_of_the_grace_period() {
        let rotated_at = Timestamp::from_seconds(1_000);
        let rotation = SecretRotation { rotated_at, ends_at: rotated_at.plus(Duration::from_mins(5)) };
        for (seconds, overlaps, left) in [(0, true, 300), (299, true, 1), (300, false, 0), (999, false, 0)] {
            let told = RotationResponse::new(rotation, rotated_at.plus(Duration::from_secs(seconds)));
            assert_eq!((told.has_previous_secret, told.in_grace_period), (overlaps, overlaps), "{seconds}");
            assert_eq!((told.grace_period_seconds, told.time_remaining_seconds), (300, left), "{seconds}");
        }
    }
}
