//! What pages send, on the wire.

use mainstay_edge::Rejection;
use mainstay_kernel::Timestamp;
use mainstay_tracking::intake::{Outcome, PixelConfig, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use validator::Validate;

/// Which domain's settings are wanted.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ConfigQuery {
    /// The key of the domain.
    #[serde(alias = "key")]
    pub(super) pixel_key: Option<String>,
}

/// What is tracked.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "config_example")]
pub(super) struct ConfigResponse {
    /// Whether anything is.
    enabled: bool,
    features: FeaturesItem,
    /// The share of visitors who are, from 0 to 1.
    sample_rate: f64,
}

/// Kinds of what is tracked.
#[derive(Serialize, JsonSchema)]
pub(super) struct FeaturesItem {
    pageviews: bool,
    events: bool,
    sessions: bool,
}

fn config_example() -> Value {
    json!({
        "enabled": true, "features": { "pageviews": true, "events": true, "sessions": true }, "sample_rate": 1.0
    })
}

impl From<PixelConfig> for ConfigResponse {
    fn from(config: PixelConfig) -> Self {
        let features = config.features;
        Self {
            enabled: config.is_enabled,
            features: FeaturesItem {
                pageviews: features.pageviews,
                events: features.events,
                sessions: features.sessions,
            },
            sample_rate: config.sample_rate,
        }
    }
}

/// Something that happened on a page.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "track_example")]
pub(super) struct TrackRequest {
    /// What: `pageview`, or the name of an event of your own; up to 128 characters.
    event: String,
    /// The address of the page; up to 512 characters. Of its query only `utm_…`, `ref` and `source` are kept.
    url: String,
    /// The address of the page before; up to 512 characters.
    referrer: Option<String>,
    /// The visitor's browser, where the sender is another program; else the header says it.
    user_agent: Option<String>,
    /// What else there is to say: up to 64 members, 8 KiB and 4 levels. Those of a single value can be reported by.
    properties: Option<Map<String, Value>>,
    /// The key of the domain; without one it is the domain of the page.
    #[serde(alias = "key")]
    pixel_key: Option<String>,
    /// When it happened, if not just now: ISO 8601, within the last hour.
    #[serde(alias = "at")]
    timestamp: Option<String>,
}

fn track_example() -> Value {
    json!({
        "event": "pageview", "url": "https://example.com/page", "referrer": "https://google.com",
        "user_agent": "Mozilla/5.0...", "properties": { "title": "Page Title" }
    })
}

impl TryFrom<TrackRequest> for Told {
    type Error = Rejection;

    fn try_from(request: TrackRequest) -> Result<Self, Rejection> {
        told(request, "timestamp")
    }
}

fn told(request: TrackRequest, field: &str) -> Result<Told, Rejection> {
    let TrackRequest { event, url, referrer, user_agent, properties, pixel_key, timestamp } = request;
    let at = timestamp.map(|text| {
        let wrong = || format!("The {field} field must be an ISO 8601 date, such as 2026-01-15T10:30:00Z.");
        Timestamp::parse(&text).ok_or_else(|| Rejection::field(field, "date", wrong()))
    });
    let (user_agent, pixel_key) = (said(user_agent), said(pixel_key));
    Ok(Told { event, url, referrer: said(referrer), user_agent, pixel_key, properties, at: at.transpose()? })
}

/// What is empty was not said.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Several things that happened.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct BatchRequest {
    /// What happened, in its order; up to 1 000.
    events: Vec<TrackRequest>,
}

impl TryFrom<BatchRequest> for Vec<Told> {
    type Error = Rejection;

    fn try_from(request: BatchRequest) -> Result<Self, Rejection> {
        if request.events.is_empty() {
            return Err(Rejection::field("events", "required", "The events field must have an event."));
        }
        let one = |(index, event)| told(event, &format!("events.{index}.timestamp"));
        request.events.into_iter().enumerate().map(one).collect()
    }
}

/// What an image tells of.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ImageQuery {
    /// What: `pageview` unless something else is said.
    event: Option<String>,
    /// The address of the page.
    url: Option<String>,
    /// The address of the page before.
    referrer: Option<String>,
    /// The key of the domain.
    #[serde(alias = "key")]
    pixel_key: Option<String>,
}

impl ImageQuery {
    /// What it tells of the page that shows it.
    pub(super) fn told(self, page: Option<String>) -> Told {
        Told {
            event: said(self.event).unwrap_or_else(|| "pageview".to_owned()),
            url: said(self.url).or(page).unwrap_or_default(),
            referrer: said(self.referrer),
            pixel_key: said(self.pixel_key),
            ..Told::default()
        }
    }
}

/// What became of an event.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "tracked_example")]
pub(super) struct TrackResponse {
    /// Whether it is kept.
    tracked: bool,
    /// Why its sender is taken for a bot, and counted apart: `user_agent`, `automation`, `headers` or `prefetch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<&'static str>,
    /// Why it is not kept: `disabled`, `feature_off`, `event_not_allowed`, `do_not_track`, `global_privacy_control`,
    /// `sampled_out` or `unknown_domain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

fn tracked_example() -> Value {
    json!({ "tracked": true })
}

impl TrackResponse {
    pub(super) fn of(outcomes: &[Outcome]) -> Self {
        match outcomes.first() {
            Some(Outcome::Bot(reason)) => Self { tracked: true, bot: Some(reason.name()), reason: None },
            Some(Outcome::Ignored(why)) => Self { tracked: false, bot: None, reason: Some(why.name()) },
            Some(Outcome::Kept) | None => Self { tracked: true, bot: None, reason: None },
        }
    }
}

/// What became of several.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "batch_example")]
pub(super) struct BatchResponse {
    /// Whether any is kept.
    tracked: bool,
    /// How many are kept and count.
    kept: usize,
    /// How many are kept apart, since nobody was there.
    bots: usize,
    /// How many are not kept.
    ignored: usize,
}

fn batch_example() -> Value {
    json!({ "tracked": true, "kept": 10, "bots": 0, "ignored": 0 })
}

impl BatchResponse {
    pub(super) fn of(outcomes: &[Outcome]) -> Self {
        let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is(outcome)).count();
        let bots = count(|outcome| matches!(outcome, Outcome::Bot(_)));
        let ignored = count(|outcome| matches!(outcome, Outcome::Ignored(_)));
        Self { tracked: ignored < outcomes.len(), kept: outcomes.len() - bots - ignored, bots, ignored }
    }
}
