//! What is asked of webhook endpoints.

use crate::platform::never_null::never_null;
use mainstay_edge::Rejection;
use mainstay_kernel::{Patch, Secret};
use mainstay_webhooks::endpoints::model::Headers;
use mainstay_webhooks::endpoints::{EndpointChange, NewEndpoint};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use validator::Validate;

/// An endpoint to be made.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreateWebhookRequest {
    /// Where it listens: https.
    url: String,
    /// Events to subscribe to: names, `post.*` for all that begin so, or `*`.
    #[schemars(length(min = 1, max = 100))]
    events: Vec<String>,
    /// What signs: 8 to 255 visible ASCII characters. Drawn if absent.
    #[schemars(with = "Option<String>", length(min = 8, max = 255))]
    secret: Option<Secret<String>>,
    /// What people say of it.
    #[schemars(length(max = 255))]
    description: Option<String>,
    /// Channels to hear; every channel if absent or empty.
    #[schemars(length(max = 10))]
    channels: Option<Vec<String>>,
    /// Paths in an event's data, each with the value that must stand there, or a list of such values.
    filters: Option<Map<String, Value>>,
    /// Headers to be sent along.
    headers: Option<BTreeMap<String, String>>,
    /// Most deliveries that begin in a second; any number if absent.
    #[schemars(range(min = 1, max = 10_000))]
    rate_limit: Option<u32>,
    /// Most deliveries under way at a time; 16 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_concurrency: Option<u32>,
    /// Whether it gets signatures that its `public_key` verifies (`v1a`) too; not unless said so.
    asymmetric_signatures: Option<bool>,
}

fn create_example() -> Value {
    json!({ "url": "https://your-app.com/webhooks", "events": ["post.created", "post.updated", "post.deleted"] })
}

impl From<CreateWebhookRequest> for NewEndpoint {
    fn from(request: CreateWebhookRequest) -> Self {
        Self {
            url: request.url,
            events: request.events,
            secret: request.secret,
            description: request.description,
            channels: request.channels.unwrap_or_default(),
            filters: request.filters.unwrap_or_default(),
            headers: Headers(request.headers.unwrap_or_default()),
            rate_limit: request.rate_limit,
            max_concurrency: request.max_concurrency,
            asymmetric: request.asymmetric_signatures.unwrap_or_default(),
        }
    }
}

/// A change of an endpoint; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdateWebhookRequest {
    /// Where it listens from now on.
    #[serde(default)]
    #[schemars(with = "String")]
    url: Patch<String>,
    /// Events to subscribe to, in place of all there are.
    #[serde(default)]
    #[schemars(with = "Vec<String>", length(min = 1, max = 100))]
    events: Patch<Vec<String>>,
    /// Whether it is told of events.
    #[serde(default)]
    #[schemars(with = "bool")]
    is_active: Patch<bool>,
    /// What people say of it.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 255))]
    description: Patch<String>,
    /// Channels to hear; null hears every channel.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>", length(max = 10))]
    channels: Patch<Vec<String>>,
    /// What must hold of an event's data, in place of all there is.
    #[serde(default)]
    #[schemars(with = "Option<Map<String, Value>>")]
    filters: Patch<Map<String, Value>>,
    /// Headers to be sent along, in place of all there are.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    headers: Patch<BTreeMap<String, String>>,
    /// Most deliveries that begin in a second; null means any number.
    #[serde(default)]
    #[schemars(with = "Option<u32>", range(min = 1, max = 10_000))]
    rate_limit: Patch<u32>,
    /// Most deliveries under way at a time; null means 16.
    #[serde(default)]
    #[schemars(with = "Option<u32>", range(min = 1, max = 100))]
    max_concurrency: Patch<u32>,
    /// Whether it gets `v1a` signatures; turned off and on again, it has another key.
    #[serde(default)]
    #[schemars(with = "bool")]
    asymmetric_signatures: Patch<bool>,
}

fn update_example() -> Value {
    json!({ "url": "https://new-url.com/webhooks", "events": ["post.*"], "is_active": true })
}

impl TryFrom<UpdateWebhookRequest> for EndpointChange {
    type Error = Rejection;

    fn try_from(request: UpdateWebhookRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let change = Self {
            url: never_null("url", request.url, &mut wrong),
            events: never_null("events", request.events, &mut wrong),
            is_active: never_null("is_active", request.is_active, &mut wrong),
            description: request.description,
            channels: request.channels,
            filters: request.filters,
            headers: request.headers.map(Headers),
            rate_limit: request.rate_limit,
            max_concurrency: request.max_concurrency,
            asymmetric: never_null("asymmetric_signatures", request.asymmetric_signatures, &mut wrong),
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong)) }
    }
}

/// How a secret is to be rotated.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "rotate_example")]
pub(super) struct RotateSecretRequest {
    /// The new secret: 8 to 255 visible ASCII characters. Drawn if absent.
    #[schemars(with = "Option<String>", length(min = 8, max = 255))]
    pub(super) secret: Option<Secret<String>>,
    /// Seconds for which both secrets sign; a day if absent.
    #[serde(default = "a_day")]
    #[validate(range(min = 300, max = 604_800))]
    grace_period_seconds: u32,
}

const fn a_day() -> u32 {
    86_400
}

fn rotate_example() -> Value {
    json!({ "grace_period_seconds": 86_400 })
}

impl RotateSecretRequest {
    /// For how long both secrets sign.
    pub(super) fn overlap(&self) -> Duration {
        Duration::from_secs(self.grace_period_seconds.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};

    fn change(body: Value) -> Result<EndpointChange, Rejection> {
        serde_json::from_value::<UpdateWebhookRequest>(body).expect("a change").try_into()
    }

    #[test]
    fn what_an_endpoint_always_has_cannot_be_cleared() {
        let refused = change(json!({ "url": null, "events": null, "is_active": null, "asymmetric_signatures": null }));
        let Details::Fields(fields) = refused.expect_err("refused").details() else { panic!("fields") };
        let names: Vec<_> = fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(names, ["url", "events", "is_active", "asymmetric_signatures"]);
    }

    #[test]
    fn what_is_absent_stays_and_what_is_null_is_cleared() {
        let change = change(json!({ "description": null, "rate_limit": 7 })).expect("a change");
        assert_eq!((change.description, change.rate_limit), (Patch::Clear, Patch::Set(7)));
        assert_eq!((change.url, change.channels, change.max_concurrency), (None, Patch::Keep, Patch::Keep));
    }
}
