//! What is sent to register and change domains.

use mainstay_kernel::Patch;
use mainstay_tracking::domains::{DomainChange, NewDomain, SettingsChange};
use schemars::JsonSchema;
use serde::Deserialize;
use validator::Validate;

/// A domain to be registered. What is absent is as every domain begins.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct CreateDomainRequest {
    /// The host, such as `example.com`.
    #[validate(length(max = 512))]
    domain: String,
    /// Whether anything is tracked.
    enabled: Option<bool>,
    /// Which kinds.
    features: Option<FeaturesInput>,
    /// The share of visitors who are tracked, from 0 to 1.
    sample_rate: Option<f64>,
    /// The names of the events that are tracked; null for all.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_events: Patch<Vec<String>>,
    /// Whether `DNT: 1` is honoured.
    honour_do_not_track: Option<bool>,
    /// Whether `Sec-GPC: 1` is honoured.
    honour_global_privacy_control: Option<bool>,
    /// How many days visits are kept, 1 to 3650.
    retention_days: Option<u16>,
}

/// What is to be changed of a domain. What is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct UpdateDomainRequest {
    /// Whether anything is tracked.
    enabled: Option<bool>,
    /// Which kinds.
    features: Option<FeaturesInput>,
    /// The share of visitors who are tracked, from 0 to 1.
    sample_rate: Option<f64>,
    /// The names of the events that are tracked; null for all.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    allowed_events: Patch<Vec<String>>,
    /// Whether `DNT: 1` is honoured.
    honour_do_not_track: Option<bool>,
    /// Whether `Sec-GPC: 1` is honoured.
    honour_global_privacy_control: Option<bool>,
    /// How many days visits are kept, 1 to 3650.
    retention_days: Option<u16>,
    /// Whether it gets another key.
    new_pixel_key: Option<bool>,
}

/// Kinds of what is tracked.
#[derive(Deserialize, JsonSchema, Default)]
struct FeaturesInput {
    pageviews: Option<bool>,
    events: Option<bool>,
    sessions: Option<bool>,
}

/// The settings that both have.
macro_rules! settings {
    ($request:expr) => {{
        let FeaturesInput { pageviews, events, sessions } = $request.features.unwrap_or_default();
        SettingsChange {
            is_enabled: $request.enabled,
            pageviews,
            events,
            sessions,
            sample_rate: $request.sample_rate,
            allowed_events: $request.allowed_events,
            honours_do_not_track: $request.honour_do_not_track,
            honours_global_privacy_control: $request.honour_global_privacy_control,
            retention_days: $request.retention_days,
        }
    }};
}

impl From<CreateDomainRequest> for NewDomain {
    fn from(request: CreateDomainRequest) -> Self {
        Self { name: request.domain, settings: settings!(request) }
    }
}

impl From<UpdateDomainRequest> for DomainChange {
    fn from(request: UpdateDomainRequest) -> Self {
        let has_new_key = request.new_pixel_key.unwrap_or(false);
        Self { settings: settings!(request), has_new_key }
    }
}
